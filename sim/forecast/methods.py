"""The forecast methods behind one small interface: full months in, months ahead out.

The baseline is the median of three different views of a series (Dynamic Optimised Theta,
complex exponential smoothing, AutoETS); Prophet is a further candidate and the same month of
last year the yardstick. Below four years of history the yardstick joins the median, and below
three theta takes its season without a test: the libraries' own tests see too little there (on
public series of 24 months the error of the median fell from 28.6 to 18.1 %). The libraries
are imported on first use: they take seconds to load.
Source: Fiorucci et al. 2016 (theta), Svetunkov et al. 2022 (CES), Hyndman et al. 2008 (ETS),
Taylor & Letham 2018 (Prophet), Petropoulos & Svetunkov 2020 (median combination).
"""

import logging
import warnings
from collections.abc import Callable, Mapping
from enum import StrEnum

import numpy as np
import pandas as pd

from sim.forecast.history import Floats, Note, Series
from sim.forecast.season import seasonal_index

SEASON = 12
SEASONAL_MONTHS = 2 * SEASON  # shorter histories get no seasonal method
TESTED_MONTHS = 3 * SEASON  # enough to test for a season before theta
LONG_MONTHS = 4 * SEASON  # enough for the three members of the median to stand alone
SHORT_MONTHS = 3  # shorter still: only a mean


class Method(StrEnum):
    """How the months ahead are made (names: ``forecast.method.*``)."""

    COMBINATION = "combination"  # median of the next three (below four years, see above)
    THETA = "theta"
    CES = "ces"
    ETS = "ets"
    PROPHET = "prophet"
    SEASONAL_NAIVE = "seasonal_naive"  # the same month of last year
    SES = "ses"  # level only, for short or intermittent histories
    NAIVE = "naive"  # the last month
    MEAN = "mean"  # fewer than three months
    STOPPED = "stopped"  # nothing more: no longer sold


MEMBERS = (Method.THETA, Method.CES, Method.ETS)
SEASONAL = frozenset((Method.COMBINATION, *MEMBERS, Method.PROPHET, Method.SEASONAL_NAIVE))
DEFAULT_METHODS = (Method.COMBINATION, Method.PROPHET, Method.SEASONAL_NAIVE)


def applicable(series: Series, methods: tuple[Method, ...]) -> tuple[Method, ...]:
    """The methods that the length of a history allows; the first one is the default choice."""
    kinds = {note for note, _ in series.notes}
    if series.months < SHORT_MONTHS:
        return (Method.MEAN,)
    if Note.STOPPED in kinds:
        return (Method.STOPPED,)
    if kinds & {Note.SHORT, Note.INTERMITTENT}:
        return (Method.SES, Method.NAIVE)
    wanted = [*methods]
    if Method.COMBINATION in wanted:
        wanted[1:1] = MEMBERS  # they are computed anyway, so the league may show them
    return tuple(dict.fromkeys(wanted))


def predict(
    values: Floats, *, first: pd.Timestamp, horizon: int, methods: tuple[Method, ...]
) -> Mapping[Method, Floats]:
    """The months after a history, by method; never below zero.

    A library that fails on a series is left out of the median, and out of the answer if it
    was asked for alone; an item always gets at least its own mean.

    Parameters
    ----------
    values : (n,) [units per month]
    first : first month of the history

    Returns
    -------
    method -> (horizon,) [units per month]
    """
    ahead: dict[Method, Floats] = {}
    for method in methods:
        if method is Method.COMBINATION:
            continue
        made = _clean(_MAKERS[method], values, first=first, horizon=horizon)
        if made is not None:
            ahead[method] = made
    if Method.COMBINATION in methods:
        members = [ahead[member] for member in MEMBERS if member in ahead]
        if len(values) < LONG_MONTHS:
            members.append(_seasonal_naive(values, first, horizon))
        ahead[Method.COMBINATION] = (
            np.median(members, axis=0) if members else _mean(values, first, horizon)
        )
    return {method: ahead[method] for method in methods if method in ahead} or {
        methods[0]: _mean(values, first, horizon)
    }


Maker = Callable[[Floats, pd.Timestamp, int], Floats]


