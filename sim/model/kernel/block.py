"""The compiled simulator: one block of draws through all months.

Items are taken in groups that share resources, and a few draws at a time, so that the state of
a group stays in the cache of the processor. Order of events (model, section 3): receipts,
wanted releases, rationing, demand, shipments, costs. What is wanted next month is asked right
after a month's shipments, while stock, pipeline and error are still in registers.

Arguments that recur: ``size`` = draws side by side, draws taken at a time; ``n`` = first draw
of those in the block; ``v`` = place among them; ``i`` = item, ``q`` = its place in the group.
"""
# Numba infers the types; its functions take no keyword arguments here.
# mypy: disable-error-code="no-untyped-def,no-untyped-call"
# ruff: noqa: PLR0917

from typing import Any, NamedTuple

import numpy as np
from numba import float32, float64, int64, njit, types, void

from sim.model.kernel import columns as c
from sim.model.kernel.lanes import (
    SINGLE,
    add_to,
    at,
    fetch,
    first_of,
    load,
    load_row,
    load_rows,
    most,
    on_lines,
    spread,
    store,
    store_rows,
    total,
)
from sim.model.kernel.month import (
    INLINE,
    OPTIONS,
    State,
    World,
    arrive,
    ask,
    count,
    demand,
    fact,
    flow,
    released,
)
from sim.model.kernel.sharing import Desk, open_month, pay, ration

ALLOCATING: dict[str, Any] = OPTIONS | {"_nrt": True}


class Groups(NamedTuple):
    """Items in groups that share resources, and in classes of a group, served in order."""

    classes: Any  # (K + 1,) first item of each class
    bounds: Any  # (G + 1,) first class of each group
    reach: Any  # (G + 1,) first entry of each group in `members`
    members: Any  # resources of the groups


class Outputs(NamedTuple):
    """What a block writes."""

    families: Any  # (MEASURES, F, T, N)
    costs: Any  # (COSTS, T, N)
    items: Any  # (ITEM_SUMS, I, T)
    resources: Any  # (RESOURCE_SUMS, R, T)
    trace: Any  # (TRACE, I or 0, T) first draw
    first: Any  # (1,) column of the block's first draw


class Sheet(NamedTuple):
    """Where a family is added up."""

    asked: Any  # (TILE, width), and the next four: by item
    moved: Any  # received, then shipped
    served: Any
    lost: Any
    chance: Any
    measures: Any  # (MEASURES, width) of the family


@njit(**INLINE)
def _want(k, i, q, world, state, desk):
    """Add what an item wants to the load of its class."""
    wish = load_row(state.full, (q, 0))
    for j in range(at(world.starts, (i,)), at(world.starts, (i + 1,))):
        r = at(world.which, (j,))
        more = load_row(desk.asked, (k, r, 0)) + at(world.usage, (j,)) * wish
        store(desk.asked, (k, r, 0), more)


@njit(**OPTIONS)
def _open(size, n, k, span, world, state, desk):
    """State of a class before the first month, and its first releases wanted."""
    step, width, _ = size
    for i in range(span[0], span[1]):
        q = span[2] + i - span[0]
        state.pipe[q] = 0
        state.late[q] = 0
        for v in range(0, width, step):
            net = spread(fact(world, i, 0, c.OPENING), load(state.net, (q, v)))
            store(state.net, (q, v), net)
            none = spread(0.0, net)
            ask(i, 0, q, v, n + v, (net, none, none), world, state)
        _want(k, i, q, world, state, desk)


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
            # Nobody needs what was cut or wanted any more: the rows keep what is released, until
            # it is added up, and what is on its way, until it is asked for.
            store(state.lacking, (q, v), units)
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
        q, b, coming = place + i - begin, i - begin, at(world.place, (min(i + c.TILE, last),))
        for v in range(0, size[1], size[2]):
            fetch(world.errors, (t, coming, n + v))
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
def _flush(family, t, first, families, measures):
    """Add what was counted to the measures of a family, and start again."""
    for m in range(c.MEASURES):
        counted = load_row(measures, (m, 0))
        add_to(families, (m, family, t, first), counted)
        store(measures, (m, 0), spread(0.0, counted))


@njit(**INLINE)
def _add_up(t, k, tile, world, state, desk, items, sheet):
    """Sums over draws of the items of a tile, and the load of what they want next month."""
    for i in range(tile[0], tile[1]):
        q = tile[2] + i - tile[0]
        items[c.RELEASED, i, t] += total(load_row(state.lacking, (q, 0)))
        items[c.STOCKED, i, t] += total(most(load_row(state.net, (q, 0)), 0.0))
        b = i - tile[0]
        missed = load_row(sheet.asked, (b, 0)) - load_row(sheet.served, (b, 0))
        items[c.UNSERVED, i, t] += total(missed)
        if t + 1 < len(world.errors):
            _want(k, i, q, world, state, desk)


@njit(**OPTIONS)
def _ship_class(size, n, t, k, span, world, state, desk, outputs, sheet):
    """Month of a class, tile by tile; its items are sorted by family."""
    on_lines()
    begin = span[0]
    while begin < span[1]:
        end = begin + 1
        stop = min(begin + c.TILE, span[1])
        while end < stop and world.family[end] == world.family[begin]:
            end += 1
        tile = (begin, end, span[2] + begin - span[0], span[1] - 1)
        _supply(size, n, t, tile, world, state, outputs, sheet)
        _ship(size, n, t, tile, world, state, outputs, sheet)
        _count(size, t, tile, world, state, sheet)
        _add_up(t, k, tile, world, state, desk, outputs.items, sheet)
        if end == span[1] or world.family[end] != world.family[begin]:
            first = outputs.first[0] + n
            _flush(world.family[begin], t, first, outputs.families, sheet.measures)
        begin = end


