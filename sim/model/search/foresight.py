"""What a planner who knew the future could earn: the linear programme behind the bound.

It holds the simulator's own month (stock, arrivals, capacity, materials carried over, storage) and
its net margin, nothing else: no stock target, no rule of release, no price on lost customers. So
whatever the simulator does in a draw is one of its solutions, and its optimum is never less.
"""

from typing import Any, TypeAlias

import highspy
import numpy as np
from scipy import sparse

from sim.model.problem import Floats, Problem, ResourceKind

Blocks: TypeAlias = dict[str, Any]


class Foresight:
    """The most net margin of a known demand and capacity, re-solved warm for others.

    Variables by item and month: own release, part bought finished, stock, unmet demand; by
    resource and month: overtime, outside work, material kept; by month: pallets in the own store
    and beyond it. Source: Birge & Louveaux, Introduction to Stochastic Programming, ch. 4
    (wait-and-see); Chopra & Meindl, ch. 8 (aggregate plan as a linear programme).
    """

    def __init__(self, problem: Problem, months: slice) -> None:
        self._problem = problem
        self._counted = np.zeros(problem.months)
        self._counted[months] = 1.0
        self._solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
            self._solver.setOptionValue(name, value)
        self._pass()

    def value(self, demand: Floats, capacity: Floats) -> float:
        """The most net margin over the window [money] when this demand, (I, T), and this regular
        capacity, (R, T), are known.

        Raises
        ------
        RuntimeError: the solver found no optimum.
        """
        rows = np.arange(2 * demand.size + capacity.size, dtype=np.int32)
        balance, owed = (self._incoming - demand).ravel(), (demand + self._due).ravel()
        upper = np.concatenate([balance, owed, capacity.ravel()])
        lower = np.full(upper.size, -np.inf)
        lower[: balance.size] = balance
        self._solver.changeRowsBounds(rows.size, rows, lower, upper)
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError("no optimum with foresight")
        sold = ((self._worth * demand).sum()) + self._constant
        return float(sold - self._solver.getObjectiveValue())

    @property
    def _incoming(self) -> Floats:
        incoming = np.array(self._problem.receipts)
        incoming[:, 0] += self._problem.opening_stock
        return incoming

    @property
    def _due(self) -> Floats:
        """Units past due at the start, in the first month: (I, T)."""
        due = np.zeros_like(self._problem.demand)
        due[:, 0] = np.maximum(-self._problem.opening_stock, 0.0)
        return due

    @property
    def _worth(self) -> Floats:
        """Margin of a unit shipped, (I, T) [money per unit]."""
        margin = self._problem.price - self._problem.unit_cost[:, None]
        return np.asarray(margin * self._counted)

    @property
    def _constant(self) -> float:
        """Margin of what is past due at the start, less what is paid in every plan."""
        fixed = sum(float(cost @ self._counted) for cost in self._problem.fixed_cost.values())
        return float((self._worth * self._due).sum()) - fixed

    def _pass(self) -> None:
        problem = self._problem
        cost, upper = _columns(problem, self._counted, self._worth)
        matrix = sparse.csc_array(sparse.bmat(_rows(problem), format="csc"))
        limits = problem.capacity.ravel()
        stores = np.zeros(problem.months)
        row_upper = np.concatenate([np.zeros(2 * problem.demand.size), limits, stores])
        row_lower = np.full(row_upper.size, -np.inf)
        row_lower[: problem.demand.size] = 0.0
        self._solver.passModel(
            *(matrix.shape[1], matrix.shape[0], matrix.nnz),
            *(int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize), 0.0),
            *(cost, np.zeros(cost.size), upper, row_lower, row_upper),
            *(matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data),
            np.zeros(cost.size, dtype=np.int32),
        )


