"""Vector rows of the simulator: what happens to one item or resource in one month.

Every loop runs over the draws of a block, reads and writes rows of ``width`` numbers side by
side and has no branch that depends on a draw. A function gets the width as the TYPE of its
first argument (a tuple of n zeros means 2**n draws), so the compiler knows it, sees that rows
do not overlap, and uses the vector unit. Constants are made in the type of the data: a plain
number would turn single precision into double.
"""
# Numba infers the types; its functions take no keyword arguments here.
# mypy: disable-error-code="no-untyped-def,no-untyped-call"
# ruff: noqa: PLR0917

from typing import Any

import numpy as np
from numba import njit

from sim.model.kernel import columns as c

OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "fastmath": {"nnan", "nsz", "contract", "arcp", "reassoc"},
}


@njit(**OPTIONS)
def ask(size, i, t, q, place, cells, traits, chase, errors, x, work, bought, own):
    """Release wanted in each draw, less the part that is planned to be bought finished."""
    width = 1 << len(size)
    before = max(t - 1, 0)
    zero = cells.dtype.type(0)
    need, gain, base = cells[i, t, c.NEED], cells[i, t, c.NEED_ERROR], cells[i, t, c.BASE]
    low, high, planned = cells[i, t, c.LOW], cells[i, t, c.HIGH], cells[i, t, c.PLANNED]
    inverse = cells.dtype.type(1) / traits[i, c.YIELD]
    for k in range(width):
        wish = need + gain * errors[before, place, k] - x[q, k] - work[c.POSITION * width + k]
        wish = max(zero, wish) * inverse
        own[q, k] = min(high, max(low, base + chase * (wish - base)))
    if planned + cells[i, t, c.BUYABLE] > zero:
        for k in range(width):
            bought[q, k] = min(own[q, k], planned)
            own[q, k] -= bought[q, k]


@njit(**OPTIONS)
def on_order(size, lead, pipe, q, work):
    """What an item has on its way."""
    width = 1 << len(size)
    for k in range(width):
        work[c.POSITION * width + k] = 0
    for slot in range(lead):
        for k in range(width):
            work[c.POSITION * width + k] += pipe[q, slot * width + k]


@njit(**OPTIONS)
def ration(size, r, t, limits, load, carry, share):
    """Share of the load that fits; the draws above regular capacity; whether any is cut."""
    width = 1 << len(size)
    real = limits.dtype.type
    one, tiny, edge = real(1), real(1e-30), real(1 + c.TIGHT)
    regular, more = limits[r, t, c.REGULAR], limits[r, t, c.FIRST] + limits[r, t, c.SECOND]
    least, over = one, real(0)
    for k in range(width):
        fits = min(one, (regular + carry[r, k] + more) / max(load[r, k], tiny))
        share[r, k] = fits
        least = min(least, fits)
        over += one if load[r, k] > (regular + carry[r, k]) * edge + tiny else real(0)
    return over, least < one


@njit(**OPTIONS)
def fair(size, share, r, full, own, q):
    """An item gets the smallest share among its resources."""
    width = 1 << len(size)
    for k in range(width):
        own[q, k] = min(own[q, k], full[q, k] * share[r, k])


@njit(**OPTIONS)
def room(size, r, t, limits, load, carry, free, gate):
    """Capacity left, and how far it counts as free: not at all when nothing is left, fully
    from a hundredth of the capacity on. A gate without a ramp would make rounding decide."""
    width = 1 << len(size)
    real = limits.dtype.type
    zero, one, ramp = real(0), real(1), real(1 / c.RAMP)
    tiny = real(1e-30)
    everything = limits[r, t, c.REGULAR] + limits[r, t, c.FIRST] + limits[r, t, c.SECOND]
    for k in range(width):
        available = everything + carry[r, k]
        left = max(zero, available - load[r, k])
        free[r, k] = left
        gate[r, k] = min(one, left / max(available, tiny) * ramp)


@njit(**OPTIONS)
def close(size, gate, r, work):
    """Nothing can be given back to an item that has a resource without any room."""
    width = 1 << len(size)
    for k in range(width):
        work[c.LACK * width + k] *= gate[r, k]


@njit(**OPTIONS)
def fit(size, free, extra, r, work):
    """Fair share of the room of one resource."""
    width = 1 << len(size)
    tiny = work.dtype.type(1e-30)
    for k in range(width):
        fits = free[r, k] / max(extra[r, k], tiny)
        work[c.FITS * width + k] = min(work[c.FITS * width + k], fits)


