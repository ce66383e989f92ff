"""Random supply, priority and service inside the month: neutral when absent, and by hand."""

from dataclasses import fields, replace

import numpy as np
import pytest
from scipy.stats import beta

from sim.model import draws as draws_module
from sim.model import kernel
from sim.model.kernel.structure import bottleneck_margin, structure
from sim.model.kernel.supply import beta_shares
from sim.model.outcome import Measure, Outcome
from sim.model.problem import Problem, Rationing, SupplyRisk
from tests.model.problems import error_model, plain_problem, random_problem, small_problem


def risk_of(problem: Problem, **changes: object) -> SupplyRisk:
    """No risk at all but for what is given."""
    items, resources = problem.routing.shape
    none = SupplyRisk(
        availability=np.full(resources, 0.8),
        availability_spread=np.zeros(resources),
        yield_spread=np.zeros(items),
        slip=np.zeros(items),
    )
    return replace(none, **changes)  # type: ignore[arg-type]


def simulated(problem: Problem, *, draws: int = 256, threads: int = 1) -> Outcome:
    paths = draws_module.paths(problem, draws=draws, seed=3)
    return kernel.simulate(problem, kernel.expected(problem), paths, threads=threads)


def numbers(outcome: Outcome) -> list[bytes]:
    arrays = [getattr(outcome, spec.name) for spec in fields(outcome)]
    found = [each for each in arrays if isinstance(each, np.ndarray)]
    return [each.tobytes() for each in (*found, *outcome.families.values())]


@pytest.mark.parametrize("seed", range(4))
def test_what_is_absent_changes_no_bit(seed: int) -> None:
    plain = random_problem(np.random.default_rng(seed))
    base = numbers(simulated(plain))
    for changes in (
        {"risk": risk_of(plain)},
        {"rationing": Rationing.CHANNEL},  # without tiers
        {"rationing": Rationing.CHANNEL, "channel_tier": np.array([1])},
    ):
        assert numbers(simulated(replace(plain, **changes))) == base  # type: ignore[arg-type]
    alone = random_problem(np.random.default_rng(seed), items=1)
    first = replace(alone, rationing=Rationing.MARGIN)
    assert numbers(simulated(first)) == numbers(simulated(alone))


def test_threads_and_fewer_blocks_give_the_same_draws() -> None:
    problem = small_problem(spread=0.3, production_yield=np.full(4, 0.9))
    spread = np.array([0.05, 0.08, 0.0])
    risk = risk_of(
        problem, availability_spread=spread, yield_spread=np.full(4, 0.03), slip=np.full(4, 0.2)
    )
    problem = replace(problem, risk=risk, rationing=Rationing.MARGIN)
    paths, plan = draws_module.paths(problem, draws=1024, seed=3), kernel.expected(problem)
    one, two = (kernel.simulate(problem, plan, paths, threads=n) for n in (1, 2))
    assert numbers(one) == numbers(two)
    assert one.hash == two.hash
    preview = kernel.simulate(problem, plan, paths.first(1))
    for measure in Measure:
        assert np.array_equal(preview.families[measure], one.families[measure][:256])
    certain = replace(problem, risk=None)
    assert kernel.simulate(certain, plan, paths).hash != one.hash


def machine(**changes: object) -> Problem:
    """One machine of 100 hours; A and B want 80 units each, an hour a unit."""
    return plain_problem(
        np.full((2, 3), 80.0), routing=np.ones((2, 1)), capacity=np.full((1, 3), 100.0), **changes
    )


def test_the_better_margin_is_served_first() -> None:
    problem = machine(unit_cost=np.array([4.0, 6.0]), rationing=Rationing.MARGIN)
    assert kernel.expected(problem).release[:, 0].tolist() == pytest.approx([80.0, 20.0])
    turned = replace(problem, unit_cost=np.array([6.0, 4.0]))
    assert kernel.expected(turned).release[:, 0].tolist() == pytest.approx([20.0, 80.0])
    assert kernel.expected(turned).limit[:, 0].tolist() == [0, -1]
    alike = replace(problem, unit_cost=np.array([6.0, 6.0]))
    assert kernel.expected(alike).release[:, 0].tolist() == pytest.approx([50.0, 50.0])


def test_the_better_channel_is_served_first() -> None:
    problem = machine(
        channels=("Trade", "Web"),
        channel_share=np.array([[0.2, 0.8], [0.9, 0.1]]),
        channel_tier=np.array([2, 1]),
        rationing=Rationing.CHANNEL,
    )
    assert kernel.expected(problem).release[:, 0].tolist() == pytest.approx([80.0, 20.0])


def test_margin_counts_the_hours_of_the_fullest_resource() -> None:
    problem = plain_problem(
        np.array([[10.0], [10.0]]),
        routing=np.array([[2.0, 1.0], [0.5, 0.0]]),
        capacity=np.array([[100.0], [10.0]]),
        price=np.array([[30.0], [30.0]]),
        unit_cost=np.array([10.0, 10.0]),
    )
    # R0 is loaded to 25 %, R1 to 100 %: A counts hours of R1, B has only R0.
    assert bottleneck_margin(problem).tolist() == [20.0, 40.0]


def test_at_most_five_classes_and_equals_together() -> None:
    items = 23
    problem = plain_problem(
        np.ones((items, 1)),
        routing=np.ones((items, 1)),
        capacity=np.ones((1, 1)),
        unit_cost=np.repeat(np.arange(12), 2)[:items] / 3,
        rationing=Rationing.MARGIN,
    )
    assert np.diff(structure(problem).classes).tolist() == [6, 4, 6, 4, 3]


