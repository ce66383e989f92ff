"""What drives the spread of a KPI over the draws, and what each lever could still move."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.model.aids.judge import Judge
from sim.model.aids.seek import Lever
from sim.model.kpi import Estimate, Kpi, estimate
from sim.model.outcome import Measure, Outcome
from sim.model.problem import Floats
from sim.model.scenario import Card, Scenario

LEAST = 0.005  # of the variance: less is not told from nothing
SWING = 0.1  # of the range of a slider: how far a lever is moved either way


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """An uncertain cause, and its part in the spread."""

    name: str  # "demand", "family:<code>"
    share: float  # of the variance of the ranks that it explains on top of those before it
    correlation: float  # rank correlation with the KPI, with its sign


def drivers(values: Floats, causes: Mapping[str, Floats]) -> tuple[Driver, ...]:
    """Causes of a spread, ranked: forward selection by explained variance of the ranks.

    Each cause is judged by what it adds to those already chosen, so that the market and a family
    that moves with it are not counted twice; the shares add up to at most 1.

    Parameters
    ----------
    values : (N,) the KPI, one per draw
    causes : name -> (N,) its size in each draw

    Returns
    -------
    Drivers, the strongest first; none when nothing varies.

    Source: Saltelli et al. 2008, Global sensitivity analysis, 1.2 (rank regression); Spearman 1904.

    >>> draws = np.arange(8.0)
    >>> other = np.array([3.0, 1.0, 4.0, 1.5, 5.0, 9.0, 2.0, 6.0])
    >>> [(one.name, round(one.share, 3)) for one in drivers(-draws, {"a": other, "b": draws})]
    [('b', 1.0)]
    """
    rest = _ranks(values)
    total = float(rest @ rest)
    left = {name: _ranks(cause) for name, cause in causes.items()}
    signs = {name: _correlation(rank, rest) for name, rank in left.items()}
    found = []
    while left and total > 0:
        parts = {name: _explained(rest, rank) for name, rank in left.items()}
        name = max(parts, key=lambda one: parts[one])
        share = parts[name] / total
        if share < LEAST:
            break
        found.append(Driver(name=name, share=share, correlation=signs[name]))
        chosen = left.pop(name)
        rest = _without(rest, chosen)
        # What is left of the others is what this one does not already say.
        left = {other: _without(rank, chosen) for other, rank in left.items()}
    return tuple(found)


def causes(outcome: Outcome, months: slice) -> dict[str, Floats]:
    """What differs from draw to draw: the whole demand, and the weight of each family in it.

    Returns
    -------
    name -> (N,)
    """
    priced = outcome.problem.has_money
    measure = Measure.DEMAND_VALUE if priced else Measure.DEMAND_UNITS
    by_family = outcome.families[measure][:, :, months].sum(axis=2)
    found = {"demand": by_family.sum(axis=1)}
    if by_family.shape[1] > 1:
        found |= {
            f"family:{code}": by_family[:, f] for f, code in enumerate(outcome.problem.families)
        }
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """What a KPI does when one lever is moved a little either way."""

    lever: Lever
    low: float  # the two values of the lever
    high: float
    at_low: Estimate  # difference to the scenario as it stands, on the same draws
    at_high: Estimate

    @property
    def width(self) -> float:
        """How far the two lie apart."""
        return abs(self.at_high.mean - self.at_low.mean)


def tornado(
    scenario: Scenario, levers: Sequence[Lever], *, judge: Judge, kpi: Kpi
) -> tuple[Swing, ...]:
    """Each lever moved by a tenth of its range either way, the widest swing first.

    Parameters
    ----------
    scenario : what is on the screen
    levers : the cards to move, with their positions
    judge, kpi : what is looked at
    """
    ends = [_either_side(lever) for lever in levers]
    moved = [
        scenario.with_card(_at(lever, value))
        for lever, pair in zip(levers, ends, strict=True)
        for value in pair
    ]
    here, *there = (values[kpi] for values in judge([scenario, *moved]))
    changes = [estimate(values - here) for values in there]
    found = [
        Swing(lever=lever, low=low, high=high, at_low=at_low, at_high=at_high)
        for lever, (low, high), at_low, at_high in zip(
            levers, ends, changes[::2], changes[1::2], strict=True
        )
    ]
    return tuple(sorted(found, key=lambda swing: -swing.width))


def _at(lever: Lever, value: float) -> Card:
    return replace(lever.card, value=value, on=True)


def _either_side(lever: Lever) -> tuple[float, float]:
    last = len(lever.positions) - 1
    at = min(range(last + 1), key=lambda n: abs(lever.positions[n] - lever.card.value))
    reach = max(1, round(SWING * last))
    return lever.positions[max(0, at - reach)], lever.positions[min(last, at + reach)]


def _ranks(values: Floats) -> Floats:
    """Centred ranks; equal values share the mean of their ranks."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    ranks: Floats = middle[inverse]
    centred: Floats = ranks - ranks.mean()
    return centred


def _correlation(one: Floats, other: Floats) -> float:
    size = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / size if size > 0 else 0.0


def _explained(rest: Floats, cause: Floats) -> float:
    size = float(cause @ cause)
    return float(rest @ cause) ** 2 / size if size > 1e-9 * len(cause) else 0.0


def _without(values: Floats, cause: Floats) -> Floats:
    size = float(cause @ cause)
    if size <= 0:
        return values
    left: Floats = values - (float(values @ cause) / size) * cause
    return left
