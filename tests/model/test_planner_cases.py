"""Plans that can be checked by hand. Price 10, cost 6: a lost unit costs 1.15 x 4 = 4.60."""

from dataclasses import replace

import numpy as np
import pytest

from sim.model.outcome import PlanStatus
from sim.model.planner import Program, make_plan, overflows, plan_costs, plan_kpis
from sim.model.planner.chase import unlimited_stock
from sim.model.planner.terms import lost_cost
from sim.model.problem import PlanMode, ResourceKind
from sim.model.stated import UnitCosts
from tests.model.problems import plain_problem, small_problem


def one_machine(demand, capacity, **changes):
    """One item, one hour per unit on one machine."""
    months = len(demand)
    hours = np.broadcast_to(np.asarray(capacity, float), (1, months))
    return plain_problem([demand], routing=[[1.0]], capacity=hours, **changes)


def monthly(*values):
    return np.array([values], dtype=float)


def release(problem, mode=PlanMode.OPTIMAL):
    return make_plan(problem, mode).release[0]


def test_builds_ahead_for_the_month_that_does_not_fit():
    problem = one_machine([80, 120], 100)
    plan = make_plan(problem, PlanMode.OPTIMAL)
    assert plan.status is PlanStatus.OPTIMAL
    assert plan.release[0] == pytest.approx([100, 100])
    assert plan.stock[0] == pytest.approx([20, 0])
    assert plan_costs(problem, plan) == pytest.approx(
        {
            "goods_sold": 200 * 6,
            "holding": 20 * 6 * 0.01,
            "storage": 0,
            "overtime": 0,
            "outside": 0,
            "subcontract": 0,
        }
    )
    assert plan_kpis(problem, plan) == pytest.approx(
        {
            "revenue": 2000,
            "cost": 1201.2,
            "margin": 798.8,
            "lost_margin": 0,
            "fill_rate": 1,
            "closing_stock_value": 0,
            "closing_stock": 0,
        }
    )


def test_chase_does_not_build_ahead():
    problem = one_machine([80, 120], 100)
    plan = make_plan(problem, PlanMode.CHASE)
    assert plan.release[0] == pytest.approx([80, 100])
    assert plan_kpis(problem, plan)["lost_margin"] == pytest.approx(20 * 4)
    assert plan_kpis(problem, plan)["fill_rate"] == pytest.approx(180 / 200)


def test_the_cap_is_money_above_the_target():
    problem = one_machine([80, 120], 100, prebuild_cap=60.0)
    assert release(problem, PlanMode.CHASE) == pytest.approx([90, 100])
    with_target = replace(problem, stock_cover=np.array([0.1]), opening_stock=np.array([8.0]))
    plan = make_plan(with_target, PlanMode.CHASE)
    assert plan.stock[0, 0] == pytest.approx(12 + 10)


def test_building_ahead_starts_in_its_month():
    problem = one_machine([60, 80, 120], 100, prebuild_cap=600.0, prebuild_from=1)
    assert release(problem, PlanMode.CHASE) == pytest.approx([60, 100, 100])
    late = replace(problem, prebuild_from=2)
    assert release(late, PlanMode.CHASE) == pytest.approx([60, 80, 100])


@pytest.mark.parametrize(("premium", "plan"), [(2.0, [80, 120]), (4.0, [100, 100])])
def test_overtime_or_stock_whichever_is_cheaper(premium, plan):
    """A unit made a month early costs 0.5 x 6 = 3 of holding."""
    problem = one_machine(
        [80, 120],
        100,
        holding_rate=0.5,
        overtime=monthly(20, 20),
        overtime_cost=monthly(premium, premium),
    )
    made = make_plan(problem, PlanMode.OPTIMAL)
    assert made.release[0] == pytest.approx(plan)
    assert made.overtime[0] == pytest.approx([0, max(plan[1] - 100, 0)])
    assert plan_costs(problem, made)["overtime"] == pytest.approx(premium * max(plan[1] - 100, 0))


@pytest.mark.parametrize(("cost", "bought"), [(4.0, 20.0), (5.0, 0.0)])
def test_subcontracting_pays_below_the_price_of_a_lost_unit(cost, bought):
    problem = one_machine([120], 100, subcontract=monthly(50), subcontract_cost=monthly(cost))
    plan = make_plan(problem, PlanMode.OPTIMAL)
    assert plan.subcontract[0] == pytest.approx([bought])
    assert plan.release[0] == pytest.approx([100 + bought])
    assert plan.used[0] == pytest.approx([100])


