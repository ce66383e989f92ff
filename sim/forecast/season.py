"""Whether a history has a season, and its shape: classical multiplicative decomposition.

The theta method needs its series without season. Its library decides by one autocorrelation,
which misses a plain season in five noisy years; here the month effects are tested together.
"""

import numpy as np
from scipy.special import fdtrc

from sim.model.problem import Floats

YEAR = 12
SIGNIFICANCE = 0.05
TINY = 1e-12  # a perfect season leaves nothing unexplained


def seasonal_index(units: Floats, *, tested: bool = True) -> Floats | None:
    """Level of each calendar position relative to the year, or None without a clear season.

    Ratios to the centred yearly mean; a one-way analysis of variance over the twelve
    positions decides whether they differ.

    Parameters
    ----------
    units : (n,) [units per month], n >= 24 (36 if tested), all above zero
    tested : False takes the shape as it comes

    Returns
    -------
    (12,) or None
        Entry k belongs to months k, k + 12, .. of the history; the mean is 1. Source:
        Makridakis, Wheelwright & Hyndman 1998, ch. 3 (decomposition).

    >>> seasonal_index(np.tile([1.0, 3.0], 24)).round(6)[:2]
    array([0.5, 1.5])
    """
    weights = np.array([0.5, *np.ones(YEAR - 1), 0.5]) / YEAR
    ratio = units[YEAR // 2 : -YEAR // 2] / np.convolve(units, weights, "valid")
    position = np.arange(YEAR // 2, len(units) - YEAR // 2) % YEAR
    count = np.bincount(position, minlength=YEAR)
    level = np.bincount(position, weights=ratio, minlength=YEAR) / count
    index = np.asarray(level / np.mean(level), dtype=np.float64)
    if not tested:
        return index
    between = float(np.sum(count * (level - np.mean(ratio)) ** 2)) / (YEAR - 1)
    within = float(np.sum((ratio - level[position]) ** 2)) / (len(ratio) - YEAR)
    chance = fdtrc(YEAR - 1, len(ratio) - YEAR, between / max(within, TINY))
    return None if chance > SIGNIFICANCE else index
