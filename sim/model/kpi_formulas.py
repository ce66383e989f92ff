"""Formulas of the KPIs, per draw. ``sim.model.kpi`` declares each KPI with its formula."""

from collections.abc import Callable

import numpy as np

from sim.model.outcome import Measure, Outcome
from sim.model.problem import Floats, pad_months

Formula = Callable[[Outcome, slice], Floats]

RARE = 1e-9  # of the demand: enough of a weight where nothing was seen to be late


def ratio(part: Floats, whole: Floats) -> Floats:
    """Ratio of two sums; nothing asked for is nothing missed, hence 1.

    Parameters
    ----------
    part, whole : (N,) in the same unit

    Returns
    -------
    (N,) share

    Source: Silver, Pyke & Thomas (P2, fraction served from the shelf).

    >>> ratio(np.array([90.0, 0.0]), np.array([100.0, 0.0])).tolist()
    [0.9, 1.0]
    """
    some = whole > 0
    share: Floats = np.where(some, np.minimum(part, whole) / np.where(some, whole, 1.0), 1.0)
    return share


def forward_cover(stock: Floats, need: Floats) -> Floats:
    """Number of future months that a stock covers; months beyond ``need`` repeat its last.

    Parameters
    ----------
    stock : (N,) [units or money]
    need : (H,) [same unit per month] expected demand of the following months

    Returns
    -------
    (N,) [months]; nan when nothing is needed any more

    Source: Silver, Pyke & Thomas (time supply).

    >>> forward_cover(np.array([0.0, 15.0, 40.0]), np.array([10.0, 10.0])).tolist()
    [0.0, 1.5, 4.0]
    """
    if not need[-1] > 0:
        return np.full(stock.shape, np.nan)
    total = np.concatenate([[0.0], np.cumsum(need)])
    inside = np.interp(stock, total, np.arange(len(total)))
    beyond = np.maximum(stock - total[-1], 0.0) / need[-1]
    cover: Floats = inside + beyond
    return cover


def turns(goods_cost: Floats, mean_stock: Floats, months: int) -> Floats:
    """Stock turns a year: 12 / months x cost of goods sold / mean stock.

    Parameters
    ----------
    goods_cost : (N,) [money] over the window
    mean_stock : (N,) [money] mean of the month ends
    months : length of the window

    Returns
    -------
    (N,) [per year]; nan without stock

    Source: Chopra & Meindl (inventory turns).

    >>> turns(np.array([600.0]), np.array([100.0]), 6).tolist()
    [12.0]
    """
    held = mean_stock > 0
    rate = goods_cost / np.where(held, mean_stock, 1.0) * (12.0 / months)
    result: Floats = np.where(held, rate, np.nan)
    return result


def contribution(outcome: Outcome, months: slice) -> Floats:
    """Revenue less the variable cost of what is shipped: goods and subcontracting.

    Parameters
    ----------
    outcome
    months : window

    Returns
    -------
    (N,) [money]

    Source: Chopra & Meindl, ch. 8 (aggregate planning costs).
    """
    revenue = _total(outcome, Measure.REVENUE, months)
    bought = _total(outcome, Measure.SUBCONTRACT_COST, months)
    left: Floats = revenue - _total(outcome, Measure.GOODS_COST, months) - bought
    return left


def net_margin(outcome: Outcome, months: slice) -> Floats:
    """Net margin of a window: the sum of ``net_margin_by_month``, (N,) [money]."""
    margin: Floats = net_margin_by_month(outcome)[:, months].sum(axis=1)
    return margin


def net_margin_by_month(outcome: Outcome) -> Floats:
    """Contribution of each month less the cost of stock, of storage and of every decision.

    contribution - overtime - outside work - fixed costs of the cards
    - holding (rate x stock value at month end, or the stated cost of a unit)
    - storage (own and outside) - stated costs of units that wait at month end or are lost.

    Returns
    -------
    (N, T) [money]

    Source: Chopra & Meindl, ch. 8 (aggregate planning costs).
    """
    spent = (
        outcome.total(Measure.GOODS_COST)
        + outcome.total(Measure.SUBCONTRACT_COST)
        + outcome.overtime_cost
        + outcome.outside_cost
        + outcome.storage_cost
        + _holding(outcome)
        + _missing(outcome)
    )
    fixed = sum(outcome.problem.fixed_cost.values(), start=np.zeros(outcome.problem.months))
    margin: Floats = outcome.total(Measure.REVENUE) - spent - fixed
    return margin


