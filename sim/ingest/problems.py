"""Everything wrong with an upload as one list, and the source rows it stands in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sim.errors import SopError, each
from sim.ingest.assembly import Import
from sim.ingest.links import Unknown, unknown_sentence
from sim.ingest.numerals import TYPED
from sim.ingest.preview import FilePreview

MOST_ROWS = 20_000  # source rows of one sheet that are copied beside the list of problems


class Severity(StrEnum):
    """What a problem asks for."""

    BLOCKING = "blocking"  # must be solved
    PROBLEM = "problem"  # solved, or left out by choice
    WARNING = "warning"  # nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem with its place; a row of 0 and empty texts mean "the file as a whole"."""

    severity: Severity
    file: str
    sheet: str
    row: int
    rows: int  # how many rows are concerned
    column: str
    value: str
    expected: SopError | None
    error: SopError  # the sentence with its remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedSheet:
    """The rows of one sheet that hold problems, and which of their cells are wrong."""

    name: str
    header: tuple[str, ...]
    rows: tuple[int, ...]  # as a spreadsheet counts them
    cells: tuple[tuple[str, ...], ...]
    wrong: frozenset[tuple[int, int]]  # (position in rows, position in header)


def problems_of(imported: Import, previews: Sequence[FilePreview]) -> tuple[Problem, ...]:
    """Every problem of an upload: blocking ones first, then rows, then warnings."""
    places = {preview.id: (preview.file, preview.sheet) for preview in previews}
    groups: tuple[tuple[Severity, Iterable[SopError]], ...] = (
        (Severity.BLOCKING, imported.blocking),
        (Severity.PROBLEM, _row_problems(imported)),
        (Severity.WARNING, imported.warnings),
    )
    return tuple(
        _problem(severity, one, places)
        for severity, found in groups
        for error in found
        for one in each(error)
    )


def _row_problems(imported: Import) -> Iterable[SopError]:
    """The problems of rows; each unknown code has its own line here, however many there are."""
    for error in imported.problems:
        if not error.key.startswith("error.data.unknown_code"):
            yield error
    yield from map(unknown_sentence, imported.unknown)


def _problem(severity: Severity, error: SopError, places: dict[str, tuple[str, str]]) -> Problem:
    told = error.values
    name = str(told.get("file", ""))
    file, sheet = places.get(name, (name, ""))
    row, rows, expected = told.get("row", 0), told.get("rows"), told.get("expected")
    return Problem(
        severity=severity,
        file=file,
        sheet=sheet,
        row=row if isinstance(row, int) else 0,
        rows=rows if isinstance(rows, int) else int(isinstance(row, int) and row > 0),
        column=str(told.get("column", "")),
        value=str(told.get("value", "")),
        expected=expected if isinstance(expected, SopError) else None,
        error=error,
    )


def marked_sheets(imported: Import, previews: Sequence[FilePreview]) -> tuple[MarkedSheet, ...]:
    """The source rows of every sheet that has problems in its rows."""
    found = []
    for preview in previews:
        told = [one.values for one in imported.problems if one.values.get("file") == preview.id]
        unknown = [code for code in imported.unknown if code.file == preview.id]
        if preview.error is None and (told or unknown):
            found.append(_marked(preview, told, unknown))
    return tuple(sheet for sheet in found if sheet.rows)


def _marked(
    preview: FilePreview, told: Sequence[dict[str, object]], unknown: Sequence[Unknown]
) -> MarkedSheet:
    header = [column.name for column in preview.columns]
    where = {row: at for at, row in enumerate(preview.row_numbers())}
    texts = [[text.removeprefix(TYPED) for text in preview.texts(name)] for name in header]
    wrong: set[tuple[int, int]] = set()  # (position in the sheet, column)
    for values in told:
        names = values.get("fields", [values.get("column")])
        columns = [header.index(name) for name in names if name in header]  # type: ignore[attr-defined]
        for row in values.get("lines", [values.get("row")]):  # type: ignore[attr-defined]
            if row in where:
                wrong |= {(where[row], at) for at in columns or range(len(header))}
    for name in {code.column for code in unknown} & {*header}:
        at = header.index(name)
        codes = {code.code for code in unknown if code.column == name}
        wrong |= {(line, at) for line, text in enumerate(texts[at]) if text in codes}
    lines = sorted({line for line, _ in wrong})[:MOST_ROWS]
    position = {line: at for at, line in enumerate(lines)}
    numbers = preview.row_numbers()
    return MarkedSheet(
        name=preview.id,
        header=tuple(header),
        rows=tuple(numbers[line] for line in lines),
        cells=tuple(tuple(column[line] for column in texts) for line in lines),
        wrong=frozenset((position[line], at) for line, at in wrong if line in position),
    )
