"""The order in which items are simulated: groups that share resources, classes, families."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sim.model.kernel import columns as c
from sim.model.problem import Floats, Ints, Problem, Rationing

LOOSE = 64  # items without a resource that are simulated together


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Structure:
    """Items sorted by group of shared resources, class of priority and family."""

    order: Ints  # (I,) item at each place of the sorted tables
    family: Ints  # (I,) sorted
    classes: Ints  # (K + 1,) first item of each class of each group
    bounds: Ints  # (G + 1,) first class of each group
    reach: Ints  # (G + 1,) first entry of each group in `members`
    members: Ints  # resources of the groups
    starts: Ints  # (I + 1,) first entry of each item in `which`
    which: Ints  # resource of an entry
    usage: Floats  # resource units per unit


def structure(problem: Problem) -> Structure:
    """The groups of a problem; cards seldom change them, so the last ones are kept."""
    routing = np.ascontiguousarray(problem.routing)
    # Items that are treated alike stand together: the processor guesses the branches right.
    lost = (problem.backorder_share < 1) + 2 * (problem.backorder_share > 0)
    alike = np.asarray(problem.lead_time * 4 + lost, dtype=np.int64)
    keys = (problem.family, alike, _score(problem))
    return _structure(routing.tobytes(), routing.shape, *(key.tobytes() for key in keys))


@lru_cache(maxsize=16)
def _structure(
    routing_bytes: bytes,
    shape: tuple[int, int],
    family_bytes: bytes,
    alike_bytes: bytes,
    score_bytes: bytes,
) -> Structure:
    routing = np.frombuffer(routing_bytes).reshape(shape)
    family = np.frombuffer(family_bytes, dtype=np.int64)
    group = _groups(routing)
    rank = _ranks(np.frombuffer(score_bytes), group)
    order = np.lexsort((np.frombuffer(alike_bytes, dtype=np.int64), family, rank, group))
    sorted_routing, sorted_group = routing[order], group[order]
    rows, which = np.nonzero(sorted_routing)
    label = sorted_group * c.CLASSES + rank[order]
    classes = np.flatnonzero(np.diff(label, prepend=-1, append=label.max(initial=0) + 1))
    opens = np.flatnonzero(np.diff(sorted_group, prepend=-1, append=group.max(initial=0) + 1))
    members = [np.unique(which[sorted_group[rows] == g]) for g in np.unique(sorted_group)]
    return Structure(
        order=order,
        family=family[order],
        classes=classes.astype(np.int64),
        bounds=np.searchsorted(classes, opens).astype(np.int64),
        reach=np.cumsum([0, *(len(part) for part in members)]),
        members=np.concatenate([*members, np.zeros(0)]).astype(np.int64),
        starts=np.cumsum([0, *np.count_nonzero(sorted_routing, axis=1)]),
        which=which.astype(np.int64),
        usage=sorted_routing[rows, which],
    )


def _groups(routing: Floats) -> Ints:
    """Group of each item: connected through resources; items without one in small lots."""
    items, resources = routing.shape
    rows, which = np.nonzero(routing)
    graph = coo_array((np.ones(len(rows)), (rows, items + which)), shape=(items + resources,) * 2)
    label = connected_components(graph, directed=False)[1][:items].astype(np.int64)
    loose = ~routing.any(axis=1)
    label[loose] = label.max(initial=0) + 1 + np.arange(loose.sum()) // LOOSE
    compact: Ints = np.unique(label, return_inverse=True)[1].astype(np.int64)
    return compact


def _score(problem: Problem) -> Floats:
    """What puts an item first when a resource is full, low = served first, (I,)."""
    if problem.rationing is Rationing.MARGIN:
        return -bottleneck_margin(problem)
    if problem.rationing is Rationing.CHANNEL and problem.channel_tier is not None:
        return np.asarray(problem.channel_share @ problem.channel_tier.astype(float))
    return np.zeros(len(problem.items))


def bottleneck_margin(problem: Problem) -> Floats:
    """Margin per unit of the scarcest resource that an item needs.

    (mean price - unit cost) / use of the resource whose expected load over the horizon is the
    largest share of its capacity; without a limited resource the margin of the unit itself.

    Parameters
    ----------
    problem

    Returns
    -------
    (I,) [money per resource unit]

    Source: Hopp & Spearman (product mix); Chopra & Meindl (aggregate planning).
    """
    limited = np.isfinite(problem.capacity)
    load = np.where(limited, problem.routing.T @ problem.demand, 0.0).sum(axis=1)
    room = np.where(limited, problem.capacity, 0.0).sum(axis=1)
    fullness = np.where(limited.any(axis=1), load / np.maximum(room, 1e-9), -1.0)
    margin: Floats = problem.price.mean(axis=1) - problem.unit_cost
    if not len(fullness):
        return margin
    scarcest = np.where(problem.routing > 0, fullness, -1.0).argmax(axis=1)
    use = np.take_along_axis(problem.routing, scarcest[:, None], axis=1)[:, 0]
    held = (use > 0) & (fullness[scarcest] >= 0)
    return np.where(held, margin / np.where(held, use, 1.0), margin)


def _ranks(score: Floats, group: Ints) -> Ints:
    """Class of each item: the distinct scores of its group in at most five equal steps.

    >>> _ranks(np.array([3.0, 1.0, 1.0, 9.0]), np.zeros(4, dtype=np.int64)).tolist()
    [1, 0, 0, 2]
    """
    ranks = np.zeros(len(score), dtype=np.int64)
    for g in np.unique(group):
        members = group == g
        values, place = np.unique(score[members], return_inverse=True)
        ranks[members] = place * c.CLASSES // max(len(values), c.CLASSES)
    return ranks
