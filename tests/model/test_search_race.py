"""The race on made-up scores, where the truth is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.scenario import Card, Scenario
from sim.model.search.field import Fate, Field
from sim.model.search.frontier import frontier, spread_out
from sim.model.search.judge import Score
from sim.model.search.race import clearly_below, interval, single_error

LOOKS = (64, 256, 1024)


def named(count: int) -> list[Scenario]:
    return [Scenario(cards=(Card(id=f"c{n}", kind="volume", value=n / 100),)) for n in range(count)]


def run_race(gain: np.ndarray, fill: np.ndarray, *, target: float, error: float) -> Field:
    """Play all looks of candidates whose draws, (K, N), are given."""
    field = Field(named(len(gain)), target=target, error=error, looks=len(LOOKS))
    field.begin(len(LOOKS) - 1, Score(gain=gain[0], fill=fill[0], cost=-gain[0]))
    for look, draws in enumerate(LOOKS):
        field.open()
        for n in [i for i, entry in enumerate(field.entries) if not i or entry.fate is None]:
            values = Score(gain=gain[n, :draws], fill=fill[n, :draws], cost=-gain[n, :draws])
            field.record(field.entries[n], look, values)
        field.settle(look)
    return field


def made_up(seed: int, *, candidates: int = 60, step: float = 0.02, common: float = 0.95):
    """Gains with a common part, means a step apart; service rises as gain falls."""
    rng = np.random.default_rng(seed)
    shared = rng.standard_normal(LOOKS[-1])
    own = rng.standard_normal((candidates, LOOKS[-1]))
    noise = np.sqrt(common) * shared + np.sqrt(1 - common) * own
    mean = step * np.arange(candidates)
    service = 0.99 - 0.001 * np.arange(candidates)
    fill = np.clip(service[:, None] + 0.01 * noise[:, rng.permutation(LOOKS[-1])], 0, 1)
    return mean[:, None] + noise, fill, mean


def test_the_best_stays_in_the_race_as_often_as_stated():
    error, lost, left = 0.3, 0, []
    for seed in range(80):
        gain, _, _ = made_up(seed)
        field = run_race(gain, np.ones_like(gain), target=0.9, error=error)
        lost += field.entries[-1].fate is not None
        left.append(len(field.remaining))
    assert lost <= error * 80
    # It is no race when nobody is dropped.
    assert np.mean(left) < 30


def test_a_better_margin_that_misses_the_target_does_not_drop_anybody():
    gain, fill, _ = made_up(1)
    target = 0.97  # the first twenty reach it
    field = run_race(gain, fill, target=target, error=0.05)
    reaching = fill.mean(axis=1) >= target
    best = int(np.flatnonzero(reaching)[gain[reaching].mean(axis=1).argmax()])
    assert field.entries[best].fate is None
    assert all(field.entries[n].fate is Fate.MISSED for n in range(40, 60))
    assert field.ranked(0)[0].ranks[0][0]


def test_equal_candidates_stay_together():
    gain, fill, _ = made_up(2, candidates=3)
    gain[1:] = gain[0]
    field = run_race(gain, np.ones_like(fill), target=0.5, error=0.05)
    assert len(field.remaining) == 3


def test_without_chance_one_look_settles_everything():
    gain = np.repeat(np.array([[1.0], [2.0], [3.0]]), LOOKS[-1], axis=1)
    field = run_race(gain, np.full_like(gain, 0.9), target=0.9, error=0.05)
    assert [entry.fate for entry in field.entries] == [Fate.LESS, Fate.LESS, None]


def test_nobody_leads_until_somebody_clearly_reaches_the_target():
    gain, fill, _ = made_up(3, candidates=4)
    fill = fill - fill.mean(axis=1, keepdims=True) + 0.95 - 1e-6
    field = run_race(gain * 100, fill, target=0.95, error=0.05)
    assert all(entry.fate is None for entry in field.entries[1:])


def test_the_interval_covers_as_often_as_stated():
    rng = np.random.default_rng(5)
    found = [interval(rng.standard_normal(20) + 3, error=0.1) for _ in range(2_000)]
    covered = np.mean([one.low <= 3 <= one.high for one in found])
    assert covered == pytest.approx(0.9, abs=0.02)


def test_service_that_moves_with_the_reference_is_known_from_few_draws():
    rng = np.random.default_rng(7)
    common = 0.15 * rng.standard_normal(LOOKS[-1])
    fill = 0.8 + 0.01 * np.arange(5)[:, None] + common + 0.005 * rng.standard_normal((5, 1))
    gain = np.repeat(np.arange(5.0)[::-1, None], LOOKS[-1], axis=1)
    means = fill.mean(axis=1)
    field = run_race(gain, fill, target=float(means[2:4].mean()), error=0.05)
    reaching = means >= means[2:4].mean()
    best = int(np.flatnonzero(reaching)[0])
    assert [entry.fate is None for entry in field.entries] == [n == best for n in range(5)]


def test_who_serves_more_and_earns_more_needs_no_target():
    rng = np.random.default_rng(8)
    noise = 0.2 * rng.standard_normal((6, LOOKS[-1]))
    better = np.arange(6.0)[:, None]
    # The target lies inside the noise: nobody clearly reaches it, nobody clearly misses it.
    fill = 0.8 + 0.001 * better + noise[:1] + 1e-4 * rng.standard_normal((6, LOOKS[-1]))
    fill[0] = 0.8 + noise[1]
    target = float(fill[0].mean())
    field = run_race(better + 0.1 * noise, fill, target=target, error=0.05)
    assert field.entries[-1].fate is None
    assert [entry.fate for entry in field.entries[1:-1]] == [Fate.LESS] * 4


def test_one_draw_tells_nothing():
    assert not clearly_below(np.array([0.0]), 1.0, error=0.4)


def test_the_errors_of_all_tests_about_the_best_add_up_to_the_stated_one():
    looks, candidates = 3, 500
    tests = looks * (1 + 2 * (candidates - 1))
    assert tests * single_error(error=0.05, looks=looks, candidates=candidates) <= 0.05


points = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=40)


@given(points)
def test_the_frontier_dominates_everybody_and_nobody_on_it_is_dominated(pairs):
    cost, service = np.array(pairs, dtype=float).T
    found = frontier(cost, service)
    assert (np.diff(cost[found]) > 0).all()
    assert (np.diff(service[found]) > 0).all()
    for c, s in pairs:
        assert ((cost[found] <= c) & (service[found] >= s)).any()
    few = spread_out(found, service, most=3)
    assert {found[0], found[-1]} <= set(few) <= set(found)
