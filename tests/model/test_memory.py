"""Memory that is used again is nobody else's while any view of it lives."""

import gc
import pickle
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pytest

from sim.model.kernel.memory import Spare

SHAPES = ((17, 4, 6, 8), (8, 17, 24), (17, 2, 3, 8))
VIEWS = (
    lambda view: view,
    lambda view: view[::2],
    lambda view: view.T[..., None],
    lambda view: memoryview(view[0]),
    lambda view: pa.array(view[0].ravel()[:5]),
    lambda view: pickle.loads(pickle.dumps(view)),  # noqa: S301 - our own bytes
)


def test_no_view_is_written_over_whatever_threads_ask_for() -> None:
    spare = Spare(1 << 16)

    def work(seed: int) -> int:
        chance, held, wrong = random.Random(seed), [], 0
        for n in range(400):
            rows = spare.array(chance.choice(SHAPES))
            rows[...] = seed * 1_000 + n
            held.append((seed * 1_000 + n, chance.choice(VIEWS)(rows[1])))
            del rows
            if len(held) > 5:
                value, view = held.pop(chance.randrange(len(held)))
                wrong += not np.all(np.asarray(view) == value)
            if n % 100 == 0:
                gc.collect()
        return wrong

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(1, 5))) == 0
    gc.collect()
    assert 0 < spare.free <= 1 << 16


@pytest.mark.parametrize("held", ["rows", "rows[0]", "[rows, rows.T]"])
def test_a_process_ends_quietly_with_arrays_in_hand(held: str) -> None:
    code = (
        "from sim.model.kernel.memory import SPARE\n"
        f"rows = SPARE.array((3, 4))\nkept = {held}\nSPARE.prepare((1 << 20, 8))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stderr == ""
