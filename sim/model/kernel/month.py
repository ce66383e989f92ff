"""What happens to one item in one month, on some draws side by side (``lanes``).

The formulas are those of the method page. A branch depends on the item and the month, never on
a draw.
"""
# Numba infers the types; its functions take no keyword arguments here.
# mypy: disable-error-code="no-untyped-def,no-untyped-call"
# ruff: noqa: PLR0917

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from sim.model.kernel import columns as c
from sim.model.kernel.lanes import (
    at,
    decay,
    inverse_of,
    least,
    load,
    load_few,
    most,
    power_of_two,
    root_of,
    spread,
    store,
    where_above,
)

OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "_nrt": False,
    "fastmath": {"nnan", "nsz", "contract", "arcp"},
}
INLINE: dict[str, Any] = OPTIONS | {"forceinline": True}
TINY = 1e-30
NARROW = 1e-15  # [units] spread of days that are all alike
PI, TWO_PI = np.pi, 2 * np.pi
LOG2 = np.log2(np.e)  # e**x = 2**(x LOG2)


class World(NamedTuple):
    """What a block reads."""

    errors: Any  # (T, I, width) in the order of the problem's items
    place: Any  # (I,) place of each item in `errors`
    cells: Any  # (T, I, CELLS)
    limits: Any  # (R, T, LIMITS)
    chase: Any  # responsiveness
    lead: Any  # (I,) [months]
    family: Any  # (I,)
    starts: Any  # (I + 1,) bill of resources in rows: first entry of each item,
    which: Any  # resource of an entry,
    usage: Any  # resource units per unit
    surprise: Any  # (E, width) happened less probability
    volume: Any  # (E, I, T) what comes or goes
    known: Any  # (E, I, T) the same as foreseen
    running: Any  # (T, R or 0, width) share of the mean availability
    factors: Any  # (T, items with a random yield, width) share of the mean yield
    which_factor: Any  # (I,) entry in `factors`, -1 = certain
    slips: Any  # (T, items that may slip, width) uniform numbers
    which_slip: Any  # (I,) entry in `slips`, -1 = never


class State(NamedTuple):
    """The items of a group, draws side by side."""

    net: Any  # (I, width) [units] stock less backorders
    pipe: Any  # (I, lead, width) good units on their way
    full: Any  # (I, width) release wanted from the own plant
    lacking: Any  # (I, width) part of it that is cut; valid where `held` is not 0
    bought: Any  # (I, width) bought finished, as planned
    late: Any  # (I, width) slipped to the next month
    held: Any  # (I,) number of full resources that the item needs


@njit(**INLINE)
def fact(world, i, t, column):
    """What is the same in all draws: a number of an item and month."""
    return at(world.cells, (t, i, column))


@njit(**INLINE)
def ask(i, t, q, v, n, now, world, state):
    """Release wanted from the own plant; the part planned to be bought finished is apart.

    now : net stock, what is on its way, forecast error of last month
    """
    net, on_order, error = now
    known = world.known
    wish = fact(world, i, t, c.NEED) + fact(world, i, t, c.NEED_ERROR) * error - net - on_order
    for e in range(len(known)):
        if at(known, (e, i, t)) != 0:
            wish = wish + at(known, (e, i, t)) * load(world.surprise, (e, n))
    wish = most(wish, 0.0) * fact(world, i, t, c.INVERSE)
    if fact(world, i, t, c.FREE) == 0:
        base = fact(world, i, t, c.BASE)
        wish = base + world.chase * (wish - base)
        wish = least(most(wish, fact(world, i, t, c.LOW)), fact(world, i, t, c.HIGH))
    if fact(world, i, t, c.PLANNED) + fact(world, i, t, c.BUYABLE) > 0:
        planned = least(wish, fact(world, i, t, c.PLANNED))
        store(state.bought, (q, v), planned)
        wish = wish - planned
    store(state.full, (q, v), wish)
    return wish


@njit(**INLINE)
def released(i, t, q, v, world, state):
    """Release of the month, what is bought finished included, and that part alone."""
    own = load(state.full, (q, v))
    missing = spread(0.0, own)
    if at(state.held, (q,)) > 0:
        missing = load(state.lacking, (q, v))
        own = own - missing
    extra = spread(0.0, own)
    if fact(world, i, t, c.PLANNED) + fact(world, i, t, c.BUYABLE) > 0:
        extra = load(state.bought, (q, v)) + least(missing, fact(world, i, t, c.BUYABLE))
        own = own + extra
    return own, extra


@njit(**INLINE)
def arrive(i, t, q, v, n, units, world, state):
    """Receipts of the month, and what is on its way after it.

    What is due meets the yield of the month, then may slip to the next one.
    """
    lead, pipe = at(world.lead, (i,)), state.pipe
    good = fact(world, i, t, c.YIELD) * units
    due, on_order = good, spread(0.0, good)
    if lead > 0:
        slot = t % lead
        due = load(pipe, (q, slot, v))
        store(pipe, (q, slot, v), good)
        on_order = good
        for s in range(1, lead):
            on_order = on_order + load(pipe, (q, (slot + s) % lead, v))
    if at(world.which_factor, (i,)) >= 0:
        due = due * load(world.factors, (t, at(world.which_factor, (i,)), n))
    due = due + fact(world, i, t, c.ARRIVING)
    if at(world.which_slip, (i,)) >= 0:
        number = load(world.slips, (t, at(world.which_slip, (i,)), n))
        slipped = where_above(fact(world, i, t, c.SLIP), number, due, 0.0)
        due = due - slipped + load(state.late, (q, v))
        store(state.late, (q, v), slipped)
        on_order = on_order + slipped
    return due, on_order


