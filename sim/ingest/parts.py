"""One mapped sheet to typed canonical lines."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from sim.errors import DataError, SopError
from sim.ingest.checks import (
    Cells,
    Style,
    Typed,
    convert,
    missing_columns,
    repeated_keys,
)
from sim.ingest.context import Context
from sim.ingest.filling import filled_down
from sim.ingest.history import history_part
from sim.ingest.lines import Part, Reason
from sim.ingest.links import SINGLE, Unknown
from sim.ingest.lookups import resolve
from sim.ingest.mapping import FileMap, Source
from sim.ingest.months import dated, spans_of, to_months
from sim.ingest.numerals import TYPED
from sim.ingest.preview import FilePreview
from sim.ingest.ragged import mark_ragged
from sim.ingest.schema import TABLES, Table
from sim.ingest.styles import Periods, find_styles, questions, style_of
from sim.ingest.totals import named_lines, proven_codes
from sim.ingest.wide import unpivot

MOST = 10_000  # problems of one kind in one column; the rest is counted
MOST_LONG = 3_000_000  # filled cells of a pivot
_LONGEST = 371  # days of an own period: a year of 53 weeks


def read_part(preview: FilePreview, mapping: FileMap, context: Context) -> Part:
    """Type the cells of one table by its mapping; nothing is raised, everything is kept."""
    if preview.history is not None:
        return history_part(preview, preview.history)
    table = _upload_table(mapping.table)
    part = _empty_part(preview, table, mapping)
    part.blocking += _unmapped(preview, mapping, table, context.as_of)
    part.blocking += _too_many(preview, mapping)
    style = _style(preview, mapping, part, context.periods)
    if part.blocking or style is None:
        return part
    named = named_lines(preview, mapping)
    cells, at = _cells(preview, mapping, part, named=named, context=context)
    _convert(part, cells, style, total=named[at])
    _mark_missed(part, cells)
    if table.name == "calendar":
        _mark_periods(part, cells)
    spans = spans_of(table, cells, style)
    _mark_totals(part, mapping, named[at], context.declared)
    finer = spans is not None and spans.finer
    if not table.summed and not (table.name == "stock_history" and finer):
        _mark_repeated(part, cells, finer=finer)
    mark_ragged(preview, part, wide=bool(mapping.wide), most=MOST)
    if table.name == "sales" and "quantity" in part.frame:
        _mark_negative(part, cells)
    part.same_lines = _count_same(preview)
    if spans is not None:
        to_months(part, spans)
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
    given = {*mapping.given}
    if as_of is not None:
        given |= {"as_of"} & {*mapping.columns}
    found = ", ".join(column.name for column in preview.columns)[:200]
    problems = missing_columns(table, sorted(given), file=preview.id, found=found)
    for name in (*(s.column for s in mapping.columns.values() if s.column), *mapping.wide):
        if preview.column(name) is None:
            problems.append(
                DataError("error.upload.column_gone", file=preview.id, column=name, found=found)
            )
    return problems


def _too_many(preview: FilePreview, mapping: FileMap) -> list[SopError]:
    """A pivot of which more lines would be made than the server should hold."""
    columns = map(preview.column, mapping.wide)
    found = sum(column.filled for column in columns if column is not None)
    if found <= MOST_LONG:
        return []
    values = {"found": float(found), "limit": float(MOST_LONG)}
    return [DataError("error.upload.too_many", file=preview.id, **values)]


def _style(preview: FilePreview, mapping: FileMap, part: Part, periods: Periods) -> Style | None:
    """The style of the file; when its cells prove nothing, a question instead of a guess."""
    columns = [s.column for s in mapping.columns.values() if s.column]
    if not all(preview.column(name) for name in (*columns, *mapping.wide)):
        return None
    found = find_styles(preview, mapping)
    part.blocking += questions(preview.id, mapping, found)
    return style_of(mapping, found, periods)


def _cells(
    preview: FilePreview,
    mapping: FileMap,
    part: Part,
    *,
    named: np.ndarray,
    context: Context,
) -> tuple[Cells, np.ndarray]:
    """Canonical text cells, and the line of the sheet that each comes from."""
    rows = np.array(preview.row_numbers(), dtype=np.int64)
    at = np.arange(len(rows))
    columns: dict[str, pd.Series[str]] = {}
    for name, source in mapping.columns.items():
        texts = _texts(preview, source, part, name=name, named=named, previews=context.previews)
        if not source.column and not source.constant and name == "as_of" and context.as_of:
            texts = [TYPED + context.as_of.isoformat()] * len(rows)
            part.warnings.append(
                DataError("warning.data.as_of_assumed", file=preview.id, date=context.as_of)
            )
        if source.column in mapping.fill:
            part.warnings.append(_filled_notice(preview, source.column, texts))
            texts = filled_down(texts, named.tolist())
        columns[name] = pd.Series(texts, dtype=object)
    pivot: dict[str, pd.Series[str]] = {}
    if mapping.wide:
        columns, at = unpivot(preview, mapping, columns, at)
        pivot = dict.fromkeys((mapping.wide_field, mapping.wide_value), columns[mapping.wide_field])
    if "month" in columns:
        columns["month"] = dated(columns["month"], preview, mapping, at)
    found = Cells(
        file=preview.id,
        rows=rows[at],
        columns=columns,
        headers=part.headers,
        pivot=pivot,
        most=MOST,
    )
    return found, at


def _filled_notice(preview: FilePreview, column: str, texts: Sequence[str]) -> SopError:
    blank = sum(text in {"", TYPED} for text in texts)
    return DataError("notice.upload.filled_down", file=preview.id, column=column, rows=blank)


def _convert(part: Part, cells: Cells, style: Style, *, total: np.ndarray) -> None:
    """Type the lines; a cell that is wrong in a total is nobody's problem."""
    typed = convert(part.table, _taken(cells, ~total), style)
    frame, bad = typed.frame, typed.bad
    if total.any():
        left = convert(part.table, _taken(cells, total), style).frame
        order = np.argsort(np.concatenate([np.flatnonzero(~total), np.flatnonzero(total)]))
        frame = pd.concat([frame, left], ignore_index=True).iloc[order].reset_index(drop=True)
        bad = np.concatenate([bad, np.zeros(len(left), dtype=bool)])[order]
    part.frame, part.rows = frame, cells.rows
    part.reasons = np.where(bad, Reason.WRONG, Reason.USED).astype(object)
    part.problems += typed.problems


