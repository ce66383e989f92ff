"""What differs between scenarios: assumptions, and which card brings what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sim.model.draws import Draws
from sim.model.kpi import Estimate, Kpi, differences, estimates
from sim.model.kpi import window as kpi_window
from sim.model.outcome import Outcome
from sim.model.problem import Problem
from sim.model.run import run
from sim.model.scenario import Card, Scenario

MODE = "mode"  # the row, and the step, of the planning mode
REMOVED = "removed"  # the step that takes out the reference's own cards

Runner = Callable[[Scenario], Outcome]
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
        if len({_assumption(card) for card in found}) > 1:
            rows.append(Difference(kind=key[0], target=key[1], cards=found))
    return tuple(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One bar of the bridge: what a card adds after those before it."""

    kind: str  # lever, ``mode`` or ``removed``
    card: Card | None  # None for the planning mode and what is removed
    effect: Estimate  # difference with the step before, on the same draws


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """From the reference to the scenario, card by card: reference + effects = scenario."""

    kpi: Kpi
    reference: Estimate
    steps: tuple[Step, ...]
    result: Estimate


def bridge(
    problem: Problem,
    scenario: Scenario,
    *,
    draws: Draws,
    kpi: Kpi,
    reference: Scenario | None = None,
    runner: Runner | None = None,
) -> Bridge:
    """Contribution of each active card to the difference of a KPI, in the order of the cards.

    The planning mode comes first when it is not the reference's, then the cards one after the
    other; each is judged on top of those before it, on the same draws, so the effects add up to
    the whole difference. A card that comes later shows only what the earlier ones left to gain.

    Parameters
    ----------
    reference : where the bridge starts; None = the baseline without any card
    runner : a cached replacement of ``run`` for this problem and these draws
    """
    simulate = runner or (lambda wanted: run(problem, wanted, draws=draws))
    window = kpi_window(problem)
    start = reference or Scenario()
    before = first = simulate(start)
    steps = []
    for kind, card, wanted in _path(start, scenario):
        after = simulate(wanted)
        effect = differences(after, before, window)[kpi]
        steps.append(Step(kind=kind, card=card, effect=effect))
        before = after
    return Bridge(
        kpi=kpi,
        reference=estimates(first, window)[kpi],
        steps=tuple(steps),
        result=estimates(before, window)[kpi],
    )


def _path(start: Scenario, end: Scenario) -> list[tuple[str, Card | None, Scenario]]:
    cards = [_assumption(card) for card in start.active]
    added = [card for card in end.active if _assumption(card) not in cards]
    kept = tuple(card for card in end.active if _assumption(card) in cards)
    path: list[tuple[str, Card | None, Scenario]] = []
    if end.mode is not start.mode:
        path.append((MODE, None, replace(start, mode=end.mode)))
    if len(kept) != len(start.active):
        path.append((REMOVED, None, replace(end, cards=kept)))
    for count, card in enumerate(added, start=1):
        path.append((card.kind, card, replace(end, cards=(*kept, *added[:count]))))
    return path


def _keyed(scenario: Scenario) -> dict[Key, Card]:
    cards: dict[Key, Card] = {}
    for card in scenario.active:
        same = sum(1 for kind, target, _ in cards if (kind, target) == (card.kind, card.target))
        cards[card.kind, card.target, same] = card
    return cards


def _assumption(card: Card | None) -> tuple[object, ...] | None:
    if card is None:
        return None
    options = tuple(sorted(card.options.items()))
    return (card.kind, card.target, card.first, card.last, card.value, options, card.probability)
