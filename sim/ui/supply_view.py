"""Drawing of the supply review: gaps, stock, modes, worth of more, signatures."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.model.problem import PlanMode
from sim.report import charts, frames, gap_tables, headline
from sim.report.frames.supply import Worths
from sim.report.style import Density
from sim.report.text import Text
from sim.ui import (
    data,
    full_plan,
    head,
    judging,
    messages,
    results,
    session,
    supply,
    supply_load,
    supply_sign,
)
from sim.ui.head import Badge
from sim.ui.live import plan_limits
from sim.ui.supply import MODE, Reviewed

GAP_MONTHS = {False: 6, True: 4}  # columns of the gap table, by compactness
LINE = {False: headline.LONGEST, True: 80}  # characters of the sentence
STOCK = {False: 400, True: 320}
NO_STOCK = "notice.no_stock"
NAMED = 18  # months whose names fit under the stock
SIGNATURES = 20  # the newest; a file has all


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


def mode_words(text: Text, mode: PlanMode, *, beside: bool) -> None:
    """What the mode does: beside the controls or, where room is short, below them."""
    if beside is (session.density() is not Density.COMPACT):
        st.caption(text(f"ui.supply.mode.{mode}"), width="stretch")
    elif beside:
        st.space("stretch")


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
    text, standing = one.text, supply_sign.holds_for(one.dataset)
    mode = supply.mode_name(text, one.mode.value)
    with place:
        head.draw_badge(Badge(label=text("ui.supply.plan", mode=mode), color="blue"))
        if standing is None:
            head.draw_badge(Badge(label=text("ui.supply.badge.open")))
        elif standing.mode == one.mode.value:
            done = Badge(
                label=text("ui.supply.badge.signed"), color="green", icon=":material/check:"
            )
            head.draw_badge(done)
        else:
            other = supply.mode_name(text, standing.mode)
            head.draw_badge(Badge(label=text("ui.supply.badge.other", mode=other)))


def sentence(one: Reviewed) -> str:
    """What the plan leaves at risk, in one line of this screen."""
    return headline.supply(one.outcome, text=one.text, longest=LINE[one.compact])


def plan_notices(one: Reviewed) -> None:
    """Which limits the plan of this mode does not keep."""
    for sentence in plan_limits(one.text, one.outcome.plan):
        st.caption(sentence)
    full_plan.panel(one.text, one.problem, one.scenario, plan=one.outcome.plan)


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
    rows = gap_tables.gap_rows(
        found, problem, text=text, window=one.window, months=months, plain=messages.plain
    )
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
        text.lang,
        one.theme,
        one.view.density,
        unit=unit.label,
        height=STOCK[one.compact],
        initials=problem.months > NAMED,
    )
    reference = results.reference(problem)
    supply_load.draw(
        "stock", (frames.stock(one.outcome, reference, view=one.view, pallets=roomy), spec)
    )
    if any(notice.key == NO_STOCK for notice in data.missing_parts(one.dataset)):
        st.caption(text(NO_STOCK))


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
        height=supply_load.TOP[one.compact] + supply_load.ROW[one.compact] * max(2, len(rows)),
    )
    supply_load.draw("worth", (frames.worth(problem, found, rows, view=one.view), spec))
    if supply.by_family(problem):
        st.caption(text("ui.supply.worth.families"))
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
    quality = supply_sign.quality_sentence(one)
    if quality:
        st.caption(messages.plain(quality))
    every = supply_sign.history(one)
    if len(every):
        with st.expander(text("ui.supply.signatures", count=len(every)), key="supply.signatures"):
            st.table(every.head(SIGNATURES), border="horizontal", hide_index=True)
            st.caption(text("ui.supply.signatures.help"))
