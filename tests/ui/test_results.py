"""A plan that ran out of time is kept for nobody else, and is tried again."""

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from sim.model import draws
from sim.model.aids import Panel, panel
from sim.model.aids.aim import Aim
from sim.model.kpi import Kpi
from sim.model.planner import Program
from sim.model.problem import PlanMode
from sim.model.scenario import Card, Scenario
from sim.ui import answers, judging, results
from tests.model.problems import small_problem

OPTIMAL = Scenario(mode=PlanMode.OPTIMAL)
MONTHS = iter((12, 14, 16, 18, 20))


@pytest.fixture
def problem(monkeypatch):
    found = small_problem(months=next(MONTHS))  # new to the caches
    paths = draws.paths(found, draws=16, seed=1)
    monkeypatch.setattr(results, "draws", lambda _problem: paths)
    st.session_state.pop("results.late", None)
    yield found
    st.session_state.pop("results.late", None)


def session(monkeypatch, seconds: float) -> None:
    """Another visitor, whose solver has this time."""
    program = Program(time_limit=seconds)
    workers = Panel(time_limit=seconds)
    monkeypatch.setattr(results, "_program", lambda: program)
    monkeypatch.setattr(answers, "_panel", lambda: workers)
    st.session_state.pop("results.late", None)


def test_a_later_visit_tries_again(problem, monkeypatch) -> None:
    session(monkeypatch, 0.0)
    late = results.outcome(problem, OPTIMAL)
    assert late.plan.late
    # In this session it stands, without another ten seconds for every figure of the screen.
    assert results.outcome(problem, OPTIMAL) is late
    assert results.estimates(problem, OPTIMAL)[Kpi.NET_MARGIN].mean > 0
    assert results.differences(problem, OPTIMAL)[Kpi.NET_MARGIN].mean == 0.0
    assert results.samples(problem, OPTIMAL, (Kpi.NET_MARGIN,))[Kpi.NET_MARGIN].size == 16
    session(monkeypatch, 10.0)
    found = results.outcome(problem, OPTIMAL)
    assert not found.plan.late
    assert results.differences(problem, OPTIMAL)[Kpi.NET_MARGIN].mean != 0.0
    values = results.samples(problem, OPTIMAL, (Kpi.NET_MARGIN,))[Kpi.NET_MARGIN]
    assert values.mean() == pytest.approx(results.estimates(problem, OPTIMAL)[Kpi.NET_MARGIN].mean)


def test_the_session_tries_again_after_some_others(problem, monkeypatch) -> None:
    session(monkeypatch, 0.0)
    assert results.outcome(problem, OPTIMAL).plan.late
    for n in range(results.LATE_KEPT):
        card = Card(id="more", kind="overtime", value=0.01 * (n + 1))
        assert results.outcome(problem, Scenario(mode=PlanMode.OPTIMAL, cards=(card,))).plan.late
    results._program().time_limit = 10.0
    assert not results.outcome(problem, OPTIMAL).plan.late


def test_what_an_aid_asked_is_tried_again_too(problem, monkeypatch) -> None:
    aim = Aim(kpi=Kpi.NET_MARGIN, target=0.0)
    session(monkeypatch, 0.0)
    late = answers.judged(problem, OPTIMAL)[Kpi.NET_MARGIN].mean()
    assert answers.aimed(problem, OPTIMAL, aim) == pytest.approx((late, late))
    session(monkeypatch, 10.0)
    found = answers.judged(problem, OPTIMAL)[Kpi.NET_MARGIN].mean()
    assert found == pytest.approx(results.estimates(problem, OPTIMAL)[Kpi.NET_MARGIN].mean)
    assert found != late
    assert answers.aimed(problem, OPTIMAL, aim) == pytest.approx((found, found))


def test_whoever_stops_an_aid_keeps_what_is_simulated_and_can_go_on(problem, monkeypatch) -> None:
    session(monkeypatch, 10.0)
    cards = [Card(id="more", kind="overtime", value=0.01 * n) for n in range(1, 13)]
    asked = [Scenario(cards=(card,)) for card in cards]
    simulated: list[str] = []
    run = panel.run
    monkeypatch.setattr(
        panel, "run", lambda *given, **how: simulated.append(given[1].hash) or run(*given, **how)
    )
    told: list[int] = []

    def stop() -> None:
        told.append(1)
        if len(told) == 3:
            raise StopException

    with pytest.raises(StopException):
        answers.judged_all(problem, asked, told=stop)
    begun = len(simulated)
    assert begun <= 3 + 2 * 2  # each of the two workers ends what it is at
    found = answers.judged_all(problem, asked)
    assert len(found) == len(asked)
    assert len(simulated) <= len(asked) + 4  # what was told of was not simulated again
    single = results.estimates(problem, asked[-1])[Kpi.NET_MARGIN].mean
    assert found[-1][Kpi.NET_MARGIN].mean() == pytest.approx(single)


def test_the_bridge_of_a_page_adds_up_to_the_difference(problem, monkeypatch) -> None:
    session(monkeypatch, 10.0)
    cards = (
        Card(id="more", kind="overtime", value=0.1),
        Card(id="growth", kind="volume", value=0.05),
        Card(id="stock", kind="safety_stock", value=0.2),
    )
    scenario = Scenario(cards=cards)
    made = judging.bridged(problem, scenario)
    whole = results.differences(problem, scenario)[Kpi.NET_MARGIN].mean
    assert [step.card for step in made.steps] == list(cards)
    assert sum(step.effect.mean for step in made.steps) == pytest.approx(whole, rel=1e-9)
