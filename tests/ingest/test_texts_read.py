"""Texts of every encoding and separator, and lists printed by an ERP."""

import pytest

from sim.errors import SopError
from sim.ingest import inspect
from sim.ingest.sandbox import read_raw
from sim.ingest.texts import find_separator
from tests.ingest.files import SALES
from tests.ingest.words import keys, sentences

FRENCH = "Article;Désignation;Qté\nA1;Poêle émaillée;3\nB2;Gant;4\n"
LIST = """\
21.03.2024                    Dynamic list display                    1

Stock by plant
-------------------------------------------------
|Material          |Plnt|Description   |Unrestr. |
-------------------------------------------------
|000000000000012345|1000|Pipe 5" "old  |1.234,50 |
|000000000000012346|1000|Cap           |  155,22-|
-------------------------------------------------
21.03.2024                    Dynamic list display                    2
-------------------------------------------------
|Material          |Plnt|Description   |Unrestr. |
-------------------------------------------------
|000000000000012347|2000|"Valve        |   12,00 |
-------------------------------------------------
"""


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_the_encoding_is_found_and_shown_on_accented_lines(encoding):
    (preview,) = inspect([("a.csv", FRENCH.encode(encoding))])
    assert preview.encoding == encoding
    assert preview.texts("Désignation") == ["Poêle émaillée", "Gant"]
    assert preview.accented[1] == "A1;Poêle émaillée;3"


@pytest.mark.parametrize("chosen", ["utf-8", "cp1252", "latin-1", "utf-16"])
def test_a_chosen_encoding_comes_before_the_chain(chosen):
    ((sheet,),) = read_raw([("a.csv", FRENCH.encode(chosen))], {"a.csv": chosen})
    assert sheet.encoding == chosen
    assert sheet.cells.column("1")[1].as_py() == "Poêle émaillée"
    assert not sheet.notices
    ((wrong,),) = read_raw([("a.csv", "é;b\n1;2\n".encode("latin-1"))], {"a.csv": "utf-8"})
    assert keys(wrong.notices) == ["warning.upload.odd_characters"]


def test_an_unknown_encoding_is_refused_with_the_known_ones():
    with pytest.raises(SopError) as caught:
        inspect([("a.csv", SALES)], {"a.csv": "rot13"})
    assert caught.value.key == "error.upload.encoding"
    assert all("cp1252" in one for one in sentences(caught.value))


@pytest.mark.parametrize("separator", [";", "\t", ",", "|", ":", "~", "^", "#", "¦", "\x1f"])
def test_a_separator_is_found_by_count(separator):
    lines = [["item", "month", "quantity"], ["A", "2024-01", "1.5"], ["B", "2024-02", "2.5"]]
    assert find_separator([separator.join(line) for line in lines]) == separator


def test_times_and_decimal_commas_are_no_separators():
    lines = ["article;heure;durée", "A;08:30:00;1,5", "B;09:15:00;2,5"]
    assert find_separator(lines) == ";"
    assert find_separator(["Extraction : ventes", "a\tb", "1,5\t2,5", "1,5\t2,5"]) == "\t"


def test_a_printed_list_is_a_table_without_its_furniture():
    (preview,) = inspect([("MB52.txt", LIST.encode("latin-1"))])
    assert preview.separator == "|"
    names = ["Material", "Plnt", "Description", "Unrestr."]
    assert [column.name for column in preview.columns] == names
    assert preview.texts("Material") == [f"0000000000000{n}" for n in (12345, 12346, 12347)]
    assert preview.texts("Description") == ['Pipe 5" "old', "Cap", '"Valve']
    assert preview.texts("Unrestr.") == ["1.234,50", "155,22-", "12,00"]
    assert preview.row_numbers() == [7, 8, 14]
    (notice,) = preview.notices
    assert notice.values | {"file": ""} == {"file": "", "rules": 6, "headers": 1, "titles": 1}
    assert sentences(notice)


def test_half_a_character_at_the_end_of_a_text_is_a_cut():
    cut = inspect([("a.csv", FRENCH.encode()[:-20] + b"\xc3"), ("b.csv", b"a;b\n1;\xc3")])
    assert [one.error.key if one.error else one.encoding for one in cut] == [
        "error.upload.cut",
        "cp1252",
    ]
