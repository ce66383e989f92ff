"""Planning families: many items planned as few, for the answer that a slider waits for.

Items of one family and lead time that load the resources alike and earn alike are planned as one
item, in a common unit: the hours it needs of the resources, each measured by its mean capacity.
Stock that an item cannot use yet is no help to its sisters, so it enters the family in the month
that sells it or wants it in stock (effective demand). ``sharing`` gives the family's releases back
to its items.
Source: Bitran & Hax 1977, On the design of hierarchical production planning systems; Silver,
Pyke & Thomas, ch. 14.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from scipy import sparse

from sim.model.kernel.tables import expected_demand
from sim.model.planner.terms import lost_cost
from sim.model.problem import Floats, Ints, Problem, stock_target
from sim.model.stated import UnitCosts

LIVE_ITEMS = 500  # above, a plan that a slider waits for is made by family
MOST = 200  # planning families
ALIKE = 1e-9  # share of the mean below which items do not differ


@dataclass(frozen=True, kw_only=True, eq=False)
class Families:
    """Which item belongs to which planning family, and how much of its unit one unit is."""

    family: Ints  # (I,)
    unit: Floats  # (I,) [family units per unit]
    member: sparse.csr_array[np.float64]  # (G, I) 1 where an item belongs to a family

    @property
    def count(self) -> int:
        """How many families there are."""
        return int(self.member.shape[0])

    def units(self, values: Floats) -> Floats:
        """Units of items, (I,) or (I, n), as units of their family, added up."""
        return np.asarray(self.member @ (self.unit * values.T).T)

    def mean(self, values: Floats, weight: Floats) -> Floats:
        """Weighted mean over the items of each family of values (I,) or (I, n)."""
        total: Floats = np.asarray(self.member @ weight)
        # Nothing to weigh with: all alike.
        share = np.where((total > 0)[self.family], weight, 1.0)
        share = share / np.asarray(self.member @ share)[self.family]
        return np.asarray(self.member @ (share * values.T).T)


def families(problem: Problem, *, most: int = MOST) -> Families:
    """Put items into at most ``most`` planning families.

    Begin with items of one family and lead time (of one lead time, where these are too many);
    then, as long as there may be more, cut in two what differs most: at the middle of the feature
    that varies most. What a slider moves (demand, stock, capacity) has no say, so that families
    stay when it moves. Source: Boley 1998, Principal direction divisive partitioning (by axes).
    """
    feature, unit = _features(problem)
    start = np.column_stack([problem.lead_time, problem.family]).astype(np.int64)
    family = _cut(feature.tobytes(), feature.shape, start.tobytes(), most)
    every = np.arange(family.size)
    member = sparse.csr_array((np.ones(family.size), (family, every)))
    return Families(family=family, unit=unit, member=member)


@lru_cache(maxsize=8)
def _cut(features: bytes, shape: tuple[int, int], starts: bytes, most: int) -> Ints:
    """The planning family of each item; remembered, as most levers leave it as it is."""
    feature = np.frombuffer(features).reshape(shape)
    start = np.frombuffer(starts, dtype=np.int64).reshape(-1, 2)
    _, place = np.unique(start, axis=0, return_inverse=True)
    if place.max(initial=0) >= most:
        _, place = np.unique(start[:, 0], return_inverse=True)
    place = place.ravel()
    parts = [np.flatnonzero(place == part) for part in range(place.max(initial=0) + 1)]
    spread = [_spread(feature[part]) for part in parts]
    while len(parts) < most and max(spread, default=0.0) > 0:
        widest = int(np.argmax(spread))
        low, high = _halves(feature, parts[widest])
        parts[widest], spread[widest] = low, _spread(feature[low])
        parts.append(high)
        spread.append(_spread(feature[high]))
    family = np.zeros(shape[0], dtype=np.int64)
    for number, part in enumerate(parts):
        family[part] = number
    family.setflags(write=False)
    return family


def _features(problem: Problem) -> tuple[Floats, Floats]:
    """What makes items alike, (I, n), and the size of one unit of each, (I,).

    Which resources make up its hours; what an hour earns; what keeping and storing an hour's
    worth costs; whether customers wait. The weights gave the best plans for random companies.
    """
    size = np.where(np.isfinite(problem.capacity), problem.capacity, 0.0).mean(axis=1)
    hours = problem.routing / np.where(size > 0, size, 1.0)
    total = hours.sum(axis=1)
    lost = lost_cost(problem).mean(axis=1)
    typical = np.median(total[total > 0] / lost[total > 0]) if (total > 0).any() else 1.0
    # An item that needs no resource is measured by what it earns.
    unit = np.where(total > 0, total, typical * lost)
    columns = [
        0.5 * hours / unit[:, None],
        _scaled(lost / unit)[:, None],
        0.5 * _scaled(problem.unit_cost / unit)[:, None],
        _scaled(problem.pallets_per_unit / unit)[:, None],
        0.75 * problem.backorder_share[:, None],
        problem.production_yield[:, None],
    ]
    return np.hstack(columns), unit


def _scaled(values: Floats) -> Floats:
    """Logarithms, a factor of ten being one: what counts is by how many times items differ."""
    low = ALIKE * values.max(initial=0.0) + np.finfo(float).tiny
    return np.asarray(np.clip(np.log10(np.maximum(values, low)), -9.0, 300.0))


def _spread(feature: Floats) -> float:
    """Sum of squared distances along the feature that varies most."""
    if len(feature) < 2:
        return 0.0
    varied = feature.var(axis=0) * len(feature)
    alike = (ALIKE * (1.0 + np.abs(feature).max(axis=0))) ** 2
    return float(np.where(varied > alike, varied, 0.0).max())


def _halves(feature: Floats, part: Ints) -> tuple[Ints, Ints]:
    values = feature[part]
    values = values[:, int(values.var(axis=0).argmax())]
    high = values > 0.5 * (values.min() + values.max())
    return part[~high], part[high]


def by_family(problem: Problem, groups: Families) -> Problem:
    """The problem of the planning families; resources, store and policies are the same.

    Means are weighted with what the items must make over the horizon, prices with what is asked.
    """
    demand = expected_demand(problem)
    useful, idle = useful_stock(problem, demand)
    asked = groups.unit * demand.sum(axis=1)
    made = np.maximum((demand - useful).sum(axis=1), 0.0) / problem.production_yield
    return replace(
        problem,
        **_alone(problem, groups),
        **_means(problem, groups, asked, need=groups.unit * made),
        demand=groups.units(demand),
        opening_stock=groups.units(np.minimum(problem.opening_stock, 0.0)),
        receipts=groups.units(useful),
        safety_stock=groups.units(stock_target(problem)),
        subcontract=groups.units(problem.subcontract),
        storage=np.maximum(problem.storage - problem.pallets_per_unit @ idle, 0.0),
        costs=_costs(problem.costs, groups, asked),
    )


def _alone(problem: Problem, groups: Families) -> dict[str, Any]:
    """What the items of a family share, and what the planner does not look at."""
    first = np.unique(groups.family, return_index=True)[1]
    zeros = np.zeros((groups.count, problem.months))
    return {
        "items": tuple(problem.items[item] for item in first),
        "family": problem.family[first],
        "lead_time": problem.lead_time[first],
        "channel_share": problem.channel_share[first],
        "errors": replace(problem.errors, spread=zeros),
        "promotion": zeros,
        "win_probability": np.zeros(0),
        "win_volume": np.zeros((0, *zeros.shape)),
        "stock_cover": np.zeros(groups.count),
        "service_target": problem.service_target[first],
        "risk": None,
    }


def _means(problem: Problem, groups: Families, asked: Floats, *, need: Floats) -> dict[str, Any]:
    """What one unit of a family costs, earns and needs."""
    each = 1.0 / groups.unit
    by_sales = {
        "price": problem.price * each[:, None],
        "unit_cost": problem.unit_cost * each,
        "pallets_per_unit": problem.pallets_per_unit * each,
        "backorder_share": problem.backorder_share,
        "subcontract_cost": problem.subcontract_cost * each[:, None],
    }
    by_need = {
        "production_yield": problem.production_yield,
        "routing": problem.routing * each[:, None],
    }
    return {name: groups.mean(values, asked) for name, values in by_sales.items()} | {
        name: groups.mean(values, need) for name, values in by_need.items()
    }


def useful_stock(problem: Problem, demand: Floats) -> tuple[Floats, Floats]:
    """What comes into use each month of stock and receipts, and what is left idle after it.

    In use is what the month sells and what its stock target wants.

    Returns
    -------
    (I, T) and (I, T) [units]

    With 10 in stock, no target and a demand of 4 a month, 4, 4 and 2 come into use and 6, 2 and
    0 are idle. With a target of 3 it is 7, 3 and 0, and 3, 0 and 0.
    """
    useful, idle = np.empty_like(demand), np.empty_like(demand)
    target = stock_target(problem)
    stock, kept = np.maximum(problem.opening_stock, 0.0), np.zeros(len(problem.items))
    for t in range(problem.months):
        there = stock + problem.receipts[:, t]
        sold = np.minimum(there, demand[:, t])
        stock = there - sold
        # What is in use stays so until it is sold.
        now = np.maximum(np.minimum(stock, target[:, t]), kept - sold)
        useful[:, t], idle[:, t] = sold + now - kept, stock - now
        kept = now
    return useful, idle


def _costs(costs: UnitCosts | None, groups: Families, weight: Floats) -> UnitCosts | None:
    if costs is None:
        return None
    hold, backlog, lost = (
        groups.mean((values.T / groups.unit).T, weight)
        for values in (costs.hold, costs.backlog, costs.lost)
    )
    return UnitCosts(hold=hold, backlog=backlog, lost=lost)
