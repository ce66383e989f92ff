"""The bridge: Shapley's laws on games that can be worked out by hand, then on the simulator."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.aids import MODE, REMOVED, bridge
from sim.model.aids.bridge import EXACT, shapley
from sim.model.kpi import Kpi, differences, per_draw, window
from sim.model.problem import PlanMode
from sim.model.run import run
from sim.model.scenario import Scenario
from tests.model.lever_cases import CARDS
from tests.model.test_levers_effect import _draws, _problem, _reference, _run

GAMES = st.integers(1, 5).flatmap(
    lambda n: st.tuples(st.just(n), st.lists(st.integers(-50, 50), min_size=2**n, max_size=2**n))
)


def worth_of(table: list[int]):
    def worth(coalition):
        at = sum(1 << player for player in coalition)
        return np.array([float(table[at]), 2.0 * table[at]])

    return worth


@given(GAMES)
@settings(max_examples=60, deadline=None)
def test_it_is_the_mean_marginal_contribution_over_all_orders(game) -> None:
    players, table = game
    worth = worth_of(table)
    expected = np.zeros((players, 2))
    orders = list(permutations(range(players)))
    for order in orders:
        for place, player in enumerate(order):
            before = frozenset(order[:place])
            expected[player] += (worth(before | {player}) - worth(before)) / len(orders)
    found = shapley(worth, players)
    assert np.allclose(found, expected, atol=1e-9)
    whole = worth(frozenset(range(players))) - worth(frozenset())
    assert np.allclose(sum(found), whole, atol=1e-9)


def test_sampled_orders_add_up_and_give_an_additive_game_its_parts() -> None:
    players = EXACT + 3
    alone = np.arange(1.0, players + 1)
    found = shapley(lambda c: np.array([alone[sorted(c)].sum() + 7.0]), players)
    assert np.allclose([part[0] for part in found], alone)
    crowd = shapley(lambda c: np.array([float(len(c) ** 2)]), players)
    assert sum(crowd)[0] == pytest.approx(players**2)


def judge(scenarios):
    return [per_draw(run(_problem(), one, draws=_draws()), window(_problem())) for one in scenarios]


def test_effects_of_cards_add_up_to_the_difference() -> None:
    cards = tuple(CARDS[kind] for kind in ("prebuild", "overtime", "second_source", "volume"))
    scenario = Scenario(cards=(*cards, replace(CARDS["price"], on=False)))
    made = bridge(scenario, judge=judge, kpi=Kpi.NET_MARGIN)
    assert [step.card for step in made.steps] == list(cards)
    whole = differences(_run(*cards), _reference(), window(_problem()))[Kpi.NET_MARGIN]
    assert sum(step.effect.mean for step in made.steps) == pytest.approx(whole.mean, rel=1e-9)
    added = made.reference.mean + sum(step.effect.mean for step in made.steps)
    assert added == pytest.approx(made.result.mean, rel=1e-12)
    backwards = bridge(replace(scenario, cards=cards[::-1]), judge=judge, kpi=Kpi.NET_MARGIN)
    for step in made.steps:
        other = next(one for one in backwards.steps if one.card == step.card)
        assert other.effect.mean == pytest.approx(step.effect.mean, rel=1e-6, abs=1e-6)


def test_equal_cards_get_equal_parts_and_one_alone_gets_all() -> None:
    twin = replace(CARDS["volume"], id="twin")
    made = bridge(Scenario(cards=(CARDS["volume"], twin)), judge=judge, kpi=Kpi.REVENUE)
    assert made.steps[0].effect.mean == pytest.approx(made.steps[1].effect.mean, rel=1e-9)
    alone = bridge(Scenario(cards=(twin,)), judge=judge, kpi=Kpi.REVENUE)
    assert (
        alone.steps[0].effect
        == differences(_run(twin), _reference(), window(_problem()))[Kpi.REVENUE]
    )


def test_from_another_scenario() -> None:
    start = Scenario(cards=(CARDS["prebuild"], CARDS["overtime"]))
    end = Scenario(cards=(CARDS["overtime"], CARDS["volume"]), mode=PlanMode.OPTIMAL)
    made = bridge(end, judge=judge, kpi=Kpi.FILL_RATE, reference=start)
    assert [step.kind for step in made.steps] == [MODE, REMOVED, "volume"]
    assert made.result.mean == pytest.approx(judge([end])[0][Kpi.FILL_RATE].mean())
    added = made.reference.mean + sum(step.effect.mean for step in made.steps)
    assert added == pytest.approx(made.result.mean)


def test_another_value_of_a_lever_is_one_move() -> None:
    more = replace(CARDS["volume"], value=CARDS["volume"].value / 2)
    made = bridge(
        Scenario(cards=(more,)),
        judge=judge,
        kpi=Kpi.REVENUE,
        reference=Scenario(cards=(CARDS["volume"],)),
    )
    assert [step.card for step in made.steps] == [more]
