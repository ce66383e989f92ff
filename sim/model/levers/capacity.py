"""Levers of the own capacity: hours more or less, and what they cost."""

import numpy as np

from sim.model.levers.declaration import (
    Changes,
    Flags,
    Group,
    Lead,
    Lever,
    Place,
    Role,
    TargetKind,
    Unit,
    money_of,
    share_of,
)
from sim.model.levers.money import blended, spent
from sim.model.levers.place import months_before
from sim.model.problem import Floats, Problem, ResourceKind
from sim.model.scenario import Card

LEGAL_OVERTIME = 0.25  # share of regular hours where the data state no limit
_HOURS = frozenset({TargetKind.ALL, TargetKind.HOURS})


def overtime(problem: Problem, card: Card, place: Place) -> Changes:
    """overtime + v x capacity, up to the resource's limit, at its price of an overtime hour.

    The limit is a share of the regular hours (``overtime_limit``, else the legal one) and holds
    for overtime and Saturdays together. What the data already allow is never cut.
    """
    lever = DECLARED[card.kind]
    rows = _limited(problem, place)
    capacity = np.where(rows, problem.capacity, 0.0)
    stated = problem.overtime_limit[:, None]
    most = np.where(stated > 0, stated, LEGAL_OVERTIME) * capacity
    room = np.maximum(most - problem.overtime, 0.0)
    more = np.minimum(card.value * capacity, room)
    rate = card.options.get("rate", lever.options["rate"].default)
    cost: Floats = problem.overtime_rate[:, None] if rate is None else np.array(rate)
    return {
        "overtime": problem.overtime + more,
        "overtime_cost": blended(problem.overtime, problem.overtime_cost, more, cost),
    }


def extra_shift(problem: Problem, card: Card, place: Place) -> Changes:
    """capacity x (1 + added) for v months from the first one, at a crew cost per month.

    Only a share ``first_month`` of the added hours is there in the first month (training). Each
    resource of the target pays its crew; ``start_cost`` is paid once for each. A shift that began
    before the horizon has used up some of its months, and has been trained and started.
    """
    lever = DECLARED[card.kind]
    past = months_before(problem, card, place)
    stop = min(place.first - past + round(card.value), place.stop)
    if stop <= place.first:
        return {}
    added = np.zeros(problem.months)
    added[place.first : stop] = lever.option(card, "added")
    rows = place.resources & np.isfinite(problem.capacity).any(axis=1)
    crews = int(rows.sum())
    paid = dict.fromkeys(range(place.first, stop), crews * lever.option(card, "cost"))
    if not past:
        added[place.first] *= lever.option(card, "first_month")
        paid[place.first] += crews * lever.option(card, "start_cost")
    return scaled(problem, rows, 1.0 + added) | spent(problem, card.kind, paid)


def efficiency(problem: Problem, card: Card, place: Place) -> Changes:
    """capacity x (1 + v) in the window; a programme may cost money every month."""
    factor = np.ones(problem.months)
    factor[place.window] = 1.0 + card.value
    cost = DECLARED[card.kind].option(card, "cost")
    paid = dict.fromkeys(range(place.first, place.stop), cost)
    return scaled(problem, place.resources, factor) | spent(problem, card.kind, paid)


def shutdown(problem: Problem, card: Card, place: Place) -> Changes:
    """v working days in a row are lost from the first month of the window on.

    capacity x (1 - lost days / working days) in each month until the days are used up or the
    window ends; the overtime of the lost days is lost too. Each month before the horizon takes
    the mean working days of a month.
    """
    gone = months_before(problem, card, place) * float(problem.working_days.mean())
    left, factor = max(card.value - gone, 0.0), np.ones(problem.months)
    for month in range(place.first, place.stop):
        days = float(problem.working_days[month])
        lost = min(left, days)
        factor[month] = 1.0 - lost / days if days > 0 else 1.0
        left -= lost
    rows = place.resources[:, None]
    return scaled(problem, place.resources, factor) | {
        "overtime": np.where(rows, problem.overtime * factor, problem.overtime)
    }


def _limited(problem: Problem, place: Place) -> Flags:
    hours = np.array([kind is ResourceKind.HOURS for kind in problem.resource_kind], dtype=bool)
    months = np.arange(problem.months)
    inside = (months >= place.first) & (months < place.stop)
    found: Flags = (place.resources & hours)[:, None] & inside & np.isfinite(problem.capacity)
    return found


def scaled(problem: Problem, rows: Flags, factor: Floats) -> Changes:
    """Capacity of some resources x a factor by month, where it is limited."""
    grown = rows[:, None] & np.isfinite(problem.capacity)
    limited = np.where(grown, problem.capacity, 0.0)  # a month without limit has none left over
    return {"capacity": np.where(grown, limited * factor, problem.capacity)}


def _overtime_scale(problem: Problem, place: Place) -> tuple[float, float]:
    limits = problem.overtime_limit[place.resources]
    high = float(limits.max(initial=0.0)) or LEGAL_OVERTIME
    return high, high


_RATE = {"rate": money_of(Unit.MONEY_PER_HOUR, None)}

LEVERS = (
    Lever(
        kind="efficiency",
        group=Group.CAPACITY,
        unit=Unit.SHARE,
        low=-0.3,
        high=0.3,
        step=0.01,
        default=0.05,
        neutral=0.0,
        targets=_HOURS,
        phase=10,
        effect=efficiency,
        owner=Role.PRODUCTION,
        lead=Lead(months=2),
        options={"cost": money_of(Unit.MONEY_PER_MONTH)},
    ),
    Lever(
        kind="extra_shift",
        group=Group.CAPACITY,
        unit=Unit.MONTHS,
        low=0,
        high=24,
        step=1,
        default=5,
        neutral=0,
        targets=_HOURS,
        phase=11,
        effect=extra_shift,
        owner=Role.PRODUCTION,
        lead=Lead(months=3),
        needs_window=True,
        options={
            "added": share_of(0.05, 2.0, 0.4),
            "cost": money_of(Unit.MONEY_PER_MONTH),
            "start_cost": money_of(Unit.MONEY),
            "first_month": share_of(0.0, 1.0, 1.0),
        },
        scale=lambda problem, place: (float(min(12, problem.months - place.first)), 5.0),
    ),
    Lever(
        kind="shutdown",
        group=Group.CAPACITY,
        unit=Unit.DAYS,
        low=0,
        high=60,
        step=1,
        default=5,
        neutral=0,
        targets=_HOURS,
        phase=12,
        effect=shutdown,
        owner=Role.PRODUCTION,
        lead=Lead(days=30),
        needs_window=True,
    ),
    Lever(
        kind="overtime",
        group=Group.CAPACITY,
        unit=Unit.SHARE,
        low=0.0,
        high=0.5,
        step=0.01,
        default=0.1,
        neutral=0.0,
        targets=_HOURS,
        phase=20,
        effect=overtime,
        owner=Role.PEOPLE,
        lead=Lead(days=30),
        options=_RATE,
        scale=_overtime_scale,
    ),
    Lever(
        kind="saturdays",
        group=Group.CAPACITY,
        unit=Unit.SHARE,
        low=0.0,
        high=0.25,
        step=0.01,
        default=0.15,
        neutral=0.0,
        targets=_HOURS,
        phase=21,
        effect=overtime,
        owner=Role.PEOPLE,
        lead=Lead(days=30),
        options=_RATE,
        scale=_overtime_scale,
    ),
)

DECLARED = {lever.kind: lever for lever in LEVERS}
