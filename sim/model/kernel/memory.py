"""Room for the largest array of a simulation, used again when nobody holds it any more.

What a process touches for the first time is cleared by the system page by page. For the sums of
the demo company that takes as long as the simulation itself, and several times as long on a
virtual machine whose host has to find the memory, too.
"""

from typing import Any

import numpy as np

from sim.model.problem import Floats

MOST_FREE = 256 * 1024 * 1024  # bytes that wait for their next use


class Spare:
    """Blocks of memory without a user, by size.

    Safe with threads without a lock, which the garbage collector could find taken: every change
    is one operation on a list or a dictionary.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._blocks: dict[int, list[Floats]] = {}

    def array(self, shape: tuple[int, ...]) -> Floats:
        """An array of doubles that holds anything; its memory comes back with its last view.

        Parameters
        ----------
        shape : of the array

        Returns
        -------
        (shape)

        >>> spare = Spare(most=1024)
        >>> rows = spare.array((2, 3))
        >>> column = rows[:, 0]
        >>> del rows
        >>> spare.free
        0
        >>> del column
        >>> spare.free
        48
        >>> spare.array((3, 2)).shape
        (3, 2)
        """
        size = int(np.prod(shape))
        try:
            block = self._blocks[size].pop()
        except (KeyError, IndexError):
            block = np.empty(size)
        return np.asarray(_Lease(self, block)).reshape(shape)

    def prepare(self, shape: tuple[int, ...]) -> None:
        """Have as many arrays at hand as may wait; their memory is touched here.

        >>> spare = Spare(most=100)
        >>> spare.prepare((5, 1))
        >>> spare.free
        80
        """
        held = [self.array(shape) for _ in range(self._most // (8 * int(np.prod(shape))))]
        for array in held:
            array.fill(0.0)

    @property
    def free(self) -> int:
        """Bytes that wait for their next use."""
        return sum(8 * size * len(blocks) for size, blocks in list(self._blocks.items()))

    def take_back(self, block: Floats) -> None:
        """Keep a block for its next use; those of another company make room for it."""
        if self.free + block.nbytes > self._most:
            for size in [size for size in list(self._blocks) if size != block.size]:
                self._blocks.pop(size, None)
        if self.free + block.nbytes <= self._most:
            self._blocks.setdefault(block.size, []).append(block)


class _Lease:
    """What an array says its memory is: gone with the last view of it."""

    def __init__(self, spare: Spare, block: Floats) -> None:
        self._spare, self._block = spare, block

    @property
    def __array_interface__(self) -> dict[str, Any]:
        return self._block.__array_interface__

    def __del__(self) -> None:
        self._spare.take_back(self._block)


SPARE = Spare(MOST_FREE)
