"""The simulator a second time: plain numpy in double precision, draws side by side.

Written from the method page, not from the compiled code, to check it. Slow on purpose: one
month, one item, one resource at a time, every quantity kept.
"""

from dataclasses import dataclass, field

import numpy as np

from sim.model.outcome import Measure, Plan
from sim.model.problem import Problem, ResourceKind, stock_target

TINY = 1e-30


@dataclass
class Played:
    """Everything that happened. Arrays (N, I, T) or (N, R, T)."""

    wanted: np.ndarray
    release: np.ndarray
    bought: np.ndarray
    demand: np.ndarray
    opening: np.ndarray  # net stock before the month
    received: np.ndarray
    closing: np.ndarray  # net stock after it, before a part of the shortage is written off
    shipped: np.ndarray
    served: np.ndarray
    used: np.ndarray
    carried: np.ndarray  # material brought forward into the month
    overload: np.ndarray
    overtime_cost: np.ndarray  # (N, T)
    outside_cost: np.ndarray
    families: dict[Measure, np.ndarray] = field(default_factory=dict)
    storage_cost: np.ndarray | None = None


def play(problem: Problem, plan: Plan | None, errors: np.ndarray, uniforms: np.ndarray) -> Played:
    """errors (N, I, T), uniforms (E, N). Without a plan: make the need of the month."""
    p = problem
    count, items, months = errors.shape
    resources = len(p.resources)
    cube, slab = (count, items, months), (count, resources, months)
    out = Played(
        *(np.zeros(cube, order="F") for _ in range(9)),
        np.zeros(slab, order="F"),
        np.zeros(slab, order="F"),
        np.zeros(slab, order="F"),
        np.zeros((count, months)),
        np.zeros((count, months)),
    )
    happened = uniforms < p.win_probability[:, None]  # (E, N)
    net = np.asfortranarray(np.tile(p.opening_stock, (count, 1)))
    carry = np.zeros((count, resources))
    for t in range(months):
        for i in range(items):
            out.wanted[:, i, t], out.bought[:, i, t] = ask(
                p, plan, i=i, t=t, errors=errors, happened=happened, net=net, out=out
            )
        own = out.wanted[:, :, t] - out.bought[:, :, t]
        final, used = ration(p, t, own, carry, out)
        out.used[:, :, t] = used
        carry = pay(p, t, used, carry, out)
        for i in range(items):
            planned = 0.0 if plan is None or plan.wanted is not None else plan.subcontract[i, t]
            limit = max(p.subcontract[i, t] - planned, 0.0)
            out.bought[:, i, t] += np.clip(own[:, i] - final[:, i], 0.0, limit)
            out.release[:, i, t] = final[:, i] + out.bought[:, i, t]
            out.demand[:, i, t] = demand(p, i, t, errors[:, i, t], happened)
            net[:, i] = ship(p, i, t, net[:, i], out)
    add_up(p, out)
    return out


def padded(values: np.ndarray, t: int) -> float:
    months = len(values)
    if t < months:
        return float(values[t])
    return float(values[t - 12]) if 0 <= t - 12 < months else float(values[-1])


def mean_demand(p: Problem, i: int) -> np.ndarray:
    mean = p.demand[i].copy()
    for e, chance in enumerate(p.win_probability):
        mean += chance * p.win_volume[e, i]
    return np.maximum(mean, 0.0)


def ask(p, plan, *, i, t, errors, happened, net, out):
    """Release wanted, and the part of it that is planned to be bought finished."""
    lead, months = int(p.lead_time[i]), p.months
    mean, rho = mean_demand(p, i), p.errors.autocorrelation
    position = net[:, i].copy()
    for back in range(1, lead + 1):
        if t - back >= 0:
            position += p.production_yield[i] * out.release[:, i, t - back]
    forecast = np.zeros(len(net))
    for h in range(lead + 1):
        forecast += padded(mean, t + h)
        if t > 0:
            memory = rho[min(h + 1, months - 1)] if months > 1 else 0.0
            swing = padded(mean * p.errors.spread[i], t + h)
            forecast += swing * memory * errors[:, i, t - 1]
        if t + h < months:
            position += p.receipts[i, t + h]
        for e, chance in enumerate(p.win_probability):
            first = np.flatnonzero(p.win_volume[e].any(axis=0))
            if len(first) and t > first[0]:
                forecast += (happened[e] - chance) * padded(p.win_volume[e, i], t + h)
    target = padded(stock_target(p)[i], t + lead) if plan is None else plan.target[i, t]
    need = np.maximum(0.0, forecast + target - position) / p.production_yield[i]
    if plan is None:
        return need, np.zeros_like(need)
    base = plan.release[i, t] if plan.wanted is None else plan.wanted[i, t]
    bought = plan.subcontract[i, t] if plan.wanted is None else 0.0
    if t < p.frozen_months:
        wanted = np.full_like(need, base)
    else:
        wanted = base + p.responsiveness * (need - base)
        if np.isfinite(p.flexibility):
            band = p.flexibility
            wanted = np.clip(wanted, max(1 - band, 0.0) * base, (1 + band) * base)
        wanted = np.maximum(wanted, 0.0)
    return wanted, np.minimum(wanted, bought)


