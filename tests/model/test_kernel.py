"""The compiled simulator against the oracle, and the laws that every simulation keeps."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model import draws as draws_module
from sim.model import kernel
from sim.model.kernel import run, tables
from sim.model.kernel.structure import structure
from sim.model.kernel.supply import beta_shares, supply
from sim.model.outcome import Measure, Plan
from sim.model.problem import PlanMode, Problem
from tests.model import oracle
from tests.model.problems import error_model, plain_problem, random_problem

DRAWS = 256
seeds = st.integers(0, 100_000)
laws = settings(max_examples=25, deadline=None, derandomize=True)


def errors_of(paths: draws_module.Draws, problem: Problem) -> np.ndarray:
    """(N, I, T) in double precision."""
    return np.stack([paths.path(i) for i in range(len(problem.items))], axis=1).astype(float)


def played(problem: Problem, plan: Plan | None, seed: int, **how: object) -> oracle.Played:
    paths = draws_module.paths(problem, draws=DRAWS, seed=seed)
    uniforms = paths.uniforms(len(problem.win_probability))
    return oracle.play(
        problem, plan, errors_of(paths, problem), uniforms, luck(paths, problem, **how)
    )


def luck(paths: draws_module.Draws, problem: Problem, **how: object) -> oracle.Luck:
    """Random supply, draws first."""

    def flat(rows: np.ndarray) -> np.ndarray:
        return np.concatenate(list(rows.transpose(0, 3, 2, 1)))[: paths.draws]

    everybody = tuple(range(len(problem.items)))
    return oracle.Luck(
        hours=flat(paths.resources.astype(float)),
        yields=flat(paths.yields(everybody).astype(float)),
        slips=flat(paths.slips(everybody).astype(float)),
        **how,
    )


def double_precision(problem: Problem, plan: Plan, seed: int) -> run.Sums:
    """The compiled code for doubles, on the same draws in narrow blocks."""
    paths = draws_module.paths(problem, draws=DRAWS, seed=seed)
    random = supply(problem, doubled(paths))
    uniforms = paths.uniforms(len(problem.win_probability))
    return run._run(
        problem,
        plan,
        doubled(paths).errors,
        places=structure(problem),
        chances=run.Chances(uniforms=uniforms, supply=random),
    )


def doubled(paths: draws_module.Draws) -> draws_module.Draws:
    """The same draws in double precision and narrow blocks."""

    def narrow(rows: np.ndarray) -> np.ndarray:
        blocks, months, count, width = rows.shape
        split = rows.reshape(blocks, months, count, width // 4, 4).transpose(0, 3, 1, 2, 4)
        return np.concatenate(list(split)).astype(float)

    class Doubled(draws_module.Draws):
        def yields(self, items):
            return narrow(paths.yields(items))

        def slips(self, items):
            return narrow(paths.slips(items))

    return Doubled(
        origin=f"{paths.origin} in double precision",
        draws=paths.draws,
        seed=paths.seed,
        errors=narrow(paths.errors),
        resources=narrow(paths.resources),
    )


@laws
@given(seed=seeds)
def test_double_precision_agrees_with_the_oracle(seed: int) -> None:
    problem = random_problem(np.random.default_rng(seed), uncertain=True)
    plan = kernel.expected(problem)
    # The quantiles of a beta come from a table, which has an error of its own.
    truth = played(problem, plan, seed, beta=lambda m, s, z: m * beta_shares(m, s, z))
    sums = double_precision(problem, plan, seed)
    back = np.argsort(structure(problem).order)
    for m, measure in enumerate(Measure):
        found = np.moveaxis(sums.families[m], -1, 0)
        scale = np.abs(truth.families[measure]).max() + 1e-9
        np.testing.assert_allclose(found, truth.families[measure], rtol=1e-9, atol=1e-9 * scale)
    released = sums.items.sum(axis=0)[0][back] / DRAWS
    np.testing.assert_allclose(released, truth.release.mean(axis=0), rtol=1e-9, atol=1e-9)
    for row, cost in enumerate((truth.overtime_cost, truth.outside_cost)):
        atol = 1e-9 * (problem.capacity[np.isfinite(problem.capacity)].sum() * 50 + 1)
        np.testing.assert_allclose(sums.costs[row].T, cost, rtol=1e-9, atol=atol)


@laws
@given(seed=seeds)
def test_single_precision_is_within_a_thousandth_of_the_oracle(seed: int) -> None:
    problem = random_problem(np.random.default_rng(seed), uncertain=True)
    plan = kernel.expected(problem)
    paths = draws_module.paths(problem, draws=DRAWS, seed=seed)
    truth, outcome = played(problem, plan, seed), kernel.simulate(problem, plan, paths)
    for measure in Measure:
        wanted, found = truth.families[measure], outcome.families[measure]
        assert found.dtype == np.float64
        # A cell that is almost nothing is compared with what such cells usually are.
        size = np.maximum(np.abs(wanted), 0.01 * np.abs(wanted).max() + 1e-6)
        off = np.abs(found - wanted) > 1e-3 * size
        # A draw that stands exactly on a threshold may fall on either side.
        assert off.mean() <= 1e-3, measure
    np.testing.assert_allclose(outcome.overload, truth.overload.mean(axis=0), atol=2 / DRAWS)
    missed = (truth.demand - truth.served).mean(axis=0) * problem.price
    scale = 1e-3 * (truth.demand.mean(axis=0) * problem.price).max() + 1e-9
    np.testing.assert_allclose(outcome.unserved, missed, atol=scale)


@laws
@given(seed=seeds)
def test_expected_plan_is_the_oracle_without_errors(seed: int) -> None:
    problem = replace(
        random_problem(np.random.default_rng(seed), uncertain=True), win_probability=np.zeros(0)
    )
    problem = replace(problem, win_volume=np.zeros((0, *problem.demand.shape)))
    plan = kernel.expected(problem)
    nothing = np.zeros((1, *problem.demand.shape))
    sure = replace(problem.errors, spread=np.zeros_like(problem.demand))
    truth = oracle.play(
        replace(problem, errors=sure, risk=None, day_spread=0.0), None, nothing, np.zeros((0, 1))
    )
    scale = problem.demand.max() + 1
    np.testing.assert_allclose(plan.release, truth.release[0], atol=1e-9 * scale)
    np.testing.assert_allclose(plan.subcontract, truth.bought[0], atol=1e-9 * scale)
    np.testing.assert_allclose(plan.stock, truth.closing[0], atol=1e-9 * scale)
    np.testing.assert_allclose(plan.used, truth.used[0], atol=1e-8 * scale)
    cost = (plan.overtime * problem.overtime_cost).sum(axis=0)
    np.testing.assert_allclose(cost, truth.overtime_cost[0], atol=1e-6 * scale)
    cost = (plan.outside * problem.outside_cost).sum(axis=0)
    np.testing.assert_allclose(cost, truth.outside_cost[0], atol=1e-6 * scale)


@laws
@given(seed=seeds)
def test_nothing_uncertain_gives_the_plan_again(seed: int) -> None:
    problem = random_problem(np.random.default_rng(seed), uncertain=True)
    certain = replace(
        problem,
        risk=None,
        errors=replace(problem.errors, spread=np.zeros_like(problem.demand)),
        win_probability=np.round(problem.win_probability),
    )
    plan = kernel.expected(certain)
    paths = draws_module.paths(certain, draws=DRAWS, seed=seed)
    outcome = kernel.simulate(certain, plan, paths)
    np.testing.assert_allclose(outcome.item_release, plan.release, rtol=1e-9, atol=1e-9)
    stock = np.maximum(plan.stock, 0.0)
    np.testing.assert_allclose(outcome.item_stock, stock, rtol=1e-9, atol=1e-9)
    for values in outcome.families.values():
        assert (values == values[:1]).all()
        assert len(values) == DRAWS


@laws
@given(seed=seeds)
def test_a_plan_with_its_own_targets_is_reproduced(seed: int) -> None:
    """As the linear programme hands it over: releases, subcontracting, targets, no `wanted`."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, uncertain=True)
    problem = replace(problem, risk=None)
    problem = replace(problem, errors=replace(problem.errors, spread=np.zeros_like(problem.demand)))
    problem = replace(problem, win_probability=np.round(problem.win_probability))
    chase = kernel.expected(problem)
    release = chase.release * rng.uniform(0.5, 1.0, chase.release.shape)
    bought = np.minimum(chase.subcontract, release) * rng.random()
    own_most = chase.release - chase.subcontract
    release = bought + np.minimum(release - bought, own_most)
    plan = replace(
        chase,
        mode=PlanMode.OPTIMAL,
        release=release,
        subcontract=bought,
        wanted=None,
        target=targets(problem, release),
    )
    paths = draws_module.paths(problem, draws=DRAWS, seed=seed)
    outcome = kernel.simulate(problem, plan, paths)
    np.testing.assert_allclose(outcome.item_release, release, rtol=1e-9, atol=1e-9)


