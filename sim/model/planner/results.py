"""What a plan costs and brings when demand is as expected."""

from collections.abc import Mapping

import numpy as np

from sim.model.kernel.run import storage_cost
from sim.model.outcome import Plan
from sim.model.planner.recursion import Course, play
from sim.model.problem import Problem


def plan_costs(problem: Problem, plan: Plan) -> Mapping[str, float]:
    """Cost of the horizon by kind [money]; fixed costs under their own name.

    Lost margin is not a cost: see ``plan_kpis``.
    """
    return _costs(problem, _course(problem, plan))


def plan_kpis(problem: Problem, plan: Plan) -> Mapping[str, float]:
    """Result of the horizon: revenue, cost, margin and lost_margin [money], fill_rate
    [share of demand value served on time], closing stock [money] and [units]."""
    course = _course(problem, plan)
    revenue = float((problem.price * course.shipped).sum())
    cost = sum(_costs(problem, course).values())
    weight = problem.price if problem.has_money else np.ones_like(problem.price)
    asked = float((weight * course.demand).sum())
    given_up = (1.0 - problem.backorder_share[:, None]) * np.maximum(-course.stock, 0.0)
    margin = problem.price - problem.unit_cost[:, None]
    closing = np.maximum(course.stock[:, -1], 0.0)
    return {
        "revenue": revenue,
        "cost": cost,
        "margin": revenue - cost,
        "lost_margin": float((margin * given_up).sum()),
        "fill_rate": float((weight * course.served).sum()) / asked if asked > 0 else 1.0,
        "closing_stock_value": float(problem.unit_cost @ closing),
        "closing_stock": float(closing.sum()),
    }


def _course(problem: Problem, plan: Plan) -> Course:
    return play(problem, plan.release - plan.subcontract, plan.subcontract)


def _costs(problem: Problem, course: Course) -> dict[str, float]:
    stock = np.maximum(course.stock, 0.0)
    pallets = problem.pallets_per_unit @ stock
    costs = {
        "goods_sold": float(problem.unit_cost @ course.shipped.sum(axis=1)),
        "holding": problem.holding_rate * float(problem.unit_cost @ stock.sum(axis=1)),
        "storage": float(storage_cost(problem, pallets[None, :]).sum()),
        "overtime": float((problem.overtime_cost * course.overtime).sum()),
        "outside": float((problem.outside_cost * course.outside).sum()),
        "subcontract": float((problem.subcontract_cost * course.bought).sum()),
    }
    for kind, monthly in sorted(problem.fixed_cost.items()):
        costs[kind] = costs.get(kind, 0.0) + float(monthly.sum())
    return costs
