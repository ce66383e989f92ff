"""A workbook to fill in: one sheet per canonical table, in the words of the user's language.

Its headings are the very words by which the import knows the fields, so it loads back without
a mapping by hand, empty or filled, also after a spreadsheet program has saved it. ``word``
gives the text of a key, as ``sim.report.text`` does.
"""

import io
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from sim.ingest.schema import TABLES, Column, Kind, Table

Tables = Mapping[str, pd.DataFrame]
HEADER = 1  # the title is above it
_ROWS = 5_000  # lines for which lists and hints are prepared
_LISTED = {"item", "channel", "resource"}  # tables whose codes other sheets choose from
_WIDTH = 18
_LOCALE = Path(__file__).parents[2] / "data" / "locale"
_NOTES = re.compile(r'msgid "template\.notes\.(?:table|column|required|unit)"\nmsgstr "(.*)"')


class Word(Protocol):
    """The text of a key in one language."""

    def __call__(self, key: str, /, **values: object) -> str:
        """The text, its fields filled in."""


def template(word: Word, tables: Tables | None = None) -> bytes:
    """The workbook: every table and column, or the tables given with their filled columns.

    Parameters
    ----------
    word : the text of a key
    tables : canonical tables to fill in; None gives an empty template
    """
    from xlsxwriter import Workbook

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    names = [name for name in TABLES if tables is None or name in tables]
    with Workbook(out, options) as book:
        formats = _formats(book)
        for name in names:
            frame = None if tables is None else tables[name]
            sheet = book.add_worksheet(sheet_name(word, name))
            _write_table(sheet, TABLES[name], frame, word=word, formats=formats, listed=names)
        _write_notes(book.add_worksheet(word("template.notes")), names, word, formats)
    return out.getvalue()


def sheet_name(word: Word, table: str) -> str:
    """What the sheet of a table is called: at most 31 signs, as spreadsheets demand."""
    return word(f"table.{table}")[:31]


def heading(word: Word, column: Column) -> str:
    """The heading of a column; a star marks what is required."""
    return word(f"field.{column.name}") + (" *" if column.required else "")


def content(word: Word, column: Column) -> str:
    """What a column holds: its unit, its choices or the sheet that has its codes."""
    if column.kind is Kind.CHOICE:
        return word("template.notes.choice", choices=", ".join(choices(word, column)))
    if column.kind is Kind.FLAG:
        return word("template.notes.flag")
    if column.unit:
        return word("template.unit." + re.sub(r"[^a-z0-9]+", "_", column.unit).strip("_"))
    if column.refers and column.refers[0] != column.name:
        return word("template.notes.code", table=word(f"table.{column.refers[0]}"))
    return word("template.notes.text")


def choices(word: Word, column: Column) -> list[str]:
    """The words of the choices of a column."""
    return [word(f"choice.{choice}") for choice in column.choices]


def _formats(book: Any) -> dict[str, Any]:
    head = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
    return {
        "title": book.add_format({"italic": True, "font_color": "#555555"}),
        "head": book.add_format(head),
        "needed": book.add_format({**head, "bg_color": "#FFF2CC"}),
        Kind.MONTH: book.add_format({"num_format": "mmm yyyy", "align": "left"}),
        Kind.DATE: book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        Kind.TEXT: book.add_format({"num_format": "@"}),  # "00012" stays a text
        Kind.NUMBER: book.add_format({}),
    }


def _write_table(
    sheet: Any,
    table: Table,
    frame: pd.DataFrame | None,
    *,
    word: Word,
    formats: Mapping[str, Any],
    listed: list[str],
) -> None:
    key = ", ".join(word(f"field.{name}") for name in table.key)
    title = word("template.title", table=word(f"table.{table.name}"), key=key)
    sheet.write_string(0, 0, title, formats["title"])
    columns = [c for c in table.columns if frame is None or c.required or filled(frame, c.name)]
    for at, column in enumerate(columns):
        look = formats["needed" if column.required else "head"]
        sheet.write_string(HEADER, at, heading(word, column), look)
        cells = formats[_look(column)]
        sheet.set_column(at, at, _WIDTH, cells)
        _help(sheet, at, column, word=word, listed=listed)
        if frame is not None and column.name in frame:
            for row, value in enumerate(frame[column.name], start=HEADER + 1):
                _write(sheet, (row, at), value, word=word, column=column, cells=cells)
    sheet.freeze_panes(HEADER + 1, 0)


