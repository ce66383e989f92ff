"""Make the production plan of a mode."""

from dataclasses import replace

import numpy as np

from sim.errors import PlanError
from sim.model.kernel import expected
from sim.model.outcome import LATE, Plan, PlanStatus
from sim.model.planner.chase import chase_ahead
from sim.model.planner.decide import settled
from sim.model.planner.elastic import ROUNDING, store_full
from sim.model.planner.recursion import Course, play, release_target
from sim.model.planner.solve import Program, Solution
from sim.model.planner.structure import is_capped
from sim.model.problem import Floats, Ints, PlanMode, Problem, stock_target

GRID = 1e-10  # releases are rounded to this share of the item's largest demand


def make_plan(problem: Problem, mode: PlanMode, *, program: Program | None = None) -> Plan:
    """The plan of a mode for the expected demand.

    Chase without a pre-build card makes the need of each month; with one, the linear
    programme says how much stock to build ahead, from the card's month and within its cap.
    Optimal is the cheapest plan, without a cap. Level keeps one rate per working day. Hybrid lies
    between level and chase. A company that states costs or limits gets the cheapest plan of the
    mode. A plan that must break a limit has status "infeasible" and says which. A store that is
    too small is a limit only at stated costs; else it has its price, and the plan is "feasible"
    and says so, as when the time of ``program`` runs out and the plan is the last one, or chase.
    """
    program = program or Program()
    if mode is PlanMode.HYBRID:
        return _between(problem, program)
    return _made(problem, mode, program)


def _made(
    problem: Problem, mode: PlanMode, program: Program, *, until: float | None = None
) -> Plan:
    if is_capped(problem, mode) and problem.prebuild_cap <= 0:
        return _told(problem, expected(problem))
    solution = program.solve(problem, mode, until=until)
    if solution is None:
        return _out_of_time(problem, mode, program)
    return _plan(problem, mode, solution)


def _plan(problem: Problem, mode: PlanMode, solution: Solution) -> Plan:
    own, bought = _rounded(problem, solution.own), _rounded(problem, solution.bought)
    usable = settled(problem, solution.decided)
    course = play(usable, own, np.minimum(bought, problem.subcontract), withheld=solution.withheld)
    if is_capped(problem, mode):
        chase = chase_ahead(problem, course.stock)
        return replace(_told(problem, chase), families=solution.families)
    reasons = _reasons(problem, course, solution)
    return Plan(
        mode=mode,
        status=_status(solution, reasons),
        release=course.release,
        subcontract=course.bought,
        target=release_target(problem, course),
        stock=course.stock,
        used=course.used,
        overtime=course.overtime,
        outside=course.outside,
        limit=_limits(problem, course, solution),
        withheld=solution.withheld,
        decided=solution.decided,
        families=solution.families,
        reasons=reasons,
    )


def _told(problem: Problem, chase: Plan) -> Plan:
    """Chase keeps to its rule even where the stock fits in no store, at a price: that is told."""
    return replace(chase, reasons=overflows(problem, chase.stock))


def _reasons(problem: Problem, course: Course, solution: Solution) -> tuple[PlanError, ...]:
    late = () if solution.proven else (PlanError(LATE, seconds=solution.seconds),)
    # At stated costs the store is a hard limit, told with the others.
    full = overflows(problem, course.stock) if problem.costs is None else ()
    return (*late, *solution.broken, *full)


def _out_of_time(problem: Problem, mode: PlanMode, program: Program) -> Plan:
    """The last plan of the session, cut to what is there now; without one, chase."""
    last = program.last(problem, mode)
    if last is None:
        plan = expected(problem)
    else:
        plan = _plan(problem, mode, replace(last, decided=None, withheld=None, broken=()))
    full = overflows(problem, plan.stock)
    hard = _unkept(problem, plan.stock) + (full if problem.costs is not None else ())
    told = hard if problem.costs is not None else (*hard, *full)
    late = PlanError(LATE, seconds=program.time_limit)
    status = PlanStatus.INFEASIBLE if hard else PlanStatus.FEASIBLE
    return replace(plan, mode=mode, status=status, reasons=(late, *told))


def _unkept(problem: Problem, stock: Floats) -> tuple[PlanError, ...]:
    """How a plan that was not made for the hard limits breaks them, in one sentence."""
    limits = problem.limits
    if limits is None:
        return ()
    excess = np.maximum(np.maximum(-stock, 0.0) - limits.unmet, stock - limits.stock)
    excess[:, -1] = np.maximum(excess[:, -1], limits.closing - stock[:, -1])
    broken = excess > ROUNDING * (1.0 + problem.demand.max(initial=0.0))
    if not broken.any():
        return ()
    item, month = np.unravel_index(np.where(broken, excess, 0.0).argmax(), excess.shape)
    return (
        PlanError(
            "error.plan.unkept",
            limit="serve" if stock[item, month] < 0 else "stock",
            name=problem.items[item],
            month=problem.month_dates[month],
            amount=float(excess[item, month]),
            count=int(broken.sum()),
        ),
    )


