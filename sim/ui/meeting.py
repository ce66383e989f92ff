"""The meeting in the live room: agenda and clock, frozen numbers, figures to be guessed first.

It lives in the session, and each press of a button keeps its place in the store under an id that
stands in the address bar: a page that is loaded again, or another server, goes on from there.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from sim.errors import SopError
from sim.model.kpi import Kpi
from sim.model.problem import Problem
from sim.model.scenario import Scenario, from_json, to_json
from sim.report.text import Text
from sim.store.meetings import Shows, Topic
from sim.ui import access, data, figures, messages, session
from sim.ui.room import Room, current_room

KEY = "meeting"
SWITCH = "meeting.open"
LEFT = "meeting.left"  # the meeting that was left: its address may come again with a run
PARAMETER = "meeting"  # of the address: the id of the meeting
USUAL = (("overview", 10), ("limits", 20), ("scenarios", 20), ("choice", 10))
SHOWN = (Shows.SERVICE, Shows.LIMITS, Shows.MONEY, Shows.PROPOSAL)  # by the usual topics


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """The numbers as they were: the data and the scenario that make them, and the hour."""

    problem: Problem
    scenario: Scenario
    letter: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a meeting holds back from the screen."""

    frozen: Frozen | None = None
    hidden: frozenset[Kpi] = frozenset()


@dataclass
class Meeting:
    """One meeting."""

    topics: tuple[Topic, ...]
    id: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    at: int = 0  # the topic on the screen
    opened: float = field(default_factory=time.time)  # [s since 1970] of the meeting
    began: float = field(default_factory=time.time)  # the same, of the topic on the screen
    spent: dict[int, float] = field(default_factory=dict)  # [s] before that, by topic
    held: Held = field(default_factory=Held)
    guesses: dict[Kpi, str] = field(default_factory=dict)  # what the room said before

    @property
    def topic(self) -> Topic:
        """The topic on the screen."""
        return self.topics[self.at]

    @property
    def elapsed(self) -> float:
        """Time that the topic on the screen has taken [s], earlier visits to it included."""
        return self.spent.get(self.at, 0.0) + time.time() - self.began

    @property
    def total(self) -> float:
        """Time since the meeting began [s]."""
        return time.time() - self.opened

    def turn(self, places: int) -> None:
        """Go on to another topic, or back; at an end nothing happens.

        A topic that is come back to goes on with its clock. What was guessed and shown belongs
        to the topic that is left.
        """
        to = min(max(self.at + places, 0), len(self.topics) - 1)
        if to != self.at:
            self.spent[self.at] = self.elapsed
            self.at, self.began = to, time.time()
            self.guesses = self.guesses if self.held.hidden else {}


def is_on() -> bool:
    """Whether the room is in a meeting."""
    return bool(st.session_state.get(SWITCH))


def is_asked() -> bool:
    """Whether the page is that of a meeting: one that is on, or one that the address names."""
    return is_on() or _named() not in ("", st.session_state.get(LEFT))


def begin() -> None:
    """Begin the meeting, at its first topic."""
    room = current_room()
    if room is None:
        return
    topics = data.store().meetings.agenda(room.dataset) or usual(session.text())
    st.session_state[KEY] = Meeting(topics=topics)
    st.session_state[SWITCH] = True
    _keep(st.session_state[KEY])


def end() -> None:
    """Leave the meeting: the numbers move again, and none is hidden."""
    found = current()
    st.session_state[LEFT] = found.id if found else ""
    st.session_state[SWITCH] = False


def current() -> Meeting | None:
    """The meeting of this visitor."""
    found = st.session_state.get(KEY)
    return found if isinstance(found, Meeting) and is_on() and current_room() else None


def resume() -> None:
    """Go on with the meeting that the address names, where it stood."""
    if is_on() or not is_asked():
        return
    wanted = _named()
    body = data.store().meetings.place(wanted)
    st.session_state[LEFT] = wanted
    if body is None:
        return
    room = current_room()
    if room is not None:
        topics = data.store().meetings.agenda(room.dataset) or usual(session.text())
        st.session_state[KEY] = _read(wanted, body, topics)
        st.session_state[SWITCH] = True


def address() -> dict[str, str]:
    """What the address bar says of the meeting."""
    found = st.session_state.get(KEY)
    return {PARAMETER: found.id} if isinstance(found, Meeting) and is_on() else {}


def _named() -> str:
    return st.query_params.get(PARAMETER, "")[:32]


def usual(text: Text) -> tuple[Topic, ...]:
    """The agenda of a pre-S&OP meeting, until somebody writes another."""
    return tuple(
        Topic(title=text(f"ui.meeting.usual.{name}"), minutes=minutes, shows=shows)
        for (name, minutes), shows in zip(USUAL, SHOWN, strict=True)
    )


def held() -> Held:
    """What the meeting holds back; nothing without a meeting. It asks no store: sliders call it."""
    found = st.session_state.get(KEY)
    return found.held if isinstance(found, Meeting) and is_on() else Held()


def shows() -> Shows | None:
    """What the topic on the screen shows; None without a meeting."""
    found = st.session_state.get(KEY)
    return found.topic.shows if isinstance(found, Meeting) and is_on() else None


def at_proposal() -> bool:
    """Whether the topic on the screen is what is proposed, not the scenario in work."""
    return shows() is Shows.PROPOSAL and not held().hidden


