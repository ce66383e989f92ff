"""The candidates of a search: scenarios made of ordinary cards and a planning mode.

Nothing here is special to the search: whoever opens the winner in the live room sees cards with
sliders. The demand quantile that a plan protects against and its safety factor are the two stock
cards; the levers are the decisions that the scenario holds and those worth trying in this company.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from sim.model.levers import LEVERS, Group, available, slider
from sim.model.presets import suggested
from sim.model.problem import PlanMode, Problem
from sim.model.scenario import Card, Scenario

QUANTILES = (0.5, 0.7, 0.85, 0.95)  # of the demand of one month, that the stock protects against
FACTORS = (0.0, -0.5, 0.5, 1.0)  # stock targets of the company x (1 + factor)
SHARES = (0.5, 1.0, 1.5)  # of the value that a card suggests
UNCAPPED = "prebuild"  # only chase needs a card to build ahead
TRIES = 8  # points of the grid that are looked at for each candidate that is wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One card and the versions of it that are tried; None = the scenario without the card."""

    versions: tuple[Card | None, ...]


def propose(problem: Problem, scenario: Scenario, *, count: int, seed: int) -> tuple[Scenario, ...]:
    """Different scenarios to be judged, the given one first.

    All points of the grid modes x stock cards x levers when they are not more than ``count``;
    else every point that is one step away from the given scenario, and a random choice of the
    others without repetition. Candidates whose linear programmes are alike follow one another.

    Parameters
    ----------
    scenario : its assumptions stay as they are; its decisions are moved along their sliders
    count : most candidates, 1 or more
    seed : of the random choice
    """
    found = axes(problem, scenario)
    sizes = [len(PlanMode), *(len(axis.versions) for axis in found)]
    chosen = {scenario.hash: scenario}
    for point in _points(sizes, np.random.default_rng(seed), most=TRIES * count):
        if len(chosen) >= count:
            break
        candidate = _at(scenario, found, point)
        chosen.setdefault(candidate.hash, candidate)
    first, *others = chosen.values()
    return (first, *sorted(others, key=_alike))


def axes(problem: Problem, scenario: Scenario) -> tuple[Axis, ...]:
    """What may be moved: the stock cards, then every decision."""
    cards = [
        card
        for card in suggested(problem, cards=scenario.cards)
        if LEVERS[card.kind].decision and _own_or_supply(card, scenario)
    ]
    kinds = {card.kind for card in cards}
    felt = {lever.kind for lever in available(problem)}
    found = [
        axis
        for kind, axis in (
            ("stock_cover", _protection(problem)),
            ("safety_stock", _factor(problem)),
        )
        if kind not in kinds and kind in felt
    ]
    own = {card.id: card for card in scenario.cards}
    found += [_lever(problem, own.get(card.id, card), kept=card.id in own) for card in cards]
    return tuple(axis for axis in found if len(axis.versions) > 1)


def _own_or_supply(card: Card, scenario: Scenario) -> bool:
    """A sales decision is moved only when somebody has put it into the scenario."""
    own = any(card.id == one.id for one in scenario.cards)
    return own or LEVERS[card.kind].group is not Group.DEMAND


def _protection(problem: Problem) -> Axis:
    """Stock that protects against a quantile of a month's demand: z(q) x cv months more.

    Source: Silver, Pyke & Thomas (safety stock = z x sigma, here in months of demand).
    """
    value = problem.demand * problem.unit_cost[:, None]
    weight = value if value.any() else problem.demand
    mean = float((problem.errors.spread * weight).sum() / max(float(weight.sum()), 1e-300))
    empty = Card(id="protection", kind="stock_cover", value=0.0)
    return _versions(problem, empty, [float(ndtri(q)) * mean for q in QUANTILES], kept=False)


def _factor(problem: Problem) -> Axis:
    if not (problem.stock_cover.any() or problem.safety_stock.any()):
        return Axis(versions=(None,))
    empty = Card(id="safety_factor", kind="safety_stock", value=0.0)
    return _versions(problem, empty, FACTORS, kept=False)


def _lever(problem: Problem, card: Card, *, kept: bool) -> Axis:
    neutral = LEVERS[card.kind].neutral
    way = card.value - neutral
    if way == 0:
        way = slider(problem, card).default - neutral
    return _versions(problem, card, [neutral + share * way for share in SHARES], kept=kept)


def _versions(problem: Problem, card: Card, values: Sequence[float], *, kept: bool) -> Axis:
    """The card as it is, without effect, and at values that its slider can show."""
    scale = slider(problem, card)
    shown = dict.fromkeys(
        min(max(round(round(value / scale.step) * scale.step, 10), scale.low), scale.high)
        for value in values
    )
    first, others = (card, [replace(card, on=False)]) if kept and card.on else (None, [])
    if kept and not card.on:
        first = card
    at = card.value if first is not None and first.on else scale.neutral
    others += [replace(card, value=value, on=True) for value in shown]
    different = [one for one in others if not one.on or one.value not in (at, scale.neutral)]
    return Axis(versions=(first, *different))


def _points(
    sizes: Sequence[int], rng: np.random.Generator, *, most: int
) -> Iterator[tuple[int, ...]]:
    """Points of the grid: all, or those on its axes and then some of the rest."""
    total = 1
    for size in sizes:
        total *= size
    if total <= most:
        # In a random order, as not all of them may be wanted.
        yield from (_digits(int(n), sizes) for n in rng.permutation(total))
        return
    for place, size in enumerate(sizes):
        for digit in range(1, size):
            yield tuple(digit if at == place else 0 for at in range(len(sizes)))
    for _ in range(most):
        yield tuple(int(rng.integers(size)) for size in sizes)


def _digits(number: int, sizes: Sequence[int]) -> tuple[int, ...]:
    digits = []
    for size in sizes:
        number, digit = divmod(number, size)
        digits.append(digit)
    return tuple(digits)


def _at(scenario: Scenario, found: Sequence[Axis], point: Sequence[int]) -> Scenario:
    modes = [scenario.mode, *(mode for mode in PlanMode if mode is not scenario.mode)]
    mode = modes[point[0]]
    moved = {
        card.id: card
        for axis, digit in zip(found, point[1:], strict=True)
        if (card := axis.versions[digit]) is not None
        and (mode is PlanMode.CHASE or card.kind != UNCAPPED)
    }
    own = [moved.pop(card.id, _without(card, mode)) for card in scenario.cards]
    return replace(scenario, mode=mode, cards=(*own, *moved.values()))


def _without(card: Card, mode: PlanMode) -> Card:
    return card if mode is PlanMode.CHASE or card.kind != UNCAPPED else replace(card, on=False)


def _alike(scenario: Scenario) -> tuple[object, ...]:
    """Cards that open or close a source change the matrix, values do not."""
    cards = sorted(scenario.active, key=lambda card: card.id)
    return (
        scenario.mode.value,
        tuple(card.id for card in cards),
        tuple(card.value for card in cards),
    )
