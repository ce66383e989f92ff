"""The panel: what it says is what single runs say, and whoever leaves stops it."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from sim.errors import LeverError
from sim.model.aids import Panel, asked, bridge, first_draws, matrix
from sim.model.aids.bridge import carried, shapley
from sim.model.aids.seek import Lever, mix
from sim.model.draws import paths
from sim.model.kpi import Kpi, estimate
from sim.model.run import run
from sim.model.scenario import Scenario
from tests.model.aids.test_matrix import OPTIONS, OUTLOOKS
from tests.model.aids.test_seek import LEVER, aim, each, value_of
from tests.model.lever_cases import CARDS
from tests.model.test_levers_effect import _draws, _problem

SIX = ("volume", "overtime", "second_source", "prebuild", "safety_stock", "price")


def judged(scenarios, draws):
    found = {
        look.place: look.seen for look in Panel().look(_problem(), scenarios, asked, draws=draws)
    }
    return [found[place] for place in range(len(scenarios))]


def test_two_workers_say_what_single_runs_say() -> None:
    made = matrix(OPTIONS, OUTLOOKS, judge=lambda some: judged(some, _draws()), target=0.9)

    def alone(scenarios):
        return [asked(run(_problem(), one, draws=_draws())) for one in scenarios]

    single = matrix(OPTIONS, OUTLOOKS, judge=alone, target=0.9)
    assert made.cells == single.cells
    assert made.regret.tolist() == single.regret.tolist()


def test_an_error_is_raised_and_whoever_stops_listening_stops_the_workers() -> None:
    bad = Scenario(cards=(replace(CARDS["overtime"], value=9.0),))
    with pytest.raises(LeverError):
        judged([Scenario(), bad, Scenario()], _draws())
    begun, panel = [], Panel()

    def seen(_outcome):
        begun.append(1)

    some = [Scenario(cards=(replace(CARDS["overtime"], value=n / 100),)) for n in range(30)]
    looks = panel.look(_problem(), some, seen, draws=_draws())
    next(looks)
    looks.close()
    assert len(begun) < 12
    assert not [one for one in threading.enumerate() if "_work" in one.name]
    # Nothing is left broken: the same panel answers the next question.
    assert len(list(panel.look(_problem(), some, seen, draws=_draws()))) == len(some)


def test_a_large_company_is_looked_at_in_fewer_of_the_same_draws() -> None:
    many = paths(_problem(), draws=1024, seed=1)
    assert first_draws(_problem(), many) is many
    items = 1 + 5_000_000 // (many.draws * _problem().months)
    large = replace(_problem(), items=tuple(f"I{n}" for n in range(items)))
    few = first_draws(large, many)
    assert few.draws == few.width < many.draws
    assert np.array_equal(few.path(0), many.path(0)[: few.draws])


def test_a_bridge_from_fewer_draws_still_ends_where_all_draws_end() -> None:
    every = paths(_problem(), draws=1024, seed=1)
    few, scenario = every.first(1), Scenario(cards=tuple(CARDS[kind] for kind in SIX))
    asked_for: list[int] = []

    def judge(scenarios):
        asked_for.append(len(scenarios))
        return judged(scenarios, every)

    exact = bridge(scenario, judge=judge, kpi=Kpi.NET_MARGIN)
    made = bridge(scenario, judge=judge, kpi=Kpi.NET_MARGIN, first=lambda some: judged(some, few))
    assert asked_for == [64, 14]
    assert (exact.first, made.first) == (None, few.draws)
    assert (made.reference, made.result) == (exact.reference, exact.result)
    total = sum(step.effect.mean for step in made.steps)
    assert total == pytest.approx(made.result.mean - made.reference.mean, rel=1e-9)
    for step, true in zip(made.steps, exact.steps, strict=True):
        assert step.effect.mean == pytest.approx(
            true.effect.mean, abs=3 * step.effect.error + 1e-4 * abs(total)
        )
        assert step.effect.error >= 0.98 * true.effect.error


def test_what_is_a_sum_of_known_worths_is_carried_exactly() -> None:
    rng = np.random.default_rng(3)
    alone = rng.normal(size=(4, 600))
    worth = {
        frozenset(part for part in range(4) if code >> part & 1): sum(
            (alone[part] for part in range(4) if code >> part & 1), np.zeros(600)
        )
        for code in range(16)
    }
    known = {one: values for one, values in worth.items() if len(one) != 2}
    rest = {one: values[:50] for one, values in worth.items() if len(one) == 2}
    found, missed = carried(known, rest)
    for one, values in worth.items():
        assert found[one] == pytest.approx(values, abs=1e-9)
        assert missed[one] == pytest.approx(np.zeros(50), abs=1e-9)
    for part, true in zip(shapley(found.__getitem__, 4), alone, strict=True):
        assert estimate(part).mean == pytest.approx(true.mean(), abs=1e-9)


def test_what_the_known_worths_do_not_tell_counts_in_full() -> None:
    rng = np.random.default_rng(5)
    found = []
    for _ in range(100):
        known = {frozenset({n}): rng.normal(size=200) for n in range(15)}
        _, missed = carried(known, {frozenset({0, 1}): rng.normal(size=40)})
        found.append(missed[frozenset({0, 1})].var(ddof=1))
    assert np.mean(found) == pytest.approx(1.0, abs=0.1)  # 0.6 without the lost degrees of freedom


def test_a_mix_found_on_kinder_draws_is_confirmed_on_all() -> None:
    levers = [replace(LEVER, card=replace(LEVER.card, id=name)) for name in ("dear", "cheap")]

    def level(scenario: Scenario) -> float:
        return 0.5 * value_of(scenario, "dear") + 0.3 * value_of(scenario, "cheap")

    def worth(scenario: Scenario) -> float:
        return -10.0 * value_of(scenario, "dear") - 1.0 * value_of(scenario, "cheap")

    def kinder(scenario: Scenario) -> float:
        return 1.1 * level(scenario) + 0.02

    first = (each(kinder), each(worth))

    def sought(target: float, levers: list[Lever] = levers):
        return mix(
            Scenario(), levers, aim=aim(target), level=each(level), worth=each(worth), first=first
        )

    found = sought(0.5)
    assert found.reached
    assert found.level == pytest.approx(level(found.scenario))
    assert 0.5 <= found.level < 0.52
    never = sought(0.9)
    assert not never.reached
    assert never.level == pytest.approx(0.8)