def targets(problem: Problem, release: np.ndarray) -> np.ndarray:
    """Planned position after the release less the expected demand of t .. t + lead time."""
    mean = tables.expected_demand(problem)
    target = np.zeros_like(release)
    for i in range(len(problem.items)):
        lead, good = int(problem.lead_time[i]), problem.production_yield[i] * release[i]
        net = problem.opening_stock[i]
        for t in range(problem.months):
            on_order = good[max(t - lead, 0) : t + 1].sum()
            on_order += problem.receipts[i, t : t + lead + 1].sum()
            ahead = sum(oracle.padded(mean[i], t + h) for h in range(lead + 1))
            target[i, t] = net + on_order - ahead
            arrived = problem.receipts[i, t] + (good[t - lead] if t >= lead else 0.0)
            end = net + arrived - mean[i, t]
            net = max(end, 0.0) - problem.backorder_share[i] * max(-end, 0.0)
    return target


@laws
@given(seed=seeds)
def test_units_are_conserved(seed: int) -> None:
    """Per item and draw by the oracle, which the compiled code equals; per family by it."""
    problem = random_problem(np.random.default_rng(seed), uncertain=True)
    plan = kernel.expected(problem)
    truth = played(problem, plan, seed)
    start, old = np.maximum(truth.opening, 0.0), np.maximum(-truth.opening, 0.0)
    after = truth.closing + truth.lost
    end, waiting = np.maximum(after, 0.0), np.maximum(-after, 0.0)
    scale = 1e-9 * (problem.demand.max() + 1) * problem.months
    np.testing.assert_allclose(start + truth.received, truth.shipped + end, atol=scale)
    np.testing.assert_allclose(truth.demand + old, truth.shipped + waiting + truth.lost, atol=scale)
    np.testing.assert_allclose(truth.opening[:, :, 1:], after[:, :, :-1], atol=scale)
    assert (truth.shipped >= -scale).all()
    assert (truth.served <= truth.demand + scale).all()


