"""Pivots: months, items, channels or resources as columns, turned into lines."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.ingest.dates import lacks_year, looks_like_date
from sim.ingest.headers import likeness, normal, words
from sim.ingest.mapping import FileMap
from sim.ingest.numerals import TYPED, looks_like_number
from sim.ingest.schema import Kind, Merge, Table

if TYPE_CHECKING:
    from sim.ingest.preview import ColumnPreview, FilePreview

_DATED, _BARE = 3, 4  # so many headers with and without a year make a wide sheet
_CODES = 3  # so many columns named by codes make a wide sheet
_TOTAL = frozenset({"total", "totaux", "sum", "somme", "summe", "gesamt", "cumul", "ytd"})
_MONEY = frozenset({"ca", "eur", "euros", "keur", "chiffre", "revenue", "turnover", "montant"})


def month_columns(preview: "FilePreview") -> tuple[str, ...]:
    """The columns whose headers are periods, when they make a pivot."""
    numbers = [column.name for column in preview.columns if _numeric(column)]
    dated = [name for name in numbers if looks_like_date(name) and any(map(str.isdigit, name))]
    if len(dated) >= _DATED:
        return tuple(dated)
    bare = [name for name in numbers if lacks_year(name)]
    return tuple(bare) if len(bare) >= _BARE else ()


def code_columns(preview: "FilePreview", codes: frozenset[str], used: set[str]) -> tuple[str, ...]:
    """The columns whose headers are codes that a list declares."""
    free = [c.name for c in preview.columns if c.name not in used and _numeric(c)]
    known = [name for name in free if name in codes]
    return tuple(known) if len(known) >= _CODES and 2 * len(known) >= len(free) else ()


def other_columns(preview: "FilePreview", used: set[str]) -> tuple[str, ...]:
    """Every unused column of numbers, but totals: a pivot beside one column of dates."""
    free = [
        column.name
        for column in preview.columns
        if column.name not in used and _numeric(column) and not names_total(column.name)
    ]
    if len(free) < _CODES or any(name.startswith("#") for name in free):
        return ()
    total = sum_column(preview, free)
    return tuple(name for name in free if name != total)


def names_codes(column: "ColumnPreview") -> bool:
    """Whether a column of numbers is named as a field, so that its header is no code."""
    known = ("price", "unit_cost", "revenue", "quantity", "on_hand", "available", "promo")
    return column.holds == "number" and any(likeness(column.name, one)[0] >= 90 for one in known)


def names_total(header: str) -> bool:
    """Whether a header names a total over its line.

    >>> names_total("Total 2024"), names_total("Totalux")
    (True, False)
    """
    return bool(_TOTAL & {*normal(header).split()})


def wide_value(table: Table, texts: Sequence[str]) -> str:
    """What the cells of a pivot are: what a title or the file name says, else the quantity."""
    spoken = {word for text in texts for word in normal(text.replace("€", " eur ")).split()}
    if "revenue" in table.names and spoken & _MONEY:
        return "revenue"
    numbers = [field for field in table.columns if field.kind is Kind.NUMBER]
    required = [field.name for field in numbers if field.required]
    summed = [field.name for field in numbers if field.merge is Merge.SUM]
    named = [name for name in summed if spoken & {*words().fields.get(name, ())}]
    usual = ["quantity"] if "quantity" in summed else summed[-1:]
    return next(iter([*required[:1], *named, *usual]), "")


def sum_column(preview: "FilePreview", names: Sequence[str]) -> str:
    """The last column when each of its cells is the sum of the others, to the cent."""
    if len(names) < 4:
        return ""
    for decimal in (".", ","):
        *rest, total = (_plain_numbers(preview.texts(name), decimal) for name in names)
        same = np.isclose(total, np.nansum(rest, axis=0), rtol=1e-9, atol=0.005)
        if len(total) >= 3 and bool(same.all()):
            return names[-1]
    return ""


def unpivot(
    preview: "FilePreview",
    mapping: FileMap,
    columns: Mapping[str, "pd.Series[str]"],
    at: np.ndarray,
) -> tuple[dict[str, "pd.Series[str]"], np.ndarray]:
    """One line per filled cell of a pivot, and its line in the sheet; empty is not zero.

    Parameters
    ----------
    columns : canonical column -> cells of the lines
    at : (n,) line of the sheet of each cell
    """
    pieces: dict[str, list[object]] = {
        name: [] for name in (*columns, mapping.wide_field, mapping.wide_value)
    }
    places: list[np.ndarray] = []
    for header in mapping.wide:
        cells = np.array(preview.texts(header), dtype=object)[at]
        filled = np.flatnonzero((cells != "") & (cells != TYPED))
        for name, values in columns.items():
            pieces[name].append(values.to_numpy()[filled])
        pieces[mapping.wide_field].append(np.full(len(filled), header, dtype=object))
        pieces[mapping.wide_value].append(cells[filled])
        places.append(at[filled])
    empty = np.zeros(0, dtype=object)
    long = {
        name: pd.Series(np.concatenate([empty, *found]), dtype=object)
        for name, found in pieces.items()
    }
    return long, np.concatenate([np.zeros(0, dtype=np.int64), *places])


def _numeric(column: "ColumnPreview") -> bool:
    return not column.filled or column.number_share >= 0.5


def _plain_numbers(cells: Sequence[str], decimal: str) -> np.ndarray:
    """Cells as numbers under a decimal sign; NaN elsewhere."""
    from sim.ingest.numerals import read_number

    found = [read_number(cell, decimal) if looks_like_number(cell) else None for cell in cells]
    return np.array([np.nan if value is None else value for value in found], dtype=float)
