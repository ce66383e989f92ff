"""Forecast-error paths and chance events: the same ones for every scenario.

All scenarios of a data version meet the same futures (common random numbers), so a
difference between two scenarios is never noise. The paths therefore depend on the families
and the error memory only, never on demand: a card cannot change them.

Layout: ``errors[block, month, item, draw of the block]``. The simulator reads a block as one
stream, ``width`` draws side by side in the vector unit.
"""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.model.problem import Floats, Problem

Singles = NDArray[np.float32]

WIDTH = 256  # draws of a block
SOBOL_DIMENSIONS = 2_000  # beyond these the low-discrepancy points bring nothing
_OWN, _SHARED, _WIN = 1, 2, 3  # streams of random numbers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draws:
    """Unit-variance error paths of every item, shared and read-only."""

    key: str  # what they depend on
    draws: int  # N; the last block may hold more columns than that
    seed: int
    errors: Singles  # (blocks, T, I, width)

    def __post_init__(self) -> None:
        self.errors.setflags(write=False)

    @property
    def width(self) -> int:
        """Draws of a block."""
        return int(self.errors.shape[3])

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return int(self.errors.shape[0])

    def path(self, item: int) -> Singles:
        """Error paths of one item, (N, T)."""
        rows = self.errors[:, :, item, :].transpose(0, 2, 1)
        flat: Singles = rows.reshape(-1, rows.shape[2])[: self.draws]
        return flat

    def uniforms(self, events: int) -> Floats:
        """Uniform numbers that decide chance events, (events, blocks x width).

        Stratified inside each block, so that an event of probability p happens in a share p of
        the draws, give or take one draw per block.
        """
        columns = self.blocks * self.width
        numbers = np.empty((events, columns))
        for event in range(events):
            rng = _generator(self.seed, _WIN, event)
            strata = [rng.permutation(self.width) for _ in range(self.blocks)]
            numbers[event] = (np.concatenate(strata) + rng.random(columns)) / self.width
        return numbers


def draws_key(problem: Problem, *, draws: int, seed: int) -> str:
    """Equal keys mean equal draws: the key for caches."""
    errors = problem.errors
    digest = hashlib.sha256()
    for part in (problem.family, errors.autocorrelation):
        digest.update(np.ascontiguousarray(part).tobytes() + b"|")
    counts = (len(problem.families), problem.months, draws, seed)
    digest.update(repr((counts, errors.market_share, errors.family_share)).encode())
    return digest.hexdigest()


def paths(problem: Problem, *, draws: int, seed: int) -> Draws:
    """Draw the error paths of every item.

    e[n,i,t] = sqrt(w_m) g_market + sqrt(w_f) g_family(i) + sqrt(1 - w_m - w_f) u_i, each part
    with unit variance and the problem's autocorrelation. Shared parts are scrambled Sobol
    points, the most important directions first; own parts are pseudo-random, one stream per
    item position, so that an item's own part does not depend on the others.

    Parameters
    ----------
    problem : families, months and error memory are used; demand is not
    draws : N >= 1
    seed : 0 or more

    Returns
    -------
    Draws

    Source: Heath & Jackson 1994 (forecast evolution); Glasserman, Monte Carlo Methods in
    Financial Engineering, 5.5 (Sobol points along principal components).
    """
    blocks = -(-draws // WIDTH)
    market, family = _shares(problem)
    mixing = principal_directions(problem.errors.autocorrelation)
    shared = _shared_factors(problem, mixing, blocks=blocks, seed=seed)
    common = np.sqrt(market) * shared[:1] + np.sqrt(family) * shared[1:]
    own = np.sqrt(max(0.0, 1.0 - market - family)) * mixing
    errors = _item_paths(problem, own, common, seed=seed)
    key = draws_key(problem, draws=draws, seed=seed)
    return Draws(key=key, draws=draws, seed=seed, errors=errors)


def _item_paths(problem: Problem, own: Floats, common: Floats, *, seed: int) -> Singles:
    """What an item shares with its family, (F, blocks, T, width), plus its own part."""
    common, own_part = common.astype(np.float32), own.astype(np.float32)
    blocks, months = common.shape[1:3]
    errors = np.empty((blocks, months, len(problem.items), WIDTH), dtype=np.float32)

    def fill(items: range) -> None:
        for item in items:
            rng = _generator(seed, _OWN, item)
            noise = rng.standard_normal((blocks, months, WIDTH), dtype=np.float32)
            errors[:, :, item, :] = np.matmul(own_part, noise)
            errors[:, :, item, :] += common[problem.family[item]]

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(fill, _spread_over(len(problem.items), 2)))
    return errors


