"""One family alone: what is shown of the parts adds up to the whole, draw by draw."""

from dataclasses import fields, replace

import numpy as np
import pytest

from sim.model import kpi_formulas
from sim.model.draws import paths
from sim.model.kernel import simulate
from sim.model.outcome import Measure, Outcome, Plan
from sim.model.part import family_share, of_family
from sim.model.planner import make_plan
from sim.model.problem import PlanMode, Problem
from sim.model.run import run
from sim.model.scenario import Scenario
from sim.model.stated import PlanLimits, UnitCosts
from tests.model.problems import plain_problem, random_problem

DRAWS = 64
SEEDS = range(12)


def simulated(seed: int, *, mode: PlanMode = PlanMode.CHASE) -> Outcome:
    problem = random_problem(np.random.default_rng(seed), uncertain=True)
    fixed = {"lever": np.full(problem.months, 100.0)}
    problem = replace(problem, fixed_cost=fixed)
    return run(problem, Scenario(mode=mode), draws=paths(problem, draws=DRAWS, seed=1))


def parts_of(whole: Outcome) -> list[Outcome]:
    return [of_family(whole, f) for f in range(len(whole.problem.families))]


@pytest.mark.parametrize("seed", SEEDS)
def test_families_add_up_draw_by_draw(seed: int) -> None:
    whole = simulated(seed)
    parts = parts_of(whole)
    for measure in Measure:
        total = sum(part.total(measure) for part in parts)
        assert np.allclose(total, whole.total(measure), rtol=1e-12, atol=1e-9), measure
    assert sum(len(part.problem.items) for part in parts) == len(whole.problem.items)
    assert sum(part.unserved.sum() for part in parts) == pytest.approx(whole.unserved.sum())


@pytest.mark.parametrize("seed", SEEDS)
def test_margins_of_families_less_what_belongs_to_none_are_the_margin(seed: int) -> None:
    whole, year = simulated(seed), slice(0, None)
    own = sum(kpi_formulas.net_margin(part, year) for part in parts_of(whole))
    shared = whole.overtime_cost + whole.outside_cost + whole.storage_cost
    shared = shared.sum(axis=1) + whole.problem.fixed_cost["lever"].sum()
    assert np.allclose(own - shared, kpi_formulas.net_margin(whole, year), rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_loads_of_families_add_up_to_the_load(seed: int) -> None:
    whole = simulated(seed)
    total = sum(part.load for part in parts_of(whole))
    known = np.isfinite(whole.load)
    assert np.allclose(total[known], whole.load[known], rtol=1e-9, atol=1e-5)
    assert np.isnan(total[~known]).all()
    assert np.allclose(
        sum(part.plan.used for part in parts_of(whole)), whole.plan.used, rtol=1e-6, atol=1e-3
    )


def test_a_part_is_cut_out_of_every_array_by_item() -> None:
    """Twelve months, seven items, two resources, three families: no two axes are as long."""
    demand = np.arange(84.0).reshape(7, 12) + 10.0
    problem = plain_problem(
        demand,
        routing=np.ones((7, 2)),
        capacity=np.full((2, 12), 1e4),
        family=(0, 1, 1, 1, 1, 2, 2),
        costs=UnitCosts(hold=demand, backlog=demand, lost=demand),
        limits=PlanLimits(
            unmet=np.full((7, 12), np.inf),
            stock=np.full((7, 12), np.inf),
            closing=np.zeros(7),
        ),
    )
    plan = make_plan(problem, PlanMode.CHASE)
    part = of_family(simulate(problem, plan, paths(problem, draws=4, seed=1)), 1)
    records = [part, part.plan, part.problem, *part.problem._parts[1:]]
    for record in records:
        for spec in fields(record):
            value = getattr(record, spec.name)
            if isinstance(value, np.ndarray):
                assert 7 not in value.shape, (type(record).__name__, spec.name)
    assert part.problem.items == problem.items[1:5]
    assert isinstance(part.plan, Plan)
    assert isinstance(part.problem, Problem)


def test_what_is_bought_finished_loads_nothing() -> None:
    """100 each; half of the first is bought: 50 of 150 hours are its."""
    demand = np.full((2, 3), 100.0)
    routing, capacity = np.ones((2, 1)), np.full((1, 3), 300.0)
    problem = plain_problem(demand, routing=routing, capacity=capacity, family=(0, 1))
    plan = make_plan(problem, PlanMode.CHASE)
    half = plan.release * np.array([[0.5], [0.0]])
    outcome = simulate(problem, plan, paths(problem, draws=2, seed=1))
    bought = replace(outcome, plan=replace(plan, subcontract=half))
    assert family_share(outcome, 0)[0] == pytest.approx([0.5] * 3)
    assert family_share(bought, 0)[0] == pytest.approx([1 / 3] * 3)


def test_there_is_no_part_of_an_unknown_family() -> None:
    with pytest.raises(IndexError):
        of_family(simulated(1), 99)
