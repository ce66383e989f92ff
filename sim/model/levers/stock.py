"""Levers of stock: targets, building ahead, room to store it."""

import numpy as np

from sim.model import inventory
from sim.model.levers.declaration import (
    Changes,
    Group,
    Lead,
    Lever,
    Place,
    Role,
    TargetKind,
    Unit,
    money_of,
)
from sim.model.levers.money import nice, spent
from sim.model.problem import Floats, Problem, pad_months, stock_target
from sim.model.scenario import Card

LEAST_SERVICE, MOST_SERVICE = 0.5, 0.9999  # between which z is taken
_GOODS = frozenset({TargetKind.ALL, TargetKind.FAMILY, TargetKind.ITEM})


def safety_stock(problem: Problem, card: Card, place: Place) -> Changes:
    """Stock target x (1 + v): the cover and the safety stock, or only some months of them.

    In a window the difference v x target[t] is added to the safety stock of these months. Source:
    SPT (a target is a cover in time plus units).
    """
    factor = np.where(place.items, 1.0 + card.value, 1.0)
    if place.first == 0 and place.stop == problem.months:
        return {
            "stock_cover": problem.stock_cover * factor,
            "safety_stock": problem.safety_stock * factor[:, None],
        }
    return _added(problem, place, card.value * stock_target(problem))


def service_target(problem: Problem, card: Card, place: Place) -> Changes:
    """Service target + v points, and the safety stock that this takes.

    SS' = SS + SS(p + v) - SS(p) with SS(p) = z(p) cv mu[t+1] sqrt(L + 1) (``inventory``), p
    between 50 % and 99.99 %. An item with a cover keeps it and gets the difference on top; the
    whole target never falls below zero. Source: SPT (safety stock).
    """
    before = problem.service_target
    wanted = np.clip(before + card.value * place.items, LEAST_SERVICE, MOST_SERVICE)
    after = np.where(place.items, wanted, before)
    errors = problem.errors.spread * pad_months(problem.demand, 1)[:, 1:]
    wait = problem.lead_time.astype(np.float64)[:, None] + 1.0
    more = inventory.safety_factor(after) - inventory.safety_factor(before)
    units = np.maximum(inventory.safety_stock(more[:, None], errors, wait), -stock_target(problem))
    return {"service_target": after} | _added(problem, place, units)


def stock_cover(problem: Problem, card: Card, place: Place) -> Changes:
    """Stock target + v months of the next demand, never below zero."""
    if place.first == 0 and place.stop == problem.months:
        cover = np.maximum(problem.stock_cover + card.value * place.items, 0.0)
        return {"stock_cover": cover}
    months = pad_months(problem.demand, 1)[:, 1:]
    target = stock_target(problem)
    return _added(problem, place, np.maximum(card.value * months, -target))


def prebuild(problem: Problem, card: Card, place: Place) -> Changes:
    """The planner may build ahead: up to v money of stock above target, from the first month on.

    Two cards add their caps and start with the earlier one.
    """
    first = place.first if problem.prebuild_cap <= 0 else min(problem.prebuild_from, place.first)
    return {"prebuild_cap": problem.prebuild_cap + card.value, "prebuild_from": first}


def outside_storage(problem: Problem, card: Card, place: Place) -> Changes:
    """v pallets more, outside, in the window, at a price per pallet and month really used."""
    more, cost = problem.outside_storage.copy(), problem.outside_storage_cost.copy()
    more[place.window] += card.value
    cost[place.window] = card.options.get("cost", cost[place.window])
    return {"outside_storage": more, "outside_storage_cost": cost}


def storage(problem: Problem, card: Card, place: Place) -> Changes:
    """Own store + v pallets in the window, never below zero; rent or works cost money a month."""
    room = problem.storage.copy()
    room[place.window] = np.maximum(room[place.window] + card.value, 0.0)
    cost = DECLARED[card.kind].option(card, "cost")
    paid = dict.fromkeys(range(place.first, place.stop), cost)
    return {"storage": room} | spent(problem, card.kind, paid)


def _added(problem: Problem, place: Place, units: Floats) -> Changes:
    stock = problem.safety_stock.copy()
    stock[place.items, place.window] += units[place.items, place.window]
    return {"safety_stock": stock}


def _prebuild_scale(problem: Problem, _place: Place) -> tuple[float, float]:
    goods = float((problem.unit_cost @ problem.demand).mean())
    high = nice(0.75 * goods)
    return high, 0.5 * high


def _with_store(problem: Problem) -> bool:
    return bool(problem.pallets_per_unit.any() and np.isfinite(problem.storage).any())


def _pallet_scale(problem: Problem, _place: Place) -> tuple[float, float]:
    room = problem.storage[np.isfinite(problem.storage)]
    high = nice(1.5 * float(room.mean())) if room.size else 100.0
    return high, 0.5 * high


LEVERS = (
    Lever(
        kind="service_target",
        group=Group.STOCK,
        unit=Unit.POINTS,
        low=-0.2,
        high=0.05,
        step=0.005,
        default=0.01,
        neutral=0.0,
        targets=_GOODS,
        phase=39,
        effect=service_target,
        owner=Role.PLANNING,
    ),
    Lever(
        kind="safety_stock",
        group=Group.STOCK,
        unit=Unit.SHARE,
        low=-1.0,
        high=1.0,
        step=0.05,
        default=0.2,
        neutral=0.0,
        targets=_GOODS,
        phase=40,
        effect=safety_stock,
        owner=Role.PLANNING,
    ),
    Lever(
        kind="stock_cover",
        group=Group.STOCK,
        unit=Unit.MONTHS,
        low=-2.0,
        high=2.0,
        step=0.1,
        default=0.3,
        neutral=0.0,
        targets=_GOODS,
        phase=41,
        effect=stock_cover,
        owner=Role.PLANNING,
    ),
    Lever(
        kind="prebuild",
        group=Group.STOCK,
        unit=Unit.MONEY,
        low=0.0,
        high=1e12,
        step=1,
        default=100_000,
        neutral=0.0,
        targets=frozenset({TargetKind.ALL}),
        phase=42,
        effect=prebuild,
        owner=Role.PRODUCTION,
        scale=_prebuild_scale,
        felt=lambda problem: problem.has_capacity and bool(problem.unit_cost.any()),
    ),
    Lever(
        kind="outside_storage",
        group=Group.STOCK,
        unit=Unit.PALLETS,
        low=0,
        high=1e6,
        step=1,
        default=100,
        neutral=0,
        targets=frozenset({TargetKind.ALL}),
        phase=43,
        effect=outside_storage,
        owner=Role.LOGISTICS,
        lead=Lead(months=1),
        options={"cost": money_of(Unit.MONEY_PER_PALLET, None)},
        scale=_pallet_scale,
        felt=lambda problem: bool(problem.pallets_per_unit.any()),
    ),
    Lever(
        kind="storage",
        group=Group.STOCK,
        unit=Unit.PALLETS,
        low=-1e6,
        high=1e6,
        step=1,
        default=100,
        neutral=0,
        targets=frozenset({TargetKind.ALL}),
        phase=44,
        effect=storage,
        owner=Role.LOGISTICS,
        lead=Lead(months=6),
        options={"cost": money_of(Unit.MONEY_PER_MONTH)},
        scale=_pallet_scale,
        felt=_with_store,
    ),
)

DECLARED = {lever.kind: lever for lever in LEVERS}
