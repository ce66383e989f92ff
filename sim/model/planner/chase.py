"""The plan of a company that decides nothing, and the same with stock built ahead."""

from dataclasses import replace

import numpy as np

from sim.model.kernel import expected
from sim.model.kernel.tables import expected_demand
from sim.model.outcome import Plan
from sim.model.problem import Floats, Problem, pad_months, stock_target

AHEAD = 1e-7  # share of the stock below which a difference is rounding
TRIMS = 8  # times that targets are lowered until the cap holds


def natural_stock(problem: Problem, chase: Plan) -> Floats:
    """Stock that chase holds or aims at; what lies above it is built ahead: (I, T) [units]."""
    return np.asarray(np.maximum(stock_target(problem), chase.stock))


def chase_ahead(problem: Problem, stock: Floats) -> Plan:
    """Chase with higher stock targets in the months in which stock is to be built ahead.

    The releases themselves follow the rule of chase: a plan of fixed quantities would leave
    capacity unused whenever demand is lower than expected, and without anything to build
    ahead the plan is exactly chase. Source: Silver, Pyke & Thomas (anticipation stock).

    Parameters
    ----------
    stock : (I, T) [units] net stock of the plan that builds ahead
    """
    plan = expected(problem)
    natural, target = natural_stock(problem, plan), stock_target(problem)
    ahead = stock > natural + AHEAD * (1.0 + np.abs(natural))
    ahead &= ~_repeated(problem)
    # What is left above the target because sales were lost on the way, the rule cannot see.
    seen = np.maximum(np.minimum(natural, unlimited_stock(problem)) - target, 0.0)
    lift = np.where(ahead, stock - natural + seen, 0.0)
    for trim in range(TRIMS):
        raised = expected(replace(problem, safety_stock=problem.safety_stock + lift))
        built = problem.unit_cost @ np.maximum(raised.stock - np.maximum(natural, 0.0), 0.0)
        if (built <= problem.prebuild_cap * (1.0 + AHEAD)).all():
            return raised
        # With long lead times losses on the way can leave more than was asked for.
        over = np.minimum(problem.prebuild_cap / np.maximum(built, AHEAD), 1.0)
        lift = lift * (over if trim < TRIMS // 2 else 0.5)
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

    It is the target, or more where an earlier stock or receipt has not been sold yet.

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
