"""Which candidates are clearly out: paired tests on common draws, with one error for the race.

All candidates meet the same draws, so the difference of two of them is taken draw by draw. A
candidate is out when it clearly misses the target, or when another one clearly earns more and
either clearly reaches the target or clearly serves no less. For the best candidate a look can go
wrong in 2 K - 1 ways: it seems to miss the target (1); one that earns no more seems to earn more;
one that earns more, and so misses the target, seems to reach it or to serve no less (at most 2 for
each of the K - 1 others). With the error of the race divided by the looks and by 2 K, the best
candidate stays in the race with at least the stated confidence, whatever the dependence between
the tests (Bonferroni).
Source: Nelson, Swann, Goldsman & Song 2001, Simple procedures for selecting the best simulated
system when the number of alternatives is large (screening by t tests); Law, Simulation Modeling
and Analysis (paired t, selection of systems); Andradottir & Kim 2010 (a constraint).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from sim.model.problem import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean over draws and the limits that hold it with the stated confidence."""

    mean: float
    low: float
    high: float


def interval(values: Floats, *, error: float = 0.05) -> Interval:
    """Two-sided t interval of a mean: mean +- t(n-1, 1-error/2) s / sqrt(n).

    Parameters
    ----------
    values : (N,) one per draw; for two plans their difference draw by draw
    error : probability that the interval misses the mean

    Source: Law, Simulation Modeling and Analysis (tests of means, paired t).

    >>> one = interval(np.array([1.0, 2.0, 3.0]))  # 2 +- 4.303 x 1 / sqrt(3)
    >>> round(one.low, 3), round(one.high, 3)
    (-0.484, 4.484)
    """
    mean = float(values.mean())
    reach = _reach(values, error=error / 2)
    return Interval(mean=mean, low=mean - reach, high=mean + reach)


def single_error(*, error: float, looks: int, candidates: int) -> float:
    """Error of one test, so that all tests about the best candidate together keep ``error``.

    >>> single_error(error=0.05, looks=2, candidates=5)
    0.0025
    """
    return error / (looks * 2 * candidates)


def clearly_below(values: Floats, limit: float, *, error: float) -> bool:
    """Whether the mean lies below a limit: mean + t(n-1, 1-error) s / sqrt(n) < limit.

    >>> clearly_below(np.array([1.0, 1.2, 0.8, 1.0]), 2.0, error=0.01)
    True
    >>> clearly_below(np.array([1.0, 3.2, 0.8, 1.0]), 2.0, error=0.01)
    False
    """
    return upper_limit(values, error=error) < limit


def upper_limit(values: Floats, *, error: float) -> float:
    """One-sided upper confidence limit of a mean."""
    return float(values.mean()) + _reach(values, error=error)


def _reach(values: Floats, *, error: float) -> float:
    count = len(values)
    if count < 2:
        return np.inf
    # Equal draws (nothing random) leave no doubt, not a rounding of one.
    if values.min() == values.max():
        return 0.0
    quantile = float(stdtrit(count - 1, 1.0 - error))
    return quantile * float(values.std(ddof=1)) / float(np.sqrt(count))
