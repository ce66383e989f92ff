"""One mapped sheet to typed canonical lines."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from sim.errors import DataError, SopError
from sim.ingest.checks import (
    MOST,
    Cells,
    Style,
    convert,
    file_style,
    missing_columns,
    repeated_keys,
)
from sim.ingest.history import history_part
from sim.ingest.lines import Part, Reason
from sim.ingest.links import Unknown
from sim.ingest.lookups import resolve
from sim.ingest.mapping import FileMap, Source
from sim.ingest.numerals import TYPED
from sim.ingest.preview import FilePreview, find_styles
from sim.ingest.schema import TABLES, Table

_RARE = 0.05  # share of lines with cells beyond the header that still counts as an accident


def read_part(
    preview: FilePreview,
    mapping: FileMap,
    *,
    previews: Sequence[FilePreview],
    as_of: date | None,
) -> Part:
    """Type the cells of one sheet by its mapping; nothing is raised, everything is kept."""
    if preview.history is not None:
        return history_part(preview, preview.history)
    table = _upload_table(mapping.table)
    part = _empty_part(preview, table, mapping)
    part.blocking += _unmapped(preview, mapping, table, as_of)
    style = _style(preview, mapping, part)
    if part.blocking:
        return part
    cells = _cells(preview, mapping, part, previews=previews, as_of=as_of)
    typed = convert(table, cells, style)
    part.frame, part.rows = typed.frame, cells.rows
    part.reasons = np.where(typed.bad, Reason.WRONG, Reason.USED).astype(object)
    part.problems += typed.problems
    _mark_missed(part, cells)
    if not table.summed:
        _mark_repeated(part, cells)
    _mark_ragged(preview, part, wide=bool(mapping.wide))
    if table.name == "sales":
        part.days = _days(cells.columns["month"], style)
        _mark_negative(part)
    part.same_lines = _count_same(preview)
    return part


def _upload_table(name: str) -> Table:
    """Sales files hold negative lines: they are asked about, not refused as out of range."""
    table = TABLES[name]
    if name != "sales":
        return table
    columns = tuple(
        replace(column, low=None) if column.name == "quantity" else column
        for column in table.columns
    )
    return replace(table, columns=columns)


def _empty_part(preview: FilePreview, table: Table, mapping: FileMap) -> Part:
    return Part(
        file=preview.id,
        table=table,
        headers={name: s.column or s.constant or name for name, s in mapping.columns.items()},
        frame=pd.DataFrame(),
        rows=np.zeros(0, dtype=np.int64),
        reasons=np.zeros(0, dtype=object),
    )


def _unmapped(
    preview: FilePreview,
    mapping: FileMap,
    table: Table,
    as_of: date | None,
) -> list[SopError]:
    """What the mapping lacks: columns of the table, or of the file."""
    given = {name for name, s in mapping.columns.items() if s.column or s.constant}
    if as_of is not None:
        given |= {"as_of"} & {*mapping.columns}
    if mapping.wide:
        given |= {"month", mapping.wide_value}
    found = ", ".join(column.name for column in preview.columns)[:200]
    problems = missing_columns(table, sorted(given), file=preview.id, found=found)
    for name in (*(s.column for s in mapping.columns.values() if s.column), *mapping.wide):
        if preview.column(name) is None:
            problems.append(
                DataError("error.upload.column_gone", file=preview.id, column=name, found=found)
            )
    return problems


def _style(preview: FilePreview, mapping: FileMap, part: Part) -> Style:
    """The style of the file; when its cells prove nothing, a question instead of a guess."""
    known = [s for s in mapping.columns.values() if preview.column(s.column)]
    if len(known) < len([s for s in mapping.columns.values() if s.column]):
        return file_style(".", "dmy")
    decimal, order = find_styles(preview, mapping)
    if decimal.ambiguous and not mapping.decimal:
        part.blocking.append(
            DataError("error.upload.ask_decimal", file=preview.id, value=decimal.sample)
        )
    if order.ambiguous and not mapping.dates:
        part.blocking.append(
            DataError("error.upload.ask_dates", file=preview.id, value=order.sample)
        )
    return file_style(mapping.decimal or decimal.value, mapping.dates or order.value)


def _cells(
    preview: FilePreview,
    mapping: FileMap,
    part: Part,
    *,
    previews: Sequence[FilePreview],
    as_of: date | None,
) -> Cells:
    rows = np.array(preview.row_numbers(), dtype=np.int64)
    columns: dict[str, pd.Series[str]] = {}
    for name, source in mapping.columns.items():
        texts = _texts(preview, source, part, name=name, previews=previews)
        if not source.column and not source.constant and name == "as_of" and as_of:
            texts = [TYPED + as_of.isoformat()] * len(rows)
            part.warnings.append(
                DataError("warning.data.as_of_assumed", file=preview.id, date=as_of)
            )
        columns[name] = pd.Series(texts, dtype=object)
    if mapping.wide:
        columns, rows = _long(preview, mapping, columns, rows)
    return Cells(file=preview.id, rows=rows, columns=columns, headers=part.headers)


def _texts(
    preview: FilePreview,
    source: Source,
    part: Part,
    *,
    name: str,
    previews: Sequence[FilePreview],
) -> list[str]:
    if not source.column:
        return [TYPED + source.constant if source.constant else ""] * preview.rows
    texts = preview.texts(source.column)
    if not source.hops:
        return texts
    codes = [text.removeprefix(TYPED) for text in texts]
    found = resolve(codes, source.hops, previews)
    missed = [value is None for value in found]
    if any(missed) and name != "item":
        part.warnings.append(
            DataError(
                "warning.data.lookup_missed",
                file=preview.id,
                column=source.column,
                rows=sum(missed),
                other=source.hops[-1].file,
            )
        )
    elif any(missed):
        _unknown_keys(part, codes, missed, source, preview.row_numbers())
    return [code if value is None else value for code, value in zip(codes, found, strict=True)]


def _unknown_keys(
    part: Part, codes: Sequence[str], missed: Sequence[bool], source: Source, rows: Sequence[int]
) -> None:
    first: dict[str, int] = {}
    count: dict[str, int] = {}
    for code, miss, row in zip(codes, missed, rows, strict=True):
        if miss:
            first.setdefault(code, row)
            count[code] = count.get(code, 0) + 1
    part.unknown += [
        Unknown(
            file=part.file,
            column=source.column,
            code=code,
            rows=count[code],
            first=first[code],
            where=source.hops[0].file,
        )
        for code in sorted(count)
    ]


def _mark_missed(part: Part, cells: Cells) -> None:
    """Lines whose item key the lookup file does not have."""
    codes = {code.code for code in part.unknown}
    if codes and "item" in cells.columns:
        part.leave_out(cells.columns["item"].isin(list(codes)).to_numpy(), Reason.UNKNOWN)


def _long(
    preview: FilePreview,
    mapping: FileMap,
    columns: Mapping[str, "pd.Series[str]"],
    rows: np.ndarray,
) -> tuple[dict[str, "pd.Series[str]"], np.ndarray]:
    """Months as columns to one line per month; an empty cell is absence, not zero."""
    pieces: dict[str, list[str]] = {name: [] for name in (*columns, "month", mapping.wide_value)}
    where: list[int] = []
    lists = {name: list(values) for name, values in columns.items()}
    for month in mapping.wide:
        for at, cell in enumerate(preview.texts(month)):
            if cell in {"", TYPED}:
                continue
            for name, values in lists.items():
                pieces[name].append(values[at])
            pieces["month"].append(month)
            pieces[mapping.wide_value].append(cell)
            where.append(int(rows[at]))
    long = {name: pd.Series(values, dtype=object) for name, values in pieces.items()}
    return long, np.array(where, dtype=np.int64)


def _mark_repeated(part: Part, cells: Cells) -> None:
    from sim.ingest.checks import Typed

    typed = Typed(frame=part.frame, bad=~part.usable, problems=[])
    part.problems += repeated_keys(part.table, cells, typed)
    part.leave_out(typed.bad, Reason.REPEATED)


def _mark_ragged(preview: FilePreview, part: Part, *, wide: bool) -> None:
    """Lines with more cells than the header has: a separator inside a text, most often."""
    beyond = [column.name for column in preview.columns if column.name.startswith("#")]
    if not beyond or wide:
        return
    filled = np.zeros(len(part.rows), dtype=bool)
    for name in beyond:
        filled |= np.array([bool(text) for text in preview.texts(name)], dtype=bool)
    if filled.mean() > _RARE:
        return
    width = len(preview.columns) - len(beyond)
    for row in part.rows[filled][:MOST]:
        part.problems.append(
            DataError(
                "error.data.ragged",
                file=part.file,
                row=int(row),
                cells=len(preview.columns),
                columns=width,
            )
        )
    part.leave_out(filled, Reason.WRONG)


def _mark_negative(part: Part) -> None:
    negative = (part.frame["quantity"] < 0).to_numpy() & part.usable
    if negative.any():
        part.problems.append(
            DataError(
                "error.data.negative_sales",
                file=part.file,
                rows=int(negative.sum()),
                row=int(part.rows[negative][0]),
            )
        )
        part.leave_out(negative, Reason.RETURNED)


def _days(cells: "pd.Series[str]", style: Style) -> "pd.Series[pd.Timestamp]":
    codes, uniques = pd.factorize(cells)
    days = pd.Series([style.day(str(text)) for text in uniques], dtype="datetime64[ns]")
    return days.take(codes).reset_index(drop=True)


def _count_same(preview: FilePreview) -> int:
    if preview.cells is None:
        return 0
    lines = preview.cells.drop_columns(["row"]).to_pandas()
    return int(lines.duplicated().sum())