def test_the_cheaper_source_is_used_first():
    problem = one_machine(
        [150],
        100,
        overtime=monthly(30),
        overtime_cost=monthly(2),
        outside=monthly(30),
        outside_cost=monthly(1),
    )
    plan = make_plan(problem, PlanMode.OPTIMAL)
    assert plan.outside[0] == pytest.approx([30])
    assert plan.overtime[0] == pytest.approx([20])


def test_unused_material_is_carried_over_and_hours_are_not():
    hours = one_machine([60, 130], 100, holding_rate=0.5)
    material = replace(hours, resource_kind=(ResourceKind.MATERIAL,))
    assert release(hours) == pytest.approx([90, 100])
    assert release(material) == pytest.approx([60, 130])


def test_a_month_without_material_limit_leaves_nothing_over():
    problem = one_machine([60, 130], [np.inf, 100], resource_kind=(ResourceKind.MATERIAL,))
    assert release(problem) == pytest.approx([90, 100])


def test_a_second_source_is_not_bought_to_be_stored():
    """300 sets are needed and 100 + 50 a month can be had: build ahead from both sources."""
    problem = one_machine(
        [50, 250],
        100,
        resource_kind=(ResourceKind.MATERIAL,),
        outside=monthly(50, 50),
        outside_cost=monthly(1, 1),
    )
    plan = make_plan(problem, PlanMode.OPTIMAL)
    assert plan.release[0] == pytest.approx([150, 150])
    assert plan.outside[0] == pytest.approx([50, 50])


def test_unmet_demand_waits_or_is_lost_by_its_share():
    problem = one_machine([100, 100, 100], [100, 50, 200], backorder_share=np.array([0.5]))
    plan = make_plan(problem, PlanMode.OPTIMAL)
    assert plan.release[0] == pytest.approx([100, 50, 125])
    assert plan.stock[0] == pytest.approx([0, -50, 0])
    assert plan_kpis(problem, plan)["lost_margin"] == pytest.approx(25 * 4)


def test_backlog_at_the_start_is_made_first():
    problem = one_machine(
        [50, 50], 100, opening_stock=np.array([-30.0]), backorder_share=np.array([1.0])
    )
    assert release(problem) == pytest.approx([80, 50])


def test_lead_time_and_yield():
    """Of 10 released 8 arrive a month later; the last release serves the month after."""
    problem = plain_problem(
        [[10, 8, 8]],
        lead_time=np.array([1]),
        production_yield=np.array([0.8]),
        opening_stock=np.array([10.0]),
    )
    assert release(problem) == pytest.approx([10, 10, 10])


def test_receipts_on_order_are_not_made_again():
    problem = plain_problem([[10, 10, 10]], receipts=monthly(0, 10, 5))
    assert release(problem) == pytest.approx([10, 0, 5])


def test_expected_customer_wins_are_demand():
    problem = plain_problem(
        [[10, 10]], win_probability=np.array([0.25]), win_volume=np.array([[[8.0, -80.0]]])
    )
    assert release(problem) == pytest.approx([12, 0])


def test_margin_per_bottleneck_hour_decides():
    """A earns 4 per hour, B 3 per hour: B is cut."""
    problem = plain_problem(
        [[100], [50]],
        routing=[[1.0], [2.0]],
        capacity=[[140.0]],
        price=np.array([[10.0], [12.0]]),
    )
    plan = make_plan(problem, PlanMode.OPTIMAL)
    assert plan.release[:, 0] == pytest.approx([100, 20])
    assert plan.limit[:, 0].tolist() == [-1, 0]


def test_the_limit_is_named_until_the_item_has_recovered():
    problem = one_machine(
        [100, 150, 100, 60], 100, backorder_share=np.array([1.0]), holding_rate=0.01
    )
    plan = make_plan(problem, PlanMode.OPTIMAL)
    assert plan.stock[0] == pytest.approx([0, -50, -50, -10])
    assert plan.limit[0].tolist() == [-1, 0, 0, 0]


def test_the_store_limits_what_is_built_ahead():
    problem = one_machine(
        [80, 120],
        100,
        pallets_per_unit=np.array([1.0]),
        storage=np.array([10.0, 10.0]),
        outside_storage=np.array([5.0, 5.0]),
        outside_storage_cost=np.array([3.0, 3.0]),
        storage_cost=1.0,
    )
    plan = make_plan(problem, PlanMode.OPTIMAL)
    assert plan.stock[0, 0] == pytest.approx(15)
    assert plan_costs(problem, plan)["storage"] == pytest.approx(10 * 1 + 5 * 3)
    dear = replace(problem, outside_storage_cost=np.array([5.0, 5.0]))
    assert make_plan(dear, PlanMode.OPTIMAL).stock[0, 0] == pytest.approx(10)


