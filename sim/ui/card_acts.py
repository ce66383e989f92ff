"""What a visitor does to the list of cards: add, edit, duplicate, reorder, remove, type a value.

A change of the list is a new saved version, so that the address bar can name it; moving a slider
or typing its value is not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import streamlit as st

from sim.errors import LeverError
from sim.model import levers
from sim.model.levers import Unit
from sim.model.presets import OUTLOOK
from sim.model.problem import Problem
from sim.model.scenario import Card, Scenario
from sim.ui import cards, scenarios, session
from sim.ui.room import Room, without_card
from sim.ui.typed import read_value

EDITED = "card.edited"  # the card whose form is to be opened
Months = tuple[date, date]


def add(room: Room, problem: Problem, drafted: Card, *, months: Months) -> None:
    """Put a new card at the end, at its neutral value: nothing moves before a hand does."""
    neutral = levers.LEVERS[drafted.kind].neutral
    card = in_window(problem, replace(drafted, value=neutral), months=months)
    card = replace(card, id=free_id(room.current, drafted.kind))
    _rewrite(room, problem, room.current.with_card(card))


def put(room: Room, problem: Problem, wanted: Sequence[Card]) -> None:
    """Put cards with their values into the scenario, all in one version.

    A card that is there already, or one of the same lever and target, is moved to the value and
    switched on; any other gets an id of its own.
    """
    scenario = room.current
    for card in wanted:
        own = _own(scenario, card)
        found = replace(card, id=free_id(scenario, card.kind)) if own is None else own
        moved = found if own is None else replace(own, value=card.value)
        scenario = scenario.with_card(replace(moved, on=True))
    _rewrite(room, problem, scenario)


def edit(room: Room, problem: Problem, changed: Card, *, months: Months) -> None:
    """Put a changed card in the place of the one with its id."""
    slider = levers.slider(problem, replace(changed, value=levers.LEVERS[changed.kind].neutral))
    value = min(max(changed.value, slider.low), slider.high)
    card = in_window(problem, replace(changed, value=value), months=months)
    _rewrite(room, problem, room.current.with_card(card))


def remove(room: Room, card_id: str) -> None:
    """Take a card out."""
    _rewrite(room, None, without_card(room.current, card_id))


def duplicate(room: Room, problem: Problem, card_id: str) -> None:
    """Put a copy after a card; off where two of them would contradict one another."""
    card = room.current.card(card_id)
    lever = levers.LEVERS[card.kind]
    copied = replace(
        card,
        id=free_id(room.current, card.kind),
        on=card.on and not (lever.unique or lever.alone),
    )
    every = list(room.current.cards)
    every.insert(every.index(card) + 1, copied)
    _rewrite(room, problem, replace(room.current, cards=tuple(every)))


def shift(room: Room, card_id: str, places: int) -> None:
    """Move a card up (-1) or down (+1) in the list; at an end nothing happens."""
    every = list(room.current.cards)
    at = every.index(room.current.card(card_id))
    to = min(max(at + places, 0), len(every) - 1)
    if to != at:
        every.insert(to, every.pop(at))
        _rewrite(room, None, replace(room.current, cards=tuple(every)))


def type_value(room: Room, problem: Problem, card_id: str, typed: str) -> None:
    """Set a slider to a value written by hand.

    Raises
    ------
    LeverError: no number, or out of the range of the slider.
    """
    card, text = room.current.card(card_id), session.text()
    slider = levers.slider(problem, room.saved_card(card))
    shown = cards.value_text(text, problem, card, value=card.value)
    name = cards.card_name(text, problem, card)
    value = _chosen(cards.face_labels(text, problem, room, card), typed)
    if value is None and slider.unit is not Unit.CHOICE:
        value = read_value(typed, unit=slider.unit, shown=shown, lang=text.lang)
    if value is None:
        raise LeverError("error.card.not_a_number", card=name, value=typed[:40], shown=shown)
    if not slider.low - 1e-9 <= value <= slider.high + 1e-9:
        low, high = (
            cards.value_text(text, problem, card, value=end) for end in (slider.low, slider.high)
        )
        raise LeverError("error.card.out_of_range", card=name, value=typed[:40], low=low, high=high)
    room.move_to(room.current.with_card(replace(card, value=value, on=True)))


def act(room: Room, problem: Problem, card_id: str, *, what: str, typed: str = "") -> None:
    """Do what the menu of a card asks for; what is not on the menu is ignored."""
    if card_id not in {card.id for card in room.current.cards}:
        return
    if what == "edit":
        st.session_state[EDITED] = card_id
    elif what == "duplicate":
        duplicate(room, problem, card_id)
    elif what in ("up", "down"):
        shift(room, card_id, -1 if what == "up" else 1)
    elif what == "remove":
        remove(room, card_id)
    elif what == "type":
        type_value(room, problem, card_id, typed)


def in_window(problem: Problem, card: Card, *, months: Months) -> Card:
    """The card in force in these months; an end that is the horizon's own is left open."""
    first, last = months
    needed = levers.LEVERS[card.kind].needs_window
    return replace(
        card,
        first=first if first > problem.start or needed else None,
        last=last if last < problem.month_dates[-1] else None,
    )


def free_id(scenario: Scenario, kind: str) -> str:
    """An id for a new card of a kind."""
    taken = {card.id for card in scenario.cards} | {OUTLOOK}  # that one is the selector's
    names = (kind if n == 1 else f"{kind}_{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _own(scenario: Scenario, wanted: Card) -> Card | None:
    """The scenario's card that another one stands for: the same id, else the same lever."""
    same = [
        card for card in scenario.cards if (card.kind, card.target) == (wanted.kind, wanted.target)
    ]
    return next((card for card in same if card.id == wanted.id), same[0] if same else None)


def _chosen(labels: Mapping[float, str], typed: str) -> float | None:
    """The position whose words were typed."""
    wanted = "".join(typed.split()).casefold()
    same: Sequence[float] = [
        value for value, word in labels.items() if "".join(word.split()).casefold() == wanted
    ]
    return same[0] if same else None


def _rewrite(room: Room, problem: Problem | None, scenario: Scenario) -> None:
    if problem is not None:
        scenarios.check(problem, scenario)
    scenario = replace(scenario, dataset=room.dataset)
    room.rebase(scenario, scenarios.save(scenario, parent=room.step.saved_id))