def filled(frame: pd.DataFrame, name: str) -> bool:
    """Whether a column is there and holds a value; an empty text is none."""
    return name in frame and bool((frame[name].notna() & (frame[name] != "")).any())


def _look(column: Column) -> Kind:
    if column.kind in {Kind.MONTH, Kind.DATE}:
        return column.kind
    number = column.kind in {Kind.NUMBER, Kind.INTEGER, Kind.FLAG}
    return Kind.NUMBER if number else Kind.TEXT


def _help(sheet: Any, at: int, column: Column, *, word: Word, listed: list[str]) -> None:
    """A hint on every cell, and a list to choose from where there is one."""
    rule: dict[str, Any] = {
        "validate": "any",
        "input_title": word(f"field.{column.name}")[:32],
        "input_message": content(word, column)[:255],
        "error_type": "information",  # the import explains better what is wrong
    }
    if column.kind is Kind.CHOICE:
        rule |= {"validate": "list", "source": choices(word, column)}
    elif column.kind is Kind.FLAG:
        rule |= {"validate": "list", "source": ["0", "1"]}
    elif column.refers in {(name, name) for name in _LISTED & {*listed}}:
        name = sheet_name(word, str(column.refers[0] if column.refers else ""))
        rule |= {"validate": "list", "source": f"='{name}'!$A${HEADER + 2}:$A${_ROWS}"}
    sheet.data_validation(HEADER + 1, at, _ROWS, at, rule)


def _write(
    sheet: Any, place: tuple[int, int], value: Any, *, word: Word, column: Column, cells: Any
) -> None:
    if value is None or pd.isna(value) or value == "":
        return
    if isinstance(value, pd.Timestamp):
        sheet.write_datetime(*place, value.to_pydatetime(), cells)
    elif isinstance(value, str):
        known = column.kind is Kind.CHOICE and value in column.choices
        sheet.write_string(*place, word(f"choice.{value}") if known else value, cells)
    else:
        sheet.write_number(*place, float(value), cells)


def _write_notes(sheet: Any, names: list[str], word: Word, formats: Mapping[str, Any]) -> None:
    """The last sheet: what each column holds."""
    for at, name in enumerate(("table", "column", "required", "unit")):
        sheet.write_string(0, at, word(f"template.notes.{name}"), formats["head"])
        sheet.set_column(at, at, 2 * _WIDTH)
    row = 0
    for name in names:
        for column in TABLES[name].columns:
            row += 1
            sheet.write_string(row, 0, sheet_name(word, name))
            sheet.write_string(row, 1, word(f"field.{column.name}"))
            sheet.write_string(row, 2, _needed(word, TABLES[name], column))
            sheet.write_string(row, 3, content(word, column))
    sheet.freeze_panes(1, 0)


def is_notes(words: Sequence[str]) -> bool:
    """Whether these head the template's own notes, in any language."""
    return tuple(words) in _notes_columns()


@cache
def _notes_columns() -> frozenset[tuple[str, ...]]:
    pages = sorted(_LOCALE.glob("*/template.po"))
    return frozenset(tuple(_NOTES.findall(page.read_text("utf-8"))) for page in pages)


def _needed(word: Word, table: Table, column: Column) -> str:
    if column.required:
        return word("template.notes.yes")
    groups = [group for group in table.one_of if column.name in group]
    if not groups:
        return ""
    names = " / ".join(word(f"field.{name}") for name in groups[0])
    return word("template.notes.one_of", names=names)
