"""The simulator on small cases that can be checked by hand or by a closed form."""

from dataclasses import replace

import numpy as np
import pytest

from sim.model import draws as draws_module
from sim.model import kernel
from sim.model.kernel import run
from sim.model.outcome import Measure, PlanStatus
from sim.model.problem import PlanMode, ResourceKind
from tests.model import oracle
from tests.model.problems import error_model, plain_problem, small_problem

DRAWS = 256


def test_one_or_two_threads_give_the_same_bytes() -> None:
    problem = small_problem(
        win_probability=np.array([0.4]), win_volume=np.full((1, 4, 12), 20.0), spread=0.3
    )
    plan = kernel.expected(problem)
    paths = draws_module.paths(problem, draws=1024, seed=3)
    alone, together = (kernel.simulate(problem, plan, paths, threads=n) for n in (1, 2))
    for measure in Measure:
        assert alone.families[measure].tobytes() == together.families[measure].tobytes()
    for name in ("overtime_cost", "outside_cost", "load", "overload", "unserved", "item_stock"):
        assert getattr(alone, name).tobytes() == getattr(together, name).tobytes()
    assert alone.hash == together.hash


def test_a_small_case_by_hand() -> None:
    """One machine of 100 h, two items of 1 h; A needs 80, B needs 60: both get 100 / 140."""
    problem = plain_problem(
        np.array([[80.0], [60.0]]),
        routing=np.ones((2, 1)),
        capacity=np.array([[100.0]]),
        overtime=np.array([[12.0]]),
        overtime_cost=np.array([[5.0]]),
        outside=np.array([[7.0]]),
        outside_cost=np.array([[4.0]]),
        subcontract=np.array([[0.0], [3.0]]),
        subcontract_cost=np.array([[1.0], [1.5]]),
        backorder_share=np.array([0.0, 1.0]),
    )
    plan = kernel.expected(problem)
    share = (100 + 12 + 7) / 140
    assert plan.release[0, 0] == pytest.approx(80 * share)  # 68
    assert plan.subcontract[:, 0] == pytest.approx([0.0, 3.0])
    assert plan.release[1, 0] == pytest.approx(60 * share + 3)  # 51 + 3
    assert plan.outside[0, 0] == pytest.approx(7.0)
    assert plan.overtime[0, 0] == pytest.approx(12.0)
    assert plan.limit.tolist() == [[0], [0]]
    assert plan.stock[:, 0] == pytest.approx([68 - 80, 54 - 60])
    paths = draws_module.paths(problem, draws=4, seed=0)
    outcome = kernel.simulate(problem, plan, paths)
    assert outcome.overtime_cost[0, 0] == pytest.approx(60.0)
    assert outcome.outside_cost[0, 0] == pytest.approx(28.0)
    assert outcome.families[Measure.SUBCONTRACT_COST][0, 0, 0] == pytest.approx(4.5)
    assert outcome.families[Measure.LOST_VALUE][0, 0, 0] == pytest.approx(120.0)
    assert outcome.families[Measure.BACKLOG_VALUE][0, 0, 0] == pytest.approx(60.0)
    assert outcome.load[0, 0] == pytest.approx(1.19)
    assert outcome.overload[0, 0] == 1.0
    # B starts and ends without stock: on the straight line it was never in stock.
    assert outcome.families[Measure.SERVED_UNITS][0, 0, 0] == pytest.approx(68.0)


def test_freed_capacity_is_given_back() -> None:
    """B is held by its own machine, so A may use what B leaves on the common one."""
    problem = plain_problem(
        np.array([[100.0], [100.0]]),
        routing=np.array([[1.0, 0.0], [1.0, 1.0]]),
        capacity=np.array([[100.0], [10.0]]),
    )
    plan = kernel.expected(problem)
    assert plan.release[:, 0] == pytest.approx([90.0, 10.0])
    assert plan.limit[:, 0].tolist() == [0, 1]


def test_unused_material_carries_over_and_hours_do_not() -> None:
    demand = np.array([[20.0, 100.0]])
    limited = np.array([[50.0, 50.0]])
    hours = plain_problem(demand, routing=np.ones((1, 1)), capacity=limited)
    sets = replace(hours, resource_kind=(ResourceKind.MATERIAL,))
    assert kernel.expected(hours).release[0].tolist() == pytest.approx([20.0, 50.0])
    assert kernel.expected(sets).release[0].tolist() == pytest.approx([20.0, 80.0])
    unlimited_first = replace(sets, capacity=np.array([[np.inf, 50.0]]))
    assert kernel.expected(unlimited_first).release[0].tolist() == pytest.approx([20.0, 50.0])


def test_the_reason_stays_while_the_item_is_short() -> None:
    """Cut in month 0 with one month of lead time: short in month 1, healed in month 2."""
    problem = plain_problem(
        np.full((1, 5), 50.0),
        routing=np.ones((1, 1)),
        capacity=np.array([[20.0, 200.0, 200.0, 200.0, 200.0]]),
        lead_time=np.array([1]),
        receipts=np.array([[50.0, 0.0, 0.0, 0.0, 0.0]]),
        backorder_share=np.array([1.0]),
    )
    plan = kernel.expected(problem)
    assert plan.stock[0].tolist() == pytest.approx([0.0, -30.0, 0.0, 0.0, 0.0])
    assert plan.limit[0].tolist() == [0, 0, -1, -1, -1]