def principal_directions(autocorrelation: Floats) -> Floats:
    """Matrix that turns independent normals into one error path, most important first.

    Column j is eigenvector j of the Toeplitz matrix of the autocorrelation times the root of
    its eigenvalue. An impossible autocorrelation is repaired: negative eigenvalues are dropped
    and the variance of each month is brought back to one.

    Parameters
    ----------
    autocorrelation : (T,) correlation of errors h months apart, 1 at h = 0

    Returns
    -------
    (T, T)

    >>> path = principal_directions(np.array([1.0, 0.5]))
    >>> np.round(path @ path.T, 6).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    months = len(autocorrelation)
    lags = np.abs(np.subtract.outer(np.arange(months), np.arange(months)))
    values, vectors = np.linalg.eigh(autocorrelation[lags])
    # The sign of an eigenvector is arbitrary: fix it, so that every machine draws alike.
    heaviest = np.abs(vectors).argmax(axis=0)
    vectors = vectors * np.sign(vectors[heaviest, np.arange(months)])
    scaled = (vectors * np.sqrt(np.maximum(values, 0.0)))[:, ::-1]
    mixing: Floats = scaled / np.sqrt((scaled**2).sum(axis=1, keepdims=True))
    return mixing


def _shares(problem: Problem) -> tuple[float, float]:
    market = min(max(problem.errors.market_share, 0.0), 1.0)
    return market, min(max(problem.errors.family_share, 0.0), 1.0 - market)


def _shared_factors(problem: Problem, mixing: Floats, *, blocks: int, seed: int) -> Floats:
    """Market path, then one path per family: (1 + F, blocks, T, width)."""
    factors, months = 1 + len(problem.families), problem.months
    normals = _sobol_normals(factors * months, blocks * WIDTH, seed=seed)
    # Point dimension = (direction, factor): the first directions of all factors come first.
    cube = normals.reshape(blocks, WIDTH, months, factors)
    result: Floats = np.einsum("td,bwdf->fbtw", mixing, cube, optimize=True)
    return result


def _sobol_normals(dimensions: int, points: int, *, seed: int) -> Floats:
    """Normal points of low discrepancy, (points, dimensions)."""
    # The import costs most of a second: only who draws pays for it.
    from scipy.special import ndtri
    from scipy.stats import qmc

    spread = min(dimensions, SOBOL_DIMENSIONS)
    rng = _generator(seed, _SHARED, 0)
    sampler = qmc.Sobol(spread, scramble=True, rng=rng)
    uniform = sampler.random_base2(int(np.ceil(np.log2(max(points, 2)))))[:points]
    normals: Floats = ndtri(np.clip(uniform, 1e-9, 1 - 1e-9))
    if spread < dimensions:
        rest = _generator(seed, _SHARED, 1).standard_normal((points, dimensions - spread))
        normals = np.concatenate([normals, rest], axis=1)
    return normals


def _generator(seed: int, stream: int, position: int) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence((seed, stream, position))))


def _spread_over(count: int, parts: int) -> Iterator[range]:
    cut = [count * part // parts for part in range(parts + 1)]
    return (range(first, last) for first, last in pairwise(cut))
