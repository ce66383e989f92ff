"""One model in HiGHS: its matrix, its numbers, and the ways to its optimum."""

from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from sim.errors import PlanError
from sim.model.kernel import expected
from sim.model.planner import elastic
from sim.model.planner.bounds import Numbers, Releases, numbers
from sim.model.planner.choices import WHOLE
from sim.model.planner.structure import Structure
from sim.model.planner.terms import Terms, terms
from sim.model.problem import Floats, Ints, Problem

AHEAD = 1e-5  # [resource units, pallets] less is rounding
GAP = 1e-8  # share of the cost by which a plan of whole numbers may miss the optimum
PRICING = 1.0  # [s] that are there to price a plan of whole numbers, however late it was found
STATUS = highspy.HighsModelStatus
IMPOSSIBLE = (STATUS.kInfeasible, STATUS.kUnboundedOrInfeasible)
DUAL, PRIMAL = 1, 4  # HiGHS's numbers of the two simplex methods


@dataclass(frozen=True, kw_only=True, eq=False)
class Values:
    """A solution of the programme."""

    objective: float
    columns: Floats
    duals: Floats
    proven: bool = True  # False: the best that was found when the time ran out
    broken: tuple[PlanError, ...] = ()  # limits that no plan can keep


class Model:
    """A matrix, its numbers and the solver that holds both."""

    structure: Structure
    problem: Problem
    terms: Terms
    numbers: Numbers
    scale: float
    whole: Ints  # columns of whole numbers

    def __init__(self, structure: Structure, *, after: "Model | None" = None) -> None:
        """``after``: a model of the same rows and columns, from whose optimum this one starts."""
        self.structure = structure
        alike = after is not None and after.structure.matrix.shape == structure.matrix.shape
        self._basis = after.basis if after is not None and alike else None
        self._until = 0.0
        self._loaded = self._impossible = False
        self._basis_feasible = False  # bounds are as they were at the last optimum
        self._solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (
            ("output_flag", False),
            ("threads", 1),
            ("solver", "simplex"),
            ("random_seed", 0),
            ("mip_rel_gap", GAP),
        ):
            self._solver.setOptionValue(name, value)

    def load(self, problem: Problem, *, fixed: Releases | None = None) -> None:
        """Take the numbers of a problem; the basis of the last optimum stays."""
        self.problem = problem
        self.terms = terms(problem, expected(problem) if self.structure.capped else None)
        self.numbers = numbers(problem, self.terms, self.structure, fixed=fixed)
        self.scale = self._rescale()
        self.whole = whole_columns(self.structure, problem)
        if self._loaded:
            self._change(self.numbers)
        else:
            self._pass(self.numbers)
            self._loaded = True

    @property
    def basis(self) -> Any:
        """Where the solver stands."""
        return self._solver.getBasis()

    @property
    def clock(self) -> float:
        """Seconds that the solver has run; it never restarts."""
        return float(self._solver.getRunTime())

    @property
    def iterations(self) -> int:
        """Steps of the simplex method in the last run."""
        return int(self._solver.getInfo().simplex_iteration_count)

    def _rescale(self) -> float:
        """Costs of the size of 100; a scale that still serves stays, so that few costs change."""
        dear = self.terms.lost[self.terms.lost > 0]
        dear = dear if dear.size else self.numbers.cost[self.numbers.cost > 0]
        wanted = 100.0 / max(float(np.median(dear)) if dear.size else 1.0, 1e-9)
        serves = self._loaded and 0.1 < self.scale / wanted < 10.0
        return self.scale if serves else wanted

    def run(self, seconds: float) -> "Values | None":
        """The optimum, or the plan that breaks as little as possible; None = out of time.

        When building ahead, first without making anything worse for anyone. All that is solved on
        the way shares the ``seconds``; only the prices of a plan of whole numbers come on top.
        """
        self._until = self.clock + seconds
        if "worse" in self.structure.columns:
            strict = self.numbers.upper.copy()
            strict[self.structure.columns["worse"]] = 0.0
            values = self._playable(strict)
            if values is not None and not self._overflows(values):
                return values
        values = self._playable(self.numbers.upper)
        return self._least_broken() if values is None and self._impossible else values

    def _least_broken(self) -> "Values | None":
        """The cheapest plan among those that break promises least, and what it breaks."""
        solver, given = self._solver, self.numbers
        found: list[PlanError] = []
        breaches = [
            elastic.least_breach(solver, self.structure, given, problem=self.problem, what=what)
            for what in (elastic.PROMISES, elastic.RESOURCES)
        ]
        if self.clock >= self._until:
            return None  # a search that was cut off would name the wrong limits
        for breach in breaches:
            if breach is not None:
                found += elastic.reasons(self.problem, self.structure, breach)
        values = None
        first = next((breach for breach in breaches if breach is not None), None)
        if first is not None:
            self.numbers = elastic.widened(given, first)
            self._change(self.numbers)
            values = self._optimum()
            self.numbers = given
        if values is None:
            size = self.structure.matrix.shape
            values = Values(objective=np.inf, columns=np.zeros(size[1]), duals=np.zeros(size[0]))
        return replace(values, broken=tuple(found) or (PlanError("error.plan.no_plan"),))

    def _playable(self, upper: Floats) -> "Values | None":
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
        self, names: tuple[str, ...], *, relaxed: "Values", upper: Floats
    ) -> "Values | None":
        """Close the named columns of each month that buys ahead until none does."""
        values: Values | None = relaxed
        while values is not None:
            months = _bought_ahead(self.structure, values.columns)
            if not months.any():
                return values
            upper = np.where(_columns_of(self.structure, months, names), 0.0, upper)
            self._bounds(upper)
            values = self._optimum()
        return None

    def _overflows(self, values: "Values") -> bool:
        place = self.structure.columns.get("over")
        return place is not None and bool((values.columns[place] > AHEAD).any())

    def _optimum(self) -> "Values | None":
        solver = self._solver
        self._start()
        status = solver.getModelStatus()
        self._impossible = status in IMPOSSIBLE
        found = status == STATUS.kTimeLimit and self._has_solution()
        if status != STATUS.kOptimal and not found:
            return None
        values = self._values(proven=status == STATUS.kOptimal)
        return self._priced(values) if self.whole.size else values

    def _start(self) -> None:
        """Run from the last basis: by the primal method where it is feasible still, else the dual.

        Reductions are for whole numbers: these programmes have nothing else to take out.
        """
        solver, warm = self._solver, self._basis_feasible and not self.whole.size
        solver.setOptionValue("presolve", "choose" if self.whole.size else "off")
        solver.setOptionValue("simplex_strategy", PRIMAL if warm else DUAL)
        solver.setOptionValue("time_limit", self._until)
        solver.run()
        self._basis_feasible = solver.getModelStatus() == STATUS.kOptimal

    def _has_solution(self) -> bool:
        """Whether whole numbers were found in time; the simplex method has none on its way."""
        feasible = int(highspy.SolutionStatus.kSolutionStatusFeasible)
        found = self._solver.getInfo().primal_solution_status
        return bool(self.whole.size) and int(found) == feasible

    def _values(self, *, proven: bool) -> "Values":
        solver, solution = self._solver, self._solver.getSolution()
        rows, columns = self.structure.matrix.shape
        duals = np.fromiter(solution.row_dual, np.float64)
        return Values(
            objective=solver.getObjectiveValue() / self.scale + self.numbers.constant,
            columns=np.fromiter(solution.col_value, np.float64, columns),
            duals=duals / self.scale if duals.size == rows else np.zeros(rows),
            proven=proven,
        )

    def _priced(self, values: "Values") -> "Values":
        """The same whole numbers with exact continuous values, and prices of the limits."""
        solver, whole, count = self._solver, self.whole.astype(np.int32), self.whole.size
        nearest = np.round(values.columns[whole])
        solver.changeColsIntegrality(count, whole, np.zeros(count, dtype=np.uint8))
        solver.changeColsBounds(count, whole, nearest, nearest)  # put back below
        self._until = max(self._until, self.clock + PRICING)
        self._start()
        if self._solver.getModelStatus() == STATUS.kOptimal:
            values = self._values(proven=values.proven)
        solver.changeColsIntegrality(count, whole, np.ones(count, dtype=np.uint8))
        lower, upper = self.numbers.lower[self.whole], self.numbers.upper[self.whole]
        solver.changeColsBounds(count, whole, lower, upper)
        return values

    def _pass(self, new: Numbers) -> None:
        matrix = self.structure.matrix
        self._solver.passModel(
            *(matrix.shape[1], matrix.shape[0], matrix.nnz),
            *(int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize), 0.0),
            *(new.cost * self.scale, new.lower, new.upper, new.row_lower, new.row_upper),
            *(matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data),
            np.isin(np.arange(matrix.shape[1]), self.whole).astype(np.int32),
        )
        if self._basis is not None:
            self._solver.setBasis(self._basis)
            self._basis = None
        self._held = replace(new, cost=new.cost * self.scale)

    def _change(self, new: Numbers) -> None:
        """Only what differs from what the solver holds: the less changes, the sooner it is done."""
        solver, held = self._solver, self._held
        at = _different((new.cost * self.scale, held.cost))
        solver.changeColsCost(at.size, at, (new.cost * self.scale)[at])
        at = _different((new.row_lower, held.row_lower), (new.row_upper, held.row_upper))
        self._basis_feasible &= not at.size
        solver.changeRowsBounds(at.size, at, new.row_lower[at], new.row_upper[at])
        self._held = replace(
            held,
            cost=new.cost * self.scale,
            row_lower=new.row_lower,
            row_upper=new.row_upper,
        )
        self._bounds(new.upper)

    def _bounds(self, upper: Floats) -> None:
        lower, held = self.numbers.lower, self._held
        at = _different((lower, held.lower), (upper, held.upper))
        self._basis_feasible &= not at.size
        self._solver.changeColsBounds(at.size, at, lower[at], upper[at])
        self._held = replace(held, lower=lower, upper=upper)


def _different(*pairs: tuple[Floats, Floats]) -> NDArray[np.int32]:
    """Places at which the two arrays of any pair differ."""
    differs = np.logical_or.reduce([one != other for one, other in pairs])
    return np.flatnonzero(differs).astype(np.int32)


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


def whole_columns(structure: Structure, problem: Problem) -> Ints:
    """Columns of whole numbers: machines down, shift patterns, workers when asked."""
    names = [name for name in WHOLE if name in structure.columns]
    if problem.workforce is not None and problem.workforce.whole:
        names += [name for name in ("workers",) if name in structure.columns]
    places = [structure.columns[name] for name in names]
    empty = [np.zeros(0, dtype=np.int64)]
    return np.concatenate(empty + [np.arange(place.start, place.stop) for place in places])
