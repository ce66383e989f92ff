"""The linear programme against an independent one, written in loops for scipy."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from sim.model.kernel import expected
from sim.model.planner import Program
from sim.model.planner.terms import WORSE_FACTOR, terms
from sim.model.problem import PlanMode, Problem, ResourceKind, pad_months, stock_target
from tests.model.problems import random_problem


class Textbook:
    """Rows and columns one at a time, stock below target and stock ahead as own variables."""

    def __init__(self):
        self.cost, self.upper = [], []
        self.rows = {"ub": [], "eq": []}

    def variable(self, cost=0.0, upper=np.inf):
        self.cost.append(cost)
        self.upper.append(upper)
        return len(self.cost) - 1

    def row(self, kind, entries, value):
        if np.isfinite(value):
            self.rows[kind].append((entries, value))

    def solve(self):
        arguments = {}
        for kind, rows in self.rows.items():
            matrix = np.zeros((len(rows), len(self.cost)))
            for n, (entries, _) in enumerate(rows):
                for column, value in entries:
                    matrix[n, column] += value
            if rows:
                arguments[f"A_{kind}"] = matrix
                arguments[f"b_{kind}"] = [value for _, value in rows]
        bounds = [(0, upper) for upper in self.upper]
        return linprog(self.cost, bounds=bounds, method="highs", **arguments)


def textbook_objective(problem: Problem, mode: PlanMode) -> float:
    """A capped plan makes nobody worse off than chase, if that can be."""
    if mode is PlanMode.CHASE:
        result, overflow = textbook_result(problem, mode, worse=0.0)
        if result.status == 0 and result.x[overflow].max(initial=0) < 1e-5:
            return result.fun
    result, _ = textbook_result(problem, mode, worse=np.inf)
    assert result.status == 0, result.message
    return result.fun


def textbook_result(problem: Problem, mode: PlanMode, *, worse: float):
    book, overflow = Textbook(), []
    chase = expected(problem) if mode is PlanMode.CHASE else None
    price = terms(problem, chase)
    months = problem.months
    items, resources = range(len(problem.items)), range(len(problem.resources))
    own = {(i, t): book.variable(price.make[i, t]) for i in items for t in range(months)}
    bought = {
        (i, t): book.variable(
            price.make[i, t] + problem.subcontract_cost[i, t], problem.subcontract[i, t]
        )
        for i in items
        for t in range(months)
    }
    stock, ahead = {}, {}
    for i in items:
        _item_rows(
            book,
            problem,
            i,
            price=price,
            chase=chase,
            worse=worse,
            own=own,
            bought=bought,
            stock=stock,
        )
    for r in resources:
        _resource_rows(book, problem, r, own=own, keep=price.keep)
    for t in range(months):
        away = book.variable(price.away[t], problem.outside_storage[t])
        over = book.variable(price.overflow)
        overflow.append(over)
        pallets = [(stock[i, t], problem.pallets_per_unit[i]) for i in items]
        book.row("ub", [*pallets, (away, -1), (over, -1)], problem.storage[t])
    if chase is not None:
        allowed = np.maximum(stock_target(problem), chase.stock)
        for t in range(months):
            cap = problem.prebuild_cap if t >= problem.prebuild_from else 0.0
            for i in items:
                ahead[i, t] = book.variable(0.0, np.inf if cap > 0 else 0.0)
                book.row("ub", [(stock[i, t], 1), (ahead[i, t], -1)], allowed[i, t])
            book.row("ub", [(ahead[i, t], problem.unit_cost[i]) for i in items], cap)
    return book.solve(), overflow


def _item_rows(book, problem, i, *, price, chase, worse, own, bought, stock):
    lead = int(problem.lead_time[i])
    share, gain = problem.backorder_share[i], problem.production_yield[i]
    last = problem.months + lead
    demand = problem.demand + np.tensordot(problem.win_probability, problem.win_volume, axes=1)
    demand = pad_months(np.maximum(demand, 0), lead)[i]
    wanted = pad_months(stock_target(problem), lead)[i]
    before, waited = None, None
    for t in range(last):
        lost, waits = price.lost[i, t], max(0.25 * price.lost[i, t], 1.5 * price.below[i, t])
        now = book.variable(price.hold[i, t])
        unmet = book.variable((1 - share) * lost + share * waits)
        more = book.variable((WORSE_FACTOR - 1) * ((1 - share) * lost + share * waits), worse)
        if chase is not None and t < problem.months:
            floor = max(-chase.stock[i, t], 0)
            book.row("ub", [(unmet, 1), (more, -1)], floor)
        missing = book.variable(price.below[i, t])
        book.row("ub", [(now, -1), (missing, -1)], -wanted[t])
        entries = [(now, 1), (unmet, -1)]
        arrived = -demand[t]
        if t == 0:
            arrived += problem.opening_stock[i]
        else:
            entries += [(before, -1), (waited, share)]
        if t < problem.months:
            arrived += problem.receipts[i, t]
            stock[i, t] = now
        if 0 <= t - lead < problem.months:
            entries += [(own[i, t - lead], -gain), (bought[i, t - lead], -gain)]
        book.row("eq", entries, arrived)
        before, waited = now, unmet


def _resource_rows(book, problem, r, *, own, keep):
    if not problem.routing[:, r].any():
        return
    material = problem.resource_kind[r] is ResourceKind.MATERIAL
    carried = None
    for t in range(problem.months):
        more = book.variable(problem.overtime_cost[r, t], problem.overtime[r, t])
        outside = book.variable(problem.outside_cost[r, t], problem.outside[r, t])
        entries = [(own[i, t], problem.routing[i, r]) for i in range(len(problem.items))]
        entries += [(more, -1), (outside, -1)]
        if carried is not None:
            entries.append((carried, -1))
        carried = None
        if material and np.isfinite(problem.capacity[r, t]):
            carried = book.variable(keep)
            entries.append((carried, 1))
        book.row("ub", entries, problem.capacity[r, t])


def own_supply_only(problem: Problem) -> Problem:
    """Materials without a second source, where the planner's extra rule has no say."""
    material = np.array([kind is ResourceKind.MATERIAL for kind in problem.resource_kind], bool)
    closed = {
        name: np.where(material[:, None], 0.0, getattr(problem, name))
        for name in ("overtime", "outside")
    }
    return replace(problem, **closed)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), capped=st.booleans())
def test_objective_equals_an_independent_programme(seed, capped):
    rng = np.random.default_rng(seed)
    problem = own_supply_only(random_problem(rng, months=int(rng.integers(3, 8))))
    mode = PlanMode.CHASE if capped else PlanMode.OPTIMAL
    if capped:
        cap = float(rng.uniform(0.01, 2.0) * problem.unit_cost @ problem.demand.mean(axis=1))
        problem = replace(problem, prebuild_cap=cap, prebuild_from=int(rng.integers(0, 3)))
    expected = textbook_objective(problem, mode)
    assert Program().solve(problem, mode).objective == pytest.approx(expected, rel=1e-6, abs=1e-6)
