"""The in-memory workspace: one company's tables in DuckDB, asked by the files of data/queries.

Nothing lives here alone: it is rebuilt from the accepted tables at any time. It has no way to
the disk or the network, and one cursor per call, so any number of threads may ask at once.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from sim.errors import DataError, StoreError, raise_all

_DATA = Path(__file__).resolve().parents[2] / "data"
_CREATE = re.compile(r"CREATE TABLE (\w+) \((.*?)\);", re.DOTALL)
_COLUMN = re.compile(r'(?:^|,)\s*"?(\w+)"? (VARCHAR|DOUBLE|DATE|INTEGER)')
# One thread per query: sums come out in one order, so equal data give equal numbers to the
# last bit, and many sessions share the cores fairly. The order of the settings matters.
_HARDENING = (
    "SET threads=1",
    "SET temp_directory=''",  # nothing is written beside the memory
    "SET memory_limit='1GB'",
    "SET max_execution_time=30000",
    "SET autoinstall_known_extensions=false",
    "SET autoload_known_extensions=false",
    "SET allow_community_extensions=false",
    "SET python_enable_replacements=false",
    "SET enable_external_access=false",
    "SET lock_configuration=true",
)

_MOST = 20  # wrong cells told per column: the pattern is clear by then
_SMALL, _REMEMBERED = 20_000, 128  # lines of an answer, answers kept in memory
Bound = str | int | float | bool | None


@cache
def canonical_columns() -> Mapping[str, Mapping[str, str]]:
    """Columns and types of each canonical table, read from data/schema/canonical.sql.

    >>> canonical_columns()["routing"]
    {'item': 'VARCHAR', 'resource': 'VARCHAR', 'quantity_per_unit': 'DOUBLE', '_row': 'INTEGER'}
    """
    schema = (_DATA / "schema" / "canonical.sql").read_text(encoding="utf-8")
    return {name: dict(_COLUMN.findall(body)) for name, body in _CREATE.findall(schema)}


class Workspace:
    """The canonical tables of one dataset, ready for questions."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        unknown = sorted(set(tables) - set(canonical_columns()))
        if unknown:
            raise StoreError("error.store.unknown_table", table=", ".join(unknown))
        self.present = frozenset(name for name, table in tables.items() if len(table))
        self.columns = {name: _filled(table) for name, table in tables.items()}
        # The tables never change, so a small answer is asked for once.
        self._answers: dict[tuple[object, ...], pd.DataFrame] = {}
        self._root = duckdb.connect(":memory:")
        for setting in _HARDENING:
            self._root.execute(setting)
        self._root.execute((_DATA / "schema" / "canonical.sql").read_text(encoding="utf-8"))
        problems: list[DataError] = []
        for name in sorted(self.present):
            aligned = _aligned(tables[name], name, problems)
            self._root.cursor().from_df(aligned).insert_into(name)
        raise_all(problems)

    def query(self, name: str, **bound: Bound) -> pd.DataFrame:
        """The answer of data/queries/<name>.sql with its $parameters bound."""
        key = (name, *sorted(bound.items()))
        known = self._answers.get(key)
        if known is None:
            known = self._ask(name, bound)
            if len(known) <= _SMALL and len(self._answers) < _REMEMBERED:
                self._answers[key] = known
        return known.copy()

    def _ask(self, name: str, bound: Mapping[str, Bound]) -> pd.DataFrame:
        cursor = self._root.cursor()
        try:
            return cursor.execute(_sql(name), dict(bound) or None).df()
        except duckdb.InterruptException:
            raise StoreError("error.store.query_time", query=name) from None
        finally:
            cursor.close()

    def has(self, table: str, *columns: str) -> bool:
        """Whether a table has lines, and at least one value in each of the columns."""
        return table in self.present and all(column in self.columns[table] for column in columns)

    def close(self) -> None:
        """Free the memory now rather than with the last reference."""
        self._root.close()


@cache
def _sql(name: str) -> str:
    path = _DATA / "queries" / f"{name}.sql"
    if not re.fullmatch(r"[a-z_]+", name) or not path.is_file():
        raise StoreError("error.store.unknown_query", query=name)
    return path.read_text(encoding="utf-8")


def _filled(table: pd.DataFrame) -> frozenset[str]:
    # An empty text is a cell without a value.
    return frozenset(
        str(name) for name in table.columns if (table[name].notna() & (table[name] != "")).any()
    )


def _aligned(table: pd.DataFrame, name: str, problems: list[DataError]) -> pd.DataFrame:
    """The canonical columns in their order, typed; other columns stay outside.

    A cell that is not of its column's type is added to the problems.
    """
    empty = pd.Series(np.nan, index=pd.RangeIndex(len(table)))
    aligned: dict[str, pd.Series[Any]] = {}
    for column, kind in canonical_columns()[name].items():
        if column == "_row":
            aligned[column] = pd.Series(np.arange(2, len(table) + 2))
            continue
        values = table[column].reset_index(drop=True) if column in table else empty
        typed = aligned[column] = _typed(values, kind)
        if kind == "VARCHAR":  # every cell is a text
            continue
        lost = values.notna() & typed.isna()
        if lost.any():  # an empty text is a cell without a value
            lost &= values.astype(str) != ""
        problems += [
            DataError(
                f"error.table.not_a_{'month' if kind == 'DATE' else 'number'}",
                table=name,
                row=int(line) + 2,
                column=column,
                value=str(values.loc[line])[:60],
            )
            for line in values.index[lost][:_MOST]
        ]
    return pd.DataFrame(aligned, copy=False)


def _typed(values: "pd.Series[Any]", kind: str) -> "pd.Series[Any]":
    if kind == "DATE":
        return pd.to_datetime(values, errors="coerce").astype("datetime64[us]")
    if kind == "DOUBLE":
        return pd.to_numeric(values, errors="coerce").astype("float64")
    if kind == "VARCHAR":
        text = values.astype("string")
        blank = text == ""
        return text.mask(blank) if blank.any() else text
    return values
