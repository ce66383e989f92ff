"""Solve the linear programme with HiGHS, and keep it warm for the next lever move."""

from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any

import highspy
import numpy as np

from sim.model.kernel import expected
from sim.model.planner.bounds import Numbers, numbers
from sim.model.planner.structure import Structure, build, stock_blocks, structure_key, unmet_blocks
from sim.model.planner.terms import Terms, terms
from sim.model.problem import Floats, Ints, PlanMode, Problem

TIME_LIMIT = 10.0  # [s]
AHEAD = 1e-5  # [resource units, pallets] less is rounding


@dataclass(frozen=True, kw_only=True, eq=False)
class Solution:
    """The optimum of the linear programme."""

    objective: float  # [money]
    own: Floats  # (I, T) [units]
    bought: Floats  # (I, T) [units]
    stock: Floats  # (I, T) [units]
    unmet: Floats  # (I, T) [units]
    overtime: Floats  # (R, T) [resource units]
    outside: Floats  # (R, T) [resource units]
    worth: Floats  # (R, T) [money per resource unit] of one more unit of capacity
    overflow: Floats  # (T,) [pallets]


class Program:
    """One linear programme per mode, re-solved from its last optimum.

    Keep one per session: a lever move changes bounds and costs only. A problem of another
    shape (items, routing, a first subcontractor) makes a new matrix by itself.
    """

    def __init__(self, *, time_limit: float = TIME_LIMIT) -> None:
        self._models: dict[PlanMode, _Model] = {}
        self._time_limit = time_limit
        self._lock = Lock()

    def solve(self, problem: Problem, mode: PlanMode) -> Solution | None:
        """The optimum, or None when the time ran out before it was found."""
        with self._lock:
            model = self._update(problem, mode)
            values = model.run()
            return None if values is None else _read(model, values, problem)

    def _update(self, problem: Problem, mode: PlanMode) -> "_Model":
        model = self._models.get(mode)
        if model is None or model.structure.key != structure_key(problem, mode):
            model = _Model(build(problem, mode), self._time_limit)
            self._models[mode] = model
        model.load(problem)
        return model


class _Model:
    """A matrix, its numbers and the solver that holds both."""

    structure: Structure
    terms: Terms
    numbers: Numbers

    def __init__(self, structure: Structure, time_limit: float) -> None:
        self.structure = structure
        self._time_limit = time_limit
        self._loaded = False
        self._columns = np.arange(structure.matrix.shape[1], dtype=np.int32)
        self._rows = np.arange(structure.matrix.shape[0], dtype=np.int32)
        self._solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (
            ("output_flag", False),
            ("threads", 1),
            ("solver", "simplex"),
            ("random_seed", 0),
        ):
            self._solver.setOptionValue(name, value)

    def load(self, problem: Problem) -> None:
        """Take the numbers of a problem; the basis of the last optimum stays."""
        capped = self.structure.mode is PlanMode.CHASE
        self.terms = terms(problem, expected(problem) if capped else None)
        self.numbers = numbers(problem, self.terms, self.structure)
        self.scale = 100.0 / max(float(np.median(self.terms.lost[self.terms.lost > 0])), 1e-9)
        if self._loaded:
            self._change(self.numbers)
        else:
            self._pass(self.numbers)
            self._loaded = True

    def run(self) -> "_Values | None":
        """The optimum; when building ahead, first without making anything worse for anyone."""
        if "worse" in self.structure.columns:
            strict = self.numbers.upper.copy()
            strict[self.structure.columns["worse"]] = 0.0
            values = self._playable(strict)
            if values is not None and not self._overflows(values):
                return values
        return self._playable(self.numbers.upper)

    def _playable(self, upper: Floats) -> "_Values | None":
        """The optimum in which material bought outside is used in its month.

        The simulator, as the plant, buys outside only what the month needs, so an optimum that
        buys ahead cannot be played. Two ways out: such a month may not carry material over, or
        it may not buy outside. Both are tried, the cheaper one is taken.
        """
        self._bounds(upper)
        relaxed = self._optimum()
        if relaxed is None or not _bought_ahead(self.structure, relaxed.columns).any():
            return relaxed
        ways = (("material",), ("overtime", "outside"))
        found = [self._without(names, relaxed=relaxed, upper=upper) for names in ways]
        return min(
            (values for values in found if values is not None),
            key=lambda values: values.objective,
            default=None,
        )

    def _without(
        self, names: tuple[str, ...], *, relaxed: "_Values", upper: Floats
    ) -> "_Values | None":
        """Close the named columns of each month that buys ahead until none does."""
        values: _Values | None = relaxed
        while values is not None:
            months = _bought_ahead(self.structure, values.columns)
            if not months.any():
                return values
            upper = np.where(_columns_of(self.structure, months, names), 0.0, upper)
            self._bounds(upper)
            values = self._optimum()
        return None

    def _overflows(self, values: "_Values") -> bool:
        place = self.structure.columns.get("over")
        return place is not None and bool((values.columns[place] > AHEAD).any())

    def _optimum(self) -> "_Values | None":
        solver = self._solver
        # the solver's clock never restarts, so the limit moves on with it
        solver.setOptionValue("time_limit", solver.getRunTime() + self._time_limit)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = solver.getSolution()
        return _Values(
            objective=solver.getObjectiveValue() / self.scale + self.numbers.constant,
            columns=np.asarray(solution.col_value),
            duals=np.asarray(solution.row_dual) / self.scale,
        )

    def _pass(self, new: Numbers) -> None:
        matrix = self.structure.matrix
        self._solver.passModel(
            *(matrix.shape[1], matrix.shape[0], matrix.nnz),
            *(int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize), 0.0),
            *(new.cost * self.scale, new.lower, new.upper, new.row_lower, new.row_upper),
            *(matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data),
            np.zeros(matrix.shape[1], dtype=np.int32),
        )

    def _change(self, new: Numbers) -> None:
        solver = self._solver
        solver.changeColsCost(self._columns.size, self._columns, new.cost * self.scale)
        self._bounds(new.upper)
        solver.changeRowsBounds(self._rows.size, self._rows, new.row_lower, new.row_upper)

    def _bounds(self, upper: Floats) -> None:
        columns = self._columns
        self._solver.changeColsBounds(columns.size, columns, self.numbers.lower, upper)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Values:
    objective: float
    columns: Floats
    duals: Floats


