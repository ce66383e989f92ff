"""The aggregate plan of a company with stated costs, written independently for scipy.

Regular hours, overtime and what is shipped are variables of their own here, and revenue is
counted where goods are shipped; the planner has none of these. Lead times are zero.
"""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from sim.model.problem import Problem, ResourceKind


class Book:
    """Columns and rows one at a time."""

    def __init__(self):
        self.cost, self.upper, self.whole, self.rows = [], [], [], []

    def column(self, cost=0.0, upper=np.inf, whole=False):
        self.cost.append(float(cost))
        self.upper.append(float(upper))
        self.whole.append(int(whole))
        return len(self.cost) - 1

    def row(self, entries, low, high):
        self.rows.append((entries, low, high))

    def solve(self):
        matrix = np.zeros((len(self.rows), len(self.cost)))
        for n, (entries, _, _) in enumerate(self.rows):
            for column, value in entries:
                matrix[n, column] += value
        low, high = ([row[k] for row in self.rows] for k in (1, 2))
        return milp(
            self.cost,
            constraints=LinearConstraint(matrix, low, high),
            bounds=Bounds(0.0, self.upper),
            integrality=self.whole,
            options={"mip_rel_gap": 1e-9},
        )


def least_money(problem: Problem) -> float | None:
    """Cost less revenue of the cheapest plan; None when there is none."""
    book = Book()
    make, stock = {}, {}
    for i in range(len(problem.items)):
        _item(book, problem, i, make=make, stock=stock)
    for r in range(len(problem.resources)):
        if problem.routing[:, r].any():
            _resource(book, problem, r, make=make)
    for t in range(problem.months):
        pallets = [(stock[i, t], problem.pallets_per_unit[i]) for i in range(len(problem.items))]
        dear = problem.outside_storage_cost[t] - problem.storage_cost
        away = book.column(dear, problem.outside_storage[t])
        if np.isfinite(problem.storage[t]):
            book.row([*pallets, (away, -1.0)], -np.inf, problem.storage[t])
    found = book.solve()
    if found.status == 2:
        return None
    assert found.status == 0, found.message
    return float(found.fun)


def _item(book, problem, i, *, make, stock):
    costs, limits = problem.costs, problem.limits
    waits, good = problem.backorder_share[i], problem.production_yield[i]
    before, waiting = None, None
    for t in range(problem.months):
        price, unit = problem.price[i, t], problem.unit_cost[i]
        own = make[i, t] = book.column(unit * good)
        bought = book.column(
            unit * good + problem.subcontract_cost[i, t], problem.subcontract[i, t]
        )
        hold = costs.hold[i, t] + problem.storage_cost * problem.pallets_per_unit[i]
        most = np.inf if limits is None else limits.stock[i, t]
        now = stock[i, t] = book.column(hold, most)
        short = np.inf if limits is None else limits.unmet[i, t]
        unmet = book.column(waits * costs.backlog[i, t] + (1 - waits) * costs.lost[i, t], short)
        shipped = book.column(-price)
        # goods: stock before + arrivals = shipped + stock
        goods = [(own, good), (bought, good), (shipped, -1.0), (now, -1.0)]
        # customers: demand + waiting before = shipped + unmet
        people = [(shipped, 1.0), (unmet, 1.0)]
        there, due = problem.receipts[i, t], problem.demand[i, t]
        if before is None:
            there += max(problem.opening_stock[i], 0.0)
            due += max(-problem.opening_stock[i], 0.0)
        else:
            goods.append((before, 1.0))
            people.append((waiting, -waits))
        book.row(goods, -there, -there)
        book.row(people, due, due)
        if limits is not None and t == problem.months - 1:
            book.row([(now, 1.0)], limits.closing[i], np.inf)
        before, waiting = now, unmet


def _resource(book, problem, r, *, make):
    months = range(problem.months)
    force, care = problem.workforce, problem.maintenance
    staffed = force is not None and force.hours[r].any()
    people, down, kept = None, [], None
    for t in months:
        load = [(make[i, t], problem.routing[i, r]) for i in range(len(problem.items))]
        regular = book.column()
        overtime = book.column(problem.overtime_cost[r, t])
        outside = book.column(problem.outside_cost[r, t], problem.outside[r, t])
        book.row([*load, (regular, -1.0), (overtime, -1.0), (outside, -1.0)], -np.inf, 0.0)
        given, extra = [(regular, 1.0)], [(overtime, 1.0)]
        room, most = problem.capacity[r, t], problem.overtime[r, t]
        if staffed:
            people = _people(book, force, r, t=t, before=people)
            given.append((people, -force.hours[r, t]))
            extra.append((people, -force.overtime[r, t]))
            room = most = 0.0
        levels = _levels(book, problem, r, t=t)
        if levels:
            given, room = given + levels, 0.0
        if care is not None and care.due[r] > 0:
            limit = care.machines[r] if care.window[r, t] else 0.0
            down.append(book.column(0.0, limit, whole=True))
            given.append((down[-1], problem.capacity[r, t] / care.machines[r]))
        if problem.resource_kind[r] is ResourceKind.MATERIAL:
            given += [] if kept is None else [(kept, -1.0)]
            kept = book.column()
            given.append((kept, 1.0))
        if np.isfinite(room):
            book.row(given, -np.inf, room)
        book.row(extra, -np.inf, most)
    if down:
        book.row([(column, 1.0) for column in down], care.due[r], care.due[r])


def _levels(book, problem, r, *, t):
    shifts = problem.shifts
    if shifts is None or not np.isfinite(shifts.factor[r]).any():
        return []
    levels = np.flatnonzero(np.isfinite(shifts.factor[r]))
    chosen = [book.column(shifts.cost[r, k], 1.0, whole=True) for k in levels]
    book.row([(column, 1.0) for column in chosen], 1.0, 1.0)
    hours = problem.capacity[r, t] * shifts.factor[r, levels]
    return [(column, -h) for column, h in zip(chosen, hours, strict=True)]


def _people(book, force, r, *, t, before):
    room = np.inf if force.room is None else force.room[r, t]
    now = book.column(force.wage[r, t], room, whole=force.whole)
    come = book.column(force.hire_cost[r], np.inf if t >= force.lead[r] else 0.0)
    go = book.column(force.layoff_cost[r])
    entries = [(now, 1.0), (come, -1.0), (go, 1.0)]
    start = force.workers[r] if before is None else 0.0
    book.row(entries if before is None else [*entries, (before, -1.0)], start, start)
    return now
