"""A shelf of things that fit together into some memory."""

import threading
import time

import numpy as np
import pytest

from sim.model.kept import Kept


def test_sets_of_several_companies_share_one_memory() -> None:
    shelf: Kept[int, np.ndarray] = Kept(1000)
    made = []

    def get(key: int, size: int) -> np.ndarray:
        return shelf.get(key, lambda: made.append(key) or np.zeros(size, np.int8), nbytes=size)

    assert get(1, 400) is get(1, 400)
    get(2, 400)
    get(1, 400)  # used again: 2 is now the oldest
    get(3, 400)
    get(1, 400)
    get(4, 5000)  # larger than the shelf: alone on it
    get(4, 5000)
    get(1, 400)
    assert made == [1, 2, 3, 4, 1]


def test_some_things_stay_however_large_they_are() -> None:
    shelf: Kept[int, np.ndarray] = Kept(10, at_least=2)
    made = []

    def get(key: int) -> np.ndarray:
        return shelf.get(key, lambda: made.append(key) or np.zeros(100), nbytes=800)

    for key in (1, 2, 1, 2, 3, 2, 1):
        get(key)
    assert made == [1, 2, 3, 1]


def test_one_thread_makes_it_and_the_others_wait_for_it_alone() -> None:
    shelf: Kept[str, np.ndarray] = Kept(1000)
    made, found = [], []
    go, begun = threading.Event(), threading.Event()

    def slow() -> np.ndarray:
        made.append("slow")
        begun.set()
        assert go.wait(10)
        return np.zeros(1)

    def ask() -> None:
        found.append(shelf.get("slow", slow, nbytes=8))

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    assert begun.wait(10)
    time.sleep(0.05)
    assert shelf.get("quick", lambda: np.ones(1), nbytes=8) == 1  # not held up by the slow one
    go.set()
    for asker in askers:
        asker.join(10)
    assert made == ["slow"]
    assert all(one is found[0] for one in found)


def test_what_could_not_be_made_is_tried_again() -> None:
    shelf: Kept[str, np.ndarray] = Kept(1000)

    def fail() -> np.ndarray:
        raise ValueError("not today")

    with pytest.raises(ValueError, match="today"):
        shelf.get("a", fail, nbytes=8)
    assert shelf.get("a", lambda: np.ones(1), nbytes=8) == 1
