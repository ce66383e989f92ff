"""The compiled simulator: one block of draws through all months.

Items are taken in groups that share resources, all months of a group in one go, so that the
state of a group stays in the cache of the processor. ``rows`` holds the arithmetic; here is
the order of events (model, section 3): receipts, wanted releases, rationing, demand,
shipments, costs.
"""
# Numba infers the types; its functions take no keyword arguments here.
# mypy: disable-error-code="no-untyped-def,no-untyped-call"
# ruff: noqa: PLR0917

from typing import Any

import numba
import numpy as np
from numba import float32, float64, int64, njit, void

from sim.model.kernel import columns as c
from sim.model.kernel import rows
from sim.model.kernel.rows import OPTIONS


@njit(**OPTIONS)
def _ask_all(size, t, span, errors, tables, routes, chances, state, load, trace):
    """Wanted releases of a group, and what they load."""
    cells, traits, _, chase = tables
    lead, starts, which, usage, place = routes
    x, own, _, bought, pipe, work = state
    surprise, _, known = chances
    for i in range(span[0], span[1]):
        q = i - span[0]
        rows.on_order(size, lead[i], pipe, q, work)
        for e in range(len(surprise)):
            if known[e, i, t] != 0:
                rows.add_chance(size, -known[e, i, t], surprise, e, c.POSITION, work)
        rows.ask(size, i, t, q, place[i], cells, traits, chase, errors, x, work, bought, own)
        for j in range(starts[i], starts[i + 1]):
            rows.add(size, usage[j], own, q, load, which[j])
        if trace.shape[1] > 0:
            trace[c.WANTED, i, t] = own[q, 0]


@njit(**OPTIONS)
def _cut_all(size, span, routes, state, load, share, tight):
    """Fair share of the full resources; returns whether an item needs two of them."""
    _, starts, which, usage, _ = routes
    _, own, full, _, _, _ = state
    several = False
    for i in range(span[0], span[1]):
        q = i - span[0]
        rows.copy(size, own, full, q)
        held = 0
        for j in range(starts[i], starts[i + 1]):
            if tight[which[j]]:
                held += 1
                rows.fair(size, share, which[j], full, own, q)
        several |= held > 1
        for j in range(starts[i], starts[i + 1]):
            rows.add(size, usage[j], own, q, load, which[j])
    return several


@njit(**OPTIONS)
def _claim(size, span, routes, state, gate, extra, tight):
    """Load of what the items of a group still want and may get."""
    _, starts, which, usage, _ = routes
    _, own, full, _, _, work = state
    for i in range(span[0], span[1]):
        rows.lack(size, i - span[0], full, own, work)
        for j in range(starts[i], starts[i + 1]):
            if tight[which[j]]:
                rows.close(size, gate, which[j], work)
        for j in range(starts[i], starts[i + 1]):
            rows.add_lack(size, usage[j], work, extra, which[j])


@njit(**OPTIONS)
def _grant(size, span, routes, state, load, spare, tight):
    """Fair share of what is free among these claims."""
    _, starts, which, usage, _ = routes
    _, own, full, _, _, work = state
    room, gate, extra = spare
    for i in range(span[0], span[1]):
        rows.lack(size, i - span[0], full, own, work)
        for j in range(starts[i], starts[i + 1]):
            if tight[which[j]]:
                rows.close(size, gate, which[j], work)
                rows.fit(size, room, extra, which[j], work)
        rows.give(size, i - span[0], own, work)
        for j in range(starts[i], starts[i + 1]):
            rows.add_lack(size, usage[j], work, load, which[j])


@njit(**OPTIONS)
def _find_full(size, t, members, limits, desk, sums):
    """Share that each resource can give; whether one of them is full in some draw."""
    load, carry, share, _, tight = desk
    cut = False
    for r in members:
        tight[r] = False
        if limits[r, t, c.LIMITED] > 0:
            over, tight[r] = rows.ration(size, r, t, limits, load, carry, share)
            sums[c.OVERLOADED, r, t] = over
            cut |= tight[r]
    return cut


