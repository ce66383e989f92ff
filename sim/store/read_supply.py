"""Supply side of a planning problem: stock, receipts, resources, storage, working days."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

import holidays
import numpy as np
import pandas as pd

from sim.errors import DataError
from sim.model.inventory import safety_factor, safety_stock
from sim.model.planning_settings import PlanningSettings
from sim.model.problem import ErrorModel, Floats, Ints, ResourceKind, pad_months
from sim.store.axes import Axes, month_at, month_number, places
from sim.store.workspace import Workspace


@dataclass(frozen=True, kw_only=True, eq=False)
class StockPolicy:
    """Stock target as a cover and as a safety stock, with the service it aims at."""

    cover: Floats  # (I,)
    safety: Floats  # (I, T)
    service: Floats  # (I,)
    target: Floats  # (I, T) the two together


def stock_policy(
    lines: pd.DataFrame, settings: PlanningSettings, *, demand: Floats, errors: ErrorModel
) -> StockPolicy:
    """Stock targets: the item's cover; else safety stock for its service target; else the setting.

    SS[i,t] = z(service) x cv[i,t] x mu[i,t+1] x sqrt(L[i] + 1), the demand of the next month
    over the L + 1 months that a release decided now must wait.
    Source: Silver, Pyke & Thomas (safety stock).
    """
    cover = lines["stock_cover_months"].to_numpy(float)
    service = lines["service_target"].to_numpy(float)
    by_service = np.isnan(cover) & ~np.isnan(service)
    aimed = np.where(np.isnan(service), settings.service_target, service)
    following = pad_months(demand, 1)[:, 1:]
    factor, wait = by_service * safety_factor(aimed), lines["lead_time"].to_numpy(float) + 1
    safety = safety_stock(factor[:, None], errors.spread * following, wait[:, None])
    known = np.where(by_service, 0.0, np.where(np.isnan(cover), settings.stock_cover_months, cover))
    return StockPolicy(
        cover=known, safety=safety, service=aimed, target=known[:, None] * following + safety
    )


def opening_stock(
    workspace: Workspace, axes: Axes, *, demand: Floats, policy: StockPolicy
) -> tuple[Floats, Floats]:
    """Stock on hand less what customers wait for, and goods on the way, both (I,).

    An item without any stock line opens at its target of the month before the horizon; its
    goods on the way are then unknown (nan).
    """
    found = workspace.query("opening_stock", start=str(axes.start))
    late = axes.per_item(workspace.query("past_due", start=str(axes.start)), "units")
    target = policy.cover * demand[:, 0] + policy.safety[:, 0]
    on_hand = axes.per_item(found, "on_hand", np.nan)
    transit = axes.per_item(found, "in_transit", np.nan)
    if not workspace.has("stock", "in_transit"):
        transit = np.full(len(target), np.nan)
    return np.where(np.isnan(on_hand), target, on_hand) - late, transit


def receipts(
    workspace: Workspace,
    axes: Axes,
    *,
    lead_time: Ints,
    need: tuple[Floats, Floats, Floats],
    transit: Floats,
) -> Floats:
    """What arrives without a new decision, (I, T): goods on the way and the plan of the lead time.

    During the first L months an item receives what was released before the horizon: the goods
    in transit (first month) and its planned production. Where neither is known, the pipeline is
    assumed to cover the need: demand and stock target less the stock of the month before.
    ``need`` is (demand, target, opening stock).
    """
    planned = workspace.query("planned_production", start=str(axes.start), final=str(axes.final))
    known = axes.per_item_month(planned.assign(seen=1.0), "seen") > 0
    arrival = axes.per_item_month(planned)
    arrival[:, 0] += np.where(np.isnan(transit), 0.0, transit)
    known[:, 0] |= ~np.isnan(transit)
    within = np.arange(axes.months) < lead_time[:, None]
    demand, target, stock = need
    result = np.zeros(axes.shape)
    # Goods in transit arrive even for an item that is made within the month.
    result[:, 0] = np.where(np.isnan(transit), 0.0, transit)
    for month in range(int(lead_time.max(initial=0))):
        assumed = np.maximum(demand[:, month] + target[:, month] - stock, 0.0)
        coming = np.where(known[:, month], arrival[:, month], assumed)
        result[:, month] = np.where(within[:, month], coming, result[:, month])
        stock = np.maximum(stock + result[:, month] - demand[:, month], 0.0)
    return result


@dataclass(frozen=True, kw_only=True, eq=False)
class Resources:
    """Hours and materials."""

    names: tuple[str, ...]
    kind: tuple[ResourceKind, ...]
    unit: tuple[str, ...]
    routing: Floats  # (I, R)
    capacity: Floats  # (R, T)
    overtime: Floats  # (R, T)
    limit: Floats  # (R,)
    rate: Floats  # (R,)
    cost: Floats  # (R,) [money per unit] of a regular unit
    share: Floats  # (R,) overtime that is there without a decision
    table: pd.DataFrame  # the lines they were read from


def resources(workspace: Workspace, axes: Axes, settings: PlanningSettings) -> Resources:
    """Limited resources of the plan; shapes (.., 0) when the company gave none.

    A material without a line in a month has no limit there. Hours without a line take the same
    month of the year before, else the last month known before, else the first known after;
    hours without any line have no limit.
    """
    table = workspace.query("resources")
    table = table[table["kind"] != "storage"].reset_index(drop=True)
    names = tuple(table["resource"])
    material = (table["kind"] == "material").to_numpy(bool)
    capacity = np.where(
        material[:, None],
        _known_capacity(workspace, axes, names),
        _carried_capacity(workspace, axes, names),
    ).reshape(len(names), axes.months)
    capacity = np.where(np.isnan(capacity), np.inf, capacity)
    table_share = table["share"].to_numpy(float)
    given = np.where(np.isnan(table_share) | material, 0.0, table_share)
    allowed = 0.0 if settings.overtime_is_a_decision else given
    overtime = np.where(np.isfinite(capacity), capacity, 0.0) * np.reshape(allowed, (-1, 1))
    return Resources(
        names=names,
        kind=tuple(ResourceKind(kind) for kind in table["kind"]),
        unit=tuple(table["unit"].fillna("h").where(~material, table["unit"].fillna("unit"))),
        routing=_routing(workspace, axes, names),
        capacity=capacity,
        overtime=overtime,
        limit=np.where(
            material, 0.0, np.where(np.isnan(table_share), settings.max_overtime_share, table_share)
        ),
        rate=_filled(table["cost"], 0.0) * _filled(table["premium"], settings.overtime_premium),
        cost=_filled(table["cost"], 0.0),
        share=np.asarray(allowed * np.ones(len(names))),
        table=table,
    )


def _filled(values: "pd.Series[float]", missing: float) -> Floats:
    numbers = values.to_numpy(float)
    return np.where(np.isnan(numbers), missing, numbers)


def _routing(workspace: Workspace, axes: Axes, names: tuple[str, ...]) -> Floats:
    lines = workspace.query("routing")
    item, resource = axes.positions(lines), places(names, lines["resource"])
    inside = (item >= 0) & (resource >= 0)
    routing = np.zeros((len(axes.items), len(names)))
    routing[item[inside], resource[inside]] = lines["quantity"].to_numpy(float)[inside]
    return routing


def _known_capacity(workspace: Workspace, axes: Axes, names: tuple[str, ...]) -> Floats:
    """Capacity as given, (R, T); nan where there is no line."""
    lines = workspace.query("capacity")
    known = np.full((len(names), axes.months), np.nan)
    if lines.empty:
        return known
    row = places(names, lines["resource"])
    month = axes.month_positions(lines["month"])
    inside = (row >= 0) & (month >= 0) & (month < axes.months)
    known[row[inside], month[inside]] = lines["available"].to_numpy(float)[inside]
    return known


def _carried_capacity(workspace: Workspace, axes: Axes, names: tuple[str, ...]) -> Floats:
    """Capacity with its gaps filled from the same month of the year before, then neighbours."""
    lines = workspace.query("capacity")
    if lines.empty or not names:
        return np.full((len(names), axes.months), np.nan)
    first = min(month_number(lines["month"].min().date()), month_number(axes.start) - 12)
    length = month_number(axes.final) - first + 1
    longer = Axes(
        start=month_at(first),
        months=length,
        items=axes.items,
        families=axes.families,
        family=axes.family,
        channels=axes.channels,
    )
    known = pd.DataFrame(_known_capacity(workspace, longer, names).T)
    for month in range(12, length):
        known.iloc[month] = known.iloc[month].fillna(known.iloc[month - 12])
    return known.ffill().bfill().to_numpy(float).T[:, -axes.months :]


@dataclass(frozen=True, kw_only=True, eq=False)
class Storage:
    """The company's own store and the price outside."""

    pallets: Floats  # (T,)
    cost: float
    outside_cost: Floats  # (T,)


