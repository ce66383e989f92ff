"""What a company states about its plan itself: costs, limits, workers, machines, shifts, risk.

A column or setting that is absent leaves its part of the problem at None: the planner then keeps
its own conventions.
"""

from typing import Any

import numpy as np
import pandas as pd

from sim.errors import DataError, raise_all
from sim.model.planning_settings import PlanningSettings
from sim.model.problem import Floats, Ints, SupplyRisk, Workforce
from sim.model.stated import Flags, Maintenance, PlanLimits, ShiftLevels, UnitCosts
from sim.store.axes import Axes
from sim.store.read_supply import Resources
from sim.store.workspace import Workspace


def unit_costs(lines: pd.DataFrame, settings: PlanningSettings, months: int) -> UnitCosts | None:
    """Costs of holding, waiting and losing a unit; None when none of them is stated.

    What is not stated beside the others: holding by its rate, the other two nothing.
    """
    stated = {
        "holding_cost": settings.holding_cost_per_month,
        "backlog_cost": settings.backlog_cost_per_month,
        "lost_sale_cost": settings.lost_sale_cost,
    }
    known = [lines[name].notna().any() or value is not None for name, value in stated.items()]
    if not any(known):
        return None
    by_rate = lines["unit_cost"].fillna(0.0).to_numpy(float) * settings.holding_rate_per_month
    otherwise = (by_rate, np.zeros(len(lines)), np.zeros(len(lines)))
    hold, backlog, lost = (
        np.repeat(_filled(lines[name], value, otherwise=other)[:, None], months, axis=1)
        for (name, value), other in zip(stated.items(), otherwise, strict=True)
    )
    return UnitCosts(hold=hold, backlog=backlog, lost=lost)


def _filled(column: "pd.Series[Any]", setting: float | None, *, otherwise: Floats) -> Floats:
    """The item's own value, else the company's, else the one that follows from the rest."""
    values = column.to_numpy(float)
    return np.where(np.isnan(values), otherwise if setting is None else setting, values)


def plan_limits(lines: pd.DataFrame, settings: PlanningSettings, months: int) -> PlanLimits | None:
    """Hard limits; None when there are none."""
    stock = lines["stock_limit"].fillna(np.inf).to_numpy(float)
    closing = lines["closing_stock"].to_numpy(float)
    served = settings.serve_all or not settings.backlog_at_end
    if not (served or closing.any() or np.isfinite(stock).any()):
        return None
    unmet = np.full((len(lines), months), 0.0 if settings.serve_all else np.inf)
    if not settings.backlog_at_end:
        waits = lines["backorder_share"].fillna(settings.backorder_share).to_numpy(float) > 0
        unmet[waits, -1] = 0.0
    return PlanLimits(unmet=unmet, stock=np.repeat(stock[:, None], months, axis=1), closing=closing)


def subcontract(lines: pd.DataFrame, demand: Floats) -> dict[str, Any]:
    """Limit (I, T) and cost above the own cost (I, T); without a limit all that could be used."""
    most = demand.sum(axis=1) + lines["closing_stock"].to_numpy(float)
    limit = np.minimum(lines["subcontract_limit"].to_numpy(float), most)
    own = lines["unit_cost"].fillna(0.0).to_numpy(float)
    price = np.where(lines["subcontract_price"].isna(), own, lines["subcontract_price"])
    ones = np.ones(demand.shape)
    return {
        "subcontract": limit[:, None] * ones,
        "subcontract_cost": (price - own).astype(float)[:, None] * ones,
    }


def risk(lines: pd.DataFrame, table: pd.DataFrame) -> SupplyRisk | None:
    """Availability, yield and lead times that are not certain; None when all are."""
    availability = table["availability"].to_numpy(float)
    found = SupplyRisk(
        availability=availability,
        availability_spread=table["availability_sd"].to_numpy(float),
        yield_spread=lines["yield_sd"].to_numpy(float),
        slip=lines["slip_probability"].to_numpy(float),
    )
    uncertain = (found.availability_spread, found.yield_spread, found.slip)
    return found if any(part.any() for part in uncertain) or (availability < 1).any() else None


def channel_tier(workspace: Workspace) -> Ints | None:
    """Tier of each channel, (C,); those without one come last; None when there is none."""
    tier = workspace.query("channels")["tier"]
    if tier.isna().all():
        return None
    return tier.fillna(tier.max() + 1).to_numpy(np.int64)


