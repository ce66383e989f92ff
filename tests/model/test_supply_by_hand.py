"""Rules of supply with numbers that a person can check, through planner and simulator.

The plan is made for one world, then lives in another whose stock is different: certain, so that
one draw tells all.
"""

from dataclasses import replace

import numpy as np
import pytest

from sim.model import kernel
from sim.model.draws import paths
from sim.model.outcome import Measure, Outcome
from sim.model.planner import make_plan
from sim.model.problem import PlanMode, Problem, Rationing, ResourceKind
from tests.model.problems import plain_problem

WAITS = np.ones(1)


def lived(planned: Problem, **changes: object) -> Outcome:
    """The plan of one problem in another."""
    other = replace(planned, **changes)  # type: ignore[arg-type]
    plan = make_plan(planned, PlanMode.CHASE)
    return kernel.simulate(other, plan, paths(other, draws=4, seed=1))


def steady(**changes: object) -> Problem:
    """100 a month, four months, no stock, no limit: the plan makes 100 a month."""
    return plain_problem(np.full((1, 4), 100.0), backorder_share=WAITS, **changes)


def test_full_freedom_makes_up_at_once() -> None:
    late = lived(steady(), opening_stock=np.array([-60.0]))
    assert late.item_release[0] == pytest.approx([160, 100, 100, 100])


def test_flexibility_band_makes_up_by_a_fifth_a_month() -> None:
    """60 late, at most 120 a month: 120, 120, 120, then nothing is late any more."""
    late = lived(steady(flexibility=0.2), opening_stock=np.array([-60.0]))
    assert late.item_release[0] == pytest.approx([120, 120, 120, 100])
    assert late.families[Measure.BACKLOG_UNITS][0, 0] == pytest.approx([40, 20, 0, 0])
    early = lived(steady(flexibility=0.2), opening_stock=np.array([60.0]))
    assert early.item_release[0] == pytest.approx([80, 80, 80, 100])
    assert early.families[Measure.STOCK_UNITS][0, 0] == pytest.approx([40, 20, 0, 0])


def test_half_of_a_new_need_is_followed() -> None:
    """phi = 1/2: 100 + 60 / 2 = 130, then half of the 30 that is still late, and so on."""
    late = lived(steady(responsiveness=0.5), opening_stock=np.array([-60.0]))
    assert late.item_release[0] == pytest.approx([130, 115, 107.5, 103.75])


def test_frozen_months_wait_and_then_follow() -> None:
    late = lived(steady(frozen_months=2), opening_stock=np.array([-60.0]))
    assert late.item_release[0] == pytest.approx([100, 100, 160, 100])
    assert late.families[Measure.BACKLOG_UNITS][0, 0] == pytest.approx([60, 60, 0, 0])


@pytest.mark.parametrize("lead", [0, 1, 2, 3])
def test_what_is_late_is_made_up_one_lead_time_later(lead: int) -> None:
    months = np.arange(6)
    problem = plain_problem(
        np.full((1, 6), 100.0),
        backorder_share=WAITS,
        lead_time=np.array([lead]),
        receipts=np.where(months < lead, 100.0, 0.0)[None],
    )
    late = lived(problem, opening_stock=np.array([-60.0]))
    assert late.item_release[0, 0] == pytest.approx(160)
    waiting = late.families[Measure.BACKLOG_UNITS][0, 0]
    assert waiting == pytest.approx(np.where(months < lead, 60.0, 0.0))


def test_shared_hours_are_given_back_and_priority_comes_first() -> None:
    """100 h; A and B want 80 h each at the same rate, A earns 4 an hour and B 2."""
    both = plain_problem(
        np.full((2, 1), 80.0),
        routing=np.ones((2, 1)),
        capacity=np.array([[100.0]]),
        price=np.array([[10.0], [8.0]]),
    )
    fair = lived(both)
    assert fair.item_release[:, 0] == pytest.approx([50, 50])
    by_margin = replace(both, rationing=Rationing.MARGIN)
    first = lived(by_margin)
    assert first.item_release[:, 0] == pytest.approx([80, 20])


def test_a_month_of_a_tight_material_eats_what_was_carried_over() -> None:
    """70 may come a month; 40 used, 30 kept; then 100 wanted and had; then 70 only."""
    problem = plain_problem(
        np.array([[40.0, 100.0, 100.0]]),
        routing=np.ones((1, 1)),
        capacity=np.full((1, 3), 70.0),
        resource_kind=(ResourceKind.MATERIAL,),
    )
    assert lived(problem).item_release[0] == pytest.approx([40, 100, 70])
    hours = replace(problem, resource_kind=(ResourceKind.HOURS,))
    assert lived(hours).item_release[0] == pytest.approx([40, 70, 70])


def test_every_full_pallet_place_is_paid_in_order() -> None:
    """100 units in stock on 50 pallets: 30 own at 2, the other 20 outside at 7."""
    problem = plain_problem(
        np.zeros((1, 2)),
        opening_stock=np.array([100.0]),
        pallets_per_unit=np.array([0.5]),
        storage=np.full(2, 30.0),
        storage_cost=2.0,
        outside_storage=np.full(2, 5.0),
        outside_storage_cost=np.full(2, 7.0),
    )
    assert lived(problem).storage_cost[0] == pytest.approx([30 * 2 + 20 * 7] * 2)
