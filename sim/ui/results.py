"""Simulated results, computed once per scenario and shared by all sessions, read-only."""

from collections.abc import Mapping

import streamlit as st

from sim.model import kernel, kpi
from sim.model.aids import Values
from sim.model.draws import NARROW, WIDTH, Draws, affordable, draws_bytes, draws_key
from sim.model.kept import Kept
from sim.model.kpi import Estimate, Kpi
from sim.model.outcome import Outcome
from sim.model.planner import LIVE_ITEMS, Program
from sim.model.problem import Floats, Problem
from sim.model.run import run
from sim.model.scenario import Scenario
from sim.report.frames.view import Units, units_for
from sim.report.text import Text, text_for
from sim.settings import settings
from sim.ui import kept_draws, session

SEED = 1
REFERENCE = Scenario()
OUTCOMES_MEMORY = 256 * 1024 * 1024  # bytes, for everybody
OUTCOMES_KEPT = 8  # a comparison and its reference, however large they are
LATE_KEPT = 6  # scenarios on the screen of a comparison
OWN_KEPT = 3  # one per mode that a linear programme plans; each holds the draws of the families
Estimates = Mapping[Kpi, Estimate]


def outcome(problem: Problem, scenario: Scenario) -> Outcome:
    """The simulated outcome of a scenario on the draws that all scenarios share.

    The session's own plan, made item by item, stands in for the one by family.
    """
    own = own_outcome(problem, scenario)
    return shared(problem, scenario) if own is None else own


def shared(problem: Problem, scenario: Scenario) -> Outcome:
    """The same as every session finds it, whatever this one had made item by item.

    A plan that ran out of time is nobody else's: the session keeps it while its scenario is among
    the last few on the screen, and then tries again.
    """
    asked, late = (problem.hash, scenario.hash), _late()
    if asked not in late:
        size = kernel.outcome_bytes(problem, draws_count(problem))
        try:
            return _outcomes().get(asked, lambda: _in_time(_made(problem, scenario)), nbytes=size)
        except _OutOfTime as stopped:
            late[asked] = stopped.outcome
        while len(late) > LATE_KEPT:
            del late[next(iter(late))]
    return late[asked]


def _made(problem: Problem, scenario: Scenario) -> Outcome:
    return run(problem, scenario, draws=draws(problem), program=_program())


def own_outcome(problem: Problem, scenario: Scenario) -> Outcome | None:
    """What this session had planned item by item for a scenario."""
    return own_outcomes().get((problem.hash, scenario.hash))


def own_outcomes() -> dict[tuple[str, str], Outcome]:
    """Outcomes of plans made item by item for this session, by problem and scenario."""
    own: dict[tuple[str, str], Outcome] = session.memory().setdefault("results.own", {})
    while len(own) > OWN_KEPT:
        del own[next(iter(own))]
    return own


def reference(problem: Problem) -> Outcome:
    """The outcome when nothing is decided."""
    return outcome(problem, REFERENCE)


def per_draw(problem: Problem, scenario: Scenario) -> Values:
    """Every KPI of every draw over the first calendar year of the horizon."""
    try:
        return _per_draw(problem.hash, key(problem, scenario), problem, scenario)
    except _OutOfTime as stopped:
        return kpi.per_draw(stopped.outcome, kpi.window(problem))


def estimates(problem: Problem, scenario: Scenario) -> Estimates:
    """KPIs of the first calendar year of the horizon."""
    try:
        return _estimates(problem.hash, key(problem, scenario), problem, scenario)
    except _OutOfTime as stopped:
        return kpi.estimates(stopped.outcome, kpi.window(problem))


def differences(problem: Problem, scenario: Scenario, base: Scenario = REFERENCE) -> Estimates:
    """Differences to another scenario, draw by draw, with their standard errors."""
    try:
        keys = key(problem, scenario), key(problem, base)
        return _differences(problem.hash, *keys, problem, scenario, base)
    except _OutOfTime:
        return kpi.gaps(per_draw(problem, scenario), per_draw(problem, base))


def samples(problem: Problem, scenario: Scenario, names: tuple[Kpi, ...]) -> Mapping[Kpi, Floats]:
    """Some KPIs of every draw, over the same year: for a screen that shows a few of them."""
    try:
        return _samples(problem.hash, key(problem, scenario), names, problem, scenario)
    except _OutOfTime as stopped:
        return values(stopped.outcome, names)


