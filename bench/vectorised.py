"""The full model a third time: numpy in single precision, (item, draw) arrays month by month.

What a careful numpy author would write: blocks of draws that fit the cache, gathers instead of
dense products, no temporary that can be avoided. Companies of the bench only: lead time 0 or 1,
no customers to win, no bought goods, no materials, no overtime, demand normal.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from sim.model.draws import Draws
from sim.model.kernel.supply import supply
from sim.model.kernel.tables import expected_demand, foreseen
from sim.model.outcome import Plan
from sim.model.problem import Floats, Problem
from sim.model.service import STEP

Singles = NDArray[Any]  # single precision throughout
MEASURES = 12
PI, TINY = np.float32(np.pi), np.float32(1e-30)


class Company:
    """What is the same in all draws, in single precision."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        rho = problem.errors.autocorrelation
        swing = expected_demand(problem) * problem.errors.spread
        later = np.concatenate([swing[:, 1:], swing[:, -1:]], axis=1)
        one = problem.lead_time[:, None] == 1
        gain = rho[1] * swing + np.where(one, rho[2] * later, 0.0)
        gain[:, 0] = 0.0
        self.need, self.gain = _singles(foreseen(problem) + plan.target), _singles(gain)
        self.mean, self.swing = _singles(problem.demand), _singles(swing)
        self.price, self.cost = _singles(problem.price), _singles(problem.unit_cost[:, None])
        self.lost = _singles(1.0 - problem.backorder_share[:, None])
        self.one = one
        self.uses = np.argsort(problem.routing <= 0, axis=1, kind="stable")[:, :3]
        self.bill = csr_array(_singles(problem.routing.T))
        self.capacity = _singles(problem.capacity)
        self.opening = _singles(problem.opening_stock[:, None])
        days = problem.working_days
        self.days = _singles(problem.day_spread / np.sqrt(days + problem.day_spread**2))
        self.step, self.half_day = _singles(STEP / np.sqrt(days)), _singles(0.5 / days)
        self.families = np.searchsorted(problem.family, np.arange(len(problem.families)))


def simulate(problem: Problem, plan: Plan, draws: Draws) -> Floats:
    """Measures (MEASURES, F, T, N), the demand value first, then the served value."""
    company = Company(problem, plan)
    running = supply(problem, draws).running
    blocks = [
        _block(company, errors, running[b] if running.shape[2] else None)
        for b, errors in enumerate(draws.errors)
    ]
    return np.concatenate(blocks, axis=3)


def _block(k: Company, errors: Singles, running: Singles | None) -> Singles:
    months, _, width = errors.shape
    net = np.repeat(k.opening, width, axis=1)
    pipe = np.zeros_like(net)
    found = np.zeros((MEASURES, len(k.families), months, width), np.float32)
    for t in range(months):
        wish = k.need[:, t, None] + k.gain[:, t, None] * errors[max(t - 1, 0)]
        wish -= net
        wish -= pipe
        np.maximum(wish, 0, out=wish)
        hours = k.capacity[:, t, None] * (1 if running is None else running[t])
        made = _ration(k, wish, np.broadcast_to(hours, (len(k.capacity), width)))
        arrived = np.where(k.one, pipe, made)
        pipe = np.where(k.one, made, np.float32(0))
        asked = np.maximum(k.mean[:, t, None] + k.swing[:, t, None] * errors[t], 0)
        net, measures = _month(k, t, net, arrived, asked)
        for m, values in enumerate(measures):
            found[m, :, t] = np.add.reduceat(values, k.families, axis=0)
    return found


def _load(k: Company, units: Singles) -> Singles:
    load: Singles = k.bill @ units
    return load


def _smallest(k: Company, share: Singles) -> Singles:
    least = np.minimum(share[k.uses[:, 0]], share[k.uses[:, 1]])
    np.minimum(least, share[k.uses[:, 2]], out=least)
    return np.minimum(least, 1, out=least)


def _ration(k: Company, wish: Singles, hours: Singles) -> Singles:
    final = wish * _smallest(k, hours / np.maximum(_load(k, wish), TINY))
    for _ in range(2):
        room = np.maximum(hours - _load(k, final), 0)
        gate = np.minimum(room / np.maximum(hours, TINY) * 100, 1)
        claim = wish - final
        for j in range(3):
            claim *= gate[k.uses[:, j]]
        fits = _smallest(k, room / np.maximum(_load(k, claim), TINY))
        claim *= fits
        final += claim
    return final


def _month(
    k: Company, t: int, start: Singles, arrived: Singles, asked: Singles
) -> tuple[Singles, list[Singles]]:
    """Both service formulas, shipments and what is counted."""
    end = start + arrived
    end -= asked
    over, before = np.maximum(end, 0), np.maximum(start, 0)
    short = over - end
    s = k.days[t] * asked
    inverse = 1 / np.maximum(s, np.float32(1e-15))
    touch = np.exp(-2 * np.maximum((start * inverse) * (end * inverse), 0))
    under = before - start + short
    length = before + over + under + TINY
    straight = (before + over + TINY) / length
    far = length * inverse
    root = np.sqrt(far * far + 2 * PI)
    bend = 2 * PI / ((root + far) * (root + (PI - 1) * far))
    in_time = asked * (straight + (np.float32(0.5) - straight) * bend * touch)
    ahead = k.step[t] * s - k.half_day[t] * arrived
    ahead = np.maximum(ahead, np.float32(0.5) * ahead)
    a = np.maximum(before + short + ahead, 0) * inverse
    b = np.maximum(over + ahead, 0) * inverse
    root = np.sqrt((a + b) ** 2 + 2 * PI) + (PI - 1) * (a + b)
    reached = np.exp(-2 * a * b)
    chance = np.where(under > 0, 1, reached)
    deeper = np.float32(0.5) * s * PI / root * reached
    lost = k.lost * (short + np.minimum(deeper, np.maximum(asked - short, 0)))
    net = end + lost
    stock = np.maximum(net, 0)
    shipped = np.maximum(before + arrived - stock, 0)
    served = k.lost * np.minimum(shipped, asked) + (1 - k.lost) * in_time
    price = k.price[:, t, None]
    worth = price * asked
    full = np.where(served >= np.float32(1 - 1e-4) * asked, worth, 0)
    measures = [worth, price * served, asked, served, shipped, price * shipped, full]
    waiting = price * (stock - net)
    return net, [*measures, lost, waiting, stock, k.cost * stock, chance]


def _singles(values: Floats) -> Singles:
    return np.ascontiguousarray(values, dtype=np.float32)
