"""The textbook formulas beside scipy.stats."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from sim.model import inventory


def test_loss_is_the_expected_shortage() -> None:
    for k in (-2.0, -0.5, 0.0, 0.7, 2.5):
        shortage = quad(lambda demand, k=k: (demand - k) * norm.pdf(demand), k, 12)[0]
        assert inventory.unit_normal_loss(np.array(k)) == pytest.approx(shortage, rel=1e-8)


def test_factor_for_fill_inverts_the_fill_rate() -> None:
    rates = np.array([0.05, 0.5, 0.9, 0.975, 0.999, 0.999_999])
    for sd, quantity in ((10.0, 1000.0), (300.0, 100.0), (50.0, 50.0)):
        k = inventory.factor_for_fill(rates, np.full(6, sd), np.full(6, quantity))
        assert (np.diff(k) > 0).all()
        found = inventory.fill_rate(k, np.full(6, sd), np.full(6, quantity))
        assert found == pytest.approx(rates, abs=1e-10)
    with pytest.raises(ValueError, match="below 1"):
        inventory.factor_for_fill(np.array(1.0), np.array(1.0), np.array(1.0))


def test_newsvendor_order_earns_most() -> None:
    """Profit of the ski jackets by integration: nothing beats the formula's order."""

    def profit(order: float) -> float:
        lost = quad(lambda d: (d - order) * norm.pdf(d, 350, 100), order, 1350)[0]
        sold = 350 - lost
        return 150 * sold - 20 * (order - sold)

    ratio = inventory.critical_ratio(150, 20)
    best = float(inventory.newsvendor_quantity(np.array(350.0), np.array(100.0), ratio))
    assert profit(best) == pytest.approx(49_146, abs=1)  # printed by Chopra & Meindl
    assert profit(best) >= max(profit(best - 3), profit(best + 3))


def test_safety_stock_holds_its_cycle_service() -> None:
    service = np.array([0.6, 0.9, 0.95, 0.999])
    stock = inventory.safety_stock(
        inventory.safety_factor(service), np.full(4, 30.0), np.full(4, 3)
    )
    level = inventory.base_stock(np.full(4, 100.0), np.full(4, 3), stock)
    assert norm.cdf(level, 300, 30 * 3**0.5) == pytest.approx(service)


@pytest.mark.parametrize("costs", [(-1.0, 2.0), (1.0, -2.0), (0.0, 0.0)])
def test_impossible_costs_are_refused(costs: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="costs"):
        inventory.critical_ratio(*costs)
