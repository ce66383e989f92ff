"""Checks around the sales: prices, margins, units, routings, capacity in the horizon."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.ingest.quality.history import volume_share
from sim.ingest.quality.score import Finding, finding
from sim.model.planning_settings import PlanningSettings

Tables = Mapping[str, pd.DataFrame]


def supply_findings(tables: Tables, planning: PlanningSettings) -> list[Finding | None]:
    """What items, routings and capacity leave open for the items that are sold."""
    return [
        _zero_price(tables),
        _negative_margin(tables),
        _mixed_units(tables),
        _no_routing(tables),
        _capacity_gaps(tables, planning),
    ]


def _zero_price(tables: Tables) -> Finding | None:
    """Sold items whose price is zero, negative or empty, by their share of the units."""
    item = tables.get("item")
    if item is None or "price" not in item:
        return None
    return _by_volume("zero_price", "item", set(item.loc[~(item["price"] > 0), "item"]), tables)


def _negative_margin(tables: Tables) -> Finding | None:
    """Sold items that cost more than they bring, and what that costs a year [money]."""
    item = tables.get("item")
    if item is None or not {"price", "unit_cost"} <= {*item.columns}:
        return None
    priced = item[item["price"] > 0].drop_duplicates("item").set_index("item")
    margin = (priced["price"] - priced["unit_cost"]).dropna()
    losing = margin[margin < 0]
    sales = tables["sales"]
    recent = sales[sales["month"] > sales["month"].max() - pd.DateOffset(months=12)]
    lost = float((recent["quantity"] * recent["item"].map(losing).fillna(0.0)).sum())
    return _by_volume("negative_margin", "item", set(losing.index), tables, amount=-lost)


def _mixed_units(tables: Tables) -> Finding | None:
    """Families whose items are counted in different units."""
    item = tables.get("item")
    if item is None or not {"family", "uom"} <= {*item.columns}:
        return None
    units = item[item["uom"].fillna("") != ""].groupby("family")["uom"].nunique()
    mixed = [str(family) for family in units.index[units > 1]]
    touched = set(item.loc[item["family"].isin(mixed), "item"])
    share = volume_share(tables["sales"], touched)
    return finding("mixed_units", "item", len(mixed), of=len(units), volume=share, examples=mixed)


def _no_routing(tables: Tables) -> Finding | None:
    """Sold items that load no resource although there are routings."""
    if "routing" not in tables:
        return None
    without = set(tables["sales"]["item"]) - set(tables["routing"]["item"])
    return _by_volume("no_routing", "routing", without, tables)


def _capacity_gaps(tables: Tables, planning: PlanningSettings) -> Finding | None:
    """Months of the horizon without a capacity line, of hours and stores that have no staff."""
    if not {"capacity", "resource"} <= {*tables}:
        return None
    resource, capacity = tables["resource"], tables["capacity"]
    first = planning.start or tables["sales"]["month"].max() + pd.DateOffset(months=1)
    months = pd.date_range(first, periods=planning.horizon, freq="MS")
    limited = resource[resource["kind"].fillna("hours") != "material"]
    for column in ("hours_per_worker", "hours_per_worker_day"):
        if column in limited:
            limited = limited[limited[column].isna()]
    inside = capacity[capacity["month"].isin(months)].groupby("resource")["month"].nunique()
    gaps = len(months) - inside.reindex(limited["resource"]).fillna(0).astype(int)
    gaps = gaps[gaps > 0]
    return finding(
        "capacity_gaps",
        "capacity",
        int(gaps.sum()),
        of=len(limited) * len(months),
        volume=_routed_share(tables, set(gaps.index)),
        examples=[f"{name} ({count})" for name, count in gaps.items()],
    )


def _routed_share(tables: Tables, resources: set[str]) -> float | None:
    """Share of the units that pass through these resources [share]."""
    if "routing" not in tables:
        return None
    routing = tables["routing"]
    return volume_share(
        tables["sales"], set(routing.loc[routing["resource"].isin(list(resources)), "item"])
    )


def _by_volume(
    check: str, table: str, items: set[str], tables: Tables, *, amount: float | None = None
) -> Finding | None:
    sales = tables["sales"]
    names = sorted(set(sales["item"]) & items)
    share = float(np.clip(volume_share(sales, set(names)), 0.0, 1.0))
    return finding(
        check,
        table,
        len(names),
        of=sales["item"].nunique(),
        share=share,
        volume=share,
        amount=amount,
        examples=names,
    )
