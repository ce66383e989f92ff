"""Forecast-error paths and chance events: the same ones for every scenario.

All scenarios of a data version meet the same futures (common random numbers), so a
difference between two scenarios is never noise. The paths therefore depend on the families,
the error memory and the risk of the resources only, never on demand: a card cannot change them.

Layout: ``errors[block, month, item, draw of the block]``. The simulator reads a block as one
stream, ``width`` draws side by side in the vector unit.
"""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from sim.model.factors import Factors, Singles, points, principal_directions
from sim.model.kept import Kept
from sim.model.problem import Floats, Ints, Problem

WIDTH = 256  # draws of a block
NARROW = 128  # where there is only one: two threads share it
_OWN, _SHARED, _WIN, _YIELD, _SLIP, _HOURS = 1, 2, 3, 4, 5, 6  # streams of random numbers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draws:
    """Unit-variance error paths of every item and chances of supply, shared and read-only."""

    origin: str  # what they depend on but for their number
    draws: int  # N; the last block may hold more columns than that
    seed: int
    errors: Singles  # (blocks, T, I, width) normal
    resources: Singles  # (blocks, T, R or 0, width) normal: availability of each resource
    _kept: Kept[tuple[int, tuple[int, ...]], Singles] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.errors.setflags(write=False)
        self.resources.setflags(write=False)
        # Yields and slips of all items: twice as much as their errors.
        object.__setattr__(self, "_kept", Kept(2 * self.errors.nbytes))

    @property
    def key(self) -> str:
        """Equal keys mean equal draws."""
        return _key(self.origin, self.draws, self.width)

    @property
    def nbytes(self) -> int:
        """What they may come to occupy, with the yields and slips of every item."""
        return 3 * self.errors.nbytes + self.resources.nbytes

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

    def first(self, blocks: int) -> "Draws":
        """The same draws, only the first blocks of them: a view, for previews and races."""
        return replace(
            self,
            draws=min(self.draws, blocks * self.width),
            errors=self.errors[:blocks],
            resources=self.resources[:blocks],
        )

    def uniforms(self, events: int) -> Floats:
        """Uniform numbers that decide chance events, (events, blocks x width).

        Stratified inside each block, so that an event of probability p happens in a share p of
        the draws, give or take one draw per block.
        """
        numbers = np.empty((events, self.blocks, self.width))
        for event in range(events):
            rng = _generator(self.seed, _WIN, event)
            for block in range(self.blocks):
                strata = rng.permutation(self.width)
                numbers[event, block] = (strata + rng.random(self.width)) / self.width
        return numbers.reshape(events, self.blocks * self.width)

    def running(self, resources: int) -> Singles:
        """Unit normals for the availability of every resource, (blocks, T, R, width).

        Where the baseline's hours are certain only a scenario asks for them: they are then
        pseudo-random, one stream per resource position.

        Raises
        ------
        ValueError: the draws were made for another number of resources.
        """
        known = self.resources.shape[2]
        if known not in (0, resources):
            raise ValueError("draws of another problem")
        return self.resources if known else self._on_demand(tuple(range(resources)), _HOURS)

    def yields(self, items: tuple[int, ...]) -> Singles:
        """Unit normals for the yield of some items, (blocks, T, len(items), width).

        One stream per item position: the numbers of an item do not depend on the others.
        """
        return self._on_demand(items, _YIELD)

    def slips(self, items: tuple[int, ...]) -> Singles:
        """Uniform numbers in [0, 1) that decide late receipts, (blocks, T, len(items), width)."""
        return self._on_demand(items, _SLIP)

    def _on_demand(self, positions: tuple[int, ...], stream: int) -> Singles:
        nbytes = self.errors[:, :, :1].nbytes * len(positions)
        return self._kept.get(
            (stream, positions), lambda: self._streams(positions, stream), nbytes=nbytes
        )

    def _streams(self, positions: tuple[int, ...], stream: int) -> Singles:
        blocks, months, _, width = self.errors.shape
        numbers = np.empty((blocks, months, len(positions), width), dtype=np.float32)
        for place, position in enumerate(positions):
            rng = _generator(self.seed, stream, position)
            make = rng.random if stream == _SLIP else rng.standard_normal
            numbers[:, :, place, :] = make((blocks, months, width), dtype=np.float32)
        numbers.setflags(write=False)
        return numbers


def draws_key(problem: Problem, *, draws: int, seed: int, width: int = WIDTH) -> str:
    """The key of the draws of a problem, without drawing them: for caches."""
    return _key(draws_origin(problem, seed), draws, width)


def _key(origin: str, draws: int, width: int) -> str:
    return f"{origin}-{draws}" + ("" if width == WIDTH else f"x{width}")


