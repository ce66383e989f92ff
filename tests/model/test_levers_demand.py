"""Demand levers against numbers made by hand and closed forms."""

from dataclasses import replace
from datetime import date
from statistics import NormalDist

import numpy as np
import pytest

from sim.model import levers
from sim.model.draws import paths
from sim.model.scenario import Card, Scenario
from tests.model.lever_cases import company
from tests.model.problems import error_model, plain_problem


def _apply(problem, *cards):
    return levers.apply(problem, Scenario(cards=cards))


def _spread_of_total(problem, items):
    """Standard deviation of the total by the full covariance matrix, cell by cell."""
    errors, months = problem.errors, range(problem.months)
    own = 1 - errors.market_share - errors.family_share
    cells = [(i, t) for i in items for t in months]
    variance = 0.0
    for i, t in cells:
        for j, s in cells:
            same = errors.family_share * (problem.family[i] == problem.family[j]) + own * (i == j)
            common = (errors.market_share + same) * errors.autocorrelation[abs(t - s)]
            sigma = problem.demand * errors.spread
            variance += sigma[i, t] * sigma[j, s] * common
    return variance**0.5


@pytest.mark.parametrize("quantile", [0.1, 0.3, 0.65, 0.9])
@pytest.mark.parametrize(("target", "items"), [("all", range(4)), ("family:F0", (0, 1))])
def test_outlook_is_the_quantile_of_the_total(quantile, target, items):
    problem = company()
    card = Card(id="o", kind="outlook", target=target, value=quantile)
    total = problem.demand[list(items)].sum()
    wanted = NormalDist(total, _spread_of_total(problem, items)).inv_cdf(quantile)
    changed = _apply(problem, card).demand
    assert changed[list(items)].sum() == pytest.approx(wanted, rel=1e-12)
    others = [i for i in range(4) if i not in items]
    np.testing.assert_array_equal(changed[others], problem.demand[others])


def test_outlook_agrees_with_the_simulated_paths():
    """The share of simulated futures below the P80 outlook is 80 %."""
    problem = company()
    draws = paths(problem, draws=4096, seed=3)
    errors = np.stack([draws.path(i) for i in range(4)])
    demand = problem.demand[:, None, :] * (1 + problem.errors.spread[:, None, :] * errors)
    total = demand.sum(axis=(0, 2))
    outlook = _apply(problem, Card(id="o", kind="outlook", value=0.8)).demand.sum()
    assert (total <= outlook).mean() == pytest.approx(0.8, abs=0.02)


def test_outlook_moves_uncertain_items_more():
    """Two items with equal volume, all error common: shifts stand as the spreads do."""
    spread = np.array([[0.1], [0.3]]) * np.ones((2, 3))
    errors = error_model(2, 3, spread=spread, market=1.0, family=0.0)
    problem = plain_problem(np.full((2, 3), 100.0), errors=errors)
    shift = _apply(problem, Card(id="o", kind="outlook", value=0.9)).demand - 100.0
    np.testing.assert_allclose(shift[1], 3 * shift[0])


def test_outlook_without_spread_changes_nothing():
    problem = plain_problem(np.full((2, 3), 100.0))
    assert _apply(problem, Card(id="o", kind="outlook", value=0.9)).hash == problem.hash


def test_volume_of_a_channel_moves_its_share():
    problem = company()
    card = Card(id="v", kind="volume", target="channel:WEB", value=0.2)
    more = np.array([1.1, 1.15, 1.0, 1.12])[:, None]
    np.testing.assert_allclose(_apply(problem, card).demand, more * problem.demand)
    both = _apply(problem, replace(card, target="channel:WEB|channel:DIY"))
    np.testing.assert_allclose(both.demand, 1.2 * problem.demand)


