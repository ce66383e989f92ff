"""Goal seek: the lever value, or the cheapest mix of levers, that reaches a target."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from sim.model.aids.aim import Aim, Level
from sim.model.scenario import Card, Scenario

COARSE = 9  # positions looked at before the search closes in: an effect need not be monotone
ROUNDS = 8  # steps that a mix may take
PARTS = (0.25, 0.5, 1.0)  # of the way from where a lever stands to the end of its slider

# [money] what each of some scenarios brings: its net margin.
Worth: TypeAlias = Callable[[Sequence[Scenario]], Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """A card that may be moved, and the positions it may take, in order."""

    card: Card
    positions: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What it takes, or how far one can come."""

    scenario: Scenario  # with the value or the mix in it
    cards: tuple[Card, ...]  # those that were moved, as they now stand
    level: float  # of the aimed KPI there
    reached: bool


def seek(scenario: Scenario, lever: Lever, *, aim: Aim, level: Level) -> Answer:
    """The value of one lever, nearest to where it stands, at which the target is reached.

    A coarse look over the whole slider finds where the target is crossed; bisection between the
    two positions on either side finds the first that reaches it. What is answered was simulated.

    Parameters
    ----------
    scenario : holds the lever's card, or gets it
    lever : the card and the positions of its slider
    aim : KPI, place, months and target
    level : mean of the aimed KPI in a scenario

    Returns
    -------
    The nearest position that reaches the target; when none does, the one that comes closest.
    """
    last, here = len(lever.positions) - 1, _index(lever)
    looks = sorted({here, *(round(last * n / (COARSE - 1)) for n in range(COARSE))})
    found_there = level([_moved(scenario, lever, index) for index in looks])
    known = dict(zip(looks, found_there, strict=True))

    def at(index: int) -> float:
        if index not in known:
            known[index] = level([_moved(scenario, lever, index)])[0]
        return known[index]

    good = [n for n in looks if aim.reached(at(n))]
    if not good:
        best = min(looks, key=lambda n: (aim.missing(at(n)), abs(n - here)))
        return _answer(scenario, lever, best, level=at(best), reached=False)
    found = min(good, key=lambda n: abs(n - here))
    near = [n for n in looks if (n < found if found > here else n > found)]
    if found != here and near:
        bad = max(near) if found > here else min(near)
        found = _first_good(bad, found, good=lambda n: aim.reached(at(n)))
    return _answer(scenario, lever, found, level=at(found), reached=True)


def _first_good(bad: int, found: int, *, good: Callable[[int], bool]) -> int:
    while abs(found - bad) > 1:
        middle = (found + bad) // 2
        if good(middle):
            found = middle
        else:
            bad = middle
    return found


def mix(
    scenario: Scenario,
    levers: Sequence[Lever],
    *,
    aim: Aim,
    level: Level,
    worth: Worth,
) -> Answer:
    """A cheap mix of levers that reaches a target: greedy steps, then taken back where possible.

    Each round adds the step with the most progress per margin given up (steps that cost nothing
    first); then every lever, the dearest first, is taken back as far as the target allows.
    A heuristic: what is answered reaches the target, a cheaper mix may exist.

    Parameters
    ----------
    scenario : where it starts
    levers : what may be moved
    aim, level : what is to be reached, and its mean in scenarios
    worth : net margin of scenarios [money]
    """
    held = {lever.card.id: _index(lever) for lever in levers}
    current, now = scenario, level([scenario])[0]
    for _ in range(ROUNDS):
        if aim.reached(now):
            break
        step = _best_step(current, levers, held, aim=aim, level=level, worth=worth)
        if step is None:
            break
        lever, index, now = step
        held[lever.card.id] = index
        current = _moved(current, lever, index)
    if aim.reached(now):
        current, now = _trimmed(scenario, current, levers, held, aim=aim, level=level, worth=worth)
    moved = tuple(
        current.card(lever.card.id)
        for lever in levers
        if lever.positions[held[lever.card.id]] != lever.card.value or not lever.card.on
        if any(card.id == lever.card.id and card.on for card in current.cards)
    )
    return Answer(scenario=current, cards=moved, level=now, reached=aim.reached(now))


def _best_step(
    current: Scenario,
    levers: Sequence[Lever],
    held: dict[str, int],
    *,
    aim: Aim,
    level: Level,
    worth: Worth,
) -> tuple[Lever, int, float] | None:
    steps = [(lever, n) for lever in levers for n in _ahead(lever, held[lever.card.id])]
    tried = [current, *(_moved(current, lever, index) for lever, index in steps)]
    (here, *levels), (paid, *worths) = level(tried), worth(tried)
    before = aim.missing(here)
    best: tuple[tuple[bool, float, float], Lever, int, float] | None = None
    for (lever, index), found, left in zip(steps, levels, worths, strict=True):
        gain, cost = before - aim.missing(found), paid - left
        if gain <= 1e-9:
            continue
        # Of steps that pay alike the longest: rounding must not decide.
        score = (cost <= 0, 0.0 if cost <= 0 else float(f"{gain / cost:.4g}"), gain)
        if best is None or score > best[0]:
            best = (score, lever, index, found)
    return None if best is None else best[1:]


def _trimmed(
    start: Scenario,
    current: Scenario,
    levers: Sequence[Lever],
    held: dict[str, int],
    *,
    aim: Aim,
    level: Level,
    worth: Worth,
) -> tuple[Scenario, float]:
    def cost(lever: Lever) -> float:
        without, with_it = worth([_back(start, current, lever), current])
        return without - with_it

    used = [lever for lever in levers if held[lever.card.id] != _index(lever)]
    now = level([current])[0]
    for lever in sorted(used, key=cost, reverse=True):
        if cost(lever) <= 0:
            continue  # it earns more than it costs: it stays
        without = _back(start, current, lever)
        below = level([without])[0]
        if aim.reached(below):
            held[lever.card.id], current, now = _index(lever), without, below
            continue
        index = _least(current, lever, held[lever.card.id], aim=aim, level=level)
        held[lever.card.id], current = index, _moved(current, lever, index)
        now = level([current])[0]
    return current, now


def _least(current: Scenario, lever: Lever, index: int, *, aim: Aim, level: Level) -> int:
    """The position nearest to where a lever stood at first that still reaches the target."""

    def good(n: int) -> bool:
        return aim.reached(level([_moved(current, lever, n)])[0])

    return _first_good(_index(lever), index, good=good)


def _ahead(lever: Lever, index: int) -> list[int]:
    """Positions some part of the way to either end of the slider."""
    last = len(lever.positions) - 1
    found = {round(index + part * (end - index)) for end in (0, last) for part in PARTS}
    return sorted(found - {index})


def _index(lever: Lever) -> int:
    return min(
        range(len(lever.positions)), key=lambda n: abs(lever.positions[n] - lever.card.value)
    )


def _moved(scenario: Scenario, lever: Lever, index: int) -> Scenario:
    return scenario.with_card(replace(lever.card, value=lever.positions[index], on=True))


def _back(start: Scenario, current: Scenario, lever: Lever) -> Scenario:
    """The scenario with one lever as it stood at the start."""
    if any(card.id == lever.card.id for card in start.cards):
        return current.with_card(start.card(lever.card.id))
    cards = tuple(card for card in current.cards if card.id != lever.card.id)
    return replace(current, cards=cards)


def _answer(scenario: Scenario, lever: Lever, index: int, *, level: float, reached: bool) -> Answer:
    found = _moved(scenario, lever, index)
    return Answer(scenario=found, cards=(found.card(lever.card.id),), level=level, reached=reached)
