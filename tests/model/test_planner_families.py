"""Planning by family: exact for items alike, close for others, feasible always."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.companies import company
from sim.model.outcome import PlanStatus
from sim.model.planner import Program, make_plan
from sim.model.planner.families import by_family, families, useful_stock
from sim.model.planner.recursion import play
from sim.model.planner.sharing import by_item
from sim.model.problem import PlanMode, Problem
from sim.model.stated import PlanLimits
from tests.model.problems import plain_problem, random_problem, small_problem

seeds = st.integers(0, 10**6)
FEW = 1  # items from which a plan is made by family


def judged(problem: Problem, plan) -> float:
    """What the full programme says that these releases cost."""
    fixed = (np.asarray(plan.release - plan.subcontract), plan.subcontract)
    return Program().solve(problem, PlanMode.OPTIMAL, fixed=fixed).objective


def alike(problem: Problem, sizes) -> Problem:
    """Each item of a problem several times, in several sizes."""
    sizes = np.asarray(sizes)
    big, many = (
        np.tile(sizes, len(problem.items)),
        np.repeat(np.arange(len(problem.items)), sizes.size),
    )
    scaled = {
        name: (getattr(problem, name)[many].T * big).T
        for name in ("demand", "opening_stock", "receipts", "safety_stock", "subcontract")
    }
    same = {
        name: getattr(problem, name)[many]
        for name in (
            *("family", "price", "unit_cost", "lead_time", "production_yield", "backorder_share"),
            *("stock_cover", "service_target", "routing", "pallets_per_unit", "subcontract_cost"),
            *("channel_share", "promotion"),
        )
    }
    return replace(
        problem,
        items=tuple(f"I{n}" for n in range(many.size)),
        errors=replace(problem.errors, spread=problem.errors.spread[many]),
        win_volume=problem.win_volume[:, many],
        capacity=problem.capacity * sizes.sum(),
        overtime=problem.overtime * sizes.sum(),
        outside=problem.outside * sizes.sum(),
        storage=problem.storage * sizes.sum(),
        outside_storage=problem.outside_storage * sizes.sum(),
        **scaled,
        **same,
    )


@settings(max_examples=15, deadline=None)
@given(seed=seeds)
def test_items_alike_lose_nothing_in_a_family(seed):
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, items=3, months=8)
    problem = replace(
        problem,
        win_probability=np.zeros(0),
        win_volume=np.zeros((0, 3, 8)),
        opening_stock=np.maximum(problem.opening_stock, 0.0),
    )
    many = alike(problem, [1.0, 2.0, 0.5])
    full = Program().solve(many, PlanMode.OPTIMAL).objective
    plan = make_plan(many, PlanMode.OPTIMAL, program=Program(most_items=FEW))
    assert plan.families <= 3
    scale = 1.0 + float((many.price * many.demand).sum())
    assert judged(many, plan) - full == pytest.approx(0.0, abs=2e-4 * scale)


def test_families_are_few_and_of_one_lead_time():
    problem = company(150, resources=8)
    for most in (5, 40, 1_000):
        groups = families(problem, most=most)
        assert groups.count <= most
        assert groups.family.tolist() == families(problem, most=most).family.tolist()
        for group in range(groups.count):
            assert np.unique(problem.lead_time[groups.family == group]).size == 1
    demand = replace(problem, demand=1.5 * problem.demand, capacity=problem.capacity)
    assert families(demand).family.tolist() == families(problem).family.tolist()


@settings(max_examples=40, deadline=None)
@given(seed=seeds, mode=st.sampled_from(PlanMode))
def test_a_plan_by_family_keeps_to_what_there_is(seed, mode):
    problem = random_problem(np.random.default_rng(seed))
    cap = float(problem.unit_cost @ problem.demand.mean(axis=1))
    problem = replace(problem, prebuild_cap=cap)
    plan = make_plan(problem, mode, program=Program(most_items=FEW - 1))
    assert plan.families == families(problem).count
    own = plan.release - plan.subcontract
    assert (own >= -1e-9 * (1 + problem.demand.max())).all()
    assert (plan.subcontract <= problem.subcontract * (1 + 1e-9) + 1e-9).all()
    # Played on its own it is not cut any more: no resource is asked for more than it has.
    again = play(problem, np.maximum(own, 0.0), plan.subcontract)
    assert again.release == pytest.approx(plan.release, rel=1e-6, abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_what_items_release_adds_up_to_their_family(seed):
    rng = np.random.default_rng(seed)
    problem = random_problem(rng)
    problem = replace(problem, capacity=np.full_like(problem.capacity, np.inf))
    groups = families(problem, most=int(rng.integers(1, 4)))
    shape = (groups.count, problem.months)
    level = groups.units(problem.demand).max() + 1.0
    own = rng.uniform(0, 2 * level, shape) * (rng.random(shape) < 0.8)
    bought = rng.random(shape) * groups.units(problem.subcontract)
    found = by_item(problem, groups, (own, bought), mode=PlanMode.OPTIMAL)
    for of_items, of_family in zip(found, (own, bought), strict=True):
        assert groups.units(of_items) == pytest.approx(of_family, rel=1e-9, abs=1e-9 * level)
        assert (of_items >= 0).all()


def test_the_emptier_item_is_filled_first():
    """Two items of one family, 10 asked for a month: 12 and 2 in stock, 10 to share: 1 and 9."""
    problem = plain_problem(np.full((2, 3), 10.0), opening_stock=np.array([12.0, 2.0]))
    groups = families(problem, most=1)
    made = groups.unit[0] * np.array([[10.0, 0.0, 0.0]])
    own, _ = by_item(problem, groups, (made, 0 * made), mode=PlanMode.OPTIMAL)
    # 8 are missing in the month itself; the 2 that are left cover the next month of both alike.
    assert own[:, 0] == pytest.approx([2 * 8 / 18, 8 + 2 * 10 / 18])


def test_stock_that_an_item_cannot_use_yet_is_no_help_to_its_sister():
    problem = plain_problem(np.full((2, 3), 10.0), opening_stock=np.array([25.0, 0.0]))
    useful, idle = useful_stock(problem, problem.demand)
    assert useful.tolist() == [[10, 10, 5], [0, 0, 0]]
    assert idle.tolist() == [[15, 5, 0], [0, 0, 0]]
    wanted = replace(problem, safety_stock=np.full((2, 3), 3.0))
    assert useful_stock(wanted, problem.demand)[0].tolist() == [[13, 10, 2], [0, 0, 0]]
    groups = families(problem, most=1)
    small = by_family(problem, groups)
    assert (small.demand - small.receipts)[0] / groups.unit[0] == pytest.approx([10, 10, 15])


def test_a_level_plan_by_family_is_level_for_each_item():
    problem = small_problem(storage=np.full(12, np.inf), capacity=np.full((3, 12), np.inf))
    plan = make_plan(problem, PlanMode.LEVEL, program=Program(most_items=FEW))
    rate = plan.release / problem.working_days
    assert rate == pytest.approx(np.repeat(rate[:, :1], 12, axis=1))
    item_by_item = make_plan(problem, PlanMode.LEVEL)
    assert plan.release == pytest.approx(item_by_item.release, rel=1e-5)


def test_a_plan_by_family_is_close_to_the_one_item_by_item():
    """Of what building ahead saves against chase, most is kept: items that share no pattern."""
    kept = []
    for seed in range(4):
        problem = company(240, resources=12, uses=2, seed=seed)
        best = Program().solve(problem, PlanMode.OPTIMAL).objective
        plan = make_plan(problem, PlanMode.OPTIMAL, program=Program(most_items=FEW))
        assert plan.status is PlanStatus.FEASIBLE  # not proven the best of all
        chase = judged(problem, make_plan(problem, PlanMode.CHASE))
        found = judged(problem, plan)
        assert best <= found * (1 + 1e-6)
        kept.append((chase - found) / (chase - best))
    assert np.median(kept) > 0.75


def test_hard_limits_of_items_need_them_one_by_one():
    problem = small_problem()
    free = np.full(problem.demand.shape, np.inf)
    limits = PlanLimits(unmet=free, stock=free, closing=np.zeros(4))
    program = Program(most_items=FEW)
    assert make_plan(problem, PlanMode.OPTIMAL, program=program).families
    plan = make_plan(replace(problem, limits=limits), PlanMode.OPTIMAL, program=program)
    assert plan.families == 0
    assert make_plan(problem, PlanMode.OPTIMAL, program=Program(most_items=4)).families == 0


def test_another_first_problem_gives_the_same_plan():
    """A change of demand makes another matrix, which starts from the last plan all the same."""
    problem = company(120, resources=6)
    moved = replace(problem, demand=problem.demand * 1.03)
    program = Program(most_items=FEW)
    make_plan(problem, PlanMode.OPTIMAL, program=program)
    warm = make_plan(moved, PlanMode.OPTIMAL, program=program)
    cold = make_plan(moved, PlanMode.OPTIMAL, program=Program(most_items=FEW))
    assert warm.release == pytest.approx(cold.release, rel=1e-5, abs=1e-5 * moved.demand.max())
