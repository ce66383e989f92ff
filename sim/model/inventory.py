"""Inventory formulas of the textbooks, for normal demand.

A safety factor k counts standard deviations of the demand over the time that a stock must
cover: the review period R and the lead time L (a month and L months in this model).
"""

import numpy as np
from scipy.special import ndtr, ndtri

from sim.model.problem import Floats

_ROOT_TWO_PI = np.sqrt(2 * np.pi)
_STEPS = 60  # Newton steps at most; six are usual


def critical_ratio(underage: float, overage: float) -> float:
    """Service level that balances a unit too few with a unit too many: cu / (cu + co).

    Parameters
    ----------
    underage : [money per unit] margin lost when a unit is missing
    overage : [money per unit] cost of a unit left over

    Returns
    -------
    probability that the stock covers demand

    Raises
    ------
    ValueError: a cost is negative, or both are nought.

    Source: Chopra & Meindl, ch. 13: price 250, cost 100, left over 80 after holding.

    >>> round(critical_ratio(250 - 100, 100 - 80), 2)
    0.88
    """
    if min(underage, overage) < 0 or underage + overage == 0:
        raise ValueError("costs of too few and too many must be 0 or more, one of them above")
    return underage / (underage + overage)


def safety_factor(service: Floats) -> Floats:
    """k with P(demand <= mean + k sd) = service (P1), never below 0.

    Parameters
    ----------
    service : (...) probability of no stock-out in a cycle; taken as 50 % to 99.99 %

    Returns
    -------
    (...) standard deviations

    Source: Silver, Pyke & Thomas, 6.7 (P1).

    >>> safety_factor(np.array([0.3, 0.90, 0.95])).round(3).tolist()
    [0.0, 1.282, 1.645]
    """
    factor: Floats = np.maximum(ndtri(np.clip(service, 0.5, 0.9999)), 0.0)
    return factor


def newsvendor_quantity(mean: Floats, sd: Floats, ratio: float) -> Floats:
    """Best order before a single season: mean + sd Phi^-1(critical ratio).

    Parameters
    ----------
    mean, sd : (...) [units] demand of the season
    ratio : critical ratio, between 0 and 1

    Returns
    -------
    (...) [units]

    Source: Chopra & Meindl, ch. 13 (ski jackets, 350 +- 100); Snyder & Shen, 4.3: holding 0.18,
    shortage 0.70, demand 50 +- 8.

    >>> jackets = newsvendor_quantity(np.array(350.0), np.array(100.0), critical_ratio(150, 20))
    >>> int(jackets)
    468
    >>> papers = newsvendor_quantity(np.array(50.0), np.array(8.0), critical_ratio(0.7, 0.18))
    >>> float(papers.round(1))
    56.6
    """
    quantity: Floats = mean + sd * ndtri(ratio)
    return quantity


def safety_stock(factor: Floats, sd: Floats, periods: Floats) -> Floats:
    """k sd sqrt(R + L): standard deviations of the demand over review and lead time.

    Parameters
    ----------
    factor : (...) k
    sd : (...) [units] of the demand of one period, periods independent
    periods : (...) R + L

    Returns
    -------
    (...) [units]

    Source: Silver, Pyke & Thomas, 6.9 (periodic review); Chopra & Meindl, ch. 12: 500 a week,
    two weeks, 90 % of cycles.

    >>> float(safety_stock(safety_factor(np.array(0.9)), np.array(500.0), np.array(2)).round())
    906.0
    """
    stock: Floats = factor * sd * np.sqrt(periods)
    return stock


def base_stock(mean: Floats, periods: Floats, safety: Floats) -> Floats:
    """Order-up-to level: mean demand over review and lead time, and the safety stock.

    Parameters
    ----------
    mean : (...) [units] demand of one period
    periods : (...) R + L
    safety : (...) [units]

    Returns
    -------
    (...) [units]

    Source: Silver, Pyke & Thomas, 6.9; Chopra & Meindl, ch. 12: 2,500 a week, two weeks.

    >>> float(base_stock(np.array(2500.0), np.array(2), np.array(906.0)))
    5906.0
    """
    level: Floats = mean * periods + safety
    return level


def unit_normal_loss(factor: Floats) -> Floats:
    """G(k) = phi(k) - k (1 - Phi(k)): expected shortage in standard deviations.

    Parameters
    ----------
    factor : (...) k

    Returns
    -------
    (...) standard deviations

    Source: Silver, Pyke & Thomas, appendix (table of the unit normal).

    >>> unit_normal_loss(np.array([0.0, 1.0, 2.0])).round(4).tolist()
    [0.3989, 0.0833, 0.0085]
    """
    k = np.asarray(factor, dtype=float)
    loss: Floats = np.exp(-0.5 * k * k) / _ROOT_TWO_PI - k * ndtr(-k)
    return loss


def fill_rate(factor: Floats, sd: Floats, quantity: Floats) -> Floats:
    """P2 = 1 - sd G(k) / Q: share of the demand of a cycle that is served from the shelf.

    Parameters
    ----------
    factor : (...) k
    sd : (...) [units] of demand over the time that the stock must cover
    quantity : (...) [units] demand of a cycle

    Returns
    -------
    (...) share

    Source: Silver, Pyke & Thomas, 6.7 (P2); Chopra & Meindl, ch. 12: 707 over two weeks, safety
    stock 1,000, lots of 10,000.

    >>> float(fill_rate(np.array(1000 / 707), np.array(707.0), np.array(10_000.0)).round(4))
    0.9975
    """
    rate: Floats = 1.0 - sd * unit_normal_loss(factor) / quantity
    return rate


def factor_for_fill(rate: Floats, sd: Floats, quantity: Floats) -> Floats:
    """k with the wanted fill rate: the inverse of the unit normal loss at (1 - P2) Q / sd.

    Parameters
    ----------
    rate : (...) wanted share, below 1
    sd : (...) [units] of demand over the time that the stock must cover, above 0
    quantity : (...) [units] demand of a cycle, above 0

    Returns
    -------
    (...) standard deviations; below 0 where less than the mean is enough

    Raises
    ------
    ValueError: a rate of 1 or more needs an endless stock.

    Source: Silver, Pyke & Thomas, 6.7; Chopra & Meindl, ch. 12: 97.5 % of lots of 10,000.

    >>> k = factor_for_fill(np.array(0.975), np.array(707.0), np.array(10_000.0))
    >>> float((707 * k).round())
    67.0
    """
    wanted = (1.0 - np.asarray(rate, dtype=float)) * quantity / sd
    if np.any(wanted <= 0):
        raise ValueError("a fill rate must be below 1")
    # G is convex and falls: from the left of the root, Newton steps never pass it.
    k = -wanted
    for _ in range(_STEPS):
        step = (unit_normal_loss(k) - wanted) / ndtr(-k)
        k = k + step
        if np.abs(step).max() < 1e-12:
            break
    return k
