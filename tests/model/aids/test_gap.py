"""The gap closer on the test company: what it offers acts on the limit, and was simulated."""

from datetime import date

import numpy as np
import pytest

from sim.model import levers
from sim.model.aids.gap import Cell, candidates, limits, options
from sim.model.kpi import KPIS, Kpi, window
from sim.model.run import run
from sim.model.scenario import Scenario
from tests.model.test_levers_effect import _draws, _problem

EARLY = date(2000, 1, 1)


def outcome_of(scenario: Scenario):
    return run(_problem(), scenario, draws=_draws())


def positions(card):
    slider = levers.slider(_problem(), card)
    return np.linspace(slider.low, slider.high, 41).tolist()


def worst() -> Cell:
    outcome = outcome_of(Scenario())
    missing = np.array(
        [
            outcome.unserved[outcome.problem.family == f].sum(axis=0)
            for f in range(len(outcome.problem.families))
        ]
    )
    family, month = np.unravel_index(missing.argmax(), missing.shape)
    return Cell(family=int(family), month=int(month))


def look(scenarios, seen):
    return [seen(outcome_of(one)) for one in scenarios]


def ask(scenario: Scenario, *, today: date = EARLY, cell: Cell | None = None):
    return options(
        outcome_of(scenario),
        scenario,
        cell or worst(),
        problem=_problem(),
        look=look,
        positions=positions,
        today=today,
    )


def test_it_offers_at_most_three_cards_that_close_part_of_the_gap() -> None:
    found = ask(Scenario())
    assert 1 <= len(found) <= 3
    here = outcome_of(Scenario())
    months = window(_problem())
    for one in found:
        scenario = Scenario(cards=(one.card,))
        levers.check(_problem(), scenario)
        assert 0.05 <= one.closes <= 1.0 + 1e-9
        change = KPIS[Kpi.NET_MARGIN].formula(outcome_of(scenario), months) - KPIS[
            Kpi.NET_MARGIN
        ].formula(here, months)
        assert one.changes[Kpi.NET_MARGIN].mean == pytest.approx(change.mean(), abs=1e-6)
        assert one.decide_by == levers.decide_by(_problem(), one.card)
    worths = [one.changes[Kpi.NET_MARGIN].mean for one in found]
    assert worths == sorted(worths, reverse=True)


def test_decisions_that_are_too_late_come_last() -> None:
    found = ask(Scenario(), today=date(2999, 1, 1))
    assert not any(one.in_time for one in found)


def test_the_limit_is_named_and_a_cell_without_a_gap_needs_nothing() -> None:
    here = outcome_of(Scenario())
    assert limits(here, worst())
    assert list(candidates(_problem(), here, worst(), today=EARLY))
    served = here.unserved.sum(axis=1) <= 0
    if served.any():
        family = int(here.problem.family[np.flatnonzero(served)[0]])
        alone = (here.problem.family == family).sum() == 1
        if alone:
            assert not ask(Scenario(), cell=Cell(family=family, month=0))


def test_a_card_that_is_already_there_is_moved_further() -> None:
    first = ask(Scenario())[0]
    again = ask(Scenario(cards=(first.card,)))
    same = [one for one in again if one.card.kind == first.card.kind]
    assert all(one.card.id == first.card.id for one in same)
    assert all(one.card.value > first.card.value for one in same)
