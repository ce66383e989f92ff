"""Levers of money: what a unit costs. Service stays as it is; margin and stock value move."""

import numpy as np

from sim.model.levers.declaration import (
    Changes,
    Group,
    Lever,
    Place,
    Role,
    TargetKind,
    Unit,
    share_of,
)
from sim.model.levers.money import nice
from sim.model.levers.place import parts
from sim.model.problem import Problem
from sim.model.scenario import Card

_GOODS = frozenset({TargetKind.ALL, TargetKind.FAMILY, TargetKind.ITEM})


def unit_cost(problem: Problem, card: Card, place: Place) -> Changes:
    """Unit cost x (1 + v)."""
    return {"unit_cost": problem.unit_cost * (1.0 + card.value * place.items)}


def freight(problem: Problem, card: Card, place: Place) -> Changes:
    """Unit cost + v of freight; never below zero."""
    return {"unit_cost": np.maximum(problem.unit_cost + card.value * place.items, 0.0)}


def exchange_rate(problem: Problem, card: Card, place: Place) -> Changes:
    """The foreign currency is worth v more: unit cost x (1 + s v), s the part bought in it.

    A material in the target means the items that use it. Source: first-order pass-through of a
    rate to landed cost (Chopra & Meindl, global supply chains).
    """
    bought = place.items
    if any(prefix == "resource" for prefix, _ in parts(card.target)):
        bought = bought & problem.routing[:, place.resources].any(axis=1)
    share = DECLARED[card.kind].option(card, "bought_share")
    return {"unit_cost": problem.unit_cost * (1.0 + share * card.value * bought)}


def _known(problem: Problem) -> bool:
    return bool(problem.unit_cost.any())


def _freight_scale(problem: Problem, _place: Place) -> tuple[float, float]:
    mean = float(problem.unit_cost.mean())
    high = nice(0.3 * mean)
    return high, high / 5.0


LEVERS = (
    Lever(
        kind="unit_cost",
        group=Group.MONEY,
        unit=Unit.SHARE,
        low=-0.5,
        high=0.5,
        step=0.01,
        default=0.05,
        neutral=0.0,
        targets=_GOODS,
        phase=70,
        effect=unit_cost,
        owner=Role.FINANCE,
        decision=False,
        whole_horizon=True,
        felt=_known,
    ),
    Lever(
        kind="exchange_rate",
        group=Group.MONEY,
        unit=Unit.SHARE,
        low=-0.3,
        high=0.5,
        step=0.01,
        default=0.05,
        neutral=0.0,
        targets=_GOODS | {TargetKind.MATERIAL},
        phase=71,
        effect=exchange_rate,
        owner=Role.FINANCE,
        decision=False,
        whole_horizon=True,
        options={"bought_share": share_of(0.0, 1.0, 0.5)},
        felt=_known,
    ),
    Lever(
        kind="freight",
        group=Group.MONEY,
        unit=Unit.MONEY_PER_UNIT,
        low=-1e6,
        high=1e6,
        step=0.1,
        default=1.0,
        neutral=0.0,
        targets=_GOODS,
        phase=72,
        effect=freight,
        owner=Role.LOGISTICS,
        decision=False,
        whole_horizon=True,
        scale=_freight_scale,
        felt=_known,
    ),
)

DECLARED = {lever.kind: lever for lever in LEVERS}
