"""The shape of the linear programme: its columns, rows and coefficients.

Variables by item and month are the own release, the part bought finished, the stock (up to
the target, above it without a decision, built ahead) and the unmet demand (apart where a capped
plan would make it worse than without building ahead); by resource and month overtime, outside
work and the unused material carried over; by month the pallets outside and those that fit
nowhere. Demand, limits and prices are not here: they are bounds and costs, which change without
a new matrix.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy import sparse

from sim.model.planner.blocks import Block, assemble, dense, diagonal, kron, shift, total
from sim.model.problem import Floats, Ints, PlanMode, Problem, ResourceKind

Key: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Structure:
    """Sparse matrix with named blocks of columns and rows."""

    key: Key
    mode: PlanMode
    bought: Ints  # items that may be subcontracted
    used: Ints  # resources that an item needs
    overtime: Ints  # resources with overtime
    outside: Ints  # resources with an outside source
    material: Ints  # resources whose unused part carries over
    columns: dict[str, slice]
    rows: dict[str, slice]
    matrix: sparse.csc_array[np.float64]


def structure_key(problem: Problem, mode: PlanMode) -> Key:
    """What two problems must share to be solved with the same matrix."""
    return (
        mode,
        problem.demand.shape,
        problem.resource_kind,
        *(
            values.tobytes()
            for values in (
                problem.routing,
                problem.lead_time,
                problem.production_yield,
                problem.backorder_share,
                problem.pallets_per_unit,
                problem.unit_cost,
                _any(problem.subcontract),
                _any(problem.overtime),
                _any(problem.outside),
            )
        ),
    )


def build(problem: Problem, mode: PlanMode) -> Structure:
    """The matrix of a problem for a mode."""
    used = problem.routing.any(axis=0)
    material = np.array([kind is ResourceKind.MATERIAL for kind in problem.resource_kind], bool)
    sets = {
        "bought": np.flatnonzero(_any(problem.subcontract)),
        "used": np.flatnonzero(used),
        "overtime": np.flatnonzero(_any(problem.overtime) & used),
        "outside": np.flatnonzero(_any(problem.outside) & used),
        "material": np.flatnonzero(material & used),
    }
    blocks = {**_balance(problem, mode, sets), **_loads(problem, sets)}
    blocks |= _stores(problem, mode) | _rates(problem, mode, sets["bought"])
    matrix, rows, columns = assemble(blocks)
    return Structure(
        key=structure_key(problem, mode),
        mode=mode,
        columns=columns,
        rows=rows,
        matrix=matrix,
        **sets,
    )


Blocks: TypeAlias = dict[tuple[str, str], Block]


def stock_blocks(mode: PlanMode) -> tuple[str, ...]:
    """The parts of the stock: only a capped plan tells what was built ahead."""
    return ("near", "free", "ahead") if mode is PlanMode.CHASE else ("near", "ahead")


def unmet_blocks(mode: PlanMode) -> tuple[str, ...]:
    """The parts of the unmet demand."""
    return ("unmet", "worse") if mode is PlanMode.CHASE else ("unmet",)


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
    for part in stock_blocks(mode):
        blocks["balance", part] = stock
    waits = kron(diagonal(problem.backorder_share), before)
    blocks["balance", "unmet"] = total([waits, kron(each, now).times(-1.0)])
    if mode is PlanMode.CHASE:
        blocks["balance", "worse"] = blocks["balance", "unmet"]
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
            blocks["load", name] = kron(_pick(used, sets[name]), step)
    return blocks


def _stores(problem: Problem, mode: PlanMode) -> Blocks:
    """pallets <= own store + outside + overflow, and the cap on what is built ahead."""
    months = problem.months
    now = shift(months, months + int(problem.lead_time.max(initial=0)))
    blocks: Blocks = {}
    if problem.pallets_per_unit.any():
        pallets = kron(dense(problem.pallets_per_unit[None, :]), now)
        for part in stock_blocks(mode):
            blocks["store", part] = pallets
        blocks["store", "away"] = blocks["store", "over"] = shift(months, months).times(-1.0)
    if mode is PlanMode.CHASE:
        blocks["cap", "ahead"] = kron(dense(problem.unit_cost[None, :]), now)
    return blocks


def _rates(problem: Problem, mode: PlanMode, bought: Ints) -> Blocks:
    """own + bought <= the constant rate, for items that have both."""
    if mode is not PlanMode.LEVEL or not bought.size:
        return {}
    months = problem.months
    return {
        ("rate", "own"): kron(_pick(bought, np.arange(len(problem.items))), shift(months, months)),
        ("rate", "bought"): shift(bought.size * months, bought.size * months),
    }


def _pick(rows: Ints, columns: Ints) -> Block:
    return dense((rows[:, None] == columns).astype(float))


def _any(values: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.asarray((values > 0).any(axis=1))
