"""The typed lines of one sheet, every line with the reason it is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd

from sim.errors import DataError, SopError
from sim.ingest.links import Unknown, near_codes
from sim.ingest.schema import Merge, Table


class Reason(StrEnum):
    """Why a line is not loaded into its table."""

    USED = "used"
    WRONG = "wrong"  # a cell cannot be read
    REPEATED = "repeated"  # its key was there before
    UNKNOWN = "unknown"  # a code that no list declares
    RETURNED = "returned"  # a negative sale, moved to the returns
    PARTIAL = "partial"  # in a last month that is not complete
    TOTAL = "total"  # adds up other lines
    ALONE = "alone"  # money of a month that has no quantity
    EARLIER = "earlier"  # a stock of the same month that a later one replaces


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
    further: np.ndarray | None = None  # mask: a further month of a line that was split
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
        """Lines of the source among these; one that was split into months counts once."""
        if self.lines is not None:
            return int(self.lines[mask].sum())
        return int((mask if self.further is None else mask & ~self.further).sum())

    @property
    def quantity(self) -> "pd.Series[float]":
        """The value that control totals add up: the first summed column of the table."""
        for column in self.table.columns:
            money = column.unit == "money"
            if column.merge is Merge.SUM and column.name in self.frame and not money:
                return self.frame[column.name].fillna(0.0)
        return pd.Series(0.0, index=self.frame.index)

    def header(self, column: str) -> str:
        """What the file calls a column."""
        return self.headers.get(column, column)

    def read_near(self, column: str, known: set[str]) -> None:
        """Read codes that are only written otherwise as the declared ones, with a warning each."""
        codes = self.frame[column]
        near = near_codes(codes, known)
        self.frame[column] = codes.replace(near)
        self.warnings += [
            DataError(
                "warning.data.near_code",
                file=self.file,
                column=self.header(column),
                value=code[:60],
                near=meant,
                rows=int((codes == code).sum()),
            )
            for code, meant in near.items()
        ]

    def leave_out(self, mask: np.ndarray, reason: Reason) -> None:
        """Mark lines that are still used."""
        self.reasons[mask & self.usable] = reason


def same_lines(parts: Sequence[Part]) -> dict[str, int]:
    """Exact repetitions in the files of each table that is added up."""
    count: dict[str, int] = {}
    for part in parts:
        if any(column.merge is Merge.SUM for column in part.table.columns):
            count[part.table.name] = count.get(part.table.name, 0) + part.same_lines
    return count
