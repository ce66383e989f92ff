"""The simulator a second time, from the method page: plain numpy in double precision, slow."""
# ruff: noqa: PLR0917

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.special import betaincinv, ndtr

from sim.model import service
from sim.model.outcome import Measure, Plan
from sim.model.problem import Problem, ResourceKind, stock_target
from tests.model.oracle_priority import classes

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
    regular: np.ndarray  # hours that are there; a material with what was brought forward
    overload: np.ndarray
    overtime_cost: np.ndarray  # (N, T)
    outside_cost: np.ndarray
    lost: np.ndarray | None = None  # (N, I, T)
    surely: np.ndarray | None = None  # (N, I, T) probability of a stock-out in the month
    families: dict[Measure, np.ndarray] = field(default_factory=dict)
    storage_cost: np.ndarray | None = None


def beta(mean: float, spread: float, normals: np.ndarray) -> np.ndarray:
    """Beta numbers with a mean and a spread, at the probability of normal numbers."""
    k = mean * (1 - mean) / spread**2 - 1
    return betaincinv(mean * k, (1 - mean) * k, ndtr(normals))


@dataclass
class Luck:
    """What is random in supply: normals (N, R, T), normals (N, I, T), uniforms (N, I, T)."""

    hours: np.ndarray | None = None
    yields: np.ndarray | None = None
    slips: np.ndarray | None = None
    beta: Callable[[float, float, np.ndarray], np.ndarray] = beta


def play(
    problem: Problem,
    plan: Plan | None,
    errors: np.ndarray,
    uniforms: np.ndarray,
    luck: Luck | None = None,
    live: Callable[..., np.ndarray] | None = None,
) -> Played:
    """errors (N, I, T), uniforms (E, N). Without a plan: make the need of the month.

    live : what happens inside a month (``ship`` unless told), ``tests/model/daily.py`` has another
    """
    p, luck, live = problem, luck or Luck(), live or ship
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
    late = np.zeros((count, items))
    rank = classes(p)
    out.lost, out.surely = np.zeros(cube), np.zeros(cube)
    for t in range(months):
        for i in range(items):
            out.wanted[:, i, t], out.bought[:, i, t] = ask(
                p, plan, i=i, t=t, errors=errors, happened=happened, net=net + late, out=out
            )
        own = out.wanted[:, :, t] - out.bought[:, :, t]
        regular = p.capacity[:, t] * running(p, t, luck, count) + carry
        final, used = ration(p, t, own, regular, rank, out)
        out.regular[:, :, t] = regular
        out.used[:, :, t] = used
        carry = pay(p, t, used, regular, out)
        for i in range(items):
            planned = 0.0 if plan is None or plan.wanted is not None else plan.subcontract[i, t]
            limit = max(p.subcontract[i, t] - planned, 0.0)
            out.bought[:, i, t] += np.clip(own[:, i] - final[:, i], 0.0, limit)
            out.release[:, i, t] = final[:, i] + out.bought[:, i, t]
            out.demand[:, i, t] = demand(p, i, t, errors[:, i, t], happened)
            net[:, i] = live(p, i, t, net[:, i], out, receive(p, i, t, out, luck, late))
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
    lead = int(p.lead_time[i])
    target = padded(stock_target(p)[i], t + lead) if plan is None else plan.target[i, t]
    forecast = foresee(p, i, t, errors, happened)
    need = forecast + target - position(p, i, t, net, out)
    need = np.maximum(0.0, need) / p.production_yield[i]
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


def position(p, i, t, net, out):
    """Net stock, what was released and is not there yet, receipts on order for the window."""
    lead = int(p.lead_time[i])
    total = net[:, i].copy()
    for back in range(1, min(lead, t) + 1):
        total += p.production_yield[i] * out.release[:, i, t - back]
    return total + p.receipts[i, t : t + lead + 1].sum()


