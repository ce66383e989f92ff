"""The service formulas of a month beside its days, played one by one."""

from itertools import product

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from sim.model import service
from tests.model.daily import DAYS, base_stock, demand_of_days, play_month

SPREADS = (0.5, 1.0, 2.0)  # coefficient of variation of a day
CASES = np.array(
    list(product((0.05, 0.1, 0.25, 0.45), (0.0, 0.66), (0, 1, 3), (0.5, 1.0, 1.5, 2.0, 3.0)))
)


def policies(*, lose=None):
    spread, memory, lead, safety = (CASES[:, [n]] for n in range(4))
    rng = np.random.default_rng(7)
    lead = lead.astype(int)
    return base_stock(spread=spread, memory=memory, lead=lead, safety=safety, rng=rng, lose=lose)


@pytest.fixture(scope="module")
def waiting():
    return policies()


def share(served: np.ndarray, demand: np.ndarray) -> np.ndarray:
    """Fill rate of each case."""
    return served.sum(axis=(0, 2)) / demand.sum(axis=(0, 2))


@pytest.mark.parametrize("day_spread", SPREADS)
def test_fill_is_within_a_point_of_the_days(waiting, day_spread: float) -> None:
    m = waiting
    days = play_month(
        m.x, m.receipts, m.demand, day_spread=day_spread, rng=np.random.default_rng(1)
    )
    np.testing.assert_allclose(days.closing, m.y, atol=1e-9)
    truth = share(days.served, m.demand)
    s = service.month_spread(m.demand, day_spread, DAYS)
    off = share(service.bridge_fill(m.x, m.y, s) * m.demand, m.demand) - truth
    good = truth >= 0.9
    assert good.sum() > 30
    assert np.abs(off[good]).max() <= 0.01
    # A straight path alone promises up to 8 points too much when days differ.
    straight = share(service.linear_path_fill(m.x, m.y) * m.demand, m.demand) - truth
    assert straight[good].max() > 0.04


def test_a_wide_safety_stock_makes_the_straight_path_good_enough(waiting) -> None:
    m = waiting
    days = play_month(m.x, m.receipts, m.demand, day_spread=0.5, rng=np.random.default_rng(1))
    truth = share(days.served, m.demand)
    straight = share(service.linear_path_fill(m.x, m.y) * m.demand, m.demand)
    wide = (truth >= 0.9) & (CASES[:, 0] * CASES[:, 3] * np.sqrt(CASES[:, 2] + 1) > 0.4)
    assert np.abs(straight - truth)[wide].max() <= 0.01


def test_receipts_on_the_first_day_need_no_path(waiting) -> None:
    """Then the month-end formula is exact, whatever the days: receipts' spread is what matters."""
    m = waiting
    rng = np.random.default_rng(1)
    days = play_month(m.x, m.receipts, m.demand, day_spread=2.0, rng=rng, at_once=True)
    exact = np.clip(m.x + m.receipts, 0.0, m.demand)
    np.testing.assert_allclose(days.served, exact, atol=1e-9)


@pytest.mark.parametrize("day_spread", SPREADS)
def test_lost_sales_are_within_a_point_of_the_days(day_spread: float) -> None:
    """Each model lives with its own stock: what is lost now is on the shelf next month."""
    rng = np.random.default_rng(2)

    def by_days(x, receipts, demand, y):
        days = play_month(x, receipts, demand, day_spread=day_spread, rng=rng, lost=1.0)
        return demand - days.served

    def by_formula(x, receipts, demand, y):
        s = service.month_spread(demand, day_spread, DAYS)
        ahead = service.days_ahead(s, receipts, DAYS)
        return np.minimum(service.lost_in_month(x, y, s, ahead), demand)

    fills = []
    for lose in (by_days, by_formula, lambda x, receipts, demand, y: np.maximum(-y, 0.0)):
        m = policies(lose=lose)
        rng = np.random.default_rng(2)
        fills.append(1 - share(lose(m.x, m.receipts, m.demand, m.y), m.demand))
    good = fills[0] >= 0.9
    assert good.sum() > 60
    assert np.abs(fills[1] - fills[0])[good].max() <= 0.01
    assert (fills[2] - fills[0])[good].max() > 0.01  # the month-end formula


