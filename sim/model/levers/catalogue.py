"""The one table of levers, and what a slider or a form needs to know of it."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from sim.model.levers import capacity, costs, demand, launches, means, policy, risk, stock, supply
from sim.model.levers.declaration import Lever, Slider
from sim.model.levers.money import nice
from sim.model.levers.place import choices, locate, missing
from sim.model.problem import Problem
from sim.model.scenario import Card

MOST_STEPS = 60  # finer sliders cannot be set by hand

LEVERS: Mapping[str, Lever] = MappingProxyType(
    {
        lever.kind: lever
        for part in (demand, launches, capacity, means, supply, risk, stock, policy, costs)
        for lever in part.LEVERS
    }
)


def slider(problem: Problem, card: Card) -> Slider:
    """Range of the slider of a card in this company; it always holds the card's own value."""
    lever = LEVERS[card.kind]
    low, high, default = lever.low, lever.high, lever.default
    if lever.scale is not None and not missing(problem, card.target):
        wanted, middle = lever.scale(problem, locate(problem, lever, card))
        high = min(high, wanted)
        low = max(low, -high) if low < 0 else low
        default = max(low, min(middle, high))
    fine = lever.scale is None or (high - low) / lever.step <= MOST_STEPS
    step = lever.step if fine else nice((high - low) / 40)
    return Slider(
        low=min(low, card.value),
        high=max(high, card.value),
        step=step,
        default=default,
        neutral=lever.neutral,
        unit=lever.unit,
    )


def targets(problem: Problem, kind: str) -> tuple[str, ...]:
    """The simple targets that this lever may have in this company, widest first."""
    return tuple(choices(problem, LEVERS[kind]))


def available(problem: Problem) -> tuple[Lever, ...]:
    """The levers that the company's data can feel, in the order of the list.

    Without capacity data there are no hours to add; without pallets no store; without unit cost
    no cap in money.
    """
    return tuple(
        lever
        for lever in LEVERS.values()
        if (lever.felt is None or lever.felt(problem)) and targets(problem, lever.kind)
    )


def draft(problem: Problem, kind: str, *, target: str, card_id: str) -> Card:
    """A new card with the defaults of its lever, from the first month of the horizon."""
    lever = LEVERS[kind]
    first = problem.start if lever.needs_window else None
    empty = Card(
        id=card_id,
        kind=kind,
        target=target,
        first=first,
        value=lever.neutral,
        options={
            name: option.default
            for name, option in lever.options.items()
            if option.default is not None
        },
    )
    return replace(empty, value=slider(problem, empty).default)
