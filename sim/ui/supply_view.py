"""Drawing of the supply review: load, bottlenecks, gaps, stock, modes, worth of more."""

from typing import Any

import numpy as np
import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.model.problem import PlanMode, Problem
from sim.report import charts, frames, gap_tables, headline
from sim.report.frames.supply import Worths, money_of_one, unit_of
from sim.report.text import Text
from sim.ui import full_plan, head, judging, messages, results, session, supply, supply_sign
from sim.ui.head import Badge
from sim.ui.live import plan_limits
from sim.ui.supply import MODE, Reviewed

CLICKED = "supply.clicked"
HEAT = "supply.load"
GAP_MONTHS = {False: 6, True: 4}  # columns of the gap table, by compactness
LINE = {False: headline.LONGEST, True: 80}  # characters of the sentence
TOP = {False: 96, True: 62}  # of a chart of rows: title and axis
ROW = {False: 58, True: 50}  # of the heat map
BAR = {False: 42, True: 32}
STOCK = {False: 400, True: 320}
SIGNATURES = 20  # the newest; a file has all
Parts = tuple[pa.Table, dict[str, Any]]


def controls(text: Text) -> PlanMode:
    """The mode of the plan; it drives the page."""
    chosen = st.segmented_control(
        text("ui.room.mode"),
        list(supply.MODES),
        default=PlanMode.CHASE,
        required=True,
        key=MODE,
        format_func=lambda mode: text(f"mode.{mode}"),
        label_visibility="collapsed",
    )
    return PlanMode(chosen)


def unit_control(one: Reviewed) -> None:
    """What the heat map counts; without a known capacity there are only hours."""
    if frames.load_unit(one.problem) == "%" and one.problem.has_capacity:
        st.segmented_control(
            one.text("ui.supply.unit"),
            [supply.SHARE, supply.HOURS],
            default=supply.SHARE,
            required=True,
            key=supply.UNIT,
            format_func=lambda unit: one.text(f"ui.supply.unit.{unit}"),
            label_visibility="collapsed",
        )


def badges(place: DeltaGenerator, one: Reviewed) -> None:
    """The plan on the page, and whether it is signed."""
    text, signed = one.text, supply_sign.latest()
    mode = supply.mode_name(text, one.mode.value)
    holds = signed is not None and not supply_sign.broken_by(one, signed)
    with place:
        head.draw_badge(Badge(label=text("ui.supply.plan", mode=mode), color="blue"))
        if holds:
            done = Badge(
                label=text("ui.supply.badge.signed"), color="green", icon=":material/check:"
            )
            head.draw_badge(done)
        else:
            head.draw_badge(Badge(label=text("ui.supply.badge.open")))


def sentence(one: Reviewed) -> str:
    """What the plan leaves at risk, in one line of this screen."""
    return headline.supply(one.outcome, text=one.text, longest=LINE[one.compact])


def plan_notices(one: Reviewed) -> None:
    """Which limits the plan of this mode does not keep."""
    for sentence in plan_limits(one.text, one.outcome.plan):
        st.caption(sentence)
    full_plan.panel(one.text, one.problem, one.scenario, plan=one.outcome.plan)


@st.fragment
def load(dataset: str, mode: PlanMode) -> None:
    """The heat map, the bottlenecks beside it, and the cell that was clicked."""
    with messages.guard():
        one = supply.reviewed(session.text(), dataset, mode)
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
    text, problem = one.text, one.problem
    stakes = supply.stakes(one)
    if not stakes:
        st.markdown(f"#### {text('chart.bottlenecks.title')}", anchors=False)
        key = "ui.supply.no_bottleneck" if problem.has_capacity else "chart.empty.capacity"
        st.caption(text(key))
        return
    spec = charts.ranked_spec(
        text.lang,
        one.theme,
        one.view.density,
        unit=one.view.units.flow.label,
        height=_height(one, len(stakes)),
        name="bottlenecks",
    )
    _draw("bottlenecks", (frames.ranked(stakes, view=one.view), spec))


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


