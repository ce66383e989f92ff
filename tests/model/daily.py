"""The days of a month, played one by one: the oracle of the service formulas.

The monthly model knows net stock at both ends of a month, its receipts and its demand. The
order of events puts receipts first, but nobody receives a month's production on its first
day: the straight path of the model spreads receipts evenly. The fair comparison is therefore
receipts in equal parts on 21 working days, half of a day's part before the day's demand and
half after it (``FIRST_HALF``); all in the morning would be half a day of stock too much.
Demand of the days is gamma with a coefficient of variation, scaled to the month's demand.
"""
# ruff: noqa: PLR0917

from dataclasses import dataclass

import numpy as np

DAYS = 21
FIRST_HALF = 0.5  # part of a day's receipts that is there before the day's demand


@dataclass
class Days:
    """What the days of a month bring."""

    served: np.ndarray  # from stock on the day it was asked for
    closing: np.ndarray  # net stock after the last day
    lowest: np.ndarray  # lowest net stock after a day's demand


def demand_of_days(demand, day_spread, rng, *, days=DAYS):
    """(days, ...) gamma, with the sum of the month."""
    shares = rng.standard_gamma(day_spread**-2.0, (days, *demand.shape))
    return shares * (demand / shares.sum(axis=0))


def play_month(x, receipts, demand, *, day_spread, rng, lost=0.0, at_once=False):
    """Net stock x lives through a month; ``at_once``: all receipts before the first day.

    lost : share of what is not served on its day that does not wait
    """
    net, served, lowest = x.copy(), np.zeros_like(demand), np.full_like(demand, np.inf)
    portion = np.zeros_like(receipts) if at_once else receipts / DAYS
    if at_once:
        net = net + receipts
    for asked in demand_of_days(demand, day_spread, rng):
        net = net + FIRST_HALF * portion
        given = np.clip(net, 0.0, asked)
        served += given
        net = net - asked + lost * (asked - given)
        lowest = np.minimum(lowest, np.where(given < asked, -1.0, net))
        net = net + (1 - FIRST_HALF) * portion
    return Days(served, net, lowest)


def by_days(rng):
    """What happens inside a month, for ``oracle.play``: its days instead of the formulas."""

    def live(p, i, t, start, out, arrived):
        asked, waits = out.demand[:, i, t], p.backorder_share[i]
        days = play_month(start, arrived, asked, day_spread=p.day_spread, rng=rng, lost=1.0 - waits)
        out.opening[:, i, t], out.received[:, i, t] = start, arrived
        out.closing[:, i, t], out.served[:, i, t] = days.closing, days.served
        out.surely[:, i, t] = days.lowest < 0
        return days.closing

    return live


@dataclass
class Months:
    """Months of a base-stock policy, (T, cases, N)."""

    x: np.ndarray
    receipts: np.ndarray
    demand: np.ndarray
    y: np.ndarray  # x + receipts - demand, before anything is lost


def base_stock(*, spread, memory, lead, safety, rng, months=12, count=350, lose=None):
    """Cases side by side, (cases, 1) each: a policy that orders up to forecast + safety stock.

    Forecasts know the memory of errors (autocorrelation memory^h). ``lose(x, receipts, demand,
    y)`` is what is lost of a month's demand; without it everybody waits.
    """
    cases = len(spread)
    stock = safety * spread * np.sqrt(lead + 1)
    net, last = np.tile(stock, (1, count)), np.zeros((cases, count))
    late = np.arange(4) < lead  # which slots of the pipeline an item has, (cases, 4)
    pipe = np.where(late, 1.0, 0.0)[:, :, None] * np.ones(count)
    found = []
    for month in range(months):
        fresh = rng.standard_normal((cases, count))
        error = memory * last + np.sqrt(1 - memory**2) * fresh if month else fresh
        seen = sum((h <= lead) * memory ** (h + 1) for h in range(4)) * spread * last
        order = np.maximum(0.0, lead + 1 + seen + stock - net - pipe.sum(axis=1))
        pipe = np.concatenate([pipe, np.zeros((cases, 1, count))], axis=1)
        np.put_along_axis(pipe, lead[:, :, None] * np.ones((1, 1, count), int), order[:, None], 1)
        receipts, pipe = pipe[:, 0], pipe[:, 1:]
        demand = np.maximum(0.0, 1 + spread * error)
        y = net + receipts - demand
        found.append((net, receipts, demand, y))
        net = y if lose is None else y + lose(net, receipts, demand, y)
        last = error
    return Months(*(np.array(part) for part in zip(*found, strict=True)))
