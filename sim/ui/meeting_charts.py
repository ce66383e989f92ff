"""What a topic of a meeting shows of the live room, and how high, so that nobody scrolls."""

from typing import Any

from sim.model.problem import Problem
from sim.report.style import Density
from sim.store.meetings import Shows
from sim.ui import meeting, session

# Characters of the sentence on one line, in the type of a meeting.
LINE = {Density.COMFORT: 78, Density.COMPACT: 60}
CHARTS = {
    Shows.SERVICE: ("balance", "service"),
    Shows.LIMITS: ("load", "stock"),
    Shows.MONEY: ("balance", "margin"),
    Shows.PROPOSAL: (),
}
NO_LOAD = {"load": "balance"}  # without capacities there is nothing to load
NO_MONEY = {"margin": "stock"}
TALL = {Density.COMFORT: 498, Density.COMPACT: 264}  # pixels
GUESSES = {Density.COMFORT: 84, Density.COMPACT: 70}  # of those, for guesses that were shown
AROUND = 88  # of those, for title and axis


def charts(problem: Problem) -> tuple[str, ...] | None:
    """The charts of the topic on the screen; None without a meeting."""
    topic = meeting.shows()
    if topic is None:
        return None
    other = ({} if problem.has_capacity else NO_LOAD) | ({} if problem.has_money else NO_MONEY)
    return tuple(other.get(one, one) for one in CHARTS[topic])


def height() -> int:
    """How high a chart is [px]."""
    taken = GUESSES[session.density()] if meeting.is_guessing() else 0
    return TALL[session.density()] - taken


def plot() -> int:
    """What of it is between title and axis [px]."""
    return height() - AROUND


def tall(spec: dict[str, Any]) -> dict[str, Any]:
    """A chart as high as the screen of a meeting has room for; the cached spec stays as it is."""
    return {**spec, "height": height()}


def longest_line() -> int:
    """Characters of the sentence."""
    return LINE[session.density()]
