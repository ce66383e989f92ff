"""Is a scenario sound for this company? All problems at once, each with its card and place."""

import math
from collections.abc import Iterator
from dataclasses import replace

from sim.errors import LeverError, SopError, raise_all
from sim.model.levers.catalogue import LEVERS
from sim.model.levers.declaration import WHOLE, Lever, TargetKind
from sim.model.levers.place import kind_of, missing, month_index, parts
from sim.model.problem import Problem
from sim.model.scenario import Card, Scenario

LEAD_DAYS = "lead_days"  # option of every card: its own lead instead of the lever's
LONGEST_LEAD = 730.0
LONGEST_ID = 64


def check(problem: Problem, scenario: Scenario) -> None:
    """Refuse a scenario that this company cannot have.

    Raises
    ------
    LeverError, or SopErrors of several: unknown lever or target, value or option that is not a
    number or out of bounds, window reversed or outside the horizon, duplicate cards.
    """
    raise_all([*_usable(problem, scenario), *_current(problem, scenario)])


def check_usable(problem: Problem, scenario: Scenario) -> None:
    """Refuse what can never be applied; a target or month that is gone is only flagged."""
    raise_all(list(_usable(problem, scenario)))


def flagged(problem: Problem, scenario: Scenario) -> tuple[Card, ...]:
    """The cards whose target is gone from the data: kept, shown, not applied."""
    return tuple(card for card in scenario.cards if missing(problem, card.target))


def adopt(problem: Problem, scenario: Scenario, *, anyway: bool = False) -> Scenario:
    """A scenario that came from outside (file, link, older data), made ready for this problem.

    Made on the same data (or on none in particular) it must pass ``check``. Made on other data it
    is refused, unless the reader asks for it: then the cards move to these data and those whose
    target is gone are flagged.

    Raises
    ------
    LeverError ``error.scenario.other_dataset``: made on other data, not asked for anyway.
    """
    if scenario.dataset in ("", problem.dataset):
        check(problem, scenario)
        return scenario
    if not anyway:
        gone = flagged(problem, scenario)
        raise LeverError(
            "error.scenario.other_dataset",
            scenario=scenario.name,
            made_on=scenario.dataset[:16],
            company=problem.company,
            loaded=problem.dataset[:16],
            gone=len(gone),
            cards=len(scenario.cards),
        )
    check_usable(problem, scenario)
    return replace(scenario, dataset=problem.dataset)


def _usable(problem: Problem, scenario: Scenario) -> Iterator[SopError]:
    yield from _twice(scenario)
    for card in scenario.cards:
        lever = LEVERS.get(card.kind)
        if lever is None:
            yield LeverError("error.lever.unknown_kind", card=card.id, kind=card.kind[:60])
            continue
        yield from _value(card, lever)
        yield from _options(card, lever)
        yield from _target(problem, card, lever)
        yield from _window(card, lever)


def _current(problem: Problem, scenario: Scenario) -> Iterator[SopError]:
    for card in scenario.cards:
        for prefix, code in missing(problem, card.target):
            yield LeverError(
                "error.lever.unknown_target",
                card=card.id,
                kind=card.kind[:60],
                target=f"{prefix}:{code}"[:120] if prefix else code[:120],
            )
        if _outside(problem, card):
            yield LeverError(
                "error.lever.outside_horizon",
                card=card.id,
                kind=card.kind[:60],
                first=card.first or problem.month_dates[0],
                last=card.last or problem.month_dates[-1],
                start=problem.month_dates[0],
                end=problem.month_dates[-1],
            )


