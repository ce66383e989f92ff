"""Why a KPI moved: the contribution of each card, whatever the order of the cards.

A card that is judged alone takes the credit of what another could have done as well; judged last
it gets what the others left over. Its Shapley value is the mean over all orders in which the
cards could have been decided: equal cards get equal parts, a card without effect gets nothing,
and the parts add up to the whole difference, in each draw.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import factorial

import numpy as np

from sim.model.aids.judge import Judge
from sim.model.kpi import Estimate, Kpi, estimate
from sim.model.levers import LEVERS
from sim.model.problem import Floats
from sim.model.scenario import Card, Scenario, assumption

MODE = "mode"  # the step of the planning mode
REMOVED = "removed"  # the step that takes out the reference's own cards
EXACT = 8  # players up to which every coalition is judged: 2^8 scenarios
ORDERS = 12  # pairs of opposite orders that stand for all of them above that

Coalition = frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One bar of the bridge: what a card brings."""

    kind: str  # lever, ``mode`` or ``removed``
    card: Card | None  # None for the planning mode and what is removed
    effect: Estimate  # over the draws


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """From the reference to the scenario: reference + effects = scenario."""

    kpi: Kpi
    reference: Estimate
    steps: tuple[Step, ...]
    result: Estimate
    exact: bool  # every coalition was judged; else a sample of orders


def bridge(
    scenario: Scenario,
    *,
    judge: Judge,
    kpi: Kpi,
    reference: Scenario | None = None,
) -> Bridge:
    """Contribution of each active card to the difference of a KPI (Shapley value).

    The planning mode counts as one player when it is not the reference's, and so do the cards of
    the reference that the scenario no longer has. Up to 8 players every coalition is judged, above
    that 12 pairs of opposite orders.

    Parameters
    ----------
    scenario, reference : where the bridge ends and begins; None = the baseline without any card
    judge : KPIs of scenarios, draw by draw
    kpi : what is explained

    Source: Shapley 1953, A value for n-person games; Castro, Gomez & Tejada 2009 (sampled orders);
    Strumbelj & Kononenko 2014 (opposite orders).
    """
    start = reference or Scenario()
    players = _players(start, scenario)
    count = len(players)
    wanted = coalitions(players)

    between = [_between(start, scenario, players, coalition) for coalition in wanted]
    worth = dict(zip(wanted, (one[kpi] for one in judge(between)), strict=True))
    steps = tuple(
        Step(kind=player.kind, card=player.card, effect=estimate(part))
        for player, part in zip(players, shapley(worth.__getitem__, count), strict=True)
    )
    return Bridge(
        kpi=kpi,
        reference=estimate(worth[frozenset()]),
        steps=steps,
        result=estimate(worth[frozenset(range(count))]),
        exact=count <= EXACT,
    )


def shapley(value: Callable[[Coalition], Floats], players: int) -> list[Floats]:
    """Shapley value of each player: its mean marginal contribution over all orders.

    Parameters
    ----------
    value : worth of a coalition, (N,) one per draw
    players : how many there are

    Returns
    -------
    One array (N,) per player; they add up to value(all) - value(none).

    Source: Shapley 1953, A value for n-person games.

    >>> worth = {(): 0.0, (0,): 12.0, (1,): 6.0, (0, 1): 24.0}
    >>> [float(part[0]) for part in shapley(lambda c: np.array([worth[tuple(sorted(c))]]), 2)]
    [15.0, 9.0]
    """
    if players <= EXACT:
        return [_exact(value, players, player) for player in range(players)]
    return _sampled(value, players)


def coalitions(players: Sequence["_Player"]) -> list[Coalition]:
    """What ``shapley`` asks about, each once, so that neighbours differ little.

    Exact: in the order of a Gray code, one card coming or going at a time. What changes demand
    or the mode changes a plan most: it comes and goes least often.
    """
    count = len(players)
    if count > EXACT:
        chains = (way[:place] for way in _orders(count) for place in range(count + 1))
        return list(dict.fromkeys(frozenset(chain) for chain in chains))
    calm = sorted(range(count), key=lambda player: _upsets(players[player]))
    codes = (n ^ (n >> 1) for n in range(2**count))
    return [frozenset(calm[bit] for bit in range(count) if code >> bit & 1) for code in codes]


def _exact(worth: Callable[[Coalition], Floats], players: int, player: int) -> Floats:
    others = [other for other in range(players) if other != player]
    total = np.zeros_like(worth(frozenset()))
    for size in range(players):
        weight = factorial(size) * factorial(players - size - 1) / factorial(players)
        for chosen in combinations(others, size):
            without = frozenset(chosen)
            total = total + weight * (worth(without | {player}) - worth(without))
    return total


def _sampled(worth: Callable[[Coalition], Floats], players: int) -> list[Floats]:
    parts = [np.zeros_like(worth(frozenset())) for _ in range(players)]
    for way in _orders(players):
        for place, player in enumerate(way):
            before = frozenset(way[:place])
            parts[player] += (worth(before | {player}) - worth(before)) / (2 * ORDERS)
    return parts


def _orders(players: int) -> list[list[int]]:
    # The same orders every time: a bridge that is drawn again must not change.
    chance = random.Random(players)
    some = [chance.sample(range(players), players) for _ in range(ORDERS)]
    return [way for order in some for way in (order, order[::-1])]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Player:
    """One move from the reference to the scenario: cards that go, and the card that comes."""

    kind: str
    card: Card | None = None
    gone: tuple[Card, ...] = ()


def _upsets(player: _Player) -> int:
    if player.kind == MODE:
        return 2
    cards = player.gone if player.card is None else (player.card, *player.gone)
    return int(any(not LEVERS[card.kind].decision for card in cards))


def _players(start: Scenario, end: Scenario) -> list[_Player]:
    there = [assumption(card) for card in start.active]
    wanted = [assumption(card) for card in end.active]
    leaving = [card for card in start.active if assumption(card) not in wanted]
    players = [] if end.mode is start.mode else [_Player(kind=MODE)]
    added = []
    for card in end.active:
        if assumption(card) in there:
            continue
        # Another value of the same lever takes the place of the old one, in one move.
        old = [one for one in leaving if (one.kind, one.target) == (card.kind, card.target)][:1]
        leaving = [one for one in leaving if one not in old]
        added.append(_Player(kind=card.kind, card=card, gone=tuple(old)))
    if leaving:
        players.append(_Player(kind=REMOVED, gone=tuple(leaving)))
    return players + added


def _between(
    start: Scenario, end: Scenario, players: Sequence[_Player], coalition: Coalition
) -> Scenario:
    """The scenario in which only the players of a coalition have made their move."""
    moved = [players[player] for player in sorted(coalition)]
    gone = [card for player in moved for card in player.gone]
    kept = tuple(card for card in start.active if card not in gone)
    # An id that the reference uses for another card must not hide either of the two.
    taken = {card.id for card in kept}
    added = tuple(
        replace(player.card, id=f"{player.card.id}+" if player.card.id in taken else player.card.id)
        for player in moved
        if player.card is not None
    )
    mode = end.mode if any(player.kind == MODE for player in moved) else start.mode
    return replace(end, mode=mode, cards=(*kept, *added))
