"""What the planner minimises: the horizon it looks at and the price of each unit.

A company that states its costs gets these: cost less revenue, goods paid when made; a stock
target is kept beside them, and what closes at it is worth its cost. Without stated costs the
objective is the money that a plan loses against serving everything from the regular capacity:
lost margin, waiting customers, stock below target, holding, storage, overtime, outside work,
subcontracting. Making a unit that is sold costs nothing here: its cost is paid in every plan that
serves the demand, and lost margin already counts the others.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.model.kernel.tables import expected_demand
from sim.model.outcome import Plan
from sim.model.planner.chase import natural_stock
from sim.model.problem import Floats, Problem, pad_months, stock_target
from sim.model.stated import UnitCosts

LOST_FACTOR = 1.15  # a lost unit costs more than its margin: the customer may not come back
MARGIN_FLOOR = 0.10  # share of unit cost: demand is served even when it earns little
WAITING_SHARE = 0.25  # a unit that waits one month costs this share of a lost one
BELOW_SHARE = 0.10  # one unit below the stock target costs this share of its cost per month
NO_PRICE_FACTOR = 10.0  # without prices a lost unit costs this many times the dearest unit
WORSE_FACTOR = 4.0  # building ahead at the expense of another item, where there is no other way
SERVED_FIRST = 0.99  # share of an unmet unit's price that a unit missing in stock costs at most
TIE = 1e-5  # share of unit value: too small to change a decision, enough to settle a tie


@dataclass(frozen=True, kw_only=True, eq=False)
class Terms:
    """Arrays of the linear programme. T' = months + longest lead time, so that what is
    released in the last months serves the demand after the horizon."""

    months: int  # T
    demand: Floats  # (I, T') [units] expected, zero where nothing can arrive for it
    incoming: Floats  # (I, T') [units] opening stock in the first month, then receipts
    wanted: Floats  # (I, T') [units] stock target; inf beyond the item's own horizon
    room: Floats  # (I, T') [units] stock above target that is not built ahead
    floor: Floats  # (I, T') [units] unmet demand of the plan to improve on; inf = none
    unmet: Floats  # (I, T') [money per unit and month] lost or made to wait
    lost: Floats  # (I, T') [money per unit] given up for good
    below: Floats  # (I, T') [money per unit and month] stock missing below the target
    hold: Floats  # (I, T') [money per unit and month] stock, with the tie-break
    make: Floats  # (I, T) [money per unit] goods when costs are stated, else a tie-break
    keep: float  # [money per unit and month] tie-break: outside material is bought late
    away: Floats  # (T,) [money per pallet-month] outside store above the own one
    overflow: float  # [money per pallet-month] stock that fits in no store
    constant: float  # [money] below x wanted: what an empty store would cost


def unit_value(problem: Problem) -> Floats:
    """Unit cost; where it is unknown the mean price; where that is unknown, one.

    Returns
    -------
    (I,) [money per unit]
    """
    price = problem.price.mean(axis=1)
    known = np.where(problem.unit_cost > 0, problem.unit_cost, price)
    return np.asarray(np.where(known > 0, known, 1.0))


def lost_cost(problem: Problem) -> Floats:
    """Price of one lost unit: 1.15 x its margin, at least 1.15 x a tenth of its value.

    Without any price every unit is equally bad to lose, and worse than any other cost.

    Returns
    -------
    (I, T) [money per unit]
    """
    value = unit_value(problem)
    if not problem.has_money:
        return np.full_like(problem.price, NO_PRICE_FACTOR * value.max(initial=1.0))
    margin = problem.price - problem.unit_cost[:, None]
    return np.asarray(LOST_FACTOR * np.maximum(margin, MARGIN_FLOOR * value[:, None]))


def terms(problem: Problem, chase: Plan | None = None) -> Terms:
    """The arrays of the linear programme for one problem.

    ``chase`` is the plan that building ahead starts from: nobody shall wait longer than in it.
    """
    months, extra = problem.months, int(problem.lead_time.max(initial=0))
    inside = np.arange(months + extra) < months + problem.lead_time[:, None]
    seen = inside.astype(np.float64)
    target = stock_target(problem)
    wanted = np.where(inside, pad_months(target, extra), np.inf)
    demand = pad_months(expected_demand(problem), extra) * seen
    natural, short = target, np.full(target.shape, np.inf)
    if chase is not None:
        natural = natural_stock(problem, chase)
        short = np.maximum(-chase.stock, 0.0) + TIE * TIE * chase.release.mean()
    incoming = _after(problem.receipts, extra)
    incoming[:, 0] += problem.opening_stock
    if problem.costs is None:
        money = _by_convention(problem, seen=seen)
    else:
        money = _as_stated(problem, problem.costs, demand=demand, seen=seen)
    if chase is not None:
        money["overflow"] *= WORSE_FACTOR
    money["constant"] += float((money["below"] * np.where(inside, wanted, 0.0)).sum())
    return Terms(
        months=months,
        demand=demand,
        incoming=incoming,
        wanted=wanted,
        room=_after(natural - target, extra),
        floor=np.pad(short, ((0, 0), (0, extra)), constant_values=np.inf),
        **money,
    )


def _by_convention(problem: Problem, *, seen: Floats) -> dict[str, Any]:
    """Prices of the planner's conventions, with tie-breaks too small to change a decision."""
    items, months = seen.shape
    below = (BELOW_SHARE * unit_value(problem))[:, None] * seen
    value, scatter = unit_value(problem), _scatter(items, months)
    lost = pad_months(lost_cost(problem), months - problem.months) * (1.0 + TIE * scatter) * seen
    waiting = np.maximum(WAITING_SHARE * lost, 1.5 * below)
    lost_share = 1.0 - problem.backorder_share[:, None]
    steps = np.linspace(1.0, 0.0, problem.months)
    return {
        "unmet": lost_share * lost + (1.0 - lost_share) * waiting,
        "lost": lost,
        "below": below,
        "hold": _holding(problem, seen=seen, scatter=scatter),
        "make": TIE * value[:, None] * steps * (1 + scatter[:, : problem.months]),
        "keep": TIE * float(problem.outside_cost.max(initial=1.0)),
        "away": np.maximum(problem.outside_storage_cost - problem.storage_cost, TIE),
        "overflow": _overflow(problem, lost + below.sum(axis=1)[:, None]),
        "constant": 0.0,
    }