def test_promotion_by_hand():
    problem = plain_problem(np.array([[100.0] * 5, [300.0] * 5, [50.0] * 5]), family=(0, 0, 1))
    card = Card(
        id="p",
        kind="promotion",
        target="item:I0",
        first=date(2027, 2, 1),
        last=date(2027, 2, 1),
        value=0.5,
        options={
            "discount": 0.2,
            "dip": 0.1,
            "dip_months": 2,
            "cannibalised": 0.3,
            "budget": 900.0,
        },
    )
    changed = _apply(problem, card)
    np.testing.assert_allclose(changed.demand[0], [100, 150, 90, 90, 100])
    np.testing.assert_allclose(changed.demand[1], [300, 285, 300, 300, 300])  # 30 % of 50
    np.testing.assert_allclose(changed.demand[2], 50)
    np.testing.assert_allclose(changed.price[0], [10, 8, 10, 10, 10])
    np.testing.assert_allclose(changed.promotion[0], [0, 50, -10, -10, 0])
    np.testing.assert_array_equal(changed.fixed_cost["promotion"], [0, 900, 0, 0, 0])


def test_price_by_hand():
    """+10 % at elasticity -1.5: volume x 1.1^-1.5 = 0.8668."""
    problem = plain_problem(np.full((1, 2), 100.0))
    card = Card(id="p", kind="price", value=0.1, options={"elasticity": -1.5})
    changed = _apply(problem, card)
    np.testing.assert_allclose(changed.price, 11.0)
    np.testing.assert_allclose(changed.demand, 100 * 1.1**-1.5)


def test_price_of_a_channel_keeps_the_money_of_the_others():
    problem = company()
    card = Card(id="p", kind="price", target="channel:DIY", value=0.2, options={"elasticity": -2.0})
    changed = _apply(problem, card)
    revenue = problem.price * problem.demand
    share = problem.channel_share[:, :1]
    wanted = revenue * (1 - share) + revenue * share * 1.2**-1.0
    np.testing.assert_allclose(changed.price * changed.demand, wanted)


def test_customer_is_an_event_with_a_probability():
    problem = company()
    card = Card(
        id="c",
        kind="customer",
        target="family:F0",
        first=date(2027, 4, 1),
        value=90.0,
        probability=0.3,
    )
    changed = _apply(problem, card)
    np.testing.assert_array_equal(changed.win_probability, [0.3])
    np.testing.assert_allclose(changed.win_volume[0].sum(axis=0), [0] * 3 + [90] * 9)
    ratio = changed.win_volume[0, :2, 3:] / problem.demand[:2, 3:]
    np.testing.assert_allclose(ratio[0], ratio[1])
    np.testing.assert_array_equal(changed.demand, problem.demand)


def test_a_customer_cannot_take_away_more_than_is_bought():
    problem = company()
    card = Card(id="c", kind="customer", target="family:F1|channel:WEB", value=-1e6)
    gone = _apply(problem, card).win_volume[0]
    np.testing.assert_allclose(gone[2], 0.0)  # the web buys none of I2
    np.testing.assert_allclose(gone[3], -0.6 * problem.demand[3])


def test_shift_of_a_promotion_by_hand():
    """November's promotion comes in September, keeping 60 %; its 20 % discount comes along."""
    problem = company()
    base = problem.price[0, 0]
    card = Card(id="s", kind="shift_promotion", target="item:I0", value=-2.0, options={"kept": 0.6})
    changed = _apply(problem, card)
    moved = changed.demand[0] - problem.demand[0]
    np.testing.assert_allclose(moved[[8, 9, 10, 11]], [36, -12, -60, 20])
    np.testing.assert_allclose(changed.price[0, [8, 9, 10, 11]], base * np.array([0.8, 1, 1, 1]))
    np.testing.assert_array_equal(changed.demand[1:], problem.demand[1:])


def test_a_promotion_shifted_past_the_horizon_is_gone():
    problem = company()
    changed = _apply(problem, Card(id="s", kind="shift_promotion", value=6.0))
    np.testing.assert_allclose(changed.demand, problem.demand - problem.promotion)
    np.testing.assert_allclose(changed.price[0], problem.price[0, 0])


def test_there_and_back_keeps_the_promotion():
    problem = company()
    there = Card(id="s", kind="shift_promotion", value=-3.0, options={"kept": 1.0})
    moved = _apply(problem, there)
    back = _apply(moved, replace(there, value=3.0))
    np.testing.assert_allclose(back.demand, problem.demand)
    np.testing.assert_allclose(back.price, problem.price)


def test_only_the_promotion_of_the_window_moves():
    problem = company()
    card = Card(
        id="s",
        kind="shift_promotion",
        first=date(2027, 1, 1),
        last=date(2027, 6, 1),
        value=2.0,
    )
    assert _apply(problem, card).hash == problem.hash
