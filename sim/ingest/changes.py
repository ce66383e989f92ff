"""What an acceptance would change: lines added, changed, kept and removed, table by table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from sim.ingest.modes import codes, column_codes, positions
from sim.ingest.schema import TABLES, Column, Kind, Table

Cell = str | float | date | None
SHOWN = 3  # examples of a table
_SAME = 1e-9  # relative: below, two numbers differ only by the order of a sum
_EMPTY = pd.DataFrame()


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One line that changes or goes: its key, and the cells that differ, as (before, after)."""

    key: Mapping[str, Cell]
    cells: Mapping[str, tuple[Cell, Cell]]  # empty for a line that goes


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How many lines of a table are added, changed, unchanged and removed."""

    table: str
    added: int
    changed: int
    unchanged: int
    removed: int
    examples: tuple[Example, ...] = ()

    @property
    def any(self) -> bool:
        """Whether the table would not stay as it is."""
        return bool(self.added or self.changed or self.removed)


def changes(old: Mapping[str, pd.DataFrame], new: Mapping[str, pd.DataFrame]) -> tuple[Change, ...]:
    """Every table of the data in use against what they would become, by key.

    Parameters
    ----------
    old, new : canonical tables before and after; a table that is absent has no line

    >>> old = {"item": pd.DataFrame({"item": ["A", "B"], "price": [1.0, 2.0]})}
    >>> new = {"item": pd.DataFrame({"item": ["B", "C"], "price": [3.0, 4.0]})}
    >>> [(one.added, one.changed, one.unchanged, one.removed) for one in changes(old, new)]
    [(1, 1, 0, 1)]
    """
    return tuple(
        change_of(table, old.get(name, _EMPTY), new.get(name, _EMPTY))
        for name, table in TABLES.items()
        if name in old or name in new
    )


def change_of(table: Table, old: pd.DataFrame, new: pd.DataFrame) -> Change:
    """One table before and after."""
    if old is new:
        return Change(table=table.name, added=0, changed=0, unchanged=len(old), removed=0)
    before, after = codes(table, old, new, table.key)
    at = positions(before, after)
    known = np.flatnonzero(at >= 0)
    differing = {
        column.name: _differs(column, old, new, before=at[known], after=known)
        for column in table.columns
        if not column.key and (column.name in old or column.name in new)
    }
    changed = np.zeros(len(known), dtype=bool)
    for mask in differing.values():
        changed |= mask
    gone = np.flatnonzero(positions(after, before) < 0)
    examples = [
        Example(
            key=_key(table, new, int(known[n])),
            cells={
                name: (
                    _cell(table, old, name, int(at[known[n]])),
                    _cell(table, new, name, int(known[n])),
                )
                for name, mask in differing.items()
                if mask[n]
            },
        )
        for n in np.flatnonzero(changed)[:SHOWN]
    ]
    examples += [Example(key=_key(table, old, int(row)), cells={}) for row in gone[:SHOWN]]
    return Change(
        table=table.name,
        added=len(new) - len(known),
        changed=int(changed.sum()),
        unchanged=len(known) - int(changed.sum()),
        removed=len(gone),
        examples=tuple(examples),
    )


def _differs(
    column: Column,
    old: pd.DataFrame,
    new: pd.DataFrame,
    *,
    before: np.ndarray,
    after: np.ndarray,
) -> np.ndarray:
    if not column.is_number:
        code = column_codes(column, old, new)
        return np.asarray(code[: len(old)][before] != code[len(old) :][after], dtype=bool)
    mine, theirs = _numbers(column, old)[before], _numbers(column, new)[after]
    far = np.abs(mine - theirs) > _SAME * np.maximum(np.abs(mine), np.abs(theirs))
    return np.asarray(far | (np.isnan(mine) != np.isnan(theirs)), dtype=bool)


def _numbers(column: Column, frame: pd.DataFrame) -> np.ndarray:
    if column.name not in frame:
        return np.full(len(frame), np.nan)
    return frame[column.name].to_numpy(np.float64, na_value=np.nan)


def _key(table: Table, frame: pd.DataFrame, row: int) -> dict[str, Cell]:
    return {name: _cell(table, frame, name, row) for name in table.key if name in frame}


def _cell(table: Table, frame: pd.DataFrame, name: str, row: int) -> Cell:
    if name not in frame:
        return None
    value: Any = frame[name].iloc[row]
    if pd.isna(value) or value == "":
        return None
    kind = table.column(name).kind
    if kind in {Kind.MONTH, Kind.DATE}:
        return pd.Timestamp(value).date()
    return float(value) if table.column(name).is_number else str(value)
