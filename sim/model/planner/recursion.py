"""Play a plan once, with the expected demand: exact stock, shipments and use of resources.

The same month as in the simulator: receipts, release within the capacity, demand,
shipments; what is unmet waits or is lost.
"""

from dataclasses import dataclass, fields

import numpy as np

from sim.model.kernel.columns import SLACK
from sim.model.kernel.tables import expected_demand, foreseen
from sim.model.problem import Floats, Problem, ResourceKind
from sim.model.stated import Flags

ROUNDING = 1e-12  # share of capacity that a load may pass by adding up


@dataclass(frozen=True, kw_only=True, eq=False)
class Course:
    """What happens month by month under a plan."""

    release: Floats  # (I, T) [units] own and bought, cut to the capacity
    bought: Floats  # (I, T) [units]
    before: Floats  # (I, T) [units] net stock at the start of the month
    stock: Floats  # (I, T) [units] net stock at its end, before losses are written off
    demand: Floats  # (I, T) [units]
    shipped: Floats  # (I, T) [units]
    served: Floats  # (I, T) [units] in the month they were asked for
    used: Floats  # (R, T) [resource units]
    overtime: Floats  # (R, T) [resource units]
    outside: Floats  # (R, T) [resource units]
    spare: Floats  # (R, T) [resource units] that were left, of everything
    on_hand: Floats  # (I, T) [units] at month end
    unmet: Floats  # (I, T) [units] at month end, before losses are written off

    def __post_init__(self) -> None:
        for spec in fields(self):
            getattr(self, spec.name).setflags(write=False)


def play(
    problem: Problem, own: Floats, bought: Floats, *, withheld: Floats | None = None
) -> Course:
    """Play own releases and purchases against the expected demand.

    Parameters
    ----------
    own : (I, T) [units] made in the own plant
    bought : (I, T) [units] bought finished
    withheld : (I, T) [units] in stock at month end while demand stays unmet
    """
    kept = np.zeros_like(own) if withheld is None else withheld
    own, use = _fit(problem, own)
    release, demand = own + bought, expected_demand(problem)
    arrivals = arriving(problem, release) + problem.receipts
    before, stock = net_stock(problem, arrivals=arrivals, demand=demand, withheld=kept)
    on_hand, unmet = np.maximum(stock, 0.0) + kept, np.maximum(-stock, 0.0) + kept
    opening = np.maximum(problem.opening_stock, 0.0)[:, None]
    shipped = np.hstack((opening, on_hand[:, :-1])) + arrivals - on_hand
    share = problem.backorder_share[:, None]
    in_time = demand * _in_stock(before, stock, rounding=SLACK * demand.mean(axis=1))
    served = share * in_time + (1.0 - share) * np.minimum(shipped, demand)
    return Course(
        release=release,
        bought=np.array(bought),
        before=before,
        stock=stock,
        demand=demand,
        shipped=shipped,
        served=np.clip(served, 0.0, demand),
        on_hand=on_hand,
        unmet=unmet,
        **use,
    )


def arriving(problem: Problem, release: Floats) -> Floats:
    """Good units that the releases bring: yield x what was released a lead time ago."""
    good = problem.production_yield[:, None] * release
    arrivals = np.zeros_like(good)
    for lead in np.unique(problem.lead_time):
        rows = problem.lead_time == lead
        arrivals[rows, lead:] = good[rows, : problem.months - lead]
    return arrivals


def net_stock(
    problem: Problem, *, arrivals: Floats, demand: Floats, withheld: Floats
) -> tuple[Floats, Floats]:
    """Net stock at the start and the end of each month.

    y = x + R - D; of the unmet part max(-y, 0) the backorder share waits, the rest is lost.
    What is withheld adds to both the stock and the unmet part.
    Source: Snyder & Shen (backorders and lost sales).
    """
    before, after = np.empty_like(demand), np.empty_like(demand)
    stock = problem.opening_stock
    for t in range(problem.months):
        before[:, t] = stock
        after[:, t] = stock + arrivals[:, t] - demand[:, t]
        waiting = problem.backorder_share * (np.maximum(-after[:, t], 0.0) + withheld[:, t])
        stock = np.maximum(after[:, t], 0.0) + withheld[:, t] - waiting
    return before, after


def release_target(problem: Problem, course: Course) -> Floats:
    """Net stock that makes the rule "release the need" release exactly the plan.

    target = net stock + on order + yield x release - expected demand over the lead time:
    where the stock will stand when this release has arrived.

    Returns
    -------
    (I, T) [units]
    """
    months, longest = problem.months, int(problem.lead_time.max(initial=0))
    good = np.pad(problem.production_yield[:, None] * course.release, ((0, 0), (longest, 0)))
    target = course.before - foreseen(problem)
    for lag in range(longest + 1):
        within = (lag <= problem.lead_time)[:, None]
        target += np.where(within, good[:, longest - lag : longest - lag + months], 0.0)
    return target


def _in_stock(before: Floats, after: Floats, *, rounding: Floats) -> Floats:
    """Share of the month with stock on hand when it falls on a straight line."""
    on_hand = np.maximum(before, 0.0) + np.maximum(after, 0.0)
    short = np.maximum(-before, 0.0) + np.maximum(-after, 0.0)
    short = np.where(short > rounding[:, None], short, 0.0)
    total = on_hand + short
    return np.asarray(np.divide(on_hand, total, out=np.ones_like(total), where=total > 0))


def _fit(problem: Problem, own: Floats) -> tuple[Floats, dict[str, Floats]]:
    """Cut the rounding of the solver to the capacity, and say what each source gives."""
    own = np.array(own)
    names = ("used", "overtime", "outside", "spare")
    use = {name: np.zeros(problem.capacity.shape) for name in names}
    material = np.array([k is ResourceKind.MATERIAL for k in problem.resource_kind], dtype=bool)
    cheap = problem.overtime_cost <= problem.outside_cost
    carried = np.zeros(material.size)
    for t in range(problem.months):
        regular = problem.capacity[:, t] + carried
        extra = {"overtime": problem.overtime[:, t], "outside": problem.outside[:, t]}
        most = regular + extra["overtime"] + extra["outside"]
        own[:, t] *= fair_cut(problem, problem.routing.T @ own[:, t], most)
        load = problem.routing.T @ own[:, t]
        over = np.where(load > regular * (1.0 + ROUNDING), load - regular, 0.0)
        first = np.minimum(over, np.where(cheap[:, t], extra["overtime"], extra["outside"]))
        use["used"][:, t] = load
        use["overtime"][:, t] = np.where(cheap[:, t], first, over - first)
        use["outside"][:, t] = np.where(cheap[:, t], over - first, first)
        use["spare"][:, t] = most - load
        carried = carried_over(regular, load, material=material)
    return own, use


def carried_over(regular: Floats, load: Floats, *, material: Flags) -> Floats:
    """What is left of each material at month end, (R,); hours are lost, no limit leaves nothing."""
    left = np.where(np.isfinite(regular), np.maximum(regular - load, 0.0), 0.0)
    return np.where(material, left, 0.0)


def fair_cut(problem: Problem, load: Floats, most: Floats) -> Floats:
    """(I,) factor of each item: its fullest resource decides, one where nothing is full."""
    safe = np.where(load > 0, load, 1.0)
    share = np.where(load > most, np.minimum(most, load) / safe, 1.0)
    return np.asarray(np.where(problem.routing > 0, share, 1.0).min(axis=1, initial=1.0))
