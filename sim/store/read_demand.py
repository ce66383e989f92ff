"""Demand side of a planning problem: units, channels, prices, promotions, errors."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from sim.errors import DataError, StoreError
from sim.model.planning_settings import PlanningSettings
from sim.model.problem import ErrorModel, Floats, Ints
from sim.store.axes import Axes, grouped_order, month_at, month_number, places
from sim.store.workspace import Workspace

MOST_LAGS_APART = 0.48  # errors keep this much in common however far apart
NEAR_EXTRA = 0.18  # and this much more one month apart, fading by a fifth each month


@dataclass(frozen=True, kw_only=True, eq=False)
class DemandSource:
    """Expected units and where they come from."""

    start: date
    months: int
    lines: pd.DataFrame  # item, month, quantity
    consensus: bool


def horizon_start(workspace: Workspace, settings: PlanningSettings) -> date:
    """First month of the horizon.

    Raises
    ------
    StoreError: neither sales nor a consensus nor a start in the settings.
    """
    if settings.start is not None:
        return settings.start
    found = workspace.query("horizon_start")["start"].iloc[0]
    if pd.isna(found):
        raise StoreError("error.plan.no_sales")
    return date(found.year, found.month, 1)


def consensus_lines(workspace: Workspace, settings: PlanningSettings) -> pd.DataFrame:
    """Units of the newest consensus that covers the horizon; no line when there is none."""
    start = horizon_start(workspace, settings)
    final = month_at(month_number(start) + settings.horizon - 1)
    return workspace.query("consensus", start=str(start), final=str(final), months=settings.horizon)


def demand_source(
    workspace: Workspace, settings: PlanningSettings, *, forecast: pd.DataFrame | None
) -> DemandSource:
    """The consensus that covers the horizon, else the forecast (unique_id, ds, mean).

    Raises
    ------
    StoreError: there is neither, or the forecast does not cover the horizon.
    """
    start = horizon_start(workspace, settings)
    lines = consensus_lines(workspace, settings)
    consensus = not lines.empty
    if not consensus:
        lines = _forecast_lines(forecast, start=start, months=settings.horizon)
    return DemandSource(start=start, months=settings.horizon, lines=lines, consensus=consensus)


def _forecast_lines(forecast: pd.DataFrame | None, *, start: date, months: int) -> pd.DataFrame:
    if forecast is None or forecast.empty:
        raise StoreError("error.plan.no_forecast")
    lines = pd.DataFrame(
        {
            "item": forecast["unique_id"].astype(str),
            "month": pd.to_datetime(forecast["ds"]),
            "quantity": forecast["mean"].clip(lower=0.0).astype(float),
        }
    )
    final = month_at(month_number(start) + months - 1)
    inside = lines["month"].between(pd.Timestamp(start), pd.Timestamp(final))
    if lines["month"][inside].dt.to_period("M").nunique() < months:
        raise StoreError("error.plan.short_forecast", start=start, final=final)
    if not np.isfinite(lines["quantity"][inside]).all():
        bad = lines.loc[inside & ~np.isfinite(lines["quantity"]), "item"].iloc[0]
        raise DataError("error.plan.forecast_not_finite", item=bad)
    return lines[inside]


def plan_axes(workspace: Workspace, source: DemandSource) -> tuple[Axes, pd.DataFrame]:
    """The axes of the problem, and the lines of its items in that order.

    Items are those alive in the horizon for which there is any expected demand.
    """
    known = workspace.query("plan_items", start=str(source.start))
    asked = source.lines.groupby("item")["quantity"].sum()
    wanted = known[known["item"].isin(asked.index[asked > 0])]
    if wanted.empty:
        raise StoreError("error.plan.no_items")
    wanted = wanted.iloc[grouped_order(list(wanted["item"]), workspace.query("routing"))]
    families = tuple(pd.unique(known["family"][known["item"].isin(wanted["item"])]))
    channels = tuple(workspace.query("channels")["channel"]) or ("All",)
    axes = Axes(
        start=source.start,
        months=source.months,
        items=tuple(wanted["item"]),
        families=families,
        family=places(families, wanted["family"]),
        channels=channels,
    )
    return axes, wanted.reset_index(drop=True)


def expected_units(axes: Axes, source: DemandSource, items: pd.DataFrame) -> Floats:
    """Expected demand, (I, T). A forecast knows nothing of launches and ends: it counts only
    inside the life of an item; a consensus is taken as it was agreed.
    """
    units = axes.per_item_month(source.lines)
    if source.consensus:
        return units
    month = np.arange(axes.months)
    launch = np.where(items["launch_month"].isna(), 0, axes.month_positions(items["launch_month"]))
    final = np.where(
        items["end_month"].isna(), axes.months, axes.month_positions(items["end_month"])
    )
    return np.where((month >= launch[:, None]) & (month <= final[:, None]), units, 0.0)


def channel_share(workspace: Workspace, axes: Axes) -> Floats:
    """Share of each channel in an item's units of the last twelve months of sales, (I, C).

    An item without sales takes the shares of its family, then of the company.
    """
    sold = workspace.query("channel_units")
    units = np.zeros((len(axes.items), len(axes.channels)))
    item = axes.positions(sold)
    channel, sales = places(axes.channels, sold["channel"]), sold["units"].to_numpy(float)
    np.add.at(units, (item[item >= 0], channel[item >= 0]), sales[item >= 0])
    family = np.zeros((len(axes.families), len(axes.channels)))
    np.add.at(family, axes.family, units)
    company = np.ones(len(axes.channels)) if not units.any() else units.sum(axis=0)
    units = np.where(units.sum(axis=1, keepdims=True) > 0, units, family[axes.family])
    units = np.where(units.sum(axis=1, keepdims=True) > 0, units, company)
    return np.asarray(units / units.sum(axis=1, keepdims=True))


def unit_price(workspace: Workspace, axes: Axes, lines: pd.DataFrame) -> Floats:
    """Present net price, (I,): of the item table, else what the last twelve months brought in."""
    price = lines["price"].to_numpy(float)
    sold = workspace.query("channel_units").groupby("item")[["units", "revenue"]].sum()
    seen = (sold["revenue"] / sold["units"].where(sold["units"] > 0)).rename("price")
    average = axes.per_item(seen.reset_index(), "price")
    return np.maximum(np.where(np.isnan(price), average, price), 0.0)


def prices(workspace: Workspace, axes: Axes, *, unit: Floats, share: Floats) -> Floats:
    """Net price per item and month after the dated price changes, (I, T).

    A change for one channel weighs with that channel's share of the item.
    """
    changes = workspace.query("price_changes", start=str(axes.start), final=str(axes.final))
    price = np.repeat(unit[:, None], axes.months, axis=1)
    since = axes.month_positions(changes["month"])
    relative = changes["change"].fillna(0.0).to_numpy(float)
    absolute = changes["new_price"].to_numpy(float)
    for n, change in enumerate(changes.itertuples(index=False)):
        rows = _concerned(axes, item=change.item, family=change.family)
        weight = _weight(axes, share[rows], change.channel)[:, None]
        first = since[n]
        old = price[rows, first:]
        new = old * (1 + relative[n]) if np.isnan(absolute[n]) else absolute[n]
        price[rows, first:] = old + weight * (new - old)
    return price


def _concerned(axes: Axes, *, item: object, family: object) -> Ints:
    if isinstance(item, str):
        return np.flatnonzero(np.array(axes.items, dtype=object) == item)
    names = np.array(axes.families, dtype=object)
    return np.flatnonzero(names[axes.family] == family)


def _weight(axes: Axes, share: Floats, channel: object) -> Floats:
    if not isinstance(channel, str):
        return np.ones(len(share))
    return share[:, axes.channels.index(channel)] if channel in axes.channels else 0 * share[:, 0]


def promotions(
    workspace: Workspace, axes: Axes, *, demand: Floats, share: Floats
) -> tuple[Floats, Floats]:
    """Units of the demand that planned promotions bring, and their price cut, both (I, T).

    With the base demand B, a promotion of uplift u on a channel of share s makes
    D = B (1 + s u), so it accounts for D s u / (1 + s u); the dip d of the month after makes
    D = B (1 - s d) and accounts for - D s d / (1 - s d). A discount c on that channel cuts the mean
    price by c times the channel's part of the promoted sales, s (1 + u) / (1 + s u).
    """
    lines = workspace.query("promotions", start=str(axes.start), final=str(axes.final))
    channel = places(axes.channels, lines["channel"])
    item = axes.positions(lines)
    weight = np.where(lines["channel"] == "", 1.0, np.where(channel < 0, 0.0, share[item, channel]))
    weighted = lines.assign(effect=lines["effect"] * weight)
    effect = np.maximum(axes.per_item_month(weighted, "effect"), -0.99)
    month = axes.month_positions(lines["month"])
    sold = np.maximum(1 + lines["effect"].to_numpy(float), 0.01) / (1 + effect[item, month])
    cut = lines.assign(discount=lines["discount"] * weight * sold)
    discount = np.minimum(axes.per_item_month(cut, "discount"), 1.0)
    return demand * effect / (1 + effect), discount


def assumed_errors(items: int, months: int) -> ErrorModel:
    """The error model of a company that has neither archives nor a back-test yet.

    Spread from 20 % of demand at one month to 30 % at the end of the horizon; errors one month
    apart correlate at 0.66 and a year apart at 0.5, as monthly forecast errors typically do.

    >>> [round(float(x), 2) for x in assumed_errors(1, 13).autocorrelation[[0, 1, 12]]]
    [1.0, 0.66, 0.5]
    """
    lag = np.arange(months)
    memory = np.where(lag == 0, 1.0, MOST_LAGS_APART + NEAR_EXTRA * 0.8 ** np.maximum(lag - 1, 0))
    return ErrorModel(
        spread=np.tile(np.linspace(0.20, 0.30, months), (items, 1)),
        autocorrelation=memory,
        market_share=0.15,
        family_share=0.25,
        source="assumed",
    )


def stated_errors(errors: ErrorModel, settings: PlanningSettings) -> ErrorModel:
    """The error model with what the company states itself in place of what was found.

    A stated spread is the same for all items and months; a stated memory m makes errors h months
    apart correlate at m^h.
    """
    spread, memory = settings.demand_spread, settings.demand_memory
    if spread is None and memory is None:
        return errors
    lags = np.arange(errors.spread.shape[1])
    return replace(
        errors,
        spread=errors.spread if spread is None else np.full(errors.spread.shape, spread),
        autocorrelation=errors.autocorrelation if memory is None else memory ** lags.astype(float),
        source="stated",
    )
