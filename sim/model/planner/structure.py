"""The shape of the linear programme: its columns, rows and coefficients.

Variables by item and month are the own release, the part bought finished, the stock (up to
the target, above it without a decision, built ahead) and the unmet demand (apart where a capped
plan would make it worse than without building ahead); by resource and month overtime, outside
work and the unused material carried over; by month the pallets outside and those that fit
nowhere. Demand, limits and prices are not here: they are bounds and costs, which change without
a new matrix. ``choices`` adds the columns of workers, machines down and shift patterns.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy import sparse

from sim.model.planner import choices
from sim.model.planner.blocks import (
    Block,
    assemble,
    dense,
    diagonal,
    kron,
    pick,
    shift,
    total,
)
from sim.model.problem import Floats, Ints, PlanMode, Problem, ResourceKind

Key: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Structure:
    """Sparse matrix with named blocks of columns and rows."""

    key: Key
    mode: PlanMode
    capped: bool  # stock built ahead stands apart, under a cap
    bought: Ints  # items that may be subcontracted
    used: Ints  # resources that an item needs
    overtime: Ints  # resources with overtime
    outside: Ints  # resources with an outside source
    material: Ints  # resources whose unused part carries over
    limited: Ints  # (n, 2) item and month whose stock has a hard limit
    choices: choices.Choices
    columns: dict[str, slice]
    rows: dict[str, slice]
    matrix: sparse.csc_array[np.float64]


def structure_key(problem: Problem, mode: PlanMode) -> Key:
    """What two problems must share to be solved with the same matrix."""
    days = problem.working_days if single_rate(problem, mode) else np.zeros(0)
    # A unit's cost is a coefficient only where a cap on money counts it: elsewhere it is a price.
    cost = problem.unit_cost if is_capped(problem, mode) else np.zeros(0)
    return (
        mode,
        is_capped(problem, mode),
        problem.demand.shape,
        problem.resource_kind,
        *choices.key(problem),
        *(
            values.tobytes()
            for values in (
                problem.routing,
                problem.lead_time,
                problem.production_yield,
                problem.backorder_share,
                problem.pallets_per_unit,
                cost,
                _any(problem.subcontract),
                _any(problem.overtime),
                _any(problem.outside),
                _limited(problem),
                np.array([may_withhold(problem)]),
                days,
            )
        ),
    )


def by_rule(problem: Problem) -> bool:
    """Whether chase is the simulator's own rule: nothing else is left to decide or to keep."""
    stated = (problem.costs, problem.limits, problem.maintenance, problem.shifts)
    return all(part is None for part in stated)


def is_capped(problem: Problem, mode: PlanMode) -> bool:
    """Whether the plan is chase with stock built ahead under the cap of a card."""
    return mode is PlanMode.CHASE and by_rule(problem)


def may_withhold(problem: Problem) -> bool:
    """Whether stock may be kept while demand is unmet: for a hard limit, or a later price."""
    return problem.costs is not None or problem.limits is not None


def single_rate(problem: Problem, mode: PlanMode) -> bool:
    """Whether the programme itself finds the one rate of a level plan, at stated costs."""
    return mode is PlanMode.LEVEL and problem.costs is not None


def build(problem: Problem, mode: PlanMode) -> Structure:
    """The matrix of a problem for a mode."""
    used = problem.routing.any(axis=0)
    material = np.array([kind is ResourceKind.MATERIAL for kind in problem.resource_kind], bool)
    chosen = choices.choices(problem)
    extra = np.isin(np.arange(used.size), chosen.extra)
    sets = {
        "bought": np.flatnonzero(_any(problem.subcontract)),
        "used": np.flatnonzero(used),
        "overtime": np.flatnonzero((_any(problem.overtime) | extra) & used),
        "outside": np.flatnonzero(_any(problem.outside) & used),
        "material": np.flatnonzero(material & used),
    }
    limited = _limited(problem)
    blocks = {**_balance(problem, mode, sets), **_loads(problem, sets)}
    blocks |= _stores(problem, mode) | _rates(problem, mode, sets["bought"])
    blocks |= choices.blocks(problem, chosen, used=sets["used"], overtime=sets["overtime"])
    blocks |= _keeps(problem, mode, limited)
    matrix, rows, columns = assemble(blocks)
    return Structure(
        key=structure_key(problem, mode),
        mode=mode,
        capped=is_capped(problem, mode),
        columns=columns,
        rows=rows,
        matrix=matrix,
        limited=limited,
        choices=chosen,
        **sets,
    )


Blocks: TypeAlias = dict[tuple[str, str], Block]


def stock_blocks(capped: bool) -> tuple[str, ...]:
    """The parts of the stock: only a capped plan tells what was built ahead."""
    return ("near", "free", "ahead") if capped else ("near", "ahead")


