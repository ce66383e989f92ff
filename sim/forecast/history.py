"""The history of each item: read from a file, checked, and laid out as full months.

Absence is not zero: a month without a line inside the life of an item is estimated from its
neighbours and reported, unless the caller says that absence means no sale.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import DataError, raise_all

Floats = NDArray[np.float64]
COLUMNS = ("unique_id", "ds", "y")
INTERMITTENT_SHARE = 0.3
STOPPED_MONTHS = 6  # at zero, where the same months of the year before all sold
LARGEST = 1e12  # units a month; more overflows on the way and is no quantity of goods
SHOWN_PROBLEMS = 20  # of one kind; a wrong column would otherwise give thousands of sentences
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z")


class Gaps(StrEnum):
    """What a month without a line means inside the life of an item."""

    UNKNOWN = "unknown"  # estimated from the neighbouring months, and reported
    ZERO = "zero"  # nothing was sold


class Note(StrEnum):
    """What was particular in the history of an item (texts: ``forecast.note.*``)."""

    GAPS = "gaps"  # months without a figure, estimated
    ENDED = "ended"  # months without a figure since the last one
    NEGATIVE = "negative"  # months below zero, taken as zero
    SHORT = "short"  # fewer than two years: no seasonality
    INTERMITTENT = "intermittent"  # months at zero: no seasonality
    STOPPED = "stopped"  # months at zero since the last sale: no longer sold
    EMPTY = "empty"  # lines without any figure: the item gets no forecast


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One item, month by month from its first figure to its last one."""

    name: str
    first: pd.Timestamp  # first day of the first month
    units: Floats  # (n,) [units per month], no hole
    observed: NDArray[np.bool_]  # (n,) False where the figure was estimated
    silent: int  # months from its last figure to the last month of the company
    notes: tuple[tuple[Note, int], ...]  # what was particular, in how many months

    @property
    def months(self) -> int:
        """Length of the history."""
        return len(self.units)

    @property
    def noise(self) -> float:
        """Typical relative change from one year to the next: how restless the item is.

        Mean of |y[t] - y[t-12]| over the mean level, corrected to the scale of a standard
        deviation of one month (normal law: E|difference| = 2 s / sqrt(pi)). Month to month
        when there is less than a year and a half. Source: Hyndman & Koehler 2006 (the scale
        of MASE).
        """
        step = 12 if self.months >= 18 else 1
        level = float(np.mean(self.units))
        if self.months <= step or level <= 0:
            return float("nan")
        change = np.abs(self.units[step:] - self.units[:-step])
        return float(np.mean(change) * np.sqrt(np.pi) / 2 / level)


def read_history(path: Path | str) -> pd.DataFrame:
    """A history file (CSV with unique_id, ds, y), checked.

    Raises
    ------
    DataError, SopErrors
        Empty file, missing columns, text in numbers, bad dates, duplicates: each with its row.
    """
    path = Path(path)
    try:
        cells = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError("error.forecast.no_file", file=path.name) from None
    except pd.errors.EmptyDataError:
        raise DataError("error.forecast.empty", file=path.name) from None
    except (pd.errors.ParserError, UnicodeDecodeError, OSError):
        raise DataError("error.forecast.unreadable", file=path.name) from None
    if not isinstance(cells.index, pd.RangeIndex):  # more cells than columns: pandas shifts them
        raise DataError("error.forecast.unreadable", file=path.name)
    missing = [name for name in COLUMNS if name not in cells.columns]
    if missing:
        raise DataError("error.forecast.columns", file=path.name, columns=", ".join(missing))
    if cells.empty:
        raise DataError("error.forecast.empty", file=path.name)
    history = pd.DataFrame(
        {
            "unique_id": cells["unique_id"].str.strip(),
            "ds": pd.to_datetime(
                cells["ds"].str.strip(), format="ISO8601", errors="coerce", utc=True
            ).dt.tz_localize(None),
            "y": _figures(cells["y"].str.strip()),
        }
    )
    raise_all(list(_problems(cells, history, path.name)))
    history["ds"] = history["ds"].dt.to_period("M").dt.to_timestamp()
    return history


def _figures(column: "pd.Series[str]") -> "pd.Series[float]":
    written = column.where(column.map(lambda cell: bool(_NUMBER.match(cell))))
    figures = pd.to_numeric(written, errors="coerce").astype("float64")
    return figures.where(figures.abs() <= LARGEST)


def _problems(cells: pd.DataFrame, history: pd.DataFrame, file: str) -> Iterator[DataError]:
    month = history["ds"].dt.to_period("M")
    known = history["ds"].notna()
    given = cells["y"].str.strip() != ""  # an empty cell is an absent figure, not a wrong one
    checks = {
        "error.forecast.no_item": ("unique_id", history["unique_id"] == ""),
        "error.forecast.bad_date": ("ds", ~known),
        "error.forecast.bad_number": ("y", given & history["y"].isna()),
        "error.forecast.duplicate": (
            "ds",
            known & pd.DataFrame({"u": history["unique_id"], "m": month}).duplicated(),
        ),
    }
    for key, (column, wrong) in checks.items():
        rows = np.flatnonzero(wrong.to_numpy())
        for row in rows[:SHOWN_PROBLEMS]:
            yield DataError(
                key,
                file=file,
                row=int(row) + 2,  # as a spreadsheet counts: the header is row 1
                column=column,
                value=str(cells[column].iloc[row])[:60],
                item=str(history["unique_id"].iloc[row])[:60],
            )
        if len(rows) > SHOWN_PROBLEMS:
            yield DataError("error.forecast.more", file=file, count=len(rows) - SHOWN_PROBLEMS)