def _bought_ahead(structure: Structure, values: Floats) -> Floats:
    """(materials, T) 1 where material is bought outside and carried out of the month."""
    if not structure.material.size:
        return np.zeros((0, 0))
    carried = values[structure.columns["material"]].reshape(structure.material.size, -1)
    extra = np.zeros_like(carried)
    for name in ("overtime", "outside"):
        chosen = getattr(structure, name)
        if chosen.size:
            taken = values[structure.columns[name]].reshape(chosen.size, -1)
            extra += (structure.material[:, None] == chosen) @ taken
    return np.asarray((np.minimum(extra, carried) > AHEAD).astype(np.float64))


def _columns_of(structure: Structure, months: Floats, names: tuple[str, ...]) -> Floats:
    """1 for the columns of these resource-months in the named blocks."""
    chosen = np.zeros(structure.matrix.shape[1])
    for name in names:
        rows = getattr(structure, name)
        if rows.size:
            chosen[structure.columns[name]] = (
                (rows[:, None] == structure.material) @ months
            ).ravel()
    return chosen


def _read(model: _Model, values: _Values, problem: Problem) -> Solution:
    structure, months = model.structure, problem.months
    worth = np.zeros(problem.capacity.shape)
    if structure.used.size:
        worth[structure.used] = -values.duals[structure.rows["load"]].reshape(-1, months)
    every = np.arange(len(problem.items), dtype=np.int64)
    read = partial(_spread, model, values)
    resources = len(problem.resources)
    return Solution(
        objective=values.objective,
        own=read("own", rows=every, size=every.size),
        bought=read("bought", rows=structure.bought, size=every.size),
        stock=_sum(model, values, stock_blocks(structure.mode)),
        unmet=_sum(model, values, unmet_blocks(structure.mode)),
        overtime=read("overtime", rows=structure.overtime, size=resources),
        outside=read("outside", rows=structure.outside, size=resources),
        worth=np.maximum(worth, 0.0),
        overflow=read("over", rows=np.zeros(1, dtype=np.int64), size=1)[0],
    )


def _spread(model: _Model, values: _Values, name: str, *, rows: Ints, size: int) -> Floats:
    """A block of the solution as a full array, zero where it has no column."""
    full = np.zeros((size, model.terms.months))
    place = model.structure.columns.get(name)
    if place is not None:
        full[rows] = np.maximum(values.columns[place], 0.0).reshape(rows.size, -1)
    return full


def _sum(model: _Model, values: _Values, names: tuple[str, ...]) -> Floats:
    """Blocks by item and month added up, without the months after the horizon."""
    shape = model.terms.demand.shape
    parts = [values.columns[model.structure.columns[name]].reshape(shape) for name in names]
    return np.asarray(sum(parts))[:, : model.terms.months]
