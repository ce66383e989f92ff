"""Service inside a month that is known by its two ends.

Net stock goes from x to y = x + receipts - demand; receipts come evenly over the month. The
straight path between them misses that days are not alike: demand leaves the line by a Brownian
bridge of standard deviation s. All formulas share a = x / s, b = y / s, c = |a| + |b| and
e = exp(-2 max(a b, 0)), so a simulator pays for one exponential. With s = 0 they are those of
the straight path. ``tests/model/daily.py`` plays the days of a month to check them.
"""

import numpy as np

from sim.model.problem import Floats

# Expected overshoot of a normal random walk, in standard deviations of one step.
STEP = 0.5826
_NONE = 1e-30  # no spread


def month_spread(demand: Floats, day_spread: float, days: float) -> Floats:
    """Standard deviation of demand inside a month whose total is known.

    s = D v / sqrt(n + v^2): the n days are gamma with coefficient of variation v, and given
    their sum D the demand up to the share u of the month has variance s^2 u (1 - u).

    Parameters
    ----------
    demand : (...) [units] of the month
    day_spread : v, coefficient of variation of one day's demand
    days : n, working days of the month

    Returns
    -------
    (...) [units]

    Source: Johnson, Kotz & Balakrishnan, Continuous Multivariate Distributions (Dirichlet).

    >>> month_spread(np.array([100.0, 0.0]), 2.0, 21.0).tolist()
    [40.0, 0.0]
    """
    spread: Floats = demand * (day_spread / np.sqrt(days + day_spread**2))
    return spread


def linear_path_fill(x: Floats, y: Floats) -> Floats:
    """Share of a month during which stock is positive on the straight path from x to y.

    (max(x, 0) + max(y, 0)) / (|x| + |y|); a stock that stays at nought serves as it receives.

    Parameters
    ----------
    x, y : (...) [units] net stock at the start and at the end of the month

    Returns
    -------
    (...) share

    >>> start, end = np.array([30.0, 5.0, -5.0, 0.0]), np.array([-10.0, 5.0, -5.0, 0.0])
    >>> linear_path_fill(start, end).tolist()
    [0.75, 1.0, 0.0, 1.0]
    """
    length = np.abs(x) + np.abs(y)
    above = np.maximum(x, 0.0) + np.maximum(y, 0.0)
    share: Floats = np.where(length > 0, above / np.where(length > 0, length, 1.0), 1.0)
    return share


def mills_ratio(c: Floats) -> Floats:
    """Tail of the normal distribution over its density, (1 - Phi(c)) / phi(c), for c >= 0.

    Boyd's bound pi / (sqrt(c^2 + 2 pi) + (pi - 1) c): exact at 0 and far out, never more than
    1.2 % below. Two products, a root and a division: a simulator has no better offer.

    Parameters
    ----------
    c : (...) 0 or more

    Returns
    -------
    (...)

    Source: Mitrinovic, Analytic Inequalities (Boyd's inequality).

    >>> mills_ratio(np.array([0.0, 3.0])).round(3).tolist()  # exact: 1.253, 0.305
    [1.253, 0.304]
    """
    ratio: Floats = np.pi / (np.sqrt(c * c + 2 * np.pi) + (np.pi - 1) * c)
    return ratio


def bridge_fill(x: Floats, y: Floats, s: Floats) -> Floats:
    """Expected share of a month during which stock is positive, with days that are not alike.

    f + (1/2 - f) q e: f = share on the straight path, e = exp(-2 max(a b, 0)) and
    q = 1 - c M(c), M = Mills ratio. It is the mean time above nought of a Brownian bridge,
    E = integral of Phi((x + (y - x) u) / (s sqrt(u (1 - u)))) du, in closed form. It is the
    share of the demand served on time when customers wait.

    Parameters
    ----------
    x, y : (...) [units] net stock at the start and at the end of the month
    s : (...) [units] standard deviation of demand inside the month

    Returns
    -------
    (...) share

    Source: Borodin & Salminen, Handbook of Brownian Motion, for the Green function; the product
    of two Gaussian kernels integrates to Phi(-(|x - z| + |y - z|) / s) over the month.

    >>> start, end = np.array([0.0, 30.0, 30.0]), np.array([0.0, 0.0, -10.0])
    >>> bridge_fill(start, end, np.full(3, 10.0)).round(3).tolist()  # exact: 0.5, 0.957, 0.737
    [0.5, 0.956, 0.736]
    """
    a, b = _scaled(x, s), _scaled(y, s)
    c = np.abs(a) + np.abs(b)
    straight = linear_path_fill(x, y)
    root = np.sqrt(c * c + 2 * np.pi)
    # 1 - c M(c) without the difference of two near numbers.
    q = np.where(s > 0, 2 * np.pi / ((root + c) * (root + (np.pi - 1) * c)), 0.0)
    fill: Floats = straight + (0.5 - straight) * q * np.exp(-2 * np.maximum(a * b, 0.0))
    return fill


