"""The numbers of the linear programme: costs, bounds and right-hand sides.

They change with every lever card; the matrix of ``structure`` does not.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from sim.model.planner import limits
from sim.model.planner.structure import Structure, single_rate
from sim.model.planner.terms import WORSE_FACTOR, Terms
from sim.model.problem import Floats, PlanMode, Problem

INF = np.inf
FIXED = 1e-8  # share of a fixed release by which the solver may round it
Releases: TypeAlias = tuple[Floats, Floats]  # own and bought, (I, T) [units] each


@dataclass(frozen=True, kw_only=True, eq=False)
class Numbers:
    """Cost and bounds of each column, bounds of each row."""

    cost: Floats
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    constant: float


def numbers(
    problem: Problem, terms: Terms, structure: Structure, *, fixed: Releases | None = None
) -> Numbers:
    """Costs and bounds of a problem for a matrix made from a problem of the same shape.

    ``fixed`` releases leave the programme only what follows from them.
    """
    costs = _costs(problem, terms, structure) | limits.choice_costs(problem, structure.choices)
    uppers = _uppers(problem, terms, structure) | limits.choice_uppers(problem, structure)
    size = structure.matrix.shape[1]
    cost, lower, upper = np.zeros(size), np.zeros(size), np.full(size, INF)
    for name, place in structure.columns.items():
        cost[place] = costs[name].ravel() if name in costs else 0.0
        upper[place] = uppers[name].ravel() if name in uppers else INF
    if fixed is not None:
        own, bought = fixed[0].ravel(), fixed[1][structure.bought].ravel()
        for name, values in (("own", own), ("bought", bought)):
            if name in structure.columns:
                slack = FIXED * (1.0 + values)
                lower[structure.columns[name]] = np.maximum(values - slack, 0.0)
                upper[structure.columns[name]] = values + slack
    most = _limits(problem, terms, structure) | limits.choice_limits(problem, structure)
    row_upper = np.concatenate([most[name].ravel() for name in structure.rows])
    row_lower = np.full(row_upper.size, -INF)
    for name, place in structure.rows.items():
        if name in ("balance", "staff", "due", "one") or _is_equal(problem, structure, name):
            row_lower[place] = row_upper[place]
    if problem.limits is not None and "keep" in structure.rows:
        row_lower[structure.rows["keep"]] = limits.kept_stock(problem.limits, structure)[0]
    return Numbers(
        cost=cost,
        lower=lower,
        upper=upper,
        row_lower=row_lower,
        row_upper=row_upper,
        constant=terms.constant,
    )


def _is_equal(problem: Problem, structure: Structure, name: str) -> bool:
    return name == "rate" and single_rate(problem, structure.mode)


def level_release(problem: Problem, terms: Terms) -> Floats:
    """The same release per working day that meets demand and the change of stock.

    rate = (demand + closing target - what is there or on order) / (yield x working days).
    Source: Chopra & Meindl, ch. 8 (level strategy).

    Returns
    -------
    (I, T) [units]
    """
    closing = problem.months + problem.lead_time - 1
    target = terms.wanted[np.arange(closing.size), closing]
    need = terms.demand.sum(axis=1) + target - terms.incoming.sum(axis=1)
    days = problem.working_days
    if days.sum() <= 0:
        days = np.ones_like(days)
    per_day = np.maximum(need, 0.0) / (problem.production_yield * days.sum())
    return np.asarray(per_day[:, None] * days)


def _costs(problem: Problem, terms: Terms, structure: Structure) -> dict[str, Floats]:
    sub, months = structure.bought, terms.months
    make = terms.make - _level_reward(problem, terms, structure)
    return {
        "own": make,
        "bought": make[sub] + problem.subcontract_cost[sub],
        "near": terms.hold - terms.below,
        "free": terms.hold,
        "ahead": terms.hold,
        "unmet": terms.unmet + _chase_reward(problem, terms, structure),
        "worse": WORSE_FACTOR * terms.unmet,
        "overtime": problem.overtime_cost[structure.overtime],
        "outside": problem.outside_cost[structure.outside],
        "material": np.full((structure.material.size, months), terms.keep),
        "away": terms.away,
        "over": np.full(months, _overflow(problem, terms, structure)),
    }


def _level_reward(problem: Problem, terms: Terms, structure: Structure) -> Floats | float:
    """A level plan is cut only where a limit forces it: making is worth more than any cost."""
    if structure.mode is not PlanMode.LEVEL or single_rate(problem, structure.mode):
        return 0.0
    return np.asarray(2.0 * terms.lost.max(axis=1)[:, None] + _dearest(problem, terms))


def _chase_reward(problem: Problem, terms: Terms, structure: Structure) -> Floats | float:
    """Chase serves each month's demand as far as it can, whatever waiting would save."""
    if structure.mode is not PlanMode.CHASE or structure.capped:
        return 0.0
    lasting = 2.0 * _dearest(problem, terms)
    return np.asarray(lasting * (terms.demand.shape[1] - np.arange(terms.demand.shape[1])))