@pytest.mark.parametrize(("mean", "spread"), [(0.85, 0.05), (0.6, 0.2), (0.97, 0.02)])
def test_beta_shares_are_the_quantiles(mean: float, spread: float) -> None:
    from scipy.special import ndtr

    normals = np.linspace(-4, 4, 1001)
    k = mean * (1 - mean) / spread**2 - 1
    exact = beta.ppf(ndtr(normals), mean * k, (1 - mean) * k) / mean
    assert beta_shares(mean, spread, normals) == pytest.approx(exact, abs=2e-6)
    drawn = mean * beta_shares(mean, spread, np.random.default_rng(1).standard_normal(200_000))
    assert drawn.mean() == pytest.approx(mean, abs=4 * spread / 200_000**0.5)
    assert drawn.std() == pytest.approx(spread, rel=0.01)
    assert (beta_shares(1.0, spread, normals) == 1.0).all()


def test_hours_that_fail_cut_the_releases_and_materials_never_fail() -> None:
    problem = machine(day_spread=0.0)
    failing = replace(problem, risk=risk_of(problem, availability_spread=np.array([0.1])))
    outcome = simulated(failing, draws=1024)
    made = outcome.total(Measure.SHIPPED_UNITS)
    assert made.mean() == pytest.approx(100.0, rel=0.01)
    assert made.std() == pytest.approx(100 * 0.1 / 0.8, rel=0.05)
    assert (outcome.overload == 1.0).all()
    half = replace(failing, demand=np.full((2, 3), 50.0))
    assert simulated(half, draws=1024).overload == pytest.approx(0.5, abs=0.08)


def test_what_slips_comes_one_month_later_and_is_not_ordered_twice() -> None:
    problem = plain_problem(
        np.full((1, 6), 10.0), safety_stock=np.full((1, 6), 20.0), opening_stock=np.array([30.0])
    )
    slipping = replace(problem, risk=risk_of(problem, slip=np.array([1.0])))
    outcome = simulated(slipping)
    # Nothing to order at first: 30 are there. Then 10 a month, each a month late.
    assert outcome.item_release[0].tolist() == pytest.approx([0.0, 10.0, 10.0, 10.0, 10.0, 10.0])
    assert outcome.item_stock[0].tolist() == pytest.approx([20.0, 10.0, 10.0, 10.0, 10.0, 10.0])
    sometimes = replace(problem, risk=risk_of(problem, slip=np.array([0.25])))
    late = simulated(sometimes, draws=1024).item_stock[0]
    assert late[1:] == pytest.approx(20 - 0.25 * 10, abs=0.5)


def test_yield_is_random_around_its_mean() -> None:
    problem = plain_problem(np.full((1, 2), 90.0), production_yield=np.array([0.9]), day_spread=0.0)
    random = replace(problem, risk=risk_of(problem, yield_spread=np.array([0.04])))
    outcome = simulated(random, draws=2048)
    assert outcome.item_release[0, 0] == pytest.approx(100.0)
    short = 90.0 - outcome.total(Measure.SHIPPED_UNITS)[:, 0]
    assert short.min() >= 0.0
    # Half of the normal loss: 100 x 0.04 / sqrt(2 pi); a beta is a little skewed.
    assert short.mean() == pytest.approx(4 / np.sqrt(2 * np.pi), rel=0.1)


def test_stock_outs_inside_the_month_are_counted() -> None:
    """From 30 to 30 with s = 100 / sqrt(21), counted once a day: exp(-2 (30 + k)^2 / s^2)."""
    problem = plain_problem(
        np.full((1, 1), 100.0),
        errors=error_model(1, 1, spread=1e-9),
        opening_stock=np.array([30.0]),
        receipts=np.array([[100.0]]),
        working_days=np.array([20.0]),
        backorder_share=np.array([1.0]),
    )
    touched = simulated(problem, draws=1).families[Measure.STOCKOUTS][0, 0, 0]
    ahead = 0.5826 * 100 / np.sqrt(21 * 20) - 2.5
    assert touched == pytest.approx(np.exp(-2 * (30 + ahead) ** 2 * 21 / 1e4), rel=1e-5)
    fills = [
        simulated(replace(problem, day_spread=spread), draws=1).total(Measure.SERVED_UNITS)[0, 0]
        for spread in (0.0, 1.0, 3.0)
    ]
    assert fills[0] == pytest.approx(100.0)
    assert fills[0] > fills[1] > fills[2] > 80.0


@pytest.mark.parametrize("months", [1, 24])
def test_poor_companies_are_simulated_too(months: int) -> None:
    nothing = plain_problem(
        np.zeros((1, months)),
        errors=error_model(1, months, spread=0.3),
        safety_stock=np.zeros((1, months)),
    )
    outcome = simulated(nothing, draws=1)
    assert outcome.total(Measure.STOCKOUTS).max() == 0.0
    closed = plain_problem(
        np.full((2, months), 50.0),
        routing=np.ones((2, 1)),
        capacity=np.zeros((1, months)),
        errors=error_model(2, months, spread=0.3),
    )
    outcome = simulated(closed, draws=1)
    assert outcome.total(Measure.SHIPPED_UNITS).max() == 0.0
    assert (outcome.overload == 1.0).all()
    for values in (*outcome.families.values(), outcome.storage_cost, outcome.item_stock):
        assert np.isfinite(values).all()
