"""Hostile files: one sentence each, and the good file beside them is kept."""

import io
import zipfile

import openpyxl
import pytest

from sim.ingest import (
    build,
    inspect,
)
from tests.ingest.files import SALES, book
from tests.ingest.words import keys, sentences


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
    "truncated workbook": (book(["item"], ["A"])[:1500], "error.upload.cut"),
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