def unmet_blocks(capped: bool) -> tuple[str, ...]:
    """The parts of the unmet demand."""
    return ("unmet", "worse") if capped else ("unmet",)


def _balance(problem: Problem, mode: PlanMode, sets: dict[str, Ints]) -> Blocks:
    """stock - unmet = stock before - unmet that waited + arrivals - demand."""
    items, months = problem.demand.shape
    longest = int(problem.lead_time.max(initial=0))
    long = months + longest
    each, now, before = shift(items, items), shift(long, long), shift(long, long, 1)
    own = total(
        kron(
            diagonal(-problem.production_yield * (problem.lead_time == lead)),
            shift(long, months, lead),
        )
        for lead in range(longest + 1)
    )
    blocks: Blocks = {("balance", "own"): own}
    if sets["bought"].size:
        chosen = (sets["bought"][:, None] * months + np.arange(months)).ravel()
        blocks["balance", "bought"] = own.take_columns(chosen)
    stock = kron(each, total([now, before.times(-1.0)]))
    for part in stock_blocks(is_capped(problem, mode)):
        blocks["balance", part] = stock
    waits = kron(diagonal(problem.backorder_share), before)
    blocks["balance", "unmet"] = total([waits, kron(each, now).times(-1.0)])
    if is_capped(problem, mode):
        blocks["balance", "worse"] = blocks["balance", "unmet"]
    if may_withhold(problem):
        # What is shipped is never negative: nobody goes without more than was asked for.
        blocks["asked", "unmet"] = total([kron(each, now), waits.times(-1.0)])
    return blocks


def _loads(problem: Problem, sets: dict[str, Ints]) -> Blocks:
    """hours of the own releases <= regular + overtime + outside + carried over."""
    months, used = problem.months, sets["used"]
    blocks: Blocks = {}
    if not used.size:
        return blocks
    less = shift(months, months).times(-1.0)
    kept = total([shift(months, months), shift(months, months, 1).times(-1.0)])
    blocks["load", "own"] = kron(dense(problem.routing[:, used].T), shift(months, months))
    for name, step in (("overtime", less), ("outside", less), ("material", kept)):
        if sets[name].size:
            blocks["load", name] = kron(pick(used, sets[name]), step)
    return blocks


def _stores(problem: Problem, mode: PlanMode) -> Blocks:
    """pallets <= own store + outside + overflow, and the cap on what is built ahead."""
    months = problem.months
    now = shift(months, months + int(problem.lead_time.max(initial=0)))
    blocks: Blocks = {}
    if problem.pallets_per_unit.any():
        pallets = kron(dense(problem.pallets_per_unit[None, :]), now)
        for part in stock_blocks(is_capped(problem, mode)):
            blocks["store", part] = pallets
        blocks["store", "away"] = blocks["store", "over"] = shift(months, months).times(-1.0)
    if is_capped(problem, mode):
        blocks["cap", "ahead"] = kron(dense(problem.unit_cost[None, :]), now)
    return blocks


def _rates(problem: Problem, mode: PlanMode, bought: Ints) -> Blocks:
    """own + bought <= the constant rate, or = the one rate that the programme finds."""
    single, months = single_rate(problem, mode), problem.months
    if mode is not PlanMode.LEVEL or not (single or bought.size):
        return {}
    every = np.arange(len(problem.items))
    rows, now = every if single else bought, shift(months, months)
    blocks: Blocks = {("rate", "own"): kron(pick(rows, every), now)}
    if bought.size:
        blocks["rate", "bought"] = kron(pick(rows, bought), now)
    if single:
        days = problem.working_days if problem.working_days.any() else np.ones(months)
        blocks["rate", "rate"] = kron(pick(rows, rows), dense(-days[:, None]))
    return blocks


def _keeps(problem: Problem, mode: PlanMode, limited: Ints) -> Blocks:
    """The stock of an item and month with a hard limit."""
    if not limited.size:
        return {}
    items, months = problem.demand.shape
    long = months + int(problem.lead_time.max(initial=0))
    stock = Block(
        shape=(len(limited), items * long),
        row=np.arange(len(limited), dtype=np.int64),
        column=limited[:, 0] * long + limited[:, 1],
        value=np.ones(len(limited)),
    )
    return {("keep", part): stock for part in stock_blocks(is_capped(problem, mode))}


def _limited(problem: Problem) -> Ints:
    if problem.limits is None:
        return np.zeros((0, 2), dtype=np.int64)
    has = np.isfinite(problem.limits.stock)
    has[:, -1] |= problem.limits.closing > 0
    return np.argwhere(has)


def _any(values: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.asarray((values > 0).any(axis=1))
