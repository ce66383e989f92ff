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
    load,
    on_lines,
    spread,
    store,
)
from sim.model.kernel.month import (
    OPTIONS,
    State,
    World,
    ask,
    fact,
)
from sim.model.kernel.sharing import Desk, open_month, pay, ration
from sim.model.kernel.stages import Outputs, Sheet, ship_class, want

ALLOCATING: dict[str, Any] = OPTIONS | {"_nrt": True}


class Groups(NamedTuple):
    """Items in groups that share resources, and in classes of a group, served in order."""

    classes: Any  # (K + 1,) first item of each class
    bounds: Any  # (G + 1,) first class of each group
    reach: Any  # (G + 1,) first entry of each group in `members`
    members: Any  # resources of the groups


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
        want(k, i, q, world, state, desk)


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
            ship_class(size, n, t, k, spans[k], world, state, desk, outputs, sheet)
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
    rows = _aligned(6 * c.TILE * size[1], real).reshape(6, c.TILE, size[1])
    measures = _aligned(c.MEASURES * size[1], real).reshape(c.MEASURES, size[1])
    measures[:] = 0
    sheet = Sheet(rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], measures)
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
    outputs = tuple_of(
        Outputs, float64[:, :, :, ::1], real[:, :, ::1], cube, cube, cube, whole, whole
    )
    return void(
        types.UniTuple(int64, 3), world, tuple_of(Groups, whole, whole, whole, whole), outputs
    )


def compile_block() -> Any:
    """Compile for single and for double precision.

    Not done on import: the caller says first where the compiled code is kept.
    """
    signatures = [_signature(float32), _signature(float64)]
    return njit(signatures, cache=True, **ALLOCATING)(run_block)
