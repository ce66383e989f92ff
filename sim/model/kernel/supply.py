"""What may go wrong in supply, per draw: hours that are there, good units, late receipts."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

import numpy as np

from sim.model.draws import Draws
from sim.model.kernel.tables import Reals
from sim.model.problem import Floats, Ints, Problem, ResourceKind

POINTS = 4_097  # of the table that turns a normal number into a beta one
REACH = 6.0  # standard deviations that the table covers
KEPT = 4  # transformed sets that stay in memory


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Supply:
    """Random supply, draws side by side; an empty axis where all is certain."""

    running: Reals  # (blocks, T, R or 0, width) share of the mean availability
    factors: Reals  # (blocks, T, items with a random yield, width) share of the mean yield
    which_factor: Ints  # (I,) entry in `factors`, -1 = certain
    slips: Reals  # (blocks, T, items that may slip, width) uniform numbers
    which_slip: Ints  # (I,) entry in `slips`, -1 = never


def at_risk(problem: Problem) -> bool:
    """Whether anything in supply is random."""
    risk = problem.risk
    if risk is None:
        return False
    return bool(_hours(problem).any() or risk.yield_spread.any() or risk.slip.any())


def supply(problem: Problem, draws: Draws) -> Supply:
    """The random supply of a problem on its draws.

    Raises
    ------
    ValueError: the draws were made for other resources.
    """
    risk, shape = problem.risk, draws.errors.shape
    if risk is None:
        return certain(problem, shape, draws.errors.dtype)
    running = np.empty((*shape[:2], 0, shape[3]), np.float32)
    hours = _hours(problem)
    if hours.any():
        mean = risk.availability
        running = _kept(
            (draws.key, "hours"),
            (mean, hours),
            lambda: _shares(draws.running(len(hours)), mean, hours),
        )
    varying, slipping = (
        tuple(map(int, np.flatnonzero(each))) for each in (risk.yield_spread, risk.slip)
    )
    factors = np.empty_like(running[:, :, :0])
    if varying:
        mean, spread = problem.production_yield[list(varying)], risk.yield_spread[list(varying)]
        key = (draws.key, str(varying))
        factors = _kept(key, (mean, spread), lambda: _shares(draws.yields(varying), mean, spread))
    slips = draws.slips(slipping) if slipping else np.empty_like(running[:, :, :0])
    return Supply(
        running=running,
        factors=factors,
        which_factor=_entries(varying, shape[2]),
        slips=slips,
        which_slip=_entries(slipping, shape[2]),
    )


def certain(problem: Problem, shape: tuple[int, ...], real: "np.dtype[np.floating]") -> Supply:
    """Supply without any risk."""
    nothing = np.empty((*shape[:2], 0, shape[3]), real)
    never = np.full(len(problem.items), -1)
    return Supply(
        running=nothing, factors=nothing, slips=nothing, which_factor=never, which_slip=never
    )


def beta_shares(mean: float, spread: float, normals: Reals) -> Reals:
    """Beta numbers with a mean and a standard deviation, as a share of the mean.

    a = m k, b = (1 - m) k with k = m (1 - m) / s^2 - 1: the quantile of a normal number's
    probability, by a table. A spread that a beta cannot have is cut to what it can.

    Parameters
    ----------
    mean : 0..1 [share]
    spread : standard deviation [share]
    normals : unit normal numbers

    Returns
    -------
    as ``normals``; 1 where the mean is 0 or 1, which leaves no room for a spread

    Source: Law, Simulation Modeling and Analysis (inverse transform; beta distribution).

    >>> shares = beta_shares(0.8, 0.1, np.array([-1.0, 0.0, 1.0]))
    >>> [round(float(share), 2) for share in shares]
    [0.87, 1.02, 1.12]
    """
    from scipy.special import betaincinv, ndtr

    room = mean * (1.0 - mean)
    if room <= 0 or spread <= 0:
        return np.ones_like(normals)
    grid = np.linspace(-REACH, REACH, POINTS)
    k = max(room / spread**2 - 1.0, 1e-3)
    quantiles = betaincinv(mean * k, (1.0 - mean) * k, ndtr(grid)) / mean
    shares: Reals = np.interp(normals, grid, quantiles).astype(normals.dtype)
    return shares


def _hours(problem: Problem) -> Floats:
    """Spread of availability; only hours can fail to be there, (R,)."""
    if problem.risk is None:
        return np.zeros(len(problem.resources))
    hours = [kind is ResourceKind.HOURS for kind in problem.resource_kind]
    return np.asarray(problem.risk.availability_spread * hours)


def _shares(normals: Reals, mean: Floats, spread: Floats) -> Reals:
    """(blocks, T, n, width)"""
    shares = np.empty_like(normals)
    for n in range(normals.shape[2]):
        shares[:, :, n] = beta_shares(float(mean[n]), float(spread[n]), normals[:, :, n])
    return shares


def _entries(chosen: tuple[int, ...], items: int) -> Ints:
    entries = np.full(items, -1)
    entries[list(chosen)] = np.arange(len(chosen))
    return entries


_lock = Lock()
_sets: OrderedDict[bytes, Reals] = OrderedDict()


def _kept(key: tuple[str, str], numbers: tuple[Floats, ...], make: Callable[[], Reals]) -> Reals:
    """Transformed draws: made once for a risk and its draws, not for every step of a slider."""
    digest = hashlib.sha256(repr(key).encode())
    for each in numbers:
        digest.update(np.ascontiguousarray(each).tobytes())
    with _lock:
        if digest.digest() not in _sets:
            _sets[digest.digest()] = make()
        _sets.move_to_end(digest.digest())
        while len(_sets) > KEPT:
            _sets.popitem(last=False)
        return _sets[digest.digest()]