def _clean(make: Maker, values: Floats, *, first: pd.Timestamp, horizon: int) -> Floats | None:
    """One method's answer made safe: no library error, nothing wild, nothing below zero."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            made = np.asarray(make(values, first, horizon), dtype=np.float64)
    except Exception as problem:
        logging.getLogger(__name__).info("%s: %r", make.__name__, problem)
        return None
    # A multiplicative trend can run away: ten times the highest month ever seen is no forecast.
    wild = not np.all(np.isfinite(made)) or np.max(made) > 10 * np.max(values, initial=0.0)
    return None if wild else np.maximum(made, 0.0)


def _theta(values: Floats, _first: pd.Timestamp, horizon: int) -> Floats:
    from statsforecast.models import DynamicOptimizedTheta

    if np.min(values) <= 0:  # no ratios: the library subtracts a season if it finds one
        return _answer(DynamicOptimizedTheta(season_length=SEASON), values, horizon)
    index = seasonal_index(values, tested=len(values) >= TESTED_MONTHS)
    if index is None:
        index = np.ones(SEASON)
    ever = np.resize(index, len(values) + horizon)
    level = _answer(DynamicOptimizedTheta(season_length=1), values / ever[: len(values)], horizon)
    return level * ever[len(values) :]


def _ces(values: Floats, _first: pd.Timestamp, horizon: int) -> Floats:
    from statsforecast.models import AutoCES

    return _answer(AutoCES(season_length=SEASON), values, horizon)


def _ets(values: Floats, _first: pd.Timestamp, horizon: int) -> Floats:
    from statsforecast.models import AutoETS

    return _answer(AutoETS(season_length=SEASON), values, horizon)


def _ses(values: Floats, _first: pd.Timestamp, horizon: int) -> Floats:
    from statsforecast.models import SimpleExponentialSmoothingOptimized

    return _answer(SimpleExponentialSmoothingOptimized(), values, horizon)


def _answer(model: object, values: Floats, horizon: int) -> Floats:
    return np.asarray(model.forecast(values, h=horizon)["mean"])  # type: ignore[attr-defined]


def _prophet(values: Floats, first: pd.Timestamp, horizon: int) -> Floats:
    logging.getLogger("cmdstanpy").disabled = True
    logging.getLogger("prophet.plot").setLevel(logging.CRITICAL)  # plotly is not needed
    from prophet import Prophet

    logging.getLogger("prophet").setLevel(logging.ERROR)  # its import sets the level anew

    level = float(np.mean(values))
    months = pd.date_range(first, periods=len(values) + horizon, freq="MS")
    model = Prophet(
        # A product of trend and season needs a level well above zero.
        seasonality_mode="multiplicative" if np.min(values) > 0.05 * level else "additive",
        yearly_seasonality=5,
        weekly_seasonality=False,
        daily_seasonality=False,
        n_changepoints=min(12, len(values) // 4),
        uncertainty_samples=0,  # the bands come from the back-test
    )
    model.fit(pd.DataFrame({"ds": months[: len(values)], "y": values}))
    ahead = model.predict(pd.DataFrame({"ds": months[len(values) :]}))
    return np.asarray(ahead["yhat"], dtype=np.float64)


def _seasonal_naive(values: Floats, _first: pd.Timestamp, horizon: int) -> Floats:
    return np.resize(values[-SEASON:], horizon)


def _naive(values: Floats, _first: pd.Timestamp, horizon: int) -> Floats:
    return np.full(horizon, values[-1])


def _mean(values: Floats, _first: pd.Timestamp, horizon: int) -> Floats:
    return np.full(horizon, float(np.mean(values)))


def _nothing(_values: Floats, _first: pd.Timestamp, horizon: int) -> Floats:
    return np.zeros(horizon)


_MAKERS: Mapping[Method, Maker] = {
    Method.THETA: _theta,
    Method.CES: _ces,
    Method.ETS: _ets,
    Method.PROPHET: _prophet,
    Method.SEASONAL_NAIVE: _seasonal_naive,
    Method.SES: _ses,
    Method.NAIVE: _naive,
    Method.MEAN: _mean,
    Method.STOPPED: _nothing,
}
