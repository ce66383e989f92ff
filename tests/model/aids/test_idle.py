"""A card that changes nothing says the reason; one that changes something never does."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.model import kpi
from sim.model.aids.idle import Why, reason, same, unchanged, without
from sim.model.draws import paths
from sim.model.part import of_family
from sim.model.problem import PlanMode, Problem, ResourceKind
from sim.model.run import run
from sim.model.scenario import Card, Scenario
from tests.model.lever_cases import CARDS, company
from tests.model.problems import plain_problem

OUTSIDE = date(2031, 1, 1)


def outcome_of(problem: Problem, scenario: Scenario):
    return run(problem, scenario, draws=paths(problem, draws=64, seed=3))


def why(problem: Problem, card: Card, *others: Card, mode: PlanMode = PlanMode.CHASE):
    """The reason of a card that was checked to change nothing."""
    scenario = Scenario(cards=(*others, card), mode=mode)
    found = outcome_of(problem, scenario)
    assert same(found, outcome_of(problem, without(scenario, card)))
    return reason(problem, scenario, card, outcome=found)


def shop(made: float = 6.0, **changes: object) -> Problem:
    """Ten are asked for each month; R0 makes so many of them, R1 always twelve."""
    settled: dict[str, object] = {
        "routing": np.ones((1, 2)),
        "capacity": np.outer([made, 12.0], np.ones(6)),
        "resource_kind": (ResourceKind.HOURS, ResourceKind.HOURS),
        "backorder_share": np.zeros(1),
        "overtime_limit": np.array([0.1, 0.1]),
    }
    return plain_problem(np.full((1, 6), 10.0), **settled | changes)


def overtime(row: int, value: float = 0.1, **changes: object) -> Card:
    return Card(id=f"o{row}", kind="overtime", target=f"resource:R{row}", value=value, **changes)


def test_months_outside_the_horizon() -> None:
    assert why(shop(), overtime(0, first=OUTSIDE)).why is Why.OUTSIDE


def test_a_resource_that_nothing_uses() -> None:
    assert why(shop(routing=np.array([[1.0, 0.0]])), overtime(1)).why is Why.UNUSED


def test_a_resource_without_a_limit() -> None:
    free = np.array([[6.0] * 6, [np.inf] * 6])
    assert why(shop(capacity=free), overtime(1)).why is Why.UNLIMITED


def test_a_target_that_nobody_buys() -> None:
    nothing = plain_problem(np.array([[10.0] * 6, [0.0] * 6]), family=(0, 1))
    card = Card(id="v", kind="volume", target="family:F1", value=0.2)
    assert why(nothing, card).why is Why.NO_DEMAND


def test_what_the_data_hold_already() -> None:
    full = shop(overtime=np.array([[0.6] * 6, [0.0] * 6]))
    assert why(full, overtime(0)).why is Why.UNCHANGED
    moved = Card(id="m", kind="shift_promotion", value=2.0)
    assert why(shop(), moved).why is Why.UNCHANGED  # no promotion to move


def test_a_resource_that_is_not_full() -> None:
    found = why(shop(), overtime(1))
    assert (found.why, found.load) == (Why.SPARE, pytest.approx(0.5))  # 6 of its 12


def test_another_resource_limits() -> None:
    # Both are full with what R0 lets through: more hours on R1 make nothing.
    tight = shop(capacity=np.outer([6.0, 6.0], np.ones(6)))
    found = why(tight, overtime(1))
    assert found.why is Why.LIMIT
    assert found.resource == 0


def test_a_material_limits() -> None:
    kinds = (ResourceKind.MATERIAL, ResourceKind.HOURS)
    tight = shop(capacity=np.outer([6.0, 6.0], np.ones(6)), resource_kind=kinds)
    found = why(tight, overtime(1))
    assert (found.why, found.resource) == (Why.LIMIT, 0)


def test_everything_is_served_already() -> None:
    full = shop(made=10.0, capacity=np.outer([10.0, 12.0], np.ones(6)))
    assert why(full, overtime(0)).why is Why.SERVED


def test_a_lead_time_and_the_plan_itself() -> None:
    buys = Card(id="p", kind="prebuild", value=100.0, first=date(2027, 3, 1))
    late = plain_problem(
        np.full((1, 4), 10.0), lead_time=np.array([2]), backorder_share=np.zeros(1)
    )
    assert why(late, buys).why is Why.LEAD_TIME
    level = plain_problem(np.array([[5.0, 15.0, 5.0, 5.0]]), working_days=np.full(4, 20.0))
    assert why(level, buys, mode=PlanMode.LEVEL).why is Why.PLAN


def test_a_store_that_is_not_full() -> None:
    card = Card(id="s", kind="outside_storage", value=50.0)
    roomy = shop(pallets_per_unit=np.ones(1), storage=np.full(6, 1000.0))
    assert why(roomy, card).why is Why.SPARE


@pytest.mark.parametrize("kind", sorted(CARDS))
def test_a_card_with_an_effect_is_not_the_same(kind: str) -> None:
    problem, card = company(), CARDS[kind]
    scenario = Scenario(cards=(card,))
    ours, other = outcome_of(problem, scenario), outcome_of(problem, Scenario())
    months = slice(0, problem.months)
    values, base = kpi.per_draw(ours, months), kpi.per_draw(other, months)
    moved = [name for name in values if not np.allclose(values[name], base[name], rtol=1e-5)]
    if moved:
        assert not same(ours, other)
        assert not unchanged(problem, scenario, card)


def test_equal_figures_at_other_prices_are_the_same() -> None:
    """A card that is on at no cost and moves nothing, whatever the order of the cards."""
    problem = shop()
    idle = replace(overtime(1), id="a")
    one, two = Scenario(cards=(idle,)), Scenario()
    assert same(outcome_of(problem, one), outcome_of(problem, two))


def test_outcomes_of_other_items_are_not_the_same() -> None:
    whole = outcome_of(company(), Scenario())
    assert not same(of_family(whole, 0), whole)
