"""The plan of a company that decides nothing, and the same with stock built ahead."""

from dataclasses import replace

import numpy as np

from sim.model import kernel
from sim.model.kernel.tables import expected_demand
from sim.model.outcome import Plan
from sim.model.problem import Floats, Problem, pad_months, stock_target

AHEAD = 1e-7  # share of the stock below which a difference is rounding
TRIMS = 6  # times that targets are lowered until the cap holds


def chase_plan(problem: Problem) -> Plan:
    """The simulator's own recursion for the expected demand.

    A plan knows no errors: with a wide spread, "no error" in a draw is the median of a skewed
    demand, which is less than its mean.
    """
    certain = replace(problem.errors, spread=np.zeros_like(problem.errors.spread))
    return kernel.expected(replace(problem, errors=certain))


def natural_stock(problem: Problem, chase: Plan) -> Floats:
    """Stock that is there without building ahead, with or without limits: (I, T) [units]."""
    return np.asarray(np.maximum(unlimited_stock(problem), chase.stock))


def chase_ahead(problem: Problem, stock: Floats) -> Plan:
    """Chase with higher stock targets in the months in which stock is to be built ahead.

    The releases themselves follow the rule of chase: a plan of fixed quantities would leave
    capacity unused whenever demand is lower than expected, and without anything to build
    ahead the plan is exactly chase. Source: Silver, Pyke & Thomas, ch. 14 (anticipation stock).

    Parameters
    ----------
    stock : (I, T) [units] net stock of the plan that builds ahead
    """
    natural = natural_stock(problem, chase_plan(problem))
    ahead = stock > natural + AHEAD * (1.0 + np.abs(natural))
    ahead &= ~_repeated(problem)
    # What chase has above its target because sales were lost on the way, its rule cannot see.
    seen = unlimited_stock(problem) - stock_target(problem)
    lift = np.where(ahead, stock - natural + seen, 0.0)
    for _ in range(TRIMS):
        plan = chase_plan(replace(problem, safety_stock=problem.safety_stock + lift))
        built = problem.unit_cost @ np.maximum(plan.stock - np.maximum(natural, 0.0), 0.0)
        if (built <= problem.prebuild_cap * (1.0 + AHEAD)).all():
            break
        # With long lead times losses on the way can leave more than was asked for.
        lift = lift * np.minimum(problem.prebuild_cap / np.maximum(built, AHEAD), 1.0)
    return plan


def _repeated(problem: Problem) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Item-months whose target also stands for a month after the horizon."""
    months, longest = problem.months, int(problem.lead_time.max(initial=0))
    source = pad_months(np.arange(float(months)), longest)[months:].astype(int)
    repeated = np.zeros(problem.demand.shape, dtype=bool)
    for lag, month in enumerate(source):
        repeated[:, month] |= lag < problem.lead_time
    return repeated


def unlimited_stock(problem: Problem) -> Floats:
    """Stock month by month of a company without limits that makes each month's need.

    It is the target, or more where an earlier stock or receipt has not been sold yet;
    what lies above it has been built ahead.

    Returns
    -------
    (I, T) [units]

    An item with 10 in stock, no target and a demand of 4 a month keeps 6, 2, then 0.
    """
    target, demand = stock_target(problem), expected_demand(problem)
    level = np.empty_like(target)
    stock = problem.opening_stock
    for t in range(problem.months):
        stock = np.maximum(target[:, t], stock + problem.receipts[:, t] - demand[:, t])
        level[:, t] = stock
    return level