def values(found: Outcome, names: tuple[Kpi, ...]) -> Mapping[Kpi, Floats]:
    """Some KPIs of every draw of an outcome at hand."""
    window = kpi.window(found.problem)
    return {name: kpi.KPIS[name].formula(found, window) for name in names}


def draws(problem: Problem) -> Draws:
    """The draws of a problem; equal keys share one set."""
    count = draws_count(problem)
    width = WIDTH if count > WIDTH else NARROW
    return _draws().get(
        draws_key(problem, draws=count, seed=SEED, width=width),
        lambda: _made_draws(problem, count, width),
        nbytes=draws_bytes(problem, count),
    )


def _made_draws(problem: Problem, count: int, width: int) -> Draws:
    home = settings().home
    made = kept_draws.paths(problem, count=count, seed=SEED, width=width, home=home)
    kernel.prepare(problem, made)
    return made


def draws_count(problem: Problem) -> int:
    """How many draws a problem gets: the setting, or fewer where the company is too large."""
    return affordable(
        problem, draws=settings().draws, memory=settings().draws_memory, work=settings().live_work
    )


def units(problem: Problem, text: Text) -> Units:
    """The units of the axes, chosen once per version of the data."""
    return _units(problem.hash, text.lang, problem)


def _program() -> Program:
    """The linear programme of this session: a lever move is solved from the last optimum."""
    program: Program = session.memory().setdefault(
        "results.program", Program(most_items=LIVE_ITEMS)
    )
    return program


def key(problem: Problem, scenario: Scenario) -> str:
    """What the numbers of a scenario are kept under: theirs, or those of the session's own plan."""
    own = own_outcome(problem, scenario)
    return scenario.hash if own is None else f"{scenario.hash} {own.hash}"


class _OutOfTime(Exception):
    """An outcome whose plan ran out of time; a cached function that raises it keeps nothing."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def _late() -> dict[tuple[str, str], Outcome]:
    """Outcomes of this session whose plan ran out of time, by problem and scenario."""
    late: dict[tuple[str, str], Outcome] = session.memory().setdefault("results.late", {})
    return late


def _in_time(outcome: Outcome) -> Outcome:
    """The outcome, if it may be kept for everybody."""
    if outcome.plan.late:
        raise _OutOfTime(outcome)
    return outcome


# The hash stands for the problem: Streamlit does not look into an argument named with "_", so
# the arguments that make the key are not used by the function itself.
# ruff: noqa: ARG001


@st.cache_resource(show_spinner=False)
def _draws() -> Kept[str, Draws]:
    """The draws of the companies in use, within the memory that the settings give them."""
    return Kept(settings().draws_memory)


@st.cache_resource(show_spinner=False)
def _outcomes() -> Kept[tuple[str, str], Outcome]:
    """The outcomes on all screens. Looking one up here takes no time, and they fit in memory."""
    return Kept(OUTCOMES_MEMORY, at_least=OUTCOMES_KEPT)


@st.cache_resource(show_spinner=False, max_entries=24)
def _per_draw(
    problem_hash: str, scenario_hash: str, _problem: Problem, _scenario: Scenario
) -> Values:
    return kpi.per_draw(_in_time(outcome(_problem, _scenario)), kpi.window(_problem))


@st.cache_resource(show_spinner=False, max_entries=512)
def _estimates(
    problem_hash: str, scenario_hash: str, _problem: Problem, _scenario: Scenario
) -> Estimates:
    return kpi.spreads(_per_draw(problem_hash, scenario_hash, _problem, _scenario))


@st.cache_resource(show_spinner=False, max_entries=512)
def _differences(
    problem_hash: str,
    scenario_hash: str,
    base_hash: str,
    _problem: Problem,
    _scenario: Scenario,
    _base: Scenario,
) -> Estimates:
    ours = _per_draw(problem_hash, scenario_hash, _problem, _scenario)
    return kpi.gaps(ours, _per_draw(problem_hash, base_hash, _problem, _base))


@st.cache_resource(show_spinner=False, max_entries=64)
def _samples(
    problem_hash: str,
    scenario_hash: str,
    names: tuple[Kpi, ...],
    _problem: Problem,
    _scenario: Scenario,
) -> Mapping[Kpi, Floats]:
    return values(_in_time(outcome(_problem, _scenario)), names)


@st.cache_resource(show_spinner=False, max_entries=16)
def _units(problem_hash: str, lang: str, _problem: Problem) -> Units:
    return units_for(_problem, text_for(lang, _problem.currency))
