"""Answers other than a plan: infeasible, out of time, the worth of one more hour."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import PlanError
from sim.model.draws import paths
from sim.model.kernel import simulate
from sim.model.kpi_formulas import decision_cost, net_margin
from sim.model.outcome import Measure, PlanStatus
from sim.model.planner import Program, make_plan, plan_costs, settled, worth_of_more
from sim.model.planner.decide import unchanged
from sim.model.planner.highs import Model
from sim.model.problem import PlanMode, Problem, Workforce
from sim.model.stated import PlanLimits, UnitCosts
from tests.model.plan_oracle import least_money
from tests.model.problems import plain_problem
from tests.model.test_planner_stated import money, stated_problem

seeds = st.integers(0, 10**6)


def one_machine(demand, capacity=100.0, **changes):
    months = len(demand)
    hours = np.broadcast_to(np.asarray(capacity, float), (1, months))
    return plain_problem([demand], routing=[[1.0]], capacity=hours, **changes)


def limits(months, *, unmet=np.inf, stock=np.inf, closing=0.0):
    rows = np.ones((1, months))
    return PlanLimits(unmet=unmet * rows, stock=stock * rows, closing=np.array([closing]))


def told(plan):
    return [
        (error.key.split(".")[-1], error.values["month"].month, error.values["amount"])
        for error in plan.reasons
    ]


def test_demand_that_must_be_served_names_the_month_and_the_missing_hours():
    problem = one_machine([80, 150, 60], limits=limits(3, unmet=0.0))
    plan = make_plan(problem, PlanMode.OPTIMAL)
    assert plan.status is PlanStatus.INFEASIBLE
    assert told(plan) == [
        ("unserved", 2, pytest.approx(30)),
        ("resource_short", 2, pytest.approx(30)),
    ]
    # The plan itself breaks the limit by no more than it must.
    assert plan.release[0, :2] == pytest.approx([100, 100])


def test_a_closing_stock_out_of_reach():
    problem = one_machine([80, 90], limits=limits(2, unmet=0.0, closing=50.0))
    plan = make_plan(problem, PlanMode.OPTIMAL)
    assert told(plan)[0] == ("closing_limit", 2, pytest.approx(20))
    enough = replace(problem, capacity=problem.capacity + 10)
    assert make_plan(enough, PlanMode.OPTIMAL).status is PlanStatus.OPTIMAL


def test_an_opening_stock_above_its_limit():
    problem = one_machine([10, 10], limits=limits(2, stock=25.0), opening_stock=np.array([60.0]))
    assert told(make_plan(problem, PlanMode.OPTIMAL)) == [
        ("stock_limit", 1, pytest.approx(25)),
        ("stock_limit", 2, pytest.approx(15)),
    ]


@settings(max_examples=60, deadline=None)
@given(seed=seeds)
def test_with_the_hours_it_asks_for_a_plan_can_be_made(seed):
    problem = stated_problem(np.random.default_rng(seed))
    plan = make_plan(problem, PlanMode.OPTIMAL)
    short = [error for error in plan.reasons if error.key == "error.plan.resource_short"]
    if not short or problem.workforce is not None or problem.shifts is not None:
        return
    outside = problem.outside.copy()
    for error in short:
        place = (
            problem.resources.index(error.values["name"]),
            problem.month_dates.index(error.values["month"]),
        )
        outside[place] += error.values["amount"] * (1 + 1e-6)
    assert least_money(replace(problem, outside=outside)) is not None


def test_out_of_time_falls_back_to_the_last_plan_of_the_session():
    problem = one_machine([80, 120], costs=None)
    program = Program()
    first = make_plan(problem, PlanMode.OPTIMAL, program=program)
    assert first.release[0] == pytest.approx([100, 100])
    program.time_limit = 0.0
    late = make_plan(
        replace(problem, capacity=np.array([[100.0, 70.0]]), backorder_share=np.ones(1)),
        PlanMode.OPTIMAL,
        program=program,
    )
    assert late.status is PlanStatus.FEASIBLE
    assert [error.key for error in late.reasons] == ["error.plan.time"]
    # Cut to what is there now.
    assert late.release[0] == pytest.approx([100, 70])


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_one_more_hour_is_worth_its_dual_at_most(seed):
    problem = stated_problem(np.random.default_rng(seed))
    problem = replace(problem, workforce=None, maintenance=None, shifts=None)
    used = np.flatnonzero(problem.routing.any(axis=0))
    if not used.size or make_plan(problem, PlanMode.OPTIMAL).status is PlanStatus.INFEASIBLE:
        return
    program = Program()
    for month in range(problem.months):
        found = worth_of_more(problem, program, resource=int(used[0]), month=month)
        edge = 1e-6 * (1 + abs(found.gained))
        assert -edge <= found.gained <= found.dual + edge
    first = np.zeros_like(problem.capacity)
    first[used[0], 0] = 1.0
    more = least_money(replace(problem, capacity=problem.capacity + first))
    found = worth_of_more(problem, program, resource=int(used[0]), month=0)
    assert least_money(problem) - more == pytest.approx(found.gained, rel=1e-5, abs=1e-4)


def test_an_hour_is_worth_a_lost_unit_or_a_month_of_stock():
    full = one_machine([90, 120], holding_rate=0.01)
    assert worth_of_more(full, Program(), resource=0, month=1).gained == pytest.approx(
        4.6, rel=1e-4
    )
    spare = one_machine([60, 120], holding_rate=0.01)
    found = worth_of_more(spare, Program(), resource=0, month=1)
    assert found.gained == pytest.approx(0.06, rel=1e-2)
    assert found.dual == pytest.approx(0.06, rel=1e-2)


def test_the_worth_of_an_hour_in_an_infeasible_plan_is_refused():
    problem = one_machine([150], limits=limits(1, unmet=0.0))
    with pytest.raises(PlanError, match=r"error\.plan\.unserved"):
        worth_of_more(problem, Program(), resource=0, month=0)


def staffed(months=3, **changes):
    rows = np.ones((1, months))
    force = Workforce(
        workers=np.array([4.0]),
        hours=10.0 * rows,
        overtime=0.0 * rows,
        wage=100.0 * rows,
        hire_cost=np.array([50.0]),
        layoff_cost=np.array([70.0]),
        lead=np.array([1]),
        whole=True,
    )
    costs = UnitCosts(hold=rows, backlog=30.0 * rows, lost=0.0 * rows)
    return one_machine(
        [40, 60, 60][:months],
        40.0,
        workforce=force,
        costs=costs,
        backorder_share=np.ones(1),
        **changes,
    )


def test_people_are_hired_after_their_lead_and_give_the_simulator_its_hours():
    problem = staffed()
    plan = make_plan(problem, PlanMode.OPTIMAL)
    assert plan.decided.workers[0] == pytest.approx([4, 6, 6])
    assert plan.decided.hires[0] == pytest.approx([0, 2, 0])
    costs = plan_costs(problem, plan)
    assert (costs["wages"], costs["hire"], costs["layoff"]) == pytest.approx((1600, 100, 0))
    given = settled(problem, plan.decided)
    assert given.capacity[0] == pytest.approx([40, 60, 60])
    assert given.workforce is None
    assert sum(monthly.sum() for monthly in given.fixed_cost.values()) == pytest.approx(1700)


def test_wages_are_a_cost_and_no_decision():
    problem = replace(staffed(), price=np.full((1, 3), 100.0), unit_cost=np.zeros(1))
    plan = make_plan(problem, PlanMode.OPTIMAL)
    given = settled(problem, plan.decided)
    outcome = simulate(given, plan, paths(given, draws=16, seed=1))
    months = slice(0, 3)
    assert set(decision_cost(outcome, months)) == {100.0}  # two hires
    mean = outcome.total(Measure.REVENUE)[:, months].sum(axis=1)
    assert net_margin(outcome, months) == pytest.approx(mean - 1700, abs=1e-3)


def test_a_stated_cost_of_stock_is_the_simulators_too():
    rows = np.ones((2, 3))
    costs = UnitCosts(hold=np.array([[2.0], [5.0]]) * rows, backlog=0 * rows, lost=0 * rows)
    problem = plain_problem(
        [[10, 20, 30], [5, 5, 5]], opening_stock=np.array([60.0, 15.0]), costs=costs
    )
    plan = make_plan(problem, PlanMode.OPTIMAL)
    outcome = simulate(problem, plan, paths(problem, draws=16, seed=1))
    held = 2 * (50 + 30 + 0) + 5 * (10 + 5 + 0)
    assert plan_costs(problem, plan)["holding"] == pytest.approx(held)
    goods = 6 * 75
    assert net_margin(outcome, slice(0, 3)) == pytest.approx(10 * 75 - goods - held, abs=1e-3)


def test_without_a_decision_the_staff_stays_and_is_paid():
    problem = staffed()
    given = settled(problem, unchanged(problem))
    assert given.capacity.tolist() == problem.capacity.tolist()
    assert given.fixed_cost["wages"].tolist() == [400.0] * 3
    free = replace(problem, workforce=None)
    assert settled(free, None) is free


def test_building_ahead_by_the_rule_keeps_the_staff():
    problem = replace(staffed(), costs=None, prebuild_cap=120.0)
    plan = make_plan(problem, PlanMode.CHASE)
    same = make_plan(replace(problem, workforce=None), PlanMode.CHASE)
    assert plan.release == pytest.approx(same.release)
    assert plan.decided is None


def test_hybrid_lies_between_level_and_chase():
    problem = staffed()
    level, chase = (make_plan(problem, mode) for mode in (PlanMode.LEVEL, PlanMode.CHASE))
    for weight in (0.0, 0.3, 1.0):
        plan = make_plan(replace(problem, level_weight=weight), PlanMode.HYBRID)
        between = weight * level.release + (1 - weight) * chase.release
        assert plan.release == pytest.approx(between, abs=1e-5)
        assert plan.mode is PlanMode.HYBRID
    assert money(problem, chase) > 0


def stuck(items: int = 40) -> Problem:
    """All demand must be served, and half of it can be made."""
    rng = np.random.default_rng(1)
    demand = rng.uniform(50, 100, (items, 12))
    return plain_problem(
        demand,
        routing=rng.uniform(0.5, 1.5, (items, 3)),
        capacity=np.full((3, 12), 0.5 * demand.sum() / 12),
        limits=PlanLimits(
            unmet=np.zeros(demand.shape),
            stock=np.full(demand.shape, np.inf),
            closing=np.zeros(items),
        ),
    )


def test_out_of_time_names_no_limit_that_was_not_found():
    """What is told is what the plan on the screen breaks, not what a search cut off would say."""
    problem = stuck()
    plan = make_plan(problem, PlanMode.OPTIMAL, program=Program(time_limit=0.0))
    assert plan.status is PlanStatus.INFEASIBLE
    assert [error.key for error in plan.reasons] == ["error.plan.time", "error.plan.unkept"]
    short = np.maximum(-plan.stock, 0.0)
    told = plan.reasons[1].values
    assert told["count"] == (short > 1e-2).sum()
    assert told["amount"] == pytest.approx(short.max())
    assert told["name"] == problem.items[short.max(axis=1).argmax()]
    assert plan.release.any()  # what can be made is made


def test_all_that_is_solved_for_one_plan_shares_the_time(monkeypatch):
    """A solver that always takes 4 s: hybrid and its ends get 10 s together, and say so."""
    program, given = Program(time_limit=10.0), []

    def slow(model, seconds):
        given.append(seconds)
        model.ran = getattr(model, "ran", 0.0) + min(4.0, seconds)

    monkeypatch.setattr(Model, "run", slow)
    monkeypatch.setattr(Model, "clock", property(lambda model: getattr(model, "ran", 0.0)))
    plan = make_plan(replace(stuck(3), prebuild_cap=100.0), PlanMode.HYBRID, program=program)
    assert given == pytest.approx([10.0, 6.0, 2.0])
    assert plan.reasons[0].key == "error.plan.time"


def test_hybrid_says_when_its_level_end_is_not_level(monkeypatch):
    """The level plan ran out of time and chase stood in: what lies between is no hybrid plan."""
    problem, solve = one_machine([80, 120], costs=None), Program.solve

    def no_level(self, problem, mode, **changes):
        return None if mode is PlanMode.LEVEL else solve(self, problem, mode, **changes)

    monkeypatch.setattr(Program, "solve", no_level)
    plan = make_plan(problem, PlanMode.HYBRID, program=Program())
    assert plan.status is PlanStatus.FEASIBLE
    assert [error.key for error in plan.reasons] == ["error.plan.time"]


@pytest.mark.parametrize("cap", [0.0, 120.0])
def test_chase_tells_that_its_stock_fits_in_no_store(cap):
    problem = one_machine(
        [80, 120],
        costs=None,
        prebuild_cap=cap,
        pallets_per_unit=np.ones(1),
        storage=np.full(2, 5.0),
        stock_cover=np.full(1, 0.1),
        outside_storage_cost=np.full(2, 0.1),
    )
    plan = make_plan(problem, PlanMode.CHASE)
    pallets = np.maximum(plan.stock[0], 0.0)
    assert [error.values["pallets"] for error in plan.reasons] == pytest.approx(
        [units for units in pallets if units > 5]
    )
    assert plan.reasons
    assert plan.status is PlanStatus.FEASIBLE  # the places are paid, not forbidden
