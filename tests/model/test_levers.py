"""Declarations, neutrality, order, windows, targets, sliders and decide-by dates."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model import levers
from sim.model.levers import (
    capacity,
    costs,
    demand,
    launches,
    means,
    policy,
    risk,
    stock,
    supply,
)
from sim.model.levers.declaration import WHOLE, Unit
from sim.model.problem import stock_target
from sim.model.scenario import Card, Scenario
from tests.model.lever_cases import CARDS, company
from tests.model.problems import plain_problem, random_problem

KINDS = sorted(levers.LEVERS)


def _apply(problem, *cards):
    return levers.apply(problem, Scenario(cards=cards))


def test_every_lever_has_a_case():
    assert sorted(CARDS) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_declaration_is_sound(kind):
    lever = levers.LEVERS[kind]
    assert lever.low <= lever.neutral <= lever.high
    assert lever.low <= lever.default <= lever.high
    assert lever.default != lever.neutral
    assert lever.step > 0
    assert lever.targets
    for option in lever.options.values():
        assert option.low < option.high
        assert option.default is None or option.low <= option.default <= option.high


@pytest.mark.parametrize("kind", KINDS)
def test_a_card_changes_the_problem_and_neutral_does_not(kind):
    problem = company()
    card = CARDS[kind]
    assert _apply(problem, card).hash != problem.hash
    neutral = replace(card, value=levers.LEVERS[kind].neutral)
    assert _apply(problem, neutral).hash == problem.hash
    assert _apply(problem, replace(card, on=False)).hash == problem.hash
    assert levers.apply(problem, Scenario()) is problem


SMOOTH = [
    lever.kind
    for lever in levers.LEVERS.values()
    # Whole months and days have no "close"; a promotion's dip and discount do not depend on
    # its uplift.
    if lever.kind != "promotion" and not (lever.unit in (*WHOLE, Unit.DAYS) and lever.step == 1)
]


@pytest.mark.parametrize("kind", SMOOTH)
def test_neutral_is_reached_continuously(kind):
    """Close to neutral the effect is close to none: no lever jumps where its slider starts."""
    problem = company()
    lever = levers.LEVERS[kind]
    close = lever.neutral + (1e-9 if lever.neutral < lever.high else -1e-9)
    changed = _apply(problem, replace(CARDS[kind], value=close))
    for name in ("demand", "capacity", "overtime", "outside", "subcontract", "safety_stock"):
        np.testing.assert_allclose(getattr(changed, name), getattr(problem, name), atol=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.permutations(sorted(CARDS)), st.integers(0, 2 ** len(CARDS) - 1))
def test_order_of_cards_never_matters(order, seed):
    problem = company()
    chosen = [CARDS[kind] for kind in order]
    some = [card for n, card in enumerate(chosen) if seed >> n & 1]
    same = [replace(card, id=f"{card.id}2", value=card.value * 0.5) for card in some[:2]]
    same = [card for card in same if card.kind in ("volume", "price", "overtime", "safety_stock")]
    forward = _apply(problem, *some, *same)
    backward = _apply(problem, *reversed([*some, *same]))
    assert forward.hash == backward.hash


@pytest.mark.parametrize("kind", KINDS)
def test_inputs_are_never_written(kind):
    problem = company()
    before = problem.hash
    _apply(problem, CARDS[kind])
    assert replace(problem).hash == before


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10_000), st.data())
def test_any_allowed_card_leaves_an_allowed_problem(seed, data):
    problem = random_problem(np.random.default_rng(seed))
    kinds = [
        lever.kind for lever in levers.available(problem) if levers.targets(problem, lever.kind)
    ]
    kind = data.draw(st.sampled_from(kinds))
    target = data.draw(st.sampled_from(levers.targets(problem, kind)))
    card = levers.draft(problem, kind, target=target, card_id="a")
    slider = levers.slider(problem, card)
    value = data.draw(st.floats(slider.low, slider.high))
    value = round(value) if slider.step == 1 else value
    changed = _apply(problem, replace(card, value=float(value)))
    for name in ("demand", "capacity", "overtime", "outside", "subcontract", "price"):
        array = getattr(changed, name)
        assert not np.isnan(array).any(), name
        assert (array >= 0).all(), name
    for name in (
        "overtime_cost",
        "outside_cost",
        "subcontract_cost",
        "unit_cost",
        "receipts",
        "stock_cover",
    ):
        array = getattr(changed, name)
        assert np.isfinite(array).all(), name
        assert (array >= 0).all(), name
    for paid in (*changed.fixed_cost.values(), *changed.capex.values()):
        assert np.isfinite(paid).all()
    assert not np.isnan(changed.storage).any()
    assert (stock_target(changed) >= -1e-9).all()
    assert set(changed.lead_time.tolist()) <= {0, 1, 2, 3}
    assert ((changed.service_target > 0) & (changed.service_target < 1)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_drafts_pass_the_check_and_change_something(kind):
    problem = company()
    target = levers.targets(problem, kind)[0]
    card = levers.draft(problem, kind, target=target, card_id="new")
    levers.check(problem, Scenario(cards=(card,)))
    assert card.value != levers.LEVERS[kind].neutral


@pytest.mark.parametrize("kind", KINDS)
def test_slider_holds_default_neutral_and_value(kind):
    problem, card = company(), CARDS[kind]
    slider = levers.slider(problem, card)
    assert slider.low <= min(card.value, slider.neutral, slider.default)
    assert slider.high >= max(card.value, slider.neutral, slider.default)
    assert 2 <= (slider.high - slider.low) / slider.step <= 101


def test_slider_of_overtime_stops_at_the_legal_limit():
    problem = company()
    card = levers.draft(problem, "overtime", target="resource:R0", card_id="a")
    assert levers.slider(problem, card).high == problem.overtime_limit[0] == 0.15


def test_no_capacity_data_means_no_capacity_levers():
    kinds = {lever.kind for lever in levers.available(plain_problem(np.full((2, 12), 50.0)))}
    assert kinds == {
        "launch", "phase_out", "volume", "price", "promotion", "outlook", "customer",
        "lead_time", "slip", "yield_risk", "service_target", "safety_stock", "stock_cover",
        "unit_cost", "freight", "exchange_rate",
    }  # fmt: skip


def test_window_is_cut_to_the_horizon():
    problem = company()
    card = Card(id="a", kind="volume", value=0.5, first=date(2026, 1, 1), last=date(2027, 2, 1))
    ratio = _apply(problem, card).demand[:3] / problem.demand[:3]
    np.testing.assert_allclose(ratio[:, :2], 1.5)
    np.testing.assert_array_equal(ratio[:, 2:], 1.0)


def test_codes_with_bars_and_colons_are_found():
    problem = replace(company(), items=("A|B", "item:X", "C", "D"))
    for n, code in enumerate(problem.items):
        changed = _apply(problem, Card(id="a", kind="volume", target=f"item:{code}", value=0.5))
        assert np.flatnonzero((changed.demand != problem.demand).any(axis=1)).tolist() == [n]


@pytest.mark.parametrize(
    ("kind", "first", "expected"),
    [
        # Apr 1 less 45 days is Monday Feb 15: the working day before is Friday Feb 12.
        ("second_source", date(2027, 4, 1), date(2027, 2, 12)),
        # Aug 1 less 3 months is Saturday May 1.
        ("extra_shift", date(2027, 8, 1), date(2027, 4, 30)),
        # May 1 less 30 days is Thursday Apr 1.
        ("saturdays", date(2027, 5, 1), date(2027, 3, 31)),
        ("prebuild", date(2027, 3, 1), date(2027, 2, 26)),
        ("shift_promotion", date(2027, 11, 1), date(2027, 6, 30)),
    ],
)
def test_decide_by(kind, first, expected):
    card = replace(CARDS[kind], first=first)
    if kind == "shift_promotion":
        card = replace(card, value=1.0)
    assert levers.decide_by(company(), card) == expected


def test_decide_by_takes_the_first_month_that_matters():
    """The supplier is limited from April on, so a second source from January matters in April."""
    problem = company()
    capacity = problem.capacity.copy()
    capacity[2, :3] = np.inf
    problem = replace(problem, capacity=capacity)
    assert levers.decide_by(problem, CARDS["second_source"]) == date(2027, 2, 12)
    earlier = replace(CARDS["shift_promotion"], value=-3.0)  # November comes in August
    assert levers.decide_by(problem, earlier) == date(2027, 3, 31)


def test_decide_by_takes_the_lead_of_the_card():
    card = replace(CARDS["second_source"], first=date(2027, 4, 1), options={"lead_days": 10.0})
    assert levers.decide_by(company(), card) == date(2027, 3, 19)  # before Monday Mar 22


def test_a_card_begins_no_earlier_than_it_can_be_decided():
    problem = company()
    today = problem.start - timedelta(days=1)
    later = 0
    for lever in levers.available(problem):
        card = levers.draft(
            problem, lever.kind, target=levers.targets(problem, lever.kind)[0], card_id="x"
        )
        first = levers.first_in_time(problem, card, today=today)
        if not lever.decision or first == problem.start:
            continue
        later += 1
        assert levers.decide_by(problem, replace(card, first=first)) >= today
        month_before = problem.month_dates[problem.month_dates.index(first) - 1]
        assert levers.decide_by(problem, replace(card, first=month_before)) < today
    assert later > 3


def test_decide_by_never_fails():
    problem = company()
    for kind, card in CARDS.items():
        if levers.LEVERS[kind].whole_horizon:
            assert levers.decide_by(problem, card).weekday() < 5
            continue
        for first in (None, date(1, 1, 1), date(2027, 12, 1), date(9999, 12, 1)):
            assert levers.decide_by(problem, replace(card, first=first, last=None)).weekday() < 5
    gone = replace(CARDS["overtime"], target="resource:GONE", value=0.0)
    assert levers.decide_by(problem, gone) < problem.start


def test_every_kind_is_declared_once():
    """A table cannot hold a kind twice: the declarations of its parts are counted."""
    parts = (capacity, costs, demand, launches, means, policy, risk, stock, supply)
    declared = [lever.kind for part in parts for lever in part.LEVERS]
    assert sorted(declared) == sorted(levers.LEVERS)
    phases = [lever.phase for lever in levers.LEVERS.values()]
    assert len(set(phases)) == len(phases)  # the order of effects is never open
