"""Levers of lasting means of production: a new line, people who come or go."""

import numpy as np

from sim.model.levers.capacity import scaled
from sim.model.levers.declaration import (
    Changes,
    Flags,
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
)
from sim.model.levers.money import invested, nice, spent
from sim.model.levers.place import months_before, ramp
from sim.model.problem import Floats, Problem
from sim.model.scenario import Card

HOURS_A_DAY = 7.0  # of one person, where neither the data nor the card say it
_MACHINES = frozenset({TargetKind.HOURS})


def new_line(problem: Problem, card: Card, place: Place) -> Changes:
    """capacity x (1 + v r(j)) from the first month on, r straight from 0 to 1 over k months.

    Each resource of the target pays the investment I in the first month (cash), and I / n a month
    from then on over its life of n months (margin: straight-line depreciation). A line that began
    before the horizon was paid before it. Source: Hopp & Spearman (capacity management).
    """
    lever = DECLARED[card.kind]
    past = months_before(problem, card, place)
    rows = _limited(problem, place)
    grown = 1.0 + card.value * ramp(problem, card, place, months=lever.option(card, "ramp"))
    price = float(rows.sum()) * lever.option(card, "capex")
    life = max(round(lever.option(card, "life")), 1)
    written = range(place.first, min(place.first + max(life - past, 0), problem.months))
    return (
        scaled(problem, rows, grown)
        | invested(problem, card.kind, {} if past else {place.first: price})
        | spent(problem, card.kind, dict.fromkeys(written, price / life))
    )


def headcount(problem: Problem, card: Card, place: Place) -> Changes:
    """capacity + v people x hours, from the first month on; v < 0 are leavers.

    Each of the target's resources gets (or loses) v people. Hires learn over k months: in the j-th
    month they give min(1, (j + 1) / k) of their hours; leavers take all theirs at once, never more
    than there are. Paid: hire or layoff cost in the first month, wages every month (leavers save
    theirs). Hours, wage and costs come from the company's workforce, else from the card; without
    hours from either, a person gives seven a working day.
    Source: Chopra & Meindl, ch. 8 (workforce in the aggregate plan); SPT.
    """
    lever = DECLARED[card.kind]
    rows = _limited(problem, place)
    learning = lever.option(card, "learning") if card.value > 0 else 1.0
    present = card.value * ramp(problem, card, place, months=learning)
    hours = _of_people(problem, card, "hours") * present
    limited = np.isfinite(problem.capacity) & rows[:, None]
    changed = np.maximum(np.where(limited, problem.capacity + hours, 0.0), 0.0)
    return {
        "capacity": np.where(limited, changed, problem.capacity),
    } | spent(problem, card.kind, _people_cost(problem, card, place, rows=rows))


def _people_cost(problem: Problem, card: Card, place: Place, *, rows: Flags) -> dict[int, float]:
    wages = card.value * _of_people(problem, card, "wage")[rows].sum(axis=0)
    paid = {month: float(wages[month]) for month in range(place.first, place.stop)}
    if not months_before(problem, card, place):
        once = "hire_cost" if card.value > 0 else "layoff_cost"
        each = _of_people(problem, card, once)[rows, place.first].sum()
        paid[place.first] += abs(card.value) * float(each)
    return paid


def _of_people(problem: Problem, card: Card, name: str) -> Floats:
    """A figure of one worker by resource and month, (R, T): the card's, else the company's."""
    own, company = card.options.get(name), problem.workforce
    if own is not None:
        return np.full(problem.capacity.shape, own)
    usual = problem.working_days * HOURS_A_DAY if name == "hours" else 0.0
    found = np.broadcast_to(usual, problem.capacity.shape).astype(np.float64)
    if company is None:
        return found
    stated = np.asarray(getattr(company, name))
    stated = stated[:, None] if stated.ndim == 1 else stated
    return np.where(_with_people(problem)[:, None], stated, found)


def _with_people(problem: Problem) -> Flags:
    """Resources whose hours the company's workforce gives, (R,)."""
    company = problem.workforce
    if company is None:
        return np.zeros(len(problem.resources), dtype=np.bool_)
    found: Flags = np.any(company.hours > 0, axis=1)
    return found


def _limited(problem: Problem, place: Place) -> Flags:
    found: Flags = place.resources & np.isfinite(problem.capacity).any(axis=1)
    return found


def _people_scale(problem: Problem, place: Place) -> tuple[float, float]:
    limited = np.where(np.isfinite(problem.capacity), problem.capacity, 0.0)
    hours = float(limited[place.resources].mean(axis=1).max(initial=0.0))
    people = hours / max(HOURS_A_DAY * float(problem.working_days.mean()), 1e-9)
    high = nice(0.5 * people)
    return high, max(round(0.2 * high), 1)


def _hiring_lead(problem: Problem, place: Place) -> Lead:
    company = problem.workforce
    planned = place.resources & _with_people(problem)
    if company is None or not planned.any():
        return DECLARED["headcount"].lead
    return Lead(months=int(company.lead[planned].max()))


LEVERS = (
    Lever(
        kind="new_line",
        group=Group.CAPACITY,
        unit=Unit.SHARE,
        low=0.0,
        high=2.0,
        step=0.05,
        default=0.5,
        neutral=0.0,
        targets=_MACHINES,
        phase=14,
        effect=new_line,
        owner=Role.PRODUCTION,
        lead=Lead(months=9),
        needs_window=True,
        options={
            "ramp": months_of(24, 3),
            "capex": money_of(Unit.MONEY),
            "life": months_of(360, 120),
        },
    ),
    Lever(
        kind="headcount",
        group=Group.CAPACITY,
        unit=Unit.PEOPLE,
        low=-10_000,
        high=10_000,
        step=1,
        default=2,
        neutral=0,
        targets=_MACHINES,
        phase=15,
        effect=headcount,
        owner=Role.PEOPLE,
        lead=Lead(months=3),
        needs_window=True,
        options={
            "learning": months_of(12, 2),
            "hours": Option(unit=Unit.HOURS_PER_MONTH, low=0.0, high=744.0, default=None),
            "wage": money_of(Unit.MONEY_PER_MONTH, None),
            "hire_cost": money_of(Unit.MONEY, None),
            "layoff_cost": money_of(Unit.MONEY, None),
        },
        scale=_people_scale,
        lead_of=_hiring_lead,
    ),
)

DECLARED = {lever.kind: lever for lever in LEVERS}