def total_cost(outcome: Outcome, months: slice) -> Floats:
    """All that stands between revenue and net margin: goods, decisions, stock and storage.

    Parameters
    ----------
    outcome
    months : window

    Returns
    -------
    (N,) [money]

    Source: Chopra & Meindl, ch. 8 (aggregate planning costs).
    """
    cost: Floats = _total(outcome, Measure.REVENUE, months) - net_margin(outcome, months)
    return cost


def decision_cost(outcome: Outcome, months: slice) -> Floats:
    """What the decisions cost: overtime, outside work, subcontracting, fixed, outside storage.

    Pallets beyond the own store are a decision only in months for which places outside were
    rented; elsewhere they are an accident of the draw, paid by the net margin alone.

    Parameters
    ----------
    outcome
    months : window

    Returns
    -------
    (N,) [money]
    """
    problem = outcome.problem
    pallets = outcome.total(Measure.PALLETS)[:, months]
    outside = np.maximum(pallets - problem.storage[months], 0.0)
    rented = problem.outside_storage[months] > 0
    rent = (outside * problem.outside_storage_cost[months] * rented).sum(axis=1)
    cost: Floats = (
        outcome.overtime_cost[:, months].sum(axis=1)
        + outcome.outside_cost[:, months].sum(axis=1)
        + _total(outcome, Measure.SUBCONTRACT_COST, months)
        + rent
        + _fixed(outcome, months)
        - _wages(outcome, months)
    )
    return cost


def _total(outcome: Outcome, measure: Measure, months: slice) -> Floats:
    total: Floats = outcome.total(measure)[:, months].sum(axis=1)
    return total


def _by_month(outcome: Outcome, measure: Measure, months: slice) -> Floats:
    by_month: Floats = outcome.total(measure)[:, months]
    return by_month


def _fixed(outcome: Outcome, months: slice) -> float:
    return float(sum(cost[months].sum() for cost in outcome.problem.fixed_cost.values()))


def _holding(outcome: Outcome) -> Floats:
    """Rate x stock value; where a cost of a unit in stock is stated, that cost, (N, T).

    A family's unit costs what its mean stock costs, so that the mean over the draws is exact.
    """
    costs = outcome.problem.costs
    if costs is None:
        return outcome.problem.holding_rate * outcome.total(Measure.STOCK_VALUE)
    each = _family_cost(outcome, costs.hold, outcome.item_stock)
    return _priced(outcome, Measure.STOCK_UNITS, each)


def _missing(outcome: Outcome) -> Floats | float:
    """What customers who wait at month end, and those who went, cost where it is stated, (N, T).

    A family's unit costs the mean of its items, weighted by what each did not serve on time (its
    demand without prices): exact where the items of a family state one cost.
    """
    problem, costs = outcome.problem, outcome.problem.costs
    if costs is None:
        return 0.0
    late = np.divide(
        outcome.unserved, problem.price, out=np.zeros_like(problem.price), where=problem.price > 0
    )
    weight = (late + RARE * problem.demand).sum(axis=1, keepdims=True)
    waits = problem.backorder_share[:, None]
    backlog = _family_cost(outcome, costs.backlog, weight * waits)
    lost = _family_cost(outcome, costs.lost, weight * (1.0 - waits))
    return _priced(outcome, Measure.BACKLOG_UNITS, backlog) + _priced(
        outcome, Measure.LOST_UNITS, lost
    )


def _family_cost(outcome: Outcome, cost: Floats, weight: Floats) -> Floats:
    """Weighted mean over the items of each family: draws keep units by family, (F, T)."""
    problem = outcome.problem
    member = np.equal.outer(np.arange(len(problem.families)), problem.family).astype(np.float64)
    units, money = member @ (weight + np.zeros_like(cost)), member @ (cost * weight)
    each: Floats = np.divide(money, units, out=np.zeros_like(money), where=units > 0)
    return each


def _priced(outcome: Outcome, measure: Measure, each: Floats) -> Floats:
    money: Floats = (outcome.families[measure] * each).sum(axis=1)
    return money


def _wages(outcome: Outcome, months: slice) -> float:
    """People who are there are paid whatever is decided; hiring and layoffs are decisions."""
    wages = outcome.problem.fixed_cost.get("wages")
    return 0.0 if wages is None else float(wages[months].sum())


