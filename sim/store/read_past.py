"""From the canonical tables to what a company has already seen, read once per dataset."""

import numpy as np
import pandas as pd

from sim.model.problem import Floats, Ints, Problem
from sim.model.usual import Past
from sim.store.axes import month_number, places
from sim.store.workspace import Workspace


def read_past(space: Workspace, problem: Problem) -> Past:
    """The history behind a planning problem; a table that is absent leaves its part unknown."""
    start = str(problem.start)
    sales = space.query("past_sales", start=start)
    known = space.query("items")
    items, channels = tuple(known["item"]), tuple(sorted(set(sales["channel"])))
    stock, hours = space.query("past_stock", start=start), space.query("past_hours", start=start)
    promotions = space.query("past_promotions", start=start)
    first = _first_month(problem, sales, stock, hours)
    months = month_number(problem.start) - first
    sales = sales[places(items, sales["item"]) >= 0]
    priced = space.has("sales", "revenue")
    resources, size = problem.resources, (len(problem.resources), months)
    return Past(
        items=items,
        families=tuple(known["family"]),
        channels=channels,
        item=places(items, sales["item"]),
        channel=places(channels, sales["channel"]),
        month=_since(first, sales["month"]),
        units=sales["units"].to_numpy(float),
        money=sales["revenue"].to_numpy(float) if priced else np.full(len(sales), np.nan),
        closing=_table(stock, "item", items, first=first, size=(len(items), months)),
        hours=_table(hours, "resource", resources, first=first, size=size),
        regular=_table(_regular(space), "resource", resources, first=first, size=size),
        promoted=tuple(
            zip(promotions["item"], promotions["family"], promotions["channel"], strict=True)
        ),
        uplift=promotions["uplift"].to_numpy(float),
    )


def _first_month(problem: Problem, *tables: pd.DataFrame) -> int:
    found = [month_number(table["month"].min()) for table in tables if len(table)]
    return min(found, default=month_number(problem.start))


def _since(first: int, months: "pd.Series[pd.Timestamp]") -> Ints:
    dates = pd.to_datetime(months)
    return (dates.dt.year * 12 + dates.dt.month - 1 - first).to_numpy().astype(np.int64)


def _regular(space: Workspace) -> pd.DataFrame:
    return space.query("capacity").rename(columns={"available": "quantity"})


def _table(
    lines: pd.DataFrame, axis: str, codes: tuple[str, ...], *, first: int, size: tuple[int, int]
) -> Floats:
    """Lines (code, month, quantity) as an array; nan where there is no line."""
    table = np.full(size, np.nan)
    if not len(lines):
        return table
    row, month = places(codes, lines[axis]), _since(first, lines["month"])
    inside = (row >= 0) & (month >= 0) & (month < size[1])
    table[row[inside], month[inside]] = lines["quantity"].to_numpy(float)[inside]
    return table
