"""What differs between scenarios: their assumptions, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.model.scenario import Card, Scenario, assumption

MODE = "mode"  # the row of the planning mode
Key = tuple[str, str, int]  # kind, target, how many of the same came before


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One row of "what differs": a lever on a target, and each scenario's card for it.

    ``kind`` is ``mode`` for the planning mode; then ``texts`` holds the modes. A scenario
    without the card, or with the card off, has None.
    """

    kind: str
    target: str
    cards: tuple[Card | None, ...]
    texts: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[float | None, ...]:
        """The value of the card in each scenario."""
        return tuple(card.value if card else None for card in self.cards)


def assumption_differences(scenarios: Sequence[Scenario]) -> tuple[Difference, ...]:
    """The assumptions that are not the same in all scenarios, in the order of the cards.

    Cards are matched by lever and target; several of the same are matched in their order.
    Names, owners and notes are not assumptions.

    >>> card = Card(id="a", kind="volume", value=0.1)
    >>> [row.values for row in assumption_differences([Scenario(), Scenario(cards=(card,))])]
    [(None, 0.1)]
    """
    rows = []
    if len({scenario.mode for scenario in scenarios}) > 1:
        modes = tuple(scenario.mode.value for scenario in scenarios)
        rows.append(Difference(kind=MODE, target="", cards=(None,) * len(modes), texts=modes))
    keyed = [_keyed(scenario) for scenario in scenarios]
    for key in dict.fromkeys(key for cards in keyed for key in cards):
        found = tuple(cards.get(key) for cards in keyed)
        if len({assumption(card) if card else None for card in found}) > 1:
            rows.append(Difference(kind=key[0], target=key[1], cards=found))
    return tuple(rows)


def _keyed(scenario: Scenario) -> dict[Key, Card]:
    cards: dict[Key, Card] = {}
    for card in scenario.active:
        same = sum(1 for kind, target, _ in cards if (kind, target) == (card.kind, card.target))
        cards[card.kind, card.target, same] = card
    return cards
