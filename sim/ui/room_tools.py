"""What stands around the room: preparation, link, files and exports, a missing forecast."""

import streamlit as st

from sim.model.draws import affordable
from sim.model.problem import Problem
from sim.model.scenario import to_json
from sim.report.text import Text
from sim.settings import settings
from sim.ui import (
    data,
    downloads,
    following,
    head,
    links,
    live,
    live_exports,
    meeting,
    messages,
    native_levers,
    navigation,
    panel,
    results,
    scenarios,
    session,
)
from sim.ui.room import Room, current_room

ANYWAY = "room.anyway"
MODE = "room.mode"
# The missing parts that change what the whole room means.
MEANING = {
    "notice.no_capacity": "ui.room.no_capacity",
    "notice.no_routing": "ui.room.no_capacity",
    "notice.no_price": "ui.room.no_price",
    "notice.no_stock": "ui.room.no_stock",
}


def prepare(room: Room) -> None:
    """Give the widgets the scenario of the room: after a link, or after another page."""
    shown = st.session_state.get("room.shown")
    forgotten = native_levers.forgotten(room) or MODE not in st.session_state
    if shown is not room or room.from_link or forgotten:
        panel.seed(room)
    room.from_link = False
    st.session_state["room.shown"] = room


@st.fragment(key="share")
def share() -> None:
    """The link of the screen, files to take away, the scenario as a file and back.

    Drawn when it is opened: a slider move would take the files from the buttons drawn before.
    """
    text, room = session.text(), current_room()
    menu = st.popover(
        "",
        icon=":material/ios_share:",
        key="room.share.meeting" if meeting.is_on() else "room.share",  # closed when one begins
        help=text("ui.head.more"),
        on_change="rerun",
    )
    if menu.open and room is not None:
        with menu, messages.guard():
            _share_menu(text, room)


def _share_menu(text: Text, room: Room) -> None:
    if not meeting.is_on():
        st.button(
            text("ui.meeting.begin"),
            key="meeting.begin",
            icon=":material/groups:",
            help=text("ui.meeting.help"),
            width="stretch",
            on_click=_begin_meeting,
        )
    _present(text)
    st.markdown(f"**{text('ui.share.link')}**")
    link = navigation.link_to("pre_sop", **scenarios.address(room))
    st.code(link, language=None, wrap_lines=True)
    st.markdown(f"**{text('ui.export.title')}**")
    live_exports.rows(text)
    st.markdown(f"**{text('ui.share.file')}**")
    st.download_button(
        text("ui.share.download"),
        data=lambda: to_json(room.current),
        file_name=downloads.json_name(room.current.name),
        mime="application/json",
        key="room.json",
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
    )
    st.checkbox(text("ui.share.anyway"), key=ANYWAY, help=text("ui.share.anyway.help"))
    st.file_uploader(
        text("ui.share.upload"),
        type=["json"],
        key="room.upload",
        max_upload_size=1,
        on_change=_take_upload,
    )


def _present(text: Text) -> None:
    """The link and the QR code under which others follow this screen."""
    st.markdown(f"**{text('ui.follow.present')}**")
    code = following.code()
    if not code:
        st.caption(text("ui.follow.present.help"))
        st.button(
            text("ui.follow.start"),
            key="present.start",
            type="primary",
            icon=":material/sensors:",
            width="stretch",
            on_click=_start_presenting,
        )
        return
    # Without the presenter's language: everybody reads their own.
    room = {following.ROOM: code}
    link = links.address(st.context.url or "", "follow", room, here="pre_sop")
    st.caption(text("ui.follow.scan"))
    st.image(following.picture(link), width=260, alt=text("ui.follow.qr"))
    st.code(link, language=None, wrap_lines=True)
    st.button(
        text("ui.follow.stop"),
        key="present.stop",
        icon=":material/stop_circle:",
        width="stretch",
        on_click=following.stop,
    )


def _begin_meeting() -> None:
    meeting.begin()
    st.rerun()  # the whole page: the meeting stands outside this menu


def _start_presenting() -> None:
    following.start()
    live.publish()


def missing_parts(text: Text, dataset: str) -> list[str]:
    """What the plan leaves out for want of data, and what that means for what is shown."""
    problem = data.problem(dataset)
    fewer = [_fewer_draws(text, problem)] if results.draws_count(problem) < settings().draws else []
    known = {"ui.room.no_capacity": problem.has_capacity, "ui.room.no_price": problem.has_money}
    found = {notice.key: notice.values for notice in data.missing_parts(dataset)}
    return fewer + [
        messages.plain(f"{text(key, **found[key])} {text(meaning)}")
        for key, meaning in MEANING.items()
        if key in found and not known.get(meaning, False)
    ]


def _fewer_draws(text: Text, problem: Problem) -> str:
    count, memory = results.draws_count(problem), settings().draws_memory
    fit = affordable(problem, draws=settings().draws, memory=memory)
    return text(
        "notice.fewer_draws" if fit == count else "notice.fewer_live",
        count=count,
        wanted=settings().draws,
        items=len(problem.items),
        memory=memory // 2**20,
    )


def stop_without_demand(text: Text, page: str) -> None:
    """End the page here, with the way on, when these data have no demand for the horizon."""
    if not data.needs_forecast(data.in_use().id):
        return
    head.page_head(text, page, text("ui.room.no_demand"))
    if st.button(
        text("ui.room.to_demand"),
        key="room.to_demand",
        type="primary",
        icon=":material/arrow_forward:",
    ):
        st.switch_page(navigation.FILES["demand_review"])
    st.stop()


def _take_upload() -> None:
    messages.safely(_read_upload)()
    st.rerun()  # the whole page: the cards are other ones


def _read_upload() -> None:
    upload, room = st.session_state.get("room.upload"), current_room()
    if upload is None or room is None:
        return
    problem = data.problem(room.dataset)
    body = upload.getvalue().decode("utf-8", errors="replace")
    anyway = bool(st.session_state.get(ANYWAY))
    scenario = scenarios.read_file(problem, body, anyway=anyway)
    room.rebase(scenario, scenarios.keep(scenario))
    panel.seed(room)
    text = session.text()
    name = messages.plain(scenario.name or text("ui.room.untitled"))
    messages.flash("success", text("ui.share.read", name=name))
