"""What the decision aids ask of many scenarios, simulated once for all sessions.

The outcomes themselves are not kept: those of the room must stay in memory. All are planned in
the same way, by family where items are many: a plan that this visit made item by item for one of
them would make it look better or worse than the others.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import closing
from threading import Lock
from typing import Any, TypeAlias, TypeVar

import streamlit as st

from sim.model import aids
from sim.model.aids import Panel, Values
from sim.model.aids.aim import Aim, measured
from sim.model.kpi import Kpi
from sim.model.outcome import Outcome
from sim.model.problem import Problem
from sim.model.scenario import Scenario
from sim.ui import results, session

KEPT = 2_048  # answers, 64 KiB each at most
Aimed: TypeAlias = tuple[float, float]  # means of the aimed KPI and of the net margin
Key: TypeAlias = tuple[str, str, str, str]  # problem, scenario, what is read, draws
Told: TypeAlias = Callable[[], None]
Seen = TypeVar("Seen")


class Answers:
    """What decision aids read from outcomes, the latest ones; safe with threads."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._known: OrderedDict[Key, Any] = OrderedDict()

    def get(self, key: Key) -> Any:
        """What is known, or None."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def put(self, key: Key, seen: object) -> None:
        """Keep what was read."""
        with self._lock:
            self._known[key] = seen
            while len(self._known) > self._most:
                self._known.popitem(last=False)


def _silent() -> None:
    """Nobody waits to be told."""


def judged(problem: Problem, scenario: Scenario) -> Values:
    """The KPIs that the decision aids ask for, draw by draw; their outcomes are not kept."""
    return judged_all(problem, [scenario])[0]


def judged_all(
    problem: Problem, scenarios: Sequence[Scenario], *, told: Told = _silent
) -> list[Values]:
    """The same of many scenarios, side by side."""
    return seen_in(problem, scenarios, aids.asked, name="asked", told=told)


def aimed(problem: Problem, scenario: Scenario, aim: Aim) -> Aimed:
    """Means of the aimed KPI and of the net margin: what a goal seek asks of each scenario."""
    return aimed_all(problem, [scenario], aim)[0]


def aimed_all(
    problem: Problem, scenarios: Sequence[Scenario], aim: Aim, *, told: Told = _silent
) -> list[Aimed]:
    """The same of many scenarios, side by side."""
    months = "" if aim.months is None else f"{aim.months.start}-{aim.months.stop}"
    name = f"{aim.kpi} {aim.family} {months}"  # the target changes nothing

    def seen(outcome: Outcome) -> Aimed:
        return _level_and_margin(outcome, aim)

    return seen_in(problem, scenarios, seen, name=name, told=told)


def seen_in(
    problem: Problem,
    scenarios: Sequence[Scenario],
    seen: Callable[[Outcome], Seen],
    *,
    name: str,
    told: Told = _silent,
) -> list[Seen]:
    """What is read from the outcomes of scenarios, each simulated once for all sessions.

    The outcomes are not kept: those of the room must stay in memory. What was known is told as
    well; whoever raises while being told stops the rest.

    Parameters
    ----------
    seen, name : what is read, and what it is known by
    told : called once for each scenario
    """
    kept, paths = _answers(), results.draws(problem)
    keys: list[Key] = [(problem.hash, one.hash, name, paths.key) for one in scenarios]
    found: dict[Key, Seen] = {}
    missing: dict[Key, Scenario] = {}
    for key, one in zip(keys, scenarios, strict=True):
        known = kept.get(key)
        if known is None:
            missing[key] = one
        else:
            found[key] = known
    for _ in range(len(keys) - len(missing)):
        told()
    unknown = list(missing)
    # Closed before anybody may ask the same workers again, also by whoever raises in ``told``.
    with closing(_panel().look(problem, list(missing.values()), seen, draws=paths)) as looks:
        for look in looks:
            key = unknown[look.place]
            found[key] = look.seen
            if not look.late:
                kept.put(key, look.seen)
            told()
    return [found[key] for key in keys]


def forget() -> None:
    """Know no answer of the decision aids any more."""
    _answers.clear()


def _panel() -> Panel:
    """The workers of this session's decision aids; the room's programme stays where it is."""
    panel: Panel = session.memory().setdefault("answers.panel", Panel())
    return panel


def _level_and_margin(found: Outcome, aim: Aim) -> Aimed:
    margin = results.values(found, (Kpi.NET_MARGIN,))[Kpi.NET_MARGIN]
    return float(measured(found, aim).mean()), float(margin.mean())


@st.cache_resource(show_spinner=False)
def _answers() -> Answers:
    return Answers(KEPT)
