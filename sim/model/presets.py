"""Cards that are worth trying for this company, and the two outlooks.

Suggested cards are off: they show what could be done, where the plan is tight, with a slider
value that changes something. A company's own cards come first.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from sim.model.levers import available, draft, first_in_time, targets
from sim.model.problem import Floats, Problem, ResourceKind
from sim.model.scenario import Card, Scenario

OUTLOOK = "outlook"  # id of the card that both outlooks share: one replaces the other
OPTIMISTIC, PESSIMISTIC = 0.9, 0.1
FEWEST = 3  # below these a company with capacity data is shown demand levers too


def optimistic(scenario: Scenario) -> Scenario:
    """The scenario with the whole demand at the 90 % quantile of its own distribution."""
    return _with_outlook(scenario, OPTIMISTIC)


def pessimistic(scenario: Scenario) -> Scenario:
    """The scenario with the whole demand at the 10 % quantile of its own distribution."""
    return _with_outlook(scenario, PESSIMISTIC)


def suggested(problem: Problem, *, cards: Sequence[Card] = ()) -> tuple[Card, ...]:
    """The company's own cards, then generic ones for the levers these do not use; all off."""
    found = [replace(card, on=False) for card in cards]
    used = {card.kind for card in found}
    felt = {lever.kind for lever in available(problem)}
    generic = _capacity_cards(problem, felt) if problem.has_capacity else []
    if len({*used, *(card.kind for card in generic)}) < FEWEST:
        generic += _demand_cards(problem, felt)
    ids = {card.id for card in found}
    found += [card for card in generic if card.kind not in used and card.id not in ids]
    return tuple(found)


def overload(problem: Problem) -> Floats:
    """Wanted load over regular capacity, without any levelling; 0 where there is no limit.

    load[r,t] = sum over items of mu a / capacity.

    Returns
    -------
    (R, T) [share]
    """
    load = problem.routing.T @ problem.demand
    limited = np.isfinite(problem.capacity) & (problem.capacity > 0)
    return np.divide(load, problem.capacity, out=np.zeros_like(load), where=limited)


def tightest(problem: Problem) -> list[int]:
    """The resources, the one with the highest wanted load of a month first."""
    return [int(r) for r in np.argsort(-overload(problem).max(axis=1), kind="stable")]


def offered(problem: Problem, *, cards: Sequence[Card] = ()) -> tuple[Card, ...]:
    """Presets: cards with a value worth trying; the two outlooks, then what ``suggested`` finds."""
    outlooks = [
        replace(preset(Scenario()).cards[0], id=preset.__name__)
        for preset in (pessimistic, optimistic)
    ]
    found = suggested(problem, cards=cards)
    return (*outlooks, *(card for card in found if (card.kind, card.target) != ("outlook", "all")))


def _with_outlook(scenario: Scenario, quantile: float) -> Scenario:
    card = Card(id=OUTLOOK, kind="outlook", value=quantile)
    others = tuple(
        one
        for one in scenario.cards
        if (one.kind, one.target) != ("outlook", "all") and one.id != OUTLOOK
    )
    return replace(scenario, cards=(*others, card))


def _capacity_cards(problem: Problem, felt: set[str]) -> list[Card]:
    load = overload(problem)
    hours = np.array([kind is ResourceKind.HOURS for kind in problem.resource_kind], dtype=bool)
    tight = [r for r in tightest(problem) if load[r].max() > 1.0]
    machines = [r for r in tight if hours[r]]
    cards = []
    if tight and "prebuild" in felt:
        cards.append(_off(problem, "prebuild", target="all", card_id="prebuild"))
    if machines and "saturdays" in felt:
        cards.append(_saturdays(problem, load, machines))
    for r in tight:
        if not hours[r]:
            cards.append(_second_source(problem, load, r))
    if machines and "extra_shift" in felt:
        cards.append(_extra_shift(problem, load, machines[0]))
    if "shift_promotion" in felt:
        cards.append(_promotion_move(problem, load))
    return cards