@njit(**OPTIONS)
def add(size, factor, row, q, total, r):
    """Load of one item on one resource."""
    width = 1 << len(size)
    for k in range(width):
        total[r, k] += factor * row[q, k]


@njit(**OPTIONS)
def pay(size, r, t, first, limits, load, carry, costs):
    """Regular capacity first, then the two tranches; the unused material is kept."""
    width = 1 << len(size)
    one = limits.dtype.type(1)
    early_most, late_most = limits[r, t, c.FIRST], limits[r, t, c.SECOND]
    keep, swap = limits[r, t, c.CARRIES], limits[r, t, c.OUTSIDE_FIRST]
    plain = one - swap
    a, b = limits[r, t, c.FIRST_COST], limits[r, t, c.SECOND_COST]
    used = limits.dtype.type(0)
    for k in range(width):
        regular = limits[r, t, c.REGULAR] + carry[r, k]
        within = min(load[r, k], regular)
        early = min(load[r, k] - within, early_most)
        late = min(load[r, k] - within - early, late_most)
        costs[c.OVERTIME_COST, t, first + k] += plain * early * a + swap * late * b
        costs[c.OUTSIDE_COST, t, first + k] += swap * early * a + plain * late * b
        carry[r, k] = keep * (regular - within)
        used += load[r, k]
    return used


@njit(**OPTIONS)
def arrive(size, i, t, q, lead, cells, traits, own, bought, pipe, work):
    """Receipts of the month; what is released now enters the pipeline. Sum of releases."""
    width = 1 << len(size)
    ordered, gain = cells[i, t, c.ARRIVING], traits[i, c.YIELD]
    released = cells.dtype.type(0)
    if cells[i, t, c.PLANNED] + cells[i, t, c.BUYABLE] > released:
        for k in range(width):
            own[q, k] += bought[q, k]
    for k in range(width):
        released += own[q, k]
        work[c.ARRIVED * width + k] = gain * own[q, k]
    if lead > 0:
        slot = (t % lead) * width
        for k in range(width):
            due = pipe[q, slot + k]
            pipe[q, slot + k] = work[c.ARRIVED * width + k]
            work[c.ARRIVED * width + k] = due + ordered
    else:
        for k in range(width):
            work[c.ARRIVED * width + k] += ordered
    return released


@njit(**OPTIONS)
def copy(size, row, to, q):
    """Numba's own slice assignment is slower than this loop."""
    width = 1 << len(size)
    for k in range(width):
        to[q, k] = row[q, k]


@njit(**OPTIONS)
def clear(size, row, r):
    """Zeros."""
    width = 1 << len(size)
    zero = row.dtype.type(0)
    for k in range(width):
        row[r, k] = zero


@njit(**OPTIONS)
def buy(size, buyable, own, full, bought, q):
    """What is still short is bought finished, up to what is left of the limit."""
    width = 1 << len(size)
    for k in range(width):
        bought[q, k] += min(full[q, k] - own[q, k], buyable)


@njit(**OPTIONS)
def demand(size, i, t, place, cells, errors, work):
    """Demand of the month: normal with a floor at zero, lognormal where the spread is wide."""
    width = 1 << len(size)
    mean, swing, sigma = cells[i, t, c.MEAN], cells[i, t, c.SWING], cells[i, t, c.SIGMA]
    zero, half = cells.dtype.type(0), cells.dtype.type(0.5)
    if sigma > zero:
        for k in range(width):
            work[c.ASKED * width + k] = mean * np.exp(sigma * (errors[t, place, k] - half * sigma))
    else:
        for k in range(width):
            work[c.ASKED * width + k] = max(zero, mean + swing * errors[t, place, k])


@njit(**OPTIONS)
def chance(size, i, t, place, cells, errors, work):
    """Demand when customers may come or go: their units are on top of the mean."""
    width = 1 << len(size)
    mean, spread, sigma = cells[i, t, c.MEAN], cells[i, t, c.SPREAD], cells[i, t, c.SIGMA]
    zero, half, one = cells.dtype.type(0), cells.dtype.type(0.5), cells.dtype.type(1)
    for k in range(width):
        level = max(zero, mean + work[c.SURPRISE * width + k])
        if sigma > zero:
            level *= np.exp(sigma * (errors[t, place, k] - half * sigma))
        else:
            level *= max(zero, one + spread * errors[t, place, k])
        work[c.ASKED * width + k] = level


