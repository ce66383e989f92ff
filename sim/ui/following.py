"""Follow the presenter: what stands on a presenter's screen, for any number of viewers.

The presenter's session puts a record in a dictionary of this process: one assignment, no lock,
nothing in the store. Viewers draw again when its number is another: see ``follow_signal``.
"""

import itertools
import secrets
import time
from dataclasses import dataclass

import segno
import streamlit as st

from sim.model.kpi import Kpi
from sim.model.outcome import Outcome
from sim.model.problem import Problem
from sim.model.scenario import Scenario
from sim.ui.room import Focus

ROOM = "room"  # of the address: the code of a room
CODE = "following.code"
REST = 0.4  # [s] in which the presenter's browser has painted
LONGEST = 0.8  # [s] without a rest after which viewers draw all the same
STEP = 0.6  # [s] that viewers let the presenter's step go first; a plan may take longer
_numbers = itertools.count(1)  # of this process: no two records share one
_rooms: "dict[str, Published]" = {}
_steps: dict[str, float] = {}  # [s] when a step began that is not published yet, by room


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What the presenter shows; the arrays are those of the presenter's own session."""

    problem: Problem
    scenario: Scenario
    outcome: Outcome
    focus: Focus
    letter: str
    name: str
    charts: tuple[str, ...]
    hidden: frozenset[Kpi]  # figures that the room has not been shown yet
    frozen: str  # hour since which the numbers stand still; "" = they move

    @property
    def mark(self) -> tuple[object, ...]:
        """Equal marks are equal screens, without a look into the arrays."""
        made = (self.problem.hash, self.scenario.hash, self.scenario.mode, self.outcome.hash)
        return (*made, self.letter, self.name, self.focus, self.charts, self.hidden, self.frozen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A screen and the number that tells it from the one before."""

    number: int
    screen: Screen
    at: float  # [s] on the clock of the process
    began: float  # the same, of the first step of an unbroken movement

    @property
    def settled(self) -> bool:
        """Whether viewers may draw it: the presenter's own screen comes first.

        A movement that goes on is shown on its way, too.
        """
        now = time.monotonic()
        return now - self.at > REST or now - self.began > LONGEST


def start() -> str:
    """Open a room under a code that nobody can guess; return the code."""
    code = secrets.token_urlsafe(12)
    st.session_state[CODE] = code
    return code


def stop() -> None:
    """Close the room: viewers read that it is over."""
    _left(st.session_state.pop(CODE, ""))


def code() -> str:
    """The code under which this session presents; "" = it does not."""
    return str(st.session_state.get(CODE, ""))


def step() -> None:
    """The presenter's step begins: until it is published no viewer is told anything."""
    room = code()
    if room:
        _steps[room] = time.monotonic()


def presenter_steps() -> bool:
    """Whether the step of a presenter is being answered."""
    now = time.monotonic()
    return any(now - began < STEP for began in list(_steps.values()))


def publish(screen: Screen) -> None:
    """Show viewers this screen, when there is a room. It costs the presenter microseconds."""
    room = code()
    if not room:
        return
    _steps.pop(room, None)
    before = _rooms.get(room)
    if before is None:
        _presence(room)  # a room that was lost with the connection is there again
    if before is None or before.screen.mark != screen.mark:
        now = time.monotonic()
        began = before.began if before is not None and now - before.at < REST else now
        _rooms[room] = Published(number=next(_numbers), screen=screen, at=now, began=began)


def followed(room: str) -> Published | None:
    """What the presenter of a room shows now; None = nobody presents under this code."""
    return _rooms.get(room)


def number(room: str) -> int:
    """The number of what is shown; 0 = nothing."""
    published = followed(room)
    return published.number if published else 0


def to_draw(room: str, drawn: str) -> bool:
    """Whether a viewer, on whose screen this number stands, is to draw something else now."""
    published = followed(room)
    if published is None:
        return drawn != "0"
    return drawn != str(published.number) and published.settled


def picture(link: str) -> str:
    """A link as a QR code (SVG), dark on white in any theme: a camera needs that."""
    drawn: str = segno.make(link, error="m", micro=False).svg_inline(
        scale=6, border=4, light="#fff"
    )
    return drawn


def _left(room: str) -> None:
    _rooms.pop(room, None)
    _steps.pop(room, None)


@st.cache_resource(show_spinner=False, scope="session", on_release=_left)
def _presence(room: str) -> str:
    """The presenter is here: the room ends when the browser is closed or loses the server."""
    return room
