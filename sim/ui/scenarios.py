"""Saved scenarios of the data in use: their letters, opening, saving, files and links."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import streamlit as st

from sim.errors import LeverError, SopError, StoreError
from sim.model import levers
from sim.model.planning_settings import PlanningSettings
from sim.model.presets import OUTLOOK, offered, suggested
from sim.model.problem import Problem
from sim.model.scenario import Card, Scenario, from_json, read_cards
from sim.report.style import LETTERS
from sim.report.text import Text
from sim.store.scenarios import SavedScenario
from sim.ui import (
    access,
    cards,
    choices,
    data,
    focus,
    lever_errors,
    links,
    messages,
    outlook,
    session,
)
from sim.ui.links import Bounds
from sim.ui.room import NOTHING, Room, current_room, open_room

OUTLOOK_PARAMETER = "outlook"
MINE = "scenarios.mine"  # the versions saved in this session
TOLD = "scenarios.told"  # versions of others under the same name, once they were spoken of


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A saved scenario and the letter it has everywhere."""

    id: str
    letter: str
    name: str
    saved: SavedScenario


def named(dataset: str, text: Text) -> list[Named]:
    """The newest versions of the scenarios of a data version, oldest line first, with letters."""
    found = data.store().scenarios.list(dataset)
    lines = sorted(found, key=_born)
    letters = list(LETTERS)
    return [
        Named(
            id=saved.id,
            letter=letters[position % len(letters)],
            name=saved.name or text("ui.room.untitled"),
            saved=saved,
        )
        for position, saved in enumerate(lines)
    ]


def letter_of(scenario_id: str, every: Sequence[Named]) -> str:
    """The letter of a saved scenario (or of the line it belongs to); the next one when new."""
    for one in every:
        if scenario_id and (scenario_id == one.id or scenario_id in one.saved.history):
            return one.letter
    return list(LETTERS)[len(every) % len(LETTERS)]


def choices_of(text: Text, every: Sequence[Named]) -> dict[str, str]:
    """Letter and name of each by its id, no two alike: there are more scenarios than letters."""
    words = {one.id: text("format.named", letter=one.letter, name=one.name) for one in every}
    return choices.apart(words)


def suggested_scenario(problem: Problem, planning: PlanningSettings) -> Scenario:
    """What the live room shows first: the cards worth trying, all of them off."""
    offered = suggested(problem, cards=read_cards(planning.cards))
    return Scenario(cards=outlook.without(offered), dataset=problem.dataset)


def presets(problem: Problem, dataset: str) -> tuple[Card, ...]:
    """Ready-made cards: the two outlooks of demand, and what is worth trying in this company."""
    return offered(problem, cards=read_cards(data.planning_settings(dataset).cards))


def save(scenario: Scenario, *, parent: str) -> str:
    """Keep a version in the store; return its id."""
    access.require(*access.EDITORS)
    author = access.visitor()
    saved = data.store().scenarios.save(scenario, author=author, parent=parent or None)
    st.session_state.setdefault(MINE, set()).add(saved)
    return saved


def keep(scenario: Scenario) -> str:
    """The saved version that says the same under the same name, else a new one; return its id.

    A file that is opened again, or one's own export, makes no second scenario.
    """
    return data.store().scenarios.find(scenario) or save(scenario, parent="")


def tell_twins(text: Text) -> None:
    """Say once that somebody else saved a scenario under the name of one saved here."""
    mine, told = (st.session_state.setdefault(key, set()) for key in (MINE, TOLD))
    if not mine:
        return
    every = [one for one in named(data.in_use().id, text) if one.saved.name]
    for one in every:
        for other in every:
            line = {other.id, *other.saved.history}
            ours = one.id in mine and other.id not in mine
            if ours and one.name == other.name and not told & line:
                messages.flash("info", _twins(text, one, other))
                told |= line


def _twins(text: Text, one: Named, other: Named) -> str:
    mine, theirs = (
        text("format.named", letter=each.letter, name=each.name) for each in (one, other)
    )
    author = other.saved.author or text("ui.room.twin.somebody")
    return messages.plain(text("ui.room.twin", mine=mine, other=theirs, author=author))


def version_of(saved_id: str) -> int:
    """Which version of its line a saved scenario is; the first is 1."""
    return len(data.store().scenarios.get(saved_id).history) + 1


def read_file(problem: Problem, body: str, *, anyway: bool) -> Scenario:
    """A scenario from a JSON file, fit for the data in use.

    Raises
    ------
    LeverError: not a scenario, a card that cannot be, or made on other data.
    """
    scenario = from_json(body)
    try:
        return levers.adopt(problem, scenario, anyway=anyway)
    except SopError as error:
        raise lever_errors.readable(session.text(), problem, scenario, error) from error


def check(problem: Problem, scenario: Scenario) -> None:
    """Refuse a scenario that this company cannot have, in the words of the screen."""
    try:
        levers.check(problem, scenario)
    except SopError as error:
        raise lever_errors.readable(session.text(), problem, scenario, error) from error


# the room and its link


