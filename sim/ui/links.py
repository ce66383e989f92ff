"""Links that reproduce a screen: the address bar is written by the page itself.

A link holds the saved scenario (``s``) or the data version (``d``), the plan mode, and one
parameter per lever card that was moved since: ``c.<card>=<value>``, or ``c.<card>=off:<value>``.
Bound Streamlit parameters are not used, because they drop a bad value without a word.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from sim.errors import LeverError, SopError
from sim.model.problem import PlanMode
from sim.model.scenario import Card, Scenario

SAVED, DATASET, MODE, PAGE, COMPARED = "s", "d", "mode", "p", "ids"
FOCUS = "focus"  # the month that is marked and the family that is shown: see ``sim.ui.focus``
CARD = "c."
OFF = "off:"
HUGE = 1e12  # hundreds of digits help nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Lowest and highest value of a card, and how the screen writes card and value."""

    low: float
    high: float
    name: str = ""  # "" = its id
    write: Callable[[float], str] = str


def encode(base: Scenario, current: Scenario) -> dict[str, str]:
    """The parameters that turn a saved scenario into the one on the screen.

    >>> card = Card(id="sat", kind="saturdays", value=0.05)
    >>> base = Scenario(cards=(card,))
    >>> encode(base, base.with_card(replace(card, value=0.1)))
    {'c.sat': '0.1'}
    >>> encode(base, base.with_card(replace(card, on=False)))
    {'c.sat': 'off:0.05'}
    """
    saved = {card.id: card for card in base.cards}
    moved = {
        CARD + card.id: _written(card)
        for card in current.cards
        if card.id in saved and _moved(card, saved[card.id])
    }
    return ({MODE: current.mode.value} if current.mode != base.mode else {}) | moved


def decode(
    base: Scenario, parameters: Mapping[str, str], *, bounds: Callable[[Card], Bounds]
) -> tuple[Scenario, list[SopError]]:
    """The scenario a link asks for, and one error per parameter that cannot be used.

    >>> card = Card(id="sat", kind="saturdays", value=0.05)
    >>> wide = lambda card: Bounds(low=0.0, high=0.25)
    >>> scenario, errors = decode(Scenario(cards=(card,)), {"c.sat": "0.9"}, bounds=wide)
    >>> scenario.cards[0].value, [error.key for error in errors]
    (0.05, ['error.link.out_of_range'])
    """
    scenario, errors = base, list[SopError]()
    known = {card.id: card for card in base.cards}
    for name, written in parameters.items():
        try:
            if name == MODE:
                scenario = replace(scenario, mode=_mode(written))
            elif name.startswith(CARD):
                card = _known(known, name.removeprefix(CARD))
                scenario = scenario.with_card(_read(card, written, bounds=bounds))
        except LeverError as error:
            errors.append(error)
    return scenario, errors


def address(url: str, page: str, parameters: Mapping[str, str], *, here: str = "") -> str:
    """A link to the root, which opens a page on any host, also as the first visit.

    ``here`` is the page at ``url``, when it is not the one that the link opens.

    >>> address("http://host:8501/pre_sop?x=1", "pre_sop", {"s": "a1"})
    'http://host:8501/?p=pre_sop&s=a1'
    >>> address("http://host/app/pre_sop", "pre_sop", {})
    'http://host/app/?p=pre_sop'
    >>> address("http://host/app/pre_sop", "follow", {"room": "x"}, here="pre_sop")
    'http://host/app/?p=follow&room=x'
    """
    parts = urlsplit(url)
    folder = parts.path.rstrip("/").removesuffix(here or page).rstrip("/")
    query = urlencode({PAGE: page, **parameters})
    return f"{parts.scheme}://{parts.netloc}{folder}/?{query}"


def _moved(card: Card, saved: Card) -> bool:
    return card.on != saved.on or card.value != saved.value


def _written(card: Card) -> str:
    number = repr(card.value).removesuffix(".0")
    return number if card.on else OFF + number


def _known(known: Mapping[str, Card], card_id: str) -> Card:
    if card_id not in known:
        raise LeverError("error.link.unknown_card", card=card_id[:40])
    return known[card_id]


def _mode(written: str) -> PlanMode:
    if written not in set(PlanMode):
        known = ", ".join(PlanMode)
        raise LeverError("error.link.mode", value=written[:40], known=known)
    return PlanMode(written)


def _read(card: Card, written: str, *, bounds: Callable[[Card], Bounds]) -> Card:
    on = not written.startswith(OFF)
    number = written.removeprefix(OFF)
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    limits = bounds(card)
    name = limits.name or card.id
    if not math.isfinite(value):
        raise LeverError("error.link.not_a_number", card=name, value=number[:40])
    if not limits.low - 1e-9 <= value <= limits.high + 1e-9:
        raise LeverError(
            "error.link.out_of_range",
            card=name,
            value=limits.write(value) if abs(value) < HUGE else f"{value:.3g}",
            low=limits.write(limits.low),
            high=limits.write(limits.high),
        )
    return replace(card, value=value, on=on)