def ration(p, t, own, carry, out):
    """Fair share, then two sweeps that give back what other bottlenecks freed."""
    count, items = own.shape
    resources = len(p.resources)
    limited = [r for r in range(resources) if np.isfinite(p.capacity[r, t])]
    everything = np.full((count, resources), np.inf)
    share = np.ones((count, resources))
    for r in limited:
        load = own @ p.routing[:, r]
        regular = p.capacity[r, t] + carry[:, r]
        everything[:, r] = regular + p.overtime[r, t] + p.outside[r, t]
        share[:, r] = np.minimum(1.0, everything[:, r] / np.maximum(load, TINY))
        out.overload[:, r, t] = load > regular * (1 + 1e-6) + TINY
        out.carried[:, r, t] = carry[:, r]
    final = own.copy(order="K")
    for i in range(items):
        for r in np.flatnonzero(p.routing[i]):
            final[:, i] = np.minimum(final[:, i], own[:, i] * share[:, r])
    for _ in range(2):
        room = everything - final @ p.routing
        lacking = own - final
        for r in limited:
            left = np.maximum(room[:, r], 0.0) / np.maximum(everything[:, r], TINY)
            lacking[:, p.routing[:, r] > 0] *= np.minimum(1.0, left / 0.01)[:, None]
        extra = lacking @ p.routing
        for i in range(items):
            fits = np.ones(count)
            for r in np.flatnonzero(p.routing[i]):
                if r in limited:
                    # Where nothing lacks nothing is given: the ratio does not matter.
                    fits = np.minimum(fits, room[:, r] / np.maximum(extra[:, r], TINY))
            final[:, i] += lacking[:, i] * np.maximum(fits, 0.0)
    return final, final @ p.routing


def pay(p, t, used, carry, out):
    """Overtime and outside work, the cheaper first; what is left of a material is kept."""
    after = np.zeros_like(carry)
    for r in range(len(p.resources)):
        if not np.isfinite(p.capacity[r, t]):
            continue
        regular = p.capacity[r, t] + carry[:, r]
        above = np.maximum(used[:, r] - regular, 0.0)
        if p.outside_cost[r, t] < p.overtime_cost[r, t]:
            outside = np.minimum(above, p.outside[r, t])
            overtime = above - outside
        else:
            overtime = np.minimum(above, p.overtime[r, t])
            outside = above - overtime
        out.overtime_cost[:, t] += overtime * p.overtime_cost[r, t]
        out.outside_cost[:, t] += outside * p.outside_cost[r, t]
        if p.resource_kind[r] is ResourceKind.MATERIAL:
            after[:, r] = np.maximum(regular - used[:, r], 0.0)
    return after


def demand(p, i, t, error, happened):
    level = mean_demand(p, i)[t] + np.zeros(len(error))
    for e, chance in enumerate(p.win_probability):
        level += (happened[e] - chance) * p.win_volume[e, i, t]
    level = np.maximum(level, 0.0)
    spread = p.errors.spread[i, t]
    if spread > 0.5:
        s2 = np.log(1 + spread**2)
        return level * np.exp(np.sqrt(s2) * error - s2 / 2)
    return level * np.maximum(0.0, 1 + spread * error)


def ship(p, i, t, start, out):
    """Receipts, shipments and what waits; returns the net stock of the next month."""
    lead = int(p.lead_time[i])
    arrived = np.full(len(start), p.receipts[i, t])
    if t >= lead:
        arrived += p.production_yield[i] * out.release[:, i, t - lead]
    asked = out.demand[:, i, t]
    end = start + arrived - asked
    unmet = np.maximum(-end, 0.0)
    lost = 1 - p.backorder_share[i]
    shipped = np.maximum(start, 0.0) + arrived - np.maximum(end, 0.0)
    positive = np.maximum(start, 0.0) + np.maximum(end, 0.0)
    negative = np.maximum(-start, 0.0) + unmet
    negative[negative <= 1e-4 * mean_demand(p, i).mean()] = 0.0
    path = positive + negative
    share = np.where(path > 0, positive / np.where(path > 0, path, 1.0), 1.0)
    served = lost * np.minimum(shipped, asked) + (1 - lost) * asked * share
    out.opening[:, i, t], out.received[:, i, t], out.closing[:, i, t] = start, arrived, end
    out.shipped[:, i, t], out.served[:, i, t] = shipped, np.clip(served, 0.0, asked)
    return np.maximum(end, 0.0) - (1 - lost) * unmet


def add_up(p: Problem, out: Played) -> None:
    stock, unmet = np.maximum(out.closing, 0.0), np.maximum(-out.closing, 0.0)
    lost = 1 - p.backorder_share[:, None]
    cost, pallet = p.unit_cost[:, None], p.pallets_per_unit[:, None]
    rounding = np.array([1e-4 * mean_demand(p, i).mean() for i in range(len(p.items))])
    items = {
        Measure.DEMAND_UNITS: out.demand,
        Measure.SERVED_UNITS: out.served,
        Measure.SHIPPED_UNITS: out.shipped,
        Measure.DEMAND_VALUE: out.demand * p.price,
        Measure.SERVED_VALUE: out.served * p.price,
        Measure.REVENUE: out.shipped * p.price,
        Measure.FULL_VALUE: out.demand * p.price * (out.served >= out.demand * (1 - 1e-4)),
        Measure.LOST_VALUE: unmet * p.price * lost,
        Measure.BACKLOG_VALUE: unmet * p.price * (1 - lost),
        Measure.GOODS_COST: out.shipped * cost,
        Measure.SUBCONTRACT_COST: out.bought * p.subcontract_cost,
        Measure.STOCK_UNITS: stock,
        Measure.STOCK_VALUE: stock * cost,
        Measure.PALLETS: stock * pallet,
        Measure.STOCKOUTS: (unmet > rounding[:, None]).astype(float),
    }
    for measure, values in items.items():
        by_family = np.zeros((len(values), len(p.families), p.months))
        for i, f in enumerate(p.family):
            by_family[:, f] += values[:, i]
        out.families[measure] = by_family
    pallets = out.families[Measure.PALLETS].sum(axis=1)
    own = np.minimum(pallets, p.storage)
    out.storage_cost = own * p.storage_cost + (pallets - own) * p.outside_storage_cost
