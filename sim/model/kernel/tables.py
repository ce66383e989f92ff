"""From a Problem and a Plan to the simulator's tables."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sim.model.kernel import columns as c
from sim.model.outcome import Plan
from sim.model.problem import Floats, Ints, Problem, ResourceKind, pad_months, stock_target

LOOSE = 64  # items without a resource that are simulated together
WIDE = 0.5  # relative spread above which demand is lognormal

Reals = NDArray[Any]  # float32, or float64 where every digit counts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Structure:
    """Items sorted by group of shared resources, then by family; the bill of resources."""

    order: Ints  # (I,) item at each place of the sorted tables
    family: Ints  # (I,) sorted
    bounds: Ints  # (G + 1,) first item of each group
    reach: Ints  # (G + 1,) first entry of each group in `members`
    members: Ints  # resources of the groups
    starts: Ints  # (I + 1,) first entry of each item in `which`
    which: Ints  # resource of an entry
    usage: Floats  # resource units per unit


def structure(problem: Problem) -> Structure:
    """The groups of a problem; cards seldom change them, so the last ones are kept."""
    routing = np.ascontiguousarray(problem.routing)
    return _structure(routing.tobytes(), routing.shape, problem.family.tobytes())


@lru_cache(maxsize=16)
def _structure(routing_bytes: bytes, shape: tuple[int, int], family_bytes: bytes) -> Structure:
    routing = np.frombuffer(routing_bytes).reshape(shape)
    family = np.frombuffer(family_bytes, dtype=np.int64)
    group = _groups(routing)
    order = np.lexsort((family, group))
    sorted_routing, sorted_group = routing[order], group[order]
    rows, which = np.nonzero(sorted_routing)
    bounds = np.flatnonzero(np.diff(sorted_group, prepend=-1, append=group.max(initial=0) + 1))
    members = [np.unique(which[sorted_group[rows] == g]) for g in np.unique(sorted_group)]
    return Structure(
        order=order,
        family=family[order],
        bounds=bounds.astype(np.int64),
        reach=np.cumsum([0, *(len(part) for part in members)]),
        members=np.concatenate([*members, np.zeros(0)]).astype(np.int64),
        starts=np.cumsum([0, *np.count_nonzero(sorted_routing, axis=1)]),
        which=which.astype(np.int64),
        usage=sorted_routing[rows, which],
    )


def _groups(routing: Floats) -> Ints:
    """Group of each item: connected through resources; items without one in small lots."""
    items, resources = routing.shape
    rows, which = np.nonzero(routing)
    graph = coo_array((np.ones(len(rows)), (rows, items + which)), shape=(items + resources,) * 2)
    label = connected_components(graph, directed=False)[1][:items].astype(np.int64)
    loose = ~routing.any(axis=1)
    label[loose] = label.max(initial=0) + 1 + np.arange(loose.sum()) // LOOSE
    compact: Ints = np.unique(label, return_inverse=True)[1].astype(np.int64)
    return compact


def windows(values: Floats, lead: Ints) -> Floats:
    """Sum of each month and of the ``lead`` months after it, (I, T).

    >>> windows(np.array([[1.0, 2.0, 4.0]]), np.array([1])).tolist()
    [[3.0, 6.0, 8.0]]
    """
    months = values.shape[1]
    longest = int(lead.max(initial=0))
    padded = pad_months(values, longest)
    total = np.zeros_like(values)
    for h in range(longest + 1):
        total += np.where((h <= lead)[:, None], padded[:, h : h + months], 0.0)
    return total


def expected_demand(problem: Problem) -> Floats:
    """Demand with the customers that may come or go, each times its probability, (I, T)."""
    if not problem.win_probability.size:
        return problem.demand
    wins = np.tensordot(problem.win_probability, problem.win_volume, axes=1)
    return np.asarray(np.maximum(problem.demand + wins, 0.0))


def foreseen(problem: Problem) -> Floats:
    """Demand of the cover window less what is on order for it: (I, T) [units].

    sum_{h=0..L} mu[t+h] - sum_{h=0..L} receipts[t+h]; no receipt is known beyond the horizon.
    """
    longest = int(problem.lead_time.max(initial=0))
    ordered = np.pad(problem.receipts, ((0, 0), (0, longest)))
    due = windows(ordered, problem.lead_time)[:, : problem.months]
    return windows(expected_demand(problem), problem.lead_time) - due


def chase_target(problem: Problem) -> Floats:
    """Policy stock at the end of month t + lead time, (I, T) [units]."""
    months = problem.months
    longest = int(problem.lead_time.max(initial=0))
    target = pad_months(stock_target(problem), longest)
    at = np.arange(months)[None, :] + problem.lead_time[:, None]
    return np.asarray(np.take_along_axis(target, at, axis=1))


def cells(problem: Problem, plan: Plan | None, order: Ints) -> Floats:
    """One row per item and month, (I, T, CELLS); without a plan, full recourse."""
    demand = expected_demand(problem)
    spread = problem.errors.spread
    table = np.zeros((*demand.shape, c.CELLS))
    target = chase_target(problem) if plan is None else plan.target
    table[:, :, c.NEED] = foreseen(problem) + target
    table[:, 1:, c.NEED_ERROR] = _learned(problem, demand * spread)[:, 1:]
    table[:, :, c.HIGH] = np.inf
    planned = _follow(table, problem, plan) if plan is not None else 0.0
    table[:, :, c.BUYABLE] = np.maximum(problem.subcontract - planned, 0.0)
    table[:, :, c.MEAN] = demand
    table[:, :, c.SWING] = demand * spread
    table[:, :, c.SPREAD] = spread
    table[:, :, c.SIGMA] = np.where(spread > WIDE, np.sqrt(np.log1p(spread**2)), 0.0)
    table[:, :, c.PRICE] = problem.price
    table[:, :, c.ARRIVING] = problem.receipts
    table[:, :, c.BUY_COST] = problem.subcontract_cost
    return table[order]


def _learned(problem: Problem, swing: Floats) -> Floats:
    """What last month's error says about the cover window: sum_h mu cv rho_{h+1}, (I, T)."""
    rho, months = problem.errors.autocorrelation, problem.months
    longest = int(problem.lead_time.max(initial=0))
    padded = pad_months(swing, longest)
    total = np.zeros_like(swing)
    for h in range(longest + 1):
        memory = rho[min(h + 1, len(rho) - 1)] if len(rho) > 1 else 0.0
        covered = (h <= problem.lead_time)[:, None]
        total += np.where(covered, memory * padded[:, h : h + months], 0.0)
    return total


