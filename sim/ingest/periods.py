"""Months: their end, their share of any other period, and whether the last one is complete."""

from datetime import date, timedelta

import pandas as pd

from sim.ingest.dates import Span

_SLACK = 3  # days: sales of a complete month may end on the Friday before its last weekend


def month_end(month: date) -> date:
    """The last day of a month.

    >>> month_end(date(2024, 2, 1))
    datetime.date(2024, 2, 29)
    """
    return (pd.Timestamp(month) + pd.offsets.MonthEnd(0)).date()


def month_shares(span: Span) -> list[tuple[date, float]]:
    """The months of a period and the share of each: working days, Monday to Friday.

    A period without a working day is shared by its calendar days. The shares add up to 1.

    Parameters
    ----------
    span : first and last day

    >>> month_shares(Span(date(2024, 1, 29), date(2024, 2, 4), "week"))
    [(datetime.date(2024, 1, 1), 0.6), (datetime.date(2024, 2, 1), 0.4)]
    """
    days = [span.start + timedelta(days=n) for n in range((span.end - span.start).days + 1)]
    counted = [day for day in days if day.weekday() < 5] or days
    count: dict[date, int] = {}
    for day in counted:
        month = day.replace(day=1)
        count[month] = count.get(month, 0) + 1
    return [(month, found / len(counted)) for month, found in count.items()]


def partial_month(days: "pd.Series[pd.Timestamp]", quantity: "pd.Series[float]") -> date | None:
    """The last month of a sales history when it does not look complete.

    Daily dates: the month ends earlier than nine in ten of the earlier ones do.
    Monthly dates: the month is under half of the median of the six before it, and of the
    same month a year ago.

    Parameters
    ----------
    days : (n,) date of each line
    quantity : (n,) [units]

    >>> days = pd.Series(pd.date_range("2024-01-01", "2024-03-10", freq="D"))
    >>> partial_month(days, pd.Series(1.0, index=days.index))
    datetime.date(2024, 3, 1)
    """
    there = days.notna()
    days, quantity = days[there], quantity[there]
    months = days.dt.to_period("M")
    if months.nunique() < 2:
        return None
    last = months.max()
    if days.nunique() > 1.5 * months.nunique():
        ends = days.groupby(months).max()
        gap = ends.dt.days_in_month - ends.dt.day
        incomplete = bool(gap.iloc[-1] > gap.iloc[:-1].quantile(0.9) + _SLACK)
    else:
        incomplete = _far_under(quantity.groupby(months).sum())
    return last.to_timestamp().date() if incomplete else None


def _far_under(totals: "pd.Series[float]") -> bool:
    last = totals.iloc[-1]
    before = totals.iloc[-7:-1]
    if len(before) < 3 or last >= 0.5 * before.median():
        return False
    year_ago = totals.get(totals.index[-1] - 12)
    return year_ago is None or bool(last < 0.5 * year_ago)
