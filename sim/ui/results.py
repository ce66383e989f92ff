"""Simulated results, computed once per scenario and shared by all sessions, read-only."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any, TypeAlias, TypeVar

import streamlit as st

from sim.model import aids, kpi
from sim.model.aids import Panel, Values
from sim.model.aids.aim import Aim, measured
from sim.model.draws import Draws, Kept, affordable, draws_bytes, draws_key
from sim.model.kpi import Estimate, Kpi
from sim.model.outcome import Outcome
from sim.model.planner import LIVE_ITEMS, Program
from sim.model.problem import Floats, Problem
from sim.model.run import run
from sim.model.scenario import Scenario
from sim.report.frames.view import Units, units_for
from sim.report.text import Text, text_for
from sim.settings import settings
from sim.ui import kept_draws

SEED = 1
REFERENCE = Scenario()
LATE_KEPT = 6  # scenarios on the screen of a comparison
ANSWERS_KEPT = 2_048  # of the decision aids, 64 KiB each at most
Estimates = Mapping[Kpi, Estimate]
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


def outcome(problem: Problem, scenario: Scenario) -> Outcome:
    """The simulated outcome of a scenario on the draws that all scenarios share.

    A plan that ran out of time is nobody else's: the session keeps it while its scenario is among
    the last few on the screen, and then tries again.
    """
    key, late = (problem.hash, scenario.hash), _late()
    if key not in late:
        try:
            return _outcome(*key, problem, scenario, _program())
        except _OutOfTime as stopped:
            late[key] = stopped.outcome
        while len(late) > LATE_KEPT:
            del late[next(iter(late))]
    return late[key]


def keep_late(found: Outcome, scenario: Scenario) -> None:
    """Let this session show the very outcome of another one, although its plan ran out of time."""
    if found.plan.late:
        _late()[found.problem.hash, scenario.hash] = found


def reference(problem: Problem) -> Outcome:
    """The outcome when nothing is decided."""
    return outcome(problem, REFERENCE)


def estimates(problem: Problem, scenario: Scenario) -> Estimates:
    """KPIs of the first calendar year of the horizon."""
    try:
        return _estimates(problem.hash, scenario.hash, problem, scenario)
    except _OutOfTime as stopped:
        return kpi.estimates(stopped.outcome, kpi.window(problem))


def differences(problem: Problem, scenario: Scenario, base: Scenario = REFERENCE) -> Estimates:
    """Differences to another scenario, draw by draw, with their standard errors."""
    try:
        return _differences(problem.hash, scenario.hash, base.hash, problem, scenario, base)
    except _OutOfTime:
        after, before = outcome(problem, scenario), outcome(problem, base)
        return kpi.differences(after, before, kpi.window(problem))


def samples(problem: Problem, scenario: Scenario, names: tuple[Kpi, ...]) -> Mapping[Kpi, Floats]:
    """Some KPIs of every draw, over the same year: for a screen that shows a few of them."""
    try:
        return _samples(problem.hash, scenario.hash, names, problem, scenario)
    except _OutOfTime as stopped:
        return _values(stopped.outcome, names)


def judged(problem: Problem, scenario: Scenario) -> Values:
    """The KPIs that the decision aids ask for, draw by draw; their outcomes are not kept."""
    return judged_all(problem, [scenario])[0]


def judged_all(
    problem: Problem, scenarios: Sequence[Scenario], *, first: bool = False, told: Told = _silent
) -> list[Values]:
    """The same of many scenarios, side by side; ``first``: on the first draws only."""
    paths = first_draws(problem) if first else draws(problem)
    return seen_in(problem, scenarios, aids.asked, name="asked", paths=paths, told=told)


def aimed(problem: Problem, scenario: Scenario, aim: Aim) -> Aimed:
    """Means of the aimed KPI and of the net margin: what a goal seek asks of each scenario."""
    return aimed_all(problem, [scenario], aim)[0]


def aimed_all(
    problem: Problem,
    scenarios: Sequence[Scenario],
    aim: Aim,
    *,
    first: bool = False,
    told: Told = _silent,
) -> list[Aimed]:
    """The same of many scenarios, side by side; ``first``: on the first draws only."""
    months = "" if aim.months is None else f"{aim.months.start}-{aim.months.stop}"
    name = f"{aim.kpi} {aim.family} {months}"  # the target changes nothing
    paths = first_draws(problem) if first else draws(problem)

    def seen(outcome: Outcome) -> Aimed:
        return _level_and_margin(outcome, aim)

    return seen_in(problem, scenarios, seen, name=name, paths=paths, told=told)


def seen_in(
    problem: Problem,
    scenarios: Sequence[Scenario],
    seen: Callable[[Outcome], Seen],
    *,
    name: str,
    paths: Draws,
    told: Told = _silent,
) -> list[Seen]:
    """What is read from the outcomes of scenarios, each simulated once for all sessions.

    The outcomes are not kept: those of the room must stay in memory. What was known is told as
    well; whoever raises while being told stops the rest.

    Parameters
    ----------
    seen, name : what is read, and what it is known by
    paths : the draws, all or the first of them
    told : called once for each scenario
    """
    kept = _answers()
    keys: list[Key] = [(problem.hash, one.hash, name, paths.key) for one in scenarios]
    found: dict[Key, Seen] = {}
    missing: dict[Key, Scenario] = {}
    for key, one in zip(keys, scenarios, strict=True):
        if (known := kept.get(key)) is None:
            missing[key] = one
        else:
            found[key] = known
    for _ in range(len(keys) - len(missing)):
        told()
    unknown = list(missing)
    for look in _panel().look(problem, list(missing.values()), seen, draws=paths):
        key = unknown[look.place]
        found[key] = look.seen
        if not look.late:
            kept.put(key, look.seen)
        told()
    return [found[key] for key in keys]


def forget() -> None:
    """Know no answer of the decision aids any more."""
    _answers.clear()


def first_draws(problem: Problem) -> Draws:
    """The draws that a decision aid looks at first: fewer of the same where that saves time."""
    every = draws(problem)
    return _first_draws(every.key, len(problem.items), problem, every)


def draws(problem: Problem) -> Draws:
    """The draws of a problem; equal keys share one set."""
    count = draws_count(problem)
    return _draws().get(
        draws_key(problem, draws=count, seed=SEED),
        lambda: kept_draws.paths(problem, count=count, seed=SEED, home=settings().home),
        nbytes=draws_bytes(problem, count),
    )


def draws_count(problem: Problem) -> int:
    """How many draws a problem gets: the setting, or fewer when memory would not hold them."""
    return affordable(problem, draws=settings().draws, memory=settings().draws_memory)


def units(problem: Problem, text: Text) -> Units:
    """The units of the axes, chosen once per version of the data."""
    return _units(problem.hash, text.lang, problem)


def _program() -> Program:
    """The linear programme of this session: a lever move is solved from the last optimum."""
    program: Program = st.session_state.setdefault(
        "results.program", Program(most_items=LIVE_ITEMS)
    )
    return program


def _panel() -> Panel:
    """The workers of this session's decision aids; the room's programme stays where it is."""
    panel: Panel = st.session_state.setdefault("results.panel", Panel())
    return panel


class _OutOfTime(Exception):
    """An outcome whose plan ran out of time; a cached function that raises it keeps nothing."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def _late() -> dict[tuple[str, str], Outcome]:
    """Outcomes of this session whose plan ran out of time, by problem and scenario."""
    late: dict[tuple[str, str], Outcome] = st.session_state.setdefault("results.late", {})
    return late


