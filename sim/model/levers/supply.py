"""Levers of what is bought: materials, work given outside, finished goods."""

import numpy as np

from sim.model.levers.declaration import (
    Changes,
    Flags,
    Group,
    Lead,
    Lever,
    Place,
    Role,
    TargetKind,
    Unit,
    money_of,
    months_of,
)
from sim.model.levers.money import blended, nice, spent
from sim.model.problem import Floats, Problem, ResourceKind
from sim.model.scenario import Card

LONGEST_LEAD = 3  # months that the simulator can look back
_GOODS = frozenset({TargetKind.ALL, TargetKind.FAMILY, TargetKind.ITEM})
_MATERIALS = frozenset({TargetKind.ALL, TargetKind.MATERIAL})


def shortage(problem: Problem, card: Card, place: Place) -> Changes:
    """Supplier limit x (1 - v) in the window, then a straight recovery over k months.

    In the j-th month after the window the limit is x (1 - v (1 - j / (k + 1))). Where the supplier
    has no stated limit, what can be had is that share of the month's expected need.
    """
    recovery = int(DECLARED[card.kind].option(card, "recovery"))
    lost = np.zeros(problem.months)
    lost[place.window] = card.value
    for step in range(1, recovery + 1):
        if place.stop + step - 1 < problem.months:
            lost[place.stop + step - 1] = card.value * (1.0 - step / (recovery + 1))
    need = problem.routing.T @ problem.demand
    usual = np.where(np.isfinite(problem.capacity), problem.capacity, need)
    hit = _materials(problem, place)[:, None] & (lost > 0)
    return {"capacity": np.where(hit, usual * (1.0 - lost), problem.capacity)}


def second_source(problem: Problem, card: Card, place: Place) -> Changes:
    """Supplier limit + v units a month, at a premium on each unit really taken."""
    inside = _inside(problem, place) & np.isfinite(problem.capacity)
    more = np.where(_materials(problem, place)[:, None] & inside, card.value, 0.0)
    return _outside(problem, more, DECLARED[card.kind].option(card, "cost"))


def outside_work(problem: Problem, card: Card, place: Place) -> Changes:
    """One operation given outside: v units a month, at a price per unit above the own cost.

    Units become hours of the resource by the demand-weighted mean routing of the target's items:
    h[r,t] = sum(mu a) / sum(mu) over the items that use r; the tranche is v h hours at cost / h.
    """
    uses = (problem.routing > 0) & place.items[:, None]
    units = uses.T.astype(np.float64) @ problem.demand
    hours = np.where(uses, problem.routing, 0.0).T @ problem.demand
    mean = np.divide(hours, units, out=np.zeros_like(hours), where=units > 0)
    limited = np.isfinite(problem.capacity) & _inside(problem, place)
    more = np.where(place.resources[:, None] & limited, mean * card.value, 0.0)
    unit_cost = DECLARED[card.kind].option(card, "cost")
    price = np.divide(unit_cost, mean, out=np.zeros_like(mean), where=mean > 0)
    return _outside(problem, more, price)


def subcontract(problem: Problem, card: Card, place: Place) -> Changes:
    """Up to v finished units a month bought, spread over the items as their demand of the month."""
    bought = problem.demand * place.items[:, None]
    totals = bought.sum(axis=0)
    mix = np.divide(bought, totals, out=np.zeros_like(bought), where=totals > 0)
    more = np.where(_inside(problem, place), mix * card.value, 0.0)
    cost = DECLARED[card.kind].option(card, "cost")
    return {
        "subcontract": problem.subcontract + more,
        "subcontract_cost": blended(problem.subcontract, problem.subcontract_cost, more, cost),
    }


def lead_time(problem: Problem, card: Card, place: Place) -> Changes:
    """L + v months, between 0 and 3; the unit cost takes the freight of the faster (or slower) way.

    Safety stock covers the longer wait: x sqrt((L' + 1) / (L + 1)). What is on order still arrives
    as promised, so a longer lead time leaves a gap of v months. Source: SPT (safety stock
    over lead time and review period).
    """
    moved = np.clip(problem.lead_time + round(card.value), 0, LONGEST_LEAD)
    lead = np.where(place.items, moved, problem.lead_time).astype(np.int64)
    wait = np.sqrt((lead + 1.0) / (problem.lead_time + 1.0))
    freight = DECLARED[card.kind].option(card, "freight") * (lead != problem.lead_time)
    return {
        "lead_time": lead,
        "safety_stock": problem.safety_stock * wait[:, None],
        "unit_cost": problem.unit_cost + freight,
    }