def _between(problem: Problem, program: Program) -> Plan:
    """level_weight x the level plan + the rest x the chase plan, item by item.

    Source: Chopra & Meindl, ch. 8 (the tailored or hybrid strategy).
    """
    modes = (PlanMode.LEVEL, PlanMode.CHASE)
    until = program.clock + program.time_limit  # for all of them together
    ends = [_made(problem, mode, program, until=until) for mode in modes]
    weights = (problem.level_weight, 1.0 - problem.level_weight)
    release, bought = (
        np.asarray(sum(w * getattr(plan, name) for w, plan in zip(weights, ends, strict=True)))
        for name in ("release", "subcontract")
    )
    fixed = (_rounded(problem, release - bought), _rounded(problem, bought))
    solution = program.solve(problem, PlanMode.HYBRID, fixed=fixed, until=until)
    if solution is None:
        return _out_of_time(problem, PlanMode.HYBRID, program)
    plan = _plan(problem, PlanMode.HYBRID, solution)
    late = next((error for end in ends for error in end.reasons if error.key == LATE), None)
    if late is None or plan.late:
        return plan
    # An end that is not the level plan is told: what lies between is not the plan that was asked.
    status = plan.status if plan.status is PlanStatus.INFEASIBLE else PlanStatus.FEASIBLE
    return replace(plan, status=status, reasons=(late, *plan.reasons))


def overflows(problem: Problem, stock: Floats) -> tuple[PlanError, ...]:
    """One error for each month in which the planned stock fits in no store.

    Parameters
    ----------
    stock : (I, T) [units] net stock at month end
    """
    pallets = problem.pallets_per_unit @ np.maximum(stock, 0.0)
    limit = problem.storage + problem.outside_storage
    return tuple(
        store_full(problem, month=int(t), pallets=float(pallets[t]))
        for t in np.flatnonzero(pallets > limit * (1.0 + 1e-6) + 1e-6)
    )


def _status(solution: Solution, reasons: tuple[PlanError, ...]) -> PlanStatus:
    """A limit that must hold makes a plan infeasible; a full store has its price."""
    if solution.broken:
        return PlanStatus.INFEASIBLE
    return PlanStatus.FEASIBLE if reasons or solution.families else PlanStatus.OPTIMAL


def _rounded(problem: Problem, units: Floats) -> Floats:
    """The same plan from a cold and a warm start: the last digits of the solver go."""
    largest = problem.demand.max(axis=1, keepdims=True, initial=0.0)
    grid = 10.0 ** np.floor(np.log10(GRID * np.where(largest > 0, largest, 1.0)))
    return np.asarray(np.maximum(np.round(units / grid), 0.0) * grid)


def _limits(problem: Problem, course: Course, solution: Solution) -> Ints:
    """Which resource holds an item back, from the first short month to the last.

    An item is held back while it stays below its stock target. The reason is the full
    resource whose last unit was worth most to the item when the release was due.
    """
    target = stock_target(problem)
    tolerance = 1e-6 * (1.0 + course.demand.mean(axis=1, keepdims=True))
    short = course.stock < np.maximum(target, 0.0) - tolerance
    months = np.arange(problem.months)
    due = np.maximum(months - problem.lead_time[:, None], 0)
    cause = np.take_along_axis(_binding(problem, course, solution), due, axis=1)
    limit = np.full(short.shape, -1, dtype=np.int64)
    last = limit[:, 0]
    for t in months:
        found = np.where(cause[:, t] >= 0, cause[:, t], last)
        last = np.where(short[:, t], found, -1)
        limit[:, t] = last
    return limit


def _binding(problem: Problem, course: Course, solution: Solution) -> Ints:
    """(I, T) the full resource that is worth most to the item in that month, or -1."""
    if not problem.resources:
        return np.full(course.release.shape, -1, dtype=np.int64)
    full = course.spare <= 1e-6 * np.maximum(course.used, 1e-9)
    worth = problem.routing[:, :, None] * np.where(full, solution.worth + 1e-12, 0.0)
    best = worth.argmax(axis=1)
    return np.asarray(np.where(worth.max(axis=1) > 0, best, -1))