def draws_bytes(problem: Problem, draws: int) -> int:
    """Bytes that a set of draws may come to occupy: errors, yields and slips of every item.

    Parameters
    ----------
    problem
    draws : N; whole blocks of 256 are made

    Returns
    -------
    bytes
    """
    cells = 3 * max(len(problem.items), 1) + len(_risky(problem))
    return -(-draws // WIDTH) * WIDTH * problem.months * cells * np.dtype(np.float32).itemsize


def affordable(problem: Problem, *, draws: int, memory: int, work: int | None = None) -> int:
    """As many of the wanted draws as fit: else whole blocks of 256, at least one.

    Parameters
    ----------
    problem
    draws : wanted N
    memory : bytes that a set of draws may occupy
    work : item-months times draws that one simulation may take; None = as long as it takes

    Returns
    -------
    N
    """
    blocks = memory // draws_bytes(problem, WIDTH)
    if work is not None:
        blocks = min(blocks, work // max(1, len(problem.items) * problem.months * WIDTH))
    return min(draws, max(blocks, 1) * WIDTH)


def draws_origin(problem: Problem, seed: int) -> str:
    """What draws depend on but for their number."""
    errors = problem.errors
    digest = hashlib.sha256()
    for part in (problem.family, errors.autocorrelation, _risky(problem)):
        digest.update(np.ascontiguousarray(part).tobytes() + b"|")
    counts = (len(problem.families), problem.months, seed)
    digest.update(repr((counts, errors.market_share, errors.family_share)).encode())
    return digest.hexdigest()


def _risky(problem: Problem) -> Floats:
    """Relative spread of the availability of each resource; (0,) when all of it is certain."""
    risk = problem.risk
    if risk is None or not risk.availability_spread.any():
        return np.zeros(0)
    mean = np.maximum(risk.availability, 1e-9)
    return np.asarray(risk.availability_spread / mean)


def paths(problem: Problem, *, draws: int, seed: int, width: int = WIDTH) -> Draws:
    """Draw the error paths of every item, and the availability of resources at risk.

    e[n,i,t] = sqrt(w_m) g_market + sqrt(w_f) g_family(i) + sqrt(1 - w_m - w_f) u_i, each part
    with unit variance and the problem's autocorrelation. Drawn the other way round: the mean
    error of each family from Sobol points, the most important directions first, and what items
    differ from it. What has no Sobol dimension is pseudo-random, one stream per item position.

    Parameters
    ----------
    problem : families, months, error memory and risk of resources are used; demand is not
    draws : N >= 1
    seed : 0 or more
    width : draws of a block; another width gives other draws

    Returns
    -------
    Draws

    Source: Heath & Jackson 1994 (forecast evolution).
    """
    blocks, factors = -(-draws // width), _factors(problem)
    rngs = (_generator(seed, _SHARED, 0), _generator(seed, _SHARED, 1))
    drawn = points(factors, blocks=blocks, width=width, rngs=rngs)
    errors = _own_paths(factors, drawn.own, seed=seed)
    _around_family_means(errors, drawn.families, problem.family)
    return Draws(
        origin=draws_origin(problem, seed),
        draws=draws,
        seed=seed,
        errors=errors,
        resources=np.ascontiguousarray(drawn.resources.swapaxes(1, 2)),
    )


def _factors(problem: Problem) -> Factors:
    market = min(max(problem.errors.market_share, 0.0), 1.0)
    return Factors(
        family=np.bincount(problem.family, minlength=len(problem.families)).astype(float),
        market_share=market,
        family_share=min(max(problem.errors.family_share, 0.0), 1.0 - market),
        directions=principal_directions(problem.errors.autocorrelation),
        risk=_risky(problem),
    )


def _own_paths(factors: Factors, leading: Singles, *, seed: int) -> Singles:
    """What each item does on its own, (blocks, T, I, width)."""
    blocks, known, items, width = leading.shape
    months = len(factors.directions)
    own = (np.sqrt(factors.own_share) * factors.directions).astype(np.float32)
    errors = np.empty((blocks, months, items, width), dtype=np.float32)

    def fill(some: range) -> None:
        noise = np.empty((blocks, months, width), dtype=np.float32)
        for item in some:
            _generator(seed, _OWN, item).standard_normal(out=noise, dtype=np.float32)
            noise[:, :known] = leading[:, :, item]
            errors[:, :, item, :] = np.matmul(own, noise)

    _in_two(fill, items)
    return errors


def _around_family_means(errors: Singles, means: Singles, family: Ints) -> None:
    """Move the items of each family so that their mean is the drawn one."""
    members = [np.flatnonzero(family == f) for f in range(means.shape[1])]

    def move(some: range) -> None:
        for block in some:
            for f, items in enumerate(members):
                shift = means[block, f].copy()
                for item in items:
                    shift -= errors[block, :, item] / np.float32(len(items))
                for item in items:
                    errors[block, :, item] += shift

    _in_two(move, len(errors))


def _in_two(work: Callable[[range], None], count: int) -> None:
    """Do two halves of a job at the same time; no result depends on where they are cut."""
    cut = [0, count // 2, count]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, (range(first, last) for first, last in pairwise(cut))))


def _generator(seed: int, stream: int, position: int) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence((seed, stream, position))))
