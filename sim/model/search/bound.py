"""How much more a perfect planner could earn with the winner's cards: a bound that is one.

In a draw with demand D and hours K let W(D, K) be the most net margin of a planner who knows them.
The simulated plan is one of its solutions, so margin <= W(D, K) in every draw. W is the optimum of
a linear programme with D and K on its right-hand sides only, hence concave in both (Jensen):

    mean margin <= mean W(D, K) <= W(mean D, mean K).

The right side is one linear programme, the expected-value optimum; taken at the means of the very
draws that were simulated the inequality is exact, without sampling error. The middle is tighter;
its mean is taken over some of the draws, paired with the simulated margin, and has an interval.
Staff, shifts and maintenance are those that the plan decided. The right side does not hold where
chance enters the coefficients (yields, late receipts): then there is no bound.
Source: Madansky 1960; Birge & Louveaux, Introduction to Stochastic Programming, ch. 4
(wait-and-see and expected-value bounds).
"""

from dataclasses import dataclass

import numpy as np

from sim.model.draws import Draws
from sim.model.kernel.supply import supply
from sim.model.problem import Floats, Problem
from sim.model.search.foresight import Foresight
from sim.model.search.race import Interval, interval

WIDE = 0.5  # relative spread above which the simulator draws demand as lognormal
SAMPLE = 32  # draws with foresight
LARGEST = 6_000  # item-months above which the programme per draw takes too long


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What no rule of release can beat with these cards, and what is missing to it."""

    margin: (
        float  # [money] W(mean D, mean K): at least the mean margin of every plan on these draws
    )
    gap: float  # [money] margin less the simulated mean
    foresight_gap: Interval | None  # [money] W(D, K) less the margin, paired; None = not worked out


def bound(problem: Problem, gain: Floats, draws: Draws, *, months: slice) -> Bound | None:
    """The bound for a problem after the cards, beside the simulated margin of its plan.

    Parameters
    ----------
    gain : (N,) [money] net margin of the plan in each draw
    draws : the ones it was simulated on
    months : window of the margin

    Returns
    -------
    Bound; None where none is valid (uncertain yields or dates, no prices).
    """
    risk = problem.risk
    if not problem.has_money or (risk and (risk.yield_spread.any() or risk.slip.any())):
        return None
    # A stated cost of stock is shared out to the draws: right in the mean, not in each of them.
    small = problem.demand.size <= LARGEST and problem.costs is None
    sample = min(SAMPLE, draws.draws) if small else 0
    mean, first = realised(problem, draws, first=sample)
    hours, first_hours = running_hours(problem, draws, first=sample)
    programme = Foresight(problem, months)
    margin = programme.value(mean, hours)
    better = [programme.value(*known) for known in zip(first, first_hours, strict=True)]
    return Bound(
        margin=margin,
        gap=margin - float(gain.mean()),
        foresight_gap=interval(np.array(better) - gain[:sample]) if sample else None,
    )


def realised(problem: Problem, draws: Draws, *, first: int) -> tuple[Floats, Floats]:
    """Demand as the simulator draws it: its mean over all draws, and the first draws of it.

    D = level max(0, 1 + cv e), or level exp(s e - s^2 / 2) with s^2 = ln(1 + cv^2) for cv > 0.5;
    level = mean + sum over customers (happened - p) volume.

    Returns
    -------
    (I, T) and (first, I, T) [units]
    """
    mean = np.empty(problem.demand.shape)
    some = np.empty((first, *problem.demand.shape))
    chance = problem.win_probability
    uniforms = draws.uniforms(len(chance))[:, : draws.draws]
    happened = (uniforms < chance[:, None]).astype(np.float64)
    for item, spread in enumerate(problem.errors.spread):
        path = draws.path(item).astype(np.float64)
        demand = _level(problem, item, happened) * _factor(spread, path)
        mean[item] = demand.mean(axis=0)
        some[:, item] = demand[:first]
    return mean, some


def running_hours(problem: Problem, draws: Draws, *, first: int) -> tuple[Floats, Floats]:
    """Regular capacity as the simulator draws it: its mean over all draws, and the first of it.

    Returns
    -------
    (R, T) and (first, R, T) [resource units]
    """
    running = supply(problem, draws).running
    if not running.shape[2]:
        return problem.capacity, np.repeat(problem.capacity[None], first, axis=0)
    share = np.moveaxis(running, 3, 1).reshape(-1, problem.months, running.shape[2])
    share = np.swapaxes(share[: draws.draws], 1, 2)
    mean = share.mean(axis=0, dtype=np.float64)
    return problem.capacity * mean, problem.capacity * share[:first].astype(np.float64)


def _level(problem: Problem, item: int, happened: Floats) -> Floats:
    """What is asked for without an error, (N, T)."""
    volume = problem.win_volume[:, item]
    mean = np.maximum(problem.demand[item] + problem.win_probability @ volume, 0.0)
    surprise = (happened - problem.win_probability[:, None]).T @ volume
    return np.asarray(np.maximum(mean + surprise, 0.0))


def _factor(spread: Floats, path: Floats) -> Floats:
    """What the error makes of it, (N, T); never below zero, with mean one where it is wide."""
    sigma = np.sqrt(np.log1p(spread**2))
    wide = np.exp(sigma * (path - 0.5 * sigma))
    return np.asarray(np.where(spread > WIDE, wide, np.maximum(0.0, 1.0 + spread * path)))
