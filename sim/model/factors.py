"""Random factors that many items share: the market, families, the availability of resources.

They are few and matter most, so they are drawn as points of low discrepancy: scrambled Sobol
points, whose first dimensions are the most even, along principal directions.
"""

from dataclasses import dataclass

import numpy as np

from sim.model.problem import Floats

SOBOL_DIMENSIONS = 2_000  # beyond these the low-discrepancy points bring nothing
USUAL_SPREAD = 0.25  # relative demand error that the availability of a resource is set beside


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Factors:
    """What the shared factors depend on."""

    family: Floats  # (F,) share of the items that is in each family
    market_share: float  # of an item's error variance
    family_share: float
    directions: Floats  # (T, T) principal directions of one error path
    risk: Floats  # (R or 0,) relative spread of the availability of each resource


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

    Source: Glasserman, Monte Carlo Methods in Financial Engineering, 2.3.3.

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


def importance(factors: Factors) -> Floats:
    """Variance that each direction of each factor gives to a company of equal items.

    Direction d with eigenvalue l_d adds l_d w_m for the market and l_d w_f n_f^2 for a family
    that holds the share n_f of the items. The months of a resource are independent: each adds
    (spread of availability / usual spread of demand)^2 / R^2. How large the items are is left
    out on purpose: cards change demand, and no card may change the draws.

    Parameters
    ----------
    factors

    Returns
    -------
    (T, 1 + F + R)

    >>> two = Factors(family=np.array([0.75, 0.25]), market_share=0.4, family_share=0.4,
    ...               directions=np.eye(1), risk=np.array([0.05]))
    >>> importance(two).round(3).tolist()
    [[0.4, 0.225, 0.025, 0.04]]
    """
    eigenvalues = (factors.directions**2).sum(axis=0)
    weight = np.concatenate([[factors.market_share], factors.family_share * factors.family**2])
    resources = len(factors.risk)
    ups_and_downs = (factors.risk / USUAL_SPREAD / max(resources, 1)) ** 2
    steady = np.ones((len(eigenvalues), 1)) * ups_and_downs
    return np.concatenate([np.outer(eigenvalues, weight), steady], axis=1)


def shared_factors(
    factors: Factors, *, blocks: int, width: int, rngs: tuple[np.random.Generator, ...]
) -> tuple[Floats, Floats]:
    """Market path and one path per family, (blocks, 1 + F, T, width); resources, (.., R, ..).

    The first dimensions of the points go to the directions that matter most, over all factors.
    ``rngs`` are two generators: of the scrambling, and of what has no Sobol dimension.

    Source: Glasserman, Monte Carlo Methods in Financial Engineering, 5.5 (Sobol points along
    principal components).
    """
    weight = importance(factors)
    order = np.argsort(-weight.ravel(), kind="stable")
    normals = sobol_normals(len(order), blocks * width, rngs=rngs)
    cube = np.empty((len(order), blocks * width))
    cube[order] = normals.T
    cube = cube.reshape(*weight.shape, blocks, width).transpose(2, 1, 0, 3)
    demand = 1 + len(factors.family)
    # One product per block: more draws leave the first ones as they were, to the bit.
    return np.matmul(factors.directions, cube[:, :demand]), cube[:, demand:]


def sobol_normals(dimensions: int, points: int, *, rngs: tuple[np.random.Generator, ...]) -> Floats:
    """Normal points of low discrepancy, (points, dimensions)."""
    # The import costs most of a second: only who draws pays for it.
    from scipy.special import ndtri
    from scipy.stats import qmc

    spread = min(dimensions, SOBOL_DIMENSIONS)
    sampler = qmc.Sobol(spread, scramble=True, rng=rngs[0])
    uniform = sampler.random_base2(int(np.ceil(np.log2(max(points, 2)))))[:points]
    normals: Floats = ndtri(np.clip(uniform, 1e-9, 1 - 1e-9))
    if spread < dimensions:
        rest = rngs[1].standard_normal((points, dimensions - spread))
        normals = np.concatenate([normals, rest], axis=1)
    return normals