def foresee(p, i, t, errors, happened):
    """Forecast of the months t .. t + lead time made at the end of month t - 1."""
    mean, rho = mean_demand(p, i), p.errors.autocorrelation
    forecast = np.zeros(len(errors))
    for h in range(int(p.lead_time[i]) + 1):
        forecast += padded(mean, t + h)
        if t > 0:
            memory = rho[min(h + 1, p.months - 1)]
            swing = padded(mean * p.errors.spread[i], t + h)
            forecast += swing * memory * errors[:, i, t - 1]
        for e, chance in enumerate(p.win_probability):
            first = np.flatnonzero(p.win_volume[e].any(axis=0))
            if len(first) and t > first[0]:
                forecast += (happened[e] - chance) * padded(p.win_volume[e, i], t + h)
    return forecast


def running(p, t, luck, count):
    """Hours that are there as a share of the mean, (N, R)."""
    share = np.ones((count, len(p.resources)))
    for r, kind in enumerate(p.resource_kind):
        if p.risk and kind is ResourceKind.HOURS and p.risk.availability_spread[r] > 0:
            mean, spread = p.risk.availability[r], p.risk.availability_spread[r]
            share[:, r] = luck.beta(mean, spread, luck.hours[:, r, t]) / mean
    return share


def receive(p, i, t, out, luck, late):
    """Receipts of the month; what slips waits in ``late`` for the next one."""
    lead = int(p.lead_time[i])
    due = np.zeros(len(late))
    if t >= lead:
        due = p.production_yield[i] * out.release[:, i, t - lead]
    if p.risk and p.risk.yield_spread[i] > 0:
        mean = p.production_yield[i]
        due = due * luck.beta(mean, p.risk.yield_spread[i], luck.yields[:, i, t]) / mean
    due = due + p.receipts[i, t]
    slipped = np.zeros(len(late))
    if p.risk and p.risk.slip[i] > 0:
        slipped = np.where(luck.slips[:, i, t] < p.risk.slip[i], due, 0.0)
    arrived = due - slipped + late[:, i]
    late[:, i] = slipped
    return arrived


def ration(p, t, own, regular, rank, out):
    """Class after class: fair share, then two sweeps that give back what was freed."""
    limited = [r for r in range(len(p.resources)) if np.isfinite(p.capacity[r, t])]
    everything = np.full((len(own), len(p.resources)), np.inf)
    for r in limited:
        everything[:, r] = regular[:, r] + p.overtime[r, t] + p.outside[r, t]
        out.overload[:, r, t] = own @ p.routing[:, r] > regular[:, r] * (1 + 1e-6) + TINY
    final = np.zeros_like(own)
    for k in np.unique(rank):
        wanted = np.where(rank == k, own, 0.0)
        final += serve(p, limited, wanted, everything, final @ p.routing)
    return final, final @ p.routing


def serve(p, limited, own, everything, before):
    """What one class gets after the classes ``before`` it."""
    share = np.ones_like(everything)
    for r in limited:
        left = np.maximum(everything[:, r] - before[:, r], 0.0)
        share[:, r] = np.minimum(1.0, left / np.maximum(own @ p.routing[:, r], TINY))
    final = own * smallest(p, range(len(p.resources)), share)
    for _ in range(2):
        room = np.maximum(everything - before - final @ p.routing, 0.0)
        lacking = own - final
        for r in limited:
            left = room[:, r] / np.maximum(everything[:, r], TINY)
            lacking[:, p.routing[:, r] > 0] *= np.minimum(1.0, left / 0.01)[:, None]
        extra = lacking @ p.routing
        # Where nothing lacks nothing is given: the ratio does not matter.
        fits = room / np.maximum(extra, TINY)
        final += lacking * smallest(p, limited, fits)
    return final


def smallest(p, resources, share):
    """Smallest share, at most 1, among the resources that each item needs: (N, I)."""
    least = np.ones((len(p.items), len(share))).T
    for r in resources:
        for i in np.flatnonzero(p.routing[:, r]):
            least[:, i] = np.minimum(least[:, i], share[:, r])
    return least


def pay(p, t, used, everyday, out):
    """Overtime and outside work, the cheaper first; what is left of a material is kept."""
    after = np.zeros_like(used)
    for r in range(len(p.resources)):
        if not np.isfinite(p.capacity[r, t]):
            continue
        regular = everyday[:, r]
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


