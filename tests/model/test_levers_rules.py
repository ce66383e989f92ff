"""Supply, risk, stock, rules and money: the newer levers against numbers made by hand."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.errors import LeverError
from sim.model import levers
from sim.model.problem import Rationing, SupplyRisk, stock_target
from sim.model.scenario import Card, Scenario
from tests.model.lever_cases import CARDS, company
from tests.model.problems import error_model, plain_problem


def _apply(problem, *cards):
    return levers.apply(problem, Scenario(cards=cards))


def _card(kind, value, target="all", **options):
    return Card(id=kind, kind=kind, target=target, value=value, options=options)


def test_lead_time_stays_in_bounds_and_moves_safety_stock_and_freight():
    """From 0 to 1 month the wait doubles: safety stock x sqrt(2)."""
    problem = plain_problem(
        np.full((3, 6), 50.0), lead_time=np.array([0, 3, 1]), safety_stock=np.full((3, 6), 10.0)
    )
    longer = _apply(problem, _card("lead_time", 1.0))
    assert longer.lead_time.tolist() == [1, 3, 2]
    np.testing.assert_allclose(longer.safety_stock[:, 0], [10 * 2**0.5, 10, 10 * 1.5**0.5])
    faster = _apply(problem, _card("lead_time", -2.0, "item:I1", freight=1.5))
    assert faster.lead_time.tolist() == [0, 1, 1]
    np.testing.assert_allclose(faster.unit_cost, [6.0, 7.5, 6.0])
    np.testing.assert_allclose(faster.safety_stock[1], 10 * 0.5**0.5)


def test_expedite_moves_what_is_on_order_and_pays_its_freight():
    problem = plain_problem(
        np.full((2, 6), 50.0), receipts=np.array([[10.0, 20, 30, 0, 0, 0], [1.0, 2, 3, 0, 0, 0]])
    )
    changed = _apply(problem, _card("expedite", 2.0, "item:I0", freight=3.0))
    assert changed.receipts.tolist() == [[60, 0, 0, 0, 0, 0], [1, 2, 3, 0, 0, 0]]
    assert changed.fixed_cost["expedite"].tolist() == [150, 0, 0, 0, 0, 0]
    card = replace(_card("expedite", 1.0, "item:I0"), first=date(2027, 3, 1))
    assert _apply(problem, card).receipts[0].tolist() == [10, 50, 0, 0, 0, 0]
    assert not _apply(problem, card).fixed_cost


def test_risks_join_as_independent_causes():
    base = plain_problem(np.full((2, 6), 50.0), routing=np.ones((2, 1)))
    risk = SupplyRisk(
        availability=np.array([0.9]),
        availability_spread=np.array([0.03]),
        yield_spread=np.array([0.03, 0.0]),
        slip=np.array([0.5, 0.0]),
    )
    problem = replace(base, risk=risk)
    cards = (_card("availability_risk", 0.04), _card("yield_risk", 0.04), _card("slip", 0.2))
    found = _apply(problem, *cards).risk
    np.testing.assert_allclose(found.availability_spread, [0.05])
    np.testing.assert_allclose(found.yield_spread, [0.05, 0.04])
    np.testing.assert_allclose(found.slip, [0.6, 0.2])
    some = replace(problem, production_yield=np.array([0.9, 1.0]))
    assert _apply(some, cards[1]).production_yield.tolist() == [0.9, 0.96]
    assert found.availability.tolist() == [0.9]
    alone = _apply(base, _card("slip", 0.2, "item:I1")).risk
    assert alone.slip.tolist() == [0.0, 0.2]
    assert not alone.yield_spread.any()
    assert not alone.availability_spread.any()
    named = _apply(base, _card("availability_risk", 0.1, "resource:R0", availability=0.7)).risk
    assert named.availability.tolist() == [0.7]
    always = replace(problem, risk=replace(risk, availability=np.array([1.0])))
    assert _apply(always, cards[0]).risk.availability.tolist() == [0.85]


def test_service_target_sets_the_safety_stock_it_takes():
    """From 77.5 to 82.5 %: z goes from 0.755 to 0.935; 20 units a month are 40 over 3 + 1."""
    problem = plain_problem(
        np.full((2, 6), 100.0),
        errors=error_model(2, 6, spread=0.2),
        service_target=np.full(2, 0.775),
        lead_time=np.array([3, 3]),
        safety_stock=np.full((2, 6), 30.0),
    )
    up = _apply(problem, _card("service_target", 0.05, "item:I0"))
    np.testing.assert_allclose(up.service_target, [0.825, 0.775])
    np.testing.assert_allclose(up.safety_stock[0], 30 + 40 * (0.934589 - 0.755415), atol=1e-3)
    np.testing.assert_array_equal(up.safety_stock[1], 30.0)
    low = replace(problem, safety_stock=problem.safety_stock / 30)
    assert (stock_target(_apply(low, _card("service_target", -0.2))) >= 0).all()


def test_the_service_of_a_cover_comes_on_top_of_it():
    problem = company()
    changed = _apply(problem, _card("service_target", 0.02))
    assert changed.stock_cover.tolist() == problem.stock_cover.tolist()
    assert (stock_target(changed) >= stock_target(problem)).all()


def test_storage_gets_more_or_less_room_and_costs_every_month():
    problem = company()
    more = _apply(problem, _card("storage", 20.0, cost=150.0))
    np.testing.assert_array_equal(more.storage, 75.0)
    assert more.fixed_cost["storage"].tolist() == [150.0] * 12
    assert _apply(problem, _card("storage", -90.0)).storage.tolist() == [0.0] * 12


def test_rationing_names_the_rule_and_the_channels_that_come_first():
    problem = company()
    rules = [_apply(problem, _card("rationing", float(n))).rationing for n in range(1, 4)]
    assert rules == [Rationing.FAIR_SHARE, Rationing.MARGIN, Rationing.CHANNEL]
    named = _apply(problem, _card("rationing", 3.0, "channel:WEB"))
    assert named.channel_tier.tolist() == [2, 1]
    stated = replace(problem, channel_tier=np.array([1, 3]))
    assert _apply(stated, _card("rationing", 3.0)).channel_tier.tolist() == [1, 3]
    assert _apply(problem, _card("rationing", 2.0, "channel:WEB")).channel_tier is None


def test_two_rules_contradict_one_another_whatever_their_targets():
    cards = (CARDS["rationing"], replace(CARDS["rationing"], id="b", target="channel:WEB"))
    with pytest.raises(LeverError) as refused:
        levers.check(company(), Scenario(cards=cards))
    assert refused.value.key == "error.lever.alone"


def test_channels_first_is_offered_where_channels_are_ranked():
    problem = company()
    card = CARDS["rationing"]
    assert levers.slider(problem, card).high == 2
    assert levers.slider(problem, replace(card, target="channel:WEB")).high == 3
    ranked = replace(problem, channel_tier=np.array([1, 2]))
    assert levers.slider(ranked, card).high == 3


def test_rules_of_the_plan():
    problem = company(frozen_months=2, responsiveness=0.8, flexibility=0.3)
    assert _apply(problem, _card("frozen_fence", 3.0)).frozen_months == 5
    assert _apply(problem, _card("frozen_fence", -6.0)).frozen_months == 0
    late = replace(problem, frozen_months=10)
    assert _apply(late, _card("frozen_fence", 6.0)).frozen_months == 12
    assert _apply(problem, _card("flexibility", 0.5)).flexibility == 0.5
    assert _apply(problem, _card("responsiveness", 0.5)).responsiveness == 0.4


def test_money_by_hand():
    problem = plain_problem(np.full((2, 6), 50.0), family=(0, 1))
    assert _apply(problem, _card("unit_cost", 0.1, "family:F1")).unit_cost[1] == pytest.approx(6.6)
    assert _apply(problem, _card("freight", 0.5)).unit_cost.tolist() == [6.5, 6.5]
    assert _apply(problem, _card("freight", -9.0, "item:I0")).unit_cost.tolist() == [0.0, 6.0]
    rate = _apply(problem, _card("exchange_rate", 0.1, bought_share=0.4))
    np.testing.assert_allclose(rate.unit_cost, 6.24)


def test_a_currency_on_a_material_hits_the_items_that_use_it():
    problem = company()
    changed = _apply(problem, CARDS["exchange_rate"])  # R2 goes into I2 and I3
    np.testing.assert_allclose(changed.unit_cost / problem.unit_cost, [1, 1, 1.05, 1.05])
