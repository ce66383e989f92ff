"""What the browser may say through the lever panel, and what is done with it."""

from dataclasses import replace

import pytest
import streamlit as st

from sim.model.scenario import Card, Scenario
from sim.ui import live_levers
from sim.ui.room import Room, Step

CARDS = (Card(id="a", kind="saturdays", value=0.1), Card(id="b", kind="saturdays", value=0.2))


@pytest.fixture
def room() -> Room:
    scenario = Scenario(cards=CARDS)
    made = Room(dataset="d", steps=[Step(base=scenario, saved_id="", current=scenario)], seed=3)
    for card in CARDS:
        made.offer(card, [0.0, 0.1, 0.2])
    return made


def say(monkeypatch: pytest.MonkeyPatch, **moves: object) -> None:
    monkeypatch.setattr(st, "session_state", {"levers": {"moves": moves}})


def test_a_move_is_taken_when_it_was_offered(monkeypatch, room) -> None:
    say(monkeypatch, seed=3, serial=9, gesture="g", cards={"a": [0.2, False], "b": [0, True]})
    shown = live_levers.on_screen(room)
    assert [(card.value, card.on) for card in shown.cards] == [(0.2, False), (0.0, True)]
    assert live_levers.serial() == 9


@pytest.mark.parametrize(
    "told",
    [
        [0.15, True],
        ["0.2", True],
        [True, True],
        [0.2, 1],
        [0.2],
        "x",
        None,
        [float("nan"), True],
        [10**400, True],
    ],
)
def test_what_was_not_offered_does_not_count(monkeypatch, room, told) -> None:
    say(monkeypatch, seed=3, cards={"a": told, "moon": [0.2, True]})
    assert live_levers.on_screen(room) == room.current


def test_a_move_from_before_the_values_were_set_does_not_count(monkeypatch, room) -> None:
    say(monkeypatch, seed=2, cards={"a": [0.2, True]})
    assert live_levers.on_screen(room) == room.current
    monkeypatch.setattr(st, "session_state", {"levers": None})
    assert live_levers.on_screen(room) == room.current
    assert live_levers.asked() is None


def test_moves_of_one_gesture_are_one_step(room) -> None:
    start = room.current
    for value in (0.1, 0.2, 0.0):
        room.move_to(start.with_card(replace(CARDS[1], value=value)), gesture="g1")
    room.move_to(room.current.with_card(replace(CARDS[0], value=0.2)), gesture="g2")
    room.undo()
    assert room.current.card("b").value == 0.0
    room.undo()
    assert room.current == start
    # A late word of an undone drag does not wipe out what can be redone.
    assert room.can_redo
