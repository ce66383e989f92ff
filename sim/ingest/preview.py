"""A first look at uploaded files: what each one is, and a guess of what it means."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from sim.errors import DataError, SopError
from sim.ingest.blocks import Block, blocks
from sim.ingest.dates import is_month_name, looks_like_date
from sim.ingest.mapping import FileMap
from sim.ingest.numerals import TYPED, Found, looks_like_number
from sim.ingest.sandbox import RawSheet, read_raw
from sim.ingest.styles import Styles, find_styles, questions

Cells: TypeAlias = "pa.ChunkedArray[Any]"
_EMPTY = ("error.upload.no_rows", "error.upload.no_header")
_LONGEST = 200  # characters of a column name: beyond, a header is a text
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
    """One table of an upload, or why it cannot be read (``error``)."""

    file: str
    sheet: str = ""
    block: int = 1  # of the tables stacked in one sheet
    title: tuple[str, ...] = ()  # cells above its header
    kind: str = ""
    profile: str = ""  # the program whose export it was recognised as
    encoding: str = ""
    separator: str = ""
    accented: tuple[str, ...] = ()  # lines of a text that show how its encoding was read
    header_row: int = 0
    rows: int = 0
    columns: tuple[ColumnPreview, ...] = ()
    mapping: FileMap = field(default_factory=FileMap)
    styles: Styles = field(default_factory=Styles)
    error: SopError | None = None
    notices: tuple[SopError, ...] = ()
    cells: pa.Table | None = None  # column "row", then one per entry of ``columns``
    history: pa.Table | None = None  # monthly lines of a warehouse or folder, instead of cells

    @property
    def id(self) -> str:
        """What lookups and mappings call this sheet."""
        name = f"{self.file} [{self.sheet}]" if self.sheet else self.file
        return f"{name} #{self.block}" if self.block > 1 else name

    @property
    def decimal(self) -> Found:
        """The decimal sign that the cells prove."""
        return self.styles.decimal

    @property
    def order(self) -> Found:
        """The order of day and month that the cells prove."""
        return self.styles.order

    @property
    def ambiguous(self) -> bool:
        """Whether a person must answer something before the file can be read."""
        return any(questions(self.id, self.mapping, self.styles))

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


def inspect(
    files: Sequence[tuple[str, bytes]], encodings: Mapping[str, str] | None = None
) -> list[FilePreview]:
    """Look at uploaded files, each parsed in a limited child process.

    Parameters
    ----------
    files, encodings : (name, content) of each upload; the encoding chosen for some, by name

    Returns
    -------
    One preview per sheet with a guessed mapping, or per unreadable file with its error.
    """
    from sim.ingest.guess import guess_mappings
    from sim.ingest.history import History, look_at
    from sim.ingest.profiles import recognised

    histories = [look_at(file, body) for file, body in files if isinstance(body, History)]
    files = [(file, body) for file, body in files if not isinstance(body, History)]
    previews: list[FilePreview] = []
    seen: set[str] = set()
    for (name, _), found in zip(files, read_raw(files, encodings), strict=True):
        if name in seen:
            error = DataError("error.upload.same_name", file=name)
            previews.append(FilePreview(file=name, error=error))
        else:
            previews += [one for sheet in found for one in _look(sheet)]
        seen.add(name)
    previews = _with_lines(recognised(previews))
    guessed = guess_mappings(previews)
    return histories + [
        with_mapping(preview, guessed[preview.id]) if preview.error is None else preview
        for preview in previews
    ]


def _with_lines(sheets: list[FilePreview]) -> list[FilePreview]:
    """Without the sheets of an upload that hold only a heading, when others hold lines."""
    filled = {_upload(one) for one in sheets if one.error is None}
    return [
        one
        for one in sheets
        if one.error is None or one.error.key not in _EMPTY or _upload(one) not in filled
    ]


def _upload(preview: FilePreview) -> str:
    """The name of the upload: the archive of a member."""
    return preview.file.partition("/")[0]


def with_mapping(preview: FilePreview, mapping: FileMap) -> FilePreview:
    """The preview under another mapping: the styles of the file are found again."""
    return replace(preview, mapping=mapping, styles=find_styles(preview, mapping))


def _look(raw: RawSheet | SopError) -> list[FilePreview]:
    if isinstance(raw, SopError):
        return [FilePreview(file=str(raw.values["file"]), error=raw)]
    found = blocks(raw)
    if not found:
        error = DataError("error.upload.no_header", file=raw.file)
        return [FilePreview(file=raw.file, sheet=raw.sheet, kind=raw.kind, error=error)]
    return [_preview(raw, block, number) for number, block in enumerate(found, 1)]


def _preview(raw: RawSheet, block: Block, number: int) -> FilePreview:
    body = block.body
    kept = [n for n, name in enumerate(block.header) if name or _count_filled(body.column(n + 1))]
    names = _names([block.header[n] for n in kept], kept)
    made = FilePreview(
        file=raw.file,
        sheet=raw.sheet,
        block=number,
        title=block.title,
        kind=raw.kind,
        encoding=raw.encoding,
        separator=raw.separator,
        accented=raw.accented,
        header_row=block.header_row,
        rows=len(body),
        columns=tuple(
            column_preview(name, body.column(n + 1)) for name, n in zip(names, kept, strict=True)
        ),
        cells=body.select([0, *(n + 1 for n in kept)]),
    )
    error = None if len(body) else DataError(_EMPTY[0], file=made.id)
    return replace(made, error=error, notices=tuple(_notices(raw, block, made)))


def _notices(raw: RawSheet, block: Block, made: FilePreview) -> Iterator[SopError]:
    """What was seen and left out before any line was read."""
    if made.block == 1:
        yield from raw.notices
    if block.repeated:
        yield DataError("notice.upload.headers_repeated", file=made.id, rows=block.repeated)
    if block.notes:
        yield DataError("notice.upload.notes", file=made.id, rows=block.notes)


def _texts(cells: Cells) -> list[str]:
    texts: list[Any] = cells.to_pylist()
    return texts


def _count_filled(cells: Cells) -> int:
    return sum(1 for cell in _texts(cells) if cell)


def _names(header: Sequence[str], positions: Sequence[int]) -> list[str]:
    """Column names: an empty one gets its number, a repeated one its count."""
    names: list[str] = []
    taken: set[str] = set()
    counts: dict[str, int] = {}  # thousands of equal headers must not be counted from one each
    for text, at in zip(header, positions, strict=True):
        name = base = " ".join(text[: 2 * _LONGEST].split())[:_LONGEST] or f"#{at + 1}"
        while name in taken:
            counts[base] = counts.get(base, 1) + 1
            name = f"{base} ({counts[base]})"
        names.append(name)
        taken.add(name)
    return names


def column_preview(name: str, cells: Cells) -> ColumnPreview:
    """What a column looks like."""
    distinct = [cell for cell in _texts(pc.unique(cells)) if cell not in {"", TYPED}]
    looked = distinct[:_LOOK]
    return ColumnPreview(
        name=name,
        samples=tuple(cell.removeprefix(TYPED)[:60] for cell in distinct[:5]),
        distinct=len(distinct),
        filled=_count_filled(cells),
        number_share=sum(map(looks_like_number, looked)) / max(1, len(looked)),
        date_share=sum(looks_like_date(c) or is_month_name(c) for c in looked)
        / max(1, len(looked)),
    )