@pytest.mark.parametrize("day_spread", SPREADS)
def test_months_without_stock_out_by_brownian_bridge(waiting, day_spread: float) -> None:
    m = waiting
    days = play_month(
        m.x, m.receipts, m.demand, day_spread=day_spread, rng=np.random.default_rng(3)
    )
    truth = (days.lowest >= 0).mean(axis=(0, 2))
    s = service.month_spread(m.demand, day_spread, DAYS)
    plain = 1 - service.stockout_probability(m.x, m.y, s).mean(axis=(0, 2))
    ahead = service.days_ahead(s, m.receipts, DAYS)
    daily = 1 - service.stockout_probability(m.x, m.y, s, ahead).mean(axis=(0, 2))
    good = truth >= 0.9
    assert good.sum() > 12
    assert np.abs(daily - truth)[good].max() <= 0.02
    # Watched at every moment, lumpy days stock out more often than they do when counted.
    assert (plain - truth)[good].max() <= 0.03
    assert (plain - truth)[good].min() >= -0.06
    month_end = (m.y > 0).mean(axis=(0, 2))
    assert (month_end - truth)[good].max() > 0.04


def test_demand_leaves_the_line_by_the_spread_of_the_month() -> None:
    rng = np.random.default_rng(4)
    for day_spread in SPREADS:
        total = np.full(20_000, 100.0)
        so_far = demand_of_days(total, day_spread, rng).cumsum(axis=0)
        s = service.month_spread(total[:1], day_spread, DAYS)[0]
        part = np.arange(1, DAYS + 1) / DAYS
        wanted = s * np.sqrt(part * (1 - part))
        assert so_far.std(axis=1)[:-1] == pytest.approx(wanted[:-1], rel=0.03)


@pytest.mark.parametrize("s", [0.5, 5.0, 50.0])
@pytest.mark.parametrize("ends", [(0, 0), (9, 4), (30, 0), (30, -10), (-3, 9), (-3, -9)])
def test_bridge_fill_is_the_integral_over_the_month(ends: tuple[int, int], s: float) -> None:
    x, y = map(float, ends)
    exact = quad(
        lambda u: norm.cdf((x + (y - x) * u) / (s * np.sqrt(u * (1 - u)))), 0, 1, limit=400
    )[0]
    found = service.bridge_fill(*(np.array([value]) for value in (x, y, s)))[0]
    assert found == pytest.approx(exact, abs=0.0034)  # Mills ratio to 1.2 %


@pytest.mark.parametrize("s", [0.5, 5.0, 50.0])
@pytest.mark.parametrize("ends", [(0, 0), (9, 4), (30, 0), (30, -10), (0, -20)])
def test_lost_in_month_is_the_mean_depth_of_the_bridge(ends: tuple[int, int], s: float) -> None:
    x, y = map(float, ends)
    first = max(-y, 0.0)
    deeper = quad(lambda h: np.exp(-2 * (x + h) * (y + h) / s**2), first, first + 20 * s)[0]
    found = service.lost_in_month(*(np.array([value]) for value in (x, y, s)))[0]
    assert found - first == pytest.approx(deeper, rel=0.012, abs=1e-9)


def test_equal_days_are_the_straight_path() -> None:
    x, y = np.array([5.0, 5.0, 0.0, -2.0, -2.0]), np.array([5.0, -5.0, 0.0, 6.0, -6.0])
    none = np.zeros(5)
    straight = service.linear_path_fill(x, y)
    assert service.bridge_fill(x, y, none).tolist() == straight.tolist() == [1, 0.5, 1, 0.75, 0]
    assert service.lost_in_month(x[:2], y[:2], none[:2]).tolist() == [0, 5]
    assert service.stockout_probability(x, y, none).tolist() == [0, 1, 1, 1, 1]


def test_fill_falls_with_the_spread_of_days_above_half_and_is_symmetric() -> None:
    x, y = np.full(6, 20.0), np.full(6, 4.0)
    fills = service.bridge_fill(x, y, np.array([0.0, 4, 8, 16, 32, 1e6]))
    assert (np.diff(fills) < 0).all()
    assert fills[-1] == pytest.approx(0.5, abs=1e-3)
    s = np.full(6, 7.0)
    assert service.bridge_fill(x, y, s).tolist() == service.bridge_fill(y, x, s).tolist()
    assert service.bridge_fill(x, y, s) + service.bridge_fill(-x, -y, s) == pytest.approx(1.0)