def _columns(problem: Problem, counted: Floats, worth: Floats) -> tuple[Floats, Floats]:
    """Cost and upper bound of each column, in the order of ``_rows``.

    shipped = demand - unmet + what waited: a unit unmet costs its margin, and gives it back in the
    next month as far as it waits.
    """
    items, months = problem.demand.shape
    back = np.zeros_like(worth)
    back[:, :-1] = problem.backorder_share[:, None] * worth[:, 1:]
    hold, missing = (cost * counted for cost in _kept_and_missing(problem))
    material = np.array([kind is ResourceKind.MATERIAL for kind in problem.resource_kind], bool)
    limited = np.isfinite(problem.capacity) & material[:, None]
    parts = (
        (np.zeros((items, months)), np.full((items, months), np.inf)),
        (problem.subcontract_cost * counted, problem.subcontract),
        (hold, np.full((items, months), np.inf)),
        (worth - back + missing, np.full((items, months), np.inf)),
        (problem.overtime_cost * counted, problem.overtime),
        (problem.outside_cost * counted, problem.outside),
        (np.zeros_like(problem.capacity), np.where(limited, np.inf, 0.0)),
        (problem.storage_cost * counted, problem.storage),
        (problem.outside_storage_cost * counted, np.full(months, np.inf)),
    )
    cost = np.concatenate([part.ravel() for part, _ in parts])
    return cost, np.concatenate([part.ravel() for _, part in parts])


def _kept_and_missing(problem: Problem) -> tuple[Floats, Floats]:
    """Cost of a unit in stock and of a unit unmet at month end, as the net margin counts them.

    The net margin takes one cost of a missing unit for a family, a mean of its items: no more
    than the least of them is sure.
    """
    costs = problem.costs
    if costs is None:
        return problem.holding_rate * problem.unit_cost[:, None], np.zeros((1, 1))
    waits = problem.backorder_share[:, None]
    backlog, lost = (_least(problem, cost) for cost in (costs.backlog, costs.lost))
    return costs.hold, waits * backlog + (1.0 - waits) * lost


def _least(problem: Problem, cost: Floats) -> Floats:
    """The lowest cost of each item's family, (I, T)."""
    least = np.full((len(problem.families), problem.months), np.inf)
    np.minimum.at(least, problem.family, cost)
    return np.asarray(least[problem.family])


def _rows(problem: Problem) -> list[list[Any]]:
    """Blocks of the matrix: balance of items, what is owed, load of resources, pallets.

    balance: stock - unmet - stock before + unmet that waits - arrivals = on order - demand.
    owed: unmet - unmet that waited <= demand (nothing is shipped back).
    load: hours of own releases - overtime - outside - kept before + kept <= regular capacity.
    pallets: in stock - in the own store - beyond it <= 0.
    """
    items, months = problem.demand.shape
    resources = len(problem.resources)
    now, before = sparse.eye_array(months), sparse.eye_array(months, k=-1)
    arrivals = _arrivals(problem)
    stock = sparse.kron(sparse.eye_array(items), now - before)
    waited = sparse.kron(sparse.diags_array(problem.backorder_share), before)
    owed = sparse.kron(sparse.eye_array(items), now) - waited
    load = sparse.kron(sparse.csr_array(problem.routing.T), now)
    each = sparse.eye_array(resources * months)
    kept = sparse.kron(sparse.eye_array(resources), now - before)
    pallets = sparse.kron(sparse.csr_array(problem.pallets_per_unit[None, :]), now)
    return [
        [-arrivals, -arrivals, stock, -owed, None, None, None, None, None],
        [None, None, None, owed, None, None, None, None, None],
        [load, None, None, None, -each, -each, kept, None, None],
        [None, None, pallets, None, None, None, None, -now, -now],
    ]


def _arrivals(problem: Problem) -> Any:
    """Good units that a release brings, a lead time later."""
    parts = [
        sparse.kron(
            sparse.diags_array(problem.production_yield * (problem.lead_time == lead)),
            sparse.eye_array(problem.months, k=-int(lead)),
        )
        for lead in np.unique(problem.lead_time)
    ]
    return sum(parts[1:], start=parts[0])
