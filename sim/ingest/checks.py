"""Text cells to typed canonical columns: every problem with its place, all at once.

The strict folder reader and the upload path share this code; they differ only in the
``Style`` in which numbers and dates are written.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import DataError, SopError
from sim.ingest.dates import Span, read_iso, week_too_late
from sim.ingest.expected import expected
from sim.ingest.headers import normal, words
from sim.ingest.numerals import TYPED, read_plain
from sim.ingest.schema import Column, Kind, Merge, Table

LARGEST = 1e12  # more is no quantity or price, and overflows in the simulation
MOST = 50  # what a person reads in a list of sentences; an upload tells more in a table
_SHIFT = re.compile(r"[^:;]+:\s*[0-9]+(\.[0-9]+)?\s*:\s*[0-9]+(\.[0-9]+)?")
_YES = {"1": 1.0, "0": 0.0, "true": 1.0, "false": 0.0}
_YES |= {"yes": 1.0, "no": 0.0, "oui": 1.0, "non": 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a file writes numbers and dates."""

    number: Callable[[str], float | None]
    day: Callable[[str], date | None]
    span: Callable[[str], Span | None]  # the days that a month, week or quarter means
    special: Mapping[str, Callable[[str], float | None]] = field(default_factory=dict)

    def read(self, column: str, text: str) -> float | None:
        """A number of a column: durations and prices have a reader of their own."""
        return self.special.get(column, self.number)(text)


def _strict_span(text: str) -> Span | None:
    day = read_iso(text)
    return None if day is None else Span(day, day, "day")