def test_frozen_months_follow_the_plan_in_every_draw() -> None:
    problem = small_problem(spread=0.4, frozen_months=3, capacity=np.full((3, 12), np.inf))
    plan = kernel.expected(problem)
    paths = draws_module.paths(problem, draws=DRAWS, seed=5)
    errors = np.stack([paths.path(i) for i in range(4)], axis=1).astype(float)
    truth = oracle.play(problem, plan, errors, np.zeros((0, DRAWS)))
    np.testing.assert_allclose(
        truth.release[:, :, :3], np.broadcast_to(plan.release[:, :3], (DRAWS, 4, 3))
    )
    outcome = kernel.simulate(problem, plan, paths)
    np.testing.assert_allclose(outcome.item_release[:, :3], plan.release[:, :3], rtol=1e-5)
    assert truth.release[:, :, 4].std(axis=0).min() > 1.0


def test_customers_come_in_their_share_of_draws() -> None:
    problem = plain_problem(
        np.full((1, 6), 100.0),
        day_spread=0.0,
        win_probability=np.array([0.25]),
        win_volume=np.concatenate([np.zeros((1, 1, 2)), np.full((1, 1, 4), 40.0)], axis=2),
    )
    paths = draws_module.paths(problem, draws=1024, seed=2)
    outcome = kernel.simulate(problem, kernel.expected(problem), paths)
    demand = outcome.total(Measure.DEMAND_UNITS)
    assert (demand[:, :2] == 100.0).all()
    assert set(np.unique(demand[:, 2:].round(3))) == {100.0, 140.0}
    assert (demand[:, 4] > 120).mean() == pytest.approx(0.25, abs=4 / 1024)
    # From the second month on the planners know: releases follow the customer.
    assert outcome.item_release[0, 4] == pytest.approx(110.0, abs=1.0)


def test_base_stock_fill_rate_has_its_closed_form() -> None:
    """Lost sales, no lead time, no capacity: stock is back at S each month, errors independent.

    fill = E min(D, S + mu) / E D with D normal: E min = mean - s L(z) (SPT 6.6, loss function).
    """
    from scipy.stats import norm

    months, mean, spread, safety = 12, 100.0, 0.2, 10.0
    memoryless = replace(
        error_model(1, months, spread=spread, market=0.0, family=0.0),
        autocorrelation=np.eye(months)[0],
    )
    problem = plain_problem(
        np.full((1, months), mean),
        errors=memoryless,
        day_spread=0.0,
        safety_stock=np.full((1, months), safety),
        opening_stock=np.array([safety]),
    )
    paths = draws_module.paths(problem, draws=4096, seed=11)
    outcome = kernel.simulate(problem, kernel.expected(problem), paths)
    served = outcome.total(Measure.SERVED_UNITS).sum(axis=1)
    asked = outcome.total(Measure.DEMAND_UNITS).sum(axis=1)
    z = safety / (mean * spread)
    missed = mean * spread * (norm.pdf(z) - z * norm.sf(z))
    ratio = served.mean() / asked.mean()
    spread_of = (served - ratio * asked).std(ddof=1) / len(asked) ** 0.5 / asked.mean()
    assert ratio == pytest.approx(1 - missed / mean, abs=3 * spread_of + 1e-4)
    assert 0.9 < ratio < 0.97


def test_wide_spread_is_lognormal_with_the_right_mean() -> None:
    problem = plain_problem(
        np.full((1, 4), 50.0), errors=error_model(1, 4, spread=0.9, market=0.5, family=0.0)
    )
    paths = draws_module.paths(problem, draws=4096, seed=4)
    outcome = kernel.simulate(problem, kernel.expected(problem), paths)
    demand = outcome.total(Measure.DEMAND_UNITS)
    error = demand.std(axis=0, ddof=1) / 64
    assert (np.abs(demand.mean(axis=0) - 50.0) < 3 * error).all()
    assert (demand > 0).all()
    assert demand.std(axis=0) / 50.0 == pytest.approx(0.9, abs=0.12)


def test_storage_beyond_the_store_costs_the_outside_price() -> None:
    problem = replace(
        small_problem(),
        storage=np.full(12, 10.0),
        storage_cost=2.0,
        outside_storage=np.full(12, 3.0),
        outside_storage_cost=np.full(12, 7.0),
    )
    pallets = np.array([[8.0] * 12, [15.0] * 12])
    assert run.storage_cost(problem, pallets)[:, 0].tolist() == [16.0, 10 * 2 + 5 * 7]


def test_hash_tells_problems_modes_and_draws_apart() -> None:
    problem = small_problem()
    plan = kernel.expected(problem)
    first = draws_module.paths(problem, draws=256, seed=1)
    hashes = {
        kernel.simulate(problem, plan, first).hash,
        kernel.simulate(problem, plan, draws_module.paths(problem, draws=256, seed=2)).hash,
        kernel.simulate(problem, replace(plan, mode=PlanMode.LEVEL), first).hash,
        kernel.simulate(replace(problem, holding_rate=0.02), plan, first).hash,
    }
    assert len(hashes) == 4
    assert plan.status is PlanStatus.FEASIBLE
    assert kernel.simulate(problem, plan, first).hash in hashes


def test_draws_of_another_problem_are_refused() -> None:
    problem = small_problem()
    others = draws_module.paths(small_problem(months=9), draws=8, seed=1)
    with pytest.raises(ValueError, match="another problem"):
        kernel.simulate(problem, kernel.expected(problem), others)
