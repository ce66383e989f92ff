"""A scenario: a readable list of lever cards over the baseline, and a planning mode.

A scenario never copies data. An empty scenario is the baseline, to the bit.
The checks against the lever declarations live in ``sim.model.levers``.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sim.errors import LeverError
from sim.model.problem import PlanMode

FORMAT = 1
LONGEST_TEXT = 1_000_000  # characters of a scenario file
MOST_CARDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One lever card: what, on whom, when, how much, and who answers for it."""

    id: str  # unique in its scenario; also the name of its slider in a link
    kind: str  # key of sim.model.levers.LEVERS
    target: str = "all"  # "all", "family:PLA", "item:...", "channel:...", "resource:..."
    first: date | None = None  # first month in force; None = from the first month of the horizon
    last: date | None = None  # last month in force; None = to the end
    value: float
    on: bool = True
    options: Mapping[str, float] = field(default_factory=dict)  # e.g. {"dip": 0.08}
    owner: str = ""
    note: str = ""
    probability: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Cards over the baseline. ``dataset`` is the data version it was made on ("" = any)."""

    name: str = ""
    mode: PlanMode = PlanMode.CHASE
    cards: tuple[Card, ...] = ()
    dataset: str = ""

    @property
    def active(self) -> tuple[Card, ...]:
        """The cards that are switched on."""
        return tuple(card for card in self.cards if card.on)

    def card(self, card_id: str) -> Card:
        """The card with this id."""
        for card in self.cards:
            if card.id == card_id:
                return card
        raise LeverError("error.lever.unknown_card", card=card_id)

    def with_card(self, changed: Card) -> "Scenario":
        """The scenario with one card replaced (same id) or added at the end."""
        if any(card.id == changed.id for card in self.cards):
            cards = tuple(changed if card.id == changed.id else card for card in self.cards)
        else:
            cards = (*self.cards, changed)
        return replace(self, cards=cards)

    @property
    def hash(self) -> str:
        """SHA-256 of what the engine uses: mode and active cards (names and notes do not count)."""
        body = {"mode": self.mode.value, "cards": [_effect(card) for card in self.active]}
        return hashlib.sha256(_canonical(body).encode()).hexdigest()


def assumption(card: Card) -> tuple[object, ...]:
    """What a card assumes: cards that differ in name, owner or note only are the same."""
    options = tuple(sorted(card.options.items()))
    return (card.kind, card.target, card.first, card.last, card.value, options, card.probability)


def to_json(scenario: Scenario) -> str:
    """The scenario as a JSON text that can be saved, mailed and read back."""
    body = {
        "format": FORMAT,
        "name": scenario.name,
        "mode": scenario.mode.value,
        "dataset": scenario.dataset,
        "cards": [_card_body(card) for card in scenario.cards],
    }
    return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(text: str) -> Scenario:
    """Read a scenario; every field is checked for its type.

    Raises
    ------
    LeverError: the text is not a scenario, with the place in ``field``.
    """
    if len(text) > LONGEST_TEXT:
        raise LeverError("error.scenario.too_long", length=len(text), longest=LONGEST_TEXT)
    try:
        body = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise LeverError("error.scenario.not_json", detail=str(error)[:120]) from None
    if not isinstance(body, dict) or not isinstance(body.get("cards"), list):
        raise LeverError("error.scenario.not_scenario")
    if body.get("format") != FORMAT:
        found = _shown(body.get("format"))[:20]
        raise LeverError("error.scenario.format", found=found, wanted=FORMAT)
    if len(body["cards"]) > MOST_CARDS:
        raise LeverError("error.scenario.too_many", found=len(body["cards"]), most=MOST_CARDS)
    mode = _text(body, "mode")
    if mode not in set(PlanMode):
        raise LeverError("error.scenario.field", field="mode", value=mode[:60])
    cards = read_cards(body["cards"])
    seen = {card.id for card in cards}
    if len(seen) != len(cards):
        raise LeverError("error.scenario.field", field="cards", value="id")
    return Scenario(
        name=_text(body, "name"), mode=PlanMode(mode), dataset=_text(body, "dataset"), cards=cards
    )


def read_cards(bodies: Sequence[object]) -> tuple[Card, ...]:
    """Cards from the objects of a JSON list, such as the ones a company's data suggest."""
    return tuple(_card(body, f"cards[{n}]") for n, body in enumerate(bodies))


def _card_body(card: Card) -> dict[str, Any]:
    return {
        "id": card.id,
        "kind": card.kind,
        "target": card.target,
        "first": card.first.isoformat() if card.first else None,
        "last": card.last.isoformat() if card.last else None,
        "value": card.value,
        "on": card.on,
        "options": dict(sorted(card.options.items())),
        "owner": card.owner,
        "note": card.note,
        "probability": card.probability,
    }


def _effect(card: Card) -> dict[str, Any]:
    body = _card_body(card)
    return {key: body[key] for key in body if key not in ("id", "on", "owner", "note")}


def _canonical(body: object) -> str:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _card(body: object, place: str) -> Card:
    if not isinstance(body, dict):
        raise LeverError("error.scenario.field", field=place, value=_shown(body))
    options = body.get("options", {})
    if not isinstance(options, dict):
        raise LeverError("error.scenario.field", field=f"{place}.options", value=_shown(options))
    on = body.get("on", True)
    if not isinstance(on, bool):
        raise LeverError("error.scenario.field", field=f"{place}.on", value=_shown(on))
    return Card(
        id=_text(body, "id", place),
        kind=_text(body, "kind", place),
        target=_text(body, "target", place, "all"),
        first=_month(body, "first", place),
        last=_month(body, "last", place),
        value=_number(body, "value", place),
        on=on,
        options={
            _text({"name": key}, "name", place): _number(options, key, f"{place}.options")
            for key in options
        },
        owner=_text(body, "owner", place),
        note=_text(body, "note", place),
        probability=_number(body, "probability", place, 1.0),
    )


def _text(body: dict[str, Any], key: str, place: str = "", default: str = "") -> str:
    value = body.get(key, default)
    if not isinstance(value, str) or len(value) > 2_000 or not _writable(value):
        raise LeverError("error.scenario.field", field=_place(place, key), value=_shown(value))
    return value


def _number(body: dict[str, Any], key: str, place: str, default: float | None = None) -> float:
    value = body.get(key, default)
    try:
        number = float(value) if isinstance(value, int | float) else math.nan
    except OverflowError:
        number = math.inf
    if isinstance(value, bool) or not math.isfinite(number):
        raise LeverError("error.scenario.field", field=_place(place, key), value=_shown(value))
    return number


def _month(body: dict[str, Any], key: str, place: str) -> date | None:
    value = body.get(key)
    if value is None:
        return None
    try:
        month = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise LeverError(
            "error.scenario.field", field=_place(place, key), value=_shown(value)
        ) from None
    return month.replace(day=1)


def _place(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _shown(value: object) -> str:
    """What was found, short enough for a sentence; never fails on what JSON can nest."""
    try:
        found = str(value)[:60]
    except (RecursionError, ValueError):
        found = type(value).__name__
    return found.encode("utf-8", "replace").decode()


def _writable(value: str) -> bool:
    """Whether a text can be stored: JSON may smuggle in half characters (lone surrogates)."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number")