@njit(**OPTIONS)
def flow(size, i, q, traits, x, work):
    """Stock and service of one item in one month; sums of stock and of unserved demand."""
    width = 1 << len(size)
    real = traits.dtype.type
    zero, tiny = real(0), real(1e-30)
    lost, rounding = traits[i, c.LOST], traits[i, c.ROUNDING]
    keep = real(1) - lost
    stocked, unserved = zero, zero
    for k in range(width):
        start, asked, arrived = x[q, k], work[c.ASKED * width + k], work[c.ARRIVED * width + k]
        end = start + arrived - asked
        stock, short = max(end, zero), max(-end, zero)
        over, under = max(start, zero) + stock, max(-start, zero) + short
        # A stock that ends at nought but for rounding is not a shortage.
        under = under if under > rounding else zero
        in_time = asked * ((over + tiny) / (over + under + tiny))
        shipped = max(zero, max(start, zero) + arrived - stock)
        served = lost * min(shipped, asked) + keep * in_time
        x[q, k] = stock - keep * short
        work[c.STOCK * width + k] = stock
        work[c.SHORT * width + k] = short
        work[c.SHIPPED * width + k] = shipped
        work[c.SERVED * width + k] = served
        stocked += stock
        unserved += asked - served
    return stocked, unserved


@njit(**OPTIONS)
def count(size, i, t, cells, traits, work):
    """Add one item to the measures of its family (the order is that of Measure)."""
    width = 1 << len(size)
    real = traits.dtype.type
    zero, one, almost = real(0), real(1), real(1 - c.SLACK)
    cost, pallets, rounding = traits[i, c.COST], traits[i, c.PALLETS], traits[i, c.ROUNDING]
    price = cells[i, t, c.PRICE]
    lost_price = traits[i, c.LOST] * price
    wait_price = price - lost_price
    for k in range(width):
        asked, served = work[c.ASKED * width + k], work[c.SERVED * width + k]
        shipped, stock = work[c.SHIPPED * width + k], work[c.STOCK * width + k]
        short = work[c.SHORT * width + k]
        work[(c.ROWS + 0) * width + k] += asked
        work[(c.ROWS + 1) * width + k] += served
        work[(c.ROWS + 2) * width + k] += shipped
        work[(c.ROWS + 3) * width + k] += price * asked
        work[(c.ROWS + 4) * width + k] += price * served
        work[(c.ROWS + 5) * width + k] += price * shipped
        work[(c.ROWS + 6) * width + k] += price * asked if served >= asked * almost else zero
        work[(c.ROWS + 7) * width + k] += lost_price * short
        work[(c.ROWS + 8) * width + k] += wait_price * short
        work[(c.ROWS + 9) * width + k] += cost * shipped
        work[(c.ROWS + 11) * width + k] += stock
        work[(c.ROWS + 12) * width + k] += cost * stock
        work[(c.ROWS + 13) * width + k] += pallets * stock
        work[(c.ROWS + 14) * width + k] += one if short > rounding else zero


@njit(**OPTIONS)
def add_lack(size, factor, work, total, r):
    """What an item lacks, in units of a resource."""
    width = 1 << len(size)
    for k in range(width):
        total[r, k] += factor * work[c.LACK * width + k]


@njit(**OPTIONS)
def lack(size, q, full, own, work):
    """What an item still wants."""
    width = 1 << len(size)
    one = own.dtype.type(1)
    for k in range(width):
        work[c.LACK * width + k] = full[q, k] - own[q, k]
        work[c.FITS * width + k] = one


@njit(**OPTIONS)
def give(size, q, own, work):
    """Add the part of what is lacking that fits."""
    width = 1 << len(size)
    for k in range(width):
        given = work[c.LACK * width + k] * work[c.FITS * width + k]
        work[c.LACK * width + k] = given
        own[q, k] += given


@njit(**OPTIONS)
def count_bought(size, cost, bought, q, work):
    """Cost of what is bought finished (measure SUBCONTRACT_COST)."""
    width = 1 << len(size)
    for k in range(width):
        work[(c.ROWS + 10) * width + k] += cost * bought[q, k]


@njit(**OPTIONS)
def add_chance(size, factor, surprise, e, at, work):
    """Units of a customer who came or went, on row ``at`` of the work space."""
    width = 1 << len(size)
    for k in range(width):
        work[at * width + k] += factor * surprise[e, k]


@njit(**OPTIONS)
def flush(size, f, t, first, families, work):
    """Add what was counted to the measures of a family, and start again."""
    width = 1 << len(size)
    zero = work.dtype.type(0)
    for m in range(c.MEASURES):
        for k in range(width):
            families[m, f, t, first + k] += work[(c.ROWS + m) * width + k]
        for k in range(width):
            work[(c.ROWS + m) * width + k] = zero
