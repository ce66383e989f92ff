"""The linear programme re-solved after one lever, warm, beside scipy cold on the same matrix."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
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
STEPS = 4  # of each lever, there and back
REACH = 15
HEADING = "items x resources x months|per item|columns|build ms|first s|warm ms|scipy s|ratio|reach"
LEVERS = "items x resources x months|per item|lever|warm ms|simplex steps|ratio"

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Moves:
    """What re-solving took, one value per step of a lever."""

    seconds: dict[str, list[float]]
    iterations: dict[str, list[int]]

    @property
    def usual(self) -> float:
        """Median of the levers' medians [s]: no lever counts more than another."""
        return statistics.median(statistics.median(steps) for steps in self.seconds.values())


def bench() -> None:
    """Build, first solve and warm re-solves of each size; CPU seconds where both are compared."""
    sizes: list[list[object]] = [list(HEADING.split("|"))]
    levers: list[list[object]] = [list(LEVERS.split("|"))]
    for items, resources, uses in SIZES:
        row, found = _measure(items, resources, uses)
        sizes.append(row)
        levers += found
    table("Plan re-solved after one lever (CPU, median of the levers below)", sizes)
    table(f"One step of each lever (median of {2 * STEPS}, there and back)", levers)


def _measure(items: int, resources: int, uses: int) -> tuple[list[object], list[list[object]]]:
    problem = with_overtime(company(items, resources=resources, uses=uses))
    build_seconds, structure = timed(lambda: build(problem, PlanMode.OPTIMAL))
    program = Program(time_limit=600.0)
    first, _ = timed(lambda: program.solve(problem, PlanMode.OPTIMAL))
    moves, cold = _moved(problem, program)
    row: list[object] = [f"{items:,} x {resources} x {MONTHS}", uses]
    levers = [
        [*row, name, *_step(statistics.median(steps), moves.iterations[name], cold=cold)]
        for name, steps in moves.seconds.items()
    ]
    row += [f"{structure.matrix.shape[1]:,}", f"{build_seconds * 1e3:.0f}"]
    row += [f"{first:.2f}", f"{moves.usual * 1e3:.0f}"]
    if not cold:
        return [*row, "-", "-", ""], levers
    reach = f">= {REACH}x" if items == BESIDE else ""
    return [*row, f"{cold:.2f}", f"{cold / moves.usual:.1f}x", reach], levers


def _moved(problem: Problem, program: Program) -> tuple[Moves, float]:
    """Each lever there and back, and the median of scipy on the first step of each [s]."""
    moves, cold = Moves(seconds={}, iterations={}), []
    for name, moved in _levers(problem):
        fresh = name not in moves.seconds
        for now in (moved, problem):
            seconds, solution = timed(partial(program.solve, now, PlanMode.OPTIMAL))
            moves.seconds.setdefault(name, []).append(seconds)
            moves.iterations.setdefault(name, []).append(program.iterations)
            if fresh and now is moved and len(problem.items) <= BESIDE:
                seconds, objective = timed(partial(_cold, now))
                cold.append(seconds)
                if solution is None or abs(objective - solution.objective) > 1e-6 * abs(objective):
                    raise AssertionError("two optima of one programme differ")
    return moves, statistics.median(cold) if cold else 0.0


def _step(seconds: float, iterations: list[int], *, cold: float) -> list[str]:
    ratio = f"{cold / seconds:.0f}x" if cold else "-"
    return [f"{seconds * 1e3:.0f}", f"{min(iterations)} .. {max(iterations)}", ratio]


def with_overtime(problem: Problem) -> Problem:
    """The same company with a tenth more hours at a price."""
    return replace(
        problem,
        overtime=0.1 * problem.capacity,
        overtime_cost=np.full(problem.capacity.shape, 40.0),
    )


def _levers(problem: Problem) -> Iterator[tuple[str, Problem]]:
    """One step of one lever at a time, on a machine or a family chosen at random."""
    rng = np.random.default_rng(1)
    for _ in range(STEPS):
        machine = np.arange(len(problem.resources)) == rng.integers(len(problem.resources))
        family = problem.family == rng.integers(len(problem.families))
        more, dearer = machine[:, None] * problem.capacity, np.where(family, 1.02, 1.0)
        yield "overtime +1 %", replace(problem, overtime=problem.overtime + 0.01 * more)
        yield "hours +1 %", replace(problem, capacity=problem.capacity + 0.01 * more)
        yield "volume +2 %", replace(problem, demand=problem.demand * dearer[:, None])
        yield "price +2 %", replace(problem, price=problem.price * dearer[:, None])
        yield "unit cost +2 %", replace(problem, unit_cost=problem.unit_cost * dearer)
        premium = problem.overtime_cost * np.where(machine, 1.1, 1.0)[:, None]
        yield "overtime premium +10 %", replace(problem, overtime_cost=premium)


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


def timed(action: Callable[[], T]) -> tuple[float, T]:
    """CPU seconds of this process, which other load on the machine does not change much."""
    begun = time.process_time()
    result = action()
    return time.process_time() - begun, result
