"""Companies that state their costs: the planner against an independent programme."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from sim.model.outcome import Plan, PlanStatus
from sim.model.planner import Program, make_plan, plan_kpis, settled
from sim.model.problem import PlanMode, Problem, ResourceKind, Workforce
from sim.model.stated import Maintenance, PlanLimits, ShiftLevels, UnitCosts
from tests.model.plan_oracle import least_money
from tests.model.problems import error_model, plain_problem

seeds = st.integers(0, 10**6)


def stated_problem(rng: np.random.Generator) -> Problem:
    """A small company with stated costs; every other block is there or not, at random."""
    items, months = int(rng.integers(1, 4)), int(rng.integers(2, 6))
    resources = int(rng.integers(0, 3))

    def on(chance: float = 0.5) -> bool:
        return bool(rng.random() < chance)

    demand = rng.uniform(20, 100, (items, months)).round()
    routing = rng.uniform(0.2, 2.0, (items, resources)) * (rng.random((items, resources)) < 0.7)
    load = (routing.T @ demand).mean(axis=1, keepdims=True)
    capacity = load * rng.uniform(0.6, 1.4, (resources, months))
    cost = rng.uniform(1, 20, items).round()
    ones, rows = np.ones((items, months)), np.ones((resources, months))
    kind = ResourceKind.MATERIAL if on(0.2) else ResourceKind.HOURS
    changes = {
        "price": np.outer(cost * rng.uniform(1.2, 3, items), np.ones(months)) * on(),
        "unit_cost": cost,
        "opening_stock": rng.uniform(-30, 60, items).round() if on() else np.zeros(items),
        "receipts": rng.uniform(0, 20, (items, months)) * on(0.3),
        "production_yield": rng.uniform(0.8, 1.0, items) if on(0.3) else np.ones(items),
        "backorder_share": rng.choice([0.0, 0.5, 1.0], items),
        "resource_kind": (kind,) * resources,
        "overtime": 0.2 * capacity * on() * (kind is ResourceKind.HOURS),
        "overtime_cost": rng.uniform(1, 10, (resources, 1)) * rows,
        "outside": 0.2 * capacity * on(0.3) * (kind is ResourceKind.HOURS),
        "outside_cost": rng.uniform(1, 20, (resources, 1)) * rows,
        "subcontract": rng.uniform(0, 40, (items, 1)) * ones * on(),
        "subcontract_cost": rng.uniform(0, 30, (items, 1)) * ones,
        "costs": UnitCosts(
            hold=rng.uniform(0, 3, (items, 1)) * ones,
            backlog=rng.uniform(0, 8, (items, 1)) * ones,
            lost=rng.uniform(0, 60, (items, 1)) * ones * on(),
        ),
    }
    if on(0.3):
        changes["pallets_per_unit"] = rng.uniform(0.0, 0.2, items)
        changes |= {"storage": np.full(months, 6.0), "storage_cost": 1.0}
        changes["outside_storage"] = np.full(months, 3.0)
        changes["outside_storage_cost"] = np.full(months, 4.0)
    if on():
        changes["limits"] = PlanLimits(
            unmet=np.where(rng.random((items, months)) < 0.3, 0.0, np.inf),
            stock=np.where(on() * ones > 0, 60.0, np.inf),
            closing=rng.choice([0.0, 10.0, 30.0], items),
        )
    problem = plain_problem(demand, routing=routing, capacity=capacity, **changes)
    return _with_choices(problem, rng, on=on) if kind is ResourceKind.HOURS else problem


def _with_choices(problem: Problem, rng: np.random.Generator, *, on) -> Problem:
    resources, months = problem.capacity.shape
    if not resources:
        return problem
    if on():
        hours = rng.uniform(8, 20, (resources, 1)) * np.ones((resources, months))
        workers = np.ceil(problem.capacity.mean(axis=1) / hours[:, 0])
        force = Workforce(
            workers=workers,
            hours=hours,
            overtime=0.1 * hours * on(),
            wage=rng.uniform(5, 60, (resources, 1)) * np.ones((resources, months)),
            hire_cost=rng.uniform(0, 80, resources),
            layoff_cost=rng.uniform(0, 80, resources),
            lead=rng.integers(0, 2, resources),
            room=np.ceil(1.3 * workers)[:, None] * np.ones((1, months)) if on(0.3) else None,
            whole=on(),
        )
        return replace(
            problem,
            workforce=force,
            capacity=workers[:, None] * hours,
            overtime=workers[:, None] * force.overtime,
        )
    if on():
        machines = rng.integers(1, 4, resources).astype(float)
        care = Maintenance(
            machines=machines,
            due=np.minimum(rng.integers(0, 3, resources), machines).astype(float),
            window=np.arange(months) >= rng.integers(0, 2, (resources, 1)),
        )
        return replace(problem, maintenance=care)
    if on():
        factor = np.array([[1.0, 1.5], [1.0, np.nan]])[:resources]
        shifts = ShiftLevels(factor=factor, cost=np.where(np.isnan(factor), 0.0, [[0.0, 150.0]]))
        return replace(problem, shifts=shifts)
    return problem


def money(problem: Problem, plan: Plan) -> float:
    kpis = plan_kpis(problem, plan)
    return kpis["cost"] - kpis["revenue"]


@settings(max_examples=150, deadline=None)
@given(seed=seeds)
def test_the_money_of_the_plan_is_the_least_there_is(seed):
    problem = stated_problem(np.random.default_rng(seed))
    least, plan = least_money(problem), make_plan(problem, PlanMode.OPTIMAL)
    event(f"{plan.status.value}, choices {plan.decided is not None}")
    assert (least is None) == (plan.status is PlanStatus.INFEASIBLE)
    assert (least is None) == bool(plan.reasons)
    if least is not None:
        assert money(problem, plan) == pytest.approx(least, rel=1e-6, abs=1e-4)
        check_feasible(problem, plan)


def check_feasible(problem: Problem, plan: Plan) -> None:
    """Month by month with plain arithmetic, from the plan and the problem alone."""
    given = settled(problem, plan.decided)
    own = plan.release - plan.subcontract
    load = problem.routing.T @ own
    assert (own >= -1e-6).all()
    assert (plan.subcontract <= problem.subcontract + 1e-6).all()
    if ResourceKind.MATERIAL in problem.resource_kind:
        load, room = load.cumsum(axis=1), given.capacity.cumsum(axis=1)
    else:
        room = given.capacity + given.overtime + problem.outside
    assert (load <= room + 1e-5 * (1 + room)).all()
    stock, waiting = np.maximum(problem.opening_stock, 0), np.maximum(-problem.opening_stock, 0)
    kept = np.zeros_like(own) if plan.withheld is None else plan.withheld
    for t in range(problem.months):
        there = stock + problem.receipts[:, t] + problem.production_yield * plan.release[:, t]
        due = problem.demand[:, t] + waiting
        shipped = np.minimum(there, due) - kept[:, t]
        stock, unmet = there - shipped, due - shipped
        assert (shipped >= -1e-6).all()
        waiting = problem.backorder_share * unmet
        if problem.limits is not None:
            assert (unmet <= problem.limits.unmet[:, t] + 1e-5).all()
            assert (stock <= problem.limits.stock[:, t] + 1e-5).all()
    if problem.limits is not None:
        assert (stock >= problem.limits.closing - 1e-5).all()
    _check_choices(problem, plan)


def _check_choices(problem: Problem, plan: Plan) -> None:
    chosen, force, care = plan.decided, problem.workforce, problem.maintenance
    if chosen is None:
        return
    if force is not None:
        change = np.diff(chosen.workers, prepend=force.workers[:, None])
        assert change == pytest.approx(chosen.hires - chosen.layoffs, abs=1e-6)
        early = np.arange(problem.months) < force.lead[:, None]
        assert not chosen.hires[early].any()
        if force.whole:
            assert chosen.workers == pytest.approx(np.round(chosen.workers), abs=1e-5)
    if care is not None:
        used = problem.routing.any(axis=0)
        assert chosen.down.sum(axis=1)[used] == pytest.approx(care.due[used])
        assert not chosen.down[~care.window].any()


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_no_other_mode_is_cheaper_and_a_warm_plan_costs_the_same(seed):
    problem = stated_problem(np.random.default_rng(seed))
    program = Program()
    plans = {mode: make_plan(problem, mode, program=program) for mode in PlanMode}
    best = plans[PlanMode.OPTIMAL]
    edge = 1e-6 * (1 + abs(money(problem, best)))
    for plan in plans.values():
        if PlanStatus.INFEASIBLE not in (plan.status, best.status):
            assert money(problem, plan) >= money(problem, best) - edge
    moved = replace(problem, demand=problem.demand * 1.03)
    warm = make_plan(moved, PlanMode.OPTIMAL, program=program)
    cold = make_plan(moved, PlanMode.OPTIMAL)
    assert warm.status is cold.status
    if cold.status is not PlanStatus.INFEASIBLE:
        assert money(moved, warm) == pytest.approx(money(moved, cold), rel=1e-6, abs=1e-3)


def with_target(
    *, lead: int, unit_cost: float, hold: float, backlog: float = 0.7, **changes: object
) -> Problem:
    """One item, 50 +- 8 a month, sold at what it costs; its safety stock is there already."""
    ones = np.ones((1, 12))
    safety = 16.0 * np.sqrt(lead + 1.0)
    return plain_problem(
        50.0 * ones,
        price=unit_cost * ones,
        unit_cost=np.array([unit_cost]),
        lead_time=np.array([lead]),
        errors=error_model(1, 12, spread=0.16),
        safety_stock=safety * ones,
        opening_stock=np.array([safety]),
        receipts=np.where(np.arange(12) < lead, 50.0, 0.0)[None],
        backorder_share=np.ones(1),
        costs=UnitCosts(hold=hold * ones, backlog=backlog * ones, lost=0.0 * ones),
        **changes,
    )


@pytest.mark.parametrize("mode", PlanMode)
@pytest.mark.parametrize("lead", [0, 3])
@pytest.mark.parametrize(("unit_cost", "hold"), [(0.0, 0.18), (0.0, 2.0), (10.0, 0.18), (10, 2)])
def test_the_stock_target_is_kept_to_the_end_of_the_plan(mode, lead, unit_cost, hold):
    """Goods are paid when made: without a price on closing stock no plan would keep any."""
    problem = with_target(lead=lead, unit_cost=unit_cost, hold=hold)
    plan = make_plan(problem, mode)
    assert plan.stock == pytest.approx(problem.safety_stock, abs=1e-5)
    assert plan.target == pytest.approx(problem.safety_stock, abs=1e-5)


@pytest.mark.parametrize("backlog", [0.05, 0.7])
def test_nobody_goes_without_for_the_sake_of_a_target(backlog):
    """A machine is short of ten hours a month, half a year: all that is there is sold."""
    hours = np.where(np.arange(12) < 6, 40.0, 60.0)[None]
    problem = with_target(
        lead=0, unit_cost=10.0, hold=0.0, backlog=backlog, routing=np.ones((1, 1)), capacity=hours
    )
    plan = make_plan(problem, PlanMode.OPTIMAL)
    assert plan.withheld is None or not plan.withheld.any()
    assert plan.stock.min() == pytest.approx(16 - 6 * 10)
