"""The simulator beside the same model in numpy, beside stockpyl, and beside itself at scale."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench import vectorised
from bench.companies import MONTHS, at_risk, company, divisions
from bench.machine import ROOT, table
from sim.model import draws, kernel
from sim.model.draws import Draws
from sim.model.outcome import Measure, Outcome, Plan
from sim.model.problem import Problem
from tests.model.problems import plain_problem

ITEMS, DRAWS, PREVIEW = 1_000, 1_024, 256
PERIODS = 2_000  # of stockpyl


def bench() -> None:
    """Every table of the simulator."""
    _beside_numpy()
    _beside_stockpyl()
    _at_scale()


def _beside_numpy() -> None:
    """Random availability, both service formulas, sweeps, 3 of 20 resources per item."""
    tight = at_risk(company(ITEMS))
    for problem in (tight, replace(tight, capacity=3 * tight.capacity)):
        _one_beside_numpy(problem)


def _one_beside_numpy(problem: Problem) -> None:
    paths, plan = draws.paths(problem, draws=DRAWS, seed=1), kernel.expected(problem)
    one, two, plain = _in_turns(
        lambda: kernel.simulate(problem, plan, paths, threads=1),
        lambda: kernel.simulate(problem, plan, paths),
        lambda: vectorised.simulate(problem, plan, paths),
    )
    outcome = kernel.simulate(problem, plan, paths)
    ours = outcome.total(Measure.SERVED_VALUE).sum() / DRAWS
    theirs = vectorised.simulate(problem, plan, paths)[1].sum() / DRAWS
    rows: list[list[object]] = [
        ["simulator", "ms", "G item-month-draws/s", "against numpy", "reach"],
        ["numpy float32", f"{plain * 1e3:.0f}", _rate(ITEMS * DRAWS, plain), "1", ""],
    ]
    for name, seconds, reach in (("1 thread", one, ">= 40x, 0.9 G/s"), ("2 threads", two, "")):
        times, rate = f"{plain / seconds:.0f}x", _rate(ITEMS * DRAWS, seconds)
        rows.append([f"compiled, {name}", f"{seconds * 1e3:.0f}", rate, times, reach])
    table(
        f"Full model, {ITEMS:,} items x 20 resources x {MONTHS} months x {DRAWS:,} draws; "
        f"{outcome.overload.mean():.0%} of resource-months full "
        f"(served value apart by {abs(ours / theirs - 1):.1e})",
        rows,
    )


def _beside_stockpyl() -> None:
    """One item that orders up to a base stock every month, nothing else."""
    python = os.environ.get("SOP_STOCKPYL", str(ROOT / ".venv" / "stockpyl" / "bin" / "python"))
    if not Path(python).exists():
        table("Base stock beside stockpyl", [["left out", "make bench installs stockpyl"]])
        return
    script = str(Path(__file__).parent / "base_stock.py")
    said = subprocess.run([python, script, str(PERIODS)], capture_output=True, check=True)
    theirs = float(said.stdout)
    problem = replace(
        plain_problem(np.full((ITEMS, MONTHS), 100.0), safety_stock=np.full((ITEMS, MONTHS), 20.0)),
        errors=company(ITEMS).errors,
    )
    paths, plan = draws.paths(problem, draws=DRAWS, seed=1), kernel.expected(problem)
    (both,) = _in_turns(lambda: kernel.simulate(problem, plan, paths))
    ours = both / (ITEMS * MONTHS * DRAWS)
    table(
        "Base stock, per item-month-draw",
        [
            ["simulator", "ns", "times faster", "reach"],
            ["stockpyl", f"{theirs * 1e9:,.0f}", "1", ""],
            ["this project", f"{ours * 1e9:.2f}", f"{theirs / ours:,.0f}x", ">= 250,000x"],
        ],
    )


def _at_scale() -> None:
    """Divisions of 500 items with 10 resources each, then everything in one division."""
    rows: list[list[object]] = [["items", "draws", "ms", "ns per cell", "MB", "one division, ms"]]
    seconds, used = {}, {}
    for items in (100, 1_000, 5_000, 20_000):
        seconds[items], used[items] = _run_of(divisions(items), PREVIEW)
        alone = f"{_run_of(company(items), PREVIEW)[0] * 1e3:.0f}"
        cell = f"{seconds[items] / (items * MONTHS * PREVIEW) * 1e9:.2f}"
        took, size = f"{seconds[items] * 1e3:.0f}", f"{used[items] / 1e6:.0f}"
        rows.append([f"{items:,}", PREVIEW, took, cell, size, alone])
    full = _run_of(divisions(ITEMS), DRAWS)[0]
    rows.append([f"{ITEMS:,}", DRAWS, f"{full * 1e3:.0f}", "", "", ""])
    table("Scale, divisions of 500 items (2 threads take turns from 512 draws on)", rows)
    slopes = [f"{_slope(found):.2f}" for found in (seconds, used)]
    preview = f"{seconds[5_000] / full:.2f}"
    heading = ["time", "memory", "preview of 5,000 / full 1,000"]
    table(
        "Growth from 1,000 to 20,000 items as a power of items; preview beside a full run",
        [[*heading, "reach"], [*slopes, preview, "<= 1, <= 1, <= 2"]],
    )


def _run_of(problem: Problem, count: int) -> tuple[float, int]:
    """Seconds of a simulation with two threads; bytes of its draws and of its outcome."""
    paths, plan = draws.paths(problem, draws=count, seed=1), kernel.expected(problem)
    (seconds,) = _in_turns(lambda: kernel.simulate(problem, plan, paths))
    return seconds, _bytes(paths, kernel.simulate(problem, plan, paths), plan)


def _bytes(paths: Draws, outcome: Outcome, plan: Plan) -> int:
    arrays = [*outcome.families.values(), outcome.item_stock, outcome.item_release, plan.release]
    return paths.errors.nbytes + sum(array.nbytes for array in arrays)


def _slope(found: Mapping[int, float]) -> float:
    return float(np.log(found[20_000] / found[1_000]) / np.log(20))


def _in_turns(*actions: Callable[[], object], rounds: int = 5) -> list[float]:
    """Fastest of several rounds of each: others share the machine."""
    best = [float("inf")] * len(actions)
    for turn in range(rounds + 1):
        for n, action in enumerate(actions):
            begun = time.perf_counter()
            action()
            if turn:
                best[n] = min(best[n], time.perf_counter() - begun)
    return best


def _rate(item_draws: int, seconds: float) -> str:
    return f"{item_draws * MONTHS / seconds / 1e9:.3f}"