@laws
@given(seed=seeds)
def test_no_draw_uses_more_than_its_capacity(seed: int) -> None:
    problem = random_problem(np.random.default_rng(seed), uncertain=True)
    truth = played(problem, kernel.expected(problem), seed)
    everything = truth.regular + problem.overtime + problem.outside
    assert (truth.used <= everything * (1 + 1e-9) + 1e-9).all()


@laws
@given(seed=seeds)
def test_fill_is_between_nothing_and_everything(seed: int) -> None:
    problem = random_problem(np.random.default_rng(seed), uncertain=True)
    paths = draws_module.paths(problem, draws=DRAWS, seed=seed)
    outcome = kernel.simulate(problem, kernel.expected(problem), paths)
    served = outcome.families[Measure.SERVED_UNITS]
    demand = outcome.families[Measure.DEMAND_UNITS]
    assert (served >= -1e-6 * (demand + 1)).all()
    assert (served <= demand * (1 + 1e-5) + 1e-9).all()


@laws
@given(seed=seeds, more=st.floats(0.0, 0.5))
def test_more_capacity_never_lowers_fill(seed: int, more: float) -> None:
    """With one resource and the same draws."""
    rng = np.random.default_rng(seed)
    demand = rng.uniform(20, 100, (3, 10))
    capacity = demand.sum(axis=0, keepdims=True) * rng.uniform(0.6, 1.0, (1, 10))
    problem = plain_problem(
        demand,
        routing=np.ones((3, 1)),
        capacity=capacity,
        errors=error_model(3, 10, spread=0.3),
        stock_cover=np.full(3, 0.3),
        backorder_share=np.full(3, 1.0),
        opening_stock=demand[:, 0] * 0.3,
    )
    bigger = replace(problem, capacity=capacity * (1 + more))
    paths = draws_module.paths(problem, draws=DRAWS, seed=1)
    plan = kernel.expected(problem)
    served = [
        kernel.simulate(each, kernel.expected(each), paths).total(Measure.SERVED_UNITS)
        for each in (problem, bigger)
    ]
    demand_units = kernel.simulate(problem, plan, paths).total(Measure.DEMAND_UNITS).sum(axis=1)
    fill = [units.sum(axis=1) / demand_units for units in served]
    assert (fill[1] >= fill[0] - 1e-5).all()
