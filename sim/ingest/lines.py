"""The typed lines of one sheet, every line with the reason it is left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd

from sim.errors import SopError
from sim.ingest.links import Unknown
from sim.ingest.schema import Merge, Table


class Reason(StrEnum):
    """Why a line is not loaded into its table."""

    USED = "used"
    WRONG = "wrong"  # a cell cannot be read
    REPEATED = "repeated"  # its key was there before
    UNKNOWN = "unknown"  # a code that no list declares
    RETURNED = "returned"  # a negative sale, moved to the returns
    PARTIAL = "partial"  # in a last month that is not complete


@dataclass(slots=True, kw_only=True, eq=False)
class Part:
    """The typed lines of one sheet."""

    file: str
    table: Table
    headers: Mapping[str, str]
    frame: pd.DataFrame
    rows: np.ndarray
    reasons: np.ndarray
    lines: np.ndarray | None = None  # of the source behind each row, when it was added up before
    days: "pd.Series[pd.Timestamp] | None" = None
    same_lines: int = 0
    blocking: list[SopError] = field(default_factory=list)
    problems: list[SopError] = field(default_factory=list)
    warnings: list[SopError] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)

    @property
    def usable(self) -> np.ndarray:
        """Mask of the lines that are loaded."""
        return np.asarray(self.reasons == Reason.USED)

    @property
    def all_rows(self) -> np.ndarray:
        """Mask of every line."""
        return np.ones(len(self.rows), dtype=bool)

    def count(self, mask: np.ndarray) -> int:
        """How many lines of the source are behind these rows."""
        return int(mask.sum() if self.lines is None else self.lines[mask].sum())

    @property
    def quantity(self) -> "pd.Series[float]":
        """The value that control totals add up: the first summed column of the table."""
        for column in self.table.columns:
            if column.merge is Merge.SUM and column.name in self.frame:
                return self.frame[column.name].fillna(0.0)
        return pd.Series(0.0, index=self.frame.index)

    def header(self, column: str) -> str:
        """What the file calls a column."""
        return self.headers.get(column, column)

    def leave_out(self, mask: np.ndarray, reason: Reason) -> None:
        """Mark lines that are still used."""
        self.reasons[mask & self.usable] = reason
