"""A card that changes nothing, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum

import numpy as np

from sim.model.aids.gaps import Kind, gaps
from sim.model.levers import LEVERS, TargetKind, Unit, apply
from sim.model.levers.declaration import Lever, Place
from sim.model.levers.place import locate
from sim.model.outcome import Measure, Outcome
from sim.model.problem import Floats, Problem
from sim.model.scenario import Card, Scenario

NOTHING = 5e-4  # share of demand below which nothing is missing, in the digits shown
FULL = 0.995  # share of its regular capacity from which a resource counts as full
_RESOURCES = frozenset({TargetKind.HOURS, TargetKind.MATERIAL})
_GOODS = frozenset({TargetKind.FAMILY, TargetKind.ITEM, TargetKind.CHANNEL})
SMALL = ("item_stock", "unserved", "item_release")  # (I, T) each
COSTS = ("overtime_cost", "outside_cost", "storage_cost")  # (N, T) each
Budget = Mapping[str, Floats]  # kind -> (T,)


class Why(StrEnum):
    """What keeps a card from changing anything, in the order in which it is looked for."""

    OUTSIDE = "outside"  # its months lie outside the horizon
    UNUSED = "unused"  # nothing that is made uses the resource
    UNLIMITED = "unlimited"  # the resource has no limit that could be moved
    NO_DEMAND = "no_demand"  # nobody buys the target in its months
    UNCHANGED = "unchanged"  # what it would change is there already, or is not there at all
    SPARE = "spare"  # the resource is not full in its months
    SERVED = "served"  # everything is served without it
    LIMIT = "limit"  # another resource holds back what is missing
    STORAGE = "storage"  # the store is full
    LEAD_TIME = "lead_time"  # nothing that is released now arrives in time
    PLAN = "plan"  # the plan makes less than demand though nothing is full
    SWINGS = "swings"  # what is missing comes from the swings of demand


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a card changes nothing; ``resource`` is the one that limits, -1 = none."""

    why: Why
    resource: int = -1
    load: float = 0.0  # of a resource that is not full: its fullest month [share]


def same(outcome: Outcome, other: Outcome) -> bool:
    """Whether two outcomes are equal in every measure and cost, draw by draw and month by month.

    Every KPI is a formula of these, so every paired difference is then nil (to rounding).
    """
    if _size(outcome) != _size(other):  # of other draws, or of other items
        return False
    if outcome.hash == other.hash:
        return True
    # The small tables first: they tell most pairs apart, and this is asked at a slider's step.
    pairs = [(getattr(outcome, name), getattr(other, name)) for name in (*SMALL, *COSTS)]
    pairs += [(_spent(one), _spent(two)) for one, two in _budgets(outcome, other)]
    if not all(_close(one, two) for one, two in pairs):
        return False
    return all(_close(found, other.families[name]) for name, found in outcome.families.items())


def unchanged(problem: Problem, scenario: Scenario, card: Card) -> bool:
    """Whether the planning problem is the same without a card of the scenario."""
    ours, other = apply(problem, scenario), apply(problem, without(scenario, card))
    return all(_equal(getattr(ours, f.name), getattr(other, f.name)) for f in fields(Problem))


def without(scenario: Scenario, card: Card) -> Scenario:
    """The scenario with one card switched off."""
    return scenario.with_card(replace(card, on=False))


def reason(problem: Problem, scenario: Scenario, card: Card, *, outcome: Outcome) -> Reason:
    """Why a card that changes nothing does so.

    Parameters
    ----------
    problem : before the cards
    scenario : with the card, which is on and off its neutral value
    outcome : of the scenario
    """
    lever = LEVERS[card.kind]
    place = locate(problem, lever, card)
    if place.stop <= place.first:
        return Reason(why=Why.OUTSIDE)
    return (
        _of_resources(outcome, lever, place)
        or _of_demand(outcome, lever, place)
        or (Reason(why=Why.UNCHANGED) if unchanged(problem, scenario, card) else None)
        or _spare(outcome, lever, place)
        or _elsewhere(outcome, place)
    )


def _of_resources(outcome: Outcome, lever: Lever, place: Place) -> Reason | None:
    problem, rows = outcome.problem, place.resources
    if not _on_resources(lever) or not rows.any():
        return None
    if not problem.routing[:, rows].any():
        return Reason(why=Why.UNUSED)
    if not np.isfinite(problem.capacity[rows, place.window]).any():
        return Reason(why=Why.UNLIMITED)
    return None


def _of_demand(outcome: Outcome, lever: Lever, place: Place) -> Reason | None:
    if not lever.targets & _GOODS:
        return None
    bought = outcome.problem.demand[:, place.window] * place.share[:, None]
    return None if bought.any() else Reason(why=Why.NO_DEMAND)


def _spare(outcome: Outcome, lever: Lever, place: Place) -> Reason | None:
    if lever.unit is Unit.PALLETS:
        held = outcome.total(Measure.PALLETS).mean(axis=0)[place.window]
        room = outcome.problem.storage[place.window]
        loads = np.divide(held, room, out=np.zeros_like(held), where=room > 0)
    elif _on_resources(lever):
        loads = outcome.load[place.resources, place.window]
    else:
        return None
    fullest = float(loads[np.isfinite(loads)].max(initial=0.0))
    return Reason(why=Why.SPARE, load=fullest) if fullest < FULL else None


def _elsewhere(outcome: Outcome, place: Place) -> Reason:
    """The cause of most of what the target's families miss, the card's own resources left out."""
    found, problem = gaps(outcome), outcome.problem
    families = np.unique(problem.family[place.items])
    measure = found.money if problem.has_money else found.units
    missed = measure[:, families].sum(axis=(1, 2))
    asked = problem.demand * (problem.price if problem.has_money else 1.0)
    if missed.sum() <= NOTHING * asked[place.items].sum():
        return Reason(why=Why.SERVED)
    own = np.flatnonzero(place.resources)
    missed[own] = 0.0
    cause = found.causes[int(missed.argmax())]
    if cause.kind in (Kind.CAPACITY, Kind.MATERIAL) and missed.any():
        return Reason(why=Why.LIMIT, resource=cause.resource)
    return Reason(why=Why(cause.kind.value) if missed.any() else Why.SWINGS)


def _on_resources(lever: Lever) -> bool:
    return bool(lever.targets & _RESOURCES) and not lever.targets & _GOODS


def _budgets(outcome: Outcome, other: Outcome) -> list[tuple[Budget, Budget]]:
    ours, theirs = outcome.problem, other.problem
    return [(ours.fixed_cost, theirs.fixed_cost), (ours.capex, theirs.capex)]


def _spent(budget: Budget) -> Floats:
    """What is spent in each month, whatever for."""
    total: Floats = sum(budget.values(), np.zeros(1))
    return total


def _size(outcome: Outcome) -> tuple[int, tuple[int, ...]]:
    return outcome.draws, outcome.item_stock.shape


def _close(one: Floats, two: Floats) -> bool:
    return bool(np.allclose(one, two, rtol=1e-6, atol=1e-6))


def _equal(one: object, two: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(two, np.ndarray):
        if one is two or np.array_equal(one, two):
            return True
        # A limit that is reached to the last bit but one is reached.
        return one.shape == two.shape and bool(np.allclose(one, two, rtol=1e-9, atol=1e-12))
    if isinstance(one, Mapping) and isinstance(two, Mapping):
        return one.keys() == two.keys() and all(_equal(one[key], two[key]) for key in one)
    return one is two or bool(one == two)
