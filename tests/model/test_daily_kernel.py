"""The simulator beside its months played day by day, with everything that follows from it.

The days have their own stock, so they release, share out scarce hours and lose sales by
themselves; only the errors of demand are the same draws. Nothing of the formulas is in them.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from sim.model import draws as draws_module
from sim.model.outcome import Measure, Outcome
from sim.model.planner import make_plan
from sim.model.problem import PlanMode, Problem
from sim.model.run import run
from sim.model.scenario import Scenario
from tests.model import oracle
from tests.model.daily import DAYS, by_days
from tests.model.problems import error_model, plain_problem

SPREADS = (0.5, 1.0, 2.0)  # coefficient of variation of a day
ITEMS, MONTHS, DRAWS = 16, 12, 512
NUMBER = np.arange(ITEMS)
LEAD = NUMBER % 4
WAITS = (NUMBER // 4 % 2).astype(float)


def company(day_spread: float, mode: PlanMode) -> Problem:
    """Sixteen items, each its own family, on two machines of which one is full in season."""
    month = np.arange(MONTHS)
    level = np.linspace(40, 900, ITEMS)[:, None]
    demand = level * (1 + 0.25 * np.sin(2 * np.pi * (month - 3 - NUMBER[:, None]) / 12))
    spread = np.array([0.1, 0.2, 0.3, 0.45])[NUMBER * 5 // 4 % 4]
    routing = np.stack([np.where(NUMBER % 3 == 0, 0.1, 0.0), np.full(ITEMS, 0.05)], axis=1)
    load = (routing.T @ demand).mean(axis=1, keepdims=True)
    factor = np.where(NUMBER < ITEMS // 2, 2.2, 1.7) + WAITS
    safety = demand.mean(axis=1) * spread * np.sqrt(LEAD + 1) * factor
    return plain_problem(
        demand,
        routing=routing,
        capacity=load * np.array([[1.1], [1.3]]) * np.ones(MONTHS),
        family=tuple(NUMBER),
        errors=error_model(ITEMS, MONTHS, spread=spread[:, None]),
        lead_time=LEAD,
        receipts=np.where(month < LEAD[:, None], demand, 0.0),
        opening_stock=safety,
        safety_stock=np.repeat(safety[:, None], MONTHS, axis=1),
        backorder_share=WAITS,
        production_yield=np.where(NUMBER % 5 == 4, 0.9, 1.0),
        working_days=np.full(MONTHS, float(DAYS)),
        day_spread=day_spread,
        responsiveness=1.0 if mode is PlanMode.CHASE else 0.7,
        frozen_months=0 if mode is PlanMode.CHASE else 2,
    )


def played(problem: Problem, mode: PlanMode) -> tuple[Outcome, oracle.Played]:
    paths = draws_module.paths(problem, draws=DRAWS, seed=3)
    errors = np.stack([paths.path(i) for i in range(ITEMS)], axis=1).astype(float)
    days = oracle.play(
        problem,
        make_plan(problem, mode),
        errors,
        np.zeros((0, DRAWS)),
        live=by_days(np.random.default_rng(11)),
    )
    return run(problem, Scenario(mode=mode), draws=paths), days


@cache
def both(day_spread: float, mode: PlanMode) -> tuple[Outcome, oracle.Played]:
    return played(company(day_spread, mode), mode)


def per_item(found: Outcome, measure: Measure) -> np.ndarray:
    return found.families[measure].sum(axis=(0, 2))


def bias(found: Outcome, days: oracle.Played) -> tuple[np.ndarray, np.ndarray]:
    """Fill rate of each item by its days, and what the simulator says more."""
    asked = days.demand.sum(axis=(0, 2))
    assert per_item(found, Measure.DEMAND_UNITS) == pytest.approx(asked, rel=1e-5)
    truth = days.served.sum(axis=(0, 2)) / asked
    return truth, per_item(found, Measure.SERVED_UNITS) / asked - truth


every_case = pytest.mark.parametrize(
    ("day_spread", "mode"), [(s, m) for s in SPREADS for m in (PlanMode.CHASE, PlanMode.OPTIMAL)]
)


@every_case
def test_fill_of_every_item_is_within_a_point_of_its_days(day_spread, mode) -> None:
    truth, off = bias(*both(day_spread, mode))
    good = truth >= 0.9
    for waits in (0, 1):
        assert set(LEAD[good & (waits == WAITS)]) == {0, 1, 2, 3}
    assert truth.min() < 0.98  # something is short
    assert np.abs(off[good]).max() <= 0.01


@every_case
def test_stock_and_losses_are_those_of_the_days(day_spread, mode) -> None:
    """Net stock month by month, losses over the year, in parts of the demand."""
    found, days = both(day_spread, mode)
    asked = days.demand.mean(axis=0)
    net = found.families[Measure.STOCK_UNITS] - found.families[Measure.BACKLOG_UNITS]
    apart = np.abs(net.mean(axis=0) - days.closing.mean(axis=0)).max(axis=1)
    assert (apart / asked.mean(axis=1)).max() <= 0.025
    given_up = days.closing - days.opening - days.received + days.demand
    lost = per_item(found, Measure.LOST_UNITS) / DRAWS
    off = (lost - given_up.mean(axis=0).sum(axis=1)) / asked.sum(axis=1)
    assert np.abs(off).max() <= 0.01


@every_case
def test_months_without_stock_out_are_those_of_the_days(day_spread, mode) -> None:
    found, days = both(day_spread, mode)
    truth = 1 - days.surely.mean(axis=(0, 2))
    off = 1 - per_item(found, Measure.STOCKOUTS) / (DRAWS * MONTHS) - truth
    assert (truth >= 0.9).sum() >= 7
    assert np.abs(off).max() <= 0.01


@pytest.mark.parametrize("day_spread", SPREADS)
@pytest.mark.parametrize("waits", [0.3, 0.5, 0.8])
def test_where_a_part_of_the_customers_waits_fill_is_within_a_point_too(waits, day_spread) -> None:
    """A share of each day's missing units is lost, month by month one formula between two."""
    problem = company(day_spread, PlanMode.CHASE)
    mixed = replace(problem, backorder_share=np.full(ITEMS, waits))
    found, days = played(mixed, PlanMode.CHASE)
    truth, off = bias(found, days)
    good = truth >= 0.9
    assert good.sum() >= 8
    assert np.abs(off[good]).max() <= 0.01
    without = 1 - days.surely.mean(axis=(0, 2))
    apart = 1 - per_item(found, Measure.STOCKOUTS) / (DRAWS * MONTHS) - without
    assert np.abs(apart).max() <= 0.02