def gap_table(one: Reviewed) -> None:
    """What each family misses in the worst months, with the cause of each gap."""
    text, problem, found = one.text, one.problem, one.gaps
    st.markdown(f"#### {text('ui.supply.gaps')}", anchors=False)
    months = gap_tables.months_shown(
        found, one.window, most=GAP_MONTHS[one.compact], money=problem.has_money
    )
    if not months:
        st.caption(text("ui.supply.no_gap"))
        return
    unit = text.money_unit("k")
    key = "ui.supply.gaps.help" if problem.has_money else "ui.supply.gaps.help_units"
    st.caption(text(key, unit=unit, year=one.year))
    rows = gap_tables.gap_rows(found, problem, text=text, window=one.window, months=months)
    st.table(rows, border="horizontal", hide_index=True)
    causes = gap_tables.by_cause(found, problem, text=text, window=one.window)
    told = [text("gap.part", cause=cause, amount=amount) for cause, amount in causes]
    st.caption(messages.plain(text("ui.supply.causes", year=one.year, causes=" · ".join(told))))


def stock(one: Reviewed) -> None:
    """Projected stock against target and limit: in pallets where the room is known."""
    problem, text = one.problem, one.text
    roomy = bool(np.isfinite(problem.storage).any() and problem.pallets_per_unit.any())
    unit = one.view.units.pallets if roomy else one.view.units.stock
    spec = charts.stock_spec(
        text.lang, one.theme, one.view.density, unit=unit.label, height=STOCK[one.compact]
    )
    reference = results.reference(problem)
    _draw("stock", (frames.stock(one.outcome, reference, view=one.view, pallets=roomy), spec))


def modes(one: Reviewed) -> None:
    """The four modes side by side."""
    text = one.text
    st.markdown(f"#### {text('ui.supply.modes')}", anchors=False)
    with st.spinner(text("ui.supply.modes.running")):
        rows = supply.mode_table(one)
    st.table(rows, border="horizontal", hide_index=True)
    st.caption(text("ui.supply.modes.help", year=one.year))


def worth(one: Reviewed) -> None:
    """What one more unit is worth, by resource and month, confirmed by solving again."""
    text, problem = one.text, one.problem
    if not problem.has_money or not problem.has_capacity:
        st.markdown(f"#### {text('chart.worth.title')}", anchors=False)
        key = "ui.supply.worth.no_money" if problem.has_capacity else "chart.empty.capacity"
        st.caption(text(key))
        return
    with st.spinner(text("ui.supply.worth.running")):
        rows = supply.worth_rows(one)
    if supply.duals(problem) is None:
        st.caption(text("ui.supply.worth.late"))
        return
    found = _confirmed(one, supply.to_solve(one, rows))
    spec = charts.worth_spec(
        text.lang,
        one.theme,
        one.view.density,
        unit=text.money_unit(""),
        height=TOP[one.compact] + ROW[one.compact] * max(2, len(rows)),
    )
    _draw("worth", (frames.worth(problem, found, rows, view=one.view), spec))
    nothing = [headline.in_sentence(name) for name in supply.worthless(one)]
    if nothing:
        st.caption(messages.plain(text("ui.supply.worth.nothing", names=text.join(nothing))))


def _confirmed(one: Reviewed, cells: list[tuple[int, int]]) -> Worths:
    """Worths with their second solution; duals alone when that was stopped."""

    def compute(work: judging.Work) -> Worths:
        return supply.worths(one.problem, cells, told=work.told)

    found = None
    if cells:
        key = f"supply.worth.{one.problem.hash[:8]}"
        found = judging.with_progress(one.text, one.problem, compute, expected=len(cells), key=key)
    return found or supply.worths(one.problem, [], told=lambda _: None)


def signature(one: Reviewed) -> None:
    """What is signed, what has changed since, and every signature there was."""
    text = one.text
    st.caption(messages.plain(supply_sign.sentence(one, supply_sign.latest())))
    every = supply_sign.history(one)
    if len(every):
        with st.expander(text("ui.supply.signatures", count=len(every)), key="supply.signatures"):
            st.table(every.head(SIGNATURES), border="horizontal", hide_index=True)
            st.caption(text("ui.supply.signatures.help"))


def _draw(name: str, parts: Parts) -> None:
    rows, spec = parts
    st.vega_lite_chart(
        rows, spec, key=f"supply.{name}", width="stretch", theme=None, alt=charts.alt(spec)
    )
