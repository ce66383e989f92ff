"""What is proposed: ordinary scenarios, all different, the given one first."""

from dataclasses import replace
from itertools import pairwise

import pytest

from sim.model.levers import LEVERS, check, slider
from sim.model.problem import PlanMode
from sim.model.scenario import Card, Scenario
from sim.model.search import propose
from sim.model.search.grid import axes
from tests.model.problems import plain_problem, small_problem

WORLD = Card(id="world", kind="volume", value=0.1)
MINE = Card(id="mine", kind="overtime", target="resource:R0", value=0.10)
OFF = Card(id="off", kind="promotion", target="family:F0", value=0.2, on=False)


@pytest.fixture
def problem():
    tight = small_problem()
    return replace(tight, capacity=tight.capacity * 0.8)


def proposed(problem, scenario=None, count=200):
    return propose(problem, scenario or Scenario(), count=count, seed=1)


def test_candidates_are_sound_different_and_begin_with_the_scenario(problem):
    first = problem.month_dates[2]
    begun = Scenario(name="mine", cards=(WORLD, MINE, replace(OFF, first=first)))
    found = proposed(problem, begun)
    assert found[0] is begun
    assert len(found) == len({one.hash for one in found}) == 200
    assert {one.mode for one in found} == set(PlanMode)
    for one in found:
        check(problem, one)
        assert one.name == "mine"
        # What nobody decides is the same for all.
        assert one.card("world") == WORLD


def test_sliders_can_show_every_value(problem):
    for one in proposed(problem, Scenario(cards=(MINE,))):
        for card in one.active:
            scale = slider(problem, replace(card, value=LEVERS[card.kind].neutral))
            assert scale.low <= card.value <= scale.high
            steps = card.value / scale.step
            assert steps == pytest.approx(round(steps), abs=1e-6)


def test_own_cards_move_along_their_sliders_and_can_be_switched_off(problem):
    found = [one.card("mine") for one in proposed(problem, Scenario(cards=(MINE,)))]
    assert {card.value for card in found if card.on} == {0.05, 0.10, 0.15}
    assert any(not card.on for card in found)


def test_a_sales_decision_is_moved_only_when_it_is_in_the_scenario(problem):
    kinds = {card.kind for one in proposed(problem) for card in one.active}
    assert not any(LEVERS[kind].group.value == "demand" for kind in kinds)
    assert {"stock_cover", "safety_stock", "prebuild", "saturdays"} <= kinds
    begun = Scenario(cards=(replace(OFF, first=problem.month_dates[2]),))
    assert "promotion" in {card.kind for one in proposed(problem, begun) for card in one.active}


def test_only_chase_needs_the_card_to_build_ahead(problem):
    with_card = [
        one for one in proposed(problem) if any(card.kind == "prebuild" for card in one.active)
    ]
    assert with_card
    assert {one.mode for one in with_card} == {PlanMode.CHASE}


def test_a_small_grid_is_tried_in_full_and_the_seed_chooses_in_a_large_one(problem):
    easy = plain_problem([[10.0] * 12], stock_cover=0.5 + 0 * problem.stock_cover[:1])
    found = propose(easy, Scenario(), count=5_000, seed=1)
    size = len(PlanMode)
    for axis in axes(easy, Scenario()):
        size *= len(axis.versions)
    assert len(found) == size < 5_000
    assert set(map(lambda one: one.hash, found)) == {
        one.hash for one in propose(easy, Scenario(), count=5_000, seed=2)
    }
    assert proposed(problem) == proposed(problem)
    assert set(one.hash for one in proposed(problem)) != set(
        one.hash for one in propose(problem, Scenario(), count=200, seed=2)
    )


def test_like_candidates_follow_one_another(problem):
    modes = [one.mode for one in proposed(problem)[1:]]
    changes = sum(a is not b for a, b in pairwise(modes))
    assert changes == len(PlanMode) - 1
