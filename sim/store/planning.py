"""From the canonical tables to a planning problem, read once per dataset.

The one place where tables become arrays. Missing tables switch their own part off; what is
assumed then is told by ``sim.store.notices``.
"""

from typing import Any

import numpy as np
import pandas as pd

from sim.errors import StoreError
from sim.model.planning_settings import PlanningSettings
from sim.model.problem import ErrorModel, Floats, Problem, Rationing
from sim.store.axes import Axes, month_at, month_number
from sim.store.checks import check
from sim.store.read_demand import (
    assumed_errors,
    channel_share,
    consensus_lines,
    demand_source,
    expected_units,
    horizon_start,
    plan_axes,
    prices,
    promotions,
    stated_errors,
    unit_price,
)
from sim.store.read_stated import (
    channel_tier,
    plan_limits,
    resource_choices,
    risk,
    subcontract,
    unit_costs,
)
from sim.store.read_supply import (
    Resources,
    opening_stock,
    receipts,
    resources,
    stock_policy,
    storage,
    working_days,
)
from sim.store.workspace import Workspace


def horizon_forecast_needed(workspace: Workspace, settings: PlanningSettings) -> bool:
    """Whether no consensus covers the horizon, so that a forecast must be made first."""
    return consensus_lines(workspace, settings).empty


def months_to_forecast(workspace: Workspace, settings: PlanningSettings) -> int:
    """Months from the last month of sales to the end of the horizon.

    Raises
    ------
    StoreError: the horizon begins in months whose sales are known, or there are no sales and no
    consensus that covers the horizon.
    """
    start = month_number(horizon_start(workspace, settings))
    facts = workspace.query("facts")
    last, final = facts["last_month"].iloc[0], month_at(start + settings.horizon - 1)
    if pd.isna(last) and not pd.isna(facts["last_cycle"].iloc[0]):
        raise StoreError("error.plan.short_consensus", start=month_at(start), final=final)
    if pd.isna(last):
        raise StoreError("error.plan.no_sales")
    silent = start - month_number(last) - 1
    if silent < 0:
        raise StoreError("error.plan.short_forecast", start=month_at(start), final=final)
    return silent + settings.horizon


