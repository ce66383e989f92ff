"""Launches, launch dates and ends of life against numbers made by hand."""

from dataclasses import replace
from datetime import date

import numpy as np

from sim.model import levers
from sim.model.scenario import Card, Scenario
from tests.model.lever_cases import company
from tests.model.problems import plain_problem

MARCH = date(2027, 3, 1)


def _apply(problem, *cards):
    return levers.apply(problem, Scenario(cards=cards))


def _range():
    """An item on sale, a new one of the same family, and one of another family."""
    demand = np.array([[100.0] * 6, [0.0] * 6, [40.0] * 6])
    return plain_problem(demand, family=(0, 0, 1))


def test_launch_climbs_an_s_curve_and_takes_from_its_sister():
    """Half of a two-month ramp is half of the level; a fifth comes from the sister."""
    card = Card(
        id="l",
        kind="launch",
        target="item:I1",
        first=MARCH,
        value=50.0,
        options={"ramp": 2.0, "cannibalised": 0.2, "fill": 0.5, "budget": 900.0},
    )
    changed = _apply(_range(), card)
    np.testing.assert_allclose(changed.demand[1], [0, 0, 25, 50, 50, 50])
    np.testing.assert_allclose(changed.demand[0], [100, 100, 95, 90, 90, 90])
    np.testing.assert_array_equal(changed.demand[2], 40.0)
    np.testing.assert_allclose(changed.safety_stock[1], [0, 25, 0, 0, 0, 0])
    assert changed.fixed_cost["launch"].tolist() == [0, 0, 900, 0, 0, 0]


def test_a_launch_begun_before_the_horizon_goes_on_without_fill_or_budget():
    card = Card(
        id="l",
        kind="launch",
        target="item:I1",
        first=date(2026, 12, 1),
        value=50.0,
        options={"ramp": 2.0, "fill": 0.5, "budget": 900.0},
    )
    changed = _apply(_range(), card)
    np.testing.assert_allclose(changed.demand[1], 50.0)
    assert not changed.safety_stock.any()
    assert not changed.fixed_cost


def test_a_launch_never_takes_more_than_the_sister_sells():
    card = Card(
        id="l",
        kind="launch",
        target="item:I1",
        first=MARCH,
        value=500.0,
        options={"ramp": 1.0, "cannibalised": 1.0},
    )
    assert _apply(_range(), card).demand[0].tolist() == [100, 100, 0, 0, 0, 0]


def test_delay_moves_launches_and_leaves_the_others():
    demand = np.array([[100.0] * 6, [0.0, 0.0, 10.0, 20.0, 30.0, 30.0]])
    problem = plain_problem(demand, safety_stock=0.5 * demand)
    card = Card(id="d", kind="delay_launch", value=2.0)
    later = _apply(problem, card)
    np.testing.assert_array_equal(later.demand[0], demand[0])
    np.testing.assert_array_equal(later.demand[1], [0, 0, 0, 0, 10, 20])
    np.testing.assert_array_equal(later.safety_stock, 0.5 * later.demand)
    sooner = _apply(problem, replace(card, value=-5.0))  # not before the horizon begins
    np.testing.assert_array_equal(sooner.demand[1], [10, 20, 30, 30, 30, 30])
    elsewhere = replace(card, first=date(2027, 5, 1))
    assert _apply(problem, elsewhere).hash == problem.hash
    assert _apply(problem, replace(card, target="item:I0")).hash == problem.hash


def test_delay_is_offered_where_something_is_launched():
    kinds = {lever.kind for lever in levers.available(company())}
    assert "delay_launch" in kinds
    assert "delay_launch" not in {lever.kind for lever in levers.available(_range())}


def test_phase_out_by_hand():
    """300 on hand, 50 on order, 600 asked for before and 150 after: 200 are left at 6 each."""
    problem = plain_problem(
        np.array([[100.0] * 6, [40.0] * 6]),
        opening_stock=np.array([300.0, 0.0]),
        receipts=np.array([[50.0] + [0.0] * 5, [0.0] * 6]),
        safety_stock=np.full((2, 6), 8.0),
    )
    card = Card(
        id="p",
        kind="phase_out",
        target="item:I0",
        first=date(2027, 2, 1),
        value=1.0,
        options={"ramp": 2.0},
    )
    changed = _apply(problem, card)
    np.testing.assert_allclose(changed.demand[0], [100, 50, 0, 0, 0, 0])
    np.testing.assert_allclose(changed.safety_stock[0], [8, 4, 0, 0, 0, 0])
    np.testing.assert_array_equal(changed.demand[1], 40.0)
    np.testing.assert_allclose(changed.fixed_cost["phase_out"], [0, 0, 1200, 0, 0, 0])
    half = _apply(problem, replace(card, options={"ramp": 2.0, "write_off": 0.5}))
    np.testing.assert_allclose(half.fixed_cost["phase_out"].sum(), 600)
    some = _apply(problem, replace(card, value=0.3))  # enough is still sold
    assert not some.fixed_cost


def test_what_could_not_be_sold_anyway_is_not_charged_to_the_end_of_life():
    problem = plain_problem(np.array([[10.0] * 6]), opening_stock=np.array([100.0]))
    card = Card(id="p", kind="phase_out", target="item:I0", first=MARCH, value=1.0)
    changed = _apply(problem, replace(card, options={"ramp": 1.0}))
    np.testing.assert_allclose(changed.fixed_cost["phase_out"].sum(), (80 - 40) * 6)
