"""The random directions that matter most, drawn as points of low discrepancy.

What moves a whole company is few: the market, families, the availability of resources, and the
mean of its items' own errors. Those directions come first in a scrambled Sobol sequence, whose
first dimensions are the most even; then the leading directions of the items themselves, as far
as the sequence goes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.model.problem import Floats

Singles = NDArray[np.float32]

SOBOL_DIMENSIONS = 1_000  # beyond these the points are no more even than plain ones
USUAL_SPREAD = 0.25  # relative demand error that the availability of a resource is set beside


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Factors:
    """What the common causes of errors depend on."""

    family: Floats  # (F,) number of items of each family
    market_share: float  # of an item's error variance
    family_share: float
    directions: Floats  # (T, T) principal directions of one error path
    risk: Floats  # (R or 0,) relative spread of the availability of each resource

    @property
    def own_share(self) -> float:
        """What an item does not share with others."""
        return max(0.0, 1.0 - self.market_share - self.family_share)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Points:
    """Unit normals, drawn together. k is the number of own directions that got a dimension."""

    families: Singles  # (blocks, F, T, width) mean error path of each family
    resources: Singles  # (blocks, R, T, width)
    own: Singles  # (blocks, k, I, width) leading directions of each item


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

    Source: Glasserman, Monte Carlo Methods in Financial Engineering (multivariate normals).

    >>> path = principal_directions(np.array([1.0, 0.5]))
    >>> np.round(path @ path.T, 6).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    months = len(autocorrelation)
    lags = np.abs(np.subtract.outer(np.arange(months), np.arange(months)))
    vectors, values = _components(autocorrelation[lags])
    scaled = vectors * np.sqrt(values)
    mixing: Floats = scaled / np.sqrt((scaled**2).sum(axis=1, keepdims=True))
    return mixing


def family_factors(factors: Factors) -> tuple[Floats, Floats]:
    """Principal components of the mean errors of the families of a company of equal items.

    The mean error of family f has the covariance w_m + [f = g] (w_f + w_o / n_f) with that of
    family g; a family weighs sqrt(n_f). How large items are is left out on purpose: cards change
    demand, and no card may change the draws.

    Parameters
    ----------
    factors

    Returns
    -------
    loadings (F, F), family by component, and the variance of each component summed over the
    items (F,), the largest first

    Source: Glasserman, Monte Carlo Methods in Financial Engineering (multivariate normals).

    >>> two = Factors(family=np.array([3.0, 1.0]), market_share=0.4, family_share=0.3,
    ...               directions=np.eye(1), risk=np.zeros(0))
    >>> loadings, variance = family_factors(two)
    >>> (loadings @ loadings.T).round(3).tolist()  # 0.4 + 0.3 + 0.3 / 3, and / 1
    [[0.8, 0.4], [0.4, 1.0]]
    >>> variance.round(3).tolist()
    [2.685, 0.715]
    """
    count = factors.family
    within = factors.family_share * count + factors.own_share
    covariance = factors.market_share * np.sqrt(np.outer(count, count)) + np.diag(within)
    vectors, variance = _components(covariance)
    return vectors * np.sqrt(variance) / np.sqrt(np.maximum(count, 1.0))[:, None], variance


def importance(factors: Factors) -> Floats:
    """Variance, summed over equal items, of each direction in time of each common cause.

    Direction d with eigenvalue l_d times the variance of a component of the families. The
    months of a resource are independent; one of R resources at risk moves about I / R items, by
    (spread of its availability / usual spread of demand)^2.

    Parameters
    ----------
    factors

    Returns
    -------
    (T, F + R)

    >>> one = Factors(family=np.array([4.0]), market_share=0.5, family_share=0.25,
    ...               directions=np.eye(1), risk=np.array([0.05]))
    >>> importance(one).round(3).tolist()  # 4 (0.75 + 0.25 / 4), and 4 x 0.2^2
    [[3.25, 0.16]]
    """
    eigenvalues = (factors.directions**2).sum(axis=0)
    moved = factors.family.sum() / max(len(factors.risk), 1)
    steady = np.outer(np.ones(len(eigenvalues)), moved * (factors.risk / USUAL_SPREAD) ** 2)
    return np.concatenate([np.outer(eigenvalues, family_factors(factors)[1]), steady], axis=1)


def points(
    factors: Factors, *, blocks: int, width: int, rngs: tuple[np.random.Generator, ...]
) -> Points:
    """Draw the common causes, and the leading own directions of the items as room is left.

    The first dimensions of the Sobol points go to the directions that matter most, over all
    factors. ``rngs`` are two generators: of the scrambling, and of what has no dimension.

    Source: Glasserman (Sobol points along principal components).
    """
    weight = importance(factors)
    shared, items, months = weight.size, int(factors.family.sum()), len(weight)
    own = min(months, max(0, SOBOL_DIMENSIONS - shared) // max(items, 1))
    of_items = np.repeat((factors.directions**2).sum(axis=0)[:own], items) * factors.own_share
    order = np.argsort(-np.concatenate([weight.ravel(), of_items]), kind="stable")
    normals = np.empty((blocks, len(order), width), dtype=np.float32)
    normals[:, order] = sobol_normals(len(order), blocks, width=width, rngs=rngs)
    cube = normals[:, :shared].reshape(blocks, *weight.shape, width).swapaxes(1, 2)
    families = len(factors.family)
    # One product per block: more draws leave the first ones as they were, to the bit.
    along = np.matmul(factors.directions, cube[:, :families]).reshape(blocks, families, -1)
    mixed = np.matmul(family_factors(factors)[0], along).astype(np.float32)
    return Points(
        families=mixed.reshape(blocks, families, months, width),
        resources=cube[:, families:],
        own=normals[:, shared:].reshape(blocks, own, items, width),
    )


def sobol_normals(
    dimensions: int, blocks: int, *, width: int, rngs: tuple[np.random.Generator, ...]
) -> Singles:
    """Normal points of low discrepancy, (blocks, dimensions, width); width a power of two."""
    # The import costs most of a second: only who draws pays for it.
    from scipy.special import ndtri
    from scipy.stats import qmc

    even = min(dimensions, SOBOL_DIMENSIONS)
    sampler = qmc.Sobol(even, scramble=True, rng=rngs[0])
    normals = np.empty((blocks, dimensions, width), dtype=np.float32)
    for block in normals:
        block[:even] = ndtri(np.clip(sampler.random(width), 1e-9, 1 - 1e-9)).T
        block[even:] = rngs[1].standard_normal((dimensions - even, width), dtype=np.float32)
    return normals


def _components(covariance: Floats) -> tuple[Floats, Floats]:
    """Eigenvectors in columns and eigenvalues, the largest first; none is negative."""
    values, vectors = np.linalg.eigh(covariance)
    # The sign of an eigenvector is arbitrary: fix it, so that every machine draws alike.
    heaviest = np.abs(vectors).argmax(axis=0)
    vectors = vectors * np.sign(vectors[heaviest, np.arange(len(values))])
    return vectors[:, ::-1], np.maximum(values, 0.0)[::-1]
