"""What drives a spread: sums of known parts; tornado: each bar is its own run."""

from dataclasses import replace

import numpy as np
import pytest

from sim.model.aids.seek import Lever
from sim.model.aids.spread import causes, drivers, tornado
from sim.model.kpi import KPIS, Kpi, window
from sim.model.run import run
from sim.model.scenario import Scenario
from tests.model.aids.test_bridge import judge
from tests.model.lever_cases import CARDS
from tests.model.test_levers_effect import _draws, _problem


def test_shares_are_those_of_a_sum_of_independent_causes() -> None:
    rng = np.random.default_rng(5)
    a, b, c = rng.normal(size=(3, 20_000))
    found = drivers(2 * a - b, {"c": c, "b": b, "a": a})
    assert [one.name for one in found] == ["a", "b"]
    # Var = 4 + 1; rank shares are a little off those of the values.
    assert found[0].share == pytest.approx(0.8, abs=0.02)
    assert found[1].share == pytest.approx(0.2, abs=0.03)
    assert found[0].correlation > 0 > found[1].correlation


def test_two_causes_that_say_the_same_are_not_counted_twice() -> None:
    rng = np.random.default_rng(6)
    a = rng.normal(size=5_000)
    found = drivers(a, {"a": a, "again": 3 * a + 1})
    assert len(found) == 1
    assert found[0].share == pytest.approx(1.0)
    assert drivers(np.ones(50), {"a": a[:50]}) == ()
    assert drivers(a, {"flat": np.ones(5_000)}) == ()


def test_demand_drives_the_revenue_of_a_company_that_can_make_all() -> None:
    outcome = run(_problem(), Scenario(), draws=_draws())
    months = window(outcome.problem)
    found = drivers(KPIS[Kpi.REVENUE].formula(outcome, months), causes(outcome, months))
    assert sum(one.share for one in found) <= 1.0 + 1e-9
    assert found[0].name == "demand" or found[0].name.startswith("family:")


def test_a_swing_is_the_difference_of_two_runs() -> None:
    levers = [
        Lever(card=replace(CARDS[kind], value=0.1), positions=tuple(n / 50 for n in range(16)))
        for kind in ("overtime", "saturdays")
    ]
    scenario = Scenario(cards=tuple(lever.card for lever in levers))
    found = tornado(scenario, levers, judge=judge, kpi=Kpi.REVENUE)
    assert [one.width for one in found] == sorted((one.width for one in found), reverse=True)
    for swing in found:
        moved = scenario.with_card(replace(swing.lever.card, value=swing.high))
        after, before = judge([moved, scenario])
        change = after[Kpi.REVENUE] - before[Kpi.REVENUE]
        assert swing.at_high.mean == pytest.approx(change.mean(), abs=1e-6)
        assert swing.low < 0.1 < swing.high
