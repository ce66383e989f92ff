"""Levers of stock: targets, building ahead, room to store it."""

import numpy as np

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
from sim.model.levers.money import nice
from sim.model.problem import Floats, Problem, pad_months, stock_target
from sim.model.scenario import Card

_GOODS = frozenset({TargetKind.ALL, TargetKind.FAMILY, TargetKind.ITEM})


def safety_stock(problem: Problem, card: Card, place: Place) -> Changes:
    """Stock target x (1 + v): the cover and the safety stock, or only some months of them.

    In a window the difference v x target[t] is added to the safety stock of these months. Source:
    SPT ch. 7 (a target is a cover in time plus units).
    """
    factor = np.where(place.items, 1.0 + card.value, 1.0)
    if place.first == 0 and place.stop == problem.months:
        return {
            "stock_cover": problem.stock_cover * factor,
            "safety_stock": problem.safety_stock * factor[:, None],
        }
    return _added(problem, place, card.value * stock_target(problem))


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


def _added(problem: Problem, place: Place, units: Floats) -> Changes:
    stock = problem.safety_stock.copy()
    stock[place.items, place.window] += units[place.items, place.window]
    return {"safety_stock": stock}


def _prebuild_scale(problem: Problem, _place: Place) -> tuple[float, float]:
    goods = float((problem.unit_cost @ problem.demand).mean())
    high = nice(0.75 * goods)
    return high, 0.5 * high


def _pallet_scale(problem: Problem, _place: Place) -> tuple[float, float]:
    room = problem.storage[np.isfinite(problem.storage)]
    high = nice(1.5 * float(room.mean())) if room.size else 100.0
    return high, 0.5 * high


LEVERS = (
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
    ),
)

DECLARED = {lever.kind: lever for lever in LEVERS}