@njit(**OPTIONS)
def _ration_all(size, t, span, members, limits, routes, state, desk, sums, trace):
    """Cut the releases of a group to the capacity of the month; whether anything was cut."""
    load, carry, share, spare, tight = desk
    if not _find_full(size, t, members, limits, desk, sums):
        return False
    for r in members:
        rows.clear(size, load, r)
    if _cut_all(size, span, routes, state, load, share, tight):
        for _ in range(c.SWEEPS):
            for r in members:
                rows.clear(size, spare[2], r)
                rows.room(size, r, t, limits, load, carry, spare[0], spare[1])
            _claim(size, span, routes, state, spare[1], spare[2], tight)
            _grant(size, span, routes, state, load, spare, tight)
    if trace.shape[1] > 0:
        _blame(t, span, routes, state, share, tight, trace)
    return True


@njit(**OPTIONS)
def _blame(t, span, routes, state, share, tight, trace):
    """Which resource held an item back most, in the first draw."""
    for i in range(span[0], span[1]):
        q, least = i - span[0], share.dtype.type(2)
        if state[1][q, 0] >= state[2][q, 0] * (1 - 1e-9):
            continue
        for j in range(routes[1][i], routes[1][i + 1]):
            r = routes[2][j]
            if tight[r] and share[r, 0] < least:
                least = share[r, 0]
                trace[c.LIMIT, i, t] = r


@njit(**OPTIONS)
def _ship_all(size, first, t, span, cut, errors, tables, routes, chances, state, outputs):
    """Receipts, demand and shipments of a group; its items are sorted by family."""
    width = 1 << len(size)
    cells, traits, _, _ = tables
    x, own, full, bought, pipe, work = state
    families, _, sums, _, trace, family = outputs
    surprise, volumes, _ = chances
    lead, place = routes[0], routes[4]
    for i in range(span[0], span[1]):
        q = i - span[0]
        if cut and cells[i, t, c.BUYABLE] > 0:
            rows.buy(size, cells[i, t, c.BUYABLE], own, full, bought, q)
        sums[c.RELEASED, i, t] = rows.arrive(
            size, i, t, q, lead[i], cells, traits, own, bought, pipe, work
        )
        _demand(size, i, t, place[i], cells, errors, surprise, volumes, work)
        sums[c.STOCKED, i, t], sums[c.UNSERVED, i, t] = rows.flow(size, i, q, traits, x, work)
        rows.count(size, i, t, cells, traits, work)
        if cells[i, t, c.PLANNED] + cells[i, t, c.BUYABLE] > 0:
            rows.count_bought(size, cells[i, t, c.BUY_COST], bought, q, work)
        if trace.shape[1] > 0:
            may_buy = cells[i, t, c.PLANNED] + cells[i, t, c.BUYABLE] > 0
            trace[c.BOUGHT, i, t] = bought[q, 0] if may_buy else 0.0
            trace[c.CLOSING, i, t] = work[c.STOCK * width] - work[c.SHORT * width]
        if i + 1 == span[1] or family[i + 1] != family[i]:
            rows.flush(size, family[i], t, first, families, work)


@njit(**OPTIONS)
def _demand(size, i, t, place, cells, errors, surprise, volumes, work):
    """Demand of one item in one month."""
    width = 1 << len(size)
    touched = False
    for e in range(len(surprise)):
        if volumes[e, i, t] != 0:
            if not touched:
                work[c.SURPRISE * width : (c.SURPRISE + 1) * width] = 0
            touched = True
            rows.add_chance(size, volumes[e, i, t], surprise, e, c.SURPRISE, work)
    if touched:
        rows.chance(size, i, t, place, cells, errors, work)
    else:
        rows.demand(size, i, t, place, cells, errors, work)