STRICT = Style(number=read_plain, day=read_iso, span=_strict_span)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Text cells of one table: one series per canonical column, and where they came from."""

    file: str
    rows: np.ndarray  # row of the source as a spreadsheet counts them
    columns: Mapping[str, "pd.Series[str]"]
    headers: Mapping[str, str] = field(default_factory=dict)  # canonical -> name in the file
    pivot: Mapping[str, "pd.Series[str]"] = field(default_factory=dict)  # header of each cell
    most: int = MOST  # problems of one kind in one column; the rest is counted

    def header(self, column: str) -> str:
        """What the file calls a column."""
        return self.headers.get(column, column)

    def place(self, column: str, at: int) -> str:
        """The column of the file that holds one cell: in a pivot each line has its own."""
        return str(self.pivot[column].iloc[at]) if column in self.pivot else self.header(column)


@dataclass(slots=True, kw_only=True)
class Typed:
    """A typed frame, the rows that cannot be used, and why."""

    frame: pd.DataFrame
    bad: np.ndarray
    problems: list[SopError]


@dataclass(frozen=True, slots=True)
class _Bad:
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


_Value = str | float | pd.Timestamp | _Bad


def convert(table: Table, cells: Cells, style: Style) -> Typed:
    """Type every column of a table.

    Parameters
    ----------
    table : the canonical table
    cells : its text cells
    style : how the file writes numbers and dates

    Returns
    -------
    The frame (columns in canonical order; months as first days), a mask of unusable rows,
    and one problem per wrong cell.
    """
    frame = pd.DataFrame(index=pd.RangeIndex(len(cells.rows)))
    bad = np.zeros(len(cells.rows), dtype=bool)
    problems: list[SopError] = []
    for column in table.columns:
        if column.name in cells.columns:
            values, wrong, found = _convert_column(column, cells, style)
            frame[column.name] = values
            bad |= wrong
            problems += found
        elif column.default is not None and (column.key or column.default != ""):
            frame[column.name] = column.default
    problems += _empty_groups(table, cells, bad)
    return Typed(frame=frame, bad=bad, problems=problems)


def repeated_keys(table: Table, cells: Cells, typed: Typed) -> list[SopError]:
    """Rows whose key was there before; they are marked bad, the first one is kept."""
    keys = [name for name in table.key if name in typed.frame]
    if not keys:
        return []
    key_frame = typed.frame[keys].assign(**_raw_days(table, cells, keys))
    usable = key_frame[~typed.bad]
    repeated = usable.duplicated(keep="first")
    rows = repeated.index[repeated].to_numpy()
    if not len(rows):
        return []
    codes = key_frame.groupby(keys, sort=False, dropna=False).ngroup().to_numpy()
    good = usable.index.to_numpy()
    first = dict(zip(codes[good][::-1], cells.rows[good][::-1], strict=True))
    typed.bad[rows] = True
    found: list[SopError] = [
        DataError(
            "error.data.duplicate_key",
            file=cells.file,
            row=int(cells.rows[row]),
            first=int(first[codes[row]]),
            column=", ".join(cells.header(name) for name in keys),
            value=_shown(" / ".join(_key_text(value) for value in usable.loc[row, keys])),
            fields=[cells.header(name) for name in keys],
            expected=DataError("expected.once"),
        )
        for row in rows[: cells.most]
    ]
    return found + _more(cells, ", ".join(keys), len(rows))


def _raw_days(table: Table, cells: Cells, keys: Sequence[str]) -> dict[str, "pd.Series[str]"]:
    """Months of summed tables as they are written: two days of a month are not a repetition."""
    if not table.summed:
        return {}
    return {
        name: cells.columns[name]
        for name in keys
        if table.column(name).kind is Kind.MONTH and name in cells.columns
    }


def merge_lines(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """One line per key: finer lines of a summed table are added up."""
    keys = [name for name in table.key if name in frame]
    if not frame.duplicated(keys).any():
        return frame.reset_index(drop=True)
    grouped = frame.groupby(keys, sort=True, dropna=False)
    merged = {}
    for name in frame.columns.difference(keys, sort=False):
        how = table.column(name).merge
        values = grouped[name]
        # An empty cell is not a zero: the sum of empty cells stays empty.
        merged[name] = values.sum(min_count=1) if how is Merge.SUM else values.agg(how.value)
    return pd.DataFrame(merged).reset_index()[list(frame.columns)]


def missing_columns(
    table: Table, present: Sequence[str], *, file: str, found: str
) -> list[SopError]:
    """Required columns and column groups that a file does not have."""
    wanted = [name for name in table.required if name not in present]
    wanted += [
        " / ".join(group) for group in table.one_of if not any(name in present for name in group)
    ]
    return [
        DataError(
            "error.data.missing_column", file=file, column=name, table=table.name, found=found
        )
        for name in wanted
    ]


def _empty_groups(table: Table, cells: Cells, bad: np.ndarray) -> list[SopError]:
    """Rows that leave every column of an either-or group empty; they are marked bad."""
    problems: list[SopError] = []
    for group in table.one_of:
        there = [cells.columns[name] for name in group if name in cells.columns]
        if not there:
            continue  # a missing column is told once, not on every row
        empty = np.logical_and.reduce([column.isin(["", TYPED]).to_numpy() for column in there])
        bad |= empty
        names = " / ".join(cells.header(name) for name in group)
        rows = np.flatnonzero(empty)
        problems += [
            DataError(
                "error.data.missing_value",
                file=cells.file,
                row=int(cells.rows[row]),
                column=names,
                fields=[cells.header(name) for name in group],
                expected=DataError("expected.text"),
            )
            for row in rows[: cells.most]
        ]
        problems += _more(cells, names, len(rows))
    return problems


def _convert_column(
    column: Column, cells: Cells, style: Style
) -> tuple["pd.Series[Any]", np.ndarray, list[SopError]]:
    text = cells.columns[column.name]
    codes, uniques = pd.factorize(text)
    read = [_read_cell(column, str(cell), style) for cell in uniques]
    wrong_codes = np.array([isinstance(value, _Bad) for value in read], dtype=bool)
    wrong = wrong_codes[codes] if len(read) else np.zeros(len(text), dtype=bool)
    values = pd.Series(
        [_blank(column) if isinstance(value, _Bad) else value for value in read],
        dtype=_dtype(column),
    )
    problems: list[SopError] = []
    rows = np.flatnonzero(wrong)
    for row in rows[: cells.most]:
        issue = read[codes[row]]
        if isinstance(issue, _Bad):
            place = {
                "file": cells.file,
                "row": int(cells.rows[row]),
                "column": cells.place(column.name, int(row)),
                "value": _shown(str(uniques[codes[row]])),
                "expected": expected(column),
            }
            problems.append(DataError(issue.key, **place, **issue.values))
    problems += _more(cells, cells.header(column.name), len(rows))
    taken = values.take(codes) if len(read) else values
    return taken.set_axis(pd.RangeIndex(len(text))), wrong, problems


def _more(cells: Cells, column: str, count: int) -> list[SopError]:
    if count <= cells.most:
        return []
    left = count - cells.most
    return [DataError("error.data.more", file=cells.file, column=column, count=left)]


def _dtype(column: Column) -> str:
    if column.kind in {Kind.MONTH, Kind.DATE}:
        return "datetime64[ns]"
    return "float64" if column.is_number else "object"


def _blank(column: Column) -> Any:
    if column.kind in {Kind.MONTH, Kind.DATE}:
        return pd.NaT
    if column.is_number:
        return float(column.default) if isinstance(column.default, float) else np.nan
    return str(column.default or "")


def _read_cell(column: Column, text: str, style: Style) -> _Value:
    if text in {"", TYPED}:
        return _Bad("error.data.missing_value") if column.required else _blank(column)
    if column.kind in {Kind.MONTH, Kind.DATE}:
        return _read_day(column, text, style)
    if column.is_number:
        return _read_quantity(column, text, style)
    plain = text.removeprefix(TYPED)
    if column.kind is Kind.CHOICE:
        chosen = words().choices.get(normal(plain), plain.lower())
        if chosen not in column.choices:
            return _Bad("error.data.not_choice", {"allowed": ", ".join(column.choices)})
        return chosen
    if column.kind is Kind.SHIFTS:
        parts = [part.strip() for part in plain.split(";") if part.strip()]
        if not all(_SHIFT.fullmatch(part) for part in parts):
            return _Bad("error.data.not_shifts")
    return plain


def _read_day(column: Column, text: str, style: Style) -> pd.Timestamp | _Bad:
    if column.kind is Kind.DATE:
        day = style.day(text)
        return _Bad("error.data.not_date") if day is None else pd.Timestamp(day)
    span = style.span(text)
    if span is None:
        return _Bad("error.data.no_week_53" if week_too_late(text) else "error.data.not_month")
    return pd.Timestamp(span.month)


def _read_quantity(column: Column, text: str, style: Style) -> float | _Bad:
    if column.kind is Kind.FLAG:
        flag = _YES.get(text.removeprefix(TYPED).lower())
        return _Bad("error.data.not_flag") if flag is None else flag
    value = style.read(column.name, text)
    if value is None:
        infinite = text.lower().lstrip("+-") in {"nan", "inf", "infinity"}
        return _Bad("error.data.not_finite" if infinite else "error.data.not_number")
    if column.kind is Kind.INTEGER and value != int(value):
        return _Bad("error.data.not_integer")
    return _in_limits(column, value)


def _in_limits(column: Column, value: float) -> float | _Bad:
    low = -LARGEST if column.low is None else column.low
    high = LARGEST if column.high is None else column.high
    if column.above and value <= low:
        return _Bad("error.data.not_above", {"limit": _limit(low)})
    if value < low:
        return _Bad("error.data.below", {"limit": _limit(low)})
    if value > high:
        return _Bad("error.data.above", {"limit": _limit(high)})
    return value


def _limit(value: float) -> str:
    return f"{value:g}"


def _shown(text: str) -> str:
    """A cell as it is quoted in a sentence: short, on one line."""
    plain = " ".join(text.removeprefix(TYPED).split())
    return plain if len(plain) <= 60 else plain[:59] + "…"


def _key_text(value: object) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)
