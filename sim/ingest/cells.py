"""Bytes of an upload to sheets of text cells, by content. Runs only in the parser child."""

from collections.abc import Iterator
from dataclasses import replace

from sim.ingest.archives import PACKED, Content, content_of, files_in, opened
from sim.ingest.biff import CONTAINER, check_xls
from sim.ingest.limits import Refusal
from sim.ingest.sheets import Sheet

_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd")
_PICTURES = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x7fELF",
    b"MZ\x90",
    b"SQLite format 3",
)
_MARKUP = (b"<html", b"<!doctype", b"<?xml", b"<table", b"<meta", b"<head")
_ODD = bytes(set(range(32)) - set(b"\t\n\x0b\f\r\x1a\x1b\x1c\x1d\x1e\x1f")) + b"\x7f"
_NOT_TABLES = {"error.upload.not_table", "error.upload.packed", "error.upload.not_workbook"}


def read_sheets(body: bytes, encoding: str = "") -> list[Sheet | Refusal]:
    """The sheets of a file, whatever its name says; in an archive, a refusal is one member's.

    Raises
    ------
    Refusal: the file is empty, hostile, cut, or not a table.
    """
    if not body.strip(b"\x00\r\n\t ;,"):
        raise Refusal("error.upload.empty")
    if body.startswith(PACKED):
        with opened(body) as archive:
            if content_of(archive) is Content.FILES:
                return _found(list(_members(files_in(archive), encoding)))
    return [*_read(body, encoding)]


def _members(files: Iterator[tuple[str, bytes]], encoding: str) -> Iterator[Sheet | Refusal]:
    for name, body in files:
        try:
            if not body.strip(b"\x00\r\n\t ;,"):
                raise Refusal("error.upload.empty")
            for sheet in _read(body, encoding):
                yield replace(sheet, member=name)
        except Refusal as refusal:
            refusal.member = name
            yield refusal


def _found(all_of_them: list[Sheet | Refusal]) -> list[Sheet | Refusal]:
    """What an archive gives: pictures and notes beside its tables are named, not refused."""
    sheets = [one for one in all_of_them if isinstance(one, Sheet)]
    others = [one for one in all_of_them if isinstance(one, Refusal) and one.key in _NOT_TABLES]
    if not all_of_them:
        raise Refusal("error.upload.empty")
    if not sheets or not others:
        return all_of_them
    names = {"names": ", ".join(one.member for one in others)[:200]}
    told = replace(sheets[0], notices=(*sheets[0].notices, ("notice.upload.not_tables", names)))
    return [told if one is sheets[0] else one for one in all_of_them if one not in others]


def _read(body: bytes, encoding: str) -> list[Sheet]:
    if body.startswith(PACKED):
        return _packed(body)
    if body.startswith(CONTAINER):
        from sim.ingest.workbooks import workbook_sheets

        check_xls(body)
        return workbook_sheets(body, "xls", {})
    if body.startswith(b"PAR1"):
        from sim.ingest.parquet import parquet_sheet

        return [parquet_sheet(body)]
    from sim.ingest.texts import text_sheet

    _check_text(body)
    return [text_sheet(body, encoding)]


def _packed(body: bytes) -> list[Sheet]:
    from sim.ingest.workbooks import check_workbook, workbook_sheets

    with opened(body) as archive:
        content = content_of(archive)
        if content is Content.FILES:
            raise Refusal("error.upload.nested")
        filters = check_workbook(archive, content)
    return workbook_sheets(body, content.value, filters)


def _check_text(body: bytes) -> None:
    """Refuse what is no text, each with its own way out."""
    from sim.ingest.texts import unmarked

    if body.startswith(_COMPRESSED):
        raise Refusal("error.upload.packed")
    head = body[:4096]
    if head.lstrip(b"\xef\xbb\xbf\r\n\t ").lower().startswith(_MARKUP):
        raise Refusal("error.upload.web_page")
    odd = len(head) - len(head.translate(None, _ODD))
    wide = body.startswith((b"\xff\xfe", b"\xfe\xff")) or unmarked(body)  # UTF-16 has zeros
    if body.startswith(_PICTURES) or (odd * 50 > len(head) and not wide):
        raise Refusal("error.upload.not_table")
