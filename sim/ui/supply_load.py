"""The heat map of the supply review, the bottlenecks beside it, and the cell that was clicked."""

from typing import Any

import numpy as np
import pyarrow as pa
import streamlit as st

from sim.model.problem import PlanMode, Problem
from sim.report import charts, frames, headline
from sim.report.frames.supply import money_of_one, unit_of
from sim.report.text import Text
from sim.ui import messages, navigation, session, supply
from sim.ui.supply import Reviewed

CLICKED = "supply.clicked"
HEAT = "supply.load"
TOP = {False: 96, True: 62}  # of a chart of rows: title and axis
ROW = {False: 58, True: 50}  # of the heat map
BAR = {False: 42, True: 32}
Parts = tuple[pa.Table, dict[str, Any]]


@st.fragment
def load(dataset: str, mode: PlanMode) -> None:
    """The heat map, the bottlenecks beside it, and the cell that was clicked."""
    with messages.guard():
        one = supply.reviewed(session.text(), dataset, mode)
        if not one.problem.has_capacity:
            _no_capacity(one.text)
            return
        left, right = st.columns([1.75, 1], gap="large")
        cell = _chosen(one.problem)
        with left:
            _heat(one, cell)
            st.caption(one.text("ui.supply.click"))
        with right:
            _bottlenecks(one)
            if cell is not None:
                with st.container(border=True, gap="xsmall"):
                    _cell(one, *cell)


def _no_capacity(text: Text) -> None:
    """What is missing for this step, and where to bring it."""
    st.markdown(f"#### {text('chart.load_required.title')}", anchors=False)
    st.markdown(text("ui.supply.no_capacity"))
    if st.button(text("ui.supply.to_collect"), key="supply.collect", icon=":material/upload:"):
        st.switch_page(navigation.FILES["collect"])


def _chosen(problem: Problem) -> tuple[int, int] | None:
    clicked = st.session_state.get(CLICKED)
    found = supply.cell_of(problem, clicked) if isinstance(clicked, str) else None
    return found or supply.worst_cell(problem)


def _clicked() -> None:
    """Keep the cell; a click beside the cells goes back to the worst one."""
    cells = st.session_state[HEAT].selection.get("cell", [])
    st.session_state[CLICKED] = str(cells[0]["cell"]) if cells else None


def _heat(one: Reviewed, cell: tuple[int, int] | None) -> None:
    rows, spec = heat_parts(one, cell)
    st.vega_lite_chart(
        rows,
        spec,
        key=HEAT,
        width="stretch",
        theme=None,
        alt=charts.alt(spec) if not one.compact else one.text("chart.load_required.title"),
        on_select=_clicked if cell is not None else "ignore",
    )


def heat_parts(one: Reviewed, cell: tuple[int, int] | None) -> Parts:
    """The frame and the spec of the heat map."""
    problem = one.problem
    shown = min(supply.ROWS, len(problem.resources))
    spec = charts.load_spec(
        one.text.lang,
        one.theme,
        one.view.density,
        unit=frames.load_unit(problem),
        review=True,
        amounts=one.hours,
        height=TOP[one.compact] + ROW[one.compact] * max(2, shown),
    )
    rows = frames.required_load(
        problem, view=one.view, rows=supply.ROWS, chosen=cell, amounts=one.hours
    )
    return rows, spec


def _height(one: Reviewed, rows: int) -> int:
    return TOP[one.compact] + BAR[one.compact] * max(2, rows)


def _bottlenecks(one: Reviewed) -> None:
    text, stakes = one.text, supply.stakes(one)
    if not stakes:
        st.markdown(f"#### {text('chart.bottlenecks.title')}", anchors=False)
        st.caption(text("ui.supply.no_bottleneck"))
        return
    spec = charts.ranked_spec(
        text.lang,
        one.theme,
        one.view.density,
        unit=one.view.units.flow.label,
        height=_height(one, len(stakes)),
        name="bottlenecks",
    )
    draw("bottlenecks", (frames.ranked(stakes, view=one.view), spec))


def _cell(one: Reviewed, r: int, t: int) -> None:
    """What is asked of a resource in a month, what there is, who asks, what more is worth."""
    text, problem = one.text, one.problem
    asked, given = float(frames.required(problem)[r, t]), float(problem.capacity[r, t])
    month = text.month(problem.month_dates[t])
    name = problem.label(text.lang, "resource", problem.resources[r])
    st.markdown(f"#### {messages.plain(f'{name} · {month}')}", anchors=False)
    lines = [_asked(one, r, asked=asked, given=given), _given(one, r, t, given=given)]
    used = float(one.outcome.plan.used[r, t])
    mode = supply.mode_name(text, one.mode.value)
    lines.append(text("ui.supply.cell.used", mode=mode, value=supply.in_units(one, r, used)))
    loads = [
        text("ui.supply.cell.share", name=headline.in_sentence(family), share=text.percent(part, 0))
        for family, _, part in supply.families_of(one, r, t)
    ]
    if loads:
        lines.append(text("ui.supply.cell.families", families=text.join(loads)))
    lines.append(_worth_line(one, r, t))
    st.markdown("  \n".join(messages.plain(line) for line in lines))


def _asked(one: Reviewed, r: int, *, asked: float, given: float) -> str:
    text, value = one.text, supply.in_units(one, r, asked)
    if not np.isfinite(given) or given <= 0:
        return text("ui.supply.cell.required", value=value)
    return text("ui.supply.cell.rate", value=value, rate=text.percent(asked / given, 0))


def _given(one: Reviewed, r: int, t: int, *, given: float) -> str:
    text = one.text
    if not np.isfinite(given):
        return text("ui.supply.cell.unlimited")
    value, more = supply.in_units(one, r, given), float(one.problem.overtime[r, t])
    if more <= 0:
        return text("ui.supply.cell.available", value=value)
    return text("ui.supply.cell.overtime", value=value, more=supply.in_units(one, r, more))


def _worth_line(one: Reviewed, r: int, t: int) -> str:
    text, prices = one.text, supply.duals(one.problem)
    unit = unit_of(one.problem, text, r)
    if not one.problem.has_money:
        return text("ui.supply.worth.no_money")
    if prices is None:
        return text("ui.supply.worth.late")
    found = supply.one_more(one.problem, r, t)
    if found is None:
        return text("ui.supply.worth.late")
    if found.gained <= supply.NOTHING:
        return text("ui.supply.worth.zero", unit=unit)
    value, dual = money_of_one(text, found.gained), money_of_one(text, found.dual)
    return text("ui.supply.worth.one", unit=unit, value=value, dual=dual)


def draw(name: str, parts: Parts) -> None:
    """Draw a chart of this page that cannot be clicked."""
    rows, spec = parts
    st.vega_lite_chart(
        rows, spec, key=f"supply.{name}", width="stretch", theme=None, alt=charts.alt(spec)
    )
