"""Printed results of the textbooks, found again by the simulator itself.

A month is the book's cycle; days are alike, so that stock is watched at the end of the cycle as
the formulas do. Means of low-discrepancy draws stand for expectations: the printed digits.
"""

from functools import cache

import numpy as np
import pytest
from scipy.stats import norm

from sim.model.draws import Draws, paths
from sim.model.inventory import (
    critical_ratio,
    economic_service,
    safety_factor,
    safety_stock,
)
from sim.model.kpi import Kpi, estimates
from sim.model.outcome import Measure, Outcome
from sim.model.problem import ErrorModel, Problem
from sim.model.run import run
from sim.model.scenario import Scenario
from sim.model.stated import UnitCosts
from tests.model.problems import plain_problem

DRAWS = 16_384


def item(mean: float, sd: float, stock: float, *, months: int = 1, **changes: object) -> Problem:
    """One item that opens with a stock and gets nothing more in its first month."""
    settled: dict[str, object] = {
        "errors": ErrorModel(
            spread=np.full((1, months), sd / mean),
            autocorrelation=np.eye(1, months)[0],
            market_share=0.0,
            family_share=0.0,
            source="assumed",
        ),
        "opening_stock": np.array([stock]),
        "day_spread": 0.0,
        "routing": np.ones((1, 1)),
        "capacity": np.zeros((1, months)),
        "price": np.zeros((1, months)),
        "unit_cost": np.zeros(1),
    }
    return plain_problem(np.full((1, months), mean), **(settled | changes))


@cache
def draws(months: int) -> Draws:
    return paths(item(1.0, 0.1, 0.0, months=months), draws=DRAWS, seed=5)


def played(problem: Problem) -> Outcome:
    return run(problem, Scenario(), draws=draws(problem.months))


def mean(found: Outcome, kpi: Kpi) -> float:
    return estimates(found, slice(0, found.problem.months))[kpi].mean


def jackets(order: float) -> Problem:
    """Price 250, cost 100; 10 less of a jacket left over at 50 % and 30 held: 20 lost on each."""
    money = {"price": np.full((1, 1), 250.0), "unit_cost": np.full(1, 100.0)}
    return item(350.0, 100.0, order, holding_rate=0.2, **money)


def test_ski_jackets() -> None:
    """Chopra & Meindl, newsvendor: order 468, expected profit 49,146."""
    best = jackets(468.0)
    assert economic_service(best)[0] == pytest.approx(0.88, abs=0.003)  # 150 / 170
    found = played(best)
    assert mean(found, Kpi.NET_MARGIN) == pytest.approx(49_146, abs=2)
    order = 350 + 100 * norm.ppf(economic_service(best)[0])
    assert int(order) == 468
    less, more = (mean(played(jackets(order + step)), Kpi.NET_MARGIN) for step in (-15, 15))
    assert max(less, more) < mean(found, Kpi.NET_MARGIN)
    assert found.total(Measure.STOCK_UNITS).mean() - found.total(
        Measure.LOST_UNITS
    ).mean() == pytest.approx(468 - 350, abs=0.1)


def newsvendor(stock: float) -> Problem:
    costs = UnitCosts(
        hold=np.full((1, 1), 0.18), backlog=np.full((1, 1), 0.70), lost=np.zeros((1, 1))
    )
    return item(50.0, 8.0, stock, costs=costs, backorder_share=np.ones(1))


def test_newsstand() -> None:
    """Snyder & Shen, Example 4.3: best stock 56.6, expected cost 1.9976."""
    ratio = economic_service(newsvendor(0.0))
    best = 50 + float(safety_stock(safety_factor(ratio), np.array(8.0), np.array(1))[0])
    assert best == pytest.approx(56.6040, abs=5e-5)
    assert -mean(played(newsvendor(best)), Kpi.NET_MARGIN) == pytest.approx(1.9976, abs=1e-4)


