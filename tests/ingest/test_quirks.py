"""The quirks of real files, one test each: none breaks an import, none goes unseen."""

import pytest

from sim.ingest import assess, build, inspect
from tests.ingest.test_shapes import loaded, look
from tests.ingest.words import keys, told

HEAD = "Article;Mois;Qté\n"


def test_an_xls_that_is_a_latin_text_with_tabs():
    body = "Réf.\tMois\tQté\nÉ1\tfévr.-24\t12,5\n".encode("latin-1")
    assert loaded(inspect([("ventes.xls", body)])) == {("É1", "2024-02"): 12.5}


def test_thousands_commas_in_one_column_only():
    (preview,) = look(
        'item,month,quantity,revenue\nA,2024-01,"1,234",10.50\nB,2024-01,"2,500",7.25\n'
    )
    assert loaded([preview]) == {("A", "2024-01"): 1234, ("B", "2024-01"): 2500}


@pytest.mark.parametrize("month", ["Mar-98", "199803", "1-Mar-1998", "1998-03", "mars 1998"])
def test_months_of_the_nineties(month):
    assert loaded(look(f"{HEAD}A;{month};3\n")) == {("A", "1998-03"): 3}


def test_september_with_four_letters():
    months = ["Sept 2024", "sept.-23", "Sep 2022", "septembre 2021"]
    sold = loaded(look(HEAD + "".join(f"A;{month};1\n" for month in months)))
    assert sorted(month for _, month in sold) == ["2021-09", "2022-09", "2023-09", "2024-09"]


def test_a_number_with_two_thousands_styles_is_told_and_read_as_nothing():
    found = build(look(f"{HEAD}A;2024-01;1,234,56\nA;2024-02;12.5\nA;2024-03;0000\n"))
    assert [told(one)["value"] for one in found.problems] == ["1,234,56"]


def test_notes_in_a_column_of_numbers_are_told_and_a_trailing_space_is_not():
    found = build(look(f"{HEAD}A;2024-01;N/A\nA;2024-02;voir Luc\nA;2024-03;$5.00 \n"))
    assert [told(one)["row"] for one in found.problems] == [2, 3]
    good = build(look(f"{HEAD}A;2024-03;$5.00 \n"))
    assert good.require()["sales"]["quantity"].sum() == 5


def test_exact_duplicates_are_counted():
    found = build(look(f"{HEAD}A;2024-01;5\nA;2024-01;5\nB;2024-01;1\n"))
    assert found.same_lines["sales"] == 1


def test_codes_that_differ_by_case_are_told_with_the_one_meant():
    items = ("articles.csv", b"Article;Nom\nab1;Bac\n00012;Lot\n")
    found = build(look(f"{HEAD}AB1;2024-01;5\n12;2024-01;5\nab1;2024-01;1\n", "ventes.csv", items))
    assert keys(found.problems) == ["error.data.unknown_code_near"] * 2
    assert {one.near for one in found.unknown} == {"ab1", "00012"}


def test_a_duplicate_header_to_which_a_tool_added_a_number():
    (preview,) = look("Article;Mois;Qté;Qté.1;Qté\nA;2024-01;5;6;7\n")
    assert [column.name for column in preview.columns] == [
        "Article",
        "Mois",
        "Qté",
        "Qté.1",
        "Qté (2)",
    ]
    assert preview.mapping.columns["quantity"].column == "Qté"


def test_a_list_without_sales_and_sales_without_a_list():
    items = ("articles.csv", b"Article;Nom\nX;x\nA;a\n")
    found = build(
        look(f"{HEAD}A;2024-01;5\nZ;2024-01;1\n", "ventes.csv", items), accept_good_rows=True
    )
    assert [(one.code, one.rows) for one in found.unknown] == [("Z", 1)]
    assert set(found.require()["item"]["item"]) == {"X", "A"}
    assert set(build(look(f"{HEAD}A;2024-01;5\n")).require()["item"]["item"]) == {"A"}


def test_a_range_launch_a_renamed_code_and_a_cancelled_order_load_and_are_scored():
    lines = [f"A;2024-{m:02d};10" for m in range(1, 7)] + [
        f"A2;2024-{m:02d};10" for m in range(7, 13)
    ]
    lines += [f"N{n};2024-12;3" for n in range(9)] + ["H;2024-12;9000", "H;2024-12;-9000"]
    found = build(look(HEAD + "\n".join(lines)), accept_good_rows=True)
    assert keys(found.problems) == ["error.data.negative_sales"]
    tables = found.require()
    assert tables["returns"]["quantity"].sum() == 9000
    assert 0 < assess(found.tables, found).score <= 100


def test_fees_and_postage_are_codes_like_others():
    assert len(loaded(look(f"{HEAD}PORT;2024-01;5\nFRAIS;2024-01;1\n"))) == 2


def test_tables_whose_dates_do_not_meet_load_side_by_side():
    stock = ("stock.csv", b"Article;Date;Stock\nA;31/12/2019;5\n")
    tables = build(look(f"{HEAD}A;2024-01;5\n", "ventes.csv", stock)).require()
    assert {"sales", "stock"} <= {*tables}
