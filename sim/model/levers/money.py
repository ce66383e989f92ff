"""Costs of a card, and round numbers for sliders."""

import math
from collections.abc import Mapping

import numpy as np

from sim.model.levers.declaration import Changes
from sim.model.problem import Floats, Problem


def spent(problem: Problem, kind: str, amounts: Mapping[int, float]) -> Changes:
    """Money paid in some months, added to the fixed cost of this kind of lever."""
    return _paid(problem, "fixed_cost", kind, amounts)


def invested(problem: Problem, kind: str, amounts: Mapping[int, float]) -> Changes:
    """Money put into equipment in some months: it leaves the cash, not the margin."""
    return _paid(problem, "capex", kind, amounts)


def blended(had: Floats, had_cost: Floats, more: Floats, more_cost: Floats | float) -> Floats:
    """Mean cost of one unit when a quantity at one cost joins a quantity at another.

    A tranche has one price a month; two sources in one tranche are paid at their mean price.
    Where nothing is added the cost stays as it is, to the bit.

    Returns
    -------
    the common shape of the quantities [money per unit]

    >>> blended(np.array([100.0, 7.0]), np.array([2.0, 2.0]), np.array([300.0, 0.0]), 6.0)
    array([5., 2.])
    """
    total = had + more
    mixed = np.divide(
        had * had_cost + more * more_cost,
        total,
        out=np.zeros_like(total),
        where=(total > 0) & np.isfinite(total),
    )
    return np.where(more > 0, mixed, had_cost)


def _paid(problem: Problem, name: str, kind: str, amounts: Mapping[int, float]) -> Changes:
    if not any(amounts.values()):
        return {}
    had: Mapping[str, Floats] = getattr(problem, name)
    paid = had.get(kind, np.zeros(problem.months)).copy()
    for month, amount in amounts.items():
        paid[month] += amount
    return {name: {**had, kind: paid}}


def nice(value: float) -> float:
    """A round number near a positive value: 1, 2 or 5 times a power of ten (at least 1).

    >>> [nice(x) for x in (0.2, 7.4, 1_950_000.0, 330.0)]
    [1.0, 10.0, 2000000.0, 500.0]
    """
    if not math.isfinite(value) or value <= 1.0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return power * min((1.0, 2.0, 5.0, 10.0), key=lambda step: abs(math.log(step * power / value)))
