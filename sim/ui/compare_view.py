"""Drawing of the compare page: choice of scenarios, tables, charts, exports."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.errors import SopError
from sim.report import headline
from sim.report.frames import View
from sim.report.text import Text
from sim.ui import (
    compare_choice,
    compare_page,
    data,
    head,
    judging,
    messages,
    navigation,
    proposing,
    results,
    scenarios,
    session,
)
from sim.ui.compare_page import MEASURES, Compared
from sim.ui.head import Badge


def choose(text: Text, wanted: Sequence[str]) -> tuple[Compared | None, list[SopError]]:
    """The choice of scenarios; None when nothing was saved yet."""
    dataset = data.in_use().id
    problem = data.problem(dataset)
    every = scenarios.named(dataset, text)
    if not every and not wanted:
        return None, []
    chosen = compare_choice.select(text, every, wanted)
    good, errors = compare_choice.applicable(problem, compare_choice.lettered(chosen, every))
    st.session_state[compare_choice.CHOSEN] = [one.id for one in good]
    compare_choice.write_address(good)
    view = View(text=text, units=results.units(problem, text), density=session.density())
    if not good:
        return None, errors
    return Compared(
        text=text, problem=problem, every=tuple(good), view=view, theme=session.theme()
    ), errors


def nothing(text: Text) -> str:
    """What to do when no scenario is on the page."""
    saved = scenarios.named(data.in_use().id, text)
    return text("ui.compare.choose" if saved else "ui.compare.empty")


def to_room(text: Text) -> None:
    """The way to a first scenario."""
    if st.button(
        text("ui.cockpit.open_room"),
        key="compare.room",
        type="primary",
        icon=":material/arrow_forward:",
    ):
        st.switch_page(navigation.FILES["pre_sop"])


def badges(place: DeltaGenerator, compared: Compared) -> None:
    """The letters on the page, which of them are proposed, and what they are compared with."""
    proposal = proposing.current(compared.problem.dataset)
    with place:
        for one in compared.every:
            label = proposing.label(compared.text, proposal, one)
            head.draw_badge(Badge(label=label, color=head.letter_colour(one.letter)))
        head.draw_badge(Badge(label=compared.text("ui.head.reference")))


def propose(compared: Compared) -> None:
    """Put scenarios to the executive meeting."""
    dataset, best = compared.problem.dataset, compare_page.best(compared)
    suggested = next(one.id for one in compared.every if one.letter == best)
    every = {one.id: one for one in (*scenarios.named(dataset, compared.text), *compared.every)}
    proposing.form(compared.text, dataset, list(every.values()), best=suggested)


def kpis(compared: Compared) -> None:
    """KPIs in money and units, with paired differences."""
    st.table(compare_page.kpi_table(compared), border="horizontal", hide_index=True)


def months(compared: Compared) -> None:
    """Service as small charts, or any measure overlaid."""
    text = compared.text
    measure = st.segmented_control(
        text("ui.compare.measure"),
        ["multiples", *MEASURES],
        default="multiples",
        required=True,
        key="compare.measure",
        format_func=lambda one: text(f"ui.compare.measure.{one}"),
        label_visibility="collapsed",
    )
    if measure != "multiples":
        chosen = compare_page.best(compared)
        draw_chart(
            f"overlay.{measure}",
            compare_page.overlay_parts(compared, str(measure), chosen=chosen),
            title=text(f"chart.overlay_{measure}.title"),
        )
        return
    across = compare_page.across(compared)
    for start in range(0, len(compared.every), across):
        beside = compared.every[start : start + across]
        for position, column in enumerate(st.columns(across, gap="small")[: len(beside)], start):
            one = compared.every[position]
            with column:
                parts = compare_page.multiple_parts(compared, one.letter, first=position == 0)
                draw_chart(f"multiple.{position}", parts, title=one.name)


def assumptions(compared: Compared) -> None:
    """What is not the same in all scenarios."""
    st.markdown(f"#### {compared.text('ui.compare.assumptions')}", anchors=False)
    table = compare_page.assumption_table(compared)
    if table.empty:
        st.caption(compared.text("ui.compare.same"))
    else:
        st.table(table, border="horizontal", hide_index=True)


def trade_off(compared: Compared) -> None:
    """Service against margin, and who is dominated by whom."""
    if not compared.problem.has_money:
        st.caption(compared.text("ui.compare.no_money"))
        return
    draw_chart(
        "scatter",
        compare_page.scatter_parts(compared),
        title=compared.text("chart.scatter.title"),
    )
    said = compare_page.frontier_sentences(compared)
    st.caption("  \n".join(messages.plain(sentence) for sentence in said))


def gain(compared: Compared) -> None:
    """What each card brings to the scenario that earns most, or to the one chosen."""
    if not compared.problem.has_money:
        return
    text, letters = compared.text, [one.letter for one in compared.every]
    best = compare_page.best(compared)
    letter = best
    if len(letters) > 1:
        letter = str(
            st.segmented_control(
                text("ui.compare.bridge_of"),
                letters,
                default=best,
                required=True,
                key=f"compare.bridge.{'.'.join(letters)}",
                label_visibility="collapsed",
            )
        )
    made = judging.bridge_or_stopped(text, compared.problem, compared.scenarios[letter])
    if made is None:
        return
    draw_chart(
        "bridge", compare_page.bridge_parts(compared, letter), title=text("chart.bridge.title")
    )
    if results.own_outcome(compared.problem, compared.scenarios[letter]) is not None:
        st.caption(text("ui.full.aids"))


def draw_chart(name: str, parts: tuple[pa.Table, dict[str, Any]], *, title: str) -> None:
    """Draw one chart under a stable key."""
    frame, spec = parts
    st.vega_lite_chart(
        frame,
        spec,
        key=f"compare.{name}",
        width="stretch",
        theme=None,
        alt=headline.alt(title, frame),
    )
