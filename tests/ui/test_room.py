"""The working scenario: steps, undo, and links that carry it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.problem import PlanMode
from sim.model.scenario import Card, Scenario
from sim.ui.links import Bounds, decode, encode
from sim.ui.room import Room, Step

BASE = Scenario(
    name="A",
    cards=(Card(id="sat", kind="saturdays", value=0.1), Card(id="pre", kind="prebuild", value=5e5)),
)


def room_of(base: Scenario) -> Room:
    return Room(dataset="d", steps=[Step(base=base, saved_id="", current=base)])


def wide(card: Card) -> Bounds:
    return Bounds(low=-1e9, high=1e9)


values = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


@given(values, values, st.booleans(), st.booleans(), st.sampled_from(PlanMode))
def test_a_link_gives_back_what_it_was_made_from(first, second, on, other, mode) -> None:
    moved = replace(
        BASE,
        mode=mode,
        cards=(
            replace(BASE.cards[0], value=first, on=on),
            replace(BASE.cards[1], value=second, on=other),
        ),
    )
    found, errors = decode(BASE, encode(BASE, moved), bounds=wide)
    assert errors == []
    assert found == moved


@given(st.dictionaries(st.sampled_from(["mode", "c.sat", "c.pre", "c.x"]), st.text(max_size=30)))
def test_any_text_in_a_link_gives_a_scenario_within_its_bounds(parameters) -> None:
    found, errors = decode(BASE, parameters, bounds=lambda card: Bounds(low=0.0, high=0.25))
    assert {card.id for card in found.cards} == {"sat", "pre"}
    for before, after in zip(BASE.cards, found.cards, strict=True):
        assert after.value == before.value or 0.0 <= after.value <= 0.25
    assert all(error.key.startswith("error.link.") for error in errors)


def test_an_unmoved_scenario_needs_no_parameter() -> None:
    assert encode(BASE, BASE) == {}


def test_undo_goes_back_to_the_saved_version_of_that_step() -> None:
    room = room_of(BASE)
    room.move_to(replace(BASE, mode=PlanMode.OPTIMAL))
    room.rebase(Scenario(name="B"), "id2")
    assert room.step.saved_id == "id2"
    room.undo()
    assert (room.step.saved_id, room.step.base, room.current.mode) == ("", BASE, PlanMode.OPTIMAL)
    room.redo()
    assert room.step.saved_id == "id2"
    room.undo()
    room.move_to(replace(BASE, mode=PlanMode.LEVEL))
    assert not room.can_redo


def test_the_same_scenario_is_not_a_step() -> None:
    room = room_of(BASE)
    room.move_to(replace(BASE))
    assert not room.can_undo


@pytest.mark.parametrize("moves", [1, 200])
def test_the_memory_of_steps_is_bounded(moves: int) -> None:
    room = room_of(BASE)
    for n in range(moves):
        room.move_to(BASE.with_card(replace(BASE.cards[0], value=float(n + 1))))
    assert room.current.cards[0].value == moves
    assert len(room.steps) <= 62


def test_a_slider_keeps_every_value_it_was_given() -> None:
    room = room_of(BASE)
    assert room.offer(replace(BASE.cards[0], value=0.123), [0.0, 0.1, 0.2]) == [
        0.0,
        0.1,
        0.123,
        0.2,
    ]
    assert room.offer(BASE.cards[0], [0.0, 0.1, 0.2]) == [0.0, 0.1, 0.123, 0.2]
