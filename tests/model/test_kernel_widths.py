"""A draw is the same draw whatever stands beside it: narrow blocks, wide ones, first draws."""

from dataclasses import replace

import numpy as np
import pytest

from sim.model import draws as draws_module
from sim.model import kernel
from sim.model.kernel import columns as c
from sim.model.kernel import run
from sim.model.kernel.structure import structure
from sim.model.kernel.supply import Supply, supply
from sim.model.outcome import Measure, Plan
from sim.model.problem import Problem
from tests.model.problems import random_problem
from tests.model.test_kernel import played

WIDTHS = (64, 128, 192, 256)
SEEDS = (3, 11, 58)


def cut(rows: np.ndarray, width: int) -> np.ndarray:
    """One block of 256 as blocks of another width; what does not fill one is left out."""
    split = [rows[0, ..., n : n + width] for n in range(0, 257 - width, width)]
    return np.ascontiguousarray(split)


def alone(problem: Problem, plan: Plan, paths: draws_module.Draws, width: int) -> run.Sums:
    """The same draws in blocks of a width."""
    random = supply(problem, paths)
    narrow = Supply(
        running=cut(random.running, width),
        factors=cut(random.factors, width),
        which_factor=random.which_factor,
        slips=cut(random.slips, width),
        which_slip=random.which_slip,
    )
    uniforms = paths.uniforms(len(problem.win_probability))
    chances = run.Chances(uniforms=uniforms, supply=narrow)
    errors, places = cut(paths.errors, width), structure(problem)
    return run._run(problem, plan, errors, places=places, chances=chances)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_block_of_any_width_gives_the_bytes_of_the_whole_block(seed: int) -> None:
    problem = random_problem(np.random.default_rng(seed), uncertain=True)
    plan, paths = kernel.expected(problem), draws_module.paths(problem, draws=256, seed=seed)
    whole = alone(problem, plan, paths, 256)
    for width in WIDTHS:
        found = alone(problem, plan, paths, width)
        many = found.families.shape[3]
        assert many == 256 // width * width
        assert found.families.tobytes() == whole.families[..., :many].tobytes()
        assert found.costs.tobytes() == whole.costs[..., :many].tobytes()
        if many == 256:
            scale = np.abs(whole.items[0]).max()
            summed = found.items.sum(axis=0)
            np.testing.assert_allclose(summed, whole.items[0], rtol=1e-12, atol=1e-12 * scale)
            used = found.resources.sum(axis=0)
            np.testing.assert_allclose(used, whole.resources[0], rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_first_draws_of_a_block_agree_with_the_oracle(seed: int) -> None:
    problem = random_problem(np.random.default_rng(seed), uncertain=True)
    plan, paths = kernel.expected(problem), draws_module.paths(problem, draws=256, seed=seed)
    truth = played(problem, plan, seed)
    back = np.argsort(structure(problem).order)
    for width in WIDTHS:
        sums = alone(problem, plan, paths, width)
        first = slice(0, sums.families.shape[3])
        for m, measure in enumerate(Measure):
            wanted, found = truth.families[measure][first], np.moveaxis(sums.families[m], -1, 0)
            size = np.maximum(np.abs(wanted), 0.01 * np.abs(wanted).max() + 1e-6)
            assert (np.abs(found - wanted) > 1e-3 * size).mean() <= 2e-3, (width, measure)
        released = sums.items.sum(axis=0)[c.RELEASED][back] / first.stop
        wanted = truth.release[first].mean(axis=0)
        np.testing.assert_allclose(released, wanted, atol=1e-3 * wanted.max() + 1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_further_draws_change_no_byte_of_the_first_ones(seed: int) -> None:
    problem = random_problem(np.random.default_rng(seed), uncertain=True)
    plan, paths = kernel.expected(problem), draws_module.paths(problem, draws=768, seed=seed)
    whole = kernel.simulate(problem, plan, paths)
    for some in (
        paths.first(1),
        paths.first(2),
        replace(paths, draws=700),  # a last block that is not full
        replace(paths.first(2), draws=300),
        replace(paths.first(1), draws=64),
    ):
        for threads in (1, 2):
            found = kernel.simulate(problem, plan, some, threads=threads)
            for measure in Measure:
                wanted = whole.families[measure][: some.draws]
                assert found.families[measure].shape == wanted.shape
                assert found.families[measure].tobytes() == wanted.tobytes()
            assert found.overtime_cost.tobytes() == whole.overtime_cost[: some.draws].tobytes()
