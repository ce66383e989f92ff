"""The agenda of a meeting, and what it decided: typed in the room, told on the cockpit."""

from datetime import date

import pandas as pd
import streamlit as st

from sim.errors import StoreError
from sim.report.text import Text
from sim.store.meetings import Kind, Noted, Shows, Topic
from sim.ui import access, data, meeting, messages, scenarios, session
from sim.ui.meeting import Meeting
from sim.ui.room import Room

NOTE = {name: f"meeting.note.{name}" for name in ("kind", "text", "owner", "due", "open")}
TYPED = tuple(NOTE[name] for name in ("text", "owner", "due"))
COLUMNS = ("title", "minutes", "shows")


def agenda(text: Text, found: Meeting) -> None:
    """The topics, to be changed."""
    names = {text(f"ui.meeting.shows.{shows}"): shows for shows in Shows}
    words = {shows: name for name, shows in names.items()}
    rows = [(topic.title, topic.minutes, words[topic.shows]) for topic in found.topics]
    edited = st.data_editor(
        pd.DataFrame(rows, columns=list(COLUMNS)),
        key="meeting.topics",
        num_rows="dynamic",
        hide_index=True,
        width=760,
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
            "shows": st.column_config.SelectboxColumn(
                text("ui.meeting.shows"),
                options=list(names),
                default=words[Shows.SERVICE],
                required=True,
                width="medium",
            ),
        },
    )
    if st.button(text("ui.meeting.keep"), key="meeting.keep", type="primary", width="stretch"):
        with messages.guard():
            meeting.keep_agenda(topics_of(edited.replace({"shows": names})))
            st.rerun()


def topics_of(edited: pd.DataFrame) -> tuple[Topic, ...]:
    """The agenda as it was typed; rows without a name are left out.

    >>> rows = {"title": ["Stock", None], "minutes": [15.0, 5.0], "shows": ["limits", None]}
    >>> topics_of(pd.DataFrame(rows))
    (Topic(title='Stock', minutes=15, shows=<Shows.LIMITS: 'limits'>),)
    """
    told = edited.dropna(subset=["title"]).fillna({"minutes": 0, "shows": Shows.SERVICE.value})
    return tuple(
        Topic(title=str(title).strip()[:120], minutes=int(minutes), shows=Shows(shows))
        for title, minutes, shows in zip(*(told[name] for name in COLUMNS), strict=True)
        if str(title).strip()
    )


def note(text: Text, room: Room) -> None:
    """Take down a decision or an action; those taken so far."""
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
        on_click=_keep,
        args=(room,),
    )
    table = noted_table(text, room.dataset)
    if not table.empty:
        st.table(table, border="horizontal", hide_index=True)


@messages.safely
def _keep(room: Room) -> None:
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


def count(dataset: str) -> int:
    """How many decisions and actions there are over these data."""
    return len(data.store().meetings.noted(dataset))


def noted_table(text: Text, dataset: str, *, most: int = 8) -> pd.DataFrame:
    """The decisions and actions, newest first; those over earlier data of the company follow."""
    every = scenarios.named(dataset, text)
    rows = [
        {
            text("ui.meeting.column.day"): text.day(date.fromisoformat(str(one.at)[:10])),
            text("ui.meeting.column.what"): _what(text, one, every),
            text("ui.meeting.column.owner"): messages.plain(one.owner) or "–",
            text("ui.meeting.column.due"): _due(text, one.due, data.described(dataset).today),
        }
        for one in data.store().meetings.noted(*meeting.series(dataset))[:most]
    ]
    return pd.DataFrame(rows)


def _due(text: Text, due: date | None, today: date) -> str:
    if due is None:
        return "–"
    return text.day(due, year=due.year != today.year)


def _what(text: Text, one: Noted, every: list[scenarios.Named]) -> str:
    said = text(f"ui.meeting.said.{one.kind}", text=messages.plain(one.text))
    about = scenario_name(text, one.scenario, every)
    return text("ui.meeting.said.about", said=said, name=about) if about else said


def scenario_name(text: Text, scenario: str, every: list[scenarios.Named]) -> str:
    """What a saved scenario is called: its letter here; its name, when it is of other data."""
    if any(scenario == one.id or scenario in one.saved.history for one in every):
        return scenarios.letter_of(scenario, every)
    try:
        name = data.store().scenarios.get(scenario).name if scenario else ""
    except StoreError:
        return ""
    return messages.plain(name or (text("ui.room.untitled") if scenario else ""))