def fill_rate(outcome: Outcome, months: slice) -> Floats:
    """Demand served in its month over demand, in value; in units without prices, (N,)."""
    if not outcome.problem.has_money:
        return fill_rate_units(outcome, months)
    served = _total(outcome, Measure.SERVED_VALUE, months)
    return ratio(served, _total(outcome, Measure.DEMAND_VALUE, months))


def fill_rate_units(outcome: Outcome, months: slice) -> Floats:
    """Units served in their month over units asked for, (N,) [share]."""
    served = _total(outcome, Measure.SERVED_UNITS, months)
    return ratio(served, _total(outcome, Measure.DEMAND_UNITS, months))


def cycle_service(outcome: Outcome, months: slice) -> Floats:
    """Share of item-months without a stock-out, each by its probability, equal weights, (N,)."""
    short = _total(outcome, Measure.STOCKOUTS, months)
    count = len(outcome.problem.items) * len(range(*months.indices(outcome.problem.months)))
    service: Floats = 1.0 - short / count
    return service


def otif_proxy(outcome: Outcome, months: slice) -> Floats:
    """Demand value in item-months served in full over demand value; nan without prices, (N,)."""
    if not outcome.problem.has_money:
        return np.full(outcome.draws, np.nan)
    full = _total(outcome, Measure.FULL_VALUE, months)
    return ratio(full, _total(outcome, Measure.DEMAND_VALUE, months))


def at_risk(outcome: Outcome, months: slice) -> Floats:
    """Demand not served in its month at net price, (N,) [money]."""
    asked = _total(outcome, Measure.DEMAND_VALUE, months)
    missed: Floats = np.maximum(asked - _total(outcome, Measure.SERVED_VALUE, months), 0.0)
    return missed


def last(outcome: Outcome, measure: Measure, months: slice) -> Floats:
    """A measure in the last month of the window, (N,)."""
    month = range(*months.indices(outcome.problem.months))[-1]
    total: Floats = outcome.families[measure][:, :, month].sum(axis=1)
    return total


def cover(outcome: Outcome, months: slice) -> Floats:
    """Months of expected demand after the window that its closing stock covers, (N,)."""
    problem = outcome.problem
    priced = bool(problem.unit_cost.any())
    weight = problem.unit_cost if priced else np.ones_like(problem.unit_cost)
    need = weight @ pad_months(problem.demand, 12)
    after = range(*months.indices(problem.months))[-1] + 1
    stock = last(outcome, Measure.STOCK_VALUE if priced else Measure.STOCK_UNITS, months)
    return forward_cover(stock, need[after:])


def turns_of(outcome: Outcome, months: slice) -> Floats:
    """Stock turns of the window, (N,) [per year]."""
    stock = _by_month(outcome, Measure.STOCK_VALUE, months)
    return turns(_total(outcome, Measure.GOODS_COST, months), stock.mean(axis=1), stock.shape[1])


def cash(outcome: Outcome, months: slice) -> Floats:
    """Money tied up over the window: closing less opening stock value, and investments, (N,)."""
    problem = outcome.problem
    first = range(*months.indices(problem.months))[0]
    closing = last(outcome, Measure.STOCK_VALUE, months)
    invested = float(sum(paid[months].sum() for paid in problem.capex.values()))
    if first == 0:
        opening = float(np.maximum(problem.opening_stock, 0.0) @ problem.unit_cost)
        return closing - opening + invested
    return closing - last(outcome, Measure.STOCK_VALUE, slice(first - 1, first)) + invested


def sum_of(measure: Measure) -> Formula:
    """A measure summed over the window."""
    return lambda outcome, months: _total(outcome, measure, months)


def last_of(measure: Measure) -> Formula:
    """The company's measure at the end of the window."""
    return lambda outcome, months: last(outcome, measure, months)


def peak_of(measure: Measure) -> Formula:
    """The highest month of a measure in the window."""
    return lambda outcome, months: _by_month(outcome, measure, months).max(axis=1)


def stock_mean(outcome: Outcome, months: slice) -> Floats:
    """Mean of the month-end stock values, (N,) [money]."""
    mean: Floats = _by_month(outcome, Measure.STOCK_VALUE, months).mean(axis=1)
    return mean
