"""What a plan decided about resources, as a problem that needs no more decisions."""

from dataclasses import replace

import numpy as np

from sim.model.outcome import Decided
from sim.model.planner.choices import Choices
from sim.model.problem import Floats, Ints, Problem

WHOLE = 1e-6  # a number nearer than this to a whole one is whole


def settled(problem: Problem, decided: Decided | None) -> Problem:
    """The problem with the hours and the fixed costs of what was decided.

    Without a decision the staff stays as it is and is paid. This is the problem that a plan is
    simulated with: its capacity is what the workers, machines and shifts of the plan give.
    """
    if problem.workforce is None and decided is None:
        return problem
    chosen = unchanged(problem) if decided is None else decided
    return replace(
        problem,
        capacity=chosen.capacity,
        overtime=chosen.overtime,
        fixed_cost=_with(problem, _resource_costs(problem, chosen)),
        workforce=None,
        maintenance=None,
        shifts=None,
    )


def unchanged(problem: Problem) -> Decided:
    """Nobody comes or goes, nothing is down, shifts are as they are."""
    shape = problem.capacity.shape
    workers = np.zeros(shape)
    if problem.workforce is not None:
        workers += problem.workforce.workers[:, None]
    return Decided(
        capacity=problem.capacity.copy(),
        overtime=problem.overtime.copy(),
        workers=workers,
        hires=np.zeros(shape),
        layoffs=np.zeros(shape),
        down=np.zeros(shape),
        shift=np.full(shape, -1, dtype=np.int64),
    )


def decide(problem: Problem, chosen: Choices, values: dict[str, Floats]) -> Decided | None:
    """The decision in a solution: its columns by name, one row per resource or pattern.

    Workers may only be as many as the hires and layoffs give, so the rounding of the solver
    goes out of all three together.
    """
    if not (chosen.staffed.size or chosen.kept.size or chosen.shifted.size):
        return None
    base = unchanged(problem)
    workers, hires, layoffs = base.workers.copy(), base.hires.copy(), base.layoffs.copy()
    capacity, overtime = base.capacity.copy(), base.overtime.copy()
    if chosen.staffed.size and problem.workforce is not None:
        force, staffed = problem.workforce, chosen.staffed
        hires[staffed], layoffs[staffed] = _net(values["hires"], values["layoffs"])
        change = np.cumsum(hires - layoffs, axis=1)
        workers = np.maximum(workers + change, 0.0)
        capacity[staffed] += (force.hours * change)[staffed]
        overtime[chosen.extra] += (force.overtime * change)[chosen.extra]
    down, level = base.down.copy(), base.shift.copy()
    if chosen.shifted.size and problem.shifts is not None:
        level[chosen.shifted] = _levels(chosen, values["pattern"])
        factor = np.take_along_axis(problem.shifts.factor, np.maximum(level, 0), axis=1)
        capacity = np.where(level >= 0, capacity * np.where(level >= 0, factor, 1.0), capacity)
    if chosen.kept.size and problem.maintenance is not None:
        down[chosen.kept] = np.round(values["down"])
        one = problem.capacity[chosen.kept] / problem.maintenance.machines[chosen.kept, None]
        capacity[chosen.kept] -= one * down[chosen.kept]
    return Decided(
        capacity=np.maximum(capacity, 0.0),
        overtime=np.maximum(overtime, 0.0),
        workers=workers,
        hires=hires,
        layoffs=layoffs,
        down=down,
        shift=level,
    )


def _net(hires: Floats, layoffs: Floats) -> tuple[Floats, Floats]:
    """Nobody is hired and laid off in one month; whole people where nearly whole."""
    both = np.minimum(hires, layoffs)
    found = []
    for people in (np.maximum(hires - both, 0.0), np.maximum(layoffs - both, 0.0)):
        nearest = np.round(people)
        found.append(np.where(np.abs(people - nearest) < WHOLE, nearest, people))
    return found[0], found[1]


def _levels(chosen: Choices, pattern: Floats) -> Ints:
    """(shifted, T) the level whose column is one."""
    rows = []
    for resource in chosen.shifted:
        mine = np.flatnonzero(chosen.pattern[:, 0] == resource)
        rows.append(chosen.pattern[mine[pattern[mine].argmax(axis=0)], 1])
    return np.array(rows, dtype=np.int64)


def _resource_costs(problem: Problem, chosen: Decided) -> dict[str, Floats]:
    """Wages, hiring, layoffs and shift patterns per month, by kind (T,) [money]."""
    costs: dict[str, Floats] = {}
    force, shifts = problem.workforce, problem.shifts
    if force is not None:
        given = np.asarray(force.hours.any(axis=1))[:, None]
        costs["wages"] = (force.wage * chosen.workers * given).sum(axis=0)
        costs["hire"] = force.hire_cost @ (chosen.hires * given)
        costs["layoff"] = force.layoff_cost @ (chosen.layoffs * given)
    if shifts is not None:
        level = np.maximum(chosen.shift, 0)
        each = np.take_along_axis(shifts.cost, level, axis=1)
        costs["shifts"] = np.where(chosen.shift >= 0, each, 0.0).sum(axis=0)
    return costs


def _with(problem: Problem, costs: dict[str, Floats]) -> dict[str, Floats]:
    total = dict(problem.fixed_cost)
    for kind, monthly in costs.items():
        total[kind] = total[kind] + monthly if kind in total else monthly
    return total
