"""Gap closer: up to three priced ways to serve what one cell of the plan cannot serve."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol, TypeAlias

import numpy as np

from sim.model import levers
from sim.model.aids.aim import Aim, measured
from sim.model.aids.gaps import held_by
from sim.model.kpi import KPIS, Estimate, Kpi, estimate, window
from sim.model.levers import LEVERS
from sim.model.outcome import Outcome
from sim.model.problem import Floats, Problem, ResourceKind
from sim.model.scenario import Card, Scenario

MOST = 3
LEAST = 0.05  # of the gap: an option that closes less is none
LIMITS = 3  # resources that are looked at: the next ones hold back little of the cell
STORE = -2  # the limit is the store, not a resource
PARTS = (0.25, 0.5, 1.0)  # of the way from neutral to the end of the slider
SHOWN = (Kpi.FILL_RATE, Kpi.FILL_RATE_UNITS, Kpi.NET_MARGIN, Kpi.STOCK_PEAK)

Positions: TypeAlias = Callable[[Card], Sequence[float]]  # of the slider of a card


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is looked at in an outcome, draw by draw."""

    missed: float  # share of the cell's demand, mean
    values: dict[Kpi, Floats]  # (N,) each


class Look(Protocol):
    """Look at the outcomes of scenarios, on the draws that all share."""

    def __call__(
        self, scenarios: Sequence[Scenario], seen: Callable[[Outcome], Seen]
    ) -> Sequence[Seen]:
        """What is seen of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A red cell: what one family misses in one month."""

    family: int
    month: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to close a gap: a card, what it brings, until when to decide."""

    card: Card
    closes: float  # share of the cell's gap
    changes: dict[Kpi, Estimate]  # against the scenario as it stands, on the same draws
    decide_by: date | None  # None: nobody decides it
    in_time: bool


def limits(outcome: Outcome, cell: Cell) -> tuple[int, ...]:
    """At most three resources that cut the releases a cell waited for, the worst first.

    Returns
    -------
    Indices of resources; ``STORE`` when the store stands in the way of building ahead.
    """
    held = held_by(outcome)[:, cell.month]
    mine = (outcome.problem.family == cell.family) & (held >= 0)
    blame = np.bincount(
        held[mine], outcome.unserved[mine, cell.month], len(outcome.problem.resources)
    )
    found = [int(r) for r in np.argsort(-blame, kind="stable") if blame[r] > 0][:LIMITS]
    return (*found, STORE) if _store_full(outcome, cell.month) else tuple(found)


def options(
    here: Outcome,
    scenario: Scenario,
    cell: Cell,
    *,
    problem: Problem,
    look: Look,
    positions: Positions,
    today: date,
) -> tuple[Option, ...]:
    """Up to three cards that close the gap of a cell, the one that earns most first.

    Every lever that acts on what limits the cell is tried at three of its positions; the one with
    the best net margin among those that close most is kept, and the best three levers.

    Parameters
    ----------
    here, scenario : what is on the screen
    cell : family and month that miss something
    problem : the baseline
    look : at outcomes of scenarios, on draws that all share
    positions : of the slider of a card
    today : decisions that should have been taken before come last
    """
    aim = _aim(here, cell)
    if aim.missing(float(measured(here, aim).mean())) <= 0:
        return ()
    moves = []
    for drafted in candidates(problem, here, cell, today=today):
        card = _held(scenario, drafted)
        moves.append(_sizes(card, positions(card), drafted=drafted))

    scenarios = [scenario.with_card(card) for sizes in moves for card in sizes]
    before, *after = look([scenario, *scenarios], lambda outcome: _seen(outcome, aim))
    left = iter(after)
    tried = [
        [_option(problem, card, before, next(left), today=today) for card in sizes]
        for sizes in moves
    ]
    best = [one for one in map(_offered, tried) if one is not None]
    return tuple(sorted(best, key=_rank)[:MOST])


def _offered(tried: Sequence[Option]) -> Option | None:
    """The best position of a lever: nearly as much of the gap for more margin is better."""
    good = [one for one in tried if one.closes >= LEAST]
    most = max((one.closes for one in good), default=0.0)
    return max((one for one in good if one.closes >= 0.8 * most), key=_worth, default=None)


def candidates(problem: Problem, here: Outcome, cell: Cell, *, today: date) -> Iterator[Card]:
    """Cards that act on what limits a cell, each from the month in which it can begin."""
    family = f"family:{problem.families[cell.family]}"
    wanted: list[tuple[str, str]] = [("prebuild", "all")]
    for r in limits(here, cell):
        if r == STORE:
            wanted.append(("outside_storage", "all"))
            continue
        target = f"resource:{problem.resources[r]}"
        if problem.resource_kind[r] is ResourceKind.HOURS:
            wanted += [
                (kind, target) for kind in ("saturdays", "overtime", "extra_shift", "outside_work")
            ]
        else:
            wanted.append(("second_source", target))
    wanted += [("subcontract", family), ("safety_stock", family)]
    felt = {lever.kind for lever in levers.available(problem)}
    for kind, target in dict.fromkeys(wanted):
        if kind in felt and target in levers.targets(problem, kind):
            yield _drafted(problem, kind, target, cell, today=today)


def _drafted(problem: Problem, kind: str, target: str, cell: Cell, *, today: date) -> Card:
    card = levers.draft(problem, kind, target=target, card_id=f"gap.{kind}")
    if LEVERS[kind].whole_horizon:
        return card
    begin = levers.first_in_time(problem, card, today=today)
    month = problem.month_dates[cell.month]
    return replace(card, first=min(begin, month) if begin > problem.start else card.first)


def _held(scenario: Scenario, drafted: Card) -> Card:
    """The scenario's own card of this lever and target, else the new one."""
    same = (drafted.kind, drafted.target)
    return next((one for one in scenario.cards if (one.kind, one.target) == same), drafted)