@njit(**INLINE)
def demand(i, t, n, error, world):
    """Demand: normal with a floor at nought, lognormal where the spread is wide.

    Customers that may come or go are on top of the mean.
    """
    volume = world.volume
    mean, sigma = fact(world, i, t, c.MEAN), fact(world, i, t, c.SIGMA)
    level, swing = spread(mean, error), spread(fact(world, i, t, c.SWING), error)
    touched = False
    for e in range(len(volume)):
        if at(volume, (e, i, t)) != 0:
            touched = True
            level = level + at(volume, (e, i, t)) * load(world.surprise, (e, n))
    if touched:
        level = most(level, 0.0)
        swing = level * fact(world, i, t, c.SPREAD)
    if sigma > 0:
        return level * power_of_two(sigma * LOG2 * error - 0.5 * LOG2 * (sigma * sigma))
    return most(level + swing * error, 0.0)


@njit(**INLINE)
def flow(i, t, start, arrived, asked, world):
    """Net stock before and after losses, given up, shipped, served, chance of a stock-out."""
    kept, gone = fact(world, i, t, c.KEPT), fact(world, i, t, c.LOST)
    end = start + arrived - asked
    over, before = most(end, 0.0), most(start, 0.0)
    short, behind = over - end, before - start
    # A stock that ends at nought but for rounding is not a shortage.
    under = where_above(behind + short, fact(world, i, t, c.ROUNDING), behind + short, 0.0)
    spread_in = fact(world, i, t, c.DAYS) * asked
    inverse = inverse_of(most(spread_in, NARROW))
    # Net stock as it is watched once a day, half of a day's receipts after the demand.
    ahead = fact(world, i, t, c.STEP) * spread_in - fact(world, i, t, c.HALF_DAY) * arrived
    ahead = most(ahead, 0.5 * ahead)
    x, y = most(before + short + ahead, 0.0) * inverse, most(over + ahead, 0.0) * inverse
    touch = decay((-2.0 * LOG2 * x) * y)
    chance = where_above(under, 0.0, 1.0, where_above(spread_in, 0.0, touch, 0.0))
    lost, late = gone * short, spread(0.0, asked)
    if kept > 0:
        ends = (start * inverse) * (end * inverse)
        served_part = above(before + over, under, ends, inverse, fact(world, i, t, c.DAYS))
        late = most(asked - asked * served_part, 0.0)
    if fact(world, i, t, c.DAYS) * gone > 0:
        deeper = 0.5 * spread_in * mills(x + y) * touch
        if kept > 0:
            late = missed(kept, gone, late, blocked(behind, short, arrived, asked, deeper))
            lost = gone * late
        else:
            lost = lost + least(deeper, most(asked - short, 0.0))
    net = end + lost
    shipped = most(before + arrived - most(net, 0.0), 0.0)
    if kept > 0 and (gone == 0 or fact(world, i, t, c.DAYS) > 0):
        return end, net, lost, shipped, asked - late, chance
    served = least(shipped, asked)
    if kept > 0:
        served = gone * served + kept * (asked - late)
    return end, net, lost, shipped, served, chance


@njit(**INLINE)
def above(over, under, ends, inverse, days):
    """Share of the month with stock on hand: straight path, then days that are not alike.

    The bridge of ``sim.model.service``; ends : x y / s^2
    """
    length = over + under + TINY
    straight = (over + TINY) * inverse_of(length)
    if days == 0:
        return straight
    far = length * inverse
    root = root_of(far * far + TWO_PI)
    bend = TWO_PI * inverse_of((root + far) * (root + (PI - 1.0) * far))
    return straight + (0.5 - straight) * bend * decay(-2.0 * LOG2 * most(ends, 0.0))


@njit(**INLINE)
def mills(far):
    """Mills ratio of the normal distribution: Boyd's bound, as in ``sim.model.service``."""
    return PI * inverse_of(root_of(far * far + TWO_PI) + (PI - 1.0) * far)


@njit(**INLINE)
def blocked(behind, short, arrived, asked, deeper):
    """Demand that is lost if nobody waits any more, but those who do are served first."""
    until = least(behind * inverse_of(most(arrived, TINY)), 1.0)
    return least(most(short, asked * until) + deeper, asked)


@njit(**INLINE)
def missed(kept, gone, late, nobody):
    """Demand not served on time where a part waits: 1 / (kept / all wait + gone / nobody waits)."""
    return late * nobody * inverse_of(most(kept * nobody + gone * late, TINY))


@njit(**INLINE)
def count(i, t, q, b, v, world, state, sheet, totals):
    """Add one item to the measures of its family (the order is that of Measure)."""
    price, cost = fact(world, i, t, c.PRICE), fact(world, i, t, c.COST)
    asked, served = load_few(sheet.asked, (b, v)), load_few(sheet.served, (b, v))
    shipped, lost = load_few(sheet.moved, (b, v)), load_few(sheet.lost, (b, v))
    net, chance = load_few(state.net, (q, v)), load_few(sheet.chance, (b, v))
    worth, stock = price * asked, most(net, 0.0)
    waiting = stock - net
    return (
        totals[0] + asked,
        totals[1] + served,
        totals[2] + shipped,
        totals[3] + worth,
        totals[4] + price * served,
        totals[5] + price * shipped,
        totals[6] + (worth - worth * chance),
        totals[7] + lost,
        totals[8] + price * lost,
        totals[9] + waiting,
        totals[10] + price * waiting,
        totals[11] + cost * shipped,
        totals[12] + stock,
        totals[13] + cost * stock,
        totals[14] + fact(world, i, t, c.PALLETS) * stock,
        totals[15] + chance,
    )
