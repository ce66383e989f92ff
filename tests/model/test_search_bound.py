"""The bound holds: draw by draw with foresight, and in the mean by Jensen."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model import draws, kernel
from sim.model.kpi_formulas import net_margin
from sim.model.outcome import Measure
from sim.model.planner import make_plan
from sim.model.problem import PlanMode, Problem, SupplyRisk
from sim.model.search.bound import bound, realised, running_hours
from sim.model.search.foresight import Foresight
from sim.model.stated import UnitCosts
from tests.model.problems import plain_problem, random_problem, small_problem

seeds = st.integers(0, 10**6)


def family_costs(problem: Problem, rng: np.random.Generator) -> UnitCosts:
    """Stated costs, the same for the items of a family, so that each draw counts them exactly."""
    hold, backlog, lost = (
        rng.uniform(0, most, (len(problem.families), 1))[problem.family]
        * np.ones(problem.demand.shape)
        for most in (0.1, 5.0, 20.0)
    )
    return UnitCosts(hold=hold, backlog=backlog, lost=lost)


def hours_at_risk(problem: Problem, rng: np.random.Generator) -> SupplyRisk:
    """Availability is random; yields and dates are certain."""
    resources, items = len(problem.resources), len(problem.items)
    return SupplyRisk(
        availability=rng.uniform(0.6, 0.95, resources),
        availability_spread=rng.choice([0.0, 0.08, 0.2], resources),
        yield_spread=np.zeros(items),
        slip=np.zeros(items),
    )


@settings(max_examples=40, deadline=None)
@given(seed=seeds, mode=st.sampled_from(PlanMode))
def test_no_simulated_plan_beats_the_planner_who_knew(seed, mode):
    rng = np.random.default_rng(seed)
    problem = random_problem(rng)
    if rng.random() < 0.5:
        problem = replace(problem, risk=hours_at_risk(problem, rng))
    if rng.random() < 0.5:
        problem = replace(problem, costs=family_costs(problem, rng))
    months = slice(int(rng.integers(0, 2)), problem.months - int(rng.integers(0, 2)))
    paths = draws.paths(problem, draws=24, seed=seed)
    outcome = kernel.simulate(problem, make_plan(problem, mode), paths)
    gain = net_margin(outcome, months)
    rounding = 1e-5 * (1 + outcome.total(Measure.DEMAND_VALUE).sum(axis=1).mean())
    mean, every = realised(problem, paths, first=24)
    known = Foresight(problem, months)
    hours, every_hours = running_hours(problem, paths, first=24)
    best = np.array([known.value(*one) for one in zip(every, every_hours, strict=True)])
    assert (gain <= best + rounding).all()
    # Jensen, on these very draws: what is known in each is worth no more than their mean.
    assert best.mean() <= known.value(mean, hours) + rounding
    found = bound(problem, gain, paths, months=months)
    assert found.margin == pytest.approx(known.value(mean, hours), abs=rounding)
    assert found.gap == pytest.approx(found.margin - gain.mean(), abs=rounding)
    if problem.costs is None:
        assert found.foresight_gap.mean == pytest.approx((best - gain).mean(), abs=rounding)


@settings(max_examples=10, deadline=None)
@given(seed=seeds)
def test_the_bound_holds_at_stated_costs(seed):
    rng = np.random.default_rng(seed)
    problem = random_problem(rng)
    shape = problem.demand.shape
    hold, backlog, lost = (rng.uniform(0, 3, shape) for _ in range(3))
    problem = replace(problem, costs=UnitCosts(hold=hold, backlog=backlog, lost=lost))
    paths = draws.paths(problem, draws=64, seed=seed)
    outcome = kernel.simulate(problem, make_plan(problem, PlanMode.CHASE), paths)
    months = slice(0, problem.months)
    found = bound(problem, net_margin(outcome, months), paths, months=months)
    assert found.gap >= -1e-5 * (1 + outcome.total(Measure.DEMAND_VALUE).sum(axis=1).mean())
    assert found.foresight_gap is None


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_demand_is_the_simulators_own(seed):
    problem = random_problem(np.random.default_rng(seed))
    paths = draws.paths(problem, draws=100, seed=seed)
    outcome = kernel.simulate(problem, make_plan(problem, PlanMode.CHASE), paths)
    mean, every = realised(problem, paths, first=100)
    simulated = outcome.total(Measure.DEMAND_UNITS)
    assert every.sum(axis=1) == pytest.approx(simulated, rel=1e-4, abs=1e-3)
    assert mean == pytest.approx(every.mean(axis=0))


def test_by_hand():
    """80 wanted, 50 can be made at a margin of 4; then 20 of the next month are made ahead."""
    problem = plain_problem([[80.0]], routing=[[1.0]], capacity=[[50.0]])
    assert Foresight(problem, slice(0, 1)).value(problem.demand, problem.capacity) == pytest.approx(
        200
    )
    two = plain_problem([[30.0, 70.0]], routing=[[1.0]], capacity=[[50.0, 50.0]])
    # All 100 are sold; 20 wait a month at 1 % of their cost of 6.
    assert Foresight(two, slice(0, 2)).value(two.demand, two.capacity) == pytest.approx(
        400 - 20 * 0.06
    )
    # At stated costs stock is free, and each of 30 that are lost costs 2 besides its margin.
    ones = np.ones((1, 2))
    costs = UnitCosts(hold=0 * ones, backlog=ones, lost=2 * ones)
    three = replace(two, costs=costs, demand=np.array([[60.0, 70.0]]))
    assert Foresight(three, slice(0, 2)).value(three.demand, three.capacity) == pytest.approx(
        400 - 30 * 2
    )


def test_with_certain_demand_the_optimal_plan_comes_close():
    problem = small_problem(spread=0.0)
    paths = draws.paths(problem, draws=64, seed=1)
    outcome = kernel.simulate(problem, make_plan(problem, PlanMode.OPTIMAL), paths)
    gain = net_margin(outcome, slice(0, 12))
    found = bound(problem, gain, paths, months=slice(0, 12))
    # The bound keeps no stock at the end and none for safety; everything else is the same.
    assert 0 <= found.gap <= 0.02 * found.margin
    assert found.foresight_gap.mean == pytest.approx(found.gap)


def test_the_drawn_hours_are_the_simulators_own():
    """A machine that is always full shows them: what is made is what could be."""
    problem = plain_problem(
        np.full((1, 6), 200.0), routing=[[1.0]], capacity=np.full((1, 6), 100.0)
    )
    problem = replace(
        problem,
        day_spread=0.0,
        risk=replace(
            hours_at_risk(problem, np.random.default_rng(1)), availability_spread=np.array([0.1])
        ),
    )
    paths = draws.paths(problem, draws=300, seed=1)
    outcome = kernel.simulate(problem, make_plan(problem, PlanMode.CHASE), paths)
    mean, every = running_hours(problem, paths, first=300)
    shipped = outcome.total(Measure.SHIPPED_UNITS)
    assert every[:, 0].std() > 5
    assert shipped == pytest.approx(every[:, 0], rel=1e-5)
    assert mean[0] == pytest.approx(shipped.mean(axis=0), rel=1e-5)
    found = bound(problem, net_margin(outcome, slice(0, 6)), paths, months=slice(0, 6))
    assert found.gap == pytest.approx(0.0, abs=1e-2)  # nothing can be done about it


def test_there_is_no_bound_where_none_is_valid():
    problem = small_problem()
    paths = draws.paths(problem, draws=64, seed=1)
    zeros = np.zeros
    risk = SupplyRisk(
        availability=np.ones(3),
        availability_spread=zeros(3),
        yield_spread=np.full(4, 0.1),
        slip=zeros(4),
    )
    for changed in (replace(problem, risk=risk), replace(problem, price=zeros((4, 12)))):
        assert bound(changed, zeros(64), paths, months=slice(0, 12)) is None


def test_a_large_problem_is_spared_the_programme_per_draw(monkeypatch):
    monkeypatch.setattr("sim.model.search.bound.LARGEST", 10)
    problem = small_problem()
    paths = draws.paths(problem, draws=64, seed=1)
    found = bound(problem, np.zeros(64), paths, months=slice(0, 12))
    assert found.foresight_gap is None
    assert found.gap == found.margin
