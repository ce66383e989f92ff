"""The numbers of the linear programme: costs, bounds and right-hand sides.

They change with every lever card; the matrix of ``structure`` does not.
"""

from dataclasses import dataclass

import numpy as np

from sim.model.planner.structure import Structure
from sim.model.planner.terms import WORSE_FACTOR, Terms
from sim.model.problem import Floats, PlanMode, Problem

INF = np.inf


@dataclass(frozen=True, kw_only=True, eq=False)
class Numbers:
    """Cost and bounds of each column, bounds of each row."""

    cost: Floats
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    constant: float


def numbers(problem: Problem, terms: Terms, structure: Structure) -> Numbers:
    """Costs and bounds of a problem for a matrix made from a problem of the same shape."""
    costs = _costs(problem, terms, structure)
    uppers = _uppers(problem, terms, structure)
    size = structure.matrix.shape[1]
    cost, upper = np.zeros(size), np.full(size, INF)
    for name, place in structure.columns.items():
        cost[place] = costs[name].ravel()
        upper[place] = uppers[name].ravel() if name in uppers else INF
    limits = _limits(problem, terms, structure)
    row_upper = np.concatenate([limits[name].ravel() for name in structure.rows])
    row_lower = np.full(row_upper.size, -INF)
    balance = structure.rows["balance"]
    row_lower[balance] = row_upper[balance]
    return Numbers(
        cost=cost,
        lower=np.zeros(size),
        upper=upper,
        row_lower=row_lower,
        row_upper=row_upper,
        constant=terms.constant,
    )


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
        "unmet": terms.unmet,
        "worse": WORSE_FACTOR * terms.unmet,
        "overtime": problem.overtime_cost[structure.overtime],
        "outside": problem.outside_cost[structure.outside],
        "material": np.full((structure.material.size, months), terms.keep),
        "away": terms.away,
        "over": np.full(months, _overflow(problem, terms, structure)),
    }


def _level_reward(problem: Problem, terms: Terms, structure: Structure) -> Floats | float:
    """A level plan is cut only where a limit forces it: making is worth more than any cost."""
    if structure.mode is not PlanMode.LEVEL:
        return 0.0
    dearest = np.maximum(problem.overtime_cost, problem.outside_cost).max(axis=1, initial=0.0)
    worth = 2.0 * terms.lost.max(axis=1) + terms.hold.sum(axis=1) + problem.routing @ dearest
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
    }
    if structure.mode is PlanMode.CHASE:
        month = np.arange(terms.demand.shape[1])
        allowed = (month >= problem.prebuild_from) | (month >= terms.months)
        uppers["free"] = terms.room
        uppers["unmet"] = terms.floor
        uppers["ahead"] = np.where(allowed, INF, 0.0) * np.ones_like(terms.demand)
    if structure.mode is PlanMode.LEVEL:
        uppers["own"] = level_release(problem, terms)
    return uppers


def _limits(problem: Problem, terms: Terms, structure: Structure) -> dict[str, Floats]:
    limits = {
        "balance": terms.incoming - terms.demand,
        "load": problem.capacity[structure.used],
        "store": problem.storage,
        "cap": np.full(terms.months, problem.prebuild_cap),
    }
    if "rate" in structure.rows:
        limits["rate"] = level_release(problem, terms)[structure.bought]
    return limits
