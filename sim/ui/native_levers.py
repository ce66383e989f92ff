"""The lever cards as Streamlit's own widgets: for who prefers them, and where scripts are off.

They follow a slider when it is released; ``live_levers`` follows while it is dragged.
"""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.model.problem import Problem
from sim.model.scenario import Card, Scenario
from sim.report.text import Text
from sim.ui import cards
from sim.ui.cards import Bench, Face
from sim.ui.marks import marks
from sim.ui.messages import plain
from sim.ui.room import Room, current_room

FRAGMENT = "room"  # key of the fragment that follows the sliders
# A caption is pale: the warning is not.
MARKED = {
    "quiet": ":small[:gray[:material/info: {}]]",
    "watch": ":small[:yellow[:material/warning: {}]]",
}


def seed(scenario: Scenario) -> None:
    """Put the values of a scenario into its widgets; before they are drawn, or in a callback."""
    for card in scenario.cards:
        st.session_state[value_key(card.id)] = card.value
        st.session_state[on_key(card.id)] = card.on


def forgotten(room: Room) -> bool:
    """Whether Streamlit has dropped the widgets, because another page was shown."""
    return any(value_key(card.id) not in st.session_state for card in room.current.cards)


def on_screen(room: Room) -> Scenario:
    """The scenario as the widgets stand now, before any of them is drawn."""
    state = st.session_state
    shown = tuple(
        replace(
            card,
            value=float(state.get(value_key(card.id), card.value)),
            on=bool(state.get(on_key(card.id), card.on)),
        )
        for card in room.current.cards
    )
    return replace(room.current, cards=shown)


def draw(bench: Bench, drawn: tuple[Card, ...]) -> dict[str, DeltaGenerator]:
    """Draw the cards, one box each; return where ``tell`` puts what follows the slider of each."""
    places = {}
    for card in drawn:
        held = float(st.session_state.get(value_key(card.id), card.value))
        places[card.id] = _draw_card(cards.face(bench, replace(card, value=held)))
    return places


def tell(
    places: Mapping[str, DeltaGenerator],
    text: Text,
    *,
    problem: Problem,
    room: Room,
    idle: Mapping[str, str],
) -> None:
    """Say what the history says of the values now, and which cards change nothing."""
    for card in room.current.cards:
        if card.id not in places:
            continue
        seen = marks(text, problem, room.dataset, card, values=[card.value])
        mark = seen.of.get(card.value)
        with places[card.id].container(gap=None):
            if mark is not None and card.on:
                st.markdown(MARKED[mark.tone].format(plain(mark.words)), help=seen.history)
            if card.id in idle:
                st.markdown(f":small[:gray[:material/block: {plain(idle[card.id])}]]")


def _draw_card(face: Face) -> DeltaGenerator:
    with st.container(border=True, gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
            st.toggle(
                f"**{plain(face.name)}**",
                key=on_key(face.card.id),
                width="stretch",
                disabled=face.gone,
                wrap=False,
            )
            st.markdown(_deadline(face), width="content")
        if not face.gone:
            _draw_slider(face)
        st.caption(plain(face.note))
        return st.empty()


def _draw_slider(face: Face) -> None:
    st.select_slider(
        face.name,
        list(face.labels),
        key=value_key(face.card.id),
        format_func=face.labels.__getitem__,
        disabled=not st.session_state[on_key(face.card.id)],
        label_visibility="collapsed",
        on_change=redraw_room,
    )


def _deadline(face: Face) -> str:
    words = plain(face.deadline)
    colour = {"assumption": "gray", "late": "red", "before": ""}[face.tone]
    return f":small[:{colour}[{words}]]" if colour else f":small[{words}]"


def redraw_room() -> None:
    """After a move: draw what follows a slider, and nothing else."""
    room = current_room()
    # The first move wakes the undo button: then, and only then, the panel is drawn again too.
    if room is not None and room.can_undo and not room.can_redo:
        st.rerun(FRAGMENT)


def value_key(card_id: str) -> str:
    """Session key of a card's slider."""
    return f"card.{card_id}.value"


def on_key(card_id: str) -> str:
    """Session key of a card's switch."""
    return f"card.{card_id}.on"
