"""Many items planned by family, as a slider does, beside the programme item by item."""

from dataclasses import replace
from functools import partial

import numpy as np

from bench.companies import MONTHS, company
from bench.machine import table
from bench.planner import timed, with_overtime
from sim.model.outcome import Plan
from sim.model.planner import LIVE_ITEMS, Program, make_plan
from sim.model.problem import PlanMode, Problem

SIZES = ((1_000, 20, 3), (5_000, 50, 3))
HEADING = (
    "items x resources x months|families|item by item s|by family ms|volume +2 % ms"
    "|overtime +1 % ms|dearer|of the margin|of what chase loses, kept"
)


def bench() -> None:
    """Time of a plan and of a lever; what the plan costs more, judged by the full programme."""
    rows: list[list[object]] = [list(HEADING.split("|"))]
    rows += [_measure(items, resources, uses) for items, resources, uses in SIZES]
    table(
        "Plan by family above 500 items (CPU; items that share no pattern: the hardest case)", rows
    )


def _measure(items: int, resources: int, uses: int) -> list[object]:
    problem = with_overtime(company(items, resources=resources, uses=uses))
    full, quick = Program(time_limit=600.0), Program(most_items=LIVE_ITEMS)
    alone, best = timed(lambda: full.solve(problem, PlanMode.OPTIMAL))
    first, plan = timed(lambda: make_plan(problem, PlanMode.OPTIMAL, program=quick))
    volume = np.where(problem.family == 3, 1.02, 1.0)[:, None]
    moved = (
        replace(problem, demand=problem.demand * volume),
        replace(problem, overtime=problem.overtime + 0.01 * problem.capacity),
    )
    moves = [timed(partial(make_plan, now, PlanMode.OPTIMAL, program=quick))[0] for now in moved]
    assert best is not None
    dearer = _cost(full, problem, plan) - best.objective
    saved = _cost(full, problem, make_plan(problem, PlanMode.CHASE)) - best.objective
    margin = float(((problem.price - problem.unit_cost[:, None]) * problem.demand).sum())
    row: list[object] = [f"{items:,} x {resources} x {MONTHS}", plan.families, f"{alone:.2f}"]
    row += [f"{seconds * 1e3:.0f}" for seconds in (first, *moves)]
    row += [f"{dearer / best.objective:.1%}", f"{dearer / margin:.2%}"]
    return [*row, f"{1.0 - dearer / saved:.0%}"]


def _cost(full: Program, problem: Problem, plan: Plan) -> float:
    releases = (np.asarray(plan.release - plan.subcontract), plan.subcontract)
    solution = full.solve(problem, PlanMode.OPTIMAL, fixed=releases)
    assert solution is not None
    return solution.objective
