"""How the tables of an upload meet those already in use: four modes, and which one is usual.

A period mode asks for nothing but complete periods in the file; an upsert changes the cells that
the file has and keeps everything else. Both give the same result when they are repeated.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

import numpy as np
import pandas as pd

from sim.ingest.schema import Column, Kind, Table


class Mode(StrEnum):
    """What happens to the lines of a table when a file for it arrives."""

    REPLACE = "replace"  # the file is the whole table
    PERIOD = "period"  # the periods of the file take the place of the same periods
    UPSERT = "upsert"  # lines of known keys are changed, others are added
    APPEND = "append"  # only new keys; known ones are refused


# What a period is made of. A cycle's snapshot is archived one kind at a time.
PERIODS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sales": ("month",),
        "returns": ("month",),
        "stock": ("as_of",),
        "stock_history": ("month",),
        "production": ("month",),
        "capacity": ("month",),
        "forecast_snapshot": ("cycle", "kind"),
        "budget": ("month",),
    }
)
# Planned and produced quantities, or the hours of one machine, come in files of their own: a file
# of one of them must not empty the month of the others.
_IN_PARTS = frozenset({"production", "capacity"})


def modes_of(table: str) -> tuple[Mode, ...]:
    """The modes that make sense for a table.

    >>> [mode.value for mode in modes_of("item")]
    ['replace', 'upsert', 'append']
    """
    return tuple(mode for mode in Mode if mode is not Mode.PERIOD or table in PERIODS)


def usual_mode(table: str) -> Mode:
    """The mode of a table when nobody chooses: periods of the history, keys of everything else.

    >>> usual_mode("sales").value, usual_mode("capacity").value, usual_mode("item").value
    ('period', 'upsert', 'upsert')
    """
    return Mode.PERIOD if table in PERIODS and table not in _IN_PARTS else Mode.UPSERT


def combine(table: Table, old: pd.DataFrame, new: pd.DataFrame, mode: Mode) -> pd.DataFrame:
    """The lines in use and those of an upload as one table, a line per key.

    Parameters
    ----------
    table : the canonical table
    old, new : its lines in use, and those that arrive
    mode : what happens to lines that are already there

    >>> from sim.ingest.schema import TABLES
    >>> old = pd.DataFrame({"item": ["A", "B"], "price": [1.0, 2.0]})
    >>> new = pd.DataFrame({"item": ["C", "B"], "price": [4.0, 3.0]})
    >>> combine(TABLES["item"], old, new, Mode.UPSERT).values.tolist()
    [['A', 1.0], ['B', 3.0], ['C', 4.0]]
    """
    if mode is Mode.REPLACE or not len(old):
        return new
    names = [name for name in table.names if name in old or name in new]
    wide_old, wide_new = (_with_columns(table, frame, names) for frame in (old, new))
    if mode is Mode.PERIOD:
        before, after = codes(table, old, new, PERIODS[table.name])
        kept = wide_old[~np.isin(before, np.unique(after))]
        return pd.concat([kept, wide_new], ignore_index=True)
    before, after = codes(table, old, new, table.key)
    at = positions(before, after)
    known = at >= 0
    if mode is Mode.UPSERT:
        for name in new.columns.intersection(names):
            cells = wide_old[name].to_numpy(copy=True)
            cells[at[known]] = wide_new[name].to_numpy()[known]
            wide_old[name] = cells
    return pd.concat([wide_old, wide_new[~known]], ignore_index=True)


def codes(
    table: Table, old: pd.DataFrame, new: pd.DataFrame, names: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """A whole number per line of both frames: equal numbers are equal in all these columns."""
    code, sizes = np.zeros(len(old) + len(new), dtype=np.int64), 1
    for name in names:
        if name not in old and name not in new:
            continue
        found = column_codes(table.column(name), old, new)
        distinct = int(found.max(initial=0)) + 1
        if sizes * distinct >= 2**62:
            code, seen = pd.factorize(code)
            sizes = len(seen)
        code, sizes = code * distinct + found, sizes * distinct
    code = pd.factorize(code)[0]
    return code[: len(old)], code[len(old) :]


def positions(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Where each code of ``after`` stands first in ``before``; -1 where it does not.

    >>> positions(np.array([2, 0, 2]), np.array([0, 1, 2]))
    array([ 1, -1,  0])
    """
    size = max(before.max(initial=-1), after.max(initial=-1)) + 1
    where = np.full(size, -1, dtype=np.int64)
    where[before[::-1]] = np.arange(len(before))[::-1]
    return np.asarray(where[after])


def column_codes(column: Column, old: pd.DataFrame, new: pd.DataFrame) -> np.ndarray:
    """A whole number per cell of a column over both frames; empty cells are equal."""
    both = np.concatenate([_cells(column, old), _cells(column, new)])
    found, distinct = pd.factorize(both)  # -1 where the cell is empty
    if distinct.dtype != object:
        return np.asarray(found + 1)
    blank = str(column.default or "")  # an empty cell means the default, written or not
    written = [blank if cell == "" else cell for cell in [*distinct, blank]]
    return np.asarray(pd.factorize(np.array(written, dtype=object))[0][found])


def _cells(column: Column, frame: pd.DataFrame) -> np.ndarray:
    if column.kind in {Kind.MONTH, Kind.DATE}:
        if column.name not in frame:
            return np.full(len(frame), np.datetime64("NaT", "s"))
        return frame[column.name].to_numpy("datetime64[s]")
    if column.name not in frame:
        return np.full(len(frame), "", dtype=object)
    return frame[column.name].to_numpy(object)


def _with_columns(table: Table, frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The columns in order; one that the frame does not have is empty."""
    wide = {
        name: frame[name].to_numpy() if name in frame else _empty(table.column(name), len(frame))
        for name in names
    }
    return pd.DataFrame(wide, index=pd.RangeIndex(len(frame)))


def _empty(column: Column, rows: int) -> np.ndarray:
    if column.kind in {Kind.MONTH, Kind.DATE}:
        return np.full(rows, np.datetime64("NaT", "ns"))
    if column.is_number:
        return np.full(rows, np.nan)
    return np.full(rows, str(column.default or ""), dtype=object)
