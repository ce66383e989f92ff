"""How wide: the relative spread of forecast errors by item and lag.

One model serves the bands of the forecast and the error model of the simulation:
``spread[i, h] = scale[i] * h ** growth``. The mean absolute error is used, times sqrt(pi / 2),
because one freak month would otherwise set the width of every band. An item with few past
forecasts borrows from its family, a family from the company (geometric shrinkage); a company
with few past forecasts is not believed to be much surer than assumed: its items share the
months of their errors, so a hundred of them say little more than one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.model.problem import Floats, Ints

ASSUMED_SCALE = 0.25  # relative spread at lag 1 of an item about which nothing is known
ASSUMED_GROWTH = 0.15  # exponent of the lag; 0.12 to 0.3 on public monthly series
PRIOR_ORIGINS = 6  # the family is worth this many past forecasts of an item
PRIOR_COMPANY = 2  # what is assumed is worth this many past forecasts of the whole company
PRIOR_PATHS = 8  # the assumed growth is worth this many error paths
# A width learned from few paths is itself uncertain: 80 % Student quantile over the normal one is
# about 1 + (z^2 + 1) / (4 n) with z = 1.28 (Cornish & Fisher).
ESTIMATED = 0.66
LOWEST_SCALE, HIGHEST_SCALE = 0.001, 1.5  # a spread outside is an accident of few months
WILD = 4.0  # standardised errors above it count as this much for the growth
LOGNORMAL_ABOVE = 0.5  # a wider spread would put a visible share of the normal law below zero
_TO_DEVIATION = float(np.sqrt(np.pi / 2))  # mean absolute error -> normal standard deviation


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Relative forecast errors as parallel arrays, one entry per item, origin and lag."""

    items: int  # I, the number of items
    item: Ints  # (E,) position of the item
    origin: Ints  # (E,) number of the origin
    lag: Ints  # (E,) [months] 1 = the month after the origin
    value: Floats  # (E,) (actual - forecast) / forecast

    def part(self, keep: NDArray[np.bool_]) -> "Errors":
        """Only the entries for which ``keep`` is true."""
        return Errors(
            items=self.items,
            item=self.item[keep],
            origin=self.origin[keep],
            lag=self.lag[keep],
            value=self.value[keep],
        )

    @property
    def paths(self) -> Ints:
        """(P, 2) the distinct pairs of item and origin."""
        return np.unique(np.stack([self.item, self.origin], axis=1), axis=0)

    @property
    def origins_per_item(self) -> Floats:
        """(I,) how many past forecasts each item has."""
        return np.bincount(self.paths[:, 0], minlength=self.items).astype(np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Relative standard deviation of the errors, by item and lag."""

    scale: Floats  # (I,) at lag 1
    growth: float

    def at(self, lags: Sequence[int] | Ints) -> Floats:
        """Spread at some lags: (I, len(lags)) [share of the forecast].

        >>> Spread(scale=np.array([0.2]), growth=0.5).at([1, 4])
        array([[0.2, 0.4]])
        """
        wide = self.scale[:, None] * np.asarray(lags, dtype=np.float64)[None, :] ** self.growth
        return np.minimum(wide, HIGHEST_SCALE)


def relative_errors(residuals: pd.DataFrame, items: Sequence[str]) -> Errors:
    """Errors as shares of their forecast.

    A forecast near zero would make any sale an infinite error: a tenth of the item's mean is
    the least that an error is divided by. Rows of unknown items, without a figure or of a
    month already past (lag < 1) are left out.

    Parameters
    ----------
    residuals : columns unique_id, origin, lag, forecast, actual
    items : codes, in the order of the result
    """
    place = {name: position for position, name in enumerate(items)}
    rows = residuals.assign(item=residuals["unique_id"].map(place))
    rows = rows.dropna(subset=["item", "lag", "forecast", "actual"])
    rows = rows[rows["lag"] >= 1]
    level = rows.groupby("item")["actual"].transform("mean").abs()
    below = np.maximum(rows["forecast"].to_numpy(np.float64), 0.1 * level.to_numpy(np.float64))
    kept = below > 0
    rows, below = rows[kept], below[kept]
    return Errors(
        items=len(items),
        item=rows["item"].to_numpy(np.int64),
        origin=pd.factorize(rows["origin"], sort=True)[0].astype(np.int64),
        lag=rows["lag"].to_numpy(np.int64),
        value=(rows["actual"] - rows["forecast"]).to_numpy(np.float64) / below,
    )


def fit_spread(errors: Errors, *, family: Ints, reference: Floats | None = None) -> Spread:
    """Scale of each item and common growth with the lag.

    Parameters
    ----------
    family : (I,) position of each item's family
    reference : (I,) what the scale is expected to be proportional to, for example the noise
        of the item's own history; 1 for all when absent. NaN = unknown.

    Returns
    -------
    Spread
        Source: geometric (log-normal) shrinkage, Gelman & Hill 2007, ch. 12.
    """
    if reference is None:
        reference = np.ones(errors.items)
        expected = ASSUMED_SCALE
    else:
        reference, expected = _known(reference), 1.0
    counts = errors.origins_per_item
    origins = len(np.unique(errors.origin))
    growth = ASSUMED_GROWTH
    scale = reference * expected
    for _ in range(4 if len(errors.value) else 0):
        level = np.abs(errors.value) / errors.lag**growth
        own = _item_mean(level, errors) * _TO_DEVIATION
        ratio = np.log(np.maximum(own, LOWEST_SCALE) / reference)
        ratio = _shrink(ratio, counts, family, assumed=np.log(expected), origins=origins)
        scale = reference * np.exp(ratio)
        growth = _growth(errors, scale)
    scale = scale * (1 + ESTIMATED / (counts + PRIOR_ORIGINS))
    return Spread(scale=np.clip(scale, LOWEST_SCALE, HIGHEST_SCALE), growth=growth)


def quantiles(mean: Floats, spread: Floats, shares: Sequence[float]) -> Floats:
    """Quantiles of demand around its mean: normal, or lognormal where the spread is wide.

    Below a spread of one half D = mean * max(0, 1 + spread * z), above it
    D = mean * exp(s z - s^2 / 2) with s^2 = ln(1 + spread^2), the law of the simulation.

    Parameters
    ----------
    mean, spread : (...) [units], [share of the mean]
    shares : Q probabilities

    Returns
    -------
    (..., Q) [units]

    >>> quantiles(np.array(100.0), np.array(0.2), [0.5]).round(3)
    array([100.])
    """
    z = ndtri(np.asarray(shares, dtype=np.float64))
    wide = spread[..., None]
    log_width = np.sqrt(np.log1p(wide**2))
    factor = np.where(
        wide > LOGNORMAL_ABOVE,
        np.exp(log_width * z - log_width**2 / 2),
        np.maximum(0.0, 1 + wide * z),
    )
    return np.asarray(mean[..., None] * factor, dtype=np.float64)


def _known(reference: Floats) -> Floats:
    """The reference with its unknown entries set to the middle of the others."""
    known = np.isfinite(reference)
    middle = float(np.median(reference[known])) if known.any() else ASSUMED_SCALE
    return np.maximum(np.where(known, reference, middle), LOWEST_SCALE)


def _item_mean(values: Floats, errors: Errors) -> Floats:
    total = np.bincount(errors.item, weights=values, minlength=errors.items)
    count = np.bincount(errors.item, minlength=errors.items)
    return np.asarray(total / np.maximum(count, 1), dtype=np.float64)


def _shrink(
    values: Floats, counts: Floats, family: Ints, *, assumed: float, origins: int
) -> Floats:
    """Item values pulled to their family, families to the company, by what stands behind them.

    Where the company looks surer than assumed, all widen together: the fewer origins, the more.

    >>> items = (np.array([1.0, 9.0]), np.array([4.0, 0.0]), np.array([0, 0]))
    >>> _shrink(*items, assumed=2.5, origins=4)
    array([1.5, 1.5])
    """
    overall = float(np.sum(counts * values) / np.sum(counts))
    behind = np.bincount(family, weights=counts)
    total = np.bincount(family, weights=counts * values)
    of_family = (total + PRIOR_ORIGINS * overall) / (behind + PRIOR_ORIGINS)
    pulled = (counts * values + PRIOR_ORIGINS * of_family[family]) / (counts + PRIOR_ORIGINS)
    short_of = max(0.0, assumed - overall)
    common = PRIOR_COMPANY * short_of / (origins + PRIOR_COMPANY)
    return np.asarray(pulled + common, dtype=np.float64)


def _growth(errors: Errors, scale: Floats) -> float:
    """Exponent of the lag: slope of log mean absolute error on log lag, pulled to the assumed."""
    standard = np.minimum(np.abs(errors.value) / scale[errors.item], WILD)
    count = np.bincount(errors.lag).astype(np.float64)
    total = np.bincount(errors.lag, weights=standard)
    seen = (count > 0) & (total > 0)
    if np.count_nonzero(seen) < 2:
        return ASSUMED_GROWTH
    x = np.log(np.flatnonzero(seen))
    y = np.log(total[seen] / count[seen])
    weight = count[seen] / np.sum(count[seen])
    away = x - np.sum(weight * x)
    slope = float(np.sum(weight * away * y) / np.sum(weight * away**2))
    paths = len(errors.paths)
    pulled = (paths * slope + PRIOR_PATHS * ASSUMED_GROWTH) / (paths + PRIOR_PATHS)
    return float(np.clip(pulled, 0.0, 0.5))  # 0.5 = a random walk