def expedite(problem: Problem, card: Card, place: Place) -> Changes:
    """What is on order for the months of the window comes k months earlier, at a freight per unit.

    Nothing comes before the first month of the horizon. Only goods already on order are moved:
    the freight is paid in the month of their new arrival, for the units that really move. A way
    that is faster for good is a shorter lead time.
    """
    inside = place.items[:, None] & _inside(problem, place)
    moving = np.where(inside, problem.receipts, 0.0)
    moving[:, 0] = 0.0  # due at once: no way is faster
    arriving = np.zeros_like(moving)
    for month in range(1, problem.months):
        arriving[:, max(month - round(card.value), 0)] += moving[:, month]
    freight = DECLARED[card.kind].option(card, "freight") * arriving.sum(axis=0)
    paid = {month: float(freight[month]) for month in np.flatnonzero(freight).tolist()}
    return {"receipts": problem.receipts - moving + arriving} | spent(problem, card.kind, paid)


def _outside(problem: Problem, more: Floats, cost: Floats | float) -> Changes:
    return {
        "outside": problem.outside + more,
        "outside_cost": blended(problem.outside, problem.outside_cost, more, cost),
    }


def _materials(problem: Problem, place: Place) -> Flags:
    kinds = [kind is ResourceKind.MATERIAL for kind in problem.resource_kind]
    found: Flags = place.resources & np.array(kinds, dtype=np.bool_)
    return found


def _inside(problem: Problem, place: Place) -> Flags:
    months = np.arange(problem.months)
    found: Flags = (months >= place.first) & (months < place.stop)
    return found


def _need_scale(problem: Problem, place: Place) -> tuple[float, float]:
    need = (problem.routing[:, place.resources].T @ problem.demand).sum(axis=0)
    mean = float(need.mean())
    return nice(0.5 * mean), nice(0.2 * mean)


def _units_scale(problem: Problem, place: Place) -> tuple[float, float]:
    units = float((problem.demand * place.items[:, None]).sum(axis=0).mean())
    return nice(0.5 * units), nice(0.1 * units)


LEVERS = (
    Lever(
        kind="shortage",
        group=Group.SUPPLY,
        unit=Unit.SHARE,
        low=0.0,
        high=1.0,
        step=0.05,
        default=0.3,
        neutral=0.0,
        targets=_MATERIALS,
        phase=13,
        effect=shortage,
        owner=Role.PURCHASING,
        decision=False,
        needs_window=True,
        options={"recovery": months_of(12, 2)},
    ),
    Lever(
        kind="second_source",
        group=Group.SUPPLY,
        unit=Unit.UNITS_PER_MONTH,
        low=0,
        high=1e8,
        step=1,
        default=100,
        neutral=0,
        targets=_MATERIALS,
        phase=30,
        effect=second_source,
        owner=Role.PURCHASING,
        lead=Lead(days=45),
        options={"cost": money_of(Unit.MONEY_PER_UNIT)},
        scale=_need_scale,
    ),
    Lever(
        kind="outside_work",
        group=Group.SUPPLY,
        unit=Unit.UNITS_PER_MONTH,
        low=0,
        high=1e8,
        step=1,
        default=100,
        neutral=0,
        targets=frozenset({TargetKind.HOURS, TargetKind.FAMILY, TargetKind.ITEM}),
        phase=31,
        effect=outside_work,
        owner=Role.PURCHASING,
        lead=Lead(days=45),
        needs_resource=True,
        options={"cost": money_of(Unit.MONEY_PER_UNIT)},
        scale=_units_scale,
    ),
    Lever(
        kind="subcontract",
        group=Group.SUPPLY,
        unit=Unit.UNITS_PER_MONTH,
        low=0,
        high=1e8,
        step=1,
        default=100,
        neutral=0,
        targets=_GOODS,
        phase=32,
        effect=subcontract,
        owner=Role.PURCHASING,
        lead=Lead(months=2),
        options={"cost": money_of(Unit.MONEY_PER_UNIT)},
        scale=_units_scale,
        felt=lambda problem: problem.has_capacity,
    ),
    Lever(
        kind="lead_time",
        group=Group.SUPPLY,
        unit=Unit.MONTHS,
        low=-LONGEST_LEAD,
        high=LONGEST_LEAD,
        step=1,
        default=1,
        neutral=0,
        targets=_GOODS,
        phase=33,
        effect=lead_time,
        owner=Role.PURCHASING,
        whole_horizon=True,
        options={"freight": money_of(Unit.MONEY_PER_UNIT)},
    ),
    Lever(
        kind="expedite",
        group=Group.SUPPLY,
        unit=Unit.MONTHS,
        low=0,
        high=LONGEST_LEAD,
        step=1,
        default=1,
        neutral=0,
        targets=_GOODS,
        phase=34,
        effect=expedite,
        owner=Role.PURCHASING,
        lead=Lead(days=10),
        options={"freight": money_of(Unit.MONEY_PER_UNIT)},
        felt=lambda problem: bool(problem.receipts[:, 1:].any()),
    ),
)

DECLARED = {lever.kind: lever for lever in LEVERS}