def ship(p, i, t, start, out, arrived):
    """Shipments and what waits; returns the net stock of the next month."""
    asked, days = out.demand[:, i, t], max(p.working_days[t], 1.0)
    end = start + arrived - asked
    before, over, unmet = (np.maximum(each, 0.0) for each in (start, end, -end))
    spread = service.month_spread(asked, p.day_spread, days)
    ahead = service.days_ahead(spread, arrived, days)
    deeper = service.lost_in_month(before, end, spread, ahead) - unmet
    negative = before - start + unmet
    short = negative > 1e-4 * mean_demand(p, i).mean()
    path = np.where(short, start, before), np.where(short, end, over)
    late = asked * (1 - service.bridge_fill(*path, spread))  # if everybody waits
    late = np.clip(late, 0.0, asked)
    if p.day_spread > 0 and 0 < p.backorder_share[i] < 1:
        lost = missed_by_some(p.backorder_share[i], start, arrived, asked, unmet, deeper, late)
        served = asked - lost / (1 - p.backorder_share[i])
    else:
        lost = (1 - p.backorder_share[i]) * unmet
        if p.day_spread > 0 and p.backorder_share[i] == 0:
            lost = lost + np.minimum(deeper, np.maximum(asked - unmet, 0.0))
        shipped = before + arrived - np.maximum(end + lost, 0.0)
        served = (1 - p.backorder_share[i]) * np.minimum(shipped, asked)
        served = served + p.backorder_share[i] * (asked - late)
    net = end + lost
    touched = service.stockout_probability(before + unmet, over, spread, ahead)
    out.surely[:, i, t] = np.where(short, 1.0, np.where(spread > 0, touched, 0.0))
    out.opening[:, i, t], out.received[:, i, t], out.closing[:, i, t] = start, arrived, end
    out.lost[:, i, t] = lost
    out.shipped[:, i, t] = before + arrived - np.maximum(net, 0.0)
    out.served[:, i, t] = np.clip(served, 0.0, asked)
    return net


def missed_by_some(waits, start, arrived, asked, unmet, deeper, late):
    """Lost where only a part of the customers waits: harmonic mean of all and of none waiting."""
    behind = np.maximum(-start, 0.0)
    blocked = np.minimum(behind / np.maximum(arrived, TINY), 1.0)  # until the backlog is served
    gone = np.minimum(np.maximum(unmet, asked * blocked) + deeper, asked)  # if nobody waits
    missed = late * gone / np.maximum(waits * gone + (1 - waits) * late, TINY)
    return (1 - waits) * missed


def add_up(p: Problem, out: Played) -> None:
    lost, net = out.lost, out.closing + out.lost
    stock, waiting = np.maximum(net, 0.0), np.maximum(-net, 0.0)
    cost, pallet = p.unit_cost[:, None], p.pallets_per_unit[:, None]
    items = {
        Measure.DEMAND_UNITS: out.demand,
        Measure.SERVED_UNITS: out.served,
        Measure.SHIPPED_UNITS: out.shipped,
        Measure.DEMAND_VALUE: out.demand * p.price,
        Measure.SERVED_VALUE: out.served * p.price,
        Measure.REVENUE: out.shipped * p.price,
        Measure.FULL_VALUE: out.demand * p.price * (1 - out.surely),
        Measure.LOST_UNITS: lost,
        Measure.LOST_VALUE: lost * p.price,
        Measure.BACKLOG_UNITS: waiting,
        Measure.BACKLOG_VALUE: waiting * p.price,
        Measure.GOODS_COST: out.shipped * cost,
        Measure.SUBCONTRACT_COST: out.bought * p.subcontract_cost,
        Measure.STOCK_UNITS: stock,
        Measure.STOCK_VALUE: stock * cost,
        Measure.PALLETS: stock * pallet,
        Measure.STOCKOUTS: out.surely,
    }
    for measure, values in items.items():
        by_family = np.zeros((len(values), len(p.families), p.months))
        for i, f in enumerate(p.family):
            by_family[:, f] += values[:, i]
        out.families[measure] = by_family
    pallets = out.families[Measure.PALLETS].sum(axis=1)
    own = np.minimum(pallets, p.storage)
    out.storage_cost = own * p.storage_cost + (pallets - own) * p.outside_storage_cost
