"""Lines by day, week, quarter or own period to lines by month, their totals kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from sim.errors import DataError
from sim.ingest.checks import Cells, Style
from sim.ingest.dates import Span, lacks_year, read_span, with_year
from sim.ingest.lines import Part, Reason
from sim.ingest.mapping import FileMap
from sim.ingest.numerals import TYPED
from sim.ingest.periods import month_shares
from sim.ingest.preview import FilePreview
from sim.ingest.schema import Kind, Merge, Table
from sim.ingest.styles import first_year

_DAILY = 1.5  # different days per month from which a file is by day, not by month
_SPLIT = ("week", "quarter", "period")

Shares = list[tuple[date | None, float]]  # of one line


@dataclass(frozen=True, kw_only=True, eq=False)
class Spans:
    """The days that the month of each line means: the different ones, and which line has which."""

    codes: np.ndarray
    known: list[Span | None]

    @property
    def finer(self) -> bool:
        """Whether lines are by day, week or own period: several of them make up one month."""
        known = {span for span in self.known if span is not None}
        if any(span.grain in {"week", "period"} for span in known):
            return True
        days = {span.start for span in known if span.grain == "day"}
        return len(days) > _DAILY * len({day.replace(day=1) for day in days}) if days else False

    def stamps(self, day: Callable[[Span], date]) -> "pd.Series[pd.Timestamp]":
        """One day of the period of each line."""
        days = _stamps([None if span is None else day(span) for span in self.known])
        return days.take(self.codes).reset_index(drop=True)


def dated(
    months: "pd.Series[str]", preview: FilePreview, mapping: FileMap, at: np.ndarray
) -> "pd.Series[str]":
    """Months with the year of the title, of a person, or of a column beside them."""
    if mapping.year_column and preview.column(mapping.year_column):
        years = np.array(preview.texts(mapping.year_column), dtype=object)[at]
        pairs = zip(months, years, strict=True)
        return pd.Series([with_year(m, y.removeprefix(TYPED)) for m, y in pairs], dtype=object)
    year = first_year(preview, mapping)
    if not year:
        return months
    later = _later_year(mapping.wide)
    names = {
        m: with_year(m, str(int(year) + (m in later))) for m in months.unique() if lacks_year(m)
    }
    return months.map(lambda month: names.get(month, month))


def _later_year(wide: Sequence[str]) -> set[str]:
    """The months of a pivot after its December: SEPT ... DÉC, JANV ... AOÛT."""
    starts = [span.start for one in wide if (span := read_span(with_year(one, "2020"), ""))]
    falls = [n for n, (a, b) in enumerate(pairwise(starts), 1) if b < a]
    return set(wide[falls[0] :]) if len(falls) == 1 and len(starts) == len(wide) else set()


def spans_of(table: Table, cells: Cells, style: Style) -> Spans | None:
    """The days that the month of each line means; None for a table without months."""
    if "month" not in cells.columns or table.column("month").kind is not Kind.MONTH:
        return None
    codes, uniques = pd.factorize(cells.columns["month"])
    return Spans(codes=codes, known=[style.span(str(text)) for text in uniques])


def to_months(part: Part, spans: Spans) -> None:
    """Split each line over the months of its period; what it adds up to stays the same.

    The rule is told with the file: shares by working days, Monday to Friday.
    """
    if part.table.name == "stock_history":
        _keep_latest(part, spans)
        return
    if part.table.name == "sales":
        part.days = spans.stamps(_day)
    if not any(map(_is_split, spans.known)):
        return
    shares = [_shares(span) for span in spans.known]
    counts = np.array([len(one) for one in shares])[spans.codes]
    split = int((counts > 1).sum())
    part.warnings.append(
        DataError("warning.data.split_to_months", file=part.file, rows=split, of=len(counts))
    )
    if split:
        _expand(part, [shares[code] for code in spans.codes])


def _is_split(span: Span | None) -> bool:
    return span is not None and span.grain in _SPLIT


def _shares(span: Span | None) -> Shares:
    if span is None or span.grain not in _SPLIT:
        return [(None if span is None else span.month, 1.0)]
    return [*month_shares(span)]


def _day(span: Span) -> date:
    """What tells whether the last month of a history is complete: a day, or the end of a week."""
    return span.end if span.grain in {"week", "period"} else span.start


def _expand(part: Part, shares: list[Shares]) -> None:
    counts = np.array([len(one) for one in shares])
    at = np.repeat(np.arange(len(shares)), counts)
    month = _stamps([month for one in shares for month, _ in one])
    share = np.array([share for one in shares for _, share in one])
    last = np.append(at[1:] != at[:-1], True)
    frame = part.frame.take(at).reset_index(drop=True)
    frame["month"] = month
    for column in part.table.columns:
        if column.merge is Merge.SUM and column.name in frame:
            whole = frame[column.name].to_numpy(dtype=float)
            pieces = np.where(last, 0.0, whole * share)
            before = np.bincount(at, np.nan_to_num(pieces), minlength=len(shares))
            frame[column.name] = np.where(last, whole - before[at], pieces)
    part.frame, part.rows, part.reasons = frame, part.rows[at], part.reasons[at]
    part.further = np.append(False, at[1:] == at[:-1])
    if part.days is not None:
        ends = month + pd.offsets.MonthEnd(0)
        part.days = part.days.take(at).reset_index(drop=True).clip(upper=ends)


def _keep_latest(part: Part, spans: Spans) -> None:
    """A stock is not added up: of several in a month, the last one is its closing stock."""
    ends = spans.stamps(lambda span: span.end)
    part.frame["month"] = ends - pd.to_timedelta(ends.dt.day - 1, unit="D")
    usable = part.frame[part.usable].assign(_end=ends)
    keys = [name for name in part.table.key if name in usable]
    latest = usable.groupby(keys)["_end"].transform("max")
    earlier = np.zeros(len(part.rows), dtype=bool)
    earlier[usable.index[usable["_end"] < latest]] = True
    part.leave_out(earlier, Reason.EARLIER)


def _stamps(days: Sequence[date | None]) -> "pd.Series[pd.Timestamp]":
    return pd.Series([pd.NaT if day is None else pd.Timestamp(day) for day in days])
