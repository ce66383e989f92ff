"""The lever cards as one component: the room follows a slider while it is dragged.

The script (``data/components/levers.js``) keeps one request in flight and sends the newest value
when the room has answered. What it sends is checked: only values that were offered count.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from sim.model.scenario import Card, Scenario
from sim.report.text import Text
from sim.ui import cards
from sim.ui.cards import Bench, Face
from sim.ui.marks import Marks, marks
from sim.ui.room import Room

KEY = "levers"
FILES = Path(__file__).resolve().parents[2] / "data" / "components"
LIST = '<div class="levers"></div>'
ACTS = ("edit", "duplicate", "up", "down", "remove")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a visitor asks of one card; ``typed`` holds a value written by hand."""

    card: str
    what: str
    typed: str = ""


def draw(
    bench: Bench,
    drawn: tuple[Card, ...],
    *,
    on_moves: Callable[[], None],
    on_act: Callable[[], None],
) -> None:
    """Draw the cards. ``on_moves`` and ``on_act`` run when the visitor moves or asks something."""
    script, style = _files()
    component = st.components.v2.component("levers", html=LIST, css=style, js=script)
    faces = [cards.face(bench, card) for card in drawn]
    histories = [
        marks(bench.text, bench.problem, bench.room.dataset, face.card, values=face.labels)
        for face in faces
    ]
    component(
        key=KEY,
        data=payload(bench.text, bench.room, list(zip(faces, histories, strict=True))),
        on_moves_change=on_moves,
        on_act_change=on_act,
    )


def payload(text: Text, room: Room, faces: list[tuple[Face, Marks]]) -> dict[str, Any]:
    """What the script in the browser reads."""
    return {
        "seed": room.seed,
        "words": {
            "acts": [[act, text(f"ui.card.act.{act}")] for act in ACTS],
            "more": text("ui.card.more"),
            "type": text("ui.card.type"),
        },
        "cards": [_card(face, history) for face, history in faces],
    }


def on_screen(room: Room) -> Scenario:
    """The scenario as the cards stand in the browser now; what was not offered does not count."""
    moves = _moves()
    told = moves.get("cards")
    if moves.get("seed") != room.seed or not isinstance(told, Mapping):
        return room.current
    shown = tuple(_moved(room, card, told.get(card.id)) for card in room.current.cards)
    return replace(room.current, cards=shown)


def gesture() -> str:
    """The drag that the last move belongs to."""
    return str(_moves().get("gesture", ""))[:40]


def serial() -> int:
    """The number of the last move: the room answers it when it is drawn."""
    number = _moves().get("serial")
    return number if isinstance(number, int) else 0


def asked() -> Act | None:
    """What the visitor has just asked of a card."""
    body = _state().get("act")
    if not isinstance(body, Mapping):
        return None
    words = [str(body.get(name, ""))[:200] for name in ("card", "what", "text")]
    return Act(card=words[0], what=words[1], typed=words[2])


def _moved(room: Room, card: Card, told: object) -> Card:
    """The card with the value and the switch that the browser sent, when both may be."""
    if not isinstance(told, list | tuple) or len(told) != 2:
        return card
    value, on = told
    if not isinstance(value, int | float) or isinstance(value, bool) or not isinstance(on, bool):
        return card
    if value not in room.positions.get(card.id, frozenset()):
        return card
    return replace(card, value=float(value), on=on)


def _moves() -> Mapping[str, Any]:
    found = _state().get("moves")
    return found if isinstance(found, Mapping) else {}


def _state() -> Mapping[str, Any]:
    found = st.session_state.get(KEY)
    return found if isinstance(found, Mapping) else {}


def _card(face: Face, history: Marks) -> dict[str, Any]:
    body = {key: value for key, value in asdict(face).items() if key not in ("card", "labels")}
    # The words of each position are sent before it is reached: they follow a drag without us.
    told = list(dict.fromkeys(history.of.values()))
    place = {mark: number for number, mark in enumerate(told)}
    return body | {
        "id": face.card.id,
        "on": face.card.on,
        "value": face.card.value,
        "values": list(face.labels),
        "labels": list(face.labels.values()),
        "history": history.history,
        "marks": [[mark.tone, mark.words] for mark in told],
        "marked": [
            place[history.of[value]] if value in history.of else -1 for value in face.labels
        ],
    }


@cache
def _files() -> tuple[str, str]:
    script, style = FILES / "levers.js", FILES / "levers.css"
    return script.read_text(encoding="utf-8"), style.read_text(encoding="utf-8")
