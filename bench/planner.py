"""The linear programme re-solved after one lever, warm, beside scipy cold on the same matrix."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TypeVar

import numpy as np
from scipy.optimize import linprog

from bench.companies import MONTHS, company
from bench.machine import table
from sim.model.planner import Program
from sim.model.planner.bounds import numbers
from sim.model.planner.structure import build
from sim.model.planner.terms import terms
from sim.model.problem import PlanMode, Problem

SIZES = ((50, 10, 3), (500, 20, 1), (500, 20, 3), (1_000, 20, 3), (5_000, 50, 3))
BESIDE = 500  # scipy is asked up to this many items: above, it needs minutes
STEPS = 6  # each there and back
REACH = 15
HEADING = "items x resources x months|per item|columns|build ms|first s|warm ms|scipy s|ratio|reach"

T = TypeVar("T")


def bench() -> None:
    """Build, first solve and warm re-solves of each size; CPU seconds where both are compared."""
    rows: list[list[object]] = [list(HEADING.split("|"))]
    for items, resources, uses in SIZES:
        rows.append(_measure(items, resources, uses))
    table(
        f"Plan re-solved after one lever (CPU, median of {2 * STEPS} steps: hours, volume, price)",
        rows,
    )


def _measure(items: int, resources: int, uses: int) -> list[object]:
    problem = company(items, resources=resources, uses=uses)
    build_seconds, structure = _timed(lambda: build(problem, PlanMode.OPTIMAL))
    program = Program(time_limit=600.0)
    first, _ = _timed(lambda: program.solve(problem, PlanMode.OPTIMAL))
    warm, cold = [], []
    for step, moved in enumerate(_moves(problem)):
        for now in (moved, problem):
            seconds, solution = _timed(partial(program.solve, now, PlanMode.OPTIMAL))
            warm.append(seconds)
            if items <= BESIDE and step < 3 and now is moved:
                seconds, objective = _timed(partial(_cold, now))
                cold.append(seconds)
                if solution is None or abs(objective - solution.objective) > 1e-6 * abs(objective):
                    raise AssertionError("two optima of one programme differ")
    usual = statistics.median(warm)
    row: list[object] = [f"{items:,} x {resources} x {MONTHS}", uses]
    row += [f"{structure.matrix.shape[1]:,}", f"{build_seconds * 1e3:.0f}"]
    row += [f"{first:.2f}", f"{usual * 1e3:.0f}"]
    if not cold:
        return [*row, "-", "-", ""]
    ratio = statistics.median(cold) / usual
    return [*row, f"{statistics.median(cold):.2f}", f"{ratio:.0f}x", _reach(items)]


def _reach(items: int) -> str:
    return f">= {REACH}x" if items == BESIDE else ""


def _moves(problem: Problem) -> Iterator[Problem]:
    """One lever at a time: Saturdays on a machine, a family's volume, a price."""
    rng = np.random.default_rng(1)
    for step in range(STEPS):
        kind = step % 3
        if kind == 0:
            overtime = problem.overtime.copy()
            machine = int(rng.integers(len(problem.resources)))
            overtime[machine] = 0.02 * (1 + step) * problem.capacity[machine]
            yield replace(problem, capacity=problem.capacity + overtime)
        elif kind == 1:
            family = problem.family == rng.integers(len(problem.families))
            factor = np.where(family[:, None], 1.0 + 0.01 * (1 + step), 1.0)
            yield replace(problem, demand=problem.demand * factor)
        else:
            family = problem.family == rng.integers(len(problem.families))
            yield replace(problem, price=problem.price * np.where(family[:, None], 1.03, 1.0))


def _cold(problem: Problem) -> float:
    """The same programme for scipy, which starts anew each time."""
    structure = build(problem, PlanMode.OPTIMAL)
    new = numbers(problem, terms(problem), structure)
    equal = new.row_lower == new.row_upper
    matrix = structure.matrix.tocsr()
    limited = ~equal & np.isfinite(new.row_upper)
    found = linprog(  # type: ignore[call-overload]
        new.cost,
        A_ub=matrix[limited],
        b_ub=new.row_upper[limited],
        A_eq=matrix[equal],
        b_eq=new.row_upper[equal],
        bounds=np.column_stack([new.lower, new.upper]),
        method="highs",
    )
    return float(found.fun) + new.constant


def _timed(action: Callable[[], T]) -> tuple[float, T]:
    """CPU seconds of this process, which other load on the machine does not change much."""
    begun = time.process_time()
    result = action()
    return time.process_time() - begun, result
