"""From a Problem and a Plan to the simulator's tables."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.model.kernel import columns as c
from sim.model.outcome import Plan
from sim.model.problem import Floats, Ints, Problem, ResourceKind, pad_months, stock_target
from sim.model.service import STEP

WIDE = 0.5  # relative spread above which demand is lognormal

Reals = NDArray[Any]  # float32, or float64 where every digit counts


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


def cells(
    problem: Problem, plan: Plan | None, order: Ints, *, real: "np.dtype[np.floating]"
) -> Reals:
    """One row per month and item, (T, I, CELLS) of a precision; without a plan, full recourse."""
    demand = expected_demand(problem)
    spread = problem.errors.spread
    days = np.maximum(problem.working_days, 1.0)
    rows: Reals = np.zeros((*demand.T.shape, c.CELLS), real)  # as they are read
    table = rows.transpose(1, 0, 2)
    target = chase_target(problem) if plan is None else plan.target
    table[:, :, c.NEED] = foreseen(problem) + target
    table[:, 1:, c.NEED_ERROR] = _learned(problem, demand * spread)[:, 1:]
    table[:, :, c.HIGH] = np.inf
    table[:, :, c.FREE] = plan is None
    planned = _follow(table, problem, plan) if plan is not None else 0.0
    table[:, :, c.BUYABLE] = np.maximum(problem.subcontract - planned, 0.0)
    table[:, :, c.MEAN] = demand
    table[:, :, c.SWING] = demand * spread
    table[:, :, c.SPREAD] = spread
    table[:, :, c.SIGMA] = np.where(spread > WIDE, np.sqrt(np.log1p(spread**2)), 0.0)
    table[:, :, c.PRICE] = problem.price
    table[:, :, c.DAYS] = problem.day_spread / np.sqrt(days + problem.day_spread**2)
    table[:, :, c.STEP] = STEP / np.sqrt(days)
    table[:, :, c.HALF_DAY] = 0.5 / days
    table[:, :, c.ARRIVING] = problem.receipts
    table[:, :, c.BUY_COST] = problem.subcontract_cost
    _fill_traits(table, problem)
    return np.take(rows, order, axis=1)


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


def _follow(table: Reals, problem: Problem, plan: Plan) -> Floats:
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
    table[:, :, c.FREE] = problem.responsiveness == 1.0 and not np.isfinite(band)
    frozen = slice(0, max(problem.frozen_months, 0))
    table[:, frozen, c.LOW] = table[:, frozen, c.HIGH] = base[:, frozen]
    table[:, frozen, c.FREE] = 0.0
    table[:, :, c.PLANNED] = planned
    return planned


def _fill_traits(table: Reals, problem: Problem) -> None:
    """What is the same in all months, on ``table`` (I, T, CELLS)."""
    slip = 0.0 if problem.risk is None else problem.risk.slip
    for column, values in (
        (c.OPENING, problem.opening_stock),
        (c.YIELD, problem.production_yield),
        (c.INVERSE, 1.0 / problem.production_yield),
        (c.LOST, 1.0 - problem.backorder_share),
        (c.KEPT, problem.backorder_share),
        (c.COST, problem.unit_cost),
        (c.PALLETS, problem.pallets_per_unit),
        (c.ROUNDING, c.SLACK * expected_demand(problem).mean(axis=1)),
        (c.SLIP, slip),
    ):
        table[:, :, column] = np.asarray(values).reshape(-1, 1)


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
    first one the planners know how it went and plan with it. Without uniforms nothing is random.
    """
    events = len(uniforms)
    chance, volume = problem.win_probability[:events], problem.win_volume[:events]
    happened = (uniforms < chance[:, None]).astype(float)
    known = np.zeros_like(volume)
    for e, units in enumerate(volume):
        first = int(np.argmax(units.any(axis=0)))
        ahead = windows(units, problem.lead_time)
        known[e, :, first + 1 :] = ahead[:, first + 1 :]
    return happened - chance[:, None], volume[:, order], known[:, order]
