"""The work on one item: forecasts as they would have been made in the past, and now.

Rolling origins: the last month known is moved back by 6, 12, 18 and 24 months (8 to 32 for a
horizon of 24 months, 3 to 12 for a short history), everything after it is forecast as far as
the horizon and the data allow, and compared with what happened. Multiples of three months
keep the origins of different items in the same calendar months, so that common causes of
error can be seen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.forecast.history import Floats, Series
from sim.forecast.methods import SEASON, SEASONAL_MONTHS, Method, applicable, predict

ORIGINS = 4
SHORT_TRAIN = 4  # months before the first origin of a history without seasonality
YOUNG = (Method.SES, Method.NAIVE)  # of a history too short for a season
BACKTEST_COLUMNS = ("unique_id", "method", "origin", "lag", "forecast", "actual", "scale")


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What a worker hands back about one item."""

    name: str
    methods: tuple[Method, ...]  # the first one is the default choice
    ahead: Mapping[Method, Floats]  # (horizon,) [units per month]
    past: pd.DataFrame  # BACKTEST_COLUMNS


def study(series: Series, *, horizon: int, methods: tuple[Method, ...]) -> Study:
    """Back-test and forecast one item with every method its history allows."""
    allowed = applicable(series, methods)
    ahead = predict(
        series.units, first=series.first, horizon=series.silent + horizon, methods=allowed
    )
    rows = list(_past(series, horizon=horizon, methods=allowed))
    past = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=BACKTEST_COLUMNS)
    return Study(
        name=series.name,
        methods=tuple(ahead),
        ahead={method: made[series.silent :] for method, made in ahead.items()},
        past=past,
    )


def origins(months: int, *, horizon: int, seasonal: bool) -> list[int]:
    """Lengths of the histories on which the methods are tried, newest first.

    >>> origins(60, horizon=18, seasonal=True)
    [54, 48, 42, 36]
    >>> origins(30, horizon=18, seasonal=True)
    [27, 24]
    """
    step = 3 if months < 36 else max(6, -(-horizon // 3))
    shortest = SEASONAL_MONTHS if seasonal else SHORT_TRAIN
    return [n for k in range(1, ORIGINS + 1) if (n := months - step * k) >= shortest]


def _past(series: Series, *, horizon: int, methods: tuple[Method, ...]) -> Iterator[pd.DataFrame]:
    if methods in {(Method.MEAN,), (Method.STOPPED,)}:
        return
    tried = origins(series.months, horizon=horizon, seasonal=Method.SES not in methods)
    if not tried:  # just old enough for a season: what would have been forecast before it was
        methods = YOUNG
        tried = origins(series.months, horizon=horizon, seasonal=False)
    for known in tried:
        before, after = series.units[:known], series.units[known : known + horizon]
        told = series.observed[known : known + horizon]  # an estimated month judges nobody
        made = predict(before, first=series.first, horizon=len(after), methods=methods)
        for method, values in made.items():
            yield pd.DataFrame(
                {
                    "unique_id": series.name,
                    "method": str(method),
                    "origin": series.first + pd.DateOffset(months=known - 1),
                    "lag": np.arange(1, len(after) + 1)[told],
                    "forecast": values[told],
                    "actual": after[told],
                    "scale": yearly_change(before),
                }
            )


def yearly_change(values: Floats) -> float:
    """Mean absolute change from a month to the same month a year later (to the next, if short).

    Returns
    -------
    float [units per month]
        The yardstick of MASE. Source: Hyndman & Koehler 2006.

    >>> yearly_change(np.array([1.0, 3.0, 2.0]))
    1.5
    """
    step = SEASON if len(values) >= SEASON + 6 else 1
    if len(values) <= step:
        return float("nan")
    return float(np.mean(np.abs(values[step:] - values[:-step])))
