"""Sparse matrices as lists of entries, and their Kronecker product.

The planner's matrix is made of products "which items" x "which months"; entries alone are
enough to say them, and quicker to put together than general sparse matrices.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from sim.model.problem import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """Entries of a sparse matrix; two entries in one place add up."""

    shape: tuple[int, int]
    row: Ints
    column: Ints
    value: Floats

    def times(self, factor: float) -> "Block":
        """The matrix times a number."""
        return replace(self, value=self.value * factor)

    def take_columns(self, wanted: Ints) -> "Block":
        """The chosen columns, in their order."""
        place = np.full(self.shape[1], -1, dtype=np.int64)
        place[wanted] = np.arange(wanted.size)
        kept = place[self.column] >= 0
        return Block(
            shape=(self.shape[0], wanted.size),
            row=self.row[kept],
            column=place[self.column[kept]],
            value=self.value[kept],
        )


def shift(rows: int, columns: int, lag: int = 0) -> Block:
    """Ones where row = column + lag: the month that is ``lag`` months later."""
    column = np.arange(max(min(columns, rows - lag), 0), dtype=np.int64)
    return Block(shape=(rows, columns), row=column + lag, column=column, value=np.ones(column.size))


def diagonal(values: Floats) -> Block:
    """A square matrix with these values on its diagonal."""
    place = np.flatnonzero(values)
    return Block(shape=(values.size, values.size), row=place, column=place, value=values[place])


def dense(values: Floats) -> Block:
    """The non-zero entries of an array."""
    row, column = np.nonzero(values)
    return Block(
        shape=(values.shape[0], values.shape[1]), row=row, column=column, value=values[row, column]
    )


def pick(rows: Ints, columns: Ints) -> Block:
    """Ones where a row and a column stand for the same thing."""
    return dense((rows[:, None] == columns).astype(np.float64))


def total(parts: Iterable[Block]) -> Block:
    """The sum of matrices of the same shape."""
    parts = list(parts)
    return Block(
        shape=parts[0].shape,
        row=np.concatenate([part.row for part in parts]),
        column=np.concatenate([part.column for part in parts]),
        value=np.concatenate([part.value for part in parts]),
    )


def kron(left: Block, right: Block) -> Block:
    """Kronecker product: each entry of ``left`` times the whole of ``right``.

    >>> entry = dense(np.array([[0.0, 2.0]]))
    >>> product = kron(entry, shift(2, 2, 1))
    >>> product.row.tolist(), product.column.tolist(), product.value.tolist()
    ([1], [2], [2.0])
    """
    return Block(
        shape=(left.shape[0] * right.shape[0], left.shape[1] * right.shape[1]),
        row=(left.row[:, None] * right.shape[0] + right.row).ravel(),
        column=(left.column[:, None] * right.shape[1] + right.column).ravel(),
        value=(left.value[:, None] * right.value).ravel(),
    )


def assemble(
    blocks: Mapping[tuple[str, str], Block],
) -> tuple[sparse.csc_array[np.float64], dict[str, slice], dict[str, slice]]:
    """One matrix from blocks named (row block, column block), and where each name lies."""
    rows, columns = _slices(blocks, axis=0), _slices(blocks, axis=1)
    row = [block.row + rows[names[0]].start for names, block in blocks.items()]
    column = [block.column + columns[names[1]].start for names, block in blocks.items()]
    value = np.concatenate([block.value for block in blocks.values()])
    shape = (max(s.stop for s in rows.values()), max(s.stop for s in columns.values()))
    places = (np.concatenate(row).astype(np.int32), np.concatenate(column).astype(np.int32))
    matrix = sparse.csc_array(sparse.coo_array((value, places), shape=shape))
    matrix.sum_duplicates()
    return matrix, rows, columns


def _slices(blocks: Mapping[tuple[str, str], Block], *, axis: int) -> dict[str, slice]:
    """Consecutive places of the names, in order of first appearance."""
    places: dict[str, slice] = {}
    start = 0
    for names, block in blocks.items():
        if names[axis] not in places:
            places[names[axis]] = slice(start, start + block.shape[axis])
            start += block.shape[axis]
    return places
