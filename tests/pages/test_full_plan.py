"""Item by item behind a button: in a worker, stoppable, for this visit, and told."""

import time
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from bench.companies import company
from sim.model import draws, kpi
from sim.model.problem import PlanMode
from sim.model.run import run
from sim.model.scenario import Scenario
from sim.report.text import text_for
from sim.ui import answers, data, decide, forecasting, full_plan, results, supply
from sim.ui.shown import figure_row, simulate
from tests.pages.test_pages import words

OPTIMAL = Scenario(mode=PlanMode.OPTIMAL)


@pytest.fixture
def large(visit, monkeypatch):
    """A company of more items than the live path plans one by one, small enough for a test."""
    visit("cockpit")
    used = data.store().latest().id
    found = replace(company(510, resources=4), dataset=used)
    paths = draws.paths(found, draws=16, seed=1)
    monkeypatch.setattr(data, "problem", lambda _: found)
    monkeypatch.setattr(results, "draws", lambda _: paths)
    yield found
    st.session_state.pop("results.own", None)


def on_optimal(visit):
    app = visit("supply_review")
    return app.segmented_control(key=supply.MODE).set_value(PlanMode.OPTIMAL).run()


def job_of(app, problem):
    visitor = app.session_state[full_plan.VISIT]
    return forecasting.running(f"plan {visitor} {problem.hash} {OPTIMAL.hash}")


def finished(app, job):
    """The page when the job of its visit has ended."""
    deadline = time.monotonic() + 60
    while not job.done and time.monotonic() < deadline:
        time.sleep(0.1)
    return app.run()


def test_the_plan_item_by_item_replaces_the_one_by_family_and_says_so(large, visit) -> None:
    app = on_optimal(visit)
    assert "fait par famille" in words(app)
    app.button(key="full_plan.make").click().run()
    job = job_of(app, large)
    app = finished(app, job)
    assert job.error is None
    assert "fait article par article" in words(app)
    assert "marge nette" in words(app)
    assert "fait par famille" not in words(app)
    own = app.session_state["results.own"][large.hash, OPTIMAL.hash]
    alone = run(large, OPTIMAL, draws=results.draws(large))
    assert own.hash == alone.hash
    assert own.plan.families == 0
    # Others still see the plan by family, whoever asks first; a signature is for what all see.
    results._outcomes.clear()
    assert results.shared(large, OPTIMAL).plan.families > 0
    sign = next(one for one in app.get("popover") if one.proto.popover.label.startswith("Signer"))
    assert sign.proto.popover.disabled
    app.button(key="full_plan.back").click().run()
    assert "fait par famille" in words(app)


def test_figures_of_this_visit_follow_its_own_plan(large) -> None:
    before = results.estimates(large, OPTIMAL)
    own = run(large, OPTIMAL, draws=results.draws(large))
    results.own_outcomes()[large.hash, OPTIMAL.hash] = own
    assert results.outcome(large, OPTIMAL) is own
    results._outcomes.clear()
    assert results.shared(large, OPTIMAL).plan.families > 0
    window = kpi.window(large)
    margin = kpi.Kpi.NET_MARGIN
    assert results.estimates(large, OPTIMAL)[margin] == kpi.estimates(own, window)[margin]
    gained = kpi.differences(own, results.reference(large), window)[margin]
    assert results.differences(large, OPTIMAL)[margin] == gained
    told = full_plan.told(text_for("en"), large, OPTIMAL, own=own)
    assert "replaces the plan by family" in told
    del results.own_outcomes()[large.hash, OPTIMAL.hash]
    assert results.estimates(large, OPTIMAL)[margin] == before[margin]


def _tell() -> None:
    import streamlit as st

    from sim.ui import decide

    decide.by_family(st.session_state["asked"])


def test_aids_and_viewers_do_not_mix_the_own_plan_with_others(large) -> None:
    text = text_for("en")
    scope = replace(decide.scope(text, large.dataset), scenario=OPTIMAL)
    made_by_family = scope.outcome
    before = figure_row(simulate(text, large, OPTIMAL, letter="A"))
    own = run(large, OPTIMAL, draws=results.draws(large))
    results.own_outcomes()[large.hash, OPTIMAL.hash] = own
    # Aids plan every scenario in one way.
    window, margin = kpi.window(large), kpi.Kpi.NET_MARGIN
    told_aids = answers.judged(large, OPTIMAL)[margin]
    assert np.array_equal(told_aids, kpi.per_draw(made_by_family, window)[margin])
    assert scope.outcome is made_by_family
    told = AppTest.from_function(_tell)
    told.session_state["asked"] = scope
    told.session_state["results.own"] = {(large.hash, OPTIMAL.hash): own}
    assert "planned by family" in told.run().caption[0].value
    # A viewer sees the presenter's figures, whatever this visit planned by itself.
    mine = figure_row(simulate(text, large, OPTIMAL, letter="A"))
    theirs = figure_row(simulate(text, large, OPTIMAL, letter="A", given=made_by_family))
    assert theirs == before
    assert mine != before


def test_it_can_be_stopped_and_the_plan_by_family_stays(large, visit) -> None:
    app = on_optimal(visit)
    app.button(key="full_plan.make").click().run()
    assert "full_plan.cancel" in [one.key for one in app.button]
    job = job_of(app, large)
    app.button(key="full_plan.cancel").click().run()
    said = [one.value for one in app.info]  # it may have ended at once
    app = finished(app, job)
    assert job.error.key == "error.plan.stopped"
    assert "fait par famille" in words(app)
    assert any("Arrêté" in value for value in (*said, *(one.value for one in app.info)))


def test_a_plan_that_ran_out_of_time_says_so_and_replaces_nothing(large) -> None:
    job, kept = forecasting.Job(), {}
    with pytest.raises(Exception, match="full_time"):
        full_plan._work(
            job,
            problem=large,
            scenario=OPTIMAL,
            draws=results.draws(large),
            kept=kept,
            seconds=1e-6,
        )
    assert kept == {}


def test_few_items_or_chase_need_no_button(visit) -> None:
    app = on_optimal(visit)
    assert "full_plan.make" not in [one.key for one in app.button]
