"""Capacity, supply and stock levers against numbers made by hand."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.model import levers
from sim.model.problem import ResourceKind, stock_target
from sim.model.scenario import Card, Scenario
from tests.model.lever_cases import company
from tests.model.problems import plain_problem


def _apply(problem, *cards):
    return levers.apply(problem, Scenario(cards=cards))


def _shop(**changes):
    """One machine of 100 h a month, one part limited to 50 from the third month on."""
    capacity = np.array([[100.0] * 6, [np.inf, np.inf, 50.0, 50.0, 50.0, 50.0]])
    kinds = (ResourceKind.HOURS, ResourceKind.MATERIAL)
    settled = {"resource_kind": kinds, "overtime_rate": np.array([40.0, 0.0])} | changes
    return plain_problem(
        np.array([[60.0] * 6, [20.0] * 6]),
        routing=np.array([[0.5, 1.0], [1.0, 0.0]]),
        capacity=capacity,
        family=(0, 1),
        **settled,
    )


def test_overtime_is_a_share_of_capacity_at_its_own_price():
    changed = _apply(_shop(), Card(id="a", kind="overtime", value=0.1))
    np.testing.assert_allclose(changed.overtime, [[10.0] * 6, [0.0] * 6])
    np.testing.assert_allclose(changed.overtime_cost[0], 40.0)


def test_overtime_and_saturdays_share_the_legal_limit():
    problem = _shop(overtime_limit=np.array([0.15, 0.0]))
    cards = [Card(id=kind, kind=kind, value=0.12) for kind in ("overtime", "saturdays")]
    np.testing.assert_allclose(_apply(problem, *cards).overtime[0], 15.0)
    np.testing.assert_allclose(_apply(problem, cards[0]).overtime[0], 12.0)


def test_overtime_that_the_data_allow_is_paid_at_the_mean_price():
    problem = _shop(overtime=np.full((2, 6), 5.0), overtime_cost=np.full((2, 6), 10.0))
    changed = _apply(problem, Card(id="a", kind="overtime", value=0.1, options={"rate": 40.0}))
    np.testing.assert_allclose(changed.overtime[0], 15.0)
    np.testing.assert_allclose(changed.overtime_cost[0], (5 * 10 + 10 * 40) / 15)


def test_extra_shift_by_hand():
    card = Card(
        id="a",
        kind="extra_shift",
        target="resource:R0",
        first=date(2027, 2, 1),
        value=3.0,
        options={"added": 0.4, "cost": 46_000.0, "start_cost": 1_000.0, "first_month": 0.5},
    )
    changed = _apply(_shop(), card)
    np.testing.assert_allclose(changed.capacity[0], [100, 120, 140, 140, 100, 100])
    paid = changed.fixed_cost["extra_shift"]
    np.testing.assert_array_equal(paid, [0, 47_000, 46_000, 46_000, 0, 0])


def test_two_crews_are_paid_and_the_costs_of_others_stay():
    problem = company()
    card = Card(
        id="a", kind="extra_shift", first=date(2027, 12, 1), value=5.0, options={"cost": 100.0}
    )
    changed = _apply(problem, card, replace(card, id="b", target="resource:R0"))
    assert changed.fixed_cost["extra_shift"].tolist() == [0.0] * 11 + [300.0]
    assert changed.fixed_cost["crew"].tolist() == [100.0] * 12
    np.testing.assert_allclose(changed.capacity[0, 11], problem.capacity[0, 11] * 1.4**2)


def test_a_shift_or_shutdown_begun_before_the_horizon_is_partly_over():
    options = {"added": 0.4, "cost": 100.0, "start_cost": 50.0, "first_month": 0.5}
    card = Card(
        id="a",
        kind="extra_shift",
        target="resource:R0",
        first=date(2026, 11, 1),
        value=3.0,
        options=options,
    )
    changed = _apply(_shop(), card)  # two months are gone, and so are training and start
    np.testing.assert_allclose(changed.capacity[0], [140.0] + [100.0] * 5)
    assert changed.fixed_cost["extra_shift"].tolist() == [100.0] + [0.0] * 5
    problem = _shop()
    assert _apply(problem, replace(card, value=2.0)) is problem
    closed = replace(card, kind="shutdown", options={}, value=45.0)
    np.testing.assert_allclose(_apply(problem, closed).capacity[0], [75.0] + [100.0] * 5)


def test_shutdown_takes_days_in_a_row():
    problem = _shop(overtime=np.full((2, 6), 4.0))  # 20 working days a month
    card = Card(id="a", kind="shutdown", first=date(2027, 2, 1), value=25.0)
    changed = _apply(problem, card)
    np.testing.assert_allclose(changed.capacity[0], [100, 0, 75, 100, 100, 100])
    np.testing.assert_allclose(changed.overtime, [[4, 0, 3, 4, 4, 4], [4.0] * 6])
    short = _apply(problem, replace(card, last=date(2027, 2, 1)))
    np.testing.assert_allclose(short.capacity[0], [100, 0, 100, 100, 100, 100])


def test_efficiency_keeps_what_has_no_limit():
    changed = _apply(_shop(), Card(id="a", kind="efficiency", value=-0.1))
    np.testing.assert_allclose(changed.capacity[0], 90.0)
    np.testing.assert_array_equal(changed.capacity[1], _shop().capacity[1])


def test_shortage_recovers_in_a_straight_line():
    """Half is missing in March, then a third and a sixth; before March the need is the measure."""
    card = Card(
        id="a",
        kind="shortage",
        first=date(2027, 2, 1),
        last=date(2027, 3, 1),
        value=0.5,
        options={"recovery": 2},
    )
    limit = _apply(_shop(), card).capacity
    np.testing.assert_allclose(limit[1], [np.inf, 30, 25, 50 * 2 / 3, 50 * 5 / 6, 50])
    np.testing.assert_array_equal(limit[0], 100.0)


def test_second_source_only_where_there_is_a_limit():
    card = Card(id="a", kind="second_source", value=20.0, options={"cost": 28.0})
    changed = _apply(_shop(), card)
    np.testing.assert_array_equal(changed.outside[1], [0, 0, 20, 20, 20, 20])
    np.testing.assert_array_equal(changed.outside_cost[1], [0, 0, 28, 28, 28, 28])
    np.testing.assert_array_equal(changed.outside[0], 0)


def test_two_sources_are_paid_at_their_mean_price():
    card = Card(id="a", kind="second_source", value=20.0, options={"cost": 30.0})
    other = replace(card, id="b", value=60.0, options={"cost": 10.0})
    changed = _apply(_shop(), card, other)
    np.testing.assert_allclose(changed.outside[1, 2:], 80.0)
    np.testing.assert_allclose(changed.outside_cost[1, 2:], 15.0)


def test_outside_work_turns_units_into_hours():
    """60 units at 0.5 h and 20 at 1 h: 0.625 h each on average; 8 a unit is 12.8 an hour."""
    card = Card(
        id="a", kind="outside_work", target="resource:R0", value=16.0, options={"cost": 8.0}
    )
    changed = _apply(_shop(), card)
    np.testing.assert_allclose(changed.outside[0], 10.0)
    np.testing.assert_allclose(changed.outside_cost[0], 12.8)
    one = _apply(_shop(), replace(card, target="resource:R0|family:F0"))
    np.testing.assert_allclose(one.outside[0], 8.0)
    np.testing.assert_allclose(one.outside_cost[0], 16.0)


def test_subcontract_is_spread_as_demand():
    card = Card(id="a", kind="subcontract", value=8.0, options={"cost": 3.0})
    changed = _apply(_shop(), card)
    np.testing.assert_allclose(changed.subcontract, [[6.0] * 6, [2.0] * 6])
    np.testing.assert_allclose(changed.subcontract_cost, 3.0)


@pytest.mark.parametrize("kind", ["safety_stock", "stock_cover"])
def test_stock_target_in_a_window_is_the_same_months_of_the_whole(kind):
    problem = company(safety_stock=np.full((4, 12), 15.0))
    card = Card(id="a", kind=kind, target="family:F0", value=0.4)
    whole = stock_target(_apply(problem, card))
    part = replace(card, first=date(2027, 4, 1), last=date(2027, 6, 1))
    windowed = stock_target(_apply(problem, part))
    np.testing.assert_allclose(windowed[:, 3:6], whole[:, 3:6])
    np.testing.assert_allclose(windowed[:, :3], stock_target(problem)[:, :3])
    np.testing.assert_array_equal(whole[2:], stock_target(problem)[2:])
    assert (whole[:2] > stock_target(problem)[:2]).all()


def test_stock_target_is_never_negative():
    problem = company()
    card = Card(id="a", kind="stock_cover", value=-2.0, last=date(2027, 6, 1))
    assert (stock_target(_apply(problem, card)) >= -1e-9).all()


def test_prebuild_cards_add_their_caps():
    problem = company()
    card = Card(id="a", kind="prebuild", first=date(2027, 3, 1), value=10_000.0)
    assert _apply(problem, card).prebuild_from == 2
    both = _apply(problem, card, replace(card, id="b", first=date(2027, 6, 1), value=5_000.0))
    assert (both.prebuild_cap, both.prebuild_from) == (15_000.0, 2)


def test_outside_storage_keeps_the_price_of_the_data():
    problem = company()
    card = Card(id="a", kind="outside_storage", value=30.0, first=date(2027, 7, 1))
    changed = _apply(problem, card)
    np.testing.assert_array_equal(changed.outside_storage, [10] * 6 + [40] * 6)
    np.testing.assert_array_equal(changed.outside_storage_cost, 14.0)
    priced = _apply(problem, replace(card, options={"cost": 20.0}))
    np.testing.assert_array_equal(priced.outside_storage_cost, [14] * 6 + [20] * 6)