def resource_choices(
    axes: Axes, *, found: Resources, days: Floats, settings: PlanningSettings
) -> dict[str, Any]:
    """Workers, maintenance and shifts of the resources, and the hours the workers give."""
    table = found.table
    per_worker = _hours_per_worker(table, axes.months, days)
    staffed: Flags = np.asarray(per_worker.any(axis=1))
    fields: dict[str, Any] = {
        "maintenance": _maintenance(table, axes),
        "shifts": _shifts(table, settings, but=staffed),
    }
    if not staffed.any():
        return fields
    force = _workforce(table, per_worker, found=found, settings=settings)
    opening = force.workers[:, None] * per_worker
    more = force.workers[:, None] * force.overtime
    wages: Flags = np.asarray(force.wage.any(axis=1))
    # Hours that wages pay for cost nothing more; an hour of overtime then costs all of it.
    rate = np.where(wages, found.rate + found.cost, found.rate)
    return fields | {
        "workforce": force,
        "capacity": np.where(staffed[:, None], opening, found.capacity),
        "overtime": np.where(staffed[:, None], more, found.overtime),
        "overtime_rate": rate,
        "overtime_cost": np.repeat(rate[:, None], axes.months, axis=1),
    }


def _hours_per_worker(table: pd.DataFrame, months: int, days: Floats) -> Floats:
    by_month = table["hours_per_worker"].fillna(0.0).to_numpy(float)[:, None]
    by_day = table["hours_per_worker_day"].fillna(0.0).to_numpy(float)[:, None]
    return np.where(by_month > 0, by_month * np.ones(months), by_day * days)


def _workforce(
    table: pd.DataFrame, hours: Floats, *, found: Resources, settings: PlanningSettings
) -> Workforce:
    """A capacity line says how many hours there is room for; no wage = the hourly cost."""
    given = table["overtime_per_worker"].to_numpy(float)[:, None]
    share = 0.0 if settings.overtime_is_a_decision else found.share[:, None]
    extra = np.where(np.isnan(given), share * hours, given * (hours > 0))
    wage = table["wage"].to_numpy(float)[:, None]
    room = np.full(hours.shape, np.inf)
    np.divide(found.capacity, hours, out=room, where=(hours > 0) & np.isfinite(found.capacity))
    return Workforce(
        workers=table["workers"].to_numpy(float),
        hours=hours,
        overtime=extra * np.ones(hours.shape),
        wage=np.where(np.isnan(wage), found.cost[:, None] * hours, wage * (hours > 0)),
        hire_cost=table["hire_cost"].to_numpy(float),
        layoff_cost=table["layoff_cost"].to_numpy(float),
        lead=table["hiring_lead"].to_numpy(np.int64),
        room=room if np.isfinite(room).any() else None,
        whole=settings.whole_workers,
    )


def _maintenance(table: pd.DataFrame, axes: Axes) -> Maintenance | None:
    due = table["maintenance_months"].to_numpy(float)
    if not due.any():
        return None
    machines = table["machines"].fillna(1.0).to_numpy(float)
    first, final = (
        np.where(table[name].isna(), missing, axes.month_positions(table[name]))
        for name, missing in (("maintenance_from", 0), ("maintenance_to", axes.months - 1))
    )
    month = np.arange(axes.months)
    window = (month >= first[:, None]) & (month <= final[:, None])
    room = machines * window.sum(axis=1)
    raise_all(
        [
            DataError("error.planning.maintenance", name=name, due=due[r], room=float(room[r]))
            for r, name in enumerate(table["resource"])
            if due[r] > room[r]
        ]
    )
    return Maintenance(machines=machines, due=due, window=window)


def _shifts(table: pd.DataFrame, settings: PlanningSettings, *, but: Flags) -> ShiftLevels | None:
    """Levels written as "label: factor: fixed cost per month; ..."; workers have no levels."""
    written = table["shift_levels"].where(~but).fillna("")
    levels = [
        [tuple(map(float, part.split(":")[1:])) for part in text.split(";") if part.strip()]
        for text in written
    ]
    most = max((len(found) for found in levels), default=0)
    if not settings.choose_shifts or not most:
        return None
    table_of = np.full((len(levels), most, 2), np.nan)
    for r, found in enumerate(levels):
        if found:
            table_of[r, : len(found)] = found
    return ShiftLevels(factor=table_of[:, :, 0], cost=table_of[:, :, 1])