def stockout_probability(x: Floats, y: Floats, s: Floats, ahead: Floats | float = 0.0) -> Floats:
    """Probability that stock touches nought during a month, by Brownian bridge.

    exp(-2 x y / s^2) where no end is negative, else 1; 1 less it is the cycle service.
    Stock that is only counted once a day does not touch so often: ``ahead`` is added to both
    ends (see ``days_ahead``), as for what is lost.

    Parameters
    ----------
    x, y : (...) [units] net stock at the start and at the end of the month
    s : (...) [units] standard deviation of demand inside the month
    ahead : (...) [units]

    Returns
    -------
    (...) probability

    Source: Glasserman, Monte Carlo Methods in Financial Engineering (Brownian bridge).

    >>> start, end = np.array([10.0, 10.0]), np.array([5.0, -1.0])
    >>> stockout_probability(start, end, np.full(2, 10.0)).round(4).tolist()
    [0.3679, 1.0]
    """
    a, b = _scaled(np.maximum(x + ahead, 0.0), s), _scaled(np.maximum(y + ahead, 0.0), s)
    touched: Floats = np.where((x >= 0) & (y >= 0), np.exp(-2 * a * b), 1.0)
    return touched


def lost_in_month(x: Floats, y: Floats, s: Floats, ahead: Floats | float = 0.0) -> Floats:
    """Expected demand lost in a month when customers do not wait.

    What is lost is how far the path without loss would fall below nought:
    h + (s / 2) M(a + b) exp(-2 a b), with h = max(-y, 0), a = (x + h + ahead) / s and
    b = (y + h + ahead) / s. Stock ends at y + loss. The straight path gives h alone.

    Parameters
    ----------
    x : (...) [units] stock at the start of the month, 0 or more
    y : (...) [units] x + receipts - demand
    s : (...) [units] standard deviation of demand inside the month
    ahead : (...) [units] see ``days_ahead``

    Returns
    -------
    (...) [units]

    Source: Glasserman: distribution of the minimum of a Brownian bridge, integrated.

    >>> loss = lost_in_month(np.array([0.0, 20.0]), np.array([0.0, -30.0]), np.full(2, 10.0))
    >>> loss.round(3).tolist()  # exact: 10 sqrt(pi / 8) = 6.267, and 30.964
    [6.267, 30.964]
    """
    below = np.maximum(-y, 0.0)
    a = _scaled(np.maximum(x + below + ahead, 0.0), s)
    b = _scaled(np.maximum(y + below + ahead, 0.0), s)
    loss: Floats = below + 0.5 * s * mills_ratio(a + b) * np.exp(-2 * a * b)
    return loss


def days_ahead(s: Floats, receipts: Floats, days: float) -> Floats:
    """What stock seems to be ahead of a path that is watched at every moment, in a month of days.

    k = 0.5826 s / sqrt(n) - R / (2 n): a walk that is watched once a day overshoots a limit by the
    first part; half of a day's receipts come after the day's demand. Where k is below nought half
    of it counts: stock has not waited for receipts before the month's first day (fitted to days).

    Parameters
    ----------
    s : (...) [units] standard deviation of demand inside the month
    receipts : (...) [units] of the month
    days : n, working days of the month

    Returns
    -------
    (...) [units]

    Source: Broadie, Glasserman & Kou 1997, A continuity correction for discrete barrier
    options, Mathematical Finance 7.

    >>> days_ahead(np.array([10.0, 0.0]), np.array([50.0, 50.0]), 25.0).round(4).tolist()
    [0.1652, -0.5]
    """
    ahead: Floats = STEP * s / np.sqrt(days) - receipts / (2 * days)
    return np.maximum(ahead, 0.5 * ahead)


def _scaled(stock: Floats, s: Floats) -> Floats:
    scaled: Floats = stock / np.maximum(s, _NONE)
    return scaled
