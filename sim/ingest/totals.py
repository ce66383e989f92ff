"""Lines that add up others: named as totals, or proven to be the sum of lines beside them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.ingest.headers import normal
from sim.ingest.mapping import FileMap
from sim.ingest.numerals import TYPED
from sim.ingest.schema import TABLES, Kind, Merge, Table

if TYPE_CHECKING:
    from sim.ingest.preview import FilePreview

_WORD = r"(?:totale?|totaux|totals|gesamt|gesamtergebnis|summe|somme|subtotal|resultat|ergebnis)"
_HINT = re.compile(r"tot|gesamt|summe|somme|r[ée]sultat|ergebnis", re.IGNORECASE)
_PURE = re.compile(
    rf"(?:grand |sous |sub |zwischen)?{_WORD}(?: (?:general|gen|global|generale|overall|result))?"
)
_LOOSE = re.compile(rf"(?:(?:grand |sous |sub )?{_WORD} .+|.+ (?:grand |sous |sub )?{_WORD})")
# Tables in which a code may be proven to be a total: two equal machines are no total of a third.
_PROVABLE = {"sales", "returns", "production", "stock_history", "budget", "forecast_snapshot"}
_CODES = ("item", "channel", "family")
_ADDENDS = 3  # lines that an unnamed total adds up, at least
_VALUES = 3  # different values that it must match
_DIGITS = 8.0  # digits that it must match in all: an accident is one in a hundred million
_MOST_CODES, _MOST_CELLS = 10_000, 5_000_000


def names_total(text: str) -> bool:
    """Whether a text is the word for a total and nothing else.

    >>> names_total("TOTAL GÉNÉRAL"), names_total("Sous-total"), names_total("Total PLA")
    (True, True, False)
    """
    return bool(_HINT.search(text) and _PURE.fullmatch(normal(text.removeprefix(TYPED))))


def speaks_of_total(text: str) -> bool:
    """Whether a text may be the total of something: its values must prove it.

    >>> speaks_of_total("Total PLA"), speaks_of_total("PLA Total"), speaks_of_total("Totaline")
    (True, True, False)
    """
    if not _HINT.search(text):  # most cells end here: normal forms are kept, so few are made
        return False
    return bool(_LOOSE.fullmatch(normal(text.removeprefix(TYPED)))) or names_total(text)


def named_lines(preview: "FilePreview", mapping: FileMap) -> np.ndarray:
    """Mask of the lines of a sheet that call themselves totals, (n,)."""
    none = np.zeros(preview.rows, dtype=bool)
    if mapping.totals == "keep" or not mapping.table:
        return none
    table = TABLES[mapping.table]
    if not _may_total(preview, mapping, table):
        return none
    main = mapping.columns.get(table.key[0])
    codes = _cells(preview, main.column if main else "")
    found = _matching(codes, names_total)
    blank = np.array([cell in {"", TYPED} for cell in codes], dtype=bool)
    if main and blank.any():
        for name in _label_columns(preview, mapping, table):
            found |= blank & _matching(_cells(preview, name), speaks_of_total)
    for name in ("channel", "month"):
        source = mapping.columns.get(name)
        if source and name != table.key[0]:
            found |= _over(codes, _matching(_cells(preview, source.column), names_total))
    return none if bool(found.all()) else np.asarray(found)


def _may_total(preview: "FilePreview", mapping: FileMap, table: Table) -> bool:
    """Whether any cell speaks of a total: the different cells tell, before each line is read."""
    names = [name for name in _label_columns(preview, mapping, table) if preview.column(name)]
    return any(speaks_of_total(cell) for name in names for cell in preview.codes(name))


def _over(codes: Sequence[str], mask: np.ndarray) -> np.ndarray:
    """Totals over channels or months: only where the same code has lines of its own."""
    if not mask.any():
        return mask
    own = {code for code, total in zip(codes, mask, strict=True) if not total}
    with_own = np.array([code in own for code in codes], dtype=bool)
    return np.asarray(mask & with_own)


def _label_columns(preview: "FilePreview", mapping: FileMap, table: Table) -> Iterable[str]:
    first = [column.name for column in preview.columns[:2]]
    texts = {Kind.TEXT, Kind.MONTH, Kind.DATE}
    mapped = [s.column for n, s in mapping.columns.items() if table.column(n).kind in texts]
    return dict.fromkeys([*first, *mapped])


def _cells(preview: "FilePreview", column: str) -> list[str]:
    return preview.texts(column) if preview.column(column) else [""] * preview.rows


def _matching(cells: Sequence[str], test: Callable[[str], bool]) -> np.ndarray:
    codes, uniques = pd.factorize(np.array(cells, dtype=object))
    if not len(uniques):
        return np.zeros(len(cells), dtype=bool)
    known = np.array([test(str(text)) for text in uniques], dtype=bool)
    return np.asarray(known[codes])


def proven_codes(
    table: Table, frame: pd.DataFrame, declared: Mapping[str, frozenset[str]]
) -> dict[str, set[str]]:
    """The codes of each column whose every line is the sum of other codes' lines.

    A code that is named as a total needs equal sums only; any other must add up at least
    three codes, match many digits, and not be declared by a list.
    """
    values = [c.name for c in table.columns if c.merge is Merge.SUM and c.name in frame]
    found: dict[str, set[str]] = {}
    for column in _CODES:
        if column not in table.key or column not in frame or not values:
            continue
        names, matrix = _matrix(table, frame, column, values)
        known = declared.get(column, frozenset())
        named = np.array([speaks_of_total(n) and n not in known for n in names], dtype=bool)
        provable = table.name in _PROVABLE
        free = np.array([provable and name not in known for name in names], dtype=bool)
        if named.any() or free.any():
            mask = _sums(matrix, named, free)
            found[column] = {name for name, total in zip(names, mask, strict=True) if total}
    return {column: codes for column, codes in found.items() if codes}


def _matrix(
    table: Table, frame: pd.DataFrame, column: str, values: Sequence[str]
) -> tuple[list[str], np.ndarray]:
    """Values of each code, in the order of the file, over all other keys: (codes, cells)."""
    codes, names = pd.factorize(frame[column])
    others = [name for name in table.key if name != column and name in frame]
    groups = frame.groupby(others, sort=False, dropna=False).ngroup() if others else 0 * codes
    cells = np.asarray(groups)
    width = int(np.max(cells, initial=-1)) + 1
    size = len(names) * width * len(values)
    if len(names) < 2 or len(names) > _MOST_CODES or size > _MOST_CELLS:
        return [], np.zeros((0, 0))
    matrix = np.zeros((len(names), len(values), width))
    for at, name in enumerate(values):
        np.add.at(matrix[:, at], (codes, cells), frame[name].fillna(0.0).to_numpy())
    return [str(name) for name in names], matrix.reshape(len(names), -1)


def _sums(matrix: np.ndarray, named: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Mask of the rows that are the sum of a run of rows before or after them, or of all."""
    total = np.zeros(len(matrix), dtype=bool)
    strong = np.array([_strong(row) for row in matrix], dtype=bool)
    least = np.where(named, 1, np.where(free & strong, _ADDENDS, 0))
    forward = np.arange(len(matrix))
    for order in (forward, forward[::-1]):
        _mark_runs(matrix, order, least, total)
    for at in np.flatnonzero(least):
        others = ~total & (forward != at)
        if not total[at] and others.sum() >= least[at]:
            total[at] = _equal(matrix[at], matrix[others])
    return total


