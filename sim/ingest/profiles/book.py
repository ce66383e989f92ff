"""The sheets of a frePPLe data set, found by their names and headers."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.errors import DataError, SopError
from sim.ingest.headers import normal
from sim.ingest.numerals import TYPED, find_decimal, read_number
from sim.ingest.profiles.words import read_data

if TYPE_CHECKING:
    from sim.ingest.preview import FilePreview

_EMPTY = frozenset({"error.upload.no_rows", "error.upload.no_header"})
_COMPUTED = ("quantity", "maximum", "efficiency", "value", "default", "duration_per", "duration")
_LINKS = frozenset({"operation", "operationmaterial", "operationresource", "suboperation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a sheet: its row, and its cells under frePPLe's own field names."""

    sheet: "FilePreview"
    row: int
    cells: Mapping[str, str]

    def text(self, name: str) -> str:
        """A cell as a code; "" when it is empty or its column is absent."""
        return self.cells.get(name, "").removeprefix(TYPED)


@dataclass(slots=True, kw_only=True)
class Book:
    """A frePPLe data set: its sheets by kind, and those that nothing is taken from."""

    sheets: dict[str, "FilePreview"]
    headers: dict[str, dict[str, str]]  # kind -> field -> header
    unused: list["FilePreview"]
    decimal: str = "."
    problems: list[SopError] = field(default_factory=list)
    warnings: list[SopError] = field(default_factory=list)
    known: dict[str, list[Line]] = field(default_factory=dict)  # lines read before

    def lines(self, kind: str) -> list[Line]:
        """The lines of a sheet, none when the set has no such sheet."""
        sheet = self.sheets.get(kind)
        if sheet is None:
            return []
        if kind not in self.known:
            texts = {name: sheet.texts(header) for name, header in self.headers[kind].items()}
            self.known[kind] = [
                Line(sheet=sheet, row=row, cells={name: cells[at] for name, cells in texts.items()})
                for at, row in enumerate(sheet.row_numbers())
            ]
        return self.known[kind]

    def at_most(self, kind: str, limit: int) -> list[Line]:
        """The lines of a sheet.

        Raises
        ------
        DataError: there are more than a company has.
        """
        lines = self.lines(kind)
        if len(lines) > limit:
            raise DataError("error.profile.too_large", file=lines[0].sheet.id, limit=limit)
        return lines

    def number(self, line: Line, name: str, default: float) -> float:
        """A number of a line; one that cannot be read is a problem and counts as the default."""
        text = line.cells.get(name, "")
        if text in {"", TYPED}:
            return default
        value = read_number(text, self.decimal)
        return self.checked(line, name, value, default)

    def checked(self, line: Line, name: str, value: float | None, default: float) -> float:
        """A value that was read, or the default and a problem with its place."""
        if value is not None and abs(value) <= 1e12:
            return value
        shown = " ".join(line.text(name).split())[:60]
        place = {"file": line.sheet.id, "row": line.row, "column": name, "value": shown}
        self.problems.append(DataError("error.data.not_number", **place))
        return default


def kinds() -> Mapping[str, Any]:
    """The kinds of sheets and the names of their columns, read once."""
    body: dict[str, Any] = read_data("frepple.json")
    return body


def find_book(previews: Sequence["FilePreview"]) -> Book | None:
    """The frePPLe sheets among these, or None when they are not a frePPLe data set.

    Two sheets that only frePPLe has decide; lists such as item or customer follow them.
    """
    book = Book(sheets={}, headers={}, unused=[])
    for by_name in (True, False):
        for preview in previews:
            if preview.error is None and preview.block == 1 and preview not in _taken(book):
                _place(book, preview, by_name=by_name)
    telling = {kind for kind in book.sheets if "telling" in kinds()[kind]}
    if len(telling) < 2 or not (telling & _LINKS or {"demand", "buffer"} <= telling):
        return None
    files = {sheet.file for sheet in book.sheets.values()}
    book.unused += [one for one in previews if _is_empty(one, files)]
    book.decimal = _decimal(book)
    return book


def _taken(book: Book) -> list["FilePreview"]:
    return [*book.sheets.values(), *book.unused]


def _place(book: Book, preview: "FilePreview", *, by_name: bool) -> None:
    stem = _stem(preview)
    if by_name and stem in kinds()["unused"]:
        book.unused.append(preview)
        return
    for kind, known in kinds().items():
        if kind == "unused" or kind in book.sheets:
            continue
        wanted = known["needs"] if by_name else known.get("telling", ())
        if (stem in known["names"]) != by_name or not wanted:
            continue
        headers = _headers(preview, known["columns"])
        if headers.keys() >= {*wanted}:
            book.sheets[kind], book.headers[kind] = preview, headers
            return


def _headers(preview: "FilePreview", known: Mapping[str, Sequence[str]]) -> dict[str, str]:
    names = {
        normal(column.name).replace(" ", ""): column.name for column in reversed(preview.columns)
    }
    found: dict[str, str] = {}
    for name, synonyms in known.items():
        forms = (normal(word).replace(" ", "") for word in (name, *synonyms))
        header = next((names[form] for form in forms if form in names), "")
        if header:
            found[name] = header
    return found


def _stem(preview: "FilePreview") -> str:
    name = preview.sheet or preview.file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return re.sub(r"[^a-z]", "", normal(name))


def _is_empty(preview: "FilePreview", files: set[str]) -> bool:
    """A sheet of the set that has a header and no line: an export of an empty table."""
    known = {name for kind, body in kinds().items() if kind != "unused" for name in body["names"]}
    empty = preview.error is not None and preview.error.key in _EMPTY
    named = _stem(preview) in known | {*kinds()["unused"]}
    return empty and named and (not preview.sheet or preview.file in files)


def _decimal(book: Book) -> str:
    """The decimal sign of the set; where no cell proves it, frePPLe writes "," beside ";"."""
    cells = [
        cell
        for kind, sheet in book.sheets.items()
        for name, header in book.headers[kind].items()
        if name in _COMPUTED
        for cell in sorted({*sheet.texts(header)})
    ]
    found = find_decimal(cells)
    if not found.ambiguous:
        return found.value
    return "," if any(one.separator == ";" for one in book.sheets.values()) else "."


def by_key(lines: Sequence[Line], key: Callable[[Line], str]) -> dict[str, list[Line]]:
    """Lines grouped by a code, in their order."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(key(line), []).append(line)
    return found
