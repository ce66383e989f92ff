"""Best of 500 plans at 1,000 items: the race beside simulating every candidate in full.

Processor time of all threads: wall time on a shared machine says little.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from unittest.mock import patch

import numpy as np

from bench.companies import MONTHS, with_overtime
from bench.machine import table
from sim.model import draws, kernel
from sim.model.draws import Draws
from sim.model.planner import Program
from sim.model.problem import Floats, PlanMode, Problem
from sim.model.run import run
from sim.model.scenario import Card, Scenario
from sim.model.search import Result, Search, propose
from sim.model.search.judge import Prepared, judge, prepare

ITEMS, CANDIDATES, DRAWS = 1_000, 500, 1_024
REACHED = (0.9, 0.3)  # shares of the candidates that reach the target: easy, and amid them all
PROGRAMMES = 30  # candidates whose plan is a linear programme; the others follow demand
SAMPLE = 3  # plans made from nothing, as for one scenario alone
WINDOW = slice(0, MONTHS)
BEGUN = Scenario(
    cards=tuple(
        Card(id=f"overtime_{n}", kind="overtime", target=f"resource:R{n}", value=0.1, on=False)
        for n in (2, 5)
    )
)


def bench() -> None:
    """Judging alone (plans made once for both), then plans and judging together."""
    kernel.warm_up()
    problem = with_overtime(ITEMS)
    scenarios = _scenarios(problem)
    plans, planning = _plans(problem, scenarios)
    every = draws.paths(problem, draws=4 * DRAWS, seed=1)
    few = replace(every.first(DRAWS // every.width))
    begun = time.process_time()
    gain, fill = _in_full(plans, few)
    full = time.process_time() - begun
    rows: list[list[object]] = [
        ["judging, plans given", "CPU s", "against full", "reach", "winner"]
    ]
    rows.append(["full runs of 1,024 draws", f"{full:.1f}", "1", "", "as below"])
    raced = full
    for paths, share in ((every, REACHED[0]), *((few, share) for share in REACHED)):
        target = float(np.quantile(fill, 1.0 - share))
        best = int(np.argmax(np.where(fill >= target, gain, -np.inf)))
        found, raced = _raced(problem, scenarios, plans, paths, target)
        place = [one.hash for one in scenarios].index(found.winner.scenario.hash)
        same = "same" if place == best else f"{place}, full {best}"
        name = f"race to {paths.draws:,} draws, {share:.0%} reach the target"
        said = f"{same} ({found.simulated_draws:,} draws)"
        rows.append([name, f"{raced:.1f}", f"{full / raced:.1f}x", ">= 4x", said])
    table(f"Best of {len(scenarios)} plans, {ITEMS:,} items x {MONTHS} months", rows)
    _together(problem, scenarios, few, search=planning + raced)


def _scenarios(problem: Problem) -> list[Scenario]:
    """Candidates of every mode, but few linear programmes: they cost both sides the same."""
    found = propose(problem, BEGUN, count=16 * CANDIDATES, seed=1)
    hard = [one for one in found if _is_programme(one)][:: len(found) // PROGRAMMES]
    easy = [one for one in found if not _is_programme(one)]
    return [*easy[: CANDIDATES - len(hard)], *hard]


def _is_programme(scenario: Scenario) -> bool:
    ahead = any(card.kind == "prebuild" for card in scenario.active)
    return scenario.mode is not PlanMode.CHASE or ahead


def _plans(problem: Problem, scenarios: Sequence[Scenario]) -> tuple[dict[str, Prepared], float]:
    begun, program = time.process_time(), Program()
    plans = {one.hash: prepare(problem, one, program) for one in scenarios}
    return plans, time.process_time() - begun


def _in_full(plans: dict[str, Prepared], paths: Draws) -> tuple[Floats, Floats]:
    """Mean margin and service of every candidate, simulated on all draws."""
    scores = [judge(one, paths, months=WINDOW, threads=2) for one in plans.values()]
    return (
        np.array([one.gain.mean() for one in scores]),
        np.array([one.fill.mean() for one in scores]),
    )


def _raced(
    problem: Problem,
    scenarios: Sequence[Scenario],
    plans: dict[str, Prepared],
    paths: Draws,
    target: float,
) -> tuple[Result, float]:
    begun = time.process_time()
    with patch("sim.model.search.best.prepare", lambda _problem, one, _program: plans[one.hash]):
        search = Search(problem, draws=paths, target=target, proposals=scenarios)
        for _ in search.steps():
            pass
    seconds = time.process_time() - begun
    with patch("sim.model.search.best.bound", lambda *_arguments, **_options: None):
        return search.result(), seconds


def _together(
    problem: Problem, scenarios: Sequence[Scenario], paths: Draws, *, search: float
) -> None:
    """Plans and judging, beside one scenario after the other as a person would open them."""
    alone = 0.0
    for hard in (False, True):
        alike = [one for one in scenarios if _is_programme(one) is hard]
        chosen = alike[:: max(len(alike) // SAMPLE, 1)]
        begun = time.process_time()
        for one in chosen:
            run(problem, one, draws=paths)
        alone += (time.process_time() - begun) / len(chosen) * len(alike)
    rows: list[list[object]] = [
        ["plans and judging", "CPU s", "ratio"],
        [f"{len(scenarios)} scenarios one by one (from {2 * SAMPLE} of them)", f"{alone:.0f}", "1"],
        ["search, programmes kept warm", f"{search:.0f}", f"{alone / search:.1f}x"],
    ]
    table("The same with the plans", rows)
