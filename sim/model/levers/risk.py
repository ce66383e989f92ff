"""Assumptions about what may go wrong between a release and the stock."""

from dataclasses import replace

import numpy as np

from sim.model.levers.declaration import (
    Changes,
    Group,
    Lever,
    Option,
    Place,
    Role,
    TargetKind,
    Unit,
)
from sim.model.problem import Floats, Problem, SupplyRisk
from sim.model.scenario import Card

USUAL_AVAILABILITY = 0.85  # mean share of the time a machine runs, where the data do not say it
_GOODS = frozenset({TargetKind.ALL, TargetKind.FAMILY, TargetKind.ITEM})


def availability_risk(problem: Problem, card: Card, place: Place) -> Changes:
    """The share of time a resource runs varies by v more: s' = sqrt(s^2 + v^2), causes independent.

    The mean share, already in the capacity, only gives the variation its shape: the card's, else
    the data's, else a usual one (a machine that always runs cannot vary). Source: Hopp &
    Spearman, ch. 8 (availability and its variability).
    """
    risk = _risk(problem)
    had, mean = risk.availability_spread, card.options.get("availability")
    spread = np.where(place.resources, _joined(had, card.value), had)
    known = np.where(risk.availability < 1.0, risk.availability, USUAL_AVAILABILITY)
    share = np.where(place.resources, known if mean is None else mean, risk.availability)
    return {"risk": replace(risk, availability=share, availability_spread=spread)}


def yield_risk(problem: Problem, card: Card, place: Place) -> Changes:
    """The good share of what is released varies by v more: s' = sqrt(s^2 + v^2).

    What is always good cannot vary: a mean yield above 1 - v falls to it. Source: SPT
    (random yield); independent causes.
    """
    risk, good = _risk(problem), problem.production_yield
    spread = np.where(place.items, _joined(risk.yield_spread, card.value), risk.yield_spread)
    lowered = np.where(place.items, np.minimum(good, 1.0 - card.value), good)
    return {"risk": replace(risk, yield_spread=spread), "production_yield": lowered}


def slip(problem: Problem, card: Card, place: Place) -> Changes:
    """What is due in a month comes one month later with probability v more: p + v (1 - p).

    Source: probability that one of two independent causes holds.
    """
    risk = _risk(problem)
    later = np.where(place.items, risk.slip + card.value * (1.0 - risk.slip), risk.slip)
    return {"risk": replace(risk, slip=later)}


def _joined(spread: Floats, more: float) -> Floats:
    joined: Floats = np.sqrt(spread**2 + more**2)
    return joined


def _risk(problem: Problem) -> SupplyRisk:
    if problem.risk is not None:
        return problem.risk
    items, resources = problem.routing.shape
    return SupplyRisk(
        availability=np.full(resources, USUAL_AVAILABILITY),
        availability_spread=np.zeros(resources),
        yield_spread=np.zeros(items),
        slip=np.zeros(items),
    )


LEVERS = (
    Lever(
        kind="availability_risk",
        group=Group.CAPACITY,
        unit=Unit.SHARE,
        low=0.0,
        high=0.2,
        step=0.01,
        default=0.05,
        neutral=0.0,
        targets=frozenset({TargetKind.ALL, TargetKind.HOURS}),
        phase=50,
        effect=availability_risk,
        owner=Role.PRODUCTION,
        decision=False,
        whole_horizon=True,
        options={"availability": Option(unit=Unit.SHARE, low=0.3, high=0.99, default=None)},
    ),
    Lever(
        kind="yield_risk",
        group=Group.CAPACITY,
        unit=Unit.SHARE,
        low=0.0,
        high=0.3,
        step=0.01,
        default=0.03,
        neutral=0.0,
        targets=_GOODS,
        phase=51,
        effect=yield_risk,
        owner=Role.PRODUCTION,
        decision=False,
        whole_horizon=True,
    ),
    Lever(
        kind="slip",
        group=Group.SUPPLY,
        unit=Unit.SHARE,
        low=0.0,
        high=1.0,
        step=0.05,
        default=0.2,
        neutral=0.0,
        targets=_GOODS,
        phase=52,
        effect=slip,
        owner=Role.PURCHASING,
        decision=False,
        whole_horizon=True,
    ),
)
