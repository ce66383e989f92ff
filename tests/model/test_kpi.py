"""KPIs: each formula against a number made by hand, estimates and paired differences."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from sim.model import draws as draws_module
from sim.model import kernel, kpi, kpi_formulas
from sim.model.kpi import KPIS, Better, Kpi
from sim.model.outcome import Measure, Outcome
from sim.model.planner import plan_costs, plan_kpis
from sim.model.stated import UnitCosts
from tests.model.problems import error_model, plain_problem, small_problem


def outcome_of(**measures: list[list[float]]) -> Outcome:
    """Two draws, one family, two months; what is not given is zero."""
    problem = plain_problem(
        np.array([[10.0, 10.0, 10.0]]),
        holding_rate=0.01,
        storage=np.array([5.0, 5.0, 5.0]),
        outside_storage_cost=np.array([2.0, 2.0, 2.0]),
        opening_stock=np.array([4.0]),
        fixed_cost={"crew": np.array([3.0, 0.0, 100.0])},
    )
    plan = kernel.expected(problem)
    base = kernel.simulate(problem, plan, draws_module.paths(problem, draws=2, seed=1))
    families = {measure: np.zeros((2, 1, 3)) for measure in Measure}
    for name, rows in measures.items():
        families[Measure(name)][:, 0, :2] = rows
    nothing = np.zeros((2, 3))
    return replace(
        base,
        families=families,
        overtime_cost=nothing + 1.0,
        outside_cost=nothing + 2.0,
        storage_cost=nothing + 5.0,
    )


TWO = slice(0, 2)


def test_ratios_are_ratios_of_sums() -> None:
    found = kpi.per_draw(
        outcome_of(
            demand_value=[[100.0, 300.0], [50.0, 50.0]],
            served_value=[[100.0, 150.0], [50.0, 50.0]],
            full_value=[[100.0, 0.0], [50.0, 50.0]],
            demand_units=[[10.0, 30.0], [5.0, 5.0]],
            served_units=[[10.0, 20.0], [5.0, 5.0]],
            stockouts=[[0.0, 1.0], [0.0, 0.0]],
        ),
        TWO,
    )
    assert found[Kpi.FILL_RATE].tolist() == [250 / 400, 1.0]  # not (1 + 0.5) / 2
    assert found[Kpi.FILL_RATE_UNITS].tolist() == [0.75, 1.0]
    assert found[Kpi.OTIF_PROXY].tolist() == [0.25, 1.0]
    assert found[Kpi.CYCLE_SERVICE].tolist() == [0.5, 1.0]
    assert found[Kpi.AT_RISK].tolist() == [150.0, 0.0]


def test_margin_is_revenue_less_every_cost() -> None:
    outcome = outcome_of(
        revenue=[[100.0, 200.0], [0.0, 0.0]],
        goods_cost=[[40.0, 60.0], [0.0, 0.0]],
        subcontract_cost=[[0.0, 7.0], [0.0, 0.0]],
        stock_value=[[300.0, 500.0], [0.0, 0.0]],
        pallets=[[4.0, 9.0], [0.0, 0.0]],
    )
    found = kpi.per_draw(outcome, TWO)
    # 300 - 100 goods - 7 bought - 2 overtime - 4 outside - 3 crew - 8 holding - 10 storage
    assert found[Kpi.NET_MARGIN].tolist() == pytest.approx([166.0, -2 - 4 - 3 - 10])
    # 2 overtime + 4 outside + 7 bought + 3 crew; 4 pallets too many are nobody's decision
    assert found[Kpi.DECISION_COST].tolist() == pytest.approx([16.0, 9.0])
    rented = replace(outcome.problem, outside_storage=np.array([0.0, 1.0, 0.0]))
    cost = kpi.per_draw(replace(outcome, problem=rented), TWO)[Kpi.DECISION_COST]
    assert cost.tolist() == pytest.approx([24.0, 9.0])  # now with 4 pallets at 2
    assert found[Kpi.REVENUE].tolist() == [300.0, 0.0]


def test_stated_costs_of_waiting_and_losing_are_in_the_margin() -> None:
    """4 and 6 units wait at 3 each month, 5 are lost at 2 besides what they would have earned."""
    outcome = outcome_of(
        backlog_units=[[4.0, 6.0], [0.0, 0.0]], lost_units=[[0.0, 5.0], [0.0, 0.0]]
    )
    ones = np.ones((1, 3))
    waits = replace(outcome.problem, backorder_share=np.array([0.5]))
    costs = UnitCosts(hold=0.0 * ones, backlog=3.0 * ones, lost=2.0 * ones)
    before = kpi.per_draw(replace(outcome, problem=waits), TWO)[Kpi.NET_MARGIN]
    after = kpi.per_draw(replace(outcome, problem=replace(waits, costs=costs)), TWO)
    assert (before - after[Kpi.NET_MARGIN]).tolist() == pytest.approx([3 * 10 + 2 * 5, 0.0])
    # A decision costs what it did: nobody decides to lose a customer.
    assert after[Kpi.DECISION_COST].tolist() == pytest.approx([9.0, 9.0])


@given(st.integers(0, 2), st.integers(1, 3), st.booleans())
def test_margins_of_the_months_add_up_to_that_of_a_window(first, count, stated) -> None:
    measures = ("revenue", "goods_cost", "stock_value", "stock_units", "backlog_units")
    outcome = outcome_of(**{name: [[9.0, 5.0], [7.0, 2.0]] for name in measures})
    ones = np.ones((1, 3))
    costs = UnitCosts(hold=0.2 * ones, backlog=3.0 * ones, lost=2.0 * ones) if stated else None
    outcome = replace(outcome, problem=replace(outcome.problem, costs=costs))
    window = slice(first, min(first + count, 3))
    months = [KPIS[Kpi.NET_MARGIN].formula(outcome, slice(t, t + 1)) for t in range(3)]
    whole = KPIS[Kpi.NET_MARGIN].formula(outcome, window)
    assert np.allclose(sum(months[window]), whole)
    assert np.allclose(kpi_formulas.net_margin_by_month(outcome)[:, window].sum(axis=1), whole)


@pytest.mark.parametrize("price", [10.0, 0.0])
def test_simulated_margin_counts_what_the_plan_counts(price: float) -> None:
    """With certain demand: margin of the plan, goods paid when sold instead of when made."""
    ones = np.ones((3, 3))
    problem = plain_problem(
        np.array([[10.0, 14.0, 12.0], [20.0, 30.0, 0.0], [9.0, 9.0, 9.0]]),
        family=(0, 0, 1),
        routing=np.ones((3, 1)),
        capacity=np.full((1, 3), 40.0),
        backorder_share=np.array([1.0, 0.0, 0.5]),
        price=price * ones,
        errors=error_model(3, 3, spread=0.0),
        costs=UnitCosts(hold=0.2 * ones, backlog=3.0 * ones, lost=2.0 * ones),
    )
    plan = kernel.expected(problem)
    paths = draws_module.paths(problem, draws=4, seed=1)
    outcome = kernel.simulate(problem, plan, paths)
    whole = slice(0, 3)
    found = kpi.per_draw(outcome, whole)[Kpi.NET_MARGIN]
    cost = plan_costs(problem, plan)
    assert cost["backlog"] > 0
    assert cost["lost"] > 0
    goods = outcome.total(Measure.GOODS_COST)[:, whole].sum(axis=1)
    revenue = plan_kpis(problem, plan)["revenue"]
    wanted = revenue - (sum(cost.values()) - cost["material"]) - goods
    assert found == pytest.approx(wanted, rel=1e-5, abs=1e-3)


def test_stock_figures() -> None:
    found = kpi.per_draw(
        outcome_of(
            stock_value=[[300.0, 90.0], [10.0, 30.0]],
            goods_cost=[[390.0, 390.0], [0.0, 40.0]],
            pallets=[[4.0, 9.0], [1.0, 0.0]],
            lost_value=[[1.0, 2.0], [0.0, 0.0]],
            backlog_value=[[5.0, 3.0], [0.0, 0.0]],
        ),
        TWO,
    )
    assert found[Kpi.STOCK_PEAK].tolist() == [300.0, 30.0]
    assert found[Kpi.STOCK_MEAN].tolist() == [195.0, 20.0]
    assert found[Kpi.TURNS].tolist() == [12 * 390 / 195, 12.0]
    assert found[Kpi.COVER].tolist() == [1.5, 0.5]  # next months need 10 units at 6
    assert found[Kpi.PALLETS_PEAK].tolist() == [9.0, 1.0]
    assert found[Kpi.LOST_SALES].tolist() == [3.0, 0.0]
    assert found[Kpi.BACKLOG].tolist() == [3.0, 0.0]  # waiting at the end, not twice
    assert found[Kpi.CASH].tolist() == [90 - 24, 30 - 24]  # opened with 4 units at 6


def test_every_kpi_is_declared_once_with_its_direction() -> None:
    assert set(KPIS) == set(Kpi)
    assert KPIS[Kpi.AT_RISK].better is Better.LOWER
    assert KPIS[Kpi.FILL_RATE].key(Kpi.FILL_RATE) == "kpi.fill_rate"


def test_estimates_say_how_sure_they_are() -> None:
    values = np.arange(1.0, 101.0)
    found = kpi.estimate(values)
    assert found.mean == 50.5
    assert (found.p5, found.p95) == pytest.approx((5.95, 95.05))
    assert found.error == pytest.approx(values.std(ddof=1) / 10)
    assert kpi.estimate(np.full(7, 0.1)).error == 0.0


def test_differences_are_paired() -> None:
    """Common draws: the error of a difference is far below that of the two levels."""
    problem = small_problem(spread=0.25)
    more = replace(problem, overtime=problem.capacity * 0.15)
    paths = draws_module.paths(problem, draws=1024, seed=1)
    base, other = (kernel.simulate(each, kernel.expected(each), paths) for each in (problem, more))
    months = kpi.window(problem)
    gain = kpi.differences(other, base, months)[Kpi.FILL_RATE]
    level = kpi.estimates(base, months)[Kpi.FILL_RATE]
    assert gain.mean > 0.005
    assert gain.error < 0.6 * level.error
    assert gain.mean > 5 * gain.error
    same = kpi.differences(base, base, months)
    assert all(found.mean == 0.0 and found.error == 0.0 for found in same.values())


def test_differences_refuse_other_draws() -> None:
    problem = small_problem()
    plan = kernel.expected(problem)
    one, two = (
        kernel.simulate(problem, plan, draws_module.paths(problem, draws=256, seed=s))
        for s in (1, 2)
    )
    with pytest.raises(ValueError, match="same draws"):
        kpi.differences(one, two, slice(0, 12))


@pytest.mark.parametrize(
    ("start", "months", "wanted"),
    [
        (date(2027, 1, 1), 18, slice(0, 12)),
        (date(2026, 7, 1), 18, slice(6, 18)),
        (date(2026, 7, 1), 14, slice(0, 12)),
        (date(2026, 7, 1), 5, slice(0, 5)),
    ],
)
def test_window_is_the_first_whole_calendar_year(start: date, months: int, wanted: slice) -> None:
    problem = replace(plain_problem(np.ones((1, months))), start=start)
    assert kpi.window(problem) == wanted


def test_without_prices_service_is_in_units_and_otif_unknown() -> None:
    problem = small_problem(price=np.zeros((4, 12)))
    paths = draws_module.paths(problem, draws=256, seed=1)
    outcome = kernel.simulate(problem, kernel.expected(problem), paths)
    found = kpi.per_draw(outcome, kpi.window(problem))
    assert np.array_equal(found[Kpi.FILL_RATE], found[Kpi.FILL_RATE_UNITS])
    assert 0.5 < found[Kpi.FILL_RATE].mean() < 1.0
    assert np.isnan(found[Kpi.OTIF_PROXY]).all()


def test_monthly_bands_hold_their_mean() -> None:
    problem = small_problem()
    paths = draws_module.paths(problem, draws=256, seed=1)
    outcome = kernel.simulate(problem, kernel.expected(problem), paths)
    band = kpi.monthly(outcome, Measure.DEMAND_UNITS)
    assert (band.p5 < band.mean).all()
    assert (band.mean < band.p95).all()
    assert band.mean == pytest.approx(problem.demand.sum(axis=0), rel=0.03)


@given(
    arrays(
        np.float64, array_shapes(min_dims=1, max_dims=3, max_side=30), elements=st.floats(-1e6, 1e6)
    )
)
def test_the_interval_is_numpys_percentile(values):
    found = kpi.interval(values)
    assert np.allclose(found, np.percentile(values, [5, 95], axis=0), rtol=1e-12, atol=1e-9)


def test_the_interval_of_an_unknown_value_is_unknown():
    values = np.arange(40.0).reshape(20, 2)
    values[3, 1] = np.nan
    low, high = kpi.interval(values)
    assert np.isnan([low[1], high[1]]).all()
    assert np.isfinite([low[0], high[0]]).all()
