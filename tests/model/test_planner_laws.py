"""Laws that every plan keeps, on random problems."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model import draws, kernel
from sim.model.kernel import expected
from sim.model.kernel.tables import expected_demand
from sim.model.outcome import Measure, PlanStatus
from sim.model.planner import Program, make_plan, plan_costs, plan_kpis
from sim.model.planner.bounds import level_release
from sim.model.planner.terms import terms
from sim.model.problem import PlanMode, Problem, ResourceKind, stock_target
from tests.model.problems import error_model, random_problem, small_problem

seeds = st.integers(0, 10**6)
planned = settings(max_examples=40, deadline=None)


def some_problem(seed: int) -> Problem:
    rng = np.random.default_rng(seed)
    problem = random_problem(rng)
    cap = float(rng.uniform(0.01, 2.0) * problem.unit_cost @ problem.demand.mean(axis=1))
    return replace(problem, prebuild_cap=cap, prebuild_from=int(rng.integers(0, 3)))


def available(problem: Problem, used: np.ndarray) -> np.ndarray:
    """Regular capacity with what is carried over, and both tranches, (R, T)."""
    most, carried = np.empty_like(used), np.zeros(len(used))
    for t in range(problem.months):
        regular = problem.capacity[:, t] + carried
        most[:, t] = regular + problem.overtime[:, t] + problem.outside[:, t]
        for r, kind in enumerate(problem.resource_kind):
            left = max(regular[r] - used[r, t], 0.0)
            carried[r] = left if kind is ResourceKind.MATERIAL and np.isfinite(left) else 0.0
    return most


@planned
@given(seed=seeds, mode=st.sampled_from(PlanMode))
def test_plan_stays_within_every_limit(seed, mode):
    problem = some_problem(seed)
    plan = make_plan(problem, mode)
    own = plan.release - plan.subcontract
    load = problem.routing.T @ own
    scale = 1e-9 * (1 + load.max(initial=0))
    assert (own >= -scale).all()
    assert (plan.subcontract >= 0).all()
    assert (plan.subcontract <= problem.subcontract + 1e-9).all()
    assert (load <= available(problem, load) + scale).all()
    assert plan.used == pytest.approx(load, abs=scale)
    assert (plan.overtime <= problem.overtime + scale).all()
    assert (plan.outside <= problem.outside + scale).all()
    if plan.status is PlanStatus.OPTIMAL:
        pallets = problem.pallets_per_unit @ np.maximum(plan.stock, 0)
        assert (pallets <= problem.storage + problem.outside_storage + 1e-5).all()


@planned
@given(seed=seeds, mode=st.sampled_from(PlanMode))
def test_stock_follows_from_the_releases(seed, mode):
    problem = some_problem(seed)
    plan = make_plan(problem, mode)
    demand = expected_demand(problem)
    for i, lead in enumerate(problem.lead_time):
        x = problem.opening_stock[i]
        for t in range(problem.months):
            released = plan.release[i, t - lead] if t >= lead else 0.0
            x += problem.production_yield[i] * released + problem.receipts[i, t] - demand[i, t]
            assert plan.stock[i, t] == pytest.approx(x, rel=1e-9, abs=1e-7)
            x = max(x, 0) - problem.backorder_share[i] * max(-x, 0)


@planned
@given(seed=seeds, mode=st.sampled_from(PlanMode))
def test_simulator_without_errors_reproduces_the_plan(seed, mode):
    problem = some_problem(seed)
    months, items = problem.months, len(problem.items)
    settled = np.round(problem.win_probability)  # nothing is left to chance
    problem = replace(
        problem,
        errors=error_model(items, months, spread=0.0),
        win_probability=settled,
    )
    plan = make_plan(problem, mode)
    outcome = kernel.simulate(problem, plan, draws.paths(problem, draws=16, seed=1))
    scale = 1 + np.abs(plan.stock).max(initial=0) + plan.release.max(initial=0)
    assert outcome.item_release == pytest.approx(plan.release, abs=1e-9 * scale)
    assert outcome.item_stock == pytest.approx(np.maximum(plan.stock, 0), abs=1e-9 * scale)
    costs, kpis = plan_costs(problem, plan), plan_kpis(problem, plan)
    money = 1e-6 * (1 + outcome.total(Measure.DEMAND_VALUE)[0].sum())
    for measure, value in (
        (Measure.REVENUE, kpis["revenue"]),
        (Measure.SERVED_VALUE, kpis["fill_rate"] * outcome.total(Measure.DEMAND_VALUE)[0].sum()),
        (Measure.GOODS_COST, costs["goods_sold"]),
        (Measure.SUBCONTRACT_COST, costs["subcontract"]),
    ):
        assert outcome.total(measure)[0].sum() == pytest.approx(value, abs=money)
    for simulated, kind in (
        (outcome.overtime_cost, "overtime"),
        (outcome.outside_cost, "outside"),
        (outcome.storage_cost, "storage"),
    ):
        assert simulated[0].sum() == pytest.approx(costs[kind], abs=money)


@planned
@given(seed=seeds)
def test_cap_holds_month_by_month(seed):
    problem = some_problem(seed)
    plan = make_plan(problem, PlanMode.CHASE)
    base = expected(problem)
    free = np.maximum(np.maximum(stock_target(problem), base.stock), 0)
    built = problem.unit_cost @ np.maximum(plan.stock - free, 0)
    tolerance = 1e-6 * (1 + problem.unit_cost @ problem.demand.max(axis=1))
    assert (built <= problem.prebuild_cap + tolerance).all()
    assert (built[: problem.prebuild_from] <= tolerance).all()


@planned
@given(seed=seeds)
def test_without_a_cap_the_plan_is_chase(seed):
    problem = replace(some_problem(seed), prebuild_cap=0.0)
    plan, chase = make_plan(problem, PlanMode.CHASE), expected(problem)
    assert plan.release.tobytes() == chase.release.tobytes()


@planned
@given(seed=seeds)
def test_a_small_cap_changes_little(seed):
    """The slider leaves chase without a jump. With several resources to an item the rationing
    rule itself gives back in steps, so each item keeps one."""
    problem = some_problem(seed)
    one = np.cumsum(problem.routing > 0, axis=1) == 1
    problem = replace(
        problem,
        lead_time=np.zeros_like(problem.lead_time),
        routing=np.where(one, problem.routing, 0.0),
    )
    goods = float(problem.unit_cost @ problem.demand.mean(axis=1))
    plan = make_plan(replace(problem, prebuild_cap=1e-6 * goods), PlanMode.CHASE)
    chase = expected(problem)
    money = problem.unit_cost @ np.abs(plan.release - chase.release)
    assert money.max() <= 0.01 * goods


@planned
@given(seed=seeds)
def test_the_programme_builds_ahead_at_nobodys_expense(seed):
    """Where chase itself keeps to the store and to one source, no item-month gets worse."""
    problem = some_problem(seed)
    problem = replace(
        problem,
        storage=np.full(problem.months, np.inf),
        resource_kind=(ResourceKind.HOURS,) * len(problem.resources),
    )
    unmet = Program().solve(problem, PlanMode.CHASE).unmet
    tolerance = 1e-5 * (1 + problem.demand.max())
    assert (unmet <= np.maximum(-expected(problem).stock, 0) + tolerance).all()


@planned
@given(seed=seeds, factor=st.floats(1.0, 2.0))
def test_more_never_costs_more(seed, factor):
    problem = some_problem(seed)
    best = Program().solve(problem, PlanMode.OPTIMAL).objective
    edge = 1e-6 * (1 + abs(best))
    more = replace(problem, overtime=problem.overtime * factor, storage=problem.storage * factor)
    assert Program().solve(more, PlanMode.OPTIMAL).objective <= best + edge


@planned
@given(seed=seeds, mode=st.sampled_from(PlanMode))
def test_warm_start_gives_the_cold_plan(seed, mode):
    problem = some_problem(seed)
    program = Program()
    for factor in (1.0, 1.2, 0.9, 1.0):
        moved = replace(problem, demand=problem.demand * factor)
        warm = make_plan(moved, mode, program=program)
        cold = make_plan(moved, mode)
        assert plan_kpis(moved, warm) == pytest.approx(plan_kpis(moved, cold), rel=1e-6, abs=1e-6)
        assert warm.release == pytest.approx(cold.release, rel=1e-6, abs=1e-5)


def test_a_program_takes_a_problem_of_another_shape():
    program, small = Program(), small_problem()
    make_plan(small, PlanMode.OPTIMAL, program=program)
    other = replace(small, subcontract=small.demand)
    warm = make_plan(other, PlanMode.OPTIMAL, program=program)
    assert warm.release == pytest.approx(make_plan(other, PlanMode.OPTIMAL).release, abs=1e-6)


def test_equal_problems_give_equal_bytes():
    plans = [make_plan(small_problem(), PlanMode.OPTIMAL) for _ in range(2)]
    assert plans[0].release.tobytes() == plans[1].release.tobytes()


@planned
@given(seed=seeds, scale=st.sampled_from([1e-3, 1e3, 1e6]))
def test_the_unit_of_quantity_does_not_matter(seed, scale):
    problem = some_problem(seed)
    units = ("demand", "win_volume", "opening_stock", "receipts", "safety_stock", "subcontract")
    money = ("price", "unit_cost", "subcontract_cost", "pallets_per_unit", "routing")
    changes = {name: getattr(problem, name) * scale for name in units}
    changes |= {name: getattr(problem, name) / scale for name in money}
    other = replace(problem, **changes)
    first = Program().solve(problem, PlanMode.OPTIMAL).objective
    assert Program().solve(other, PlanMode.OPTIMAL).objective == pytest.approx(first, rel=1e-4)


@planned
@given(seed=seeds)
def test_level_never_passes_its_rate(seed):
    problem = some_problem(seed)
    plan = make_plan(problem, PlanMode.LEVEL)
    rate = level_release(problem, terms(problem))
    assert (plan.release <= rate + 1e-6 * (1 + rate)).all()
    free = replace(
        problem,
        capacity=np.full_like(problem.capacity, np.inf),
        storage=np.full(problem.months, np.inf),
    )
    assert make_plan(free, PlanMode.LEVEL).release == pytest.approx(rate, rel=1e-6, abs=1e-6)