@njit(**OPTIONS)
def _pay_all(size, first, t, members, tables, desk, outputs):
    """Costs of overtime and outside work; what is left of a material is kept."""
    limits = tables[2]
    load, carry = desk[0], desk[1]
    costs, sums = outputs[1], outputs[3]
    for r in members:
        if limits[r, t, c.LIMITED] > 0:
            sums[c.USED, r, t] = rows.pay(size, r, t, first, limits, load, carry, costs)
        else:
            sums[c.USED, r, t] = load[r].sum()
            rows.clear(size, carry, r)


@njit(**OPTIONS)
def _open(span, traits, state):
    """State of a group before the first month."""
    for i in range(span[0], span[1]):
        q = i - span[0]
        state[0][q] = traits[i, c.OPENING]
        state[4][q] = 0


@njit(**OPTIONS)
def _work_space(size, items, resources, real):
    """State of the items of a group and the desk where resources are shared out."""
    width = 1 << len(size)
    x = np.zeros((items, width), real)
    pipe = np.empty((items, 3 * width), real)
    work = np.zeros((c.ROWS + c.MEASURES) * width, real)
    state = (x, np.empty_like(x), np.empty_like(x), np.zeros_like(x), pipe, work)
    load = np.empty((resources, width), real)
    carry, tight = np.zeros_like(load), np.zeros(resources, np.bool_)
    spare = (np.empty_like(load), np.empty_like(load), np.empty_like(load))
    return state, (load, carry, np.empty_like(load), spare, tight)


def _signature(real, levels):
    types: Any = numba.types
    cube, table = real[:, :, ::1], real[:, ::1]
    sums, whole = float64[:, :, ::1], int64[::1]
    return void(
        types.UniTuple(int64, levels),
        int64,
        types.Array(real, 3, "C", readonly=True),
        types.Tuple((cube, table, cube, real)),
        types.Tuple((whole, whole, whole, real[::1], whole)),
        types.Tuple((whole, whole, whole)),
        types.Tuple((table, cube, cube)),
        types.Tuple((real[:, :, :, ::1], cube, sums, sums, sums, whole)),
    )


def run_block(size, first, errors, tables, routes, groups, chances, outputs):
    """Run one block of draws through all months.

    size : tuple of n zeros, 2**n draws; first : column of the block's first draw
    errors : (T, I, width)
    tables : cells (I, T, CELLS), traits (I, TRAITS), limits (R, T, LIMITS), responsiveness
    routes : lead time (I,), the bill of resources in rows: start (I + 1,), resource, use; and
        the place of each item in ``errors`` (I,)
    groups : bounds of the groups (G + 1,), bounds of their resources (G + 1,), resources
    chances : happened less probability (E, width), volume (E, I, T), foreseen volume (E, I, T)
    outputs : families (MEASURES, F, T, N), costs (COSTS, T, N), sums (ITEM_SUMS, I, T),
        sums (RESOURCE_SUMS, R, T), trace (TRACE, I or 0, T), family of each item (I,)
    """
    bounds, reach, resources = groups
    limits, trace = tables[2], outputs[4]
    most = np.max(bounds[1:] - bounds[:-1])
    state, desk = _work_space(size, most, len(limits), errors.dtype)
    load = desk[0]
    for g in range(len(bounds) - 1):
        span = (bounds[g], bounds[g + 1])
        members = resources[reach[g] : reach[g + 1]]
        _open(span, tables[1], state)
        for t in range(len(errors)):
            for r in members:
                rows.clear(size, load, r)
            _ask_all(size, t, span, errors, tables, routes, chances, state, load, trace)
            cut = _ration_all(
                size, t, span, members, limits, routes, state, desk, outputs[3], trace
            )
            _pay_all(size, first, t, members, tables, desk, outputs)
            _ship_all(size, first, t, span, cut, errors, tables, routes, chances, state, outputs)


def compile_block() -> Any:
    """Compile for 256 and 64 draws in single precision and for 4 in double precision.

    Not done on import: the caller says first where the compiled code is kept.
    """
    signatures = [_signature(float32, 8), _signature(float32, 6), _signature(float64, 2)]
    return njit(signatures, cache=True, **OPTIONS)(run_block)
