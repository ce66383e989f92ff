"""A first look at uploaded files: what each one is, and a guess of what it means."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from sim.errors import DataError, SopError
from sim.ingest.dates import find_order, looks_like_date
from sim.ingest.headers import likeness, words
from sim.ingest.mapping import FileMap
from sim.ingest.numerals import TYPED, Found, find_decimal, looks_like_number
from sim.ingest.sandbox import RawSheet, read_raw

Cells: TypeAlias = "pa.ChunkedArray[Any]"
_LOOK = 500  # distinct cells looked at to tell what a column holds


@dataclass(frozen=True, kw_only=True)
class ColumnPreview:
    """One column of a sheet: its name, five sample values and what they look like."""

    name: str
    samples: tuple[str, ...]
    distinct: int
    filled: int
    number_share: float
    date_share: float

    @property
    def unique(self) -> bool:
        """Whether every filled cell is different."""
        return self.filled > 0 and self.distinct == self.filled

    @property
    def holds(self) -> str:
        """date, number or text."""
        if self.date_share >= 0.6:
            return "date"
        return "number" if self.number_share >= 0.6 else "text"


@dataclass(frozen=True, kw_only=True, eq=False)
class FilePreview:
    """One sheet of an upload, or why it cannot be read (``error``)."""

    file: str
    sheet: str = ""
    kind: str = ""
    encoding: str = ""
    separator: str = ""
    header_row: int = 0
    rows: int = 0
    columns: tuple[ColumnPreview, ...] = ()
    mapping: FileMap = field(default_factory=FileMap)
    decimal: Found = field(default_factory=lambda: Found(value="."))
    order: Found = field(default_factory=lambda: Found(value="dmy"))
    error: SopError | None = None
    notices: tuple[SopError, ...] = ()
    cells: pa.Table | None = None  # column "row", then one per entry of ``columns``
    history: pa.Table | None = None  # monthly lines of a warehouse or folder, instead of cells

    @property
    def id(self) -> str:
        """What lookups and mappings call this sheet."""
        return f"{self.file} [{self.sheet}]" if self.sheet else self.file

    @property
    def ambiguous(self) -> bool:
        """Whether a person must say how numbers or dates are written."""
        return (self.decimal.ambiguous and not self.mapping.decimal) or (
            self.order.ambiguous and not self.mapping.dates
        )

    def column(self, name: str) -> ColumnPreview | None:
        """The column of this name."""
        return next((column for column in self.columns if column.name == name), None)

    def texts(self, name: str) -> list[str]:
        """Every cell of a column, as text."""
        return _texts(self._cells(name))

    def row_numbers(self) -> list[int]:
        """The row of each line as a spreadsheet counts them."""
        rows: list[Any] = self._body.column(0).to_pylist()
        return rows

    def codes(self, name: str) -> frozenset[str]:
        """The distinct filled cells of a column, as codes."""
        if name not in self._memory:
            cells = _texts(pc.unique(self._cells(name)))
            self._memory[name] = frozenset(
                cell.removeprefix(TYPED) for cell in cells if cell not in {"", TYPED}
            )
        return self._memory[name]

    @cached_property
    def _memory(self) -> dict[str, frozenset[str]]:
        return {}

    def _cells(self, name: str) -> Cells:
        at = next(at for at, column in enumerate(self.columns) if column.name == name)
        return self._body.column(at + 1)

    @property
    def _body(self) -> pa.Table:
        if self.cells is None:
            raise DataError("error.upload.empty", file=self.file)
        return self.cells


def inspect(files: Sequence[tuple[str, bytes]]) -> list[FilePreview]:
    """Look at uploaded files, each parsed in a limited child process.

    Parameters
    ----------
    files : (name, content) of each upload

    Returns
    -------
    One preview per sheet with a guessed mapping, or per unreadable file with its error.
    """
    from sim.ingest.guess import guess_mappings
    from sim.ingest.history import History, look_at

    histories = [look_at(file, body) for file, body in files if isinstance(body, History)]
    files = [(file, body) for file, body in files if not isinstance(body, History)]
    previews: list[FilePreview] = []
    seen: set[str] = set()
    for (name, _), found in zip(files, read_raw(list(files)), strict=True):
        if name in seen:
            error = DataError("error.upload.same_name", file=name)
            previews.append(FilePreview(file=name, error=error))
        elif isinstance(found, SopError):
            previews.append(FilePreview(file=name, error=found))
        else:
            previews += [_look(sheet) for sheet in found]
        seen.add(name)
    guessed = guess_mappings(previews)
    return histories + [
        with_mapping(preview, guessed[preview.id]) if preview.error is None else preview
        for preview in previews
    ]


def with_mapping(preview: FilePreview, mapping: FileMap) -> FilePreview:
    """The preview under another mapping: decimal sign and date order are found again."""
    decimal, order = find_styles(preview, mapping)
    return replace(preview, mapping=mapping, decimal=decimal, order=order)


def find_styles(preview: FilePreview, mapping: FileMap) -> tuple[Found, Found]:
    """Decimal sign and date order of a sheet, from the columns that its mapping uses."""
    from sim.ingest.schema import TABLES, Kind

    numbers: set[str] = set(mapping.wide)
    days: set[str] = set()
    for name, source in mapping.columns.items():
        if preview.column(source.column) is None or source.hops:
            continue
        kind = TABLES[mapping.table].column(name).kind
        if kind in {Kind.MONTH, Kind.DATE}:
            days.add(source.column)
        elif kind in {Kind.NUMBER, Kind.INTEGER}:
            numbers.add(source.column)
    there = [column.name for column in preview.columns]
    return (
        find_decimal(cell for name in there if name in numbers for cell in _ordered(preview, name)),
        find_order(cell for name in there if name in days for cell in _ordered(preview, name)),
    )


def _ordered(preview: FilePreview, name: str) -> list[str]:
    return sorted(preview.codes(name))


def _look(raw: RawSheet) -> FilePreview:
    width = raw.cells.num_columns - 1
    head = raw.cells.slice(0, 20)
    lines = [[head.column(at + 1)[n].as_py() for at in range(width)] for n in range(len(head))]
    at = find_header(lines)
    if at is None:
        error = DataError("error.upload.no_header", file=raw.file)
        return FilePreview(file=raw.file, sheet=raw.sheet, kind=raw.kind, error=error)
    body = raw.cells.slice(at + 1)
    kept = [n for n in range(width) if lines[at][n] or _count_filled(body.column(n + 1))]
    names = _names([lines[at][n].removeprefix(TYPED) for n in kept], kept)
    return FilePreview(
        file=raw.file,
        sheet=raw.sheet,
        kind=raw.kind,
        encoding=raw.encoding,
        separator=raw.separator,
        header_row=int(head.column(0)[at].as_py()),
        rows=len(body),
        columns=tuple(
            _column(name, body.column(n + 1)) for name, n in zip(names, kept, strict=True)
        ),
        notices=_odd(raw, body),
        cells=body.select([0, *(n + 1 for n in kept)]),
        error=None if len(body) else DataError("error.upload.no_rows", file=raw.file),
    )


def find_header(lines: Sequence[Sequence[str]]) -> int | None:
    """The line that names the columns: many different texts, best of all known words.

    >>> find_header([["Ventes 2024", "", ""], ["Article", "Mois", "Qté"], ["A1", "2024-01", "5"]])
    1
    """
    best: tuple[float, int] | None = None
    for at, line in enumerate(lines):
        cells = [cell for cell in line if cell]
        texts = [cell for cell in cells if not looks_like_number(cell)]
        if not texts or (len(texts) < len(cells) / 2 and not _months(cells)):
            continue
        known = sum(_known(cell) for cell in texts)
        repeated = len(cells) - len(set(cells))
        score = 3 * known + len(cells) - 2 * repeated
        if best is None or score > best[0] + (0 if known else 1):
            best = (score, at)
    return best[1] if best else None


def _months(cells: Sequence[str]) -> bool:
    return sum(looks_like_date(cell) for cell in cells) >= 6


def _known(cell: str) -> bool:
    return len(cell) <= 60 and any(likeness(cell, field)[0] >= 95 for field in words().fields)


def _texts(cells: Cells) -> list[str]:
    texts: list[Any] = cells.to_pylist()
    return texts


def _count_filled(cells: Cells) -> int:
    return sum(1 for cell in _texts(cells) if cell)


def _odd(raw: RawSheet, body: pa.Table) -> tuple[SopError, ...]:
    """A word when bytes of the file have no meaning in the encoding it was read with."""
    if raw.encoding != "cp1252":
        return ()
    columns = [body.column(at) for at in range(1, body.num_columns)]
    if not any("\ufffd" in cell for column in columns for cell in _texts(pc.unique(column))):
        return ()
    return (DataError("warning.upload.odd_characters", file=raw.file),)


def _names(header: Sequence[str], positions: Sequence[int]) -> list[str]:
    """Column names: an empty one gets its number, a repeated one its count."""
    names: list[str] = []
    for text, at in zip(header, positions, strict=True):
        name = " ".join(text.split()) or f"#{at + 1}"
        base, count = name, 1
        while name in names:
            count += 1
            name = f"{base} ({count})"
        names.append(name)
    return names


def _column(name: str, cells: Cells) -> ColumnPreview:
    distinct = [cell for cell in _texts(pc.unique(cells)) if cell not in {"", TYPED}]
    looked = distinct[:_LOOK]
    return ColumnPreview(
        name=name,
        samples=tuple(cell.removeprefix(TYPED)[:60] for cell in distinct[:5]),
        distinct=len(distinct),
        filled=_count_filled(cells),
        number_share=sum(map(looks_like_number, looked)) / max(1, len(looked)),
        date_share=sum(map(looks_like_date, looked)) / max(1, len(looked)),
    )
