"""The demand outlook of a scenario has one control: the selector or a lever card, never both."""

from collections.abc import Sequence
from dataclasses import replace

from sim.model.presets import OUTLOOK, optimistic, pessimistic
from sim.model.scenario import Card, Scenario

PRESETS = {"pessimistic": pessimistic, "optimistic": optimistic}
EXPECTED = "expected"
BY_CARD = "card"  # a lever card of the scenario sets it; the selector only says so


def of(scenario: Scenario) -> str:
    """Which preset outlook a scenario holds, or that a card of its own sets it."""
    if any(not _preset(card) for card in scenario.cards if whole(card)):
        return BY_CARD
    card = next((card for card in scenario.active if whole(card)), None)
    return EXPECTED if card is None else _values()[card.value]


def by_selector(current: Scenario, card: Card) -> bool:
    """Whether a card is the outlook that the selector holds."""
    return whole(card) and of(current) != BY_CARD


def choose(scenario: Scenario, name: str, *, base: Scenario) -> Scenario:
    """The scenario under one of the outlooks; a saved card is switched off, so links can tell."""
    if name in PRESETS:
        return PRESETS[name](scenario)
    if name == BY_CARD:
        return scenario
    saved = {card.id for card in base.cards}
    cards = tuple(
        replace(card, on=False) if whole(card) else card
        for card in scenario.cards
        if not whole(card) or card.id in saved
    )
    return replace(scenario, cards=cards)


def without(cards: Sequence[Card]) -> tuple[Card, ...]:
    """Cards to suggest: an outlook for everything has its selector."""
    return tuple(card for card in cards if not whole(card))


def whole(card: Card) -> bool:
    """Whether a card is an outlook for the whole demand."""
    return (card.kind, card.target) == ("outlook", "all")


def _preset(card: Card) -> bool:
    plain = card.first is None and card.last is None and not card.options
    return card.id == OUTLOOK and plain and card.value in _values()


def _values() -> dict[float, str]:
    return {preset(Scenario()).cards[0].value: name for name, preset in PRESETS.items()}