def storage(workspace: Workspace, axes: Axes, settings: PlanningSettings) -> Storage:
    """All stores together; no limit and no price when there is none.

    The price outside is the setting, else the store's cost with its premium.
    """
    table = workspace.query("resources")
    stores = table[table["kind"] == "storage"].reset_index(drop=True)
    names = tuple(stores["resource"])
    known = _carried_capacity(workspace, axes, names)
    pallets = np.where(np.isnan(known), np.inf, known).sum(axis=0) if names else np.inf
    cost = float(_filled(stores["cost"], 0.0).mean()) if names else 0.0
    premium = float(_filled(stores["premium"], 0.0).mean()) if names else 0.0
    outside = settings.outside_storage_price
    return Storage(
        pallets=np.broadcast_to(pallets, (axes.months,)).astype(float),
        cost=cost,
        outside_cost=np.full(axes.months, cost * (1 + premium) if outside is None else outside),
    )


def working_days(workspace: Workspace, axes: Axes, settings: PlanningSettings) -> Floats:
    """Days worked per month, (T,): the company's calendar, else weekdays less public holidays
    and the days the settings call closed.
    """
    given = workspace.query("calendar_days", start=str(axes.start), final=str(axes.final))
    own = dict(zip(given["month"].dt.date, given["days"], strict=True)) if len(given) else {}
    months = [month_at(month_number(axes.start) + t) for t in range(axes.months)]
    unknown = [month for month in months if month not in own]
    if unknown:  # a company with its whole calendar needs no country
        free = _holidays(settings, {month.year for month in unknown})
        own |= {month: _weekdays(month, free, settings) for month in unknown}
    return np.array([own[month] for month in months], float)


def _holidays(settings: PlanningSettings, years: set[int]) -> holidays.HolidayBase:
    try:
        return holidays.country_holidays(
            settings.country, subdiv=settings.subdivision, years=sorted(years)
        )
    except NotImplementedError:
        place = "/".join(filter(None, (settings.country, settings.subdivision)))
        raise DataError("error.planning.country", value=place) from None


def _weekdays(month: date, free: holidays.HolidayBase, settings: PlanningSettings) -> float:
    length = calendar.monthrange(month.year, month.month)[1]
    days = (month + timedelta(n) for n in range(length))
    worked = sum(day.weekday() < 5 and day not in free for day in days)
    closed = 0.0
    for key in (str(month.month), f"{month.month:02}", f"{month:%Y-%m}"):
        closed = settings.closed_days.get(key, closed)
    return max(0.0, worked - closed)
