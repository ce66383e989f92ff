"""Which choices are efficient: nobody earns more without serving less.

Means decide who is on the frontier. Whether a choice off it is dominated or only seems so, the
paired differences tell: a choice that is worse by less than twice the standard error may be as
good, and is not thrown out.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.model.kpi import Estimate, estimate
from sim.model.problem import Floats, Ints

Bools: TypeAlias = NDArray[np.bool_]

DIGITS = 6  # of a mean: what differs beyond is rounding, and coincides
NOTHING = (0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A choice off the frontier, beside the one on it that beats it most."""

    by: int  # position of that one
    margin: Estimate  # what that one earns beyond, on the same draws
    service: Estimate  # what it serves beyond
    earns: bool  # it really earns more
    serves: bool  # it really serves more

    @property
    def dominated(self) -> bool:
        """Whether the difference is real; else the two are a near tie."""
        return self.earns or self.serves


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """Every choice is either on the frontier or behind a choice that is on it."""

    line: tuple[int, ...]  # positions, from the least service to the best
    behind: Mapping[int, Behind]


def frontier(margin: Floats, service: Floats, *, least: tuple[float, float] = NOTHING) -> Frontier:
    """Efficient frontier of choices that are judged by margin and service.

    On it is who is not beaten on the means: nobody is as good in both and better in one. Who is
    beaten is dominated when the difference is real: beyond `least` and twice its standard error.

    Parameters
    ----------
    margin : (K, N) [money] of each choice in each draw
    service : (K, N) share [0..1], in the same draws
    least : differences of margin [money] and service [share] that nobody would decide on

    Returns
    -------
    Frontier

    Raises
    ------
    ValueError: not of the same choices and draws.

    Source: Chopra & Meindl, Supply Chain Management (efficient frontier of cost and
    responsiveness); Law, Simulation Modeling and Analysis (paired comparison).

    >>> margin = np.array([[10.0, 12.0], [8.0, 10.0], [5.0, 7.0]])
    >>> service = np.array([[0.90, 0.92], [0.95, 0.97], [0.93, 0.95]])
    >>> found = frontier(margin, service)
    >>> found.line, {n: (one.by, one.earns, one.serves) for n, one in found.behind.items()}
    ((0, 1), {2: (1, True, True)})
    """
    if margin.shape != service.shape or margin.ndim != 2:
        raise ValueError("margin and service must be of the same choices and draws")
    earned, served = _levels(margin), _levels(service)
    beaten = _beaten(earned, served)
    free: Bools = ~np.any(beaten, axis=1)
    behind = {}
    for a in np.flatnonzero(~free):
        rivals = np.flatnonzero(beaten[a] & free)
        behind[int(a)] = _behind(margin, service, int(a), rivals=rivals, least=least)
    order = np.lexsort((-earned, served))
    return Frontier(line=tuple(int(a) for a in order if free[a]), behind=behind)


def _levels(values: Floats) -> Floats:
    """Means, to as many digits of the largest as are no rounding."""
    means: Floats = values.mean(axis=1)
    largest = float(np.abs(means).max(initial=0.0))
    step = 10.0 ** (math.ceil(math.log10(largest)) - DIGITS) if largest > 0 else 1.0
    levels: Floats = np.round(means / step)
    return levels


def _beaten(earned: Floats, served: Floats) -> Bools:
    """(K, K) whether the second is as good in both and better in one."""
    ahead: Bools = (earned[None] >= earned[:, None]) & (served[None] >= served[:, None])
    return ahead & ~ahead.T


def _behind(
    margin: Floats, service: Floats, a: int, *, rivals: Ints, least: tuple[float, float]
) -> Behind:
    """The rival that beats a choice most surely: in both before in one, then by margin."""
    every = []
    for b in rivals:
        earned, served = estimate(margin[b] - margin[a]), estimate(service[b] - service[a])
        every.append(
            Behind(
                by=int(b),
                margin=earned,
                service=served,
                earns=_real(earned, least[0]),
                serves=_real(served, least[1]),
            )
        )
    return max(every, key=lambda one: (one.earns + one.serves, one.margin.mean))


def _real(gain: Estimate, least: float) -> bool:
    return gain.mean > max(2 * gain.error, least)