def _in_time(outcome: Outcome) -> Outcome:
    """The outcome, if it may be kept for everybody."""
    if outcome.plan.late:
        raise _OutOfTime(outcome)
    return outcome


def _values(found: Outcome, names: tuple[Kpi, ...]) -> Mapping[Kpi, Floats]:
    window = kpi.window(found.problem)
    return {name: kpi.KPIS[name].formula(found, window) for name in names}


def _level_and_margin(found: Outcome, aim: Aim) -> Aimed:
    margin = _values(found, (Kpi.NET_MARGIN,))[Kpi.NET_MARGIN]
    return float(measured(found, aim).mean()), float(margin.mean())


# The hash stands for the problem: Streamlit does not look into an argument named with "_", so
# the arguments that make the key are not used by the function itself.
# ruff: noqa: ARG001


@st.cache_resource(show_spinner=False)
def _draws() -> Kept[str, Draws]:
    """The draws of the companies in use, within the memory that the settings give them."""
    return Kept(settings().draws_memory)


@st.cache_resource(show_spinner=False, max_entries=24)
def _outcome(
    problem_hash: str,
    scenario_hash: str,
    _problem: Problem,
    _scenario: Scenario,
    _programme: Program,
) -> Outcome:
    return _in_time(run(_problem, _scenario, draws=draws(_problem), program=_programme))


@st.cache_resource(show_spinner=False, max_entries=512)
def _estimates(
    problem_hash: str, scenario_hash: str, _problem: Problem, _scenario: Scenario
) -> Estimates:
    return kpi.estimates(_in_time(outcome(_problem, _scenario)), kpi.window(_problem))


@st.cache_resource(show_spinner=False, max_entries=512)
def _differences(
    problem_hash: str,
    scenario_hash: str,
    base_hash: str,
    _problem: Problem,
    _scenario: Scenario,
    _base: Scenario,
) -> Estimates:
    after, before = (_in_time(outcome(_problem, each)) for each in (_scenario, _base))
    return kpi.differences(after, before, kpi.window(_problem))


@st.cache_resource(show_spinner=False, max_entries=64)
def _samples(
    problem_hash: str,
    scenario_hash: str,
    names: tuple[Kpi, ...],
    _problem: Problem,
    _scenario: Scenario,
) -> Mapping[Kpi, Floats]:
    return _values(_in_time(outcome(_problem, _scenario)), names)


@st.cache_resource(show_spinner=False, max_entries=4)
def _first_draws(key: str, items: int, _problem: Problem, _draws: Draws) -> Draws:
    return aids.first_draws(_problem, _draws)


@st.cache_resource(show_spinner=False)
def _answers() -> Answers:
    return Answers(ANSWERS_KEPT)


@st.cache_resource(show_spinner=False, max_entries=16)
def _units(problem_hash: str, lang: str, _problem: Problem) -> Units:
    return units_for(_problem, text_for(lang, _problem.currency))
