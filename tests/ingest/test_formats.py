"""Every format gives the same cells: codes stay texts, numbers and dates are exact."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pytest

from sim.ingest import build, inspect
from sim.ingest.numerals import TYPED
from tests.ingest.files import SALES, book
from tests.ingest.formats import ods, packed, parquet, xls, xlsb
from tests.ingest.words import keys, sentences

ROWS = [
    ["Article", "Mois", "Qté", "Prix", "promo"],
    ["00012", date(2024, 1, 5), 12.0, "1 234,5", True],
    ["Bœuf", date(2024, 2, 29), 0.125, None, False],
]
READ = [
    ["Article", "Mois", "Qté", "Prix", "promo"],
    ["00012", f"{TYPED}2024-01-05", f"{TYPED}12", "1 234,5", "1"],
    ["Bœuf", f"{TYPED}2024-02-29", f"{TYPED}0.125", "", "0"],
]
BOOKS = {
    "xlsx": book(*ROWS),
    "xls": xls(Feuil1=ROWS),
    "xlsb": xlsb(Feuil1=ROWS),
    "ods": ods(Feuil1=ROWS),
}


def cells(preview):
    names = [column.name for column in preview.columns]
    columns = [preview.texts(name) for name in names]
    return [names, *map(list, zip(*columns, strict=True))]


@pytest.mark.parametrize("kind", BOOKS)
def test_a_workbook_of_every_format_gives_the_same_cells(kind):
    (preview,) = inspect([(f"ventes.{kind}", BOOKS[kind])])
    assert preview.error is None, preview.error
    assert (preview.kind, preview.sheet) == (kind, "Feuil1")
    assert cells(preview) == READ


def _percent():
    made = openpyxl.Workbook()
    for row in (["item", "month", "quantity", "share", "age"], ["A", "2024-01", 3, 0.12, None]):
        made.active.append(row)
    made.active["D2"].number_format = "0 %"
    made.active["E2"] = timedelta(hours=26, minutes=5)
    made.active["E2"].number_format = "[h]:mm:ss"
    made.active["F2"] = "=1/0"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_percentages_and_durations_keep_their_values():
    (preview,) = inspect([("a.xlsx", _percent())])
    assert cells(preview)[1][3:] == [f"{TYPED}0.12", "26:05:00"]


@pytest.mark.parametrize("make", [xls, xlsb, ods])
def test_hidden_sheets_are_left_out_and_named(make):
    (preview,) = inspect([("b.bin", make(hidden={"Calculs"}, Ventes=ROWS, Calculs=ROWS))])
    assert preview.sheet == "Ventes"
    assert keys(preview.notices) == ["notice.upload.hidden_sheets"]
    assert all("Calculs" in one for one in sentences(preview.notices[0]))
    (error,) = inspect([("b.bin", make(hidden={"Calculs"}, Calculs=ROWS))])
    assert error.error is not None
    assert error.error.key == "error.upload.all_hidden"


def test_a_filter_marks_where_the_table_starts():
    made = openpyxl.Workbook()
    made.active.title = "A&B"
    for row in (
        ["Item", "Month"],
        ["units", "2024"],
        ["Item", "Month", "Quantity"],
        ["A", 202401, 3],
    ):
        made.active.append(row)
    made.active.auto_filter.ref = "A3:C4"
    out = io.BytesIO()
    made.save(out)
    (preview,) = inspect([("f.xlsx", out.getvalue())])
    assert (preview.header_row, preview.rows, preview.row_numbers()) == (3, 1, [4])
    assert keys(preview.notices) == ["notice.upload.filter"]
    assert sentences(preview.notices[0])


def test_parquet_gives_typed_cells_from_column_names():
    at = datetime(2024, 1, 31, 23, 30, tzinfo=UTC)
    body = parquet(
        {
            "item": pa.array(["00012", " B ", None]),
            "month": pa.array([date(2024, 1, 31), None, date(2024, 3, 1)]),
            "quantity": pa.array([1.5, float("nan"), 3.0]),
            "ean": pa.array([3_250_390_000_012_345_678, 1, 2]),
            "price": pa.array([Decimal("1.50"), None, Decimal("12.00")]),
            "family": pa.array(["F", "F", "G"]).dictionary_encode(),
            "at": pa.array([at] * 3, pa.timestamp("ns", "Europe/Paris")),
            "promo": pa.array([True, False, None]),
            "tags": pa.array([["x"], [], None]),
        }
    )
    (preview,) = inspect([("sales.parquet", body)])
    assert preview.kind == "parquet"
    t = TYPED
    assert [line[:5] for line in cells(preview)[1:]] == [
        ["00012", f"{t}2024-01-31", f"{t}1.5", f"{t}3250390000012345678", f"{t}1.5"],
        ["B", "", "", f"{t}1", ""],
        ["", f"{t}2024-03-01", f"{t}3", f"{t}2", f"{t}12"],
    ]
    assert [line[5:] for line in cells(preview)[1:]] == [
        ["F", f"{t}2024-02-01", "1"],
        ["F", f"{t}2024-02-01", "0"],
        ["G", f"{t}2024-02-01", ""],
    ]
    assert keys(preview.notices) == ["notice.upload.not_plain"]
    assert sentences(preview.notices[0])


def test_an_archive_gives_its_tables_under_their_names():
    body = packed(
        {
            "../../etc/sales.csv": SALES,
            "old/": b"",
            "old/\x1b[31mitems.xlsx": book(["item", "label"], ["A", "Anvil"]),
            "__MACOSX/._sales.csv": b"\0\5\x16\7",
            "photo.png": b"\x89PNG\r\n\x1a\n\0\0",
            "broken.csv": b"",
        }
    )
    previews = inspect([("all.zip", body)])
    assert [one.id for one in previews] == [
        "all.zip/../../etc/sales.csv",
        "all.zip/old/\ufffd[31mitems.xlsx [Feuil1]",
        "all.zip/broken.csv",
    ]
    assert [one.mapping.table for one in previews] == ["sales", "item", ""]
    assert keys(previews[0].notices) == ["notice.upload.not_tables"]
    assert all("photo.png" in one for one in sentences(previews[0].notices[0]))
    assert previews[2].error is not None
    assert previews[2].error.key == "error.upload.empty"
    assert build(previews[:2]).ready
