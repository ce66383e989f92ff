"""Levers of the life of an item: launched, launched later, withdrawn."""

import numpy as np

from sim.model.levers.declaration import (
    Changes,
    Group,
    Lead,
    Lever,
    Option,
    Place,
    Role,
    TargetKind,
    Unit,
    money_of,
    months_of,
    share_of,
)
from sim.model.levers.demand import mix_of, taken_from_sisters
from sim.model.levers.money import nice, spent
from sim.model.levers.place import months_before, ramp
from sim.model.problem import Floats, Ints, Problem, pad_months
from sim.model.scenario import Card

_GOODS = frozenset({TargetKind.FAMILY, TargetKind.ITEM})
_FARTHEST = 12  # months that a launch may be put off


def s_curve(share: Floats) -> Floats:
    """Sales of a launch as a share of their level, flat at both ends: 3 x^2 - 2 x^3.

    Parameters
    ----------
    share : (..., T) part of the ramp that is over, 0..1

    Returns
    -------
    (..., T) [share of the level]

    Source: Bass 1969 (S-shaped adoption); the cubic is the simplest curve of that shape.

    >>> s_curve(np.array([0.0, 0.5, 1.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    curve: Floats = share**2 * (3.0 - 2.0 * share)
    return curve


def launch(problem: Problem, card: Card, place: Place) -> Changes:
    """mu + v s(j) from the first month on, along an S-curve to v units a month after k months.

    s is ``s_curve`` of the months passed over k. A family's units are spread over its items as
    their demand of the month. A share c is taken from the sister items (same family, off target),
    never below zero. The initial fill, f months of the level, is stock wanted at the end of the
    month before the launch, on top of the target; the listing budget is paid in the first month.
    """
    lever = DECLARED[card.kind]
    mix = mix_of(problem, place)
    reached = s_curve(ramp(problem, card, place, months=lever.option(card, "ramp")))
    gained = mix * card.value * reached
    stolen = taken_from_sisters(problem, place, gained * lever.option(card, "cannibalised"))
    changes: Changes = {"demand": np.maximum(problem.demand + gained - stolen, 0.0)}
    if months_before(problem, card, place):
        return changes  # filled and paid before the horizon
    stock = problem.safety_stock.copy()
    fill = lever.option(card, "fill") * card.value
    stock[:, max(place.first - 1, 0)] += fill * mix[:, place.first]
    budget = {place.first: lever.option(card, "budget")}
    return changes | {"safety_stock": stock} | spent(problem, card.kind, budget)


def delay_launch(problem: Problem, card: Card, place: Place) -> Changes:
    """A launch that the demand plan holds comes k months later: mu'[t] = mu[t - k].

    An item is launched in its first month with demand when that is not the first of the horizon
    and lies in the window; other items stay as they are. Promotions and safety stock move along.
    A launch moved up never begins before the horizon; the months it leaves behind take those of
    the year before, else the last one.
    """
    first = _launch_month(problem)
    moved = place.items & (first > 0) & (first >= place.first) & (first < place.stop)
    if not moved.any():
        return {}
    steps = np.where(moved, np.maximum(round(card.value), -first), 0)
    source = np.maximum(np.arange(problem.months) - steps[:, None], 0)

    def shifted(values: Floats) -> Floats:
        longer = pad_months(values, _FARTHEST)
        found: Floats = np.take_along_axis(longer, source, axis=1)
        return found

    names = ("demand", "promotion", "safety_stock")
    return {name: shifted(getattr(problem, name)) for name in names}


def phase_out(problem: Problem, card: Card, place: Place) -> Changes:
    """mu x (1 - v r(j)) from the first month on, r straight from 0 to 1 over k months.

    Safety stock and promotions shrink alike. What is left of stock on hand and on order when the
    horizon has taken all it asks for is written off in the last month of the ramp, at a share of
    its unit cost: write-off = w c (max(0, y + R - sum mu') - max(0, y + R - sum mu)). Only this
    part is known before a plan is made; units made later and not sold are not in it.
    Source: SPT (end of life); lower of cost and net realisable value (IAS 2).
    """
    lever = DECLARED[card.kind]
    months = lever.option(card, "ramp")
    left = 1.0 - card.value * ramp(problem, card, place, months=months)
    factor = np.where(place.items[:, None], left, 1.0)
    demand = problem.demand * factor
    more = unsold(problem, demand) - unsold(problem, problem.demand)
    lost = float(more @ problem.unit_cost) * lever.option(card, "write_off")
    end = place.first + round(months) - 1 - months_before(problem, card, place)
    when = min(max(end, place.first), place.stop - 1)
    return {
        "demand": demand,
        "promotion": problem.promotion * factor,
        "safety_stock": problem.safety_stock * factor,
    } | spent(problem, card.kind, {when: lost})


def unsold(problem: Problem, demand: Floats) -> Floats:
    """Stock on hand and on order that the demand of the horizon does not take, (I,) [units]."""
    held = problem.opening_stock + problem.receipts.sum(axis=1) - demand.sum(axis=1)
    left: Floats = np.maximum(held, 0.0)
    return left


def _launch_month(problem: Problem) -> Ints:
    """First month with demand, (I,); 0 for an item on sale from the start, or never."""
    first: Ints = np.argmax(problem.demand > 0, axis=1).astype(np.int64)
    return first


def _level_scale(problem: Problem, place: Place) -> tuple[float, float]:
    mean = float(problem.demand.mean()) * max(int(place.items.sum()), 1)
    return nice(mean), nice(0.3 * mean)


LEVERS = (
    Lever(
        kind="delay_launch",
        group=Group.DEMAND,
        unit=Unit.MONTHS,
        low=-6,
        high=_FARTHEST,
        step=1,
        default=2,
        neutral=0,
        targets=_GOODS | {TargetKind.ALL},
        phase=0,
        effect=delay_launch,
        owner=Role.MARKETING,
        felt=lambda problem: bool(_launch_month(problem).any()),
    ),
    Lever(
        kind="launch",
        group=Group.DEMAND,
        unit=Unit.UNITS_PER_MONTH,
        low=0,
        high=1e8,
        step=1,
        default=100,
        neutral=0,
        targets=_GOODS,
        phase=1,
        effect=launch,
        owner=Role.MARKETING,
        lead=Lead(months=3),
        needs_window=True,
        options={
            "ramp": months_of(24, 6),
            "cannibalised": share_of(0.0, 1.0, 0.0),
            "fill": Option(unit=Unit.MONTHS, low=0.0, high=6.0, default=1.0),
            "budget": money_of(Unit.MONEY),
        },
        scale=_level_scale,
    ),
    Lever(
        kind="phase_out",
        group=Group.DEMAND,
        unit=Unit.SHARE,
        low=0.0,
        high=1.0,
        step=0.05,
        default=1.0,
        neutral=0.0,
        targets=_GOODS,
        phase=2,
        effect=phase_out,
        owner=Role.MARKETING,
        lead=Lead(months=2),
        needs_window=True,
        options={"ramp": months_of(24, 3), "write_off": share_of(0.0, 1.0, 1.0)},
    ),
)

DECLARED = {lever.kind: lever for lever in LEVERS}
