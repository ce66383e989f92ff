"""The live room: everything that moves with a slider, drawn by one keyed fragment.

No write to the store, no chart object, no export on this path: cached specs, small frames.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.model import levers
from sim.model.kpi import Kpi
from sim.model.outcome import Plan
from sim.model.planner import LIVE_ITEMS
from sim.model.problem import PlanMode, Problem
from sim.report import charts
from sim.report.text import Text
from sim.ui import (
    address,
    cards,
    data,
    figures,
    focus,
    following,
    head,
    idle,
    live_levers,
    meeting,
    meeting_charts,
    messages,
    native_levers,
    panel,
    proposing,
    scenarios,
    session,
)
from sim.ui.cards import Bench
from sim.ui.head import Badge
from sim.ui.meeting import Frozen, Held
from sim.ui.room import Room, current_room
from sim.ui.shown import Shown, chart_parts, figure_row, focus_line, simulate, verdict

LIVE = "live.shown"  # what the export buttons outside the fragment read
FOURTH = "live.fourth"
ICONS = {"load": ":material/grid_on:", "margin": ":material/show_chart:"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the fragment draws what moves; everything else is drawn by the page script."""

    problem: Problem  # asked for once: to see whether it still stands takes a query
    letter: str  # of the scenario in work
    sentence: DeltaGenerator
    differences: DeltaGenerator
    cards: Mapping[str, DeltaGenerator]  # of the native panel; the other one hears from the address
    state: DeltaGenerator  # whether what is on the screen was saved
    proposed: frozenset[str]  # scenarios that are put to the executive meeting
    proposal: str  # what is said in place of the figures when a meeting is at its proposal


def page(made: head.Head) -> None:
    """The sidebar and the badges, drawn once; then all that follows a slider."""
    room = current_room()
    if room is None:
        return
    text, problem = session.text(), data.problem(room.dataset)
    panel.move_room(room)
    every = scenarios.named(room.dataset, text)
    gone = frozenset(card.id for card in levers.flagged(problem, room.current))
    bench = Bench(
        text=text,
        problem=problem,
        room=room,
        today=data.in_use().today,
        gone=gone,
        compact=session.compact(),
    )
    with st.sidebar:
        differences, of_cards = panel.draw(bench, every)
    letter = scenarios.letter_of(room.step.saved_id, every)
    state = _draw_badges(made.badges, text, letter=letter)
    with made.tools:
        _flip_button(text, problem)
    draw(
        Places(
            problem=problem,
            letter=letter,
            sentence=made.sentence,
            differences=differences,
            cards=of_cards,
            state=state,
            proposed=proposing.proposed(room.dataset),
            proposal=proposing.verdict(text, room.dataset) if meeting.at_proposal() else "",
        )
    )


@st.fragment(key=native_levers.FRAGMENT)
def draw(places: Places) -> None:
    """What follows a slider: differences, sentence, KPI cards, charts."""
    following.step()
    with messages.guard():
        _draw(places)


def _draw(places: Places) -> None:
    room = current_room()
    if room is None:
        return
    text = session.text()
    panel.move_room(room)
    shown, held = _on_screen(text, places, room)
    # Made first, then sent in one go: each time something arrives the browser goes through the
    # whole page. It paints the charts while the rest is made.
    top = st.container(gap=None)
    draw_charts(pictures(shown, charts_shown(shown.problem), hidden=held.hidden))
    row = figure_row(shown, hidden=held.hidden)
    differences = cards.difference_list(text, places.problem, room.current)
    differences = "\n\n".join([*plan_limits(text, shown.whole.plan), differences])
    line = focus_line(shown, hidden=held.hidden)
    with top:
        if not places.proposal:
            figures.draw(row)
            focus.draw(text, shown.problem, line)
        _tell_cards(shown, places, room, still=held.frozen is not None or bool(held.hidden))
    with places.differences:
        st.caption(differences)
    with places.sentence:
        head.sentence(places.proposal or verdict(shown, hidden=held.hidden))
    with places.state:
        head.draw_badge(state_badge(text, room, proposed=places.proposed, frozen=held.frozen))
    st.session_state.setdefault(LIVE, {})["shown"] = shown
    publish()


def _on_screen(text: Text, places: Places, room: Room) -> tuple[Shown, Held]:
    """What is drawn: the room as it is, or as it was when a meeting froze its numbers."""
    held = meeting.held()
    problem, scenario, letter = places.problem, room.current, places.letter
    if held.frozen is not None:
        frozen = held.frozen
        problem, scenario, letter = frozen.problem, frozen.scenario, frozen.letter
    return simulate(text, problem, scenario, letter=letter, focus=focus.held(problem)), held


