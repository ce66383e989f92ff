"""What a cell of a column should hold, as a sentence beside the cell that does not."""

from functools import cache

from sim.errors import DataError
from sim.ingest.schema import Column, Kind

_PLAIN = {
    Kind.TEXT: "expected.text",
    Kind.MONTH: "expected.month",
    Kind.DATE: "expected.date",
    Kind.FLAG: "expected.flag",
    Kind.SHIFTS: "expected.shifts",
}


@cache
def expected(column: Column) -> DataError:
    """What a column holds: the kind of its cells and their limits.

    >>> from sim.ingest.schema import TABLES
    >>> print(expected(TABLES["item"].column("lead_time_months")))
    expected.whole_between (low=0, high=3)
    """
    if column.kind is Kind.CHOICE:
        return DataError("expected.choice", allowed=", ".join(column.choices))
    if column.kind in _PLAIN:
        return DataError(_PLAIN[column.kind])
    name = "whole" if column.kind is Kind.INTEGER else "number"
    limits = {"low": column.low, "high": column.high}
    values = {limit: f"{value:g}" for limit, value in limits.items() if value is not None}
    if column.above and column.high is None:
        return DataError("expected.number_above", **values)
    if {*values} == {"low", "high"}:
        return DataError(f"expected.{name}_between", **values)
    return DataError(f"expected.{name}_from" if "low" in values else f"expected.{name}", **values)