def enter(parameters: Mapping[str, str]) -> tuple[Room, list[SopError]]:
    """The room that a link asks for, else the one that was open, else a new one."""
    wanted = {name: value for name, value in parameters.items() if _is_ours(name)}
    room, errors = current_room(), list[SopError]()
    asked = _is_news(room, wanted)
    if asked and not _shows(room, wanted):
        room = _open(wanted, errors) or room
    if room is None or room.dataset != data.in_use().id:
        room = _fresh(data.in_use().id)
    if asked:
        problem = data.problem(room.dataset)
        errors += _apply(room, problem, wanted)
    room.visited.arrive(wanted)
    return room, errors


def _is_news(room: Room | None, wanted: dict[str, str]) -> bool:
    return bool(wanted) and (room is None or room.visited.is_new(wanted))


def _shows(room: Room | None, wanted: Mapping[str, str]) -> bool:
    """Whether a link only moves the values of what is open: then it is one more step of it."""
    if room is None:
        return False
    if links.SAVED in wanted:
        return room.step.saved_id == wanted[links.SAVED]
    return wanted.get(links.DATASET, room.dataset) == room.dataset and not room.step.saved_id


def follow_data(parameters: Mapping[str, str]) -> None:
    """Use the data that a new link names; what is unknown is told by ``enter``."""
    room = current_room()
    wanted = {name: value for name, value in parameters.items() if _is_ours(name)}
    if not _is_news(room, wanted):
        return
    with suppress(StoreError):
        if links.SAVED in wanted:
            data.use(data.store().scenarios.get(wanted[links.SAVED]).dataset or data.in_use().id)
        elif links.DATASET in wanted:
            data.use(wanted[links.DATASET])


def address(room: Room) -> dict[str, str]:
    """The parameters that reproduce the room in another browser."""
    step = room.step
    place = {links.SAVED: step.saved_id} if step.saved_id else {links.DATASET: room.dataset}
    moved = links.encode(step.base, step.current) | _outlook_parameter(step.base, step.current)
    return place | moved | focus.written(room.focus)


def _open(wanted: Mapping[str, str], errors: list[SopError]) -> Room | None:
    saved_id = wanted.get(links.SAVED, "")
    try:
        if saved_id:
            return _open_saved(saved_id)
        if links.DATASET in wanted:
            data.use(wanted[links.DATASET])
        return _fresh(data.in_use().id)
    except StoreError:
        key, values = "error.link.unknown_dataset", {"dataset": wanted.get(links.DATASET, "")[:40]}
        if saved_id:
            key, values = "error.link.unknown_scenario", {"scenario": saved_id[:40]}
        errors.append(StoreError(key, **values))
        return None


def _open_saved(saved_id: str) -> Room:
    saved = data.store().scenarios.get(saved_id)
    if saved.dataset:
        data.use(saved.dataset)
    dataset = data.in_use().id
    scenario = replace(saved.scenario, dataset=dataset)
    return open_room(scenario, saved_id=saved.id, dataset=dataset)


def _fresh(dataset: str) -> Room:
    problem, planning = data.problem(dataset), data.planning_settings(dataset)
    return open_room(suggested_scenario(problem, planning), dataset=dataset)


def _apply(room: Room, problem: Problem, wanted: Mapping[str, str]) -> list[SopError]:
    base, text = room.step.base, session.text()

    def bounds(card: Card) -> Bounds:
        # The same as for a file: the slider of this company may be shorter.
        lever = levers.LEVERS[card.kind]
        return Bounds(
            low=lever.low,
            high=lever.high,
            name=cards.card_name(text, problem, card, among=base),
            write=lambda value: cards.value_text(text, problem, card, value=value),
        )

    scenario, errors = links.decode(base, wanted, bounds=bounds)
    chosen = wanted.get(OUTLOOK_PARAMETER, "")
    if chosen in outlook.PRESETS:
        scenario = outlook.choose(scenario, chosen, base=base)
    room.move_to(scenario)
    room.from_link = True
    return [*errors, *_look(room, problem, wanted.get(links.FOCUS, ""))]


def _look(room: Room, problem: Problem, value: str) -> list[SopError]:
    """Look at what a link says; at everything when it says nothing, or what these data lack."""
    room.focus = NOTHING
    try:
        room.focus = focus.read(problem, value)
    except LeverError as error:
        return [error]
    return []


def _outlook_parameter(base: Scenario, current: Scenario) -> dict[str, str]:
    held = outlook.of(current)
    if held not in outlook.PRESETS or any(card.id == OUTLOOK for card in base.cards):
        return {}
    return {OUTLOOK_PARAMETER: held}


def _is_ours(name: str) -> bool:
    known = (links.SAVED, links.DATASET, links.MODE, links.FOCUS, OUTLOOK_PARAMETER)
    return name in known or name.startswith(links.CARD)


def _born(saved: SavedScenario) -> str:
    if not saved.history:
        return saved.created_at
    return data.store().scenarios.get(saved.history[-1]).created_at


def restart(room: Room) -> None:
    """Show the suggested cards again, all off."""
    problem, planning = data.problem(room.dataset), data.planning_settings(room.dataset)
    room.rebase(suggested_scenario(problem, planning), "")


def show_saved(room: Room, saved_id: str) -> None:
    """Show a saved scenario of the data in use."""
    scenario = replace(data.store().scenarios.load(saved_id), dataset=room.dataset)
    room.rebase(scenario, saved_id)