def split_history(history: pd.DataFrame, *, gaps: Gaps) -> list[Series]:
    """The items of a history table, in the order of their codes.

    Raises
    ------
    DataError
        No row, a missing column, a figure that is no number, or the same item and month
        twice.
    """
    missing = [name for name in COLUMNS if name not in history.columns]
    if missing:
        raise DataError("error.forecast.columns", file="history", columns=", ".join(missing))
    table = history[list(COLUMNS)].dropna()
    if table.empty:
        raise DataError("error.forecast.empty", file="history")
    table["month"] = pd.to_datetime(table["ds"]).dt.to_period("M")
    wild = ~np.isfinite(table["y"].to_numpy(np.float64))
    if wild.any():
        row = table[wild].iloc[0]
        raise DataError(
            "error.forecast.not_number", item=str(row["unique_id"]), month=str(row["month"])
        )
    twice = table.duplicated(["unique_id", "month"])
    if twice.any():
        row = table[twice].iloc[0]
        raise DataError("error.forecast.twice", item=str(row["unique_id"]), month=str(row["month"]))
    last = table["month"].max()
    groups = table.sort_values(["unique_id", "month"]).groupby("unique_id", sort=True)
    return [_series(str(name), rows, last=last, gaps=gaps) for name, rows in groups]


def without_figure(history: pd.DataFrame) -> list[str]:
    """Items that are listed but have no figure at all."""
    known = history["y"].notna().groupby(history["unique_id"]).any()
    return [str(name) for name in known.index[~known]]


def _series(name: str, rows: pd.DataFrame, *, last: pd.Period, gaps: Gaps) -> Series:
    first, end = rows["month"].iloc[0], rows["month"].iloc[-1]
    if gaps is Gaps.ZERO:
        end = last  # silence at the end is no sale either
    months = (end - first).n + 1
    at = np.array([(month - first).n for month in rows["month"]])
    values = np.full(months, np.nan)
    values[at] = rows["y"].to_numpy(np.float64)
    observed = np.isfinite(values)
    negative = int(np.count_nonzero(values[observed] < 0))
    if gaps is Gaps.ZERO:
        values[~observed] = 0.0
        observed = np.ones(months, dtype=np.bool_)
    holes = int(months - np.count_nonzero(observed))
    values = np.maximum(_fill(values), 0.0)
    silent, stopped = (last - end).n, months_stopped(values)
    come_and_go = not stopped and is_intermittent(values)
    counts = {
        Note.GAPS: holes,
        Note.ENDED: silent,
        Note.NEGATIVE: negative,
        Note.STOPPED: stopped,
        Note.SHORT: months if months < 24 and not stopped else 0,
        Note.INTERMITTENT: int(np.count_nonzero(values == 0)) if come_and_go else 0,
    }
    return Series(
        name=name,
        first=first.to_timestamp(),
        units=values,
        observed=observed,
        silent=silent,
        notes=tuple((note, count) for note, count in counts.items() if count),
    )


def months_stopped(values: Floats) -> int:
    """Months at zero since the last sale of an item that is no longer sold; 0 while it lives.

    Half a year at zero where the same months of the year before all sold, or a whole year that
    is twice as long as any pause before it: neither is an off-season. A withdrawn item left
    among the living fills the back-test with errors of minus 100 %.

    >>> sold = np.array([0.0, 0, 0, 0, 5, 9, 9, 5, 5, 5, 5, 5])
    >>> months_stopped(np.concatenate([sold, sold, np.zeros(4)]))
    0
    >>> months_stopped(np.concatenate([np.ones(18), np.zeros(6)]))
    6
    """
    sales = np.flatnonzero(values > 0)
    silent = len(values) - (int(sales[-1]) + 1 if len(sales) else 0)
    if silent < STOPPED_MONTHS:
        return 0
    year_before = values[max(0, len(values) - silent - 12) : len(values) - 12]
    if silent < 12:
        sold = len(values) >= silent + 12 and bool((year_before > 0).all())
        return silent if sold else 0
    pause = int(np.max(np.diff(sales), initial=1)) - 1
    return silent if silent >= 2 * pause else 0


def is_intermittent(values: Floats) -> bool:
    """Whether sales come and go without a calendar, so that no season can be told from chance.

    More than 30 % of the months at zero, unless they are the same months every year: then the
    agreement with the year before is more than half way from chance to perfect (Cohen 1960).

    >>> is_intermittent(np.tile([0.0, 0, 0, 0, 0, 5, 9, 9, 5, 0, 0, 0], 3))
    False
    """
    zero = values <= 0
    share = float(np.mean(zero))
    if share <= INTERMITTENT_SHARE or len(zero) <= 12:
        return share > INTERMITTENT_SHARE
    chance = share**2 + (1 - share) ** 2
    agreement = float(np.mean(zero[12:] == zero[:-12]))
    return chance == 1 or (agreement - chance) / (1 - chance) < 0.5


def _fill(values: Floats) -> Floats:
    """Estimate the holes: the same month a year before and after, else a straight line."""
    holes = np.flatnonzero(~np.isfinite(values))
    if not len(holes):
        return values
    known = np.flatnonzero(np.isfinite(values))
    filled = values.copy()
    filled[holes] = np.interp(holes, known, values[known])
    for hole in holes:
        years = [values[k] for k in (hole - 12, hole + 12) if 0 <= k < len(values)]
        years = [value for value in years if np.isfinite(value)]
        if years:
            filled[hole] = float(np.mean(years))
    return filled