def _dearest(problem: Problem, terms: Terms) -> Floats:
    """(I, 1) [money per unit] more than any way to make a unit, and to keep it, can cost."""
    dearest = np.maximum(problem.overtime_cost, problem.outside_cost).max(axis=1, initial=0.0)
    dearest = dearest + limits.staff_hour(problem)
    worth = terms.hold.sum(axis=1) + problem.routing @ dearest
    return np.asarray(worth + problem.subcontract_cost.max(axis=1, initial=0.0))[:, None]


def _overflow(problem: Problem, terms: Terms, structure: Structure) -> float:
    reward = _level_reward(problem, terms, structure)
    stored = problem.pallets_per_unit > 0
    if not isinstance(reward, np.ndarray) or not stored.any():
        return terms.overflow
    per_pallet = reward[stored, 0] / (problem.pallets_per_unit * problem.production_yield)[stored]
    return terms.overflow + 2.0 * float(per_pallet.max())


def _uppers(problem: Problem, terms: Terms, structure: Structure) -> dict[str, Floats]:
    uppers = {
        "near": terms.wanted,
        "bought": problem.subcontract[structure.bought],
        "overtime": problem.overtime[structure.overtime],
        "outside": problem.outside[structure.outside],
        # nothing is carried out of a month without a limit
        "material": np.where(np.isinf(problem.capacity[structure.material]), 0.0, INF),
        "away": problem.outside_storage,
        "unmet": limits.most_unmet(problem, terms.demand.shape[1]),
    }
    if problem.costs is not None:
        uppers["over"] = np.zeros(terms.months)  # a limit, not a matter of price
    if structure.capped:
        month = np.arange(terms.demand.shape[1])
        allowed = (month >= problem.prebuild_from) | (month >= terms.months)
        uppers["free"] = terms.room
        uppers["unmet"] = terms.floor
        uppers["ahead"] = np.where(allowed, INF, 0.0) * np.ones_like(terms.demand)
    elif structure.mode is PlanMode.CHASE:
        uppers["ahead"] = limits.unavoidable_stock(problem, terms.wanted)
    if structure.mode is PlanMode.LEVEL and not single_rate(problem, structure.mode):
        uppers["own"] = level_release(problem, terms)
    return uppers


def _limits(problem: Problem, terms: Terms, structure: Structure) -> dict[str, Floats]:
    found = {
        "balance": terms.incoming - terms.demand,
        "load": limits.hours(problem, structure),
        "store": problem.storage,
        "cap": np.full(terms.months, problem.prebuild_cap),
        "asked": terms.demand.copy(),
    }
    found["asked"][:, 0] += np.maximum(-problem.opening_stock, 0.0)
    if single_rate(problem, structure.mode):
        found["rate"] = np.zeros(problem.demand.shape)
    elif "rate" in structure.rows:
        found["rate"] = level_release(problem, terms)[structure.bought]
    return found