def planned_items(
    workspace: Workspace, settings: PlanningSettings, *, forecast: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Items (item, family) in the order of the problem: the order of an error model's rows."""
    _, lines = plan_axes(workspace, demand_source(workspace, settings, forecast=forecast))
    return lines[["item", "family"]]


def read_problem(
    workspace: Workspace,
    *,
    dataset: str,
    settings: PlanningSettings,
    forecast: pd.DataFrame | None = None,
    errors: ErrorModel | None = None,
) -> Problem:
    """The planning problem of a company.

    Parameters
    ----------
    workspace : the company's tables
    dataset : version of the data, kept in the problem
    settings : the company's planning settings
    forecast : unique_id, ds, mean; used when no consensus covers the horizon
    errors : rows in the order of ``planned_items``; assumed when not given

    Raises
    ------
    DataError, SopErrors: wrong cells, all at once.
    StoreError: no demand to plan, or an error model of another shape.
    """
    check(workspace)
    source = demand_source(workspace, settings, forecast=forecast)
    axes, lines = plan_axes(workspace, source)
    demand = expected_units(axes, source, lines)
    errors = stated_errors(_fitting(errors or assumed_errors(*axes.shape), axes), settings)
    return Problem(
        dataset=dataset,
        company=settings.company,
        currency=settings.currency,
        labels=_labels(workspace, settings, lines),
        errors=errors,
        holding_rate=settings.holding_rate_per_month,
        **_item_fields(axes, lines, settings),
        **_demand_fields(workspace, axes, lines=lines, demand=demand),
        **_stock_fields(
            workspace, axes, lines=lines, demand=demand, settings=settings, errors=errors
        ),
        **_supply_fields(workspace, axes, lines=lines, demand=demand, settings=settings),
    )


def _fitting(errors: ErrorModel, axes: Axes) -> ErrorModel:
    if errors.spread.shape != axes.shape:
        found, wanted = (" x ".join(map(str, s)) for s in (errors.spread.shape, axes.shape))
        raise StoreError("error.plan.error_shape", found=found, wanted=wanted)
    return errors


Fields = dict[str, Any]


def _supply_fields(
    workspace: Workspace,
    axes: Axes,
    *,
    lines: pd.DataFrame,
    demand: Floats,
    settings: PlanningSettings,
) -> Fields:
    days, plant = working_days(workspace, axes, settings), resources(workspace, axes, settings)
    return {
        "working_days": days,
        **_resource_fields(plant, axes, days=days, settings=settings),
        **_storage_fields(workspace, axes, settings),
        **_policy(settings, workspace),
        **_undecided(),
        **subcontract(lines, demand),
        **_stated(lines, settings, plant=plant, months=axes.months),
    }


def _item_fields(axes: Axes, lines: pd.DataFrame, settings: PlanningSettings) -> Fields:
    backorder = lines["backorder_share"].fillna(settings.backorder_share)
    return {
        "start": axes.start,
        "items": axes.items,
        "families": axes.families,
        "family": axes.family,
        "channels": axes.channels,
        "unit_cost": lines["unit_cost"].fillna(0.0).to_numpy(float),
        "lead_time": lines["lead_time"].to_numpy(np.int64),
        "production_yield": lines["production_yield"].to_numpy(float),
        "backorder_share": backorder.to_numpy(float),
        "pallets_per_unit": (1 / lines["units_per_pallet"]).fillna(0.0).to_numpy(float),
    }


def _demand_fields(
    workspace: Workspace, axes: Axes, *, lines: pd.DataFrame, demand: Floats
) -> Fields:
    share = channel_share(workspace, axes)
    promotion, discount = promotions(workspace, axes, demand=demand, share=share)
    price = prices(workspace, axes, unit=unit_price(workspace, axes, lines), share=share)
    return {
        "channel_share": share,
        "demand": demand,
        "promotion": promotion,
        "price": price * (1 - discount),
        "win_probability": np.zeros(0),
        "win_volume": np.zeros((0, *axes.shape)),
    }


def _stock_fields(
    workspace: Workspace,
    axes: Axes,
    *,
    lines: pd.DataFrame,
    demand: Floats,
    settings: PlanningSettings,
    errors: ErrorModel,
) -> Fields:
    policy = stock_policy(lines, settings, demand=demand, errors=errors)
    stock, transit = opening_stock(workspace, axes, demand=demand, policy=policy)
    lead_time = lines["lead_time"].to_numpy(np.int64)
    need = (demand, policy.target, stock)
    return {
        "opening_stock": stock,
        "receipts": receipts(workspace, axes, lead_time=lead_time, need=need, transit=transit),
        "stock_cover": policy.cover,
        "safety_stock": policy.safety,
        "service_target": policy.service,
    }


def _resource_fields(
    found: Resources, axes: Axes, *, days: Floats, settings: PlanningSettings
) -> Fields:
    shape = found.capacity.shape
    return {
        "resources": found.names,
        "resource_kind": found.kind,
        "resource_unit": found.unit,
        "routing": found.routing,
        "capacity": found.capacity,
        "overtime": found.overtime,
        "overtime_cost": np.repeat(found.rate[:, None], axes.months, axis=1),
        "overtime_limit": found.limit,
        "overtime_rate": found.rate,
        "outside": np.zeros(shape),
        "outside_cost": np.zeros(shape),
    } | resource_choices(axes, found=found, days=days, settings=settings)


def _storage_fields(workspace: Workspace, axes: Axes, settings: PlanningSettings) -> Fields:
    found = storage(workspace, axes, settings)
    return {
        "storage": found.pallets,
        "storage_cost": found.cost,
        "outside_storage": np.zeros(axes.months),
        "outside_storage_cost": found.outside_cost,
    }


def _policy(settings: PlanningSettings, workspace: Workspace) -> Fields:
    """How the company reacts when things turn out otherwise than planned."""
    return {
        "rationing": Rationing(settings.rationing),
        "channel_tier": channel_tier(workspace),
        "day_spread": settings.day_spread,
        "frozen_months": settings.frozen_months,
        "responsiveness": settings.responsiveness,
        "flexibility": np.inf if settings.flexibility is None else settings.flexibility,
        "level_weight": settings.level_weight,
    }


def _stated(
    lines: pd.DataFrame, settings: PlanningSettings, *, plant: Resources, months: int
) -> Fields:
    return {
        "costs": unit_costs(lines, settings, months),
        "limits": plan_limits(lines, settings, months),
        "risk": risk(lines, plant.table),
    }


def _undecided() -> Fields:
    """What only a lever card brings: stock is not built ahead."""
    return {"prebuild_cap": 0.0, "prebuild_from": 0}


def _labels(
    workspace: Workspace, settings: PlanningSettings, lines: pd.DataFrame
) -> dict[str, dict[str, str]]:
    """Names per language from the settings, and the names of the tables under ""."""
    named = (
        ("item", lines, "item"),
        ("channel", workspace.query("channels"), "channel"),
        ("resource", workspace.query("resources"), "resource"),
    )
    plain: dict[str, str] = {}
    for kind, table, column in named:
        with_name = table[table["label"].notna()]
        plain |= {
            f"{kind}:{code}": str(label)
            for code, label in zip(with_name[column], with_name["label"], strict=True)
        }
    return {"": plain} | {lang: dict(names) for lang, names in settings.labels.items()}
