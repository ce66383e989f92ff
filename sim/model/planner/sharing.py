"""Give the releases of planning families back to their items: by need, then by equal cover.

Month by month the items of a family are brought to serve their demand, then to their stock
target, then to one more month of cover after the other; the step that is not reached in full is
reached by all of them alike. So the items' releases add up to the family's. Where the mix of a
month does not fit the resources it is cut, and what was cut is tried again in the next month.
Source: Silver, Pyke & Thomas, ch. 14 (disaggregation by equal run-out times).
"""

import numpy as np

from sim.model.kernel.tables import expected_demand
from sim.model.planner.bounds import Releases, level_release
from sim.model.planner.families import Families
from sim.model.planner.recursion import carried_over, fair_cut
from sim.model.planner.terms import terms
from sim.model.problem import (
    Floats,
    Ints,
    PlanMode,
    Problem,
    ResourceKind,
    pad_months,
    stock_target,
)

COVER = 12  # [months] beyond it, by what is asked for over the horizon


def by_item(problem: Problem, groups: Families, releases: Releases, *, mode: PlanMode) -> Releases:
    """Releases by item, own and bought, (I, T) [units] each.

    A level plan is level for each item; the others go by need.

    Parameters
    ----------
    releases : own and bought, (G, T) [family units] each
    """
    if mode is not PlanMode.LEVEL:
        return by_need(problem, groups, releases)
    level = level_release(problem, terms(problem))
    total = _in_proportion(groups, releases[0] + releases[1], level)
    bought = np.minimum(_in_proportion(groups, releases[1], problem.subcontract), total)
    return total - bought, bought


def by_need(problem: Problem, groups: Families, releases: Releases) -> Releases:
    """Releases by item within the capacity, by equal cover of coming demand.

    Parameters
    ----------
    releases : own and bought, (G, T) [family units] each

    Returns
    -------
    own and bought, (I, T) [units] each; of a family both add up to its own, unless a resource
    is too small for the items of a month
    """
    wanted, bought = releases[0], _in_proportion(groups, releases[1], problem.subcontract)
    stock, own = _Stock(problem), np.zeros_like(bought)
    material = np.array([k is ResourceKind.MATERIAL for k in problem.resource_kind], dtype=bool)
    carried, owed = np.zeros(material.size), np.zeros(groups.count)
    for t in range(problem.months):
        asked = wanted[:, t] + owed
        now = _by_cover(groups, stock.needs(t, bought[:, t]), asked, rate=stock.rate)
        regular = problem.capacity[:, t] + carried
        most = regular + problem.overtime[:, t] + problem.outside[:, t]
        now = now * fair_cut(problem, problem.routing.T @ now, most)
        carried = carried_over(regular, problem.routing.T @ now, material=material)
        owed = np.maximum(asked - groups.units(now), 0.0)
        stock.arrive(t, now + bought[:, t])
        own[:, t] = now
    return own, bought


def _in_proportion(groups: Families, total: Floats, weight: Floats) -> Floats:
    """(I, T) [units] that add up to the families', in proportion to a weight in units."""
    every = groups.units(weight)
    rate = np.divide(total, every, out=np.zeros_like(total), where=every > 0)
    return np.asarray(rate[groups.family] * weight)


def _by_cover(groups: Families, needs: Floats, asked: Floats, *, rate: Floats) -> Floats:
    """Reach step after step of the needs, (I, K) and rising, as far as (G,) goes: (I,) [units]."""
    total = groups.units(needs)
    step = (total < asked[:, None]).sum(axis=1)
    padded = np.pad(total, ((0, 0), (1, 0)))
    every = np.arange(groups.count)
    low = padded[every, step]
    full = step == needs.shape[1]
    high = np.where(
        full, low + groups.units(rate), padded[every, np.minimum(step + 1, total.shape[1])]
    )
    share = np.divide(asked - low, high - low, out=np.zeros_like(low), where=high > low)
    mine, items = step[groups.family], np.arange(rate.size)
    before = np.pad(needs, ((0, 0), (1, 0)))
    from_here = before[items, mine]
    last = full[groups.family]
    to = before[items, np.minimum(mine + 1, needs.shape[1])]
    gap = np.where(last, rate, to - from_here)
    return np.asarray(from_here + share[groups.family] * gap)


class _Stock:
    """Net stock of each item at the start of the month in which its next release arrives."""

    rate: Floats  # (I,) [units to release] of the whole horizon, for what goes beyond all cover

    def __init__(self, problem: Problem) -> None:
        longest = int(problem.lead_time.max(initial=0))
        extra = longest + COVER + 1
        demand = pad_months(expected_demand(problem), extra)
        self._problem = problem
        self._net = demand - np.pad(problem.receipts, ((0, 0), (0, extra)))
        self._sum = np.pad(np.cumsum(self._net, axis=1), ((0, 0), (1, 0)))
        self._target = pad_months(stock_target(problem), extra)
        self._stock = np.array(problem.opening_stock)
        self.rate = 1.0 + demand[:, : problem.months].sum(axis=1) / problem.production_yield
        for month in range(longest):
            early = month < problem.lead_time
            self._step(np.full(early.size, month), np.zeros(early.size), only=early)

    def needs(self, month: int, bought: Floats) -> Floats:
        """(I, 1 + COVER) [units to release] for the month of arrival, with the target after it,
        with the target after one more month, and so on."""
        due = month + self._problem.lead_time
        ahead = due[:, None] + np.arange(COVER + 1)
        need = np.take_along_axis(self._sum, ahead + 1, 1) - np.take_along_axis(
            self._sum, due[:, None], 1
        )
        level = np.hstack([need[:, :1], need + np.take_along_axis(self._target, ahead, 1)])
        good = self._problem.production_yield
        missing = level - (self._stock + good * bought)[:, None]
        return np.maximum.accumulate(np.maximum(missing, 0.0) / good[:, None], axis=1)

    def arrive(self, month: int, release: Floats) -> None:
        """Go on to the next month with what was released."""
        good = self._problem.production_yield * release
        self._step(month + self._problem.lead_time, good)

    def _step(self, month: Ints, good: Floats, *, only: np.ndarray | None = None) -> None:
        net = self._net[np.arange(month.size), month]
        after = self._stock + good - net
        after = np.maximum(after, 0.0) - self._problem.backorder_share * np.maximum(-after, 0.0)
        self._stock = after if only is None else np.where(only, after, self._stock)
