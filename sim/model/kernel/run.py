"""Expected plan and simulation: prepare tables, run the blocks, collect the sums."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np

from sim.model.draws import Draws
from sim.model.kernel import columns as c
from sim.model.kernel import tables
from sim.model.kernel.block import Groups
from sim.model.kernel.compiled import block_function
from sim.model.kernel.lanes import DOUBLE, FEW, ROW, SINGLE
from sim.model.kernel.memory import SPARE
from sim.model.kernel.month import World
from sim.model.kernel.stages import Outputs
from sim.model.kernel.structure import Structure, structure
from sim.model.kernel.supply import Supply, at_risk, certain, supply
from sim.model.kernel.tables import Reals
from sim.model.outcome import Measure, Outcome, Plan, PlanStatus
from sim.model.problem import Floats, Ints, PlanMode, Problem

ENGINE = "4"  # raised when the same input gives other numbers; part of every outcome's hash
LIVE_THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chances:
    """What is random besides demand."""

    uniforms: Floats  # (E, N) whether customers come or go
    supply: Supply


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sums:
    """What the blocks add up. Items in the order of the structure."""

    families: Floats  # (MEASURES, F, T, N)
    costs: Reals  # (COSTS, T, N)
    items: Floats  # (blocks, ITEM_SUMS, I, T)
    resources: Floats  # (blocks, RESOURCE_SUMS, R, T)
    trace: Floats  # (TRACE, I or 0, T)


@lru_cache(maxsize=2)  # the planner asks for it before and after its linear programme
def expected(problem: Problem) -> Plan:
    """The chase plan: make the need of each month, cut by the rationing rule when a resource
    is full. It is the simulator's own recursion with demand as expected.

    Parameters
    ----------
    problem

    Returns
    -------
    Plan; ``limit`` is the resource with the smallest share of its load, from the month in
    which it cuts the item until the item is no longer short.

    Source: Silver, Pyke & Thomas (aggregate planning, chase); Hopp & Spearman (capacity).
    """
    places = structure(problem)
    # Where the spread is wide, "no error" in a draw is the median of a skewed demand, which is
    # less than its mean: a plan knows no spread at all.
    without = replace(problem.errors, spread=np.zeros_like(problem.errors.spread))
    alike = replace(problem, errors=without, day_spread=0.0)
    errors = np.zeros((1, problem.months, len(problem.items), DOUBLE))
    sums = _run(alike, None, errors, places=places, trace=True)
    back = np.argsort(places.order)
    bought, wanted, closing, limit = sums.trace[:, back, :]
    used = sums.resources[0, c.USED] / DOUBLE
    overtime, outside = _tranches(problem, used)
    return Plan(
        mode=PlanMode.CHASE,
        status=PlanStatus.FEASIBLE,
        release=sums.items[0, c.RELEASED][back] / 4,
        subcontract=bought,
        target=tables.chase_target(problem),
        stock=closing,
        used=used,
        overtime=overtime,
        outside=outside,
        limit=_reason(problem, limit, closing),
        wanted=wanted,
    )


def simulate(problem: Problem, plan: Plan, draws: Draws, *, threads: int = LIVE_THREADS) -> Outcome:
    """Run a plan through every draw.

    Parameters
    ----------
    problem : after the cards
    plan : from the planner, for the same problem
    draws : from ``draws.paths``, for a problem with the same families and months
    threads : results do not depend on it

    Returns
    -------
    Outcome

    Raises
    ------
    ValueError: the draws were made for other items or another horizon.

    Source: Hopp & Spearman (rolling plans); Heath & Jackson 1994 (forecast updates).
    """
    if draws.errors.shape[1:3] != (problem.months, len(problem.items)):
        raise ValueError("draws of another problem")
    places = structure(problem)
    if _certain(problem):
        # Nothing is random, days neither: one draw tells all, in full precision.
        errors: Reals = np.zeros((1, problem.months, len(problem.items), DOUBLE))
        sums = _run(replace(problem, day_spread=0.0), plan, errors, places=places)
        return _outcome(problem, plan, draws, sums=sums, places=places)
    uniforms = draws.uniforms(len(problem.win_probability))
    chances = Chances(uniforms=uniforms, supply=supply(problem, draws))
    sums = _run(problem, plan, draws.errors, places=places, chances=chances, threads=threads)
    return _outcome(problem, plan, draws, sums=sums, places=places)


def prepare(problem: Problem, draws: Draws) -> None:
    """Have memory at hand for outcomes, so that the first ones are as quick as the rest.

    Parameters
    ----------
    problem
    draws : that it will be simulated on
    """
    blocks, _, _, width = draws.errors.shape
    SPARE.prepare(_shape(problem, blocks * width))


def outcome_bytes(problem: Problem, draws: int) -> int:
    """Memory of the largest part of an outcome [bytes].

    Parameters
    ----------
    problem
    draws : how many
    """
    return 8 * int(np.prod(_shape(problem, draws)))


def _shape(problem: Problem, draws: int) -> tuple[int, int, int, int]:
    return c.MEASURES, len(problem.families), problem.months, draws


def _certain(problem: Problem) -> bool:
    chance = problem.win_probability
    wins = ((chance > 0) & (chance < 1)).any()
    return not (problem.errors.spread.any() or wins or at_risk(problem))


def _run(
    problem: Problem,
    plan: Plan | None,
    errors: Reals,
    *,
    places: Structure,
    chances: Chances | None = None,
    threads: int = 1,
    trace: bool = False,
) -> Sums:
    """Run the blocks of ``errors`` (blocks, T, I, width); its type decides the precision."""
    real = errors.dtype
    blocks, months, _, width = errors.shape
    items, resources = problem.routing.shape
    sums = Sums(
        families=SPARE.array(_shape(problem, blocks * width)),
        costs=np.zeros((c.COSTS, months, blocks * width), real),
        items=np.zeros((blocks, months, items, c.ITEM_SUMS)).transpose(0, 3, 2, 1),
        resources=np.zeros((blocks, c.RESOURCE_SUMS, resources, months)),
        trace=np.full((c.TRACE, items if trace else 0, months), -1.0),
    )
    chances = chances or Chances(
        uniforms=np.zeros((0, blocks * width)), supply=certain(problem, errors.shape, real)
    )
    opens = np.full(len(problem.families), -1)
    known, opens_at = np.unique(places.family, return_index=True)
    opens[known] = opens_at
    sums.families[:, opens < 0] = 0.0
    world = _world(problem, plan, errors, places=places, chances=chances)
    groups = Groups(places.classes, places.bounds, places.reach, places.members)
    run_block = block_function()
    size = (SINGLE, ROW, FEW) if real == np.float32 else (DOUBLE, DOUBLE, DOUBLE)

    def run(block: int) -> None:
        first = np.array([block * width])
        trace, per_block = sums.trace, (sums.items[block].T, sums.resources[block])
        outputs = Outputs(sums.families, sums.costs, *per_block, trace, first, opens)
        run_block(size, world(block), groups, outputs)

    if threads > 1 and blocks > 1:
        list(_pool(threads).map(run, range(blocks)))
    else:
        for block in range(blocks):
            run(block)
    return sums


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="simulate")


def _world(
    problem: Problem, plan: Plan | None, errors: Reals, *, places: Structure, chances: Chances
) -> Callable[[int], World]:
    """The tables that a block reads, in the precision of the errors."""
    real, order, width = errors.dtype, places.order, errors.shape[3]
    happened, volume, known = tables.chances(problem, chances.uniforms, order)
    random = chances.supply
    shared = {
        "place": order,
        "cells": tables.cells(problem, plan, order, real=real),
        "limits": tables.limits(problem).astype(real),
        "chase": real.type(1.0 if plan is None else problem.responsiveness),
        "lead": problem.lead_time[order],
        "family": places.family,
        "starts": places.starts,
        "which": places.which,
        "usage": places.usage.astype(real),
        "volume": np.ascontiguousarray(volume, dtype=real),
        "known": np.ascontiguousarray(known, dtype=real),
        "which_factor": random.which_factor[order],
        "which_slip": random.which_slip[order],
    }

    def world(block: int) -> World:
        first = block * width
        return World(
            **shared,
            errors=_read_only(errors[block], real),
            surprise=np.ascontiguousarray(happened[:, first : first + width], dtype=real),
            running=_read_only(random.running[block], real),
            factors=_read_only(random.factors[block], real),
            slips=_read_only(random.slips[block], real),
        )

    return world


def _read_only(rows: Reals, real: "np.dtype[np.floating]") -> Reals:
    view = np.ascontiguousarray(rows, dtype=real).view()
    view.setflags(write=False)
    return view


def _outcome(
    problem: Problem, plan: Plan, draws: Draws, *, sums: Sums, places: Structure
) -> Outcome:
    columns = sums.families.shape[3]
    certain = columns < draws.draws
    wanted = slice(0, 1) if certain else slice(0, draws.draws)
    # Sums over a padded last block hold draws that nobody asked for: they are draws as well.
    items = sums.items.sum(axis=0)[:, np.argsort(places.order), :] / columns
    resources = sums.resources.sum(axis=0) / columns
    families = {
        measure: _by_draw(sums.families[m], wanted, draws.draws)
        for m, measure in enumerate(Measure)
    }
    costs = [_by_draw(cost, wanted, draws.draws) for cost in sums.costs]
    return Outcome(
        problem=problem,
        plan=plan,
        draws=draws.draws,
        seed=draws.seed,
        hash=_hash(problem, plan, draws),
        families=families,
        overtime_cost=costs[c.OVERTIME_COST],
        outside_cost=costs[c.OUTSIDE_COST],
        storage_cost=storage_cost(problem, families[Measure.PALLETS].sum(axis=1)),
        load=_load_share(problem, resources[c.USED]),
        overload=resources[c.OVERLOADED],
        unserved=items[c.UNSERVED] * problem.price,
        item_stock=items[c.STOCKED],
        item_release=items[c.RELEASED],
    )


def _by_draw(values: Reals, wanted: slice, draws: int) -> Floats:
    """Draws first, in double precision; a certain result counts for every draw."""
    rows = np.moveaxis(values[..., wanted], -1, 0).astype(np.float64, order="K", copy=False)
    return rows if len(rows) == draws else np.repeat(rows, draws, axis=0)


def storage_cost(problem: Problem, pallets: Floats) -> Floats:
    """Own store up to its limit, outside store for the rest, overflow included.

    Parameters
    ----------
    problem
    pallets : (N, T) in stock at month end

    Returns
    -------
    (N, T) [money]
    """
    own = np.minimum(pallets, problem.storage)
    cost: Floats = own * problem.storage_cost + (pallets - own) * problem.outside_storage_cost
    return cost


def _load_share(problem: Problem, used: Floats) -> Floats:
    known = np.isfinite(problem.capacity) & (problem.capacity > 0)
    share = np.full(used.shape, np.nan)
    share[known] = used[known] / problem.capacity[known]
    return share


def _tranches(problem: Problem, used: Floats) -> tuple[Floats, Floats]:
    """Overtime and outside part of what each resource is used, (R, T) each."""
    table = tables.limits(problem)
    limited = table[:, :, c.LIMITED] > 0
    carries, regular = limited * table[:, :, c.CARRIES], table[:, :, c.REGULAR].copy()
    for t in range(used.shape[1] - 1) if carries.any() else ():
        # What is left of a material is there next month.
        regular[:, t + 1] += carries[:, t] * np.maximum(regular[:, t] - used[:, t], 0.0)
    above = np.where(limited, np.maximum(used - regular, 0.0), 0.0)
    first = np.minimum(above, table[:, :, c.FIRST])
    second = above - first
    swap = table[:, :, c.OUTSIDE_FIRST] > 0
    return np.where(swap, second, first), np.where(swap, first, second)


def _reason(problem: Problem, cut: Floats, closing: Floats) -> Ints:
    """The resource that holds each item back, kept while the item is still short."""
    rounding = c.SLACK * problem.demand.mean(axis=1, keepdims=True)
    months = np.arange(cut.shape[1])
    now, short = cut >= 0, closing < -rounding
    last = np.maximum.accumulate(np.where(now, months, -1), axis=1)
    # What was cut now is missing one lead time later.
    held = now | short | (months - last <= problem.lead_time[:, None])
    free = np.maximum.accumulate(np.where(held, -1, months), axis=1)
    resource = np.take_along_axis(cut, np.maximum(last, 0), axis=1).astype(np.int64)
    return np.where((now | short) & (last > free), resource, -1)


def _hash(problem: Problem, plan: Plan, draws: Draws) -> str:
    parts = (ENGINE, problem.hash, plan.mode.value, draws.draws, draws.seed, draws.key)
    digest = hashlib.sha256("|".join(map(str, (*parts, plan.status.value))).encode())
    # A plan that ran out of time does not follow from the problem: what it releases counts.
    for units in (plan.release, plan.subcontract, plan.target, plan.wanted):
        digest.update(b"none" if units is None else units.tobytes())
    return digest.hexdigest()
