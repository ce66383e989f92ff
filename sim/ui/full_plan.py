"""The plan item by item of a company that is planned by family: behind a button, in a worker.

The plan stands in for the one by family in this visit only, under its problem and scenario.
"""

import time
from collections.abc import MutableMapping
from concurrent.futures import TimeoutError as NotYet
from functools import partial
from uuid import uuid4

import streamlit as st

from sim.errors import PlanError
from sim.model import kpi
from sim.model.draws import Draws
from sim.model.kpi import Kpi
from sim.model.levers import apply
from sim.model.outcome import Outcome, Plan
from sim.model.problem import Problem
from sim.model.run import judge, plan_by_item
from sim.model.scenario import Scenario
from sim.report import tables
from sim.report.headline import in_sentence
from sim.report.text import Text
from sim.settings import settings
from sim.ui import forecasting, messages, results, session
from sim.ui.forecasting import Job
from sim.workers import Stoppable

SECONDS = 300.0  # that the linear programme may take
GRACE = 60.0  # [s] more for the start of the process and the way back
POLL = 0.3  # [s]
VISIT = "full_plan.visit"
Kept = MutableMapping[tuple[str, str], Outcome]


def panel(text: Text, problem: Problem, scenario: Scenario, *, plan: Plan) -> None:
    """The button, the progress, or what the plan item by item changed; nothing for few items."""
    if forecasting.running(_name(problem, scenario)) is not None:
        watch(problem, scenario)
        return
    own = results.own_outcome(problem, scenario)
    if own is not None:
        _shown(text, problem, scenario, own=own)
    elif plan.families:
        st.button(
            text("ui.full.make", count=text.number(len(problem.items))),
            key="full_plan.make",
            icon=":material/account_tree:",
            help=text("ui.full.help", seconds=text.number(SECONDS)),
            on_click=messages.safely(start),
            args=(problem, scenario),
        )


def start(problem: Problem, scenario: Scenario) -> None:
    """Begin to plan item by item for this visit; one that runs already goes on."""
    work = partial(
        _work,
        problem=problem,
        scenario=scenario,
        draws=results.draws(problem),
        kept=results.own_outcomes(),
        seconds=SECONDS,
    )
    forecasting.start(_name(problem, scenario), work)


@st.fragment(run_every=forecasting.POLL_SECONDS)
def watch(problem: Problem, scenario: Scenario) -> None:
    """How much of its time the plan has taken; the whole page is drawn again when it is there."""
    text, name = session.text(), _name(problem, scenario)
    job = forecasting.running(name)
    if job is None:
        return
    if job.done:
        forecasting.forget(name)
        if job.error is not None:
            for sentence in messages.sentences(job.error):
                messages.flash("info" if job.cancel.is_set() else "error", sentence)
        st.rerun(scope="app")
    with st.container(horizontal=True, vertical_alignment="center"):
        taken = text.number(job.share * SECONDS)
        most = text.number(SECONDS)
        st.progress(job.share, text=text("ui.full.progress", taken=taken, most=most))
        st.button(
            text("ui.forecast.cancel"),
            key="full_plan.cancel",
            icon=":material/close:",
            disabled=job.cancel.is_set(),
            on_click=job.cancel.set,
        )


def _name(problem: Problem, scenario: Scenario) -> str:
    """The job of this visit for a scenario."""
    visit = st.session_state.setdefault(VISIT, uuid4().hex)
    return f"plan {visit} {problem.hash} {scenario.hash}"


def _work(
    job: Job, *, problem: Problem, scenario: Scenario, draws: Draws, kept: Kept, seconds: float
) -> None:
    """In a thread without a session: plan in a worker process, then simulate here.

    Raises
    ------
    PlanError: it was stopped, or there was not enough time.
    """
    plan = _planned(job, problem, scenario, seconds=seconds)
    if plan.late:
        raise PlanError("error.plan.full_time", seconds=seconds)
    kept[problem.hash, scenario.hash] = judge(apply(problem, scenario), plan, draws=draws)


def _planned(job: Job, problem: Problem, scenario: Scenario, *, seconds: float) -> Plan:
    compiled, began = settings().compiled, time.monotonic()
    worker = Stoppable(plan_by_item, problem, scenario, seconds=seconds, compiled=compiled)
    try:
        while True:
            if job.cancel.is_set():
                raise PlanError("error.plan.stopped")
            taken = time.monotonic() - began
            if taken > seconds + GRACE:
                raise PlanError("error.plan.full_time", seconds=seconds)
            job.report(taken / seconds, "")
            try:
                return worker.answer.result(POLL)
            except NotYet:
                continue
    finally:
        worker.stop()


def _shown(text: Text, problem: Problem, scenario: Scenario, *, own: Outcome) -> None:
    """That the plan item by item stands in for the one by family, and by how much it differs."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(messages.plain(told(text, problem, scenario, own=own)), width="stretch")
        st.button(
            text("ui.full.back"),
            key="full_plan.back",
            icon=":material/undo:",
            on_click=_forget,
            args=(problem.hash, scenario.hash),
        )


def told(text: Text, problem: Problem, scenario: Scenario, *, own: Outcome) -> str:
    """What the plan item by item changes, on the same draws, against the one by family."""
    window = kpi.window(problem)
    found = kpi.estimates(own, window)
    changes = kpi.differences(own, results.shared(problem, scenario), window)
    wanted = (Kpi.NET_MARGIN, Kpi.FILL_RATE) if problem.has_money else (Kpi.FILL_RATE_UNITS,)
    written = [tables.write_kpi(name, found[name], changes[name], text=text) for name in wanted]
    told = [
        text("ui.full.change", name=in_sentence(one.name), change=one.change, error=one.error)
        for one in written
    ]
    return text("ui.full.shown", changes=text.join(told))


def _forget(problem_hash: str, scenario_hash: str) -> None:
    results.own_outcomes().pop((problem_hash, scenario_hash), None)
