"""The gap table: its causes add up to what is not served, and each one is the one we can see."""

from dataclasses import replace

import numpy as np
import pytest

from sim.model.aids.gaps import NONE, Gaps, Kind, gaps, held_by, unserved_units
from sim.model.draws import paths
from sim.model.outcome import Measure
from sim.model.problem import PlanMode, ResourceKind
from sim.model.run import run
from sim.model.scenario import Scenario
from tests.model.problems import plain_problem, random_problem, small_problem


def outcome_of(problem, mode=PlanMode.CHASE):
    return run(problem, Scenario(mode=mode), draws=paths(problem, draws=256, seed=1))


def adds_up(outcome) -> None:
    problem, found = outcome.problem, gaps(outcome)
    members = problem.family == np.arange(len(problem.families))[:, None]
    asked, served = (
        outcome.families[m].mean(axis=0) for m in (Measure.DEMAND_UNITS, Measure.SERVED_UNITS)
    )
    assert np.allclose(found.money.sum(axis=0), members @ outcome.unserved)
    scale = 1e-6 * (1.0 + asked.max())
    assert np.allclose(found.units.sum(axis=0), np.maximum(asked - served, 0), atol=scale)
    assert (found.money >= -1e-6 * (1.0 + found.money.max())).all()
    assert (found.units >= 0).all()


def total(found: Gaps, kind: Kind) -> float:
    chosen = [k for k, cause in enumerate(found.causes) if cause.kind is kind]
    return float(found.money[chosen].sum())


@pytest.mark.parametrize("mode", list(PlanMode))
@pytest.mark.parametrize("seed", range(4))
def test_the_causes_add_up_to_what_is_not_served(mode, seed) -> None:
    adds_up(outcome_of(random_problem(np.random.default_rng(seed)), mode))


@pytest.mark.parametrize("mode", list(PlanMode))
def test_they_add_up_for_a_company_that_is_full(mode) -> None:
    adds_up(outcome_of(small_problem(), mode))


def test_they_add_up_without_prices_and_for_items_without_one() -> None:
    problem = small_problem()
    bare = replace(problem, price=np.zeros_like(problem.price))
    adds_up(outcome_of(bare))
    price = problem.price.copy()
    price[0] = 0.0
    adds_up(outcome_of(replace(problem, price=price)))


@pytest.mark.parametrize(
    ("kind", "name"), [(ResourceKind.HOURS, "capacity"), (ResourceKind.MATERIAL, "material")]
)
def test_a_full_resource_is_named_by_its_kind(kind, name) -> None:
    # 10 are asked for each month and 6 can be made: 4 units at 10 are missing, because of it.
    problem = plain_problem(
        np.full((1, 3), 10.0),
        routing=np.ones((1, 1)),
        capacity=np.full((1, 3), 6.0),
        resource_kind=(kind,),
        backorder_share=np.zeros(1),
    )
    outcome = outcome_of(problem)
    found = gaps(outcome)
    assert found.causes[0].kind == name
    assert found.money[0, 0] == pytest.approx([40.0, 40.0, 40.0])
    assert found.units[0, 0] == pytest.approx([4.0, 4.0, 4.0])
    assert found.money[1:].sum() == pytest.approx(0.0)
    assert held_by(outcome).tolist() == [[0, 0, 0]]


def test_what_could_not_arrive_yet_is_a_lead_time() -> None:
    # Nothing in stock, two months from release to stock: the first two months are lost.
    problem = plain_problem(
        np.full((1, 4), 10.0), lead_time=np.array([2]), backorder_share=np.zeros(1)
    )
    found = gaps(outcome_of(problem))
    assert total(found, Kind.LEAD_TIME) == pytest.approx(200.0)
    assert found.money.sum() == pytest.approx(200.0)


def test_a_plan_that_makes_less_than_demand_is_the_cause_itself() -> None:
    # Level: 7.5 each month though nothing is full; the peak in month 2 finds too little in stock.
    problem = plain_problem(np.array([[5.0, 15.0, 5.0, 5.0]]), working_days=np.full(4, 20.0))
    outcome = outcome_of(problem, PlanMode.LEVEL)
    short = outcome.unserved.sum()
    found = gaps(outcome)
    assert total(found, Kind.PLAN) == pytest.approx(short)
    assert (held_by(outcome) == NONE).all()


def test_swings_are_what_no_limit_explains() -> None:
    problem = plain_problem(np.full((2, 6), 10.0), family=(0, 1))
    errors = replace(problem.errors, spread=np.full((2, 6), 0.3))
    outcome = outcome_of(replace(problem, errors=errors, responsiveness=0.0))
    found = gaps(outcome)
    assert outcome.unserved.sum() > 0
    assert total(found, Kind.SWINGS) == pytest.approx(found.money.sum())


def test_a_store_that_was_full_the_month_before_is_named() -> None:
    problem = plain_problem(
        np.full((1, 3), 10.0), pallets_per_unit=np.ones(1), storage=np.full(3, 8.0)
    )
    outcome = outcome_of(problem)
    full = replace(outcome.plan, stock=np.array([[8.0, 2.0, 2.0]]))
    outcome = replace(outcome, plan=full, unserved=np.array([[0.0, 5.0, 3.0]]))
    found = gaps(outcome)
    assert total(found, Kind.STORAGE) == pytest.approx(5.0)
    assert total(found, Kind.SWINGS) == pytest.approx(3.0)


def test_units_of_an_item_are_its_money_over_its_price() -> None:
    outcome = outcome_of(small_problem())
    problem = outcome.problem
    assert problem.price.all()
    units = unserved_units(outcome)
    assert np.allclose(units, outcome.unserved / problem.price, rtol=1e-5, atol=1e-5)
