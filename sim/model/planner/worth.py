"""What one more unit of a resource would be worth, by the dual and by doing it."""

from dataclasses import dataclass, replace

import numpy as np

from sim.errors import PlanError
from sim.model.planner.solve import Program
from sim.model.problem import PlanMode, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """The money that more of a resource in one month saves or earns."""

    dual: float  # [money per resource unit] as the optimum's prices say
    gained: float  # [money] by solving again with ``amount`` more
    amount: float  # [resource units]


def worth_of_more(
    problem: Problem, program: Program, *, resource: int, month: int, amount: float = 1.0
) -> Worth:
    """Worth of more capacity of a resource in a month, in the optimal plan.

    A dual is the slope at the optimum, on one side only and one of several where the optimum is
    degenerate; the second solution says what ``amount`` really brings. More is never worth less
    than nothing, and its worth per unit never rises with the amount (without whole numbers):
    0 <= gained <= dual x amount. Source: Bertsimas & Tsitsiklis (sensitivity).

    Parameters
    ----------
    program : kept for the session; both solutions are warm

    Raises
    ------
    PlanError: the time ran out, or a limit of the plan cannot be kept.

    One machine-hour more in a full month, where a lost unit of one hour costs 4.60 and making
    it a month earlier 0.06 of holding, is worth 4.60 while the month before is full too, and
    0.06 as soon as it is not.
    """
    capacity = problem.capacity.copy()
    capacity[resource, month] += amount
    objectives, dual = [], 0.0
    for asked in (replace(problem, capacity=capacity), problem):
        solution = program.solve(asked, PlanMode.OPTIMAL)
        if solution is None or not np.isfinite(solution.objective):
            raise PlanError("error.plan.time", seconds=program.time_limit)
        if solution.broken:
            raise solution.broken[0]
        objectives.append(solution.objective)
        dual = float(solution.worth[resource, month])
    return Worth(dual=dual, gained=objectives[1] - objectives[0], amount=amount)
