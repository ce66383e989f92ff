"""Drawing of the meeting above the live room: topic, clock, tools, guesses; below: the proposal."""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from sim.model.kpi import Kpi
from sim.model.problem import Problem
from sim.report.style import Density
from sim.report.text import Text
from sim.ui import (
    data,
    figures,
    guesses,
    meeting,
    meeting_notes,
    messages,
    proposing,
    results,
    scenarios,
    session,
)
from sim.ui.meeting import Meeting
from sim.ui.room import Room, current_room

FILES = Path(__file__).resolve().parents[2] / "data" / "components"
CLOCK = (
    '<div class="clock" role="timer"><span class="time"></span>'
    '<span class="words"><span class="word"></span><span class="all"></span></span></div>'
)
# Of the type, which is 17 pixels elsewhere: a room reads from further away.
ROOT = {Density.COMFORT: "22px", Density.COMPACT: "19px"}
LONG = 40  # characters of a title that needs smaller type to stay on one line


def bar(text: Text) -> None:
    """The topic on the screen, its clock, and what a meeting needs; nothing without a meeting."""
    found, room = meeting.current(), current_room()
    if found is None or room is None:
        return
    problem = data.problem(room.dataset)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
        _turn(text, found, "back", -1)
        _turn(text, found, "on", 1)
        _topic(text, found)
        _clock(text, found)
        _tools(text, found, room, problem)
    if meeting.is_guessing():
        _guesses(text, found, problem)


def below(text: Text) -> None:
    """What stands in place of the charts when the topic is the proposal."""
    room = current_room()
    if room is not None and meeting.at_proposal():
        proposing.board(text, room.dataset)


def _topic(text: Text, found: Meeting) -> None:
    place = text("ui.meeting.place", place=found.at + 1, count=len(found.topics))
    level = "###" if len(found.topic.title) <= LONG else "####"
    title = f"{level} :gray[{place}] {messages.plain(found.topic.title)}"
    st.markdown(title, anchors=False, width="stretch")


def _clock(text: Text, found: Meeting) -> None:
    script, style = _files()
    component = st.components.v2.component("meeting", html=CLOCK, css=style, js=script)
    component(
        key="meeting.clock", data=clock(text, found), width="content", on_turn_change=_key_pressed
    )


def clock(text: Text, found: Meeting) -> dict[str, Any]:
    """What the script in the browser reads: times that have gone by, in seconds."""
    planned = sum(topic.minutes for topic in found.topics)
    words = {word: text(f"ui.meeting.clock.{word}") for word in ("clock", "left", "over")}
    words["all"] = text("ui.meeting.clock.all", gone="{gone}", planned=planned)
    return {
        "elapsed": round(found.elapsed, 1),
        "total": round(found.total, 1),
        "minutes": found.topic.minutes,
        "size": ROOT[session.density()],
        "words": words,
    }


def _key_pressed() -> None:
    pressed = st.session_state["meeting.clock"].turn
    if pressed in (-1, 1):  # it comes from a browser
        meeting.turn(pressed)


def _turn(text: Text, found: Meeting, way: str, places: int) -> None:
    end = 0 if places < 0 else len(found.topics) - 1
    st.button(
        "",
        key=f"meeting.{way}",
        icon=":material/chevron_left:" if places < 0 else ":material/chevron_right:",
        help=text(f"ui.meeting.{way}"),
        disabled=found.at == end,
        on_click=meeting.turn,
        args=(places,),
    )


def _tools(text: Text, found: Meeting, room: Room, problem: Problem) -> None:
    _freeze(text, found, room, problem)
    st.button(
        "" if session.compact() else text("ui.meeting.guess"),
        key="meeting.cover",
        icon=":material/visibility_off:",
        help=text("ui.meeting.guess.help"),
        disabled=bool(found.held.hidden),
        on_click=meeting.cover,
        args=(problem,),
    )
    with st.popover(
        "", icon=":material/list:", key="meeting.agenda", help=text("ui.meeting.agenda")
    ):
        meeting_notes.agenda(text, found)
    session.keep_typed(*meeting_notes.TYPED)
    count = meeting_notes.count(room.dataset)
    menu = st.popover(
        str(count) if count else "",
        icon=":material/edit_note:",
        key=meeting_notes.NOTE["open"],
        help=text("ui.meeting.notes", count=count),
        on_change="rerun",
    )
    if menu.open:
        with menu:
            meeting_notes.note(text, room)
    st.button(
        "",
        key="meeting.end",
        icon=":material/close:",
        help=text("ui.meeting.end"),
        type="tertiary",
        on_click=meeting.end,
    )


def _freeze(text: Text, found: Meeting, room: Room, problem: Problem) -> None:
    if found.held.frozen is not None:
        st.button(
            "" if session.compact() else text("ui.meeting.unfreeze.short"),
            key="meeting.unfreeze",
            icon=":material/play_arrow:",
            help=text("ui.meeting.unfreeze"),
            type="primary",
            on_click=meeting.unfreeze,
        )
        return
    letter = scenarios.letter_of(room.step.saved_id, scenarios.named(room.dataset, text))
    st.button(
        "" if session.compact() else text("ui.meeting.freeze.short"),
        key="meeting.freeze",
        icon=":material/pause:",
        help=text("ui.meeting.freeze"),
        on_click=meeting.freeze,
        args=(problem, letter),
    )


def _guesses(text: Text, found: Meeting, problem: Problem) -> None:
    """For each figure: what the room expects, then how far it was from it."""
    kpis = figures.chosen_kpis(problem)
    for column, kpi in zip(st.columns(len(kpis), gap="small"), kpis, strict=True):
        with column:
            if kpi in found.held.hidden:
                _ask(text, kpi)
            elif kpi in found.guesses:
                st.caption(_compared(text, found, problem, kpi))


def _ask(text: Text, kpi: Kpi) -> None:
    st.text_input(
        text(f"kpi.{kpi.value}.short"),
        key=meeting.guess_key(kpi),
        max_chars=200,
        placeholder=text("ui.meeting.guess.ask"),
    )
    st.button(
        text("ui.meeting.reveal"),
        key=f"meeting.reveal.{kpi.value}",
        icon=":material/visibility:",
        width="stretch",
        on_click=meeting.reveal,
        args=(kpi,),
    )


def _compared(text: Text, found: Meeting, problem: Problem, kpi: Kpi) -> str:
    """The guesses beside the result."""
    room, frozen = current_room(), found.held.frozen
    scenario = frozen.scenario if frozen else (room.current if room else results.REFERENCE)
    where = frozen.problem if frozen else problem
    estimate = results.estimates(where, scenario)[kpi]
    return guesses.told(text, kpi, estimate, typed=found.guesses[kpi])


@cache
def _files() -> tuple[str, str]:
    script, style = FILES / "meeting.js", FILES / "meeting.css"
    return script.read_text(encoding="utf-8"), style.read_text(encoding="utf-8")