def _follow(table: Floats, problem: Problem, plan: Plan) -> Floats:
    """Releases stay near the plan; returns the subcontracting planned in advance.

    A plan that knows what it wanted before capacity cut it (chase) is followed from there: the
    same cut then gives the same plan again, and its subcontracting is decided by the shortage.
    """
    base = plan.release if plan.wanted is None else plan.wanted
    planned = plan.subcontract if plan.wanted is None else np.zeros_like(plan.subcontract)
    band = problem.flexibility
    table[:, :, c.BASE] = base
    if np.isfinite(band):
        table[:, :, c.LOW] = max(1.0 - band, 0.0) * base
        table[:, :, c.HIGH] = (1.0 + band) * base
    frozen = slice(0, max(problem.frozen_months, 0))
    table[:, frozen, c.LOW] = table[:, frozen, c.HIGH] = base[:, frozen]
    table[:, :, c.PLANNED] = planned
    return planned


def traits(problem: Problem, order: Ints) -> Floats:
    """One row per item, (I, TRAITS)."""
    table = np.empty((len(problem.items), c.TRAITS))
    table[:, c.OPENING] = problem.opening_stock
    table[:, c.YIELD] = problem.production_yield
    table[:, c.LOST] = 1.0 - problem.backorder_share
    table[:, c.COST] = problem.unit_cost
    table[:, c.PALLETS] = problem.pallets_per_unit
    table[:, c.ROUNDING] = c.SLACK * expected_demand(problem).mean(axis=1)
    return table[order]


def limits(problem: Problem) -> Floats:
    """One row per resource and month, (R, T, LIMITS)."""
    limited = np.isfinite(problem.capacity)
    outside_first = problem.outside_cost < problem.overtime_cost
    table = np.zeros((*limited.shape, c.LIMITS))
    table[:, :, c.REGULAR] = np.where(limited, problem.capacity, 0.0)
    table[:, :, c.FIRST] = np.where(outside_first, problem.outside, problem.overtime)
    table[:, :, c.SECOND] = np.where(outside_first, problem.overtime, problem.outside)
    table[:, :, c.FIRST_COST] = np.minimum(problem.outside_cost, problem.overtime_cost)
    table[:, :, c.SECOND_COST] = np.maximum(problem.outside_cost, problem.overtime_cost)
    table[:, :, c.OUTSIDE_FIRST] = outside_first
    table[:, :, c.LIMITED] = limited
    kinds = [kind is ResourceKind.MATERIAL for kind in problem.resource_kind]
    table[:, :, c.CARRIES] = np.array(kinds, dtype=float).reshape(-1, 1)
    return table


def chances(problem: Problem, uniforms: Floats, order: Ints) -> tuple[Floats, Floats, Floats]:
    """Customers that may come or go: happened less probability, volume, foreseen volume.

    The plan holds probability x volume; a draw adds the difference. From the month after its
    first one the planners know how it went and plan with it.
    """
    chance, volume = problem.win_probability, problem.win_volume
    happened = (uniforms < chance[:, None]).astype(float)
    known = np.zeros_like(volume)
    for e, units in enumerate(volume):
        first = int(np.argmax(units.any(axis=0)))
        ahead = windows(units, problem.lead_time)
        known[e, :, first + 1 :] = ahead[:, first + 1 :]
    return happened - chance[:, None], volume[:, order], known[:, order]