def _as_stated(
    problem: Problem, costs: UnitCosts, *, demand: Floats, seen: Floats
) -> dict[str, Any]:
    """The company's own money: cost less revenue, nothing added but for the stock targets.

    What is shipped is demand + waiting from before - unmet, so a unit unmet in month t costs its
    price of t, and the share that waits earns the price of t + 1 again. Where the price rises,
    no sale is put off on purpose. Source: Chopra & Meindl, ch. 8.
    """
    extra = demand.shape[1] - problem.months
    waits = problem.backorder_share[:, None]
    price = pad_months(problem.price, extra) * seen
    later = np.pad(price[:, 1:], ((0, 0), (0, 1)))
    lost = np.maximum(price - waits * later, 0.0)
    lost += (1.0 - waits) * pad_months(costs.lost, extra) * seen
    store = (problem.storage_cost * problem.pallets_per_unit)[:, None]
    waiting = price[:, 0] @ np.maximum(-problem.opening_stock, 0.0)
    unmet = lost + waits * pad_months(costs.backlog, extra) * seen
    hold = (pad_months(costs.hold, extra) + store) * seen
    return {
        "unmet": unmet,
        "lost": lost,
        "below": _below_target(problem, unmet=unmet, hold=hold, seen=seen),
        "hold": hold,
        "make": np.repeat(
            (problem.unit_cost * problem.production_yield)[:, None], problem.months, axis=1
        ),
        "keep": 0.0,
        "away": np.maximum(problem.outside_storage_cost - problem.storage_cost, 0.0),
        "overflow": 0.0,
        "constant": -float((price * demand).sum() + waiting),
    }


def _below_target(problem: Problem, *, unmet: Floats, hold: Floats, seen: Floats) -> Floats:
    """Price of a unit missing in the stock: what keeping it costs and the wish to have it.

    Goods are paid when made: at the end of its horizon an item's stock up to the target is worth
    its cost, else no plan would keep it. Nobody goes without for the sake of a target.
    Source: Silver, Pyke & Thomas (aggregate planning: conditions at the end of the horizon).

    A unit of 10 that costs 0.18 to hold is missed for 1.18 a month, for 11.18 in the last one;
    where the price of an unmet unit is 0.70, for no more than 0.873.
    """
    last = seen - np.pad(seen[:, 1:], ((0, 0), (0, 1)))
    wish = (BELOW_SHARE * unit_value(problem))[:, None] * seen + problem.unit_cost[:, None] * last
    most = np.where(unmet > 0, SERVED_FIRST * unmet, np.inf)
    return np.asarray(hold + np.minimum(wish, most))


def _holding(problem: Problem, *, seen: Floats, scatter: Floats) -> Floats:
    own = problem.holding_rate * problem.unit_cost
    store = problem.storage_cost * problem.pallets_per_unit
    tie = TIE * unit_value(problem)[:, None] * (1.0 + scatter)
    return np.asarray(((own + store)[:, None] + tie) * seen)


def _overflow(problem: Problem, worth: Floats) -> float:
    """Dearer than anything that a pallet of goods could save."""
    stored = problem.pallets_per_unit > 0
    if not stored.any():
        return 0.0
    pallet = worth[stored].max(axis=1) / problem.pallets_per_unit[stored]
    return float(4.0 * pallet.max() + problem.outside_storage_cost.max(initial=0.0))


def _after(values: Floats, extra: int) -> Floats:
    return np.pad(values, ((0, 0), (0, extra)))


def _scatter(items: int, months: int) -> Floats:
    """Numbers in (0, 1), all different and always the same: the golden-ratio sequence."""
    steps = np.arange(1, items * months + 1) * 0.6180339887498949
    return np.asarray((steps % 1.0).reshape(items, months))
