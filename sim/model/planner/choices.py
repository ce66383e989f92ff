"""What a plan may decide about a resource: workers, machines down, shift patterns.

Their hours are coefficients of the matrix, so a change of them makes a new one.

workers[t] = workers[t-1] + hires[t] - layoffs[t];
load <= capacity + hours per worker x (workers - opening workers) - hours of machines down;
overtime <= overtime + overtime per worker x (workers - opening workers).
Source: Chopra & Meindl, ch. 8; Williams, Model Building in Mathematical Programming (machines).
"""

from dataclasses import dataclass

import numpy as np

from sim.model.planner.blocks import Block, kron, pick, shift, total
from sim.model.problem import Floats, Ints, Problem
from sim.model.stated import Flags

WHOLE = ("down", "pattern")  # columns that are always whole numbers


@dataclass(frozen=True, kw_only=True, eq=False)
class Choices:
    """Resources with something to decide; a resource without load has nothing."""

    staffed: Ints  # resources whose hours are made by workers
    extra: Ints  # of these, those whose workers may do overtime
    kept: Ints  # resources with maintenance to place
    shifted: Ints  # resources whose shift pattern is chosen
    pattern: Ints  # (P, 2) resource and level of each pattern


def choices(problem: Problem) -> Choices:
    """What there is to decide in a problem."""
    used: Flags = np.asarray(problem.routing.any(axis=0))
    limited: Flags = np.asarray(np.isfinite(problem.capacity).all(axis=1))
    none = np.zeros(used.size, dtype=bool)
    staffed: Flags = none
    extra: Flags = none
    kept: Flags = none
    shifted: Flags = none
    pattern = np.zeros((0, 2), dtype=np.int64)
    if problem.workforce is not None:
        staffed = used & problem.workforce.hours.any(axis=1)
        extra = staffed & problem.workforce.overtime.any(axis=1)
    if problem.maintenance is not None:
        kept = used & (problem.maintenance.due > 0) & limited
    if problem.shifts is not None:
        levels = np.isfinite(problem.shifts.factor)
        levels &= (used & limited)[:, None]
        pattern, shifted = np.argwhere(levels), np.asarray(levels.any(axis=1))
    return Choices(
        staffed=np.flatnonzero(staffed),
        extra=np.flatnonzero(extra),
        kept=np.flatnonzero(kept),
        shifted=np.flatnonzero(shifted),
        pattern=pattern,
    )


def key(problem: Problem) -> tuple[object, ...]:
    """The coefficients that two problems must share."""
    force, care, shifts = problem.workforce, problem.maintenance, problem.shifts
    parts: list[Floats] = []
    if force is not None:
        parts += [force.hours, force.overtime, np.array([force.whole], dtype=float)]
    if care is not None:
        parts += [care.machines, care.due]
    if shifts is not None:
        parts += [shifts.factor]
    if care is not None or shifts is not None:
        parts += [problem.capacity]
    return tuple(values.tobytes() for values in parts)


def blocks(
    problem: Problem, chosen: Choices, *, used: Ints, overtime: Ints
) -> dict[tuple[str, str], Block]:
    """The rows and columns of the choices, by name."""
    return {
        **_staff(problem, chosen, used=used, overtime=overtime),
        **_maintenance(problem, chosen, used=used),
        **_patterns(problem, chosen, used=used),
    }


def _staff(
    problem: Problem, chosen: Choices, *, used: Ints, overtime: Ints
) -> dict[tuple[str, str], Block]:
    force, staffed = problem.workforce, chosen.staffed
    if force is None or not staffed.size:
        return {}
    months, each = problem.months, pick(staffed, staffed)
    now, before = shift(months, months), shift(months, months, 1)
    found = {
        ("load", "workers"): _hours(used, staffed, -force.hours[staffed]),
        ("staff", "workers"): kron(each, total([now, before.times(-1.0)])),
        ("staff", "hires"): kron(each, now.times(-1.0)),
        ("staff", "layoffs"): kron(each, now),
    }
    if chosen.extra.size:
        per_worker = np.where(np.isin(staffed, chosen.extra)[:, None], force.overtime[staffed], 0.0)
        found["extra", "overtime"] = kron(pick(chosen.extra, overtime), now)
        found["extra", "workers"] = _hours(chosen.extra, staffed, -per_worker)
    return found


def _maintenance(problem: Problem, chosen: Choices, *, used: Ints) -> dict[tuple[str, str], Block]:
    care, kept = problem.maintenance, chosen.kept
    if care is None or not kept.size:
        return {}
    each, months = pick(kept, kept), problem.months
    one = problem.capacity[kept] / care.machines[kept, None]
    sum_of_months = Block(
        shape=(1, months),
        row=np.zeros(months, dtype=np.int64),
        column=np.arange(months, dtype=np.int64),
        value=np.ones(months),
    )
    return {("load", "down"): _hours(used, kept, one), ("due", "down"): kron(each, sum_of_months)}


def _patterns(problem: Problem, chosen: Choices, *, used: Ints) -> dict[tuple[str, str], Block]:
    shifts, pattern = problem.shifts, chosen.pattern
    if shifts is None or not pattern.size:
        return {}
    factor = shifts.factor[pattern[:, 0], pattern[:, 1]]
    hours = -factor[:, None] * problem.capacity[pattern[:, 0]]
    now = shift(problem.months, problem.months)
    return {
        ("load", "pattern"): _hours(used, pattern[:, 0], hours),
        ("one", "pattern"): kron(pick(chosen.shifted, pattern[:, 0]), now),
    }


def _hours(rows: Ints, columns: Ints, values: Floats) -> Block:
    """``values`` (columns, T) where row and column are the same resource, month by month."""
    months = values.shape[1]
    row, column = np.nonzero(rows[:, None] == columns)
    month = np.arange(months)
    return Block(
        shape=(rows.size * months, columns.size * months),
        row=(row[:, None] * months + month).ravel(),
        column=(column[:, None] * months + month).ravel(),
        value=values[column].ravel(),
    )
