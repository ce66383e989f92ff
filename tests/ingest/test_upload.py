"""The upload path: hostile files, dirty files, guesses and joins on a small look-alike company."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from sim.errors import SopError
from sim.ingest import (
    FileMap,
    assess,
    build,
    inspect,
    map_to,
    read_files,
    read_folder,
    samples,
    signature,
    write_folder,
)
from sim.ingest.demo import demo_tables
from sim.ingest.guess import guess_mappings
from sim.ingest.lines import Reason
from tests.ingest.words import keys, sentences, told

BIKES = Path(__file__).parent / "bikes"


def _book(*rows, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in (sheets or {"Feuil1": rows}).items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _archive(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name.replace("__", "/") + ".xml", body)
    return out.getvalue()


def _corners():
    book = openpyxl.Workbook()
    book.active["A1"] = "item"
    book.active["XFD1048576"] = 2
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SALES = b"item,month,quantity\nA,2024-01,3\nA,2024-02,4\n"
HOSTILE = {
    "empty": (b"", "error.upload.empty"),
    "only separators": (b"\n,,,\n;;\n", "error.upload.empty"),
    "only a header": (b"item,month,quantity\n", "error.upload.no_rows"),
    "no header": (b"1,2,3\n4,5,6\n", "error.upload.no_header"),
    "corner cells": (_corners(), "error.upload.too_wide"),
    "far row": (
        _archive(xl__workbook="<w/>", xl__worksheets__sheet1='<c r="A1"/><c r="B1048576"/>'),
        "error.upload.too_long",
    ),
    "many cells": (
        _archive(xl__workbook="<w/>", xl__worksheets__sheet1='<c r="A1"/><c r="EUZ900000"/>'),
        "error.upload.too_many",
    ),
    "zip bomb": (
        _archive(xl__workbook="<w/>", xl__worksheets__sheet1=b" " * 210_000_000),
        "error.upload.bomb",
    ),
    "dense bomb": (
        _archive(xl__workbook="<w/>", xl__worksheets__sheet1=b" " * 5_000_000),
        "error.upload.bomb",
    ),
    "no workbook": (_archive(word__document="<w/>"), "error.upload.not_workbook"),
    "truncated workbook": (_book(["item"], ["A"])[:1500], "error.upload.cut"),
    "broken workbook": (
        _archive(xl__workbook="<w/>", xl__worksheets__sheet1="<c"),
        "error.upload.cut",
    ),
    "old or locked": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "error.upload.old_excel"),
    "pdf": (b"%PDF-1.7\n1 0 obj", "error.upload.not_table"),
    "binary": (bytes(range(256)) * 20, "error.upload.not_table"),
    "half utf-16": (b"\xff\xfei\x00t", "error.upload.cut"),
    "open quote": (b'item,month\nA,"x\n' + b"B,2024-01\n" * 60, "error.upload.open_quote"),
    "long cell": (b"item,month\nA," + b"x" * 200_000, "error.upload.open_quote"),
    "wide text": (b",".join([b"x"] * 5000) + b"\n", "error.upload.too_wide"),
}


@pytest.fixture(scope="module")
def hostile():
    previews = inspect([(name, body) for name, (body, _) in HOSTILE.items()])
    return {preview.file: preview for preview in previews}


@pytest.mark.parametrize("case", HOSTILE, ids=str)
def test_a_hostile_file_is_one_sentence(case, hostile):
    error = hostile[case].error
    assert error is not None
    assert error.key == HOSTILE[case][1]
    for sentence in sentences(error):
        assert case in sentence
        assert "{" not in sentence


def test_a_slow_or_hungry_child_is_stopped(monkeypatch):
    from sim.ingest import sandbox

    monkeypatch.setattr(sandbox, "WALL", 0.01)
    slow = inspect([("slow.csv", SALES)])[0]
    assert slow.error is not None
    assert slow.error.key == "error.upload.too_slow"
    monkeypatch.setattr(sandbox, "LARGEST", 10)
    large = inspect([("large.csv", SALES)])[0]
    assert large.error is not None
    assert large.error.key == "error.upload.too_large"


def test_a_good_file_beside_a_broken_one_keeps_its_preview():
    broken, good = inspect([("broken.csv", b""), ("sales.csv", SALES)])
    assert broken.error is not None
    assert good.mapping.table == "sales"
    found = build([broken, good])
    assert keys(found.blocking) == ["error.upload.empty"]
    assert not found.ready
    assert build([good]).ready


def test_the_same_name_twice_is_told():
    found = inspect([("sales.csv", SALES), ("sales.csv", SALES)])
    assert [one.error.key if one.error else "" for one in found] == ["", "error.upload.same_name"]


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
    body = _book(
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
    body = _book(
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


# the look-alike company: three kinds of joins, an unknown key, a partial month


def _bikes(*without):
    files = [(file.name, file.read_bytes()) for file in sorted(BIKES.glob("*.csv"))]
    return [(name, body) for name, body in files if not any(word in name for word in without)]


@pytest.fixture(scope="module")
def bikes():
    return inspect(_bikes())


def test_the_joins_of_a_real_export_are_guessed(bikes):
    maps = {one.file: one.mapping for one in bikes}
    assert {name: mapping.table for name, mapping in maps.items() if mapping.table} == {
        "Velo_Products.csv": "item",
        "Velo_Returns.csv": "returns",
        "Velo_Sales_2023.csv": "sales",
        "Velo_Sales_2024.csv": "sales",
        "erp_ProductInventory.csv": "stock",
    }
    (hop,) = maps["Velo_Sales_2024.csv"].columns["item"].hops
    assert (hop.file, hop.key, hop.value) == ("Velo_Products.csv", "ProductKey", "ProductSKU")
    sales = next(one for one in bikes if one.file == "Velo_Sales_2024.csv")
    seen = dict(samples(sales, sales.mapping.columns["item"], bikes))
    assert seen == {"901": "RB-1", "902": "MB-2", "903": "HE-3", "777": ""}
    (hop,) = maps["Velo_Sales_2024.csv"].columns["channel"].hops
    assert (hop.file, hop.value) == ("Velo_Territories.csv", "Country")
    chain = maps["Velo_Products.csv"].columns["family"].hops
    assert [hop.value for hop in chain] == ["ProductCategoryKey", "CategoryName"]
    (hop,) = maps["erp_ProductInventory.csv"].columns["item"].hops
    assert (hop.file, hop.key, hop.value) == ("erp_Product.csv", "ProductID", "ProductNumber")


def test_the_look_alike_company_loads_with_its_control_totals(bikes):
    found = build(bikes)
    assert not found.blocking
    assert {(one.code, one.rows, one.file) for one in found.unknown} == {
        ("777", 1, "Velo_Sales_2024.csv"),
        ("FT-9", 1, "erp_ProductInventory.csv"),
    }
    assert found.partial_month == date(2024, 3, 1)
    assert not found.ready
    good = build(bikes, accept_good_rows=True)
    tables = good.require()
    before = [one for one in good.before if one.table == "sales"]
    assert [(one.rows, one.quantity) for one in before] == [(6, 16.0), (8, 26.0)]
    after = next(one for one in good.after if one.table == "sales")
    assert (after.rows, after.quantity) == (13, 33.0)
    red, mountain, helmet = 13 * 799.99, 8 * 999.0, 12 * 24.5
    assert after.revenue == pytest.approx(red + mountain + helmet)
    sales = tables["sales"]
    january = sales[(sales["month"] == "2023-01-01") & (sales["item"] == "RB-1")]
    assert list(january["quantity"]) == [5.0]
    assert list(january["channel"]) == ["France"]
    assert dict(zip(tables["item"]["item"], tables["item"]["family"], strict=True)) == {
        "RB-1": "Bikes",
        "MB-2": "Bikes",
        "HE-3": "Accessories",
    }
    stock = tables["stock"].set_index("item")
    assert dict(stock["on_hand"]) == {"RB-1": 15.0, "MB-2": 7.0, "HE-3": 40.0}
    assert set(stock["as_of"]) == {pd.Timestamp("2024-02-29")}
    for error in (*found.problems, *found.warnings):
        assert sentences(error)


def test_the_partial_month_is_left_out_by_choice():
    files = _bikes("Returns", "Sub", "Cat", "Terr", "erp")
    extra = b"2-Mar-2024,SO15,901,1,1,1\n"
    files = [(n, b + extra if n == "Velo_Sales_2024.csv" else b) for n, b in files]
    previews = inspect(files)
    kept = build(previews, accept_good_rows=True)
    left = build(previews, accept_good_rows=True, leave_out_partial_month=True)
    assert kept.require()["sales"]["month"].max() == pd.Timestamp("2024-03-01")
    assert left.require()["sales"]["month"].max() == pd.Timestamp("2024-02-01")
    assert any(one.name == Reason.PARTIAL for one in left.left_out)


def test_codes_stay_when_the_file_that_translates_them_is_not_there(bikes):
    maps = {one.id: one.mapping.to_json() for one in bikes}
    rest = [one for one in bikes if one.file != "Velo_Territories.csv"]
    found = build(rest, maps, accept_good_rows=True)
    assert not found.blocking
    told_of = [one for one in found.warnings if "warning.data.lookup_absent" in keys([one])]
    assert "Velo_Territories.csv" in sentences(told_of[0])[0]
    assert all(code.isdigit() for code in found.tables["sales"]["channel"])


def test_one_sales_file_loads_under_the_mapping_of_the_full_set(bikes):
    # As a store remembers it: the same file, next month, without the product list.
    maps = {one.id: one.mapping.to_json() for one in bikes}
    alone = inspect([one for one in _bikes() if one[0] == "Velo_Sales_2024.csv"])
    found = build(alone, {alone[0].id: maps[alone[0].id]}, accept_good_rows=True)
    empty_store = build(alone, accept_good_rows=True)
    assert found.ready
    pd.testing.assert_frame_equal(found.tables["sales"], empty_store.tables["sales"])
    assert set(keys(found.warnings)) - set(keys(empty_store.warnings)) == {
        "warning.data.lookup_absent"
    }


def test_a_longer_lookup_is_followed_as_far_as_the_files_lead(bikes):
    # Without the categories, a family is the name of the subcategory, as without any memory.
    maps = {one.id: one.mapping.to_json() for one in bikes}
    rest = inspect(_bikes("Categories"))
    kept = {one.id: maps[one.id] for one in rest}
    found, fresh = build(rest, kept, accept_good_rows=True), build(rest, accept_good_rows=True)
    assert list(found.tables["item"]["family"]) == list(fresh.tables["item"]["family"])


def test_a_renamed_lookup_file_is_found_by_its_columns(bikes):
    maps = {one.id: one.mapping.to_json() for one in bikes}
    renamed = [replace(one, file=one.file.replace("Territories", "Regions")) for one in bikes]
    found = build(renamed, {k: v for k, v in maps.items() if "Territories" not in k})
    assert not found.blocking
    assert set(found.tables["sales"]["channel"]) == {"France", "Germany"}


def test_without_the_product_file_codes_stay_keys():
    found = build(inspect(_bikes("Products", "Sub", "Cat", "erp")))
    assert not found.problems
    assert set(found.require()["item"]["item"]) == {"901", "902", "903", "777"}


def test_a_person_may_choose_the_table(bikes):
    inventory = next(one for one in bikes if one.file == "erp_ProductInventory.csv")
    chosen = map_to("stock_history", inventory, bikes)
    assert chosen.columns["item"].hops == inventory.mapping.columns["item"].hops
    found = build(bikes, {inventory.id: chosen.to_json()})
    assert "error.data.missing_column" in keys(found.blocking)
    ignored = build(bikes, {inventory.id: map_to("", inventory, bikes).to_json()})
    assert "stock" not in ignored.tables


def test_the_order_of_the_files_changes_nothing(bikes):
    one = build(bikes, accept_good_rows=True).require()
    turned = bikes[::-1]
    maps = {name: mapping.to_json() for name, mapping in guess_mappings(turned).items()}
    other = build(turned, maps, accept_good_rows=True).require()
    for name, frame in one.items():
        order = list(frame)
        pd.testing.assert_frame_equal(
            frame.sort_values(order, ignore_index=True),
            other[name].sort_values(order, ignore_index=True),
        )


def test_quality_counts_what_was_left_out(bikes):
    found = build(bikes)
    quality = assess(found.tables, found)
    by_check = {one.check: one for one in quality.findings}
    assert by_check["unknown_items"].count == 1
    assert by_check["unknown_items"].of == 14
    assert by_check["unknown_items"].lost == pytest.approx(15 * (1 / 14) / 0.10)
    assert by_check["unknown_items"].examples == ("777",)
    assert by_check["partial_month"].lost == 5
    lost = sum(one.lost for one in quality.findings)
    assert quality.score == pytest.approx(100 - lost, abs=0.05)