def _mark_runs(matrix: np.ndarray, order: np.ndarray, least: np.ndarray, total: np.ndarray) -> None:
    """Mark each row that is the sum of the last rows before it in this order."""
    # One number per row first: only runs with the right one are added up cell by cell.
    weights = np.random.default_rng(7).uniform(0.5, 1.5, matrix.shape[1])
    marks = matrix @ weights
    leaves: list[int] = []
    sums = np.zeros(len(matrix) + 1)
    for at in order:
        if total[at]:
            continue
        n = len(leaves)
        if least[at] and n >= least[at]:
            gap = np.abs(sums[n] - sums[: n - least[at] + 1] - marks[at])
            near = np.flatnonzero(gap <= 1e-6 * (1.0 + abs(sums[n]) + abs(marks[at])))
            if any(_equal(matrix[at], matrix[leaves[start:]], least[at]) for start in near[:20]):
                total[at] = True
                continue
        sums[n + 1] = sums[n] + marks[at]
        leaves.append(int(at))


def _equal(row: np.ndarray, addends: np.ndarray, least: int = 1) -> bool:
    filled = int(addends.any(axis=1).sum())
    return (filled >= least or least == 1) and bool(
        np.allclose(row, addends.sum(axis=0), rtol=1e-9, atol=5e-6)
    )


def _strong(row: np.ndarray) -> bool:
    """Whether a row has enough different digits for an equal sum to be no accident."""
    values = np.abs(row[row != 0.0])
    return len(set(values.round(6))) >= _VALUES and float(np.log10(1.0 + values).sum()) >= _DIGITS
