"""Cards -> problem: the only way a scenario changes the numbers."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from sim.model.levers.catalogue import LEVERS, slider
from sim.model.levers.checking import LEAD_DAYS, check_usable
from sim.model.levers.declaration import Changes, Lead, Lever
from sim.model.levers.place import locate, missing
from sim.model.problem import Problem
from sim.model.scenario import Card, Scenario

FRIDAY = 4


def apply(problem: Problem, scenario: Scenario) -> Problem:
    """The problem after the active cards of a scenario.

    Effects run in the order of the declarations (demand, capacity, supply, stock) and equal kinds
    in a fixed order of their own, so the order of the cards never matters, to the bit. A card at
    its neutral value, off, outside the horizon or on a target that is gone does nothing; with no
    effective card the very same problem comes back.

    Raises
    ------
    LeverError, SopErrors: a card that can never be applied (see ``check``).
    """
    check_usable(problem, scenario)
    for card in sorted(scenario.active, key=_order):
        changes = _effect(problem, card)
        if changes:
            problem = replace(problem, **changes)
    return problem


def decide_by(problem: Problem, card: Card) -> date:
    """Last working day (Monday to Friday) on which the card can still be decided.

    It is the one before its first effective month minus the lead of its kind (the company's own
    where its data say it), or minus the card's own option ``lead_days``. The first effective
    month is the first one in which the card changes anything in this problem, as if it were on
    (a second source matters from the month in which the supplier is limited).
    """
    lever = LEVERS[card.kind]
    first = problem.month_dates[_first_effect(problem, card)]
    own = card.options.get(LEAD_DAYS)
    if own is not None:
        begins = first - timedelta(days=round(own))
    else:
        lead = _lead(problem, lever, card)
        begins = _months_before(first, lead.months) - timedelta(days=lead.days)
    return _working_day(begins - timedelta(days=1))


def first_in_time(problem: Problem, card: Card, *, today: date | None = None) -> date:
    """The first month from which the card, begun then, can still be decided in time.

    ``today`` is the last working day before the horizon unless told. Where the lead is longer
    than the horizon, and where nobody decides, it is the first month.
    """
    if not LEVERS[card.kind].decision:
        return problem.start
    now = _working_day(problem.start - timedelta(days=1)) if today is None else today
    in_time = (
        month
        for month in problem.month_dates
        if decide_by(problem, replace(card, first=month)) >= now
    )
    return next(in_time, problem.start)


def _working_day(day: date) -> date:
    return day - timedelta(days=max(day.weekday() - FRIDAY, 0))


def _order(card: Card) -> tuple[object, ...]:
    return (
        LEVERS[card.kind].phase,
        card.kind,
        card.target,
        card.first or date.min,
        card.last or date.max,
        card.value,
        sorted(card.options.items()),
        card.probability,
    )


def _effect(problem: Problem, card: Card) -> Changes:
    lever = LEVERS[card.kind]
    if card.value == lever.neutral or missing(problem, card.target):
        return {}
    place = locate(problem, lever, card)
    if place.stop <= place.first:
        return {}
    return lever.effect(problem, card, place)


def _lead(problem: Problem, lever: Lever, card: Card) -> Lead:
    if lever.lead_of is None or missing(problem, card.target):
        return lever.lead
    return lever.lead_of(problem, locate(problem, lever, card))


def _first_effect(problem: Problem, card: Card) -> int:
    lever = LEVERS[card.kind]
    if missing(problem, card.target):
        return 0
    if card.value == lever.neutral:
        card = replace(card, value=slider(problem, card).default)
    place = locate(problem, lever, card)
    start = min(place.first, problem.months - 1)
    if place.stop <= place.first:
        return start
    changed = [
        month
        for name, new in lever.effect(problem, card, place).items()
        for month in _changed_months(getattr(problem, name), new)
    ]
    return min(changed, default=start)


def _changed_months(old: object, new: object) -> list[int]:
    if not isinstance(old, np.ndarray) or not isinstance(new, np.ndarray):
        return []
    if old.ndim == 3 and new.ndim == 3:
        differs = new[len(old) :].any(axis=(0, 1))
    elif old.ndim == 2 and new.ndim == 2:
        differs = (old != new).any(axis=0)
    else:
        return []
    return [int(month) for month in np.flatnonzero(differs)[:1]]


def _months_before(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
