"""A list of problems as a person reads it: on a page, on a terminal, as a workbook.

A sentence of a problem says the place, what is wrong and the remedy; in a table each has its
column. The parts are those of the template, so that no value can shift them.
"""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import xlsxwriter

from sim.errors import SopError
from sim.report.text import Text

COLUMNS = (
    "state",
    "file",
    "sheet",
    "row",
    "rows",
    "column",
    "value",
    "expected",
    "wrong",
    "remedy",
)
_PLACE = re.compile(r"^\{file\}[^:]*?[\u00a0]?: ")
_REMEDY = re.compile(r"[\u202f]?; ")
_LAST_PART = re.compile(r"[\u00a0]?: (?!.*: )")
_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_WIDTHS = (16, 28, 14, 8, 9, 20, 22, 34, 46, 52)
_WRONG, _HEAD = "#F8D0C8", "#E4E7EC"
_LONGEST = 32_767  # characters of a cell


class Problem(Protocol):
    """What a listed problem tells."""

    @property
    def severity(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def sheet(self) -> str: ...
    @property
    def row(self) -> int: ...
    @property
    def rows(self) -> int: ...
    @property
    def column(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def expected(self) -> SopError | None: ...
    @property
    def error(self) -> SopError: ...


class MarkedSheet(Protocol):
    """Rows of a source, and which of their cells are wrong."""

    @property
    def name(self) -> str: ...
    @property
    def header(self) -> tuple[str, ...]: ...
    @property
    def rows(self) -> tuple[int, ...]: ...
    @property
    def cells(self) -> tuple[tuple[str, ...], ...]: ...
    @property
    def wrong(self) -> frozenset[tuple[int, int]]: ...


def parts(text: Text, error: SopError) -> tuple[str, str]:
    """What is wrong and what to do about it, without the place.

    >>> from sim.errors import DataError
    >>> from sim.report.text import text_for
    >>> told = {"file": "a.csv", "row": 3, "column": "Qty", "value": "x; y"}
    >>> parts(text_for("en"), DataError("error.data.not_number", **told))
    ('“x; y” is not a number as this file writes them', 'Correct the cell.')
    """
    template = text.templates.get(error.key)
    if template is None:
        return str(error), ""
    body = _PLACE.sub("", template, count=1)
    wrong, *remedy = _REMEDY.split(body, maxsplit=1)
    if not remedy:
        wrong, *remedy = _LAST_PART.split(body, maxsplit=1)
    said = (text.filled(part, error).strip() for part in (wrong, "".join(remedy)))
    wrong, todo = said
    return wrong, _capital(todo)


def line(text: Text, problem: Problem) -> dict[str, str]:
    """One problem as texts by column."""
    wrong, remedy = parts(text, problem.error)
    return {
        "state": text(f"problems.{problem.severity}"),
        "file": problem.file,
        "sheet": problem.sheet,
        "row": str(problem.row or ""),
        "rows": str(problem.rows or ""),
        "column": problem.column,
        "value": problem.value,
        "expected": _capital(text.error(problem.expected)[0]) if problem.expected else "",
        "wrong": _capital(wrong),
        "remedy": remedy,
    }


def workbook(text: Text, problems: Sequence[Problem], sheets: Sequence[MarkedSheet]) -> bytes:
    """An XLSX with the list of problems, then the source rows with their wrong cells coloured.

    Every cell is written as text: nothing from a file becomes a formula or a link.
    """
    body = io.BytesIO()
    with xlsxwriter.Workbook(body, {"constant_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": _HEAD, "text_wrap": True})
        used: set[str] = set()
        _list_page(book, text, problems, head=head, name=_sheet_name(text("problems.title"), used))
        red = book.add_format({"bg_color": _WRONG})
        for sheet in sheets:
            page = book.add_worksheet(_sheet_name(sheet.name, used))
            page.freeze_panes(1, 1)
            page.set_column(0, len(sheet.header), 16)
            _texts(page, 0, (text("problems.column.row"), *sheet.header), {}, head)
            for at, (number, cells) in enumerate(zip(sheet.rows, sheet.cells, strict=True)):
                styles = {n + 1: red for n in range(len(cells)) if (at, n) in sheet.wrong}
                _texts(page, at + 1, (str(number), *cells), styles)
    return body.getvalue()


def _list_page(
    book: Any, text: Text, problems: Sequence[Problem], *, head: object, name: str
) -> None:
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    page = book.add_worksheet(name)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(1, len(problems)), len(COLUMNS) - 1)
    for at, width in enumerate(_WIDTHS):
        page.set_column(at, at, width)
    _texts(page, 0, [text(f"problems.column.{column}") for column in COLUMNS], {}, head)
    for row, problem in enumerate(problems, 1):
        _texts(page, row, list(line(text, problem).values()), {}, wrap)


def _texts(
    page: Any, row: int, cells: Sequence[str], styles: Mapping[int, object], usual: object = None
) -> None:
    for at, cell in enumerate(cells):
        page.write_string(row, at, cell[:_LONGEST], styles.get(at, usual))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _sheet_name(wanted: str, used: set[str]) -> str:
    """A name that a workbook allows: 31 signs, none of []:*?/\\, no two alike."""
    base = _NAME.sub(" ", wanted).strip("' ")[:31] or "-"
    name, count = base, 1
    while name.casefold() in used or name.casefold() == "history":
        count += 1
        name = f"{base[: 31 - len(str(count)) - 1]} {count}"
    used.add(name.casefold())
    return name
