"""Inventory formulas of the textbooks, for normal demand.

A safety factor k counts standard deviations of the demand over the time that a stock must
cover: the review period R and the lead time L (a month and L months in this model).
"""

import numpy as np
from scipy.special import ndtri

from sim.model.problem import Floats, Problem


def critical_ratio(underage: Floats, overage: Floats) -> Floats:
    """Service that balances a unit too few with a unit too many: cu / (cu + co).

    It is the best probability that a stock covers its demand (P1, newsvendor).

    Parameters
    ----------
    underage : (...) [money per unit] lost when a unit is missing, 0 or more
    overage : (...) [money per unit] cost of a unit left over, 0 or more

    Returns
    -------
    (...) probability; nan where a cost is not known (0)

    Source: Chopra & Meindl, newsvendor: jackets at 250 that cost 100, left over 80 after holding.

    >>> float(critical_ratio(np.array(250.0 - 100), np.array(100.0 - 80)).round(2))
    0.88
    """
    known = (underage > 0) & (overage > 0)
    ratio: Floats = np.where(known, underage / np.where(known, underage + overage, 1.0), np.nan)
    return ratio


def safety_factor(service: Floats) -> Floats:
    """k with P(demand <= mean + k sd) = service (P1), never below 0.

    Parameters
    ----------
    service : (...) probability of no stock-out in a cycle; taken as 50 % to 99.99 %

    Returns
    -------
    (...) standard deviations

    Source: Silver, Pyke & Thomas (P1).

    >>> safety_factor(np.array([0.3, 0.90, 0.95])).round(3).tolist()
    [0.0, 1.282, 1.645]
    """
    factor: Floats = np.maximum(ndtri(np.clip(service, 0.5, 0.9999)), 0.0)
    return factor


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

    Source: Silver, Pyke & Thomas (periodic review, order up to a level); Chopra & Meindl, ch. 12:
    500 a week, two weeks, 90 % of cycles. Snyder & Shen, Example 4.3 (newsvendor): demand 50 +- 8,
    holding 0.18, shortage 0.70; the best stock is the mean and this.

    >>> float(safety_stock(safety_factor(np.array(0.9)), np.array(500.0), np.array(2)).round())
    906.0
    >>> papers = safety_factor(critical_ratio(np.array(0.70), np.array(0.18)))
    >>> float((50 + safety_stock(papers, np.array(8.0), np.array(1))).round(4))
    56.604
    """
    stock: Floats = factor * sd * np.sqrt(periods)
    return stock


def economic_service(problem: Problem) -> Floats:
    """Share of months without stock-out that pays best, by item: the critical ratio of a month.

    A unit too many is held for a month; a unit too few costs its margin where customers go, and
    what a month of waiting costs where they wait. Capacity and lead time are not in it.

    Parameters
    ----------
    problem

    Returns
    -------
    (I,) probability; nan where prices, the cost of waiting or of holding are not known

    Source: Snyder & Shen, base stock in an infinite horizon (a newsvendor in every period).
    """
    costs, waits = problem.costs, problem.backorder_share
    margin = np.maximum(problem.price.mean(axis=1) - problem.unit_cost, 0.0)
    held, late = problem.holding_rate * problem.unit_cost, np.zeros_like(margin)
    if costs is not None:
        held, late = costs.hold.mean(axis=1), costs.backlog.mean(axis=1)
        margin = margin + costs.lost.mean(axis=1)
    return critical_ratio((1.0 - waits) * margin + waits * late, held)
