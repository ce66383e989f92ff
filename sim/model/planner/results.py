"""What a plan costs and brings when demand is as expected."""

from collections.abc import Mapping

import numpy as np

from sim.model.kernel.run import storage_cost
from sim.model.outcome import Plan
from sim.model.planner.decide import settled
from sim.model.planner.recursion import Course, play
from sim.model.problem import Problem
from sim.model.stated import UnitCosts


def plan_costs(problem: Problem, plan: Plan) -> Mapping[str, float]:
    """Cost of the horizon by kind [money]; fixed costs under their own name.

    Lost margin is not a cost: see ``plan_kpis``. Where the company states its costs, goods are
    paid when made (material) and waiting and lost customers have their price.
    """
    course, settled_problem = _course(problem, plan)
    return _costs(settled_problem, course)


def plan_kpis(problem: Problem, plan: Plan) -> Mapping[str, float]:
    """Result of the horizon: revenue, cost, margin and lost_margin [money], fill_rate
    [share of demand value served on time], closing stock [money] and [units]."""
    course, problem = _course(problem, plan)
    revenue = float((problem.price * course.shipped).sum())
    cost = sum(_costs(problem, course).values())
    weight = problem.price if problem.has_money else np.ones_like(problem.price)
    asked = float((weight * course.demand).sum())
    given_up = (1.0 - problem.backorder_share[:, None]) * course.unmet
    margin = problem.price - problem.unit_cost[:, None]
    closing = course.on_hand[:, -1]
    return {
        "revenue": revenue,
        "cost": cost,
        "margin": revenue - cost,
        "lost_margin": float((margin * given_up).sum()),
        "fill_rate": float((weight * course.served).sum()) / asked if asked > 0 else 1.0,
        "closing_stock_value": float(problem.unit_cost @ closing),
        "closing_stock": float(closing.sum()),
    }


def _course(problem: Problem, plan: Plan) -> tuple[Course, Problem]:
    problem = settled(problem, plan.decided)
    own = plan.release - plan.subcontract
    return play(problem, own, plan.subcontract, withheld=plan.withheld), problem


def _costs(problem: Problem, course: Course) -> dict[str, float]:
    pallets = problem.pallets_per_unit @ course.on_hand
    stated = problem.costs
    costs = {
        **(_usual(problem, course) if stated is None else _stated(problem, course, stated)),
        "storage": float(storage_cost(problem, pallets[None, :]).sum()),
        "overtime": float((problem.overtime_cost * course.overtime).sum()),
        "outside": float((problem.outside_cost * course.outside).sum()),
        "subcontract": float((problem.subcontract_cost * course.bought).sum()),
    }
    for kind, monthly in sorted(problem.fixed_cost.items()):
        costs[kind] = costs.get(kind, 0.0) + float(monthly.sum())
    return costs


def _usual(problem: Problem, course: Course) -> dict[str, float]:
    return {
        "goods_sold": float(problem.unit_cost @ course.shipped.sum(axis=1)),
        "holding": problem.holding_rate * float(problem.unit_cost @ course.on_hand.sum(axis=1)),
    }


def _stated(problem: Problem, course: Course, costs: UnitCosts) -> dict[str, float]:
    waits = problem.backorder_share[:, None]
    good = problem.production_yield[:, None] * course.release
    return {
        "material": float(problem.unit_cost @ good.sum(axis=1)),
        "holding": float((costs.hold * course.on_hand).sum()),
        "backlog": float((costs.backlog * waits * course.unmet).sum()),
        "lost": float((costs.lost * (1.0 - waits) * course.unmet).sum()),
    }
