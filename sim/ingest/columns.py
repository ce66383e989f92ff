"""The shape of a canonical table: columns with their type, unit, limits and defaults."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a cell of a column holds."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    MONTH = "month"
    DATE = "date"
    FLAG = "flag"  # 0 or 1
    CHOICE = "choice"
    SHIFTS = "shifts"  # "2x8:1:0; 3x8:1.4:46000"


class Merge(StrEnum):
    """How the values of finer lines become one value of the canonical line."""

    FIRST = "first"
    SUM = "sum"
    MAX = "max"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its type, limits, and what an empty cell means."""

    name: str
    kind: Kind = Kind.TEXT
    unit: str = ""
    required: bool = False
    key: bool = False
    default: str | float | None = None
    low: float | None = None
    high: float | None = None
    above: bool = False  # the value must be strictly above ``low``
    choices: tuple[str, ...] = ()
    refers: tuple[str, str] | None = None  # (table, column) that holds the code
    merge: Merge = Merge.FIRST

    @property
    def is_number(self) -> bool:
        """Whether its cells are numbers."""
        return self.kind in {Kind.NUMBER, Kind.INTEGER, Kind.FLAG}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One canonical table. ``summed``: finer lines are added up to one line per key."""

    name: str
    columns: tuple[Column, ...]
    one_of: tuple[tuple[str, ...], ...] = ()  # at least one column of each group is there
    summed: bool = False

    def column(self, name: str) -> Column:
        """The column of this name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the key columns."""
        return tuple(column.name for column in self.columns if column.key)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that must be there."""
        return tuple(column.name for column in self.columns if column.required)


EVERYTHING = "All"  # the channel or family of a company that does not split
