"""What missing tables switch off, and what is assumed instead: one sentence each.

Nothing is invented silently: a page shows these lines beside the plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from sim.model.planning_settings import PlanningSettings
from sim.store.axes import month_at, month_number
from sim.store.read_demand import horizon_start
from sim.store.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A text key and the values of its sentence."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


_LIFE = ("launch_month", "end_month", "successor", "analog")
# Table -> the columns that must hold something for its part of the product to work.
_ABSENT: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "notice.no_cost": ("item", ("unit_cost",)),
    "notice.no_pallets": ("item", ("units_per_pallet",)),
    "notice.no_returns": ("returns", ()),
    "notice.no_stock": ("stock", ()),
    "notice.no_stock_history": ("stock_history", ()),
    "notice.no_production": ("production", ()),
    "notice.no_promotion": ("promotion", ()),
    "notice.no_price_change": ("price_change", ()),
    "notice.no_orders": ("orders", ()),
    "notice.no_snapshot": ("forecast_snapshot", ()),
    "notice.no_budget": ("budget", ()),
    "notice.no_calendar": ("calendar", ()),
}


def notices(workspace: Workspace, settings: PlanningSettings) -> tuple[Notice, ...]:
    """What this company's data leave open, in the order of the tables."""
    found = [Notice(key="notice.no_price")] if not has_price(workspace) else []
    found += [
        Notice(key=key)
        for key, (table, columns) in _ABSENT.items()
        if not workspace.has(table, *columns)
    ]
    if not any(workspace.has("item", column) for column in _LIFE):
        found.append(Notice(key="notice.no_life_cycle"))
    if workspace.query("facts")["channels"].iloc[0] < 2:
        found.append(Notice(key="notice.no_channel"))
    return (*found, *_capacity(workspace, settings), *_stock(workspace, settings))


def has_price(workspace: Workspace) -> bool:
    """Whether money can be shown: a price list, or revenue in the sales."""
    return workspace.has("item", "price") or workspace.has("sales", "revenue")


def _capacity(workspace: Workspace, settings: PlanningSettings) -> tuple[Notice, ...]:
    hours = workspace.has("capacity") or any(
        workspace.has("resource", column) for column in ("hours_per_worker", "hours_per_worker_day")
    )
    if not (workspace.has("resource") and hours):
        return (Notice(key="notice.no_capacity"),)
    if not workspace.has("routing"):
        return (Notice(key="notice.no_routing"),)
    return tuple(_gaps(workspace, settings))


def _gaps(workspace: Workspace, settings: PlanningSettings) -> list[Notice]:
    """Hours and stores whose capacity does not reach to the end of the horizon."""
    start = horizon_start(workspace, settings)
    final = month_at(month_number(start) + settings.horizon - 1)
    lines = workspace.query("capacity")
    inside = lines["month"].between(pd.Timestamp(start), pd.Timestamp(final))
    months = lines[inside].groupby("resource").size()
    found = []
    table = workspace.query("resources")
    staffed = table["hours_per_worker"].notna() | table["hours_per_worker_day"].notna()
    for line in table[~staffed].itertuples(index=False):
        missing = settings.horizon - int(months.get(line.resource, 0))
        if line.kind != "material" and missing:
            unlimited = not (lines["resource"] == line.resource).any()
            key = "notice.capacity_unknown" if unlimited else "notice.capacity_carried"
            values = {"resource": line.label or line.resource, "months": missing}
            found.append(Notice(key=key, values=values))
    return found


def _stock(workspace: Workspace, settings: PlanningSettings) -> tuple[Notice, ...]:
    """Items whose opening stock, or goods on the way, are assumed."""
    if not workspace.has("stock"):
        return ()
    start = str(horizon_start(workspace, settings))
    items = workspace.query("plan_items", start=start)
    seen = workspace.query("opening_stock", start=start)
    found = []
    absent = int((~items["item"].isin(seen["item"])).sum())
    if absent:
        found.append(Notice(key="notice.stock_of_some", values={"count": absent}))
    waiting = items["lead_time"] > 0
    if waiting.any() and not workspace.has("stock", "in_transit"):
        found.append(Notice(key="notice.no_transit", values={"count": int(waiting.sum())}))
    return tuple(found)