def test_fill_rate_of_lots() -> None:
    """Chopra & Meindl, ch. 12: 2,500 +- 500 a week, two weeks, order 10,000 at 6,000.

    In the cycle's last two weeks 25 are short: a fill rate of 0.9975.
    """
    found = played(item(5_000.0, 500 * 2**0.5, 6_000.0))
    short = found.total(Measure.LOST_UNITS).mean()
    assert round(short) == 25
    assert round(1 - short / 10_000, 4) == 0.9975
    covered = (found.total(Measure.LOST_UNITS) == 0).mean()
    assert round(covered, 2) == 0.92  # cycle service level


def test_printers_in_lots() -> None:
    """Chopra & Meindl, exercise on printers: 250 +- 150 a week, two weeks, order 1,000 at 600.

    Printed solution: safety stock 100, cycle service 0.68, short 43.86 a cycle, fill rate 0.96.
    """
    found = played(item(500.0, 150 * 2**0.5, 600.0))
    short = found.total(Measure.LOST_UNITS)
    assert short.mean() == pytest.approx(43.86, abs=5e-3)
    assert round(1 - short.mean() / 1_000, 2) == 0.96
    assert round((short == 0).mean(), 2) == 0.68


def test_safety_stock_for_nine_cycles_in_ten() -> None:
    """Chopra & Meindl, ch. 12: 906 on top of two weeks of 2,500, so a level of 5,906."""
    level = 5_000 + safety_stock(safety_factor(np.array(0.9)), np.array(500.0), np.array(2))
    assert round(float(level)) == 5_906
    found = played(item(5_000.0, 500 * 2**0.5, float(level)))
    assert (found.total(Measure.LOST_UNITS) == 0).mean() == pytest.approx(0.90, abs=1e-3)


@pytest.mark.parametrize("lead", [0, 1, 3])
def test_base_stock_costs_what_the_newsvendor_of_its_lead_time_costs(lead: int) -> None:
    """Base stock in every period: cost (h + p) phi(k) sd sqrt(L + 1) at the critical ratio.

    Snyder & Shen, Example 4.3 with a lead time; 1.9976 sqrt(L + 1) a period.
    """
    months = 6
    month = np.arange(months)
    kept = float(
        safety_stock(
            safety_factor(critical_ratio(np.array(0.70), np.array(0.18))),
            np.array(8.0),
            np.array(lead + 1),
        )
    )
    problem = item(
        50.0,
        8.0,
        kept,
        months=months,
        backorder_share=np.ones(1),
        capacity=np.full((1, months), np.inf),
        lead_time=np.array([lead]),
        receipts=np.where(month < lead, 50.0, 0.0)[None],
        safety_stock=np.full((1, months), kept),
    )
    found = played(problem)
    stock, waiting = (
        found.total(measure)[:, lead:].mean(axis=0)
        for measure in (Measure.STOCK_UNITS, Measure.BACKLOG_UNITS)
    )
    wanted = 1.9976051931766445 * np.sqrt(lead + 1)
    assert 0.18 * stock + 0.70 * waiting == pytest.approx(np.full(months - lead, wanted), rel=0.01)


def test_what_pays_best_by_hand() -> None:
    """Margin 4, a month of stock 0.06: 4 / 4.06. Half waits for 1: (2 + 0.5) / 2.56."""
    base = plain_problem(np.full((1, 2), 100.0))
    assert economic_service(base) == pytest.approx([4 / 4.06])
    costs = UnitCosts(hold=np.full((1, 2), 0.06), backlog=np.ones((1, 2)), lost=np.zeros((1, 2)))
    half = plain_problem(np.full((1, 2), 100.0), costs=costs, backorder_share=np.array([0.5]))
    assert economic_service(half) == pytest.approx([2.5 / 2.56])
    waits = plain_problem(np.full((1, 2), 100.0), backorder_share=np.ones(1))
    free = plain_problem(np.full((1, 2), 100.0), unit_cost=np.zeros(1))
    dear = plain_problem(np.full((1, 2), 100.0), unit_cost=np.full(1, 12.0))
    for unknown in (waits, free, dear):
        assert np.isnan(economic_service(unknown)).all()