def test_an_opening_stock_that_fits_nowhere_is_named():
    problem = one_machine(
        [10, 10, 10],
        100,
        opening_stock=np.array([45.0]),
        pallets_per_unit=np.array([1.0]),
        storage=np.full(3, 20.0),
    )
    # The places have a price: feasible in every mode, and told.
    for mode in PlanMode:
        plan = make_plan(problem, mode)
        assert plan.status is PlanStatus.FEASIBLE
        assert plan.release[0] == pytest.approx([0, 0, 0])
        assert [error.values["excess"] for error in plan.reasons] == [15.0, 5.0]
    ones = np.ones((1, 3))
    hard = replace(problem, costs=UnitCosts(hold=ones, backlog=ones, lost=ones))
    assert make_plan(hard, PlanMode.OPTIMAL).status is PlanStatus.INFEASIBLE
    found = overflows(problem, plan.stock)
    assert [(e.values["month"].month, e.values["excess"]) for e in found] == [(1, 15.0), (2, 5.0)]
    assert {e.key for e in found} == {"error.plan.store_full"}


def test_level_keeps_one_rate_per_working_day():
    """300 units in 50 working days: 6 a day, whatever the month asks."""
    problem = plain_problem(
        [[50, 150, 100]],
        working_days=np.array([10.0, 20.0, 20.0]),
        backorder_share=np.array([1.0]),
    )
    plan = make_plan(problem, PlanMode.LEVEL)
    assert plan.release[0] == pytest.approx([60, 120, 120])
    assert plan.stock[0] == pytest.approx([10, -20, 0])


def test_level_pays_for_the_change_of_stock():
    problem = plain_problem(
        [[100, 100]],
        opening_stock=np.array([70.0]),
        safety_stock=monthly(0, 30),
        production_yield=np.array([0.8]),
    )
    assert release(problem, PlanMode.LEVEL) == pytest.approx([100, 100])


def test_level_is_cut_only_where_capacity_is_short():
    problem = one_machine(
        [50, 150, 100],
        [np.inf, 100, np.inf],
        working_days=np.array([10.0, 20.0, 20.0]),
        backorder_share=np.array([1.0]),
    )
    assert release(problem, PlanMode.LEVEL) == pytest.approx([60, 100, 120])
    bought = replace(problem, subcontract=monthly(5, 15, 5), subcontract_cost=monthly(9, 9, 9))
    plan = make_plan(bought, PlanMode.LEVEL)
    assert plan.release[0] == pytest.approx([60, 115, 120])
    assert plan.subcontract[0] == pytest.approx([0, 15, 0])


def test_level_is_cut_where_the_store_is_full():
    problem = plain_problem(
        [[0, 100]], pallets_per_unit=np.array([1.0]), storage=np.array([20.0, 20.0])
    )
    plan = make_plan(problem, PlanMode.LEVEL)
    assert plan.release[0] == pytest.approx([20, 50])
    assert plan.status is PlanStatus.OPTIMAL


def test_without_prices_everything_that_fits_is_made():
    problem = one_machine([80, 120], 100, price=np.zeros((1, 2)), unit_cost=np.zeros(1))
    assert release(problem) == pytest.approx([100, 100])
    assert plan_kpis(problem, make_plan(problem, PlanMode.OPTIMAL))["fill_rate"] == 1


def test_lost_cost_is_a_share_of_the_margin_with_a_floor():
    problem = plain_problem([[1.0], [1.0]], price=np.array([[10.0], [5.0]]))
    assert lost_cost(problem)[:, 0] == pytest.approx([1.15 * 4, 1.15 * 0.6])


def test_stock_that_no_decision_can_avoid_is_not_built_ahead():
    problem = plain_problem([[4.0, 4.0, 4.0]], opening_stock=np.array([10.0]))
    assert unlimited_stock(problem)[0] == pytest.approx([6, 2, 0])


def test_when_time_runs_out_the_plan_is_chase():
    problem = small_problem()
    plan = make_plan(problem, PlanMode.OPTIMAL, program=Program(time_limit=0.0))
    assert plan.status is PlanStatus.FEASIBLE
    assert plan.mode is PlanMode.OPTIMAL
    assert plan.release == pytest.approx(make_plan(problem, PlanMode.CHASE).release)


def test_nothing_is_printed(capfd):
    make_plan(small_problem(), PlanMode.OPTIMAL)
    assert capfd.readouterr() == ("", "")
