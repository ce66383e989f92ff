"""The cost / service frontier: what nobody beats in both."""

import numpy as np

from sim.model.problem import Floats, Ints


def frontier(cost: Floats, service: Floats) -> Ints:
    """Positions of the points that no other one dominates, from the cheapest to the best service.

    A point is dominated when another one costs no more and serves no less, and is better in one.
    Of equal points the first one stays.

    Parameters
    ----------
    cost : (K,) [money]
    service : (K,) [share]

    Returns
    -------
    positions, cost and service strictly increasing

    Source: the efficient frontier of Chopra & Meindl, ch. 2 (responsiveness and efficiency).

    >>> frontier(np.array([3.0, 1.0, 2.0, 2.0]), np.array([0.9, 0.8, 0.95, 0.7])).tolist()
    [1, 2]
    """
    order = np.lexsort((np.arange(len(cost)), -service, cost))
    best = np.maximum.accumulate(service[order])
    earlier = np.concatenate([[-np.inf], best[:-1]])
    return np.asarray(order[service[order] > earlier], dtype=np.int64)


def spread_out(points: Ints, service: Floats, *, most: int) -> Ints:
    """At most so many points of a frontier, both ends and even steps of service between them.

    >>> spread_out(np.arange(5), np.array([0.5, 0.6, 0.61, 0.62, 0.9]), most=3).tolist()
    [0, 3, 4]
    """
    if len(points) <= most:
        return points
    wanted = np.linspace(service[points[0]], service[points[-1]], most)
    nearest = np.abs(service[points][None, :] - wanted[:, None]).argmin(axis=1)
    return np.asarray(points[np.unique(nearest)])
