"""Resources that are full: who gets how much, what is given back, what it costs.

Rows are draws, ``step`` of them side by side (``lanes``) until ``width``. A resource without a
limit, or one that is not full, has rows of ones: they change nothing.
"""
# Numba infers the types; its functions take no keyword arguments here.
# mypy: disable-error-code="no-untyped-def,no-untyped-call"
# ruff: noqa: PLR0917

from typing import Any, NamedTuple

from numba import njit

from sim.model.kernel import columns as c
from sim.model.kernel.lanes import (
    any_above,
    at,
    inverse_of,
    least,
    load_row,
    most,
    on_lines,
    spread,
    store,
    where_above,
)
from sim.model.kernel.month import OPTIONS, TINY
from sim.model.kernel.totals import total


class Desk(NamedTuple):
    """Where the resources of a group are shared out, draws side by side."""

    members: Any  # resources of the group
    asked: Any  # (classes, R, width) load of what each class wants
    used: Any  # (R, width) load of what it gets
    regular: Any  # (R, width) capacity of the month, with the material brought forward
    everything: Any  # (R, width) overtime and outside work too
    carry: Any  # (R, width) unused material
    share: Any  # (R, width) part of the load that fits
    gate: Any  # (R, width) how far the resource counts as free
    claims: Any  # (R, width) load of the claims on what is free, then the part that fits
    full: Any  # (R,) whether it is full in some draw


@njit(**OPTIONS)
def open_month(t, n, world, desk, sums):
    """What each resource has this month; the draws in which more than that is wanted."""
    limits, carry = world.limits, desk.carry
    for r in desk.members:
        more = at(limits, (r, t, c.FIRST)) + at(limits, (r, t, c.SECOND))
        own = load_row(carry, (r, 0)) + at(limits, (r, t, c.REGULAR))
        if world.running.shape[1] > 0:
            hours = load_row(world.running, (t, r, n))
            own = load_row(carry, (r, 0)) + at(limits, (r, t, c.REGULAR)) * hours
        wanted = spread(0.0, own)
        for k in range(len(desk.asked)):
            wanted = wanted + load_row(desk.asked, (k, r, 0))
        store(desk.regular, (r, 0), own)
        store(desk.everything, (r, 0), own + more)
        store(desk.used, (r, 0), spread(0.0, own))
        if at(limits, (r, t, c.LIMITED)) > 0:
            over = where_above(wanted, own * (1 + c.TIGHT) + TINY, 1.0, 0.0)
            sums[c.OVERLOADED, r, t] += total(over)


@njit(**OPTIONS)
def ration(t, k, span, world, state, desk):
    """Cut the releases of a class to what is left of the capacity of the month."""
    on_lines()
    if find_full(t, k, world.limits, desk) and cut(span, world, state, desk):
        for _ in range(c.SWEEPS):
            find_room(t, world.limits, desk)
            claim(span, world, state, desk)
            fit(t, world.limits, desk)
            grant(span, world, state, desk)


@njit(**OPTIONS)
def find_full(t, k, limits, desk):
    """Share of what a class wants that each resource can give; whether one is full."""
    cut_some = False
    for r in desk.members:
        desk.full[r] = 0
        wanted, before = load_row(desk.asked, (k, r, 0)), load_row(desk.used, (r, 0))
        fits = spread(1.0, wanted)
        if at(limits, (r, t, c.LIMITED)) > 0:
            left = most(load_row(desk.everything, (r, 0)) - before, 0.0)
            fits = least(left * inverse_of(most(wanted, TINY)), 1.0)
            if any_above(1.0, fits):
                desk.full[r] = 1
                cut_some = True
        store(desk.share, (r, 0), fits)
        store(desk.used, (r, 0), before + wanted)
    return cut_some


@njit(**OPTIONS)
def cut(span, world, state, desk):
    """An item gets the smallest share among its resources; whether one needs two full ones."""
    starts, which, usage = world.starts, world.which, world.usage
    lacking, held = state.lacking, state.held
    several = False
    for q in range(span[1] - span[0]):
        i = span[0] + q
        place = span[2] + q
        needs = 0
        for j in range(at(starts, (i,)), at(starts, (i + 1,))):
            needs += desk.full[at(which, (j,))]
        held[place] = needs
        several |= needs > 1
        if needs > 0:
            fits = load_row(desk.share, (at(which, (at(starts, (i,)),)), 0))
            for j in range(at(starts, (i,)) + 1, at(starts, (i + 1,))):
                fits = least(fits, load_row(desk.share, (at(which, (j,)), 0)))
            missing = load_row(state.full, (place, 0)) * (1.0 - fits)
            store(lacking, (place, 0), missing)
            for j in range(at(starts, (i,)), at(starts, (i + 1,))):
                free = load_row(desk.used, (at(which, (j,)), 0)) - at(usage, (j,)) * missing
                store(desk.used, (at(which, (j,)), 0), free)
    return several


