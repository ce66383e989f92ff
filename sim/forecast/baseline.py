"""From the history of all items to the baseline forecast with its bands and its evidence."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.errors import DataError
from sim.forecast.backtest import BACKTEST_COLUMNS, Study
from sim.forecast.history import Gaps, Note, Series, split_history, without_figure
from sim.forecast.league import CHOSEN_COLUMNS, USED, accuracy, choose, family_numbers, league_table
from sim.forecast.methods import DEFAULT_METHODS, Method
from sim.forecast.pool import Cancel, Progress, study_all
from sim.forecast.result import (
    FRAME_COLUMNS,
    LEVELS,
    NOTES_COLUMNS,
    RESIDUAL_COLUMNS,
    ForecastResult,
)
from sim.forecast.spread import fit_spread, quantiles, relative_errors

SHORTEST, LONGEST = 1, 36  # horizon in months
FITTING = 0.97  # share of the work that is fitting


def forecast(
    history: pd.DataFrame,
    *,
    horizon: int,
    workers: int = 1,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    methods: Sequence[Method] = DEFAULT_METHODS,
    families: Mapping[str, str] | None = None,
    gaps: Gaps = Gaps.UNKNOWN,
) -> ForecastResult:
    """Baseline forecast of every item, with bands, a league table and the back-test errors.

    The result does not depend on the number of workers, nor on the order of the rows.

    Parameters
    ----------
    history : columns unique_id, ds (any day of the month), y [units per month]
    horizon : months ahead, counted from the last month of the whole history
    workers : processes; 1 = this one
    progress : called with the share done and a text key
    cancel : asked several times a second; true stops the run
    methods : candidates, the default choice first
    families : item -> family, to share what is known about the width of the bands
    gaps : what a month without a line means

    Raises
    ------
    DataError
        Unusable history or horizon, or workers that kept dying.
    ForecastCancelled
    """
    _check(horizon, methods)
    tell = progress or _silent
    tell(0.0, "forecast.progress.start")
    series = split_history(history, gaps=gaps)
    if workers > 1:
        tell(0.0, "forecast.progress.workers")
    studies = study_all(
        series,
        horizon=horizon,
        methods=tuple(methods),
        workers=workers,
        progress=lambda share: tell(FITTING * share, "forecast.progress.fit"),
        cancel=cancel or _never,
    )
    tell(FITTING, "forecast.progress.bands")
    result = _assemble(series, studies, families=families or {}, empty=without_figure(history))
    tell(1.0, "forecast.progress.done")
    return result


def _check(horizon: int, methods: Sequence[Method]) -> None:
    if not SHORTEST <= horizon <= LONGEST:
        raise DataError("error.forecast.horizon", value=horizon, low=SHORTEST, high=LONGEST)
    if not methods:
        raise DataError("error.forecast.methods")


def _assemble(
    series: Sequence[Series],
    studies: Sequence[Study],
    *,
    families: Mapping[str, str],
    empty: Sequence[str],
) -> ForecastResult:
    pieces = [one.past for one in studies if not one.past.empty]
    past = (
        pd.concat(pieces, ignore_index=True)
        if pieces
        else pd.DataFrame({name: [] for name in BACKTEST_COLUMNS})
    )
    choices = [choose(one.past, one.methods) for one in studies]
    kept = past.merge(
        pd.DataFrame(
            {
                "unique_id": [one.name for one in studies],
                "method": [str(choice) for choice in choices],
            }
        ),
        on=["unique_id", "method"],
    )
    residuals = _residuals(past, kept)
    noise = {one.name: one.noise for one in series}
    return ForecastResult(
        frame=_frame(series, studies, choices, residuals=residuals, families=families),
        league=league_table(
            pd.concat([past, kept.assign(method=USED)], ignore_index=True) if pieces else past,
            noise=noise,
            family_of_item=families,
        ),
        chosen=_chosen(series, studies, choices),
        residuals=residuals,
        backtest=past,
        notes=pd.DataFrame(
            [
                *((one.name, str(note), months) for one in series for note, months in one.notes),
                *((name, str(Note.EMPTY), 0) for name in empty),
            ],
            columns=list(NOTES_COLUMNS),
        ),
    )


def _residuals(past: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    """The past errors of the chosen methods; of the levelled one where a choice has none.

    A history of 24 months now has a season, and had none at any date it can be tried at.
    """
    young = past[(past["method"] == str(Method.SES)) & ~past["unique_id"].isin(kept["unique_id"])]
    rows = pd.concat([kept, young], ignore_index=True) if len(young) else kept
    return rows[list(RESIDUAL_COLUMNS)]


def _frame(
    series: Sequence[Series],
    studies: Sequence[Study],
    choices: Sequence[Method],
    *,
    residuals: pd.DataFrame,
    families: Mapping[str, str],
) -> pd.DataFrame:
    """The months ahead with their bands (columns: ``FRAME_COLUMNS``)."""
    names = [one.name for one in series]
    mean = np.stack([one.ahead[choice] for one, choice in zip(studies, choices, strict=True)])
    spread = fit_spread(
        relative_errors(residuals, names),
        family=family_numbers(names, families),
        reference=np.array([one.noise for one in series]),
    ).at(range(1, mean.shape[1] + 1))
    shares = [share for level in LEVELS for share in (0.5 - level / 200, 0.5 + level / 200)]
    limits = quantiles(mean, spread, shares)
    start = max(one.first + pd.DateOffset(months=one.months + one.silent) for one in series)
    months = pd.date_range(start, periods=mean.shape[1], freq="MS")
    table = pd.DataFrame(
        {
            "unique_id": np.repeat(np.array(names, dtype=object), len(months)),
            "ds": np.tile(months.to_numpy(), len(names)),
            "method": np.repeat([str(choice) for choice in choices], len(months)),
            "mean": mean.ravel(),
        }
    )
    edges = [f"{side}{level}" for level in LEVELS for side in ("lo", "hi")]
    table[edges] = limits.reshape(-1, len(edges))
    return table[list(FRAME_COLUMNS)]


def _chosen(
    series: Sequence[Series], studies: Sequence[Study], choices: Sequence[Method]
) -> pd.DataFrame:
    def error(one: Study, method: Method) -> float:
        rows = one.past[one.past["method"] == str(method)]
        return accuracy(rows)["wape"] if len(rows) else float("nan")

    yardsticks = (Method.SEASONAL_NAIVE, Method.NAIVE)
    rows = [
        (
            one.name,
            str(choice),
            item.months,
            error(one, choice),
            error(one, one.methods[0]),
            min((error(one, m) for m in yardsticks if m in one.methods), default=float("nan")),
        )
        for item, one, choice in zip(series, studies, choices, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(CHOSEN_COLUMNS))


def _silent(_share: float, _key: str) -> None:
    return None


def _never() -> bool:
    return False
