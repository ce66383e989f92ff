"""Any twenty steps of a room, undone and done again, give the same bytes at each of them."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from random import Random
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import SopError
from sim.model import levers
from sim.model.presets import offered
from sim.model.problem import PlanMode
from sim.model.scenario import Scenario, to_json
from sim.report.text import text_for
from sim.ui import card_acts, cards, links, outlook, session
from sim.ui.room import Room, Step
from tests.model.lever_cases import CARDS, company

PROBLEM = company()
TEXT = text_for("fr")
FIRST = ("saturdays", "prebuild", "volume")
Kind = Callable[[Room, Random], None]


def opened() -> Room:
    held = tuple(replace(CARDS[kind], id=kind, on=False) for kind in FIRST)
    base = Scenario(name="A", dataset=PROBLEM.dataset, cards=held)
    return Room(dataset=PROBLEM.dataset, steps=[Step(base=base, saved_id="", current=base)])


def any_card(room: Room, chance: Random) -> str:
    return chance.choice([card.id for card in room.current.cards])


def any_value(room: Room, card_id: str, chance: Random) -> float:
    card = room.current.card(card_id)
    return chance.choice(list(cards.face_labels(TEXT, PROBLEM, room, card)))


def value(room: Room, chance: Random) -> None:
    card = room.current.card(any_card(room, chance))
    moved = replace(card, value=any_value(room, card.id, chance))
    room.move_to(room.current.with_card(moved))


def typed(room: Room, chance: Random) -> None:
    card_id = any_card(room, chance)
    labels = cards.face_labels(TEXT, PROBLEM, room, room.current.card(card_id))
    card_acts.type_value(room, PROBLEM, card_id, chance.choice(list(labels.values())))


def toggle(room: Room, chance: Random) -> None:
    card = room.current.card(any_card(room, chance))
    room.move_to(room.current.with_card(replace(card, on=not card.on)))


def drag(room: Room, chance: Random) -> None:
    """Many values, one step."""
    card = room.current.card(any_card(room, chance))
    gesture = f"g{chance.random()}"
    for _ in range(chance.randint(2, 6)):
        moved = replace(card, value=any_value(room, card.id, chance))
        room.move_to(room.current.with_card(moved), gesture=gesture)


def add(room: Room, chance: Random) -> None:
    kind = chance.choice([lever.kind for lever in levers.available(PROBLEM)])
    target = chance.choice(levers.targets(PROBLEM, kind))
    drafted = levers.draft(PROBLEM, kind, target=target, card_id=kind)
    months = PROBLEM.month_dates
    if levers.LEVERS[kind].whole_horizon:
        card_acts.add(room, PROBLEM, drafted, months=(months[0], months[-1]))
    else:
        card_acts.add(room, PROBLEM, drafted, months=(chance.choice(months[:6]), months[-1]))


def preset(room: Room, chance: Random) -> None:
    card_acts.put(room, PROBLEM, [chance.choice(offered(PROBLEM))])


def edit(room: Room, chance: Random) -> None:
    card = room.current.card(any_card(room, chance))
    changed = replace(card, owner=f"Anna {chance.random()}", note="«\xa0x\xa0»")
    months = PROBLEM.month_dates
    card_acts.edit(room, PROBLEM, changed, months=(card.first or months[0], months[-1]))


def act(what: str) -> Kind:
    def do(room: Room, chance: Random) -> None:
        card_acts.act(room, PROBLEM, any_card(room, chance), what=what)

    return do


def remove(room: Room, chance: Random) -> None:
    if len(room.current.cards) > 1:
        card_acts.remove(room, any_card(room, chance))


def mode(room: Room, chance: Random) -> None:
    room.move_to(replace(room.current, mode=chance.choice(list(PlanMode))))


def perspective(room: Room, chance: Random) -> None:
    name = chance.choice(["pessimistic", outlook.EXPECTED, "optimistic"])
    room.move_to(outlook.choose(room.current, name, base=room.step.base))


KINDS: tuple[Kind, ...] = (
    value,
    typed,
    toggle,
    drag,
    add,
    preset,
    edit,
    act("duplicate"),
    act("up"),
    act("down"),
    remove,
    mode,
    perspective,
)


def written(room: Room) -> bytes:
    """All that the screen, a saved file and a link are made of."""
    step = room.step
    link = sorted(links.encode(step.base, step.current).items())
    return f"{to_json(step.current)}{to_json(step.base)}{step.saved_id}{link}".encode()


def step(room: Room, kind: Kind, chance: Random) -> None:
    try:
        kind(room, chance)
    except SopError:  # what the company cannot have is refused and leaves all as it was
        return


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_twenty_steps_undone_and_done_again_give_the_same_bytes(seed: int) -> None:
    chance, room, saved = Random(seed), opened(), count(1)
    with (
        patch("sim.ui.scenarios.save", lambda scenario, parent: f"id{next(saved)}"),
        patch.object(session, "text", lambda: TEXT),
    ):
        seen = [written(room)]
        while len(seen) <= 20:
            before = room.position
            step(room, chance.choice(KINDS), chance)
            assert room.position - before in (0, 1)  # whatever it was, it is one step
            if room.position > before:
                seen.append(written(room))
    for expected in reversed(seen[:-1]):
        room.undo()
        assert written(room) == expected
    assert not room.can_undo
    for expected in seen[1:]:
        room.redo()
        assert written(room) == expected
    assert not room.can_redo


def test_every_kind_of_step_can_be_undone_at_once() -> None:
    with (
        patch("sim.ui.scenarios.save", lambda scenario, parent: "id"),
        patch.object(session, "text", lambda: TEXT),
    ):
        for kind in KINDS:
            room, chance = opened(), Random(5)
            start = written(room)
            while not room.can_undo:
                step(room, kind, chance)
            room.undo()
            assert written(room) == start
