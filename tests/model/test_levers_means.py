"""New lines and people against numbers made by hand."""

from dataclasses import replace
from datetime import date

import numpy as np

from sim.model import levers
from sim.model.problem import Workforce
from sim.model.scenario import Card, Scenario
from tests.model.problems import plain_problem

FEBRUARY = date(2027, 2, 1)


def _apply(problem, *cards):
    return levers.apply(problem, Scenario(cards=cards))


def _shop(**changes):
    """One machine of 100 h and one of 60 h a month."""
    return plain_problem(
        np.full((1, 6), 50.0),
        routing=np.array([[1.0, 0.5]]),
        capacity=np.array([[100.0] * 6, [60.0] * 6]),
        **changes,
    )


def _crew(**changes):
    """Two people on R0 of 50 h each; nobody on R1."""
    settled = {
        "workers": np.array([2.0, 0.0]),
        "hours": np.array([[50.0] * 6, [0.0] * 6]),
        "overtime": np.zeros((2, 6)),
        "wage": np.array([[2_000.0] * 6, [0.0] * 6]),
        "hire_cost": np.array([700.0, 0.0]),
        "layoff_cost": np.array([900.0, 0.0]),
        "lead": np.array([5, 0]),
    }
    return Workforce(**settled | changes)


LINE = Card(
    id="n",
    kind="new_line",
    target="resource:R0",
    first=FEBRUARY,
    value=0.6,
    options={"ramp": 2.0, "capex": 1_200.0, "life": 4.0},
)


def test_new_line_steps_up_and_is_paid_and_written_off():
    changed = _apply(_shop(), LINE)
    np.testing.assert_allclose(changed.capacity, [[100, 130, 160, 160, 160, 160], [60] * 6])
    assert changed.capex["new_line"].tolist() == [0, 1_200, 0, 0, 0, 0]
    assert changed.fixed_cost["new_line"].tolist() == [0, 300, 300, 300, 300, 0]
    assert changed.hash != _apply(_shop(), replace(LINE, options={"ramp": 2.0})).hash


def test_a_line_for_each_resource_of_the_target():
    both = _apply(_shop(), replace(LINE, target="resource:R0|resource:R1"))
    assert both.capex["new_line"].sum() == 2_400


def test_a_line_begun_before_the_horizon_is_paid_and_partly_written_off():
    changed = _apply(_shop(), replace(LINE, first=date(2026, 11, 1)))
    np.testing.assert_allclose(changed.capacity[0], 160.0)
    assert not changed.capex
    assert changed.fixed_cost["new_line"].tolist() == [300, 300, 0, 0, 0, 0]


def test_hires_learn_and_are_paid_from_the_card():
    card = Card(
        id="h",
        kind="headcount",
        target="resource:R1",
        first=FEBRUARY,
        value=2.0,
        options={"learning": 2.0, "hours": 10.0, "wage": 100.0, "hire_cost": 30.0},
    )
    changed = _apply(_shop(), card)
    np.testing.assert_allclose(changed.capacity[1], [60, 70, 80, 80, 80, 80])
    assert changed.fixed_cost["headcount"].tolist() == [0, 260, 200, 200, 200, 200]


def test_leavers_go_at_once_with_the_figures_of_the_company():
    problem = _shop(workforce=_crew())
    card = Card(id="h", kind="headcount", target="resource:R0", first=FEBRUARY, value=-1.0)
    changed = _apply(problem, card)
    np.testing.assert_allclose(changed.capacity[0], [100, 50, 50, 50, 50, 50])
    paid = changed.fixed_cost["headcount"]
    assert paid.tolist() == [0, 900 - 2_000, *[-2_000] * 4]
    gone = _apply(problem, replace(card, value=-3.0))
    assert gone.capacity[0, 1:].tolist() == [0] * 5


def test_without_any_figure_a_person_gives_seven_hours_a_working_day():
    card = Card(id="h", kind="headcount", target="resource:R1", first=FEBRUARY, value=1.0)
    changed = _apply(_shop(), replace(card, options={"learning": 1.0}))
    np.testing.assert_allclose(changed.capacity[1], [60, *[200] * 5])
    assert not changed.fixed_cost


def test_the_company_says_how_long_hiring_takes():
    problem = _shop(workforce=_crew())
    card = Card(id="h", kind="headcount", target="resource:R0", first=date(2027, 6, 1), value=1.0)
    assert levers.decide_by(problem, card) == date(2026, 12, 31)  # June less five months
    assert levers.decide_by(_shop(), card) == date(2027, 2, 26)  # less three
