"""Solve the linear programme with HiGHS, and keep it warm for the next lever move."""

from dataclasses import dataclass, replace
from functools import partial
from threading import Lock

import numpy as np

from sim.errors import PlanError
from sim.model.outcome import Decided
from sim.model.planner.bounds import Releases
from sim.model.planner.decide import decide, settled
from sim.model.planner.families import Families, by_family, families
from sim.model.planner.highs import Model, Values
from sim.model.planner.sharing import by_item
from sim.model.planner.structure import (
    build,
    may_withhold,
    stock_blocks,
    structure_key,
    unmet_blocks,
)
from sim.model.problem import Floats, Ints, PlanMode, Problem

TIME_LIMIT = 10.0  # [s]
NOTHING = 1e-7  # share of the largest stock below which nothing is withheld


@dataclass(frozen=True, kw_only=True, eq=False)
class Solution:
    """The optimum of the linear programme."""

    objective: float  # [money]
    own: Floats  # (I, T) [units]
    bought: Floats  # (I, T) [units]
    unmet: Floats  # (I, T) [units]; by family where those were planned
    worth: Floats  # (R, T) [money per resource unit] of one more unit of capacity
    decided: Decided | None  # about resources
    withheld: Floats | None  # (I, T) [units] in stock while demand is unmet
    proven: bool  # False: the best that was found in the time
    seconds: float  # [s] that time
    broken: tuple[PlanError, ...]  # limits that no plan can keep
    families: int = 0  # planning families it was found for; 0 = item by item


class Program:
    """One linear programme per mode, re-solved from its last optimum.

    Keep one per session: a lever move changes bounds and costs only. A problem of another
    shape (items, routing, a first subcontractor) makes a new matrix by itself. More than
    ``most_items`` are planned by family; hard limits of single items need them one by one.
    """

    def __init__(self, *, time_limit: float = TIME_LIMIT, most_items: float = float("inf")) -> None:
        self._models: dict[PlanMode, Model] = {}
        self._last: dict[PlanMode, Solution] = {}
        self.time_limit = time_limit
        self.most_items = most_items
        self.clock = 0.0  # [s] that its solvers have run
        self.iterations = 0  # of the simplex method, in the last solve's last run
        self._lock = Lock()

    def solve(
        self,
        problem: Problem,
        mode: PlanMode,
        *,
        fixed: Releases | None = None,
        until: float | None = None,
    ) -> Solution | None:
        """The optimum, or None when the time ran out before it was found.

        ``fixed`` releases, own and bought, are kept; the programme decides the rest. ``until`` is
        where ``clock`` may stand at the end, when several programmes share the time.
        """
        with self._lock:
            groups, asked, kept = self._grouped(problem), problem, fixed
            if groups is not None:
                asked = by_family(problem, groups)
                kept = None if fixed is None else (groups.units(fixed[0]), groups.units(fixed[1]))
            model = self._update(asked, mode, kept)
            seconds = self.time_limit if until is None else max(until - self.clock, 0.0)
            began = model.clock
            values = model.run(seconds)
            self.clock += model.clock - began
            self.iterations = model.iterations
            if values is None:
                return None
            solution = _read(model, values, asked, seconds=self.time_limit)
            if groups is not None:
                solution = _of_items(problem, solution, groups, mode=mode, fixed=fixed)
            self._last[mode] = solution
            return solution

    def last(self, problem: Problem, mode: PlanMode) -> Solution | None:
        """The last solution of a mode, if it was for as many items, resources and months."""
        found = self._last.get(mode)
        same = found is not None and (
            found.own.shape == problem.demand.shape and found.worth.shape == problem.capacity.shape
        )
        return found if same else None

    def _grouped(self, problem: Problem) -> Families | None:
        many = len(problem.items) > self.most_items and problem.limits is None
        return families(problem) if many else None

    def _update(self, problem: Problem, mode: PlanMode, fixed: Releases | None) -> Model:
        model = self._models.get(mode)
        if model is None or model.structure.key != structure_key(problem, mode):
            model = Model(build(problem, mode), after=model)
            self._models[mode] = model
        model.load(problem, fixed=fixed)
        return model


def _read(model: Model, values: Values, problem: Problem, *, seconds: float) -> Solution:
    structure, months = model.structure, problem.months
    worth = np.zeros(problem.capacity.shape)
    if structure.used.size:
        worth[structure.used] = -values.duals[structure.rows["load"]].reshape(-1, months)
    chosen = {
        name: np.maximum(values.columns[place], 0.0).reshape(-1, months)
        for name, place in structure.columns.items()
        if name in ("hires", "layoffs", "down", "pattern")
    }
    stock = _sum(model, values, stock_blocks(structure.capped))
    unmet = _sum(model, values, unmet_blocks(structure.capped))
    every = np.arange(len(problem.items), dtype=np.int64)
    read = partial(_spread, model, values)
    return Solution(
        objective=values.objective,
        own=read("own", rows=every, size=every.size),
        bought=read("bought", rows=structure.bought, size=every.size),
        unmet=unmet,
        worth=np.maximum(worth, 0.0),
        decided=decide(problem, structure.choices, chosen),
        withheld=_withheld(problem, stock, unmet),
        proven=values.proven,
        seconds=seconds,
        broken=values.broken,
    )


def _of_items(
    problem: Problem,
    solution: Solution,
    groups: Families,
    *,
    mode: PlanMode,
    fixed: Releases | None,
) -> Solution:
    """The same for the items of the families."""
    releases = solution.own, solution.bought
    own, bought = fixed or by_item(settled(problem, solution.decided), groups, releases, mode=mode)
    return replace(solution, own=own, bought=bought, withheld=None, families=groups.count)


def _withheld(problem: Problem, stock: Floats, unmet: Floats) -> Floats | None:
    """Stock that the plan keeps while customers go without; only stated money can want that."""
    if not may_withhold(problem):
        return None
    both = np.minimum(stock, unmet)
    return np.where(both > NOTHING * (1.0 + stock.max(initial=0.0)), both, 0.0)


def _spread(model: Model, values: Values, name: str, *, rows: Ints, size: int) -> Floats:
    """A block of the solution as a full array, zero where it has no column."""
    full = np.zeros((size, model.terms.months))
    place = model.structure.columns.get(name)
    if place is not None:
        full[rows] = np.maximum(values.columns[place], 0.0).reshape(rows.size, -1)
    return full


def _sum(model: Model, values: Values, names: tuple[str, ...]) -> Floats:
    """Blocks by item and month added up, without the months after the horizon."""
    shape = model.terms.demand.shape
    parts = [values.columns[model.structure.columns[name]].reshape(shape) for name in names]
    return np.asarray(sum(parts))[:, : model.terms.months]