def _twice(scenario: Scenario) -> Iterator[SopError]:
    seen: set[str] = set()
    held: set[tuple[str, str]] = set()
    for card in scenario.cards:
        if not card.id.strip() or len(card.id) > LONGEST_ID:
            yield LeverError("error.lever.no_id", kind=card.kind[:60], longest=LONGEST_ID)
        elif card.id in seen:
            yield LeverError("error.lever.duplicate_id", card=card.id)
        seen.add(card.id)
        lever = LEVERS.get(card.kind)
        if lever is None or not (lever.unique or lever.alone) or not card.on:
            continue
        same = (card.kind, "all" if lever.alone else card.target)
        if same in held:
            key = "error.lever.alone" if lever.alone else "error.lever.twice"
            yield LeverError(key, card=card.id, kind=card.kind, target=card.target[:120])
        held.add(same)


def _value(card: Card, lever: Lever) -> Iterator[SopError]:
    yield from _number(card, "value", card.value, low=lever.low, high=lever.high)
    yield from _number(card, "probability", card.probability, low=0.0, high=1.0)
    if not lever.chance and _is_number(card.probability) and 0.0 <= card.probability < 1.0:
        yield LeverError(
            "error.lever.no_chance",
            card=card.id,
            kind=card.kind,
            value=float(card.probability),
        )
    whole = lever.unit in WHOLE and lever.step == 1
    if whole and _is_number(card.value) and card.value != round(card.value):
        yield LeverError(
            "error.lever.not_whole", card=card.id, kind=card.kind, value=float(card.value)
        )


def _options(card: Card, lever: Lever) -> Iterator[SopError]:
    for name, value in card.options.items():
        option = lever.options.get(name)
        if option is not None:
            yield from _number(card, f"options.{name}", value, low=option.low, high=option.high)
        elif name == LEAD_DAYS:
            yield from _number(card, f"options.{name}", value, low=0.0, high=LONGEST_LEAD)
        else:
            yield LeverError(
                "error.lever.unknown_option",
                card=card.id,
                kind=card.kind,
                option=name[:60],
                known=", ".join([*lever.options, LEAD_DAYS]),
            )


def _target(problem: Problem, card: Card, lever: Lever) -> Iterator[SopError]:
    gone = missing(problem, card.target)
    found = [part for part in parts(card.target) if part not in gone]
    kinds = {kind_of(problem, part) for part in found} or {TargetKind.ALL}
    wrong = bool(kinds - lever.targets) and not (gone and not found)
    unnamed = lever.needs_resource and not gone and TargetKind.HOURS not in kinds
    if wrong or unnamed:
        yield LeverError(
            "error.lever.needs_resource" if lever.needs_resource else "error.lever.wrong_target",
            card=card.id,
            kind=card.kind,
            target=card.target[:120],
            known=", ".join(sorted(lever.targets)),
        )


def _window(card: Card, lever: Lever) -> Iterator[SopError]:
    if lever.needs_window and card.first is None:
        yield LeverError("error.lever.no_window", card=card.id, kind=card.kind)
    if lever.whole_horizon and (card.first is not None or card.last is not None):
        yield LeverError("error.lever.whole_horizon", card=card.id, kind=card.kind)
    if card.first is not None and card.last is not None and card.last < card.first:
        yield LeverError(
            "error.lever.reversed",
            card=card.id,
            kind=card.kind,
            first=card.first,
            last=card.last,
        )


def _outside(problem: Problem, card: Card) -> bool:
    starts_late = card.first is not None and month_index(problem, card.first) >= problem.months
    ends_early = card.last is not None and month_index(problem, card.last) < 0
    return starts_late or ends_early


def _number(card: Card, place: str, value: float, *, low: float, high: float) -> Iterator[SopError]:
    if not _is_number(value):
        yield LeverError(
            "error.lever.not_a_number",
            card=card.id,
            kind=card.kind,
            field=place,
            value=str(value)[:60],
        )
    elif not low <= value <= high:
        yield LeverError(
            "error.lever.out_of_bounds",
            card=card.id,
            kind=card.kind,
            field=place,
            value=_printed(value),
            low=low,
            high=high,
        )


def _printed(value: float) -> float | str:
    """A number for a sentence; hundreds of digits help nobody."""
    return float(value) if abs(value) < 1e12 else f"{value:.3g}"


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer beyond every float
        return False
