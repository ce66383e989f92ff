"""A table that a person typed into a grid: the same checks as a file, the same sentences."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import DataError, SopError
from sim.ingest.checks import STRICT, Cells, convert, repeated_keys
from sim.ingest.folder import complete
from sim.ingest.links import Unknown, declared, references, unknown_codes, unknown_sentences
from sim.ingest.numerals import TYPED, write_number
from sim.ingest.schema import TABLES, Table

Tables = Mapping[str, pd.DataFrame]


def read_grid(
    name: str, grid: pd.DataFrame, tables: Tables, *, headers: Mapping[str, str]
) -> tuple[dict[str, pd.DataFrame], list[SopError]]:
    """The tables with one of them replaced by a grid, and everything that is wrong with it.

    Parameters
    ----------
    name : the canonical table that was typed in
    grid : its cells, one column per canonical column; wholly empty lines do not count
    tables : the tables in use, the old version of this one among them
    headers : what the grid calls its table (key "") and its columns

    Returns
    -------
    The tables as they would be, completed, and the problems; rows count from 1.
    """
    table = TABLES[name]
    rows = np.arange(1, len(grid) + 1, dtype=np.int64)
    texts = {column: grid[column].map(_text) for column in table.names if column in grid}
    filled = (pd.DataFrame(texts, dtype=object) != "").any(axis="columns").to_numpy()
    cells = Cells(
        file=headers.get("", name),
        rows=rows[filled],
        columns={column: text[filled].reset_index(drop=True) for column, text in texts.items()},
        headers=headers,
    )
    typed = convert(table, cells, STRICT)
    problems = typed.problems + repeated_keys(table, cells, typed)
    made = {**tables, name: typed.frame}
    problems += unknown_sentences(_unknown(table, made, cells))
    problems += _still_used(table, tables, made, file=cells.file)
    kept = {key: frame for key, frame in made.items() if len(frame)}
    return complete(kept), problems


def _text(value: Any) -> str:
    """A cell of the grid in the exchange style."""
    if value is None or pd.isna(value):
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    if isinstance(value, bool | int | float | np.number):
        return write_number(float(value))
    return str(value).strip().replace(TYPED, "")


def _unknown(table: Table, tables: Tables, cells: Cells) -> list[Unknown]:
    """Codes of the grid that their lists do not declare."""
    found: list[Unknown] = []
    for column in references(table):
        known = declared(tables, column.refers) if column.refers else None
        if known is not None and column.name in tables[table.name]:
            codes = tables[table.name][column.name]
            place = (
                cells.file,
                cells.header(column.name),
                column.refers[0] if column.refers else "",
            )
            found += unknown_codes(codes, known, rows=cells.rows, place=place)[0]
    return found


def _still_used(table: Table, before: Tables, after: Tables, *, file: str) -> list[SopError]:
    """Codes that were taken away although other tables still use them."""
    found: list[SopError] = []
    for name, frame in after.items():
        for column in references(TABLES[name]):
            if column.refers is None or column.refers[0] != table.name or name == table.name:
                continue
            gone = (declared(before, column.refers) or set()) - (
                declared(after, column.refers) or set()
            )
            used = sorted(gone & set(frame[column.name])) if column.name in frame else []
            found += [
                DataError("error.data.still_used", file=file, value=code[:60], table=name)
                for code in used[:5]
                if code
            ]
    return found
