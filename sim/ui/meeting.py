"""The meeting in the live room: agenda and clock, frozen numbers, figures to be guessed first.

It lives in the session; the agenda, and what was decided, are in the store as well.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from sim.model.kpi import Kpi
from sim.model.problem import Problem
from sim.model.scenario import Scenario
from sim.report.text import Text
from sim.store.meetings import Topic
from sim.ui import access, data, figures, messages, session
from sim.ui.room import Room, current_room

KEY = "meeting"
SWITCH = "meeting.open"
USUAL = (("overview", 10), ("limits", 20), ("scenarios", 20), ("choice", 10))


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
    """One meeting over one version of the data."""

    dataset: str
    topics: tuple[Topic, ...]
    at: int = 0  # the topic on the screen
    began: float = field(default_factory=time.time)  # [s since 1970] of that topic
    held: Held = field(default_factory=Held)
    guesses: dict[Kpi, str] = field(default_factory=dict)  # what the room said before

    @property
    def topic(self) -> Topic:
        """The topic on the screen."""
        return self.topics[self.at]

    def turn(self, places: int) -> None:
        """Go on to another topic, or back; at an end nothing happens."""
        to = min(max(self.at + places, 0), len(self.topics) - 1)
        if to != self.at:
            self.at, self.began = to, time.time()


def is_on() -> bool:
    """Whether the room is in a meeting."""
    return bool(st.session_state.get(SWITCH))


def begin() -> None:
    """Begin the meeting, at its first topic."""
    st.session_state[SWITCH] = True
    st.session_state.pop(KEY, None)


def end() -> None:
    """Leave the meeting: the numbers move again, and none is hidden."""
    st.session_state[SWITCH] = False


def current() -> Meeting | None:
    """The meeting of this visitor; the agenda is the one that was kept last."""
    room = current_room()
    if room is None or not is_on():
        return None
    found = st.session_state.get(KEY)
    if not isinstance(found, Meeting) or found.dataset != room.dataset:
        topics = data.store().meetings.agenda(room.dataset) or usual(session.text())
        found = Meeting(dataset=room.dataset, topics=topics)
        st.session_state[KEY] = found
    return found


def usual(text: Text) -> tuple[Topic, ...]:
    """The agenda of a pre-S&OP meeting, until somebody writes another."""
    return tuple(
        Topic(title=text(f"ui.meeting.usual.{name}"), minutes=minutes) for name, minutes in USUAL
    )


def held() -> Held:
    """What the meeting holds back; nothing without a meeting. It asks no store: sliders call it."""
    found = st.session_state.get(KEY)
    return found.held if isinstance(found, Meeting) and is_on() else Held()


# What the buttons do.


def _acting(action: Callable[..., None]) -> Callable[..., None]:
    def act(*arguments: object) -> None:
        meeting = current()
        if meeting is not None:
            action(meeting, *arguments)

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
    meeting = current()
    if meeting is None:
        return
    access.require(*access.EDITORS)
    data.store().meetings.keep_agenda(meeting.dataset, topics, author=access.visitor())
    meeting.topics = topics or usual(session.text())
    meeting.at, meeting.began = min(meeting.at, len(meeting.topics) - 1), time.time()


def _hour() -> str:
    """The hour on the visitor's clock."""
    zone = st.context.timezone
    return datetime.now(ZoneInfo(zone) if zone else None).strftime("%H:%M")


def subject(room: Room) -> str:
    """The saved scenario on the screen; "" when it was never saved or has moved since."""
    return room.step.saved_id if room.current == room.step.base else ""
