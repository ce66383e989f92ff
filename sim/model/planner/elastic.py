"""An infeasible plan is an answer: which limit, where and by how much.

Twice the limits become elastic and their violation is made as small as possible: first the
promises (demand to serve, closing stock, stock limits, the store), which also gives the plan that
breaks them least; then the hours and materials, which says how much more would keep every promise.
Source: Chinneck, Feasibility and Infeasibility in Optimization (elastic programmes).
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.errors import PlanError
from sim.model.planner.bounds import Numbers
from sim.model.planner.structure import Structure
from sim.model.planner.terms import unit_value
from sim.model.problem import Floats, Problem

ROUNDING = 1e-5  # share of the largest limit below which a violation is rounding
PROMISES, RESOURCES = "promises", "resources"


@dataclass(frozen=True, kw_only=True, eq=False)
class Breach:
    """How far the least violation goes: above columns, above and below rows."""

    columns: Floats
    above: Floats
    below: Floats

    def __bool__(self) -> bool:
        return any(part.any() for part in (self.columns, self.above, self.below))


def least_breach(
    solver: Any, structure: Structure, new: Numbers, *, problem: Problem, what: str
) -> Breach | None:
    """The smallest violation of one kind of limits, or None when they are not the reason."""
    columns, rows = _penalties(problem, structure, what)
    solver.feasibilityRelaxation(-1.0, -1.0, -1.0, None, columns, rows)
    solution = solver.getSolution()
    value, activity = np.asarray(solution.col_value), np.asarray(solution.row_value)
    if value.size != columns.size or not value.any():
        return None
    scale = ROUNDING * (1.0 + np.abs(activity).max(initial=0.0))
    breach = Breach(
        columns=_over(value - new.upper, scale),
        above=_over(activity - new.row_upper, scale),
        below=_over(new.row_lower - activity, scale),
    )
    elsewhere = breach.columns[columns < 0].any() or breach.above[rows < 0].any()
    return None if elsewhere or breach.below[rows < 0].any() or not breach else breach


def widened(new: Numbers, breach: Breach) -> Numbers:
    """The same programme with the broken limits moved as far as they break."""
    return Numbers(
        cost=new.cost,
        lower=new.lower,
        upper=new.upper + _with_room(breach.columns),
        row_lower=new.row_lower - _with_room(breach.below),
        row_upper=new.row_upper + _with_room(breach.above),
        constant=new.constant,
    )


def reasons(problem: Problem, structure: Structure, breach: Breach) -> list[PlanError]:
    """One error per broken limit, in the order of items or resources, then months."""
    return [
        *_unserved(problem, structure, breach),
        *_stocks(problem, structure, breach),
        *_stores(problem, structure, breach),
        *_hours(problem, structure, breach),
    ]


def _penalties(problem: Problem, structure: Structure, what: str) -> tuple[Floats, Floats]:
    size = structure.matrix.shape
    rows, columns = np.full(size[0], -1.0), np.full(size[1], -1.0)
    if what == RESOURCES:
        if "load" in structure.rows:
            rows[structure.rows["load"]] = 1.0
        return columns, rows
    value = unit_value(problem)
    value = value / value.max()
    place = structure.columns["unmet"]
    columns[place] = np.repeat(value, (place.stop - place.start) // value.size)
    if "over" in structure.columns:
        columns[structure.columns["over"]] = 1.0
    if "keep" in structure.rows:
        rows[structure.rows["keep"]] = value[structure.limited[:, 0]]
    return columns, rows


def _unserved(problem: Problem, structure: Structure, breach: Breach) -> list[PlanError]:
    units = breach.columns[structure.columns["unmet"]].reshape(len(problem.items), -1)
    return [
        PlanError(
            "error.plan.unserved",
            limit="serve",
            name=problem.items[i],
            month=problem.month_dates[t],
            amount=float(units[i, t]),
        )
        for i, t in np.argwhere(units[:, : problem.months] > 0)
    ]


def _stocks(problem: Problem, structure: Structure, breach: Breach) -> list[PlanError]:
    found: list[PlanError] = []
    if "keep" not in structure.rows:
        return found
    place = structure.rows["keep"]
    for limit, amounts in (("stock", breach.above[place]), ("closing", breach.below[place])):
        found += [
            PlanError(
                f"error.plan.{limit}_limit",
                limit=limit,
                name=problem.items[item],
                month=problem.month_dates[month],
                amount=float(amount),
            )
            for (item, month), amount in zip(structure.limited, amounts, strict=True)
            if amount > 0
        ]
    return found


def _stores(problem: Problem, structure: Structure, breach: Breach) -> list[PlanError]:
    if "over" not in structure.columns:
        return []
    limit = problem.storage + problem.outside_storage
    return [
        store_full(problem, month=t, pallets=float(limit[t] + excess))
        for t, excess in enumerate(breach.columns[structure.columns["over"]])
        if excess > 0
    ]


def store_full(problem: Problem, *, month: int, pallets: float) -> PlanError:
    """The month in which the planned stock fits in no store."""
    # Whole pallets and whole places; a rounding of the solver is no pallet.
    limit = math.floor(problem.storage[month] + problem.outside_storage[month] + ROUNDING)
    needed = math.ceil(pallets - ROUNDING)
    return PlanError(
        "error.plan.store_full",
        month=problem.month_dates[month],
        pallets=needed,
        limit=limit,
        excess=needed - limit,
    )


def _hours(problem: Problem, structure: Structure, breach: Breach) -> list[PlanError]:
    if "load" not in structure.rows:
        return []
    hours = breach.above[structure.rows["load"]].reshape(structure.used.size, -1)
    return [
        PlanError(
            "error.plan.resource_short",
            limit="resource",
            name=problem.resources[structure.used[r]],
            month=problem.month_dates[t],
            amount=float(hours[r, t]),
            unit=problem.resource_unit[structure.used[r]],
        )
        for r, t in np.argwhere(hours > 0)
    ]


def _over(excess: Floats, scale: float) -> Floats:
    return np.where(excess > scale, excess, 0.0)


def _with_room(amount: Floats) -> Floats:
    """A little more than the violation, so that the solver finds its plan again."""
    return np.where(amount > 0, amount * (1.0 + 1e-9) + 1e-7, 0.0)
