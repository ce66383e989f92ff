"""The sidebar of the live room: which scenario, its cards, presets, undo, save, add."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.model.problem import PlanMode
from sim.model.scenario import Scenario
from sim.report.text import Text
from sim.ui import (
    card_acts,
    card_form,
    data,
    live_levers,
    messages,
    native_levers,
    outlook,
    scenarios,
    session,
)
from sim.ui.cards import Bench
from sim.ui.room import Room, current_room
from sim.ui.scenarios import Named

KEEP = "room.keep"
NEW = ""  # the entry of the selector that starts from the suggested cards
OFFERED = ("pessimistic", outlook.EXPECTED, "optimistic")
MODES = (PlanMode.CHASE, PlanMode.LEVEL, PlanMode.HYBRID, PlanMode.OPTIMAL)


def move_room(room: Room) -> None:
    """Bring the room to what the cards say now, before any of them is drawn."""
    if session.native_sliders():
        room.move_to(native_levers.on_screen(room))
    else:
        room.move_to(live_levers.on_screen(room), gesture=live_levers.gesture())


def seed(room: Room) -> None:
    """Put the scenario of the room into every widget."""
    room.seed += 1
    native_levers.seed(room.current)
    state = st.session_state
    state["room.mode"] = room.current.mode.value
    state["room.outlook"] = outlook.of(room.current)
    state["room.saved"] = room.step.saved_id
    state["room.name"] = room.step.base.name


def draw(bench: Bench, every: list[Named]) -> tuple[DeltaGenerator, Mapping[str, DeltaGenerator]]:
    """Draw the panel; return the places of what follows a slider: differences, words of cards."""
    _selector(bench.text, every)
    _buttons(bench)
    _presets(bench.text, bench.room.current)
    differences = st.container()
    return differences, _draw_cards(bench)


def _draw_cards(bench: Bench) -> Mapping[str, DeltaGenerator]:
    """The cards. The outlook has its own selector: a card that says the same is not among them."""
    room = bench.room
    drawn = tuple(one for one in room.current.cards if not outlook.by_selector(room.current, one))
    places: Mapping[str, DeltaGenerator] = {}
    if session.native_sliders():
        places = native_levers.draw(bench, drawn)
    else:
        live_levers.draw(bench, drawn, on_moves=native_levers.redraw_room, on_act=_acted)
    edited = st.session_state.pop(card_acts.EDITED, None)
    if edited is not None:
        card_form.edit_form(bench, room.current.card(edited), _in_room)
    return places


def _selector(text: Text, every: list[Named]) -> None:
    names = scenarios.choices_of(text, every)
    options = [NEW, *names]
    held = st.session_state.get("room.saved", NEW)
    if held not in options:  # an older version of a scenario, from a link or an undo
        options.append(held)
        names[held] = text("ui.room.older_version")
    st.selectbox(
        text("ui.room.scenario"),
        options,
        key="room.saved",
        format_func=lambda found: names.get(found, text("ui.room.new")),
        label_visibility="collapsed",
        on_change=_in_room(_choose),
    )


def _save_form(text: Text) -> None:
    label = "" if session.compact() else text("ui.room.save")
    with st.popover(
        label,
        icon=":material/save:",
        key=KEEP,
        width="stretch",
        help=text("ui.room.save"),
        on_change="rerun",  # its state is known, so that saving can close it
    ):
        st.text_input(text("ui.room.name"), key="room.name", max_chars=60)
        st.caption(text("ui.room.name.help"))
        st.button(
            text("ui.room.save"),
            key="room.save",
            type="primary",
            on_click=_in_room(_save),
            width="stretch",
        )


def _buttons(bench: Bench) -> None:
    text, room = bench.text, bench.room
    with st.container(horizontal=True, gap="xsmall", wrap=False):
        _save_form(text)
        with st.popover("", icon=":material/add:", key="room.add", help=text("ui.room.add.help")):
            card_form.add_form(bench, _in_room)
            if session.native_sliders():
                card_form.manage_form(bench, _in_room)
        st.button(
            "",
            key="room.undo",
            icon=":material/undo:",
            help=text("ui.room.undo"),
            disabled=not room.can_undo,
            on_click=_in_room(Room.undo),
        )
        st.button(
            "",
            key="room.redo",
            icon=":material/redo:",
            help=text("ui.room.redo"),
            disabled=not room.can_redo,
            on_click=_in_room(Room.redo),
        )


def _presets(text: Text, current: Scenario) -> None:
    size = "short" if session.compact() else "long"
    held = outlook.of(current)
    st.session_state["room.outlook"] = held  # a card may have been moved since
    left, right = st.columns(2, gap="small")
    with left:
        st.selectbox(
            text("ui.room.mode"),
            [mode.value for mode in MODES],
            key="room.mode",
            format_func=lambda mode: text(f"ui.mode.{mode}.{size}"),
            label_visibility="collapsed",
            on_change=_in_room(_set_mode),
        )
    with right:
        st.selectbox(
            text("ui.room.outlook"),
            OFFERED if held in OFFERED else (*OFFERED, held),
            key="room.outlook",
            format_func=lambda name: text(f"ui.outlook.{name}.{size}"),
            label_visibility="collapsed",
            disabled=held == outlook.BY_CARD,
            help=text("ui.outlook.card.help") if held == outlook.BY_CARD else None,
            on_change=_in_room(_set_outlook),
        )


# What the buttons do.


def _in_room(action: Callable[..., None]) -> Callable[..., None]:
    def act(*arguments: object) -> None:
        room = current_room()
        if room is not None:
            move_room(room)
            action(room, *arguments)
            seed(room)

    return messages.safely(act)


def _choose(room: Room) -> None:
    chosen = st.session_state["room.saved"]
    if chosen == NEW:
        scenarios.restart(room)
    else:
        scenarios.show_saved(room, chosen)


def _set_mode(room: Room) -> None:
    chosen = st.session_state["room.mode"]
    if chosen in MODES:  # else it is the word of another density, which the browser still had
        room.move_to(replace(room.current, mode=PlanMode(chosen)))


def _set_outlook(room: Room) -> None:
    chosen = str(st.session_state["room.outlook"])
    if chosen in OFFERED:
        room.move_to(outlook.choose(room.current, chosen, base=room.step.base))


def _save(room: Room) -> None:
    name = str(st.session_state["room.name"]).strip()
    scenario = replace(room.current, name=name, dataset=room.dataset)
    # Another name starts another scenario; the same one, or the first one, is its next version.
    parent = room.step.saved_id if room.step.base.name in ("", name) else ""
    saved = scenarios.save(scenario, parent=parent)
    room.rebase(scenario, saved)
    _tell_saved(room.dataset, saved)


def _tell_saved(dataset: str, saved: str) -> None:
    text = session.text()
    every = scenarios.named(dataset, text)
    name = next(one.name for one in every if one.id == saved)
    named = text("format.named", letter=scenarios.letter_of(saved, every), name=name)
    version = scenarios.version_of(saved)
    told = text("ui.room.saved", name=messages.plain(named), version=version)
    messages.flash("success", told)
    st.session_state[KEEP] = False  # it would hide what is said


def _acted() -> None:
    asked = live_levers.asked()
    if asked is not None:
        _in_room(_act)(asked)


def _act(room: Room, asked: live_levers.Act) -> None:
    problem = data.problem(room.dataset)
    card_acts.act(room, problem, asked.card, what=asked.what, typed=asked.typed)
