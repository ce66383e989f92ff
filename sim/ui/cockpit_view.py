"""Drawing of the cockpit: step cards, the red list, decisions, figures of the reference."""

from collections.abc import Sequence

import streamlit as st

from sim.model import kpi
from sim.model.kpi import Kpi
from sim.model.problem import Problem
from sim.report import charts, headline
from sim.report.frames import View
from sim.report.tables import write_kpi
from sim.report.text import Text
from sim.ui import cockpit, meeting_notes, navigation, proposing, results, session
from sim.ui.cockpit import Decision, Step
from sim.ui.head import Colour

MONEY_ROW = (Kpi.REVENUE, Kpi.FILL_RATE, Kpi.STOCK_MEAN)
UNITS_ROW = (Kpi.FILL_RATE_UNITS, Kpi.CYCLE_SERVICE, Kpi.COVER)
BADGES: dict[str, tuple[str, Colour]] = {
    "done": (":material/check:", "green"),
    "now": (":material/play_arrow:", "blue"),
    "now_too": (":material/play_arrow:", "blue"),
    "later": (":material/schedule:", "gray"),
}


def steps(text: Text, dataset: str) -> None:
    """One card per step; the current one has a button."""
    found = cockpit.steps(text, dataset)
    for column, step in zip(st.columns(len(found), gap="small"), found, strict=True):
        with column, st.container(border=True, height="stretch", gap="xsmall"):
            _step(text, step)


def _step(text: Text, step: Step) -> None:
    st.markdown(f"#### {text(f'ui.page.{step.page}')}", anchors=False)
    icon, colour = BADGES[step.state]
    st.badge(text(f"ui.state.{step.state}"), icon=icon, color=colour)
    for fact in step.facts:
        st.markdown(fact)
    if step.state == "now" and st.button(
        text(f"ui.cockpit.open.{step.page}"),
        key=f"cockpit.open.{step.page}",
        type="primary",
        width="stretch",
    ):
        st.switch_page(navigation.FILES[step.page])


def red_list(text: Text, problem: Problem, offered: Sequence[Decision]) -> None:
    """What is at risk, ranked by money, with its answer."""
    view = View(text=text, units=results.units(problem, text), density=session.density())
    found = cockpit.red_list(text, problem, offered)
    frame = cockpit.ranked_frame(found, view=view, money=problem.has_money)
    spec = charts.ranked_spec(
        text.lang, session.theme(), session.density(), unit=view.units.flow.label
    )
    st.vega_lite_chart(
        frame,
        spec,
        key="cockpit.ranked",
        width="stretch",
        theme=None,
        alt=headline.alt(text("chart.ranked.title"), frame),
    )
    st.caption(text("ui.cockpit.red_help", share=text.percent(cockpit.MATERIAL)))


def decisions(text: Text, problem: Problem, offered: Sequence[Decision]) -> None:
    """What has to be decided, by date, with its effect."""
    st.markdown(f"#### {text('ui.cockpit.to_decide')}", anchors=False)
    if not offered:
        st.caption(text("ui.cockpit.nothing_to_decide"))
        return
    st.table(cockpit.decision_rows(text, problem, offered), border="horizontal", hide_index=True)
    st.caption(text("ui.cockpit.effect_help"))


def meetings(text: Text, dataset: str) -> None:
    """What the meetings proposed and decided; nothing before there was one."""
    proposal = proposing.current(dataset)
    if proposal is not None:
        st.markdown(f"#### {text('ui.propose.current')}", anchors=False)
        for sentence in proposing.told(text, proposal, dataset):
            st.markdown(sentence)
    table = meeting_notes.noted_table(text, dataset)
    if not table.empty:
        st.markdown(f"#### {text('ui.meeting.taken')}", anchors=False)
        st.table(table, border="horizontal", hide_index=True)


def reference_kpis(text: Text, problem: Problem) -> None:
    """What happens when nothing is decided."""
    year = problem.month_dates[kpi.window(problem).start].year
    st.markdown(f"#### {text('ui.cockpit.reference', year=year)}", anchors=False)
    st.caption(text("ui.cockpit.reference_help"))
    found = results.estimates(problem, results.REFERENCE)
    chosen = MONEY_ROW if problem.has_money else UNITS_ROW
    for column, name in zip(st.columns(len(chosen), gap="small"), chosen, strict=True):
        written = write_kpi(name, found[name], None, text=text)
        label, value = written.tight if session.compact() else (written.name, written.value)
        with column:
            st.metric(
                label,
                value,
                border=True,
                delta=written.spread,
                delta_arrow="off",
                delta_color="off",
            )


def last_months(text: Text, dataset: str) -> None:
    """How reliable the archived forecasts were."""
    found = cockpit.accuracy(dataset)
    st.markdown(f"#### {text('ui.cockpit.last')}", anchors=False)
    if found is None:
        st.caption(text("notice.no_snapshot"))
        return
    st.caption(text("ui.cockpit.last_help"))
    reliability, bias = found
    left, right, _ = st.columns(3, gap="small")
    with left:
        st.metric(text("ui.cockpit.reliability"), text.percent(reliability), border=True)
    with right:
        st.metric(text("ui.cockpit.bias"), text.percent(bias, sign=True), border=True)
