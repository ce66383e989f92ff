"""The last things that were made, as long as they fit together into some memory."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """What says how much memory it holds."""

    @property
    def nbytes(self) -> int:
        """Bytes."""
        ...


K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Sized)


class Kept(Generic[K, V]):
    """A shelf that is safe with threads; what was asked for last stays longest.

    Parameters
    ----------
    room : bytes
    at_least : things that stay even if they are larger than that
    """

    def __init__(self, room: int, *, at_least: int = 1) -> None:
        self._room, self._at_least = room, at_least
        self._lock = Lock()
        self._things: OrderedDict[K, V] = OrderedDict()
        self._making: dict[K, Lock] = {}

    def get(self, key: K, make: Callable[[], V], *, nbytes: int) -> V:
        """The thing of a key, made when it is not there.

        Whoever asks for the same meanwhile waits for it, nobody else does. Room for ``nbytes``
        is found before it is made. A ``make`` that raises leaves nothing behind.

        >>> import numpy as np
        >>> shelf = Kept(room=16)
        >>> shelf.get("a", lambda: np.zeros(2), nbytes=16) is shelf.get("a", list, nbytes=16)
        True
        """
        with self._lock:
            if key in self._things:
                return self._found(key)
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if key in self._things:
                    return self._found(key)
                self._forget(self._at_least - 1, nbytes)
            try:
                made = make()
                with self._lock:
                    self._things[key] = made
                    self._forget(self._at_least, 0)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return made

    def _found(self, key: K) -> V:
        self._things.move_to_end(key)
        return self._things[key]

    def _forget(self, at_least: int, nbytes: int) -> None:
        held = sum(thing.nbytes for thing in self._things.values())
        while len(self._things) > at_least and held + nbytes > self._room:
            held -= self._things.popitem(last=False)[1].nbytes
