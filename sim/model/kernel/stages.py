"""The month of a class of items, in stages: supply, shipments, next wishes, sums.

One stage after the other for a few items whose numbers stay in the nearest cache: the processor
then works on several items at a time instead of waiting for the end of a long formula.
Arguments as in ``block``.
"""
# Numba infers the types; its functions take no keyword arguments here.
# mypy: disable-error-code="no-untyped-def,no-untyped-call"
# ruff: noqa: PLR0917

from typing import Any, NamedTuple

from numba import njit

from sim.model.kernel import columns as c
from sim.model.kernel.lanes import (
    at,
    fetch,
    first_of,
    load,
    load_row,
    most,
    on_lines,
    spread,
    store,
)
from sim.model.kernel.month import (
    INLINE,
    OPTIONS,
    arrive,
    ask,
    count,
    demand,
    fact,
    flow,
    released,
)
from sim.model.kernel.totals import add_to, add_totals, load_rows, put_in, store_rows


class Outputs(NamedTuple):
    """What a block writes."""

    families: Any  # (MEASURES, F, T, N)
    costs: Any  # (COSTS, T, N)
    items: Any  # (T, I, ITEM_SUMS)
    resources: Any  # (RESOURCE_SUMS, R, T)
    trace: Any  # (TRACE, I or 0, T) first draw
    first: Any  # (1,) column of the block's first draw
    opens: Any  # (F,) first item of each family


class Sheet(NamedTuple):
    """Where a family is added up."""

    asked: Any  # (TILE, width), and the next five: by item
    released: Any
    moved: Any  # received, then shipped
    served: Any
    lost: Any
    chance: Any
    measures: Any  # (MEASURES, width) of the family


@njit(**INLINE)
def want(k, i, q, world, state, desk):
    """Add what an item wants to the load of its class."""
    wish = load_row(state.full, (q, 0))
    for j in range(at(world.starts, (i,)), at(world.starts, (i + 1,))):
        r = at(world.which, (j,))
        more = load_row(desk.asked, (k, r, 0)) + at(world.usage, (j,)) * wish
        store(desk.asked, (k, r, 0), more)


@njit(**INLINE)
def _supply(size, n, t, tile, world, state, outputs, sheet):
    """Releases, receipts and demand of some items of a family.

    tile : first item, end, place of the first one in the group, last item of the class
    """
    step, width, _ = size
    begin, end, place, _ = tile
    for i in range(begin, end):
        q, b, wanted = place + i - begin, i - begin, at(state.full, (place + i - begin, 0))
        for v in range(0, width, step):
            units, extra = released(i, t, q, v, world, state)
            asked = demand(
                i, t, n + v, load(world.errors, (t, at(world.place, (i,)), n + v)), world
            )
            arrived, on_order = arrive(i, t, q, v, n + v, units, world, state)
            store(sheet.asked, (b, v), asked)
            store(sheet.moved, (b, v), arrived)
            store(sheet.released, (b, v), units)
            # Nobody needs what was wanted any more: until the next month is asked for, the row
            # keeps what is on its way.
            store(state.full, (q, v), on_order)
            if fact(world, i, t, c.PLANNED) + fact(world, i, t, c.BUYABLE) > 0:
                _count_bought(i, t, v, extra, world, sheet.measures)
            if outputs.trace.shape[1] > 0:
                outputs.trace[c.WANTED, i, t] = wanted
                outputs.trace[c.BOUGHT, i, t] = first_of(extra)


