"""The upload path: dirty files, questions, mappings."""

import json
from dataclasses import replace
from datetime import date, datetime

import pandas as pd
import pytest

from sim.errors import SopError
from sim.ingest import (
    FileMap,
    build,
    inspect,
    read_files,
    read_folder,
    signature,
    write_folder,
)
from sim.ingest.demo import demo_tables
from tests.ingest.files import SALES, book
from tests.ingest.words import keys, sentences, told

FRENCH = (
    "Ventes par article;;;\n"
    "Code article;Mois;Qté vendue;CA HT\n"
    "00012;janv.-24;1 234,50;12 345,00 €\n"
    "00012;févr.-24;13,75;137,50 €\n"
    "B 7;févr.-24;155,00;1\u00a0550,00 €\n"
)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_a_french_export_is_read_as_it_was_meant(encoding):
    (preview,) = inspect([("Export ventes.csv", FRENCH.encode(encoding))])
    assert preview.encoding == encoding
    assert preview.separator == ";"
    assert preview.header_row == 2
    assert preview.decimal.value == ","
    assert preview.decimal.sample in FRENCH
    assert [column.samples[0] for column in preview.columns[:2]] == ["00012", "janv.-24"]
    found = build([preview])
    sales = found.require()["sales"]
    assert list(sales["item"]) == ["00012", "00012", "B 7"]
    assert list(sales["quantity"]) == [1234.5, 13.75, 155.0]
    assert list(sales["revenue"]) == [12345.0, 137.5, 1550.0]
    assert list(sales["month"].dt.month) == [1, 2, 2]


def test_a_tab_separated_text_may_call_itself_xls():
    body = "Item\tDate\tQty\nA\t2024-01-31\t3\nB\t2024-02-29\t4\n".encode("latin-1")
    (preview,) = inspect([("sales.xls", body)])
    assert (preview.kind, preview.separator) == ("csv", "\t")
    assert build([preview]).ready


def test_a_workbook_keeps_codes_and_typed_cells():
    body = book(
        ["Article", "Date", "Qté", "Prix"],
        ["00012", datetime(2024, 1, 5), 12.5, "1 234,5"],
        [12, date(2024, 2, 5), 1234.567, "7,25"],
    )
    (preview,) = inspect([("ventes.xlsx", body)])
    assert preview.kind == "xlsx"
    assert preview.id == "ventes.xlsx [Feuil1]"
    sales = build([preview]).require()["sales"]
    assert list(sales["item"]) == ["00012", "12"]
    assert list(sales["quantity"]) == [12.5, 1234.567]
    assert list(sales["month"].dt.month) == [1, 2]


def test_a_workbook_with_several_sheets_gives_several_tables():
    body = book(
        Ventes=[["Article", "Mois", "Qté"], ["A", "2024-01", 5], ["B", "2024-02", 2]],
        Articles=[["Article", "Désignation", "Famille"], ["A", "Enclume", "F"], ["B", "Bac", "G"]],
    )
    previews = inspect([("société.xlsx", body)])
    assert [one.mapping.table for one in previews] == ["sales", "item"]
    item = build(previews).require()["item"]
    assert list(item["label"]) == ["Enclume", "Bac"]


def test_months_as_columns_become_lines_and_an_empty_cell_is_not_a_zero():
    months = ";".join(f"{m:02d}/2024" for m in range(1, 9))
    body = f"Article;{months}\nA;1;2;3;;5;6;7;8\nB;1,5;0;0;0;0;0;0;0\n".encode()
    (preview,) = inspect([("ventes.csv", body)])
    assert len(preview.mapping.wide) == 8
    found = build([preview])
    sales = found.require()["sales"]
    assert len(sales) == 15
    assert sales["quantity"].sum() == 33.5
    assert found.before[0].quantity == 33.5


def test_ambiguous_numbers_and_dates_are_asked_not_guessed():
    body = b"item;date;quantity\nA;01/02/2024;1.234\nA;03/02/2024;2.500\n"
    (preview,) = inspect([("sales.csv", body)])
    assert preview.ambiguous
    asked = build([preview])
    assert keys(asked.blocking) == ["error.upload.ask_decimal", "error.upload.ask_dates"]
    for error in asked.blocking:
        assert sentences(error)
    answer = preview.mapping.to_json() | {"decimal": ",", "dates": "dmy"}
    sales = build([preview], {preview.id: answer}).require()["sales"]
    assert list(sales["quantity"]) == [3734.0]
    answer = preview.mapping.to_json() | {"decimal": ".", "dates": "mdy"}
    sales = build([preview], {preview.id: answer}).require()["sales"]
    assert list(sales["quantity"]) == [1.234, 2.5]


