"""Every lever moves its KPI the expected way, through the real planner and simulator."""

import math
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model import levers
from sim.model.compare import assumption_differences
from sim.model.draws import paths
from sim.model.kpi import Kpi, differences, estimates, window
from sim.model.problem import PlanMode
from sim.model.run import run
from sim.model.scenario import Card, Scenario
from sim.report import headline
from sim.report.text import text_for
from tests.model.lever_cases import CARDS, company

UP, DOWN = 1, -1
EXPECTED = {
    "launch": {Kpi.REVENUE: UP},
    "delay_launch": {Kpi.REVENUE: DOWN},
    "phase_out": {Kpi.REVENUE: DOWN},
    "new_line": {Kpi.FILL_RATE: UP, Kpi.DECISION_COST: UP, Kpi.CASH: UP},
    "headcount": {Kpi.FILL_RATE: UP, Kpi.DECISION_COST: UP},
    "lead_time": {Kpi.FILL_RATE: DOWN},
    "expedite": {Kpi.FILL_RATE: UP},
    "slip": {Kpi.FILL_RATE: DOWN},
    "availability_risk": {Kpi.FILL_RATE: DOWN},
    "yield_risk": {Kpi.FILL_RATE: DOWN},
    "service_target": {Kpi.FILL_RATE: UP, Kpi.STOCK_MEAN: UP},
    "storage": {Kpi.REVENUE: UP, Kpi.STOCK_PEAK: UP},
    "rationing": {Kpi.NET_MARGIN: UP},
    "frozen_fence": {Kpi.STOCK_MEAN: UP},
    "flexibility": {Kpi.REVENUE: DOWN},
    "responsiveness": {Kpi.FILL_RATE: DOWN},
    "unit_cost": {Kpi.NET_MARGIN: DOWN},
    "freight": {Kpi.NET_MARGIN: DOWN},
    "exchange_rate": {Kpi.NET_MARGIN: DOWN},
    "outlook": {Kpi.REVENUE: UP},
    "volume": {Kpi.REVENUE: UP},
    "promotion": {Kpi.DECISION_COST: UP},
    "price": {Kpi.NET_MARGIN: UP, Kpi.FILL_RATE: UP},
    "customer": {Kpi.REVENUE: UP},
    "shift_promotion": {Kpi.REVENUE: DOWN},  # 40 % of its effect is given up
    "efficiency": {Kpi.FILL_RATE: UP},
    "extra_shift": {Kpi.FILL_RATE: UP, Kpi.DECISION_COST: UP},
    "shutdown": {Kpi.FILL_RATE: DOWN},
    "overtime": {Kpi.FILL_RATE: UP, Kpi.DECISION_COST: UP},
    "saturdays": {Kpi.FILL_RATE: UP, Kpi.DECISION_COST: UP},
    "shortage": {Kpi.FILL_RATE: DOWN},
    "second_source": {Kpi.FILL_RATE: UP, Kpi.DECISION_COST: UP},
    "outside_work": {Kpi.FILL_RATE: UP, Kpi.DECISION_COST: UP},
    "subcontract": {Kpi.FILL_RATE: UP, Kpi.DECISION_COST: UP},
    "safety_stock": {Kpi.STOCK_MEAN: UP},
    "stock_cover": {Kpi.STOCK_MEAN: UP},
    "prebuild": {Kpi.FILL_RATE: UP, Kpi.STOCK_PEAK: UP},
    "outside_storage": {Kpi.REVENUE: UP, Kpi.STOCK_PEAK: UP},
}


@cache
def _problem():
    return company()


@cache
def _draws():
    return paths(_problem(), draws=256, seed=1)


def _run(*cards, mode=PlanMode.CHASE, problem=None):
    return run(problem or _problem(), Scenario(cards=cards, mode=mode), draws=_draws())


@cache
def _reference():
    return _run()


def _moves(kind, outcome, reference):
    found = differences(outcome, reference, window(_problem()))
    for kpi, sign in EXPECTED[kind].items():
        moved = found[kpi]
        assert sign * moved.mean > 0, (kpi, moved)
        assert abs(moved.mean) > 2 * moved.error, (kpi, moved)


def test_every_lever_is_expected_to_do_something():
    assert set(EXPECTED) == set(levers.LEVERS)


ROOM = {"outside_storage", "storage"}  # felt only by a plan that needs the room
MONEY = {"unit_cost", "freight", "exchange_rate"}


@pytest.mark.parametrize("kind", sorted(set(EXPECTED) - ROOM - {"rationing"}))
def test_lever_moves_its_kpi(kind):
    _moves(kind, _run(CARDS[kind]), _reference())


@pytest.mark.parametrize("kind", sorted(ROOM))
def test_room_in_store_lets_the_planner_build_ahead(kind):
    """Where the store is full, more pallets let the planner anticipate more."""
    base = _problem()
    problem = replace(base, storage=0.8 * base.storage, outside_storage=base.outside_storage * 0)
    full = _run(CARDS["prebuild"], problem=problem)
    _moves(kind, _run(CARDS["prebuild"], CARDS[kind], problem=problem), full)