@njit(**INLINE)
def _ship(size, n, t, tile, world, state, outputs, sheet):
    """Shipments and service of the same items, then what they want next month.

    One thing after the other for all of them: the processor then works on several items at a
    time, instead of waiting for the end of a long formula.
    """
    begin, end, place, last = tile
    for i in range(begin, end):
        q, b = place + i - begin, i - begin
        later = min(i + c.TILE, last)
        for v in range(0, size[1], size[2]):
            fetch(world.errors, (t, at(world.place, (later,)), n + v))
        for v in range(0, size[1], size[0]):
            start, arrived = load(state.net, (q, v)), load(sheet.moved, (b, v))
            flows = flow(i, t, start, arrived, load(sheet.asked, (b, v)), world)
            closing, net, lost, shipped, served, chance = flows
            store(state.net, (q, v), net)
            store(sheet.moved, (b, v), shipped)
            store(sheet.served, (b, v), served)
            store(sheet.lost, (b, v), lost)
            store(sheet.chance, (b, v), chance)
            if outputs.trace.shape[1] > 0:
                outputs.trace[c.CLOSING, i, t] = first_of(closing)
    if t + 1 == len(world.errors):
        return
    for i in range(begin, end):
        q = place + i - begin
        for v in range(0, size[1], size[0]):
            error = load(world.errors, (t, at(world.place, (i,)), n + v))
            now = (load(state.net, (q, v)), load(state.full, (q, v)), error)
            ask(i, t + 1, q, v, n + v, now, world, state)


@njit(**INLINE)
def _count(size, t, tile, world, state, sheet):
    """Add the items of a tile to the measures of their family, which stay in registers."""
    for v in range(0, size[1], size[2]):
        totals = load_rows(sheet.measures, (v,))
        for i in range(tile[0], tile[1]):
            b = i - tile[0]
            totals = count(i, t, tile[2] + b, b, v, world, state, sheet, totals)
        store_rows(sheet.measures, (v,), totals)


@njit(**INLINE)
def _count_bought(i, t, v, extra, world, measures):
    """Cost of what is bought finished: the last measure, too rare for a register."""
    cost = load(measures, (c.MEASURES - 1, v)) + fact(world, i, t, c.BUY_COST) * extra
    store(measures, (c.MEASURES - 1, v), cost)


@njit(**OPTIONS)
def _flush(place, fresh, families, measures):
    """Add what was counted to the measures of a family, and start again.

    place : family, month, first draw; nothing is there yet where it is `fresh`
    """
    for m in range(c.MEASURES):
        counted = load_row(measures, (m, 0))
        if fresh:
            put_in(families, (m, *place), counted)
        else:
            add_to(families, (m, *place), counted)
        store(measures, (m, 0), spread(0.0, counted))


@njit(**INLINE)
def _add_up(t, k, tile, world, state, desk, items, sheet):
    """Sums over draws of the items of a tile, and the load of what they want next month."""
    for i in range(tile[0], tile[1]):
        q = tile[2] + i - tile[0]
        b = i - tile[0]
        missed = load_row(sheet.asked, (b, 0)) - load_row(sheet.served, (b, 0))
        stock = most(load_row(state.net, (q, 0)), 0.0)
        add_totals(items, (t, i, 0), load_row(sheet.released, (b, 0)), stock, missed)
        if t + 1 < len(world.errors):
            want(k, i, q, world, state, desk)


@njit(**OPTIONS)
def ship_class(size, n, t, k, span, world, state, desk, outputs, sheet):
    """Month of a class, tile by tile; its items are sorted by family."""
    on_lines()
    begin = first = span[0]
    while begin < span[1]:
        family, end = world.family[begin], begin + 1
        stop = min(begin + c.TILE, span[1])
        while end < stop and world.family[end] == family:
            end += 1
        tile = (begin, end, span[2] + begin - span[0], span[1] - 1)
        _supply(size, n, t, tile, world, state, outputs, sheet)
        _ship(size, n, t, tile, world, state, outputs, sheet)
        _count(size, t, tile, world, state, sheet)
        _add_up(t, k, tile, world, state, desk, outputs.items, sheet)
        if end == span[1] or world.family[end] != family:
            place = (family, t, outputs.first[0] + n)
            _flush(place, first == outputs.opens[family], outputs.families, sheet.measures)
            first = end
        begin = end