def test_every_bad_cell_is_told_and_left_out_only_by_choice():
    body = b"item,month,quantity\nA,2024-01,3\nA,never,3\nB,2024-01,N/A\n,2024-01,1\nB,2024-02,4\n"
    (preview,) = inspect([("sales.csv", body)])
    found = build([preview])
    assert sorted(keys(found.problems)) == [
        "error.data.missing_value",
        "error.data.not_month",
        "error.data.not_number",
    ]
    assert [told(one)["row"] for one in found.problems] == [5, 3, 4]
    with pytest.raises(SopError):
        found.require()
    good = build([preview], accept_good_rows=True)
    assert good.require()["sales"]["quantity"].sum() == 7.0
    assert good.left_out[0].rows == 3
    assert good.before[0].rows == good.after[0].rows + 3


def test_a_line_with_too_many_cells_is_told():
    lines = b"".join(b"A%d,2024-01,3\n" % n for n in range(60))
    (preview,) = inspect([("sales.csv", b"item,month,quantity\n" + lines + b"Z,2024-01,1,234\n")])
    found = build([preview])
    assert keys(found.problems) == ["error.data.ragged"]
    assert told(found.problems[0])["row"] == 62


def test_negative_sales_become_returns_by_choice():
    (preview,) = inspect([("sales.csv", SALES + b"A,2024-02,-3\nA,2024-02,-1\n")])
    found = build([preview])
    assert keys(found.problems) == ["error.data.negative_sales"]
    tables = build([preview], accept_good_rows=True).require()
    assert list(tables["sales"]["quantity"]) == [3.0, 4.0]
    assert list(tables["returns"]["quantity"]) == [4.0]


def test_one_item_list_in_two_files_counts_once():
    item = b"item,label,price\nA,Anvil,5\nB,Box,6\n"
    files = [("sales.csv", SALES), ("item.csv", item), ("items2.csv", item)]
    previews = inspect(files)
    tables = [one.mapping.table for one in previews]
    assert tables.count("item") == 1
    forced = {
        one.id: FileMap(table="item", columns=previews[1].mapping.columns).to_json()
        for one in previews[1:]
    }
    found = build(previews, forced)
    assert keys(found.problems) == ["error.data.in_two_files"]
    assert len(build(previews, forced, accept_good_rows=True).require()["item"]) == 2


def test_wrong_columns_name_what_is_missing_and_what_is_there():
    (preview,) = inspect([("sales.csv", b"item,colour,size\nA,red,5\n")])
    found = build([preview])
    missing = [told(one)["column"] for one in found.blocking]
    assert missing == ["month", "quantity"]
    assert "colour" in sentences(found.blocking[0])[1]
    assert keys(read_files([("thing.csv", b"colour,size\nred,5\n")]).blocking) == [
        "error.upload.no_sales"
    ]


def test_the_mapping_is_plain_json_and_remembered_by_headers():
    first, same, other = inspect(
        [
            ("sales.csv", SALES),
            ("Sales of May.csv", b"ITEM;Quantity;Month\nB;5;2024-05\n"),
            ("more.csv", b"item,month,qty\nA,2024-01,3\n"),
        ]
    )
    body = json.loads(json.dumps(first.mapping.to_json()))
    assert FileMap.from_json(body).to_json() == body
    assert signature(first) == signature(same)
    assert signature(first) != signature(other)
    returned = replace(first, file="returns.csv")
    assert signature(first) != signature(returned)
    for wrong in ({"table": "nonsense"}, {"columns": {"x": {}}}, {"columns": 5}, {"decimal": "_"}):
        with pytest.raises(SopError) as caught:
            FileMap.from_json(body | wrong)
        assert caught.value.key == "error.upload.mapping"
    gone = body | {"columns": body["columns"] | {"item": {"column": "SKU"}}}
    assert keys(build([first], {first.id: gone}).blocking) == ["error.upload.column_gone"]


def test_bytes_without_a_meaning_are_told():
    (preview,) = inspect([("sales.csv", b"item,month,quantity\n\x81\xe9,2024-01,3\n")])
    assert keys(build([preview]).warnings) == ["warning.upload.odd_characters"]
    assert sentences(preview.notices[0])


def test_the_tables_of_the_demo_company_may_be_dropped_as_files(tmp_path):
    write_folder(demo_tables(), tmp_path)
    direct = read_folder(tmp_path)
    previews = inspect([(file.name, file.read_bytes()) for file in sorted(tmp_path.glob("*.csv"))])
    dropped = build(previews).require()
    assert set(dropped) == set(direct)
    for name, frame in direct.items():
        order = list(frame)
        pd.testing.assert_frame_equal(
            frame.sort_values(order, ignore_index=True),
            dropped[name].sort_values(order, ignore_index=True),
        )


@pytest.mark.parametrize("name", ["item.csv", "Articles.csv"])
def test_an_item_list_that_repeats_a_code_is_told_by_its_line(name):
    items = b"item,name,unit_cost\n" + b"".join(b"I%d,n,1\n" % n for n in range(20))
    sales = b"item,month,quantity\n" + b"".join(b"I%d,2024-01,3\n" % n for n in range(20))
    found = build(inspect([("sales.csv", sales), (name, items + b"I3,n,2\n")]))
    assert not found.blocking
    assert [problem.key for problem in found.problems] == ["error.data.duplicate_key"]
    assert all(name in one and "22" in one for one in sentences(found.problems[0]))