def _taken(cells: Cells, mask: np.ndarray) -> Cells:
    columns, pivot = (
        {name: c[mask].reset_index(drop=True) for name, c in found.items()}
        for found in (cells.columns, cells.pivot)
    )
    return replace(cells, rows=cells.rows[mask], columns=columns, pivot=pivot)


def _texts(
    preview: FilePreview,
    source: Source,
    part: Part,
    *,
    name: str,
    named: np.ndarray,
    previews: Sequence[FilePreview],
) -> list[str]:
    """The cells of one canonical column: of the file, looked up, or one fixed value."""
    if not source.column:
        return [TYPED + source.constant if source.constant else ""] * preview.rows
    texts = preview.texts(source.column)
    if not source.hops:
        return texts
    codes = [text.removeprefix(TYPED) for text in texts]
    found = resolve(codes, source.hops, previews)
    missed = [value is None and not total for value, total in zip(found, named, strict=True)]
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


def _mark_periods(part: Part, cells: Cells) -> None:
    """Periods that end before they start, or are so long that a line would become hundreds."""
    length = (part.frame["end"] - part.frame["start"]).dt.days.to_numpy() + 1
    wrong = part.usable & ~((length >= 1) & (length <= _LONGEST))
    for at in np.flatnonzero(wrong)[:MOST]:
        place = {"file": part.file, "row": int(part.rows[at]), "column": cells.header("end")}
        value = f"{part.frame['end'].iloc[at]:%Y-%m-%d}"
        part.problems.append(
            DataError("error.data.period_days", **place, value=value, limit=_LONGEST)
        )
    part.leave_out(wrong, Reason.WRONG)


def _mark_totals(
    part: Part, mapping: FileMap, named: np.ndarray, declared: Mapping[str, frozenset[str]]
) -> None:
    """Lines that add up others, told with their count and a few of their names."""
    if mapping.totals == "keep":
        return
    mask = named.copy()
    used = part.frame[part.usable & ~named]
    for column, codes in proven_codes(part.table, used, declared).items():
        mask |= part.frame[column].isin(list(codes)).to_numpy()
    total = mask & (part.usable | named)
    if not total.any():
        return
    part.reasons[total] = Reason.TOTAL
    names = part.frame.loc[total, part.table.key[0]].astype(str).unique()
    part.warnings.append(
        DataError(
            "warning.data.totals_left_out",
            file=part.file,
            rows=int(total.sum()),
            row=int(part.rows[total].min()),
            quantity=float(part.quantity[total].sum()),
            codes=len(names),
            examples=", ".join(name[:60] for name in names[:SINGLE]),
        )
    )


def _mark_repeated(part: Part, cells: Cells, *, finer: bool) -> None:
    """Lines whose key was there before; two weeks of one month are not a repetition."""
    typed = Typed(frame=part.frame, bad=~part.usable, problems=[])
    table = replace(part.table, summed=True) if finer else part.table
    part.problems += repeated_keys(table, cells, typed)
    part.leave_out(typed.bad, Reason.REPEATED)


def _mark_negative(part: Part, cells: Cells) -> None:
    negative = (part.frame["quantity"] < 0).to_numpy() & part.usable
    if not negative.any():
        return
    at = np.flatnonzero(negative)
    headers = np.array([cells.place("quantity", int(one)) for one in at], dtype=object)
    for header in dict.fromkeys(headers):
        mine = at[headers == header]
        part.problems.append(
            DataError(
                "error.data.negative_sales",
                file=part.file,
                rows=len(mine),
                row=int(part.rows[mine[0]]),
                column=header,
                value=str(cells.columns["quantity"].iloc[mine[0]]).removeprefix(TYPED)[:60],
                lines=part.rows[mine].tolist(),
                expected=DataError("expected.number_from", low="0"),
            )
        )
    part.leave_out(negative, Reason.RETURNED)


def _count_same(preview: FilePreview) -> int:
    if preview.cells is None:
        return 0
    lines = preview.cells.drop_columns(["row"]).to_pandas()
    return int(lines.duplicated().sum())
