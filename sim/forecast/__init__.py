"""History -> baseline forecast with bands, league table and error model.

history.py   read and check the history; holes; short and intermittent items
methods.py   theta, CES, AutoETS and their median; Prophet; seasonal naive
backtest.py  the work on one item: rolling origins and the months ahead
pool.py      many items in worker processes, progress, cancelling
league.py    which method was how wrong at which lag; which one an item gets
spread.py    how wide the errors are, by item and lag
memory.py    the error model of the simulation (spread, memory, common causes)
baseline.py  all of it in order: ``forecast``
result.py    the answer, its stored form and its key
"""

from sim.forecast.backtest import BACKTEST_COLUMNS
from sim.forecast.baseline import FITTING, forecast
from sim.forecast.history import Gaps, Note, read_history
from sim.forecast.league import CHOSEN_COLUMNS, LEAGUE_COLUMNS, USED, league_table
from sim.forecast.memory import error_model
from sim.forecast.methods import DEFAULT_METHODS, SEASONAL, Method
from sim.forecast.pool import ForecastCancelled
from sim.forecast.result import (
    FRAME_COLUMNS,
    LEVELS,
    ForecastResult,
    from_bytes,
    history_hash,
    to_bytes,
    write_forecast,
)

__all__ = [
    "BACKTEST_COLUMNS",
    "CHOSEN_COLUMNS",
    "DEFAULT_METHODS",
    "FITTING",
    "FRAME_COLUMNS",
    "LEAGUE_COLUMNS",
    "LEVELS",
    "SEASONAL",
    "USED",
    "ForecastCancelled",
    "ForecastResult",
    "Gaps",
    "Method",
    "Note",
    "error_model",
    "forecast",
    "from_bytes",
    "history_hash",
    "league_table",
    "read_history",
    "to_bytes",
    "write_forecast",
]
