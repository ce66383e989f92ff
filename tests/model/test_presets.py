"""Suggested cards: off, sound, where the plan is tight; outlooks: one card each."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model import levers, presets
from sim.model.levers import TargetKind
from sim.model.problem import ResourceKind
from sim.model.scenario import Card, Scenario
from tests.model.lever_cases import company
from tests.model.problems import plain_problem, random_problem, small_problem


def test_a_tight_company_is_shown_what_relieves_it():
    cards = {card.kind: card for card in presets.suggested(company())}
    assert list(cards) == [
        "prebuild", "saturdays", "second_source", "extra_shift", "shift_promotion"
    ]  # fmt: skip
    load = presets.overload(company())
    assert cards["saturdays"].target == "resource:R0"  # R1 has room
    assert cards["extra_shift"].target == "resource:R0"
    first = cards["saturdays"].first
    assert first is not None
    assert load[0, first.month - 1] > 1 >= load[0, : first.month - 1].max(initial=0)
    assert cards["extra_shift"].value == (load[0] > 1).sum()
    assert cards["extra_shift"].options["cost"] > 0
    assert cards["second_source"].target == "resource:R2"
    assert cards["shift_promotion"].target == "family:F0"
    assert cards["shift_promotion"].first == date(2027, 11, 1)


def test_without_capacity_data_demand_is_shown():
    problem = plain_problem(np.array([[10.0] * 12, [90.0] * 12]), family=(0, 1))
    cards = {card.kind: card for card in presets.suggested(problem)}
    assert list(cards) == ["outlook", "volume", "promotion", "price", "safety_stock"]
    assert cards["volume"].target == "family:F1"


def test_own_cards_come_first_and_are_not_doubled():
    own = Card(id="mine", kind="saturdays", target="all", value=0.05)
    cards = presets.suggested(company(), cards=(own,))
    assert cards[0] == replace(own, on=False)
    assert [card.kind for card in cards].count("saturdays") == 1
    assert len(cards) == 5


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100_000))
def test_suggestions_are_sound_for_any_company(seed):
    problem = random_problem(np.random.default_rng(seed))
    cards = presets.suggested(problem)
    levers.check(problem, Scenario(cards=cards))
    assert cards
    for card in cards:
        assert not card.on
        assert card.value != levers.LEVERS[card.kind].neutral
        slider = levers.slider(problem, card)
        assert slider.low <= card.value <= slider.high
        levers.decide_by(problem, card)
    assert levers.apply(problem, Scenario(cards=cards)) is problem


def test_second_source_is_only_for_materials():
    problem = small_problem(resource_kind=(ResourceKind.HOURS,) * 3)
    kinds = [card.kind for card in presets.suggested(problem)]
    assert "second_source" not in kinds
    assert TargetKind.MATERIAL in levers.LEVERS["second_source"].targets


@pytest.mark.parametrize("first", [presets.optimistic, presets.pessimistic])
def test_one_outlook_replaces_the_other(first):
    kept = Card(id="v", kind="volume", value=0.1)
    own = Card(id="mine", kind="outlook", value=0.7)
    scenario = presets.optimistic(first(Scenario(name="x", cards=(kept, own))))
    assert [card.value for card in scenario.active] == [0.1, 0.9]
    assert scenario.name == "x"
    problem = company()
    total = {
        name: levers.apply(problem, make(Scenario())).demand.sum()
        for name, make in (("up", presets.optimistic), ("down", presets.pessimistic))
    }
    assert total["down"] < problem.demand.sum() < total["up"]


def test_a_suggestion_is_not_too_late_already():
    problem = plain_problem(np.full((2, 12), 100.0))
    cards = [card for card in presets.suggested(problem) if levers.LEVERS[card.kind].decision]
    assert any(card.first and card.first > problem.start for card in cards)
    friday_or_earlier = problem.start - timedelta(days=3)
    assert all(levers.decide_by(problem, card) >= friday_or_earlier for card in cards)
