"""Goal seek: on levels that can be worked out by hand, then on the simulator."""

from dataclasses import replace

import pytest

from sim.model.aids.aim import Aim, measured
from sim.model.aids.seek import Lever, mix, seek
from sim.model.kpi import KPIS, Kpi, window
from sim.model.run import run
from sim.model.scenario import Card, Scenario
from tests.model.lever_cases import CARDS
from tests.model.test_levers_effect import _draws, _problem

STEPS = tuple(n / 100 for n in range(101))
LEVER = Lever(card=Card(id="a", kind="saturdays", value=0.0, on=False), positions=STEPS)


def aim(target: float, *, at_least: bool = True) -> Aim:
    return Aim(kpi=Kpi.FILL_RATE, target=target, at_least=at_least)


def each(figure):
    """The figure of one scenario, asked of many."""
    return lambda scenarios: [figure(one) for one in scenarios]


def value_of(scenario: Scenario, card: str = "a") -> float:
    return next((one.value for one in scenario.active if one.id == card), 0.0)


def test_the_first_step_that_reaches_the_target() -> None:
    found = seek(Scenario(), LEVER, aim=aim(0.4331), level=each(lambda s: value_of(s) ** 2))
    assert found.reached
    assert value_of(found.scenario) == 0.66  # 0.65^2 = 0.4225, 0.66^2 = 0.4356
    assert found.level == pytest.approx(0.4356)


def test_where_it_stands_is_kept_when_it_already_reaches_it() -> None:
    here = replace(LEVER, card=replace(LEVER.card, value=0.7, on=True))
    found = seek(Scenario(cards=(here.card,)), here, aim=aim(0.3), level=each(value_of))
    assert value_of(found.scenario) == 0.7


def test_down_as_well_as_up_and_a_hump_in_between() -> None:
    here = replace(LEVER, card=replace(LEVER.card, value=0.9, on=True))
    low = seek(Scenario(), here, aim=aim(0.255, at_least=False), level=each(value_of))
    assert value_of(low.scenario) == 0.25
    hump = seek(
        Scenario(), LEVER, aim=aim(0.97), level=each(lambda s: 1 - (value_of(s) - 0.5) ** 2)
    )
    assert hump.reached
    assert value_of(hump.scenario) == 0.33  # (0.33 - 0.5)^2 = 0.0289


def test_out_of_reach_says_how_far_one_comes() -> None:
    found = seek(Scenario(), LEVER, aim=aim(0.97), level=each(lambda s: 0.941 * value_of(s)))
    assert not found.reached
    assert found.level == pytest.approx(0.941)
    assert value_of(found.scenario) == 1.0


def test_a_mix_takes_the_cheap_lever_first_and_gives_back_what_is_not_needed() -> None:
    levers = [replace(LEVER, card=replace(LEVER.card, id=name)) for name in ("dear", "cheap")]

    def level(scenario: Scenario) -> float:
        return 0.5 * value_of(scenario, "dear") + 0.3 * value_of(scenario, "cheap")

    def worth(scenario: Scenario) -> float:
        return -10.0 * value_of(scenario, "dear") - 1.0 * value_of(scenario, "cheap")

    small = mix(Scenario(), levers, aim=aim(0.2), level=each(level), worth=each(worth))
    assert small.reached
    assert [card.id for card in small.cards] == ["cheap"]
    assert value_of(small.scenario, "cheap") == 0.67
    large = mix(Scenario(), levers, aim=aim(0.5), level=each(level), worth=each(worth))
    assert value_of(large.scenario, "cheap") == 1.0
    assert value_of(large.scenario, "dear") == pytest.approx(0.4)
    assert large.level >= 0.5 - 1e-9
    never = mix(Scenario(), levers, aim=aim(0.9), level=each(level), worth=each(worth))
    assert not never.reached
    assert never.level == pytest.approx(0.8)


def test_the_answer_simulated_meets_the_target() -> None:
    problem, draws = _problem(), _draws()
    card = CARDS["overtime"]
    lever = Lever(card=replace(card, value=0.0), positions=tuple(n / 100 for n in range(31)))

    def fill(scenario: Scenario) -> float:
        return float(measured(run(problem, scenario, draws=draws), aim(0)).mean())

    low, high = fill(Scenario()), fill(Scenario(cards=(replace(card, value=0.3),)))
    assert high > low
    target = (low + high) / 2
    found = seek(Scenario(), lever, aim=aim(target), level=each(fill))
    assert found.reached
    assert fill(found.scenario) >= target
    step = value_of(found.scenario, card.id) - 0.01
    assert fill(Scenario(cards=(replace(card, value=step),))) < target


def test_a_family_has_its_own_service_and_they_add_up_to_that_of_all() -> None:
    outcome = run(_problem(), Scenario(), draws=_draws())
    months = window(outcome.problem)
    whole = KPIS[Kpi.AT_RISK].formula(outcome, months)
    parts = [
        measured(outcome, Aim(kpi=Kpi.AT_RISK, target=0.0, family=f))
        for f in range(len(outcome.problem.families))
    ]
    # Demand and what is served of it are sums in single precision.
    assert sum(parts) == pytest.approx(whole, rel=1e-6, abs=0.02)
    with pytest.raises(ValueError, match="not a KPI of a family"):
        measured(outcome, Aim(kpi=Kpi.NET_MARGIN, target=0.0, family=0))
