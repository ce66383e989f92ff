"""Drawing of the meeting above the live room: topic, clock, agenda, guesses, what was decided."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from sim.model import levers
from sim.model.kpi import KPIS, Estimate, Kpi, Unit
from sim.model.problem import Problem
from sim.report.style import Density
from sim.report.tables import write_kpi
from sim.report.text import Text
from sim.store.meetings import Kind, Noted, Topic
from sim.ui import access, data, figures, meeting, messages, results, scenarios, session
from sim.ui.meeting import Meeting
from sim.ui.room import Room, current_room
from sim.ui.typed import read_value

FILES = Path(__file__).resolve().parents[2] / "data" / "components"
CLOCK = '<div class="clock" role="timer"><span class="time"></span><span class="word"></span></div>'
# Of the type, which is 17 pixels elsewhere: a room reads from further away.
ROOT = {Density.COMFORT: "21px", Density.COMPACT: "19px"}
UNITS = {Unit.SHARE: levers.Unit.SHARE, Unit.MONEY: levers.Unit.MONEY}  # how a guess is read
NOTE = {name: f"meeting.note.{name}" for name in ("kind", "text", "owner", "due", "open")}


def bar(text: Text) -> None:
    """The topic on the screen, its clock, and what a meeting needs; nothing without a meeting."""
    found, room = meeting.current(), current_room()
    if found is None or room is None:
        return
    problem = data.problem(room.dataset)
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _topic(text, found)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _turn(text, found, "back", -1)
            _turn(text, found, "on", 1)
            _tools(text, found, room, problem)
        if found.held.hidden or found.guesses:
            _guesses(text, found, problem)


def _topic(text: Text, found: Meeting) -> None:
    place = text("ui.meeting.place", place=found.at + 1, count=len(found.topics))
    title = f"### :gray[{place}] {messages.plain(found.topic.title)}"
    st.markdown(title, anchors=False, width="stretch")
    script, style = _files()
    component = st.components.v2.component("meeting", html=CLOCK, css=style, js=script)
    component(key="meeting.clock", data=clock(text, found), width="content")


def clock(text: Text, found: Meeting) -> dict[str, Any]:
    """What the script in the browser reads."""
    return {
        "began": found.began,
        "minutes": found.topic.minutes,
        "size": ROOT[session.density()],
        "words": {word: text(f"ui.meeting.clock.{word}") for word in ("clock", "left", "over")},
    }


def _turn(text: Text, found: Meeting, way: str, places: int) -> None:
    end = 0 if places < 0 else len(found.topics) - 1
    st.button(
        "",
        key=f"meeting.{way}",
        icon=":material/chevron_left:" if places < 0 else ":material/chevron_right:",
        help=text(f"ui.meeting.{way}"),
        shortcut="PageUp" if places < 0 else "PageDown",
        disabled=found.at == end,
        on_click=meeting.turn,
        args=(places,),
    )


def _tools(text: Text, found: Meeting, room: Room, problem: Problem) -> None:
    if found.held.frozen is None:
        letter = scenarios.letter_of(room.step.saved_id, scenarios.named(room.dataset, text))
        st.button(
            text("ui.meeting.freeze"),
            key="meeting.freeze",
            icon=":material/pause:",
            on_click=meeting.freeze,
            args=(problem, letter),
        )
    else:
        st.button(
            text("ui.meeting.unfreeze"),
            key="meeting.unfreeze",
            icon=":material/play_arrow:",
            on_click=meeting.unfreeze,
        )
    st.button(
        text("ui.meeting.guess"),
        key="meeting.cover",
        icon=":material/visibility_off:",
        help=text("ui.meeting.guess.help"),
        disabled=bool(found.held.hidden),
        on_click=meeting.cover,
        args=(problem,),
    )
    with st.popover(text("ui.meeting.agenda"), icon=":material/list:", key="meeting.agenda"):
        _agenda(text, found)
    count = len(data.store().meetings.noted(room.dataset))
    label = text("ui.meeting.notes", count=count)
    with st.popover(label, icon=":material/edit_note:", key=NOTE["open"], on_change="rerun"):
        _note(text, room)
    st.button(
        "",
        key="meeting.end",
        icon=":material/close:",
        help=text("ui.meeting.end"),
        type="tertiary",
        on_click=meeting.end,
    )


def _agenda(text: Text, found: Meeting) -> None:
    columns = ("title", "minutes")
    frame = pd.DataFrame(
        [(topic.title, topic.minutes) for topic in found.topics], columns=list(columns)
    )
    edited = st.data_editor(
        frame,
        key="meeting.topics",
        num_rows="dynamic",
        hide_index=True,
        width=560,
        column_config={
            "title": st.column_config.TextColumn(
                text("ui.meeting.topic"), required=True, width="medium"
            ),
            "minutes": st.column_config.NumberColumn(
                text("ui.meeting.minutes"),
                min_value=1,
                max_value=240,
                default=10,
                required=True,
                width="small",
            ),
        },
    )
    if st.button(text("ui.meeting.keep"), key="meeting.keep", type="primary", width="stretch"):
        with messages.guard():
            meeting.keep_agenda(topics_of(edited))
            st.rerun()


def topics_of(edited: pd.DataFrame) -> tuple[Topic, ...]:
    """The agenda as it was typed; rows without a name are left out.

    >>> topics_of(pd.DataFrame({"title": ["Stock", None], "minutes": [15.0, 5.0]}))
    (Topic(title='Stock', minutes=15),)
    """
    told = edited.dropna(subset=["title"]).fillna({"minutes": 0})
    return tuple(
        Topic(title=str(title).strip()[:120], minutes=int(minutes))
        for title, minutes in zip(told["title"], told["minutes"], strict=True)
        if str(title).strip()
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
        max_chars=30,
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
    """The guess beside the result, in the words of the KPI card."""
    room = current_room()
    frozen = found.held.frozen
    scenario = frozen.scenario if frozen else (room.current if room else results.REFERENCE)
    where = frozen.problem if frozen else problem
    estimate = results.estimates(where, scenario)[kpi]
    value = write_kpi(kpi, estimate, None, text=text).value
    guess = found.guesses[kpi]
    gap = _gap(text, kpi, estimate, guess=guess, shown=value)
    said = messages.plain(guess) or text("ui.meeting.guess.none")
    key = "ui.meeting.guess.gap" if gap else "ui.meeting.guess.compared"
    return text(key, guess=said, value=value, gap=gap)


def _gap(text: Text, kpi: Kpi, estimate: Estimate, *, guess: str, shown: str) -> str:
    """The result less the guess; "" when the guess is no number."""
    unit = UNITS.get(KPIS[kpi].unit, levers.Unit.MONTHS)
    expected = read_value(guess, unit=unit, shown=shown, lang=text.lang)
    if expected is None:
        return ""
    off = estimate.mean - expected
    change = Estimate(mean=off, p5=off, p95=off, error=0.0)
    return write_kpi(kpi, estimate, change, text=text).change


def _note(text: Text, room: Room) -> None:
    st.segmented_control(
        text("ui.meeting.note.kind"),
        list(Kind),
        default=Kind.DECISION,
        required=True,
        key=NOTE["kind"],
        format_func=lambda kind: text(f"ui.meeting.kind.{kind}"),
        label_visibility="collapsed",
    )
    st.text_area(text("ui.meeting.note.text"), key=NOTE["text"], max_chars=2_000, height=100)
    left, right = st.columns(2, gap="small")
    with left:
        st.text_input(text("ui.meeting.note.owner"), key=NOTE["owner"], max_chars=100)
    with right:
        form = "DD/MM/YYYY"
        st.date_input(text("ui.meeting.note.due"), None, key=NOTE["due"], format=form)
    st.button(
        text("ui.meeting.note.keep"),
        key="meeting.note.keep",
        type="primary",
        width="stretch",
        on_click=_keep_note,
        args=(room,),
    )
    if data.store().meetings.noted(room.dataset):
        table = noted_table(text, room.dataset)
        st.table(table, border="horizontal", hide_index=True)


@messages.safely
def _keep_note(room: Room) -> None:
    access.require(*access.EDITORS)
    state, found = st.session_state, meeting.current()
    due = state.get(NOTE["due"])
    noted = Noted(
        kind=Kind(state.get(NOTE["kind"]) or Kind.DECISION),
        text=str(state.get(NOTE["text"], "")),
        topic=found.topic.title if found else "",
        owner=str(state.get(NOTE["owner"], "")),
        due=due if isinstance(due, date) else None,
        scenario=meeting.subject(room),
    )
    data.store().meetings.note(room.dataset, noted, author=access.visitor())
    state[NOTE["text"]], state[NOTE["owner"]], state[NOTE["due"]] = "", "", None
    messages.flash("success", session.text()(f"ui.meeting.kept.{noted.kind}"))


def noted_table(text: Text, dataset: str, *, most: int = 8) -> pd.DataFrame:
    """The decisions and actions of a data version, newest first."""
    every = scenarios.named(dataset, text)
    rows = [
        {
            text("ui.meeting.column.day"): text.day(date.fromisoformat(str(one.at)[:10])),
            text("ui.meeting.column.what"): _what(text, one, every),
            text("ui.meeting.column.owner"): messages.plain(one.owner) or "–",
            text("ui.meeting.column.due"): text.day(one.due) if one.due else "–",
        }
        for one in data.store().meetings.noted(dataset)[:most]
    ]
    return pd.DataFrame(rows)


def _what(text: Text, one: Noted, every: list[scenarios.Named]) -> str:
    said = text(f"ui.meeting.said.{one.kind}", text=messages.plain(one.text))
    if not one.scenario:
        return said
    letter = scenarios.letter_of(one.scenario, every)
    return text("ui.meeting.said.about", said=said, letter=letter)


@cache
def _files() -> tuple[str, str]:
    script, style = FILES / "meeting.js", FILES / "meeting.css"
    return script.read_text(encoding="utf-8"), style.read_text(encoding="utf-8")
