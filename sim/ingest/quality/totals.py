"""Control totals of canonical tables: lines, quantity and revenue to check against the source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from sim.ingest.schema import TABLES, Kind, Merge, Table

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlTotal:
    """Lines of a table, the sum of its measure and its revenue, in all or of one period."""

    table: str
    measure: str  # the column that is added up; "" for none
    rows: int
    quantity: float | None
    revenue: float | None
    start: date | None = None  # first day of the period; None: the whole table


def control_totals(tables: Tables, *, by: str = "") -> list[ControlTotal]:
    """Totals of every table; ``by`` "year" or "month": of each period of the dated tables.

    >>> sales = pd.DataFrame({"item": ["A", "A"], "quantity": [2.0, 3.0],
    ...     "month": pd.to_datetime(["2025-12-01", "2026-01-01"])})
    >>> [(one.start.year, one.quantity) for one in control_totals({"sales": sales}, by="year")]
    [(2025, 2.0), (2026, 3.0)]
    """
    found: list[ControlTotal] = []
    for name, table in TABLES.items():
        if name in tables and len(tables[name]):
            lines = _lines(table, tables)
            found += [_sum(table, lines)] if not by else _by_period(table, lines, by=by)
    return found


def measure(table: Table) -> str:
    """The column that control totals add up: the first that merges by sum, else a needed number.

    >>> measure(TABLES["stock"]), measure(TABLES["orders"]), measure(TABLES["promotion"])
    ('on_hand', 'ordered', '')
    """
    summed = [column.name for column in table.columns if column.merge is Merge.SUM]
    needed = [c.name for c in table.columns if c.required and c.kind is Kind.NUMBER]
    return next(iter(summed + needed), "")


def _lines(table: Table, tables: Tables) -> pd.DataFrame:
    frame = tables[table.name]
    name, dated = measure(table), _dated(table)
    lines = pd.DataFrame(index=frame.index)
    lines["start"] = frame.get(dated, pd.NaT)
    lines["quantity"] = frame.get(name, float("nan"))
    lines["revenue"] = float("nan")
    item = tables.get("item")
    if "revenue" in frame:
        lines["revenue"] = frame["revenue"]
    elif table.name == "sales" and item is not None and "price" in item:
        price = item.drop_duplicates("item").set_index("item")["price"]
        lines["revenue"] = frame["quantity"] * frame["item"].map(price)
    return lines


def _dated(table: Table) -> str:
    """The column that puts a line into a period."""
    days = [c for c in table.columns if c.kind in {Kind.MONTH, Kind.DATE} and c.required]
    named = [column.name for column in days if column.name == "month"]
    return next(iter(named + [column.name for column in days]), "")


def _by_period(table: Table, lines: pd.DataFrame, *, by: str) -> list[ControlTotal]:
    dated = lines[lines["start"].notna()]
    periods = dated["start"].dt.to_period("Y" if by == "year" else "M")
    return [
        _sum(table, group, start=period.start_time.date())
        for period, group in dated.groupby(periods, sort=True)
    ]


def _sum(table: Table, lines: pd.DataFrame, *, start: date | None = None) -> ControlTotal:
    def total(name: str) -> float | None:
        return float(lines[name].sum()) if lines[name].notna().any() else None

    return ControlTotal(
        table=table.name,
        measure=measure(table),
        rows=len(lines),
        quantity=total("quantity"),
        revenue=total("revenue"),
        start=start,
    )