def publish() -> None:
    """Let viewers follow what was drawn last."""
    shown, room = st.session_state.get(LIVE, {}).get("shown"), current_room()
    if shown is None or room is None or not following.code():
        return
    held = meeting.held()
    following.publish(
        following.Screen(
            problem=shown.problem,
            scenario=shown.scenario,
            outcome=shown.whole,
            focus=shown.focus,
            letter=shown.letter,
            name=room.step.base.name,
            charts=charts_shown(shown.problem),
            hidden=held.hidden,
            frozen=held.frozen.at if held.frozen else "",
        )
    )


def _draw_badges(badges: DeltaGenerator, text: Text, *, letter: str) -> DeltaGenerator:
    """The badges that stand still; return the place of the one that follows a slider."""
    with badges:
        scenario = text("ui.head.scenario", letter=letter)
        head.draw_badge(Badge(label=scenario, color=head.letter_colour(letter)))
        state = st.empty()
        if not session.compact():
            head.draw_badge(Badge(label=text("ui.head.reference")))
    return state


def state_badge(
    text: Text, room: Room, *, proposed: frozenset[str] = frozenset(), frozen: Frozen | None = None
) -> Badge:
    """Whether the numbers stand still; else whether what is on the screen is proposed, or kept."""
    if frozen is not None:
        return frozen_badge(text, frozen.at)
    if room.current != room.step.base:
        return Badge(label=text("ui.head.draft.changed"), color="yellow", icon=":material/edit:")
    if room.step.saved_id in proposed:
        return proposing.badge(text)
    if room.step.saved_id:
        return Badge(label=text("ui.head.draft.saved"), icon=":material/check:")
    return Badge(label=text("ui.head.draft.unsaved"), icon=":material/edit:")


def frozen_badge(text: Text, at: str) -> Badge:
    """Since when the numbers stand still."""
    label = text("ui.meeting.frozen", hour=at)
    return Badge(label=label, color="blue", icon=":material/pause:")


def plan_limits(text: Text, plan: Plan) -> list[str]:
    """Why the plan is not the one that its mode asks for, in Markdown: the first reason, and
    whether so many items were planned by family or one by one."""
    told = [
        f":material/warning: {messages.plain(sentence)}"
        for error in plan.reasons[:1]
        for sentence in text.error(error)
    ]
    count = len(plan.reasons)
    if count > 1:
        told.append(text("ui.room.limits.all", count=text.number(count)))
    if plan.families:
        told.append(text("ui.room.families", count=text.number(plan.families)))
    elif plan.mode is not PlanMode.CHASE and len(plan.release) > LIVE_ITEMS:
        told.append(text("ui.room.by_item", count=text.number(len(plan.release))))
    return told


def charts_shown(problem: Problem) -> tuple[str, ...]:
    """The four charts, as chosen; in a meeting those of the topic."""
    topic = meeting_charts.charts(problem)
    return topic if topic is not None else ("balance", "service", "stock", fourth_chart(problem))


def pictures(
    shown: Shown, names: Sequence[str], *, hidden: Collection[Kpi] = ()
) -> list[dict[str, Any]]:
    """The charts, ready to be sent; none while a figure is hidden that they would give away."""
    return [] if hidden else [_picture(name, shown) for name in names]


def _picture(name: str, shown: Shown) -> dict[str, Any]:
    rows, spec = chart_parts(name, shown)
    return {
        "data": rows,
        "spec": spec,
        "key": f"room.chart.{name}",
        "alt": charts.alt(spec),
    }


def draw_charts(pictures: Sequence[dict[str, Any]]) -> None:
    """Side by side, four of them two by two; one under another where the window is narrow."""
    columns = st.columns(2, gap="medium")
    for place, picture in enumerate(pictures):
        column = columns[2 * place // len(pictures)]
        column.vega_lite_chart(**picture, width="stretch", theme=None)


def fourth_chart(problem: Problem) -> str:
    """Load or cumulative margin, as chosen; margin when there is no capacity to load."""
    wanted = st.session_state.get(FOURTH, "load")
    return "load" if wanted == "load" and problem.has_capacity else "margin"


def _flip_button(text: Text, problem: Problem) -> None:
    if not problem.has_capacity or meeting.is_on():
        return
    other = "margin" if fourth_chart(problem) == "load" else "load"
    st.button(
        "",
        key="room.flip",
        icon=ICONS[other],
        help=text(f"ui.room.fourth.{other}"),
        on_click=_flip,
        args=(other,),
    )


def _flip(wanted: str) -> None:
    st.session_state[FOURTH] = wanted


def _tell_cards(shown: Shown, places: Places, room: Room, *, still: bool) -> None:
    """Answer the panel: the address, and which cards change nothing; not while that is hidden."""
    idle_cards = {}
    if not still:
        idle_cards = idle.told(shown.text, places.problem, room, outcome=shown.whole)
    wanted = scenarios.address(room)
    everything = wanted | meeting.address() | session.display_parameters()
    address.write(everything, serial=live_levers.serial(), idle=idle_cards)
    room.visited.note(wanted)
    native_levers.tell(places.cards, shown.text, problem=places.problem, room=room, idle=idle_cards)
