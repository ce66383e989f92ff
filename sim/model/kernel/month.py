"""What happens to one item in one month, on some draws side by side (``lanes``).

The formulas are those of the method page. A branch depends on the item and the month, never on
a draw.
"""
# Numba infers the types; its functions take no keyword arguments here.
# mypy: disable-error-code="no-untyped-def,no-untyped-call"
# ruff: noqa: PLR0917

from typing import Any, NamedTuple

from numba import njit

from sim.model.kernel import columns as c
from sim.model.kernel.lanes import (
    at,
    exponential,
    least,
    load,
    most,
    spread,
    store,
    where_above,
    where_least,
)

OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "_nrt": False,
    "fastmath": {"nnan", "nsz", "contract", "arcp"},
}
INLINE: dict[str, Any] = OPTIONS | {"forceinline": True}
TINY = 1e-30


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
        return level * exponential(sigma * error - 0.5 * (sigma * sigma))
    return most(level + swing * error, 0.0)


@njit(**INLINE)
def flow(i, t, start, arrived, asked, world):
    """Stock at the end, short, shipped, served, and what speaks of service in the month."""
    end = start + arrived - asked
    stock = most(end, 0.0)
    short = stock - end
    before = most(start, 0.0)
    # A stock that ends at nought but for rounding is not a shortage.
    under = before - start + short
    under = where_above(under, fact(world, i, t, c.ROUNDING), under, 0.0)
    shipped = most(before + arrived - stock, 0.0)
    served = least(shipped, asked)
    if fact(world, i, t, c.KEPT) > 0:
        over = before + stock
        in_time = asked * ((over + TINY) / (over + under + TINY))
        served = fact(world, i, t, c.LOST) * served + fact(world, i, t, c.KEPT) * in_time
    return stock, short, shipped, served, before, under


@njit(**INLINE)
def stock_out(bridge, before, stock, under, asked):
    """Probability that the stock was at nought at some time of the month.

    exp(-2 x y / s^2) between x and y > 0, s^2 = day_spread^2 demand^2 / working days.
    """
    if bridge < 0:
        # A vanishing demand must not make a square that is too small for single precision.
        pace = most(asked, 1e-12)
        chance = exponential(bridge * ((before / pace) * (stock / pace)))
        chance = where_above(asked, 0.0, chance, 0.0)
    else:
        chance = spread(0.0, asked)
    return where_above(under, 0.0, 1.0, chance)


@njit(**INLINE)
def count(i, t, asked, flows, chance, world, totals):
    """Add one item to the measures of its family (the order is that of Measure)."""
    stock, short, shipped, served, _, _ = flows
    price, cost = fact(world, i, t, c.PRICE), fact(world, i, t, c.COST)
    worth = price * asked
    return (
        totals[0] + asked,
        totals[1] + served,
        totals[2] + shipped,
        totals[3] + worth,
        totals[4] + price * served,
        totals[5] + price * shipped,
        totals[6] + where_least(served, (1 - c.SLACK) * asked, worth, 0.0),
        totals[7] + fact(world, i, t, c.LOST) * short,
        totals[8] + fact(world, i, t, c.LOST_PRICE) * short,
        totals[9] + fact(world, i, t, c.KEPT) * short,
        totals[10] + fact(world, i, t, c.WAIT_PRICE) * short,
        totals[11] + cost * shipped,
        totals[12] + stock,
        totals[13] + cost * stock,
        totals[14] + fact(world, i, t, c.PALLETS) * stock,
        totals[15] + chance,
    )
