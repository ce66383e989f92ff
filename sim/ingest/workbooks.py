"""Workbooks of every format to sheets, by calamine. Runs in the parser child."""

import io
import posixpath
import zipfile
from collections.abc import Mapping
from itertools import islice
from typing import Any
from xml.etree import ElementTree

import python_calamine as calamine

from sim.ingest.archives import Content, plain_name, read_member
from sim.ingest.extents import check_ods, check_xlsb, check_xlsx
from sim.ingest.limits import Refusal
from sim.ingest.sheets import BATCH, Gatherer, Sheet

_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def check_workbook(archive: zipfile.ZipFile, content: Content) -> dict[str, int]:
    """Refuse a workbook beyond the limits; give the row of the filter of each sheet.

    Raises
    ------
    Refusal: a sheet reaches too far, or the workbook is damaged.
    """
    if content is Content.XLSX:
        filters = check_xlsx(archive)
        return _by_sheet(archive, filters) if filters else {}
    if content is Content.XLSB:
        check_xlsb(archive)
    else:
        check_ods(archive)
    return {}


def _by_sheet(archive: zipfile.ZipFile, filters: Mapping[str, int]) -> dict[str, int]:
    try:
        book = ElementTree.fromstring(read_member(archive, "xl/workbook.xml"))  # noqa: S314
        links = ElementTree.fromstring(  # noqa: S314 - under the limits of the child
            read_member(archive, "xl/_rels/workbook.xml.rels")
        )
    except ElementTree.ParseError:
        raise Refusal("error.upload.cut") from None
    member = {
        link.get("Id", ""): posixpath.normpath(posixpath.join("/xl", link.get("Target", "")))[1:]
        for link in links
    }
    return {
        sheet.get("name", ""): filters[member.get(sheet.get(_ID, ""), "")]
        for sheet in book.iter()
        if sheet.tag.endswith("}sheet") and member.get(sheet.get(_ID, ""), "") in filters
    }


def workbook_sheets(body: bytes, kind: str, filters: Mapping[str, int]) -> list[Sheet]:
    """The visible sheets that hold cells.

    Raises
    ------
    Refusal: damaged, locked, or nothing to read.
    """
    try:
        return _sheets(body, kind, filters)
    except (MemoryError, Refusal):
        raise
    except calamine.PasswordError:
        raise Refusal("error.upload.password") from None
    except BaseException:  # its own errors, plain ones, and panics that are no Exception
        raise Refusal("error.upload.cut") from None


def _sheets(body: bytes, kind: str, filters: Mapping[str, int]) -> list[Sheet]:
    book = calamine.load_workbook(io.BytesIO(body))
    tables = [one for one in book.sheets_metadata if one.typ == calamine.SheetTypeEnum.WorkSheet]
    visible = [one for one in tables if one.visible == calamine.SheetVisibleEnum.Visible]
    hidden = [plain_name(one.name) for one in tables if one not in visible]
    if not visible:
        raise Refusal("error.upload.all_hidden" if hidden else "error.upload.empty")
    found = [
        sheet
        for one in visible
        if (sheet := _sheet(book, one.name, kind=kind, start=filters.get(one.name, 0)))
    ]
    if not found:
        raise Refusal("error.upload.empty")
    if hidden:
        notice = ("notice.upload.hidden_sheets", {"names": ", ".join(hidden)[:200]})
        found[0] = _told(found[0], *notice)
    return found


def _sheet(book: Any, name: str, *, kind: str, start: int) -> Sheet | None:
    rows = book.get_sheet_by_name(name).iter_rows()
    skipped = list(islice(rows, max(0, start - 1)))
    gatherer, line = Gatherer(), len(skipped) + 1
    while batch := list(islice(rows, BATCH)):
        gatherer.add(batch, range(line, line + len(batch)))
        line += len(batch)
    if not gatherer.batches:
        return None
    sheet = Sheet(kind=kind, name=plain_name(name), batches=gatherer.batches)
    if any(cell != "" for row in skipped for cell in row):
        return _told(sheet, "notice.upload.filter", {"row": start})
    return sheet


def _told(sheet: Sheet, key: str, values: dict[str, Any]) -> Sheet:
    from dataclasses import replace

    return replace(sheet, notices=(*sheet.notices, (key, values)))