def is_guessing() -> bool:
    """Whether guesses, or what came of them, take room on the screen."""
    found = st.session_state.get(KEY)
    return (
        is_on()
        and isinstance(found, Meeting)
        and (bool(found.held.hidden) or any(found.guesses.values()))
    )


def series(dataset: str) -> tuple[str, ...]:
    """This version of the data and the others of the same company: what earlier meetings were
    about."""
    every = data.store().list()
    name = next((one.name for one in every if one.id == dataset), None)
    return (dataset, *(one.id for one in every if one.name == name and one.id != dataset))


# What the buttons do.


def _acting(action: Callable[..., None]) -> Callable[..., None]:
    def act(*arguments: object) -> None:
        meeting = current()
        if meeting is not None:
            action(meeting, *arguments)
            _keep(meeting)

    return messages.safely(act)


@_acting
def turn(meeting: Meeting, places: int) -> None:
    """Another topic."""
    meeting.turn(places)


@_acting
def freeze(meeting: Meeting, problem: Problem, letter: str) -> None:
    """Let the numbers stand still, whatever is moved from now on."""
    room = current_room()
    if room is not None:
        frozen = Frozen(problem=problem, scenario=room.current, letter=letter, at=_hour())
        meeting.held = replace(meeting.held, frozen=frozen)


@_acting
def unfreeze(meeting: Meeting) -> None:
    """Let the numbers follow the room again."""
    meeting.held = replace(meeting.held, frozen=None)


@_acting
def cover(meeting: Meeting, problem: Problem) -> None:
    """Hide the figures until the room has said what it expects."""
    meeting.guesses = {}
    meeting.held = replace(meeting.held, hidden=frozenset(figures.chosen_kpis(problem)))


@_acting
def reveal(meeting: Meeting, *kpis: Kpi) -> None:
    """Show figures, and keep what was guessed."""
    for kpi in kpis:
        meeting.guesses[kpi] = str(st.session_state.get(guess_key(kpi), "")).strip()
    meeting.held = replace(meeting.held, hidden=meeting.held.hidden - set(kpis))


def guess_key(kpi: Kpi) -> str:
    """The widget that takes a guess."""
    return f"meeting.guess.{kpi.value}"


def keep_agenda(topics: tuple[Topic, ...]) -> None:
    """Take over an agenda, and keep it in the store."""
    meeting, room = current(), current_room()
    if meeting is None or room is None:
        return
    access.require(*access.EDITORS)
    data.store().meetings.keep_agenda(room.dataset, topics, author=access.visitor())
    meeting.topics = topics or usual(session.text())
    meeting.at, meeting.began = min(meeting.at, len(meeting.topics) - 1), time.time()
    meeting.spent = {}
    _keep(meeting)


def _hour() -> str:
    """The hour on the visitor's clock; on the server's when the browser names a zone of its own."""
    zone: ZoneInfo | None
    try:
        zone = ZoneInfo(st.context.timezone or "")
    except (ValueError, OSError, ZoneInfoNotFoundError):
        zone = None
    return datetime.now(zone).strftime("%H:%M")


def subject(room: Room) -> str:
    """The saved scenario on the screen; "" when it was never saved or has moved since."""
    return room.step.saved_id if room.current == room.step.base else ""


# Its place in the store.


def _keep(meeting: Meeting) -> None:
    """Keep the place. A visitor who may only read has the meeting, and leaves nothing behind."""
    if not access.roles() & set(access.EDITORS):
        return
    room, frozen = current_room(), meeting.held.frozen
    body = {
        "at": meeting.at,
        "opened": meeting.opened,
        "began": meeting.began,
        "spent": {str(place): seconds for place, seconds in meeting.spent.items()},
        "guesses": {kpi.value: guess for kpi, guess in meeting.guesses.items()},
        "hidden": sorted(kpi.value for kpi in meeting.held.hidden),
        "frozen": frozen and {**_written(frozen), "letter": frozen.letter, "at": frozen.at},
    }
    data.store().meetings.keep_place(meeting.id, body, dataset=room.dataset if room else "")


def _written(frozen: Frozen) -> dict[str, str]:
    return {"dataset": frozen.problem.dataset, "scenario": to_json(frozen.scenario)}


def _read(meeting_id: str, body: Mapping[str, Any], topics: tuple[Topic, ...]) -> Meeting:
    hidden = frozenset(Kpi(name) for name in body["hidden"])
    return Meeting(
        topics=topics,
        id=meeting_id,
        at=min(int(body["at"]), len(topics) - 1),
        opened=float(body["opened"]),
        began=float(body["began"]),
        spent={int(place): float(seconds) for place, seconds in body["spent"].items()},
        held=Held(frozen=_frozen(body["frozen"]), hidden=hidden),
        guesses={Kpi(name): str(guess) for name, guess in body["guesses"].items()},
    )


def _frozen(body: Mapping[str, str] | None) -> Frozen | None:
    """Frozen numbers as they were kept; they move again when their data are gone."""
    if not body:
        return None
    try:
        problem, scenario = data.problem(body["dataset"]), from_json(body["scenario"])
    except SopError:  # the data are gone, or the words of an older version
        return None
    return Frozen(problem=problem, scenario=scenario, letter=body["letter"], at=body["at"])
