"""The error model of the simulation, learned from past forecasts.

Errors of a forecast stay wrong for months and are shared by items: both make the yearly total
far less certain than independent months would. The same function reads the back-test
(long lags, few origins) and archived forecasts (lags 1 to 6, many origins).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.forecast.league import family_numbers
from sim.forecast.spread import (
    ASSUMED_GROWTH,
    ASSUMED_SCALE,
    PRIOR_ORIGINS,
    WILD,
    Errors,
    Spread,
    fit_spread,
    relative_errors,
)
from sim.model.problem import ErrorModel, Floats, Ints

# Correlation of the errors of two months h apart in one forecast: ASSUMED_LASTING exp(-h /
# ASSUMED_FADING) gives 0.66 one month apart and 0.50 twelve months apart.
ASSUMED_LASTING = 0.677
ASSUMED_FADING = 39.6  # [months]
ASSUMED_MARKET, ASSUMED_FAMILY = 0.2, 0.2  # shares of variance common to all, to a family
LEAST_ORIGINS = 8  # fewer past forecasts cannot tell a lasting bias from one common chance
HIGHEST_COMMON = 0.95  # every item keeps something of its own
_FADINGS = np.geomspace(0.5, 240.0, 120)  # [months] searched for the best fit


def error_model(
    residuals: pd.DataFrame,
    *,
    items: Sequence[str],
    family_of_item: Mapping[str, str] | Sequence[str],
    horizon: int,
    source: str = "backtest",
) -> ErrorModel:
    """Spread, memory and common causes of the errors of past forecasts.

    Parameters
    ----------
    residuals : columns unique_id, origin, lag [months], forecast, actual [units]; may be empty
    items : codes, in the order of the result
    family_of_item : item -> family, or the families in the order of the items
    horizon : T [months]
    source : "backtest" or "archive"; without any residual the result says "assumed"

    Returns
    -------
    ErrorModel
        Source: Heath & Jackson 1994 (forecast evolution); shrinkage as in ``fit_spread``.
    """
    family = family_numbers(items, family_of_item)
    errors = relative_errors(residuals, items)
    months = np.arange(1, horizon + 1)
    if not len(errors.value):
        nothing = Spread(scale=np.full(len(items), ASSUMED_SCALE), growth=ASSUMED_GROWTH)
        return ErrorModel(
            spread=nothing.at(months),
            autocorrelation=fading(ASSUMED_LASTING, ASSUMED_FADING, months=horizon),
            market_share=ASSUMED_MARKET,
            family_share=ASSUMED_FAMILY,
            source="assumed",
        )
    for group in (np.zeros_like(family), family, np.arange(len(items))):
        errors = _without_bias(errors, group)
    spread = fit_spread(errors, family=family)
    lasting, fading_months = _memory(errors, spread)
    market, within = _common(errors, spread, family=family)
    return ErrorModel(
        spread=spread.at(months),
        autocorrelation=fading(lasting, fading_months, months=horizon),
        market_share=market,
        family_share=within,
        source=source,
    )


def fading(lasting: float, fading_months: float, *, months: int) -> Floats:
    """Correlation of two errors h months apart: 1 at h = 0, then lasting * exp(-h / fading).

    A part that is new every month plus a part that fades (white noise plus AR(1)): for
    0 <= lasting <= 1 it is a valid correlation at any number of months.

    >>> fading(0.677, 39.6, months=13)[[0, 1, 12]].round(2)
    array([1.  , 0.66, 0.5 ])
    """
    apart = np.arange(months)
    rho = lasting * np.exp(-apart / fading_months)
    rho[:1] = 1.0
    return np.asarray(rho, dtype=np.float64)


def _without_bias(errors: Errors, group: Ints) -> Errors:
    """Subtract the mean error of each group, as far as its origins agree about it.

    The mean is multiplied by max(0, 1 - se^2 / mean^2), se being its standard error over the
    origins: a lasting bias goes, chance stays (James & Stein 1961, positive part). The few
    origins of a back-test overlap and share their months: there it all stays, as spread.
    """
    of_entry = group[errors.item]
    table = pd.DataFrame({"group": of_entry, "origin": errors.origin, "value": errors.value})
    per_origin = table.groupby(["group", "origin"])["value"].mean()
    by_group = per_origin.groupby("group")
    mean, count = by_group.mean(), by_group.count()
    variance = (by_group.var() / count).where(count >= LEAST_ORIGINS, np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        trust = np.nan_to_num(np.maximum(0.0, 1 - variance / mean**2))
    bias = pd.Series(mean * trust).reindex(range(int(group.max()) + 1), fill_value=0.0)
    return Errors(
        items=errors.items,
        item=errors.item,
        origin=errors.origin,
        lag=errors.lag,
        value=errors.value - bias.to_numpy(np.float64)[of_entry],
    )


def _standard(errors: Errors, spread: Spread) -> Floats:
    """Errors in units of their own spread, freaks cut off."""
    width = spread.scale[errors.item] * errors.lag**spread.growth
    return np.asarray(np.clip(errors.value / width, -WILD, WILD), dtype=np.float64)


def _memory(errors: Errors, spread: Spread) -> tuple[float, float]:
    """Lasting share and fading time that fit the pooled correlations best.

    The assumed curve counts as PRIOR_ORIGINS forecasts, so few origins hardly move it.
    """
    observed, pairs = _correlations(errors, spread)
    if not pairs.any():
        return ASSUMED_LASTING, ASSUMED_FADING
    apart = np.arange(1, len(observed) + 1)
    origins = len(np.unique(errors.origin))
    assumed = ASSUMED_LASTING * np.exp(-apart / ASSUMED_FADING)
    target = (origins * observed + PRIOR_ORIGINS * assumed) / (origins + PRIOR_ORIGINS)
    weight = pairs / pairs.sum()
    best = (np.inf, ASSUMED_LASTING, ASSUMED_FADING)
    for fading_months in _FADINGS:
        shape = np.exp(-apart / fading_months)
        lasting = float(np.sum(weight * shape * target) / np.sum(weight * shape**2))
        lasting = min(max(lasting, 0.0), 1.0)
        miss = float(np.sum(weight * (target - lasting * shape) ** 2))
        best = min(best, (miss, lasting, float(fading_months)))
    return best[1], best[2]


def _correlations(errors: Errors, spread: Spread) -> tuple[Floats, Floats]:
    """Correlation of errors h = 1, 2, .. months apart in one path, and how many pairs show it."""
    longest = int(errors.lag.max())
    path = np.unique(np.stack([errors.item, errors.origin], axis=1), axis=0, return_inverse=True)
    table = np.full((len(path[0]), longest), np.nan)
    table[path[1].ravel(), errors.lag - 1] = _standard(errors, spread)
    observed, pairs = np.zeros(longest - 1), np.zeros(longest - 1)
    for apart in range(1, longest):
        early, late = table[:, :-apart], table[:, apart:]
        both = np.isfinite(early) & np.isfinite(late)
        power = np.sqrt(np.sum(early[both] ** 2) * np.sum(late[both] ** 2))
        if power > 0:
            observed[apart - 1] = np.sum(early[both] * late[both]) / power
            pairs[apart - 1] = np.count_nonzero(both)
    return observed, pairs


def _common(errors: Errors, spread: Spread, *, family: Ints) -> tuple[float, float]:
    """Shares of the error variance common to the market and, beyond it, to a family.

    From the mean product of the errors of two items at the same origin and lag: items of
    different families share the market only, items of one family the family as well.
    """
    z = _standard(errors, spread)
    cell = errors.origin * (int(errors.lag.max()) + 1) + errors.lag
    cells = np.unique(cell, return_inverse=True)[1]
    per_cell = _pair_sums(z, cells)
    in_family = _pair_sums(z, cells * (int(family.max()) + 1) + family[errors.item])
    power = float(np.mean(z**2)) or 1.0
    origins = len(np.unique(errors.origin))
    across_pairs = per_cell[1] - in_family[1]
    market, within = ASSUMED_MARKET, ASSUMED_FAMILY
    if across_pairs > 0:
        market = _pull((per_cell[0] - in_family[0]) / across_pairs / power, ASSUMED_MARKET, origins)
    if in_family[1] > 0:
        together = in_family[0] / in_family[1] / power
        if across_pairs > 0:
            within = _pull(together - market, ASSUMED_FAMILY, origins)
        else:  # one family only: market and family are the same thing
            market, within = _pull(together, ASSUMED_MARKET + ASSUMED_FAMILY, origins), 0.0
    return market, min(within, HIGHEST_COMMON - market)


def _pair_sums(z: Floats, group: Ints) -> tuple[float, float]:
    """Sum of the products of all pairs inside a group, over all groups, and their number."""
    total, square = np.bincount(group, weights=z), np.bincount(group, weights=z**2)
    count = np.bincount(group).astype(np.float64)
    return float(np.sum(total**2 - square)), float(np.sum(count * (count - 1)))


def _pull(found: float, assumed: float, origins: int) -> float:
    share = (origins * found + PRIOR_ORIGINS * assumed) / (origins + PRIOR_ORIGINS)
    return min(max(share, 0.0), HIGHEST_COMMON)
