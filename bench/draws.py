"""Draws needed for an equal error of P5 of the fill rate, beside plain Monte Carlo.

Both kinds have the same distribution; the plain ones take pseudo-random normals wherever ours
take Sobol points. The error is the root of the mean square over seeds, against the percentile
of very many plain draws. A line log(error) = b - a log(N) is fitted to the plain errors: what
they need for the error of ours, over what ours need, is the ratio.
"""

from collections.abc import Callable
from unittest import mock

import numpy as np

from bench.companies import company, read
from bench.machine import table
from sim.ingest.demo import demo_tables
from sim.model import factors, kernel, kpi
from sim.model.draws import paths
from sim.model.kpi_formulas import fill_rate
from sim.model.outcome import Plan
from sim.model.problem import Floats, Problem

SIZES = (256, 512, 1024)
Sampler = Callable[[int, int], Floats]  # (N, seed) -> fill rates


def bench() -> None:
    """The demo company (24 items of their own) and 1,000 items that share a market."""
    rows: list[list[object]] = [
        ["company", "N", "P5: plain error", "ours", "fewer draws", "mean: fewer draws", "reach"]
    ]
    rows += _compare("demo, 24 items", read(demo_tables()).problem, seeds=200, many=200)
    rows += _compare("1,000 items", company(1_000), seeds=30, many=30)
    table("Draws for equal error of P5 of the fill rate (points), plain against ours", rows)


def _compare(name: str, problem: Problem, *, seeds: int, many: int) -> list[list[object]]:
    plan = kernel.expected(problem)
    ours, plain = _sampler(problem, plan), _plain(_sampler(problem, plan))
    truth = _figures(np.concatenate([plain(1024, 10_000 + seed) for seed in range(many)]))
    errors = {
        kind: np.array([_error(sample, size, truth, seeds) for size in SIZES])
        for kind, sample in (("plain", plain), ("ours", ours))
    }
    needed = [
        _needed(errors["plain"][:, part], errors["ours"][:, part]) / SIZES for part in range(2)
    ]
    rows: list[list[object]] = [
        [
            name,
            size,
            f"{100 * errors['plain'][n, 0]:.3f}",
            f"{100 * errors['ours'][n, 0]:.3f}",
            f"{needed[0][n]:.1f}x",
            f"{needed[1][n]:.0f}x",
            "",
        ]
        for n, size in enumerate(SIZES)
    ]
    typical = np.exp(np.log(needed).mean(axis=1))
    return [*rows, [name, "all", "", "", f"{typical[0]:.1f}x", f"{typical[1]:.0f}x", ">= 3x"]]


def _needed(plain: Floats, ours: Floats) -> Floats:
    """Plain draws with the errors of ours, on the line through the plain errors."""
    slope, level = np.polyfit(np.log(SIZES), np.log(plain), 1)
    needed: Floats = np.exp((np.log(ours) - level) / slope)
    return needed


def _error(sample: Sampler, size: int, truth: Floats, seeds: int) -> Floats:
    found = np.array([_figures(sample(size, seed)) for seed in range(seeds)])
    error: Floats = np.sqrt(((found - truth) ** 2).mean(axis=0))
    return error


def _figures(fills: Floats) -> Floats:
    return np.array([np.percentile(fills, 5), fills.mean()])


def _sampler(problem: Problem, plan: Plan) -> Sampler:
    def sample(size: int, seed: int) -> Floats:
        drawn = paths(problem, draws=size, seed=seed)
        return fill_rate(kernel.simulate(problem, plan, drawn), kpi.window(problem))

    return sample


def _plain(sample: Sampler) -> Sampler:
    def normals(
        dimensions: int, blocks: int, *, width: int, rngs: tuple[np.random.Generator, ...]
    ) -> factors.Singles:
        return rngs[1].standard_normal((blocks, dimensions, width), dtype=np.float32)

    def plainly(size: int, seed: int) -> Floats:
        with mock.patch.object(factors, "sobol_normals", normals):
            return sample(size, seed)

    return plainly