def test_scarce_hours_go_to_the_best_margin():
    """Where hours are really missing and nobody waits, the best margin first earns more."""
    base = _problem()
    scarce = replace(
        base,
        capacity=0.7 * base.capacity,
        backorder_share=base.backorder_share * 0,
        price=base.price * [[2.0], [1.0], [1.0], [1.0]],
    )
    _moves("rationing", _run(CARDS["rationing"], problem=scarce), _run(problem=scarce))


def test_channels_served_first_gain_what_the_others_lose():
    """I1 sells most on the web and I2 nothing: with the web first, I2 waits for I1."""
    card = replace(CARDS["rationing"], target="channel:WEB", value=3.0)
    short, before = (found.unserved.sum(axis=1) for found in (_run(card), _reference()))
    assert short[1] < before[1]
    assert short[2] > before[2]


@pytest.mark.parametrize("kind", sorted(MONEY))
def test_money_moves_the_margin_only(kind):
    found = differences(_run(CARDS[kind]), _reference(), window(_problem()))
    for kpi in (Kpi.FILL_RATE, Kpi.REVENUE, Kpi.CYCLE_SERVICE, Kpi.PALLETS_PEAK, Kpi.AT_RISK):
        assert found[kpi].mean == 0.0


def test_hours_where_they_are_not_missing_change_nothing_and_the_limit_is_named():
    """R1 has room in spring; R0 is what holds the plan back."""
    card = replace(CARDS["overtime"], target="resource:R1", last=date(2027, 4, 1))
    idle, reference = _run(card), _reference()
    months = window(_problem())
    assert idle.hash != reference.hash
    assert headline.without_effect(idle, reference, window=months)
    assert "R0" in headline.live(idle, reference, text_for("en"))


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(sorted(CARDS)), st.sampled_from(sorted(CARDS)))
def test_order_of_two_cards_does_not_matter(one, other):
    cards = (CARDS[one], replace(CARDS[other], id="other"))
    if one == other:  # a policy stands once in a scenario
        cards = cards[:1]
    forward, backward = _run(*cards), _run(*reversed(cards))
    assert forward.hash == backward.hash
    for measure, values in forward.families.items():
        assert values.tobytes() == backward.families[measure].tobytes()


def test_neutral_cards_give_the_baseline():
    cards = [replace(card, value=levers.LEVERS[kind].neutral) for kind, card in CARDS.items()]
    found, reference = _run(*cards), _reference()
    assert found.hash == reference.hash
    for measure, values in found.families.items():
        assert values.tobytes() == reference.families[measure].tobytes()


@pytest.mark.parametrize("mode", list(PlanMode))
def test_cards_that_leave_nothing_to_work_with_still_give_an_outcome(mode):
    """No hours, no material, no store: nothing is made, and every figure says so."""
    problem = _problem()
    closed = [
        Card(id=f"closed {month}", kind="shutdown", first=month, value=60.0)
        for month in problem.month_dates[::2]
    ]
    nothing = Card(id="none", kind="shortage", first=problem.start, value=1.0)
    no_store = Card(id="store", kind="storage", value=-1_000.0)
    scenario = Scenario(cards=(*closed, nothing, no_store), mode=mode)
    levers.check(problem, scenario)
    changed = levers.apply(problem, scenario)
    assert not changed.capacity.any()
    found = estimates(_run(*scenario.cards, mode=mode), window(problem))
    assert found[Kpi.FILL_RATE].mean < 0.1
    assert all(math.isfinite(found[kpi].mean) for kpi in (Kpi.NET_MARGIN, Kpi.AT_RISK, Kpi.CASH))


def test_assumptions_that_differ():
    volume, late = CARDS["volume"], replace(CARDS["overtime"], first=CARDS["promotion"].first)
    one = Scenario(name="A", cards=(volume, CARDS["overtime"]))
    two = Scenario(name="B", mode=PlanMode.OPTIMAL, cards=(replace(volume, id="z", note="n"), late))
    rows = assumption_differences([Scenario(), one, two])
    assert [(row.kind, row.target) for row in rows] == [
        ("mode", ""),
        ("volume", volume.target),
        ("overtime", "all"),
    ]
    assert rows[0].texts == ("chase", "chase", "optimal")
    assert rows[1].values == (None, 0.1, 0.1)
    assert rows[2].cards == (None, CARDS["overtime"], late)
    assert assumption_differences([one, replace(one, name="C")]) == ()
    assert [row.kind for row in assumption_differences([one, two])] == ["mode", "overtime"]


def test_second_card_of_a_kind_is_its_own_row():
    card = Card(id="a", kind="volume", value=0.1)
    again = replace(card, id="b", value=0.2)
    rows = assumption_differences([Scenario(cards=(card,)), Scenario(cards=(card, again))])
    assert [row.values for row in rows] == [(None, 0.2)]