def _sizes(card: Card, positions: Sequence[float], *, drafted: Card) -> list[Card]:
    """The card at some positions above where it stands."""
    used = card is not drafted and card.on
    stands = card.value if used else LEVERS[card.kind].neutral
    above = [value for value in positions if value > stands]
    if not above:
        return []
    picked = {above[max(0, round(part * len(above)) - 1)] for part in PARTS}
    return [replace(card, value=value, on=True) for value in sorted(picked)]


def _seen(outcome: Outcome, aim: Aim) -> Seen:
    months = window(outcome.problem)
    return Seen(
        missed=aim.missing(float(measured(outcome, aim).mean())),
        values={kpi: KPIS[kpi].formula(outcome, months) for kpi in SHOWN},
    )


def _option(problem: Problem, card: Card, before: Seen, after: Seen, *, today: date) -> Option:
    decide_by = levers.decide_by(problem, card) if LEVERS[card.kind].decision else None
    return Option(
        card=card,
        closes=(before.missed - after.missed) / before.missed,
        changes={kpi: estimate(after.values[kpi] - before.values[kpi]) for kpi in SHOWN},
        decide_by=decide_by,
        in_time=decide_by is None or decide_by >= today,
    )


def _aim(here: Outcome, cell: Cell) -> Aim:
    kpi = Kpi.FILL_RATE if here.problem.has_money else Kpi.FILL_RATE_UNITS
    return Aim(kpi=kpi, target=1.0, family=cell.family, months=slice(cell.month, cell.month + 1))


def _rank(option: Option) -> tuple[bool, float]:
    return (not option.in_time, -_worth(option))


def _worth(option: Option) -> float:
    return option.changes[Kpi.NET_MARGIN].mean


def _store_full(outcome: Outcome, month: int) -> bool:
    """Whether the planned stock fills the store in a month before the cell's."""
    problem = outcome.problem
    pallets = problem.pallets_per_unit @ np.maximum(outcome.plan.stock, 0.0)
    room = problem.storage + problem.outside_storage
    return bool((pallets[: month + 1] >= 0.98 * room[: month + 1]).any())
