"""The compiled simulator beside the numpy oracle of the tests, in one run."""

import statistics
import time
from collections.abc import Callable

import numpy as np

from bench.companies import MONTHS, company
from bench.machine import table
from sim.model import draws, kernel
from sim.model.outcome import Measure
from tests.model.oracle import play

ITEMS, DRAWS = 1_000, 1_024


def bench() -> None:
    """1,000 items x 20 resources x 24 months x 1,024 draws, three resources per item."""
    problem = company(ITEMS)
    paths = draws.paths(problem, draws=DRAWS, seed=1)
    plan = kernel.expected(problem)
    one = _timed(lambda: kernel.simulate(problem, plan, paths, threads=1), 7)
    two = _timed(lambda: kernel.simulate(problem, plan, paths), 7)
    outcome = kernel.simulate(problem, plan, paths)
    errors = np.stack([paths.path(item).astype(float) for item in range(ITEMS)], axis=1)
    begun = time.perf_counter()
    oracle = play(problem, plan, errors, np.zeros((0, DRAWS)))
    numpy_seconds = time.perf_counter() - begun
    served = outcome.total(Measure.SERVED_VALUE).sum()
    expected = (oracle.served * problem.price).sum()
    cells = ITEMS * MONTHS * DRAWS
    rows: list[list[object]] = [
        ["simulator", "ms", "G item-month-draws/s", "against numpy", "reach"],
        [
            "numpy float64 oracle",
            f"{numpy_seconds * 1e3:.0f}",
            _rate(cells, numpy_seconds),
            "1",
            "",
        ],
        [
            "compiled, 1 thread",
            f"{one * 1e3:.0f}",
            _rate(cells, one),
            f"{numpy_seconds / one:.0f}x",
            ">= 15x",
        ],
        [
            "compiled, 2 threads",
            f"{two * 1e3:.0f}",
            _rate(cells, two),
            f"{numpy_seconds / two:.0f}x",
            ">= 15x",
        ],
    ]
    table(
        f"Simulation of {ITEMS:,} items x {MONTHS} months x {DRAWS:,} draws, 3 of 20 resources "
        f"per item (served value apart by {abs(served / expected - 1):.1e})",
        rows,
    )


def _timed(action: Callable[[], object], times: int) -> float:
    action()
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def _rate(cells: int, seconds: float) -> str:
    return f"{cells / seconds / 1e9:.3f}"
