"""The efficient frontier: who is on it, who is dominated by whom, who only seems to be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.aids import frontier
from sim.model.kpi import estimate

COARSE = st.integers(0, 6)  # so that choices coincide in one or both


@st.composite
def judged(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Up to seven choices on shared draws: levels that often coincide, some of them noisy."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    levels = np.array(draw(st.lists(st.tuples(COARSE, COARSE), min_size=1, max_size=7)), float)
    shared = rng.normal(size=(1, 64))
    own = draw(st.sampled_from((0.0, 0.5, 4.0))) * rng.normal(size=(2, len(levels), 64))
    margin = 1e6 * (20 + levels[:, :1] + shared + own[0])
    return margin, 0.90 + 0.01 * (levels[:, 1:] + shared + own[1])


@given(judged())
def test_nobody_on_the_frontier_is_dominated_and_who_is_has_a_dominator_on_it(samples) -> None:
    margin, service = samples
    found = frontier(margin, service)
    earned, served = margin.mean(axis=1), service.mean(axis=1)
    slack = 1e-5 * np.abs(earned).max(), 1e-5
    for a in found.line:
        for b in range(len(margin)):
            better = earned[b] > earned[a] + slack[0] or served[b] > served[a] + slack[1]
            assert not (better and earned[b] >= earned[a] and served[b] >= served[a])
    assert sorted([*found.line, *found.behind]) == list(range(len(margin)))
    for a, one in found.behind.items():
        assert one.by in found.line
        assert one.margin == estimate(margin[one.by] - margin[a])
        assert one.margin.mean >= -slack[0]
        assert one.service.mean >= -slack[1]
        real = [gain.mean > 2 * gain.error for gain in (one.margin, one.service)]
        assert (one.earns, one.serves) == tuple(real)


@given(judged())
def test_the_order_of_the_choices_changes_nothing(samples) -> None:
    margin, service = samples
    back = slice(None, None, -1)
    found, turned = frontier(margin, service), frontier(margin[back], service[back])
    last = len(margin) - 1
    assert {last - a for a in turned.line} == set(found.line)
    for a, one in turned.behind.items():
        assert found.behind[last - a].dominated == one.dominated


def test_the_line_gives_up_margin_for_service() -> None:
    margin = np.array([[3.0, 5.0], [6.0, 8.0], [1.0, 3.0], [5.0, 7.0]])
    service = np.array([[0.95, 0.97], [0.90, 0.92], [0.97, 0.99], [0.91, 0.93]])
    assert frontier(margin, service).line == (1, 3, 0, 2)


def test_a_near_tie_is_not_called_dominated() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(2, 400))
    noise -= noise.mean(axis=1, keepdims=True)
    margin = np.stack([100.0 + noise[0], 100.01 + noise[1]])
    service = np.stack([np.full(400, 0.95)] * 2)
    tie = frontier(margin, service).behind[0]
    assert not tie.dominated
    # On draws that both share the same difference is real, but nobody would decide on it.
    paired = np.stack([100.0 + noise[0], 100.01 + noise[0]])
    assert frontier(paired, service).behind[0].earns
    assert not frontier(paired, service, least=(0.05, 0.0)).behind[0].dominated


def test_choices_that_coincide_are_all_on_the_frontier() -> None:
    margin = np.tile(np.array([[5.0, 7.0]]), (3, 1))
    found = frontier(margin + np.array([[0.0], [1e-12], [0.0]]), np.full((3, 2), 0.9))
    assert set(found.line) == {0, 1, 2}
    assert not found.behind


def test_a_company_that_earns_nothing_is_ranked_by_service() -> None:
    found = frontier(np.zeros((2, 3)), np.array([[0.9] * 3, [0.8] * 3]))
    assert found.line == (0,)
    assert (found.behind[1].by, found.behind[1].earns, found.behind[1].serves) == (0, False, True)


def test_other_draws_are_refused() -> None:
    with pytest.raises(ValueError, match="same choices and draws"):
        frontier(np.zeros((2, 3)), np.zeros((2, 4)))
