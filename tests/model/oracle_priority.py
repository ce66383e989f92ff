"""Who is served first when a resource is full, a second time, one item after the other."""

import numpy as np

from sim.model.problem import Rationing


def classes(p):
    """Who is served first when a resource is full: 0, then 1, ... among items that share."""
    score = np.zeros(len(p.items))
    if p.rationing is Rationing.CHANNEL and p.channel_tier is not None:
        score = p.channel_share @ p.channel_tier
    if p.rationing is Rationing.MARGIN:
        for i in range(len(p.items)):
            score[i] = -(p.price[i].mean() - p.unit_cost[i]) / scarcest_use(p, i)
    rank = np.zeros(len(p.items), dtype=int)
    for members in sharing(p):
        values = sorted({score[i] for i in members})
        for i in members:
            rank[i] = 5 * values.index(score[i]) // max(5, len(values))
    return rank


def scarcest_use(p, i):
    full, use = -1.0, 1.0
    for r in np.flatnonzero(p.routing[i] > 0):
        limited = np.isfinite(p.capacity[r])
        load = (p.routing[:, r] @ p.demand)[limited].sum()
        if limited.any() and load / max(p.capacity[r][limited].sum(), 1e-9) > full:
            full, use = load / max(p.capacity[r][limited].sum(), 1e-9), p.routing[i, r]
    return use


def sharing(p):
    """Items connected through resources."""
    groups = []
    for i in range(len(p.items)):
        mine, uses = {i}, p.routing[i] > 0
        for group in [g for g in groups if any((p.routing[k] > 0)[uses].any() for k in g)]:
            groups.remove(group)
            mine |= group
        groups.append(mine)
    return groups