def _demand_cards(problem: Problem, felt: set[str]) -> list[Card]:
    family = f"family:{problem.families[_biggest(problem, problem.demand.sum(axis=1))]}"
    wanted = (
        ("outlook", "all"),
        ("volume", family),
        ("promotion", family),
        ("price", family),
        ("safety_stock", family),
    )
    cards = [
        _off(problem, kind, target=target, card_id=kind) for kind, target in wanted if kind in felt
    ]
    # A suggestion that is already too late is none.
    return [_begun_in_time(problem, card) for card in cards]


def _begun_in_time(problem: Problem, card: Card) -> Card:
    first = first_in_time(problem, card)
    return replace(card, first=first) if first > problem.start else card


def _saturdays(problem: Problem, load: Floats, machines: list[int]) -> Card:
    everywhere = len(machines) == len(targets(problem, "saturdays")) - 1
    named = "|".join(f"resource:{problem.resources[r]}" for r in machines)
    first = int(np.argmax((load[machines] > 1.0).any(axis=0)))
    return _off(
        problem,
        "saturdays",
        target="all" if everywhere else named,
        card_id="saturdays",
        first=problem.month_dates[first],
    )


def _second_source(problem: Problem, load: Floats, material: int) -> Card:
    """A premium of 5 % of what the goods cost that need the material, per unit of it."""
    code = problem.resources[material]
    uses = problem.routing[:, material]
    units = problem.demand.sum(axis=1)
    cost = float((units * problem.unit_cost)[uses > 0].sum()) / max(float(units @ uses), 1e-9)
    card = _off(
        problem,
        "second_source",
        target=f"resource:{code}",
        card_id=f"second_source_{code}"[:60],
        first=problem.month_dates[int(np.argmax(load[material] > 1.0))],
    )
    return replace(card, options={**card.options, "cost": round(0.05 * cost, 2)})


def _extra_shift(problem: Problem, load: Floats, machine: int) -> Card:
    """Over the longest run of overloaded months; its hours are priced as overtime."""
    first, length = _longest_run(load[machine] > 1.0)
    card = _off(
        problem,
        "extra_shift",
        target=f"resource:{problem.resources[machine]}",
        card_id="extra_shift",
        first=problem.month_dates[first],
    )
    capacity = float(problem.capacity[machine, first : first + length].mean())
    crew = problem.overtime_rate[machine] * card.options["added"] * capacity
    options = {**card.options, "cost": float(round(crew, -2))}
    return replace(card, value=float(length), options=options)


def _promotion_move(problem: Problem, load: Floats) -> Card:
    """The biggest promotion of a family, to the emptiest of the six months after it."""
    gained = np.maximum(problem.promotion, 0.0)
    family = _biggest(problem, gained.sum(axis=1))
    members = problem.family == family
    month = int(np.argmax(gained[members].sum(axis=0)))
    uses = problem.routing[members].any(axis=0)
    busy = load[uses].max(axis=0) if uses.any() else problem.demand[members].sum(axis=0)
    later = busy[month + 1 : month + 7]
    steps = int(np.argmin(later)) + 1 if later.size else -1
    last = min(month + 1, problem.months - 1)  # the dip after it moves along
    card = _off(
        problem,
        "shift_promotion",
        target=f"family:{problem.families[family]}",
        card_id="shift_promotion",
        first=problem.month_dates[month],
        last=problem.month_dates[last],
    )
    return replace(card, value=float(steps))


def _off(
    problem: Problem,
    kind: str,
    *,
    target: str,
    card_id: str,
    first: date | None = None,
    last: date | None = None,
) -> Card:
    card = draft(problem, kind, target=target, card_id=card_id)
    return replace(card, on=False, first=first or card.first, last=last)


def _biggest(problem: Problem, weight: Floats) -> int:
    value = weight * (problem.price.mean(axis=1) if problem.has_money else 1.0)
    totals = np.bincount(problem.family, weights=value, minlength=len(problem.families))
    return int(np.argmax(totals))


def _longest_run(flags: np.ndarray) -> tuple[int, int]:
    best, start = (0, 0), 0
    for month, flag in enumerate([*flags.tolist(), False]):
        if flag:
            continue
        if month - start > best[1]:
            best = (start, month - start)
        start = month + 1
    return best
