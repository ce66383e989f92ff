"""The hash of an outcome changes with every input, with mode and seed, and with nothing else."""

import copy
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from enum import Enum
from functools import cache

import numpy as np
import pytest

from sim.model import kernel
from sim.model.draws import paths
from sim.model.kernel import run as kernel_run
from sim.model.outcome import PlanStatus
from sim.model.problem import PARTS, PlanMode, Problem, Rationing, SupplyRisk, Workforce
from sim.model.run import run
from sim.model.scenario import Card, Scenario
from sim.model.stated import Maintenance, PlanLimits, ShiftLevels, UnitCosts
from tests.model.problems import small_problem


@cache
def whole() -> Problem:
    """A problem in which every record is there."""
    base = small_problem()
    items, months = base.demand.shape
    resources = len(base.resources)
    cells, rows = np.ones((items, months)), np.ones((resources, months))
    return replace(
        base,
        labels={"en": {"family:F0": "Chairs"}, "fr": {"family:F0": "Chaises"}},
        capex={"new_line": np.zeros(months)},
        flexibility=0.3,
        channel_tier=np.array([1]),
        win_probability=np.array([0.5]),
        win_volume=0.1 * base.demand[None],
        risk=SupplyRisk(
            availability=np.full(resources, 0.9),
            availability_spread=np.zeros(resources),
            yield_spread=np.zeros(items),
            slip=np.zeros(items),
        ),
        workforce=Workforce(
            workers=np.zeros(resources),
            hours=0.0 * rows,
            overtime=0.0 * rows,
            wage=0.0 * rows,
            hire_cost=np.zeros(resources),
            layoff_cost=np.zeros(resources),
            lead=np.zeros(resources, dtype=np.int64),
            room=rows,
        ),
        costs=UnitCosts(hold=0.1 * cells, backlog=cells, lost=0.0 * cells),
        limits=PlanLimits(unmet=np.inf * cells, stock=np.inf * cells, closing=np.zeros(items)),
        maintenance=Maintenance(
            machines=np.ones(resources),
            due=np.zeros(resources),
            window=np.zeros((resources, months), dtype=np.bool_),
        ),
        shifts=ShiftLevels(factor=np.full((resources, 2), np.nan), cost=np.zeros((resources, 2))),
    )


def one_cell(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One number of an array changed."""
    after = values.copy()
    place = tuple(rng.integers(0, size) for size in values.shape)
    if values.dtype == np.bool_:
        after[place] = ~after[place]
    elif values.dtype == np.int64:
        after[place] += 1
    else:
        after[place] = np.nextafter(after[place], np.inf) if np.isfinite(after[place]) else 7.0
    return after


def other(value: object, rng: np.random.Generator) -> object:
    """Another value of the same type, as near as a float can be."""
    if isinstance(value, np.ndarray):
        return one_cell(value, rng)
    if isinstance(value, Enum):
        return next(each for each in type(value) if each is not value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, date):
        return value.replace(year=value.year + 1)
    if isinstance(value, dict):
        name = next(iter(value))
        return {**value, name: other(value[name], rng)}
    if isinstance(value, tuple):
        return (*value[:-1], other(value[-1], rng))
    return value + "x" if isinstance(value, str) else value + 1  # type: ignore[operator]


def changed(problem: Problem, seed: int) -> Iterator[tuple[str, Problem]]:
    """Each field of the problem and of its records with another value; each record left out."""
    rng = np.random.default_rng(seed)
    for spec in fields(problem):
        value = getattr(problem, spec.name)
        if isinstance(value, PARTS):
            for part in fields(value):
                each = replace(value, **{part.name: other(getattr(value, part.name), rng)})
                yield f"{spec.name}.{part.name}", replace(problem, **{spec.name: each})
        else:
            yield spec.name, replace(problem, **{spec.name: other(value, rng)})
        if spec.default is None:
            yield f"{spec.name} = None", replace(problem, **{spec.name: None})


@pytest.mark.parametrize("seed", range(5))
def test_every_input_counts(seed: int) -> None:
    problem = whole()
    found = {name: each.hash for name, each in changed(problem, seed)}
    assert len(found) > 80
    same = [name for name, value in found.items() if value == problem.hash]
    assert same == []
    assert len(set(found.values())) == len(found)


def test_equal_inputs_are_equal_however_they_lie_in_memory() -> None:
    problem = whole()
    again = {
        spec.name: np.asfortranarray(value) if isinstance(value, np.ndarray) else copy.copy(value)
        for spec in fields(problem)
        if not isinstance(value := getattr(problem, spec.name), PARTS)
    }
    again["labels"] = dict(reversed(list(problem.labels.items())))
    assert replace(problem, **again).hash == problem.hash


def test_outcomes_tell_inputs_mode_seed_draws_and_engine_apart(monkeypatch) -> None:
    problem = small_problem()
    plan = kernel.expected(problem)

    def outcome(seed: int = 1, count: int = 64, **changes: object) -> str:
        one = replace(problem, **changes)
        return kernel.simulate(one, plan, paths(one, draws=count, seed=seed)).hash

    modes = [
        run(problem, Scenario(mode=mode), draws=paths(problem, draws=64, seed=1)).hash
        for mode in PlanMode
    ]
    assert modes[0] == outcome()
    found = [
        *modes,
        outcome(seed=2),
        outcome(count=65),
        outcome(rationing=Rationing.MARGIN),
        outcome(demand=np.nextafter(problem.demand, np.inf)),
    ]
    monkeypatch.setattr(kernel_run, "ENGINE", "another")
    assert len({*found, outcome()}) == len(found) + 1


def test_two_plans_of_one_problem_have_two_outcomes() -> None:
    """As after the time limit, when the last plan of the session stands in."""
    problem = small_problem()
    plan, draws = kernel.expected(problem), paths(problem, draws=64, seed=1)
    more = np.nextafter(plan.release, np.inf)
    plans = [
        plan,
        replace(plan, release=more),
        replace(plan, subcontract=more),
        replace(plan, target=more),
        replace(plan, wanted=None),
        replace(plan, status=PlanStatus.OPTIMAL),
    ]
    hashes = [kernel.simulate(problem, each, draws).hash for each in plans]
    assert len(set(hashes)) == len(plans)
    again = replace(plan, release=np.asfortranarray(plan.release))
    assert kernel.simulate(problem, again, draws).hash == hashes[0]


def test_names_notes_and_cards_that_are_off_are_no_input() -> None:
    problem = small_problem()
    draws = paths(problem, draws=64, seed=1)
    card = Card(id="a", kind="volume", value=0.1)
    one = run(problem, Scenario(cards=(card,)), draws=draws)
    off = replace(card, id="z", value=0.3, on=False)
    two = run(
        problem,
        Scenario(name="B", cards=(replace(card, id="b", note="n", owner="o"), off)),
        draws=draws,
    )
    assert one.hash == two.hash
    assert all((one.families[m] == two.families[m]).all() for m in one.families)
