"""Hostile files: one sentence each, and the good file beside them is kept."""

import gzip
import io
import pickle
import re
import struct
import time
import warnings
import zipfile

import openpyxl
import pyarrow as pa
import pytest

from sim.ingest import FileMap, build, inspect
from tests.ingest.files import SALES, book
from tests.ingest.formats import container, ods, packed, parquet, xls, xlsb
from tests.ingest.words import keys, sentences

ROWS = [["item", "month"], ["A", "2024-01"]]
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)
)


def _sheet(*references):
    cells = "".join(f'<c r="{one}"><v>1</v></c>' for one in ("A1", *references))
    return packed(
        {"xl/workbook.xml": "<w/>", "xl/worksheets/s.xml": f"<sheetData>{cells}</sheetData>"}
    )


def _book_with(member, body):
    """A good workbook with one member replaced."""
    with zipfile.ZipFile(io.BytesIO(book(*ROWS))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return packed(members | {member: body})


def _corners():
    book = openpyxl.Workbook()
    book.active["A1"] = "item"
    book.active["XFD1048576"] = 2
    out = io.BytesIO()
    book.save(out)
    assert len(out.getvalue()) < 6000
    return out.getvalue()


def _overlapping():
    """Two members that share their bytes."""
    body = bytearray(packed({"a.csv": SALES, "b.csv": SALES}))
    second = body.rindex(b"PK\1\2")
    body[second + 42 : second + 46] = struct.pack("<I", 0)
    return bytes(body)


def _locked():
    body = bytearray(packed({"a.csv": SALES}))
    for mark, at in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        body[body.rindex(mark) + at] |= 1
    return bytes(body)


def _laughing_book():
    sheet = f'{LAUGHS}]><worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t>'
    end = "</is></c></row></sheetData></worksheet>"
    return _book_with("xl/worksheets/sheet1.xml", sheet + end)


def _twins():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number in range(1001):
            archive.writestr(f"{number}.csv", b"")
    return out.getvalue()


WIDE = '<table:table-cell table:number-columns-repeated="%d" office:value-type="string"/>'
HOSTILE = {
    "empty": (b"", "error.upload.empty"),
    "only separators": (b"\n,,,\n;;\n", "error.upload.empty"),
    "only a mark": (b"\xff\xfe\n\0", "error.upload.empty"),
    "only a header": (b"item,month,quantity\n", "error.upload.no_rows"),
    "no header": (b"1,2,3\n4,5,6\n", "error.upload.no_header"),
    "corner cells": (_corners(), "error.upload.too_wide"),
    "far row": (_sheet("B1048576"), "error.upload.too_long"),
    "far row in small letters": (_sheet("b1048576"), "error.upload.too_long"),
    "many cells": (_sheet("EUZ900000"), "error.upload.too_many"),
    "cells in between": (_sheet("ZZ99999"), "error.upload.too_many"),
    "corner xls": (
        xls(S=ROWS, extra=struct.pack("<HHHHHd", 0x0203, 14, 60_000, 60_000, 0, 1.0)),
        "error.upload.too_wide",
    ),
    "corner xlsb": (xlsb(S=[[*[None] * 5000, "x"]]), "error.upload.too_wide"),
    "wide ods": (
        ods(S=f"<table:table-row>{WIDE % 16_384}</table:table-row>"),
        "error.upload.too_wide",
    ),
    "long ods": (
        ods(
            S=f'<table:table-row table:number-rows-repeated="1048576">{WIDE % 1}</table:table-row>'
        ),
        "error.upload.too_long",
    ),
    "large ods": (
        ods(
            S=f'<table:table-row table:number-rows-repeated="900000">{WIDE % 99}</table:table-row>'
        ),
        "error.upload.too_many",
    ),
    "zip bomb": (packed({"bomb.csv": b" " * 210_000_000}), "error.upload.bomb"),
    "dense bomb": (packed({"bomb.csv": b" " * 5_000_000}), "error.upload.ratio"),
    "nested bomb": (
        packed({"a.zip": packed({"b.zip": packed({"c.csv": b" " * 5_000_000})})}),
        "error.upload.nested",
    ),
    "overlapping members": (_overlapping(), "error.upload.cut"),
    "many members": (_twins(), "error.upload.members"),
    "locked archive": (_locked(), "error.upload.password"),
    "laughing xlsx": (_laughing_book(), "error.upload.cut"),
    "laughing ods": (
        ods(
            start=LAUGHS + "]>",
            S="<table:table-row><table:table-cell office:value-type='string'>"
            "<text:p>&a9;</text:p></table:table-cell></table:table-row>",
        ),
        "error.upload.cut",
    ),
    "long parquet": (parquet({"a": pa.array([1] * 1_000_001)}), "error.upload.too_long"),
    "wide parquet": (parquet({f"c{n}": [1] for n in range(4001)}), "error.upload.too_wide"),
    "large parquet": (
        parquet({"a": pa.array(["x" * 900] * 300_000)}, compression="zstd"),
        "error.upload.bomb",
    ),
    "document": (
        packed({"[Content_Types].xml": "<t/>", "word/document.xml": "<w/>"}),
        "error.upload.not_workbook",
    ),
    "letter": (container(WordDocument=b"x"), "error.upload.not_workbook"),
    "encrypted": (container(EncryptedPackage=b"x"), "error.upload.password"),
    "locked xls": (xls(S=ROWS, extra=struct.pack("<HH", 0x002F, 0)), "error.upload.password"),
    "broken workbook": (_sheet(), "error.upload.cut"),
    "broken container": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "error.upload.cut"),
    **{
        f"truncated {kind}": (body[: len(body) * 2 // 3], "error.upload.cut")
        for kind, body in {
            "xlsx": book(*ROWS),
            "xls": xls(S=ROWS),
            "xlsb": xlsb(S=ROWS),
            "ods": ods(S=ROWS),
            "parquet": parquet({"item": ["A"], "month": ["2024-01"]}),
            "zip": packed({"a.csv": SALES}),
        }.items()
    },
    "gzip": (gzip.compress(SALES), "error.upload.packed"),
    "pdf": (b"%PDF-1.7\n1 0 obj", "error.upload.not_table"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "error.upload.not_table"),
    "pickle": (pickle.dumps({"a": [1, 2, 3]}), "error.upload.not_table"),
    "binary": (bytes(range(256)) * 20, "error.upload.not_table"),
    "web page": (b"\r\n<html><table><tr><td>1</td></tr></table>", "error.upload.web_page"),
    "half utf-16": (b"\xff\xfei\x00t", "error.upload.cut"),
    "open quote": (b'item,month\nA,"x\n' + b"B,2024-01\n" * 60, "error.upload.open_quote"),
    "open quote, long": (
        b'item,month\nA,"x\n' + b"B,2024-01\n" * 60_000,
        "error.upload.open_quote",
    ),
    "long cell": (b"item,month\nA," + b"x" * 200_000, "error.upload.long_cell"),
    "one long line": (b"x" * 3_000_000, "error.upload.long_cell"),
    "one long line of cells": (b"x," * 1_500_000, "error.upload.too_wide"),
    "wide text": (b",".join([b"x"] * 5000) + b"\n", "error.upload.too_wide"),
    "long text": (b"a,b\n" + b"1,2\n" * 1_000_000, "error.upload.too_long"),
}


@pytest.fixture(scope="module")
def hostile():
    previews = inspect([(name, body) for name, (body, _) in HOSTILE.items()])
    return {preview.file.split("/")[0]: preview for preview in previews}


@pytest.mark.parametrize("case", HOSTILE, ids=str)
def test_a_hostile_file_is_one_sentence(case, hostile):
    error = hostile[case].error
    assert error is not None
    assert error.key == HOSTILE[case][1]
    for sentence in sentences(error):
        assert case in sentence
        assert len(sentence) < 400
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


def test_four_thousand_equal_headers_have_names_of_their_own_in_seconds():
    width, began = 4_000, time.process_time()
    (preview,) = inspect([("wide.csv", b"\n".join(b";".join([w] * width) for w in (b"a", b"1")))])
    names = [column.name for column in preview.columns]
    assert names[:2] == ["a", "a (2)"]
    assert len({*names}) == width
    assert time.process_time() - began < 20


def test_one_long_text_in_many_cells_of_a_small_workbook_is_refused():
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 14_001))
    body = book(["x"])
    with zipfile.ZipFile(io.BytesIO(body)) as given:
        members = {name: given.read(name) for name in given.namelist()}
    (sheet,) = [name for name in members if name.startswith("xl/worksheets/sheet")]
    members[sheet] = re.sub(rb"<row .*</row>", cells.encode(), members[sheet], flags=re.DOTALL)
    text = "<sst xmlns='{}'><si><t>{}</t></si></sst>"
    spread = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    members["xl/sharedStrings.xml"] = text.format(spread, "x" * 32_000).encode()
    small = packed(members)
    assert len(small) < 400_000
    (preview,) = inspect([("a.xlsx", small)])
    assert preview.error.key == "error.upload.bomb"
    assert "400" in sentences(preview.error)[0]


def test_headers_as_long_as_a_book_are_cut_and_read_in_seconds():
    words, began = " xyz" * 7_500, time.process_time()
    header = ";".join(f"item {n % 3}{words}" for n in range(300))
    (preview,) = inspect([("d.csv", f"{header}\n{';'.join(['1'] * 300)}\n".encode())])
    names = [column.name for column in preview.columns]
    assert len({*names}) == 300
    assert max(map(len, names)) < 210
    given = {"table": "sales", "columns": {"item": {"column": names[0]}}}
    assert FileMap.from_json(given).columns["item"].column == names[0]
    assert time.process_time() - began < 15
