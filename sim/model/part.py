"""A part of the company: one family alone, out of an outcome of the whole.

What belongs to items adds up over the families, draw by draw. Resources, stores and the fixed
costs of the cards belong to no family: their money is left out, their load is shared by what
each family puts on them.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from sim.model.outcome import Outcome, Plan
from sim.model.problem import ErrorModel, Floats, Ints, Problem, SupplyRisk
from sim.model.stated import PlanLimits, UnitCosts

BY_ITEM = (  # arrays of a problem whose first axis is the item
    "channel_share",
    "demand",
    "promotion",
    "price",
    "unit_cost",
    "opening_stock",
    "receipts",
    "lead_time",
    "production_yield",
    "backorder_share",
    "stock_cover",
    "safety_stock",
    "service_target",
    "routing",
    "subcontract",
    "subcontract_cost",
    "pallets_per_unit",
)
PLANNED = ("release", "subcontract", "target", "stock", "limit", "wanted", "withheld")
SIMULATED = ("unserved", "item_stock", "item_release")


def of_family(outcome: Outcome, family: int) -> Outcome:
    """An outcome as if the family were the company, without the costs that belong to no family.

    Its net margin is before overtime, outside work, storage and the fixed costs of the cards;
    summed over the families and less these, it is the margin of the company, draw by draw.

    Parameters
    ----------
    outcome : of the whole company
    family : index into its families

    Returns
    -------
    Outcome of the items of the family; its hash is that of the whole

    Raises
    ------
    IndexError: there is no such family.
    """
    problem, plan = outcome.problem, outcome.plan
    code = problem.families[family]
    rows = np.flatnonzero(problem.family == family)
    put = family_share(outcome, family)
    nothing = np.zeros_like(outcome.storage_cost)
    return replace(
        outcome,
        problem=_problem(problem, rows, code),
        plan=_plan(plan, rows, _used(problem, plan, rows)),
        families={
            name: found[:, family : family + 1, :] for name, found in outcome.families.items()
        },
        overtime_cost=nothing,
        outside_cost=nothing,
        storage_cost=nothing,
        load=outcome.load * put,
        **{name: getattr(outcome, name)[rows] for name in SIMULATED},
    )


def family_share(outcome: Outcome, family: int) -> Floats:
    """Share of what a family puts on each resource, by its mean releases and its routings.

    What is bought finished loads nothing.

    Returns
    -------
    (R, T) [share]; 0 where nothing is released
    """
    problem, plan = outcome.problem, outcome.plan
    bought = np.divide(
        plan.subcontract, plan.release, out=np.zeros_like(plan.release), where=plan.release > 0
    )
    own = outcome.item_release * (1.0 - np.clip(bought, 0.0, 1.0))
    return load_share(problem.routing, own, np.flatnonzero(problem.family == family))


def load_share(routing: Floats, release: Floats, rows: Ints) -> Floats:
    """What some items put on each resource, over what all items put on it.

    share[r,t] = sum over ``rows`` of routing[i,r] x release[i,t], over the same sum of all items.

    Parameters
    ----------
    routing : (I, R) [resource units per unit]
    release : (I, T) [units]
    rows : items

    Returns
    -------
    (R, T) [share]; 0 where nothing is released

    Source: Chopra & Meindl, ch. 8 (aggregate planning: capacity use of a product family).

    >>> load_share(np.array([[2.0], [1.0]]), np.array([[30.0], [40.0]]), np.array([0]))
    array([[0.6]])
    """
    whole = routing.T @ release
    part = routing[rows].T @ release[rows]
    share: Floats = np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)
    return share


def _used(problem: Problem, plan: Plan, rows: Ints) -> Floats:
    """What the plan of these items asks of each resource, (R, T) [resource units]."""
    used: Floats = problem.routing[rows].T @ (plan.release[rows] - plan.subcontract[rows])
    return used


def _problem(problem: Problem, rows: Ints, code: str) -> Problem:
    """The problem of some items, all of one family; resources stay whole."""
    return replace(
        problem,
        items=tuple(problem.items[i] for i in rows),
        families=(code,),
        family=np.zeros(len(rows), dtype=np.int64),
        win_volume=problem.win_volume[:, rows],
        errors=_errors(problem.errors, rows),
        risk=_risk(problem.risk, rows),
        costs=_costs(problem.costs, rows),
        limits=_limits(problem.limits, rows),
        fixed_cost={},
        capex={},
        **{name: getattr(problem, name)[rows] for name in BY_ITEM},
    )


def _errors(errors: ErrorModel, rows: Ints) -> ErrorModel:
    return replace(errors, spread=errors.spread[rows])


def _risk(risk: SupplyRisk | None, rows: Ints) -> SupplyRisk | None:
    if risk is None:
        return None
    return replace(risk, yield_spread=risk.yield_spread[rows], slip=risk.slip[rows])


def _costs(costs: UnitCosts | None, rows: Ints) -> UnitCosts | None:
    if costs is None:
        return None
    return replace(costs, hold=costs.hold[rows], backlog=costs.backlog[rows], lost=costs.lost[rows])


def _limits(limits: PlanLimits | None, rows: Ints) -> PlanLimits | None:
    if limits is None:
        return None
    return replace(
        limits, unmet=limits.unmet[rows], stock=limits.stock[rows], closing=limits.closing[rows]
    )


def _plan(plan: Plan, rows: Ints, used: Floats) -> Plan:
    none = np.zeros_like(used)
    items: dict[str, Any] = {  # what a mode does not know is None
        name: None if (found := getattr(plan, name)) is None else found[rows] for name in PLANNED
    }
    return replace(
        plan,
        used=used,
        overtime=none,
        outside=none,
        **items,
    )
