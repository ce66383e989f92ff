"""Four scenarios side by side on 1,000 items, beside one scenario, from nothing but the draws.

Both are everything the page computes, tables and charts included, but for the bridge, which has
its own table. One scenario is the mean of the four, each alone with the reference; the second
pair of rows takes the reference as there already, on both sides: nothing is left to be shared.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import streamlit as st

from bench.companies import with_overtime
from bench.machine import table
from sim.model import draws, kernel
from sim.model.problem import Floats, Problem
from sim.model.scenario import Card, Scenario
from sim.report.frames import View, units_for
from sim.report.style import Theme
from sim.report.text import text_for
from sim.store.scenarios import SavedScenario
from sim.ui import compare_page, data, results
from sim.ui.compare_page import Compared
from sim.ui.scenarios import Named

ITEMS, DRAWS, TIMES = 1_000, 1_024, 9
SCENARIOS = tuple(
    Scenario(cards=(Card(id="a", kind=kind, target=target, value=value),))
    for kind, target, value in (
        ("overtime", "resource:R2", 0.1),
        ("overtime", "all", 0.1),
        ("stock_cover", "all", 0.25),
        ("volume", "all", -0.05),
    )
)


def bench() -> None:
    """Processor and wall time at their least; ratios within a turn, their median."""
    kernel.warm_up()
    problem = with_overtime(ITEMS)
    rows: list[list[object]] = [["what", "CPU s", "wall s", "ratio CPU", "ratio wall", "reach"]]
    with _given(problem):
        _cold(_page(problem, SCENARIOS[:1]))  # imports and fonts
        for ready, name, reach in (
            (False, "with the reference", "<= 4x"),
            (True, "the reference is there", "(four runs against one)"),
        ):
            one, four = _turns(problem, ready=problem if ready else None)
            ratios = [f"{ratio:.2f}x" for ratio in np.median(four / one, axis=0)]
            rows.append([f"one scenario, {name}", *_least(one), "1", "1", ""])
            rows.append([f"four scenarios, {name}", *_least(four), *ratios, reach])
    table(f"Compare, {ITEMS:,} items, {DRAWS:,} draws", rows)


def _turns(problem: Problem, *, ready: Problem | None) -> tuple[Floats, Floats]:
    """(turns, 2) seconds of the processor and on the wall: mean of each alone, and the four."""
    alone, together = [], []
    for _ in range(TIMES):
        each = [_cold(_page(problem, [scenario]), ready) for scenario in SCENARIOS]
        alone.append(np.mean(each, axis=0))
        together.append(_cold(_page(problem, SCENARIOS), ready))
    return np.array(alone), np.array(together)


def _least(seconds: Floats) -> list[str]:
    return [f"{one:.2f}" for one in seconds.min(axis=0)]


def _cold(page: Callable[[], None], ready: Problem | None = None) -> tuple[float, float]:
    """What a page takes when nothing but the draws (and the reference) was computed before."""
    st.cache_resource.clear()
    if ready is not None:
        results.estimates(ready, results.REFERENCE)
    cpu, wall = time.process_time(), time.perf_counter()
    page()
    return time.process_time() - cpu, time.perf_counter() - wall


def _page(problem: Problem, scenarios: Sequence[Scenario]) -> Callable[[], None]:
    text = text_for("en")
    every = tuple(
        Named(id=letter, letter=letter, name=letter, saved=_saved(letter, scenario))
        for letter, scenario in zip("ABCD", scenarios, strict=False)
    )
    compared = Compared(
        text=text,
        problem=problem,
        every=every,
        view=View(text=text, units=units_for(problem, text)),
        theme=Theme.LIGHT,
    )

    def page() -> None:
        compare_page.sentence(compared)
        compare_page.kpi_table(compared)
        for letter in compared.scenarios:
            compare_page.multiple_parts(compared, letter, first=letter == "A")
        compare_page.assumption_table(compared)
        compare_page.scatter_parts(compared)
        compare_page.frontier_sentences(compared)
        compare_page.best(compared)

    return page


def _saved(letter: str, scenario: Scenario) -> SavedScenario:
    return SavedScenario(
        id=letter,
        parent=None,
        name=letter,
        author="",
        created_at="",
        dataset="",
        scenario=scenario,
    )


@contextmanager
def _given(problem: Problem) -> Iterator[None]:
    """The draws are there, and so is the day; no store is asked."""
    paths = draws.paths(problem, draws=DRAWS, seed=results.SEED)
    used = SimpleNamespace(today=date(2026, 12, 5))
    with (
        patch.object(results, "draws", lambda _problem: paths),
        patch.object(data, "in_use", lambda: used),
    ):
        yield