@njit(**OPTIONS)
def find_room(t, limits, desk):
    """How far a resource counts as free: not at all when nothing is left, fully from a
    hundredth of the capacity on. A gate without a ramp would make rounding decide."""
    for r in desk.members:
        open_to = spread(1.0, load_row(desk.used, (r, 0)))
        if at(limits, (r, t, c.LIMITED)) > 0:
            available = load_row(desk.everything, (r, 0))
            room = most(available - load_row(desk.used, (r, 0)), 0.0)
            open_to = least(room * inverse_of(most(available, TINY)) * (1 / c.RAMP), 1.0)
        store(desk.gate, (r, 0), open_to)
        store(desk.claims, (r, 0), spread(0.0, open_to))


@njit(**OPTIONS)
def claim(span, world, state, desk):
    """Load of what the items of a class still want and may get."""
    starts, which, usage = world.starts, world.which, world.usage
    lacking, held = state.lacking, state.held
    for q in range(span[1] - span[0]):
        i = span[0] + q
        place = span[2] + q
        if held[place] > 0:
            wanted = load_row(lacking, (place, 0))
            for j in range(at(starts, (i,)), at(starts, (i + 1,))):
                wanted = wanted * load_row(desk.gate, (at(which, (j,)), 0))
            for j in range(at(starts, (i,)), at(starts, (i + 1,))):
                sum_of = load_row(desk.claims, (at(which, (j,)), 0)) + at(usage, (j,)) * wanted
                store(desk.claims, (at(which, (j,)), 0), sum_of)


@njit(**OPTIONS)
def fit(t, limits, desk):
    """Share of the claims that the room of each resource can give, on the row of claims."""
    for r in desk.members:
        fits = spread(1.0, load_row(desk.used, (r, 0)))
        if at(limits, (r, t, c.LIMITED)) > 0:
            room = most(load_row(desk.everything, (r, 0)) - load_row(desk.used, (r, 0)), 0.0)
            fits = least(room * inverse_of(most(load_row(desk.claims, (r, 0)), TINY)), 1.0)
        store(desk.claims, (r, 0), fits)


@njit(**OPTIONS)
def grant(span, world, state, desk):
    """Fair share of what is free among these claims."""
    starts, which, usage = world.starts, world.which, world.usage
    lacking, held = state.lacking, state.held
    for q in range(span[1] - span[0]):
        i = span[0] + q
        place = span[2] + q
        if held[place] > 0:
            missing = load_row(lacking, (place, 0))
            given = missing
            fits = spread(1.0, given)
            for j in range(at(starts, (i,)), at(starts, (i + 1,))):
                given = given * load_row(desk.gate, (at(which, (j,)), 0))
                fits = least(fits, load_row(desk.claims, (at(which, (j,)), 0)))
            given = given * fits
            store(lacking, (place, 0), missing - given)
            for j in range(at(starts, (i,)), at(starts, (i + 1,))):
                more = load_row(desk.used, (at(which, (j,)), 0)) + at(usage, (j,)) * given
                store(desk.used, (at(which, (j,)), 0), more)


@njit(**OPTIONS)
def pay(t, first, limits, desk, costs, sums):
    """Regular capacity first, then the two tranches; the unused material is kept."""
    for r in desk.members:
        early_most, late_most = at(limits, (r, t, c.FIRST)), at(limits, (r, t, c.SECOND))
        a, b = at(limits, (r, t, c.FIRST_COST)), at(limits, (r, t, c.SECOND_COST))
        one, two = c.OVERTIME_COST, c.OUTSIDE_COST
        if at(limits, (r, t, c.OUTSIDE_FIRST)) > 0:
            one, two = two, one
        taken = load_row(desk.used, (r, 0))
        sums[c.USED, r, t] += total(taken)
        if at(limits, (r, t, c.LIMITED)) > 0:
            within = least(taken, load_row(desk.regular, (r, 0)))
            early = least(taken - within, early_most)
            late = least(taken - within - early, late_most)
            store(costs, (one, t, first), load_row(costs, (one, t, first)) + a * early)
            store(costs, (two, t, first), load_row(costs, (two, t, first)) + b * late)
            left = load_row(desk.regular, (r, 0)) - within
            store(desk.carry, (r, 0), at(limits, (r, t, c.CARRIES)) * left)
        else:
            store(desk.carry, (r, 0), spread(0.0, taken))