@njit(**OPTIONS)
def _blame(t, span, world, state, desk, trace):
    """Which resource held an item back most, in the first draw."""
    for i in range(span[0], span[1]):
        q, smallest = span[2] + i - span[0], 2.0
        if state.held[q] == 0 or state.lacking[q, 0] <= state.full[q, 0] * 1e-9:
            continue
        for j in range(world.starts[i], world.starts[i + 1]):
            r = world.which[j]
            if desk.full[r] > 0 and desk.share[r, 0] < smallest:
                smallest = desk.share[r, 0]
                trace[c.LIMIT, i, t] = r


@njit(**OPTIONS)
def _run_months(size, n, spans, world, state, desk, outputs, sheet):
    """Some draws of a group through all months."""
    on_lines()
    desk.asked[:] = 0
    desk.carry[:] = 0
    for k in range(len(spans)):
        _open(size, n, k, spans[k], world, state, desk)
    for t in range(len(world.errors)):
        open_month(t, n, world, desk, outputs.resources)
        state.held[:] = 0
        for k in range(len(spans)):
            ration(t, k, spans[k], world, state, desk)
            if outputs.trace.shape[1] > 0:
                _blame(t, spans[k], world, state, desk, outputs.trace)
        desk.asked[:] = 0
        for k in range(len(spans)):
            _ship_class(size, n, t, k, spans[k], world, state, desk, outputs, sheet)
        pay(t, outputs.first[0] + n, world.limits, desk, outputs.costs, outputs.resources)


@njit(**ALLOCATING)
def _spans(g, groups):
    """First item, end and place in the group of each class of a group."""
    first, last = groups.bounds[g], groups.bounds[g + 1]
    spans = np.empty((last - first, 3), np.int64)
    for k in range(first, last):
        spans[k - first, 0] = groups.classes[k]
        spans[k - first, 1] = groups.classes[k + 1]
        spans[k - first, 2] = groups.classes[k] - groups.classes[first]
    return spans


@njit(**ALLOCATING)
def _aligned(count, real):
    """Room for numbers that starts with a line of the cache: no row lies on two of them."""
    rows = np.empty(count + SINGLE, real)
    skipped = (-rows.ctypes.data % 64) // rows.itemsize
    return rows[skipped : skipped + count]


@njit(**ALLOCATING)
def _room(width, spans, members, world):
    """State of the items of a group and the desk where its resources are shared out."""
    real = world.errors.dtype
    items, resources = spans[:, 1].sum() - spans[:, 0].sum(), len(world.limits)
    lead = 1
    for i in range(spans[0, 0], spans[-1, 1]):
        lead = max(lead, world.lead[i])
    rows = _aligned(5 * items * width, real).reshape(5, items, width)
    pipe = _aligned(items * lead * width, real).reshape(items, lead, width)
    state = State(rows[0], pipe, rows[1], rows[2], rows[3], rows[4], np.empty(items, np.int64))
    asked = _aligned(len(spans) * resources * width, real).reshape(len(spans), resources, width)
    each = _aligned(7 * resources * width, real).reshape(7, resources, width)
    full = np.zeros(resources, np.int64)
    desk = Desk(members, asked, each[0], each[1], each[2], each[3], each[4], each[5], each[6], full)
    return state, desk


def run_block(size, world, groups, outputs):
    """Run one block of draws through all months.

    size : draws side by side, draws of a row of the state, draws side by side where much is
        kept in registers
    """
    on_lines()
    width, real = world.errors.shape[2], world.errors.dtype
    rows = _aligned(5 * c.TILE * size[1], real).reshape(5, c.TILE, size[1])
    measures = _aligned(c.MEASURES * size[1], real).reshape(c.MEASURES, size[1])
    measures[:] = 0
    sheet = Sheet(rows[0], rows[1], rows[2], rows[3], rows[4], measures)
    for g in range(len(groups.bounds) - 1):
        spans = _spans(g, groups)
        members = groups.members[groups.reach[g] : groups.reach[g + 1]]
        state, desk = _room(size[1], spans, members, world)
        for n in range(0, width, size[1]):
            _run_months(size, n, spans, world, state, desk, outputs, sheet)


def _signature(real: Any) -> Any:
    def tuple_of(kind: type, *fields: Any) -> Any:
        return types.BaseTuple.from_types(fields, kind)

    def given(dimensions: int) -> Any:
        return types.Array(real, dimensions, "C")

    def kept(dimensions: int) -> Any:
        return types.Array(real, dimensions, "C", readonly=True)

    whole = int64[::1]
    world = tuple_of(
        World,
        kept(3),
        whole,
        given(3),
        given(3),
        real,
        whole,
        whole,
        whole,
        whole,
        given(1),
        given(2),
        given(3),
        given(3),
        kept(3),
        kept(3),
        whole,
        kept(3),
        whole,
    )
    cube = float64[:, :, ::1]
    outputs = tuple_of(Outputs, float64[:, :, :, ::1], real[:, :, ::1], cube, cube, cube, whole)
    return void(
        types.UniTuple(int64, 3), world, tuple_of(Groups, whole, whole, whole, whole), outputs
    )


def compile_block() -> Any:
    """Compile for single and for double precision.

    Not done on import: the caller says first where the compiled code is kept.
    """
    signatures = [_signature(float32), _signature(float64)]
    return njit(signatures, cache=True, **ALLOCATING)(run_block)
