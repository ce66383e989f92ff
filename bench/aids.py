"""Decision aids from the question to the answer, on the demo company and on 1,000 SKUs.

Each round is a first visit: nothing was simulated before but what is on the screen, and no linear
programme is warm. What the page does is done, without a page. Wall time is what a visitor waits;
processor time of all threads tells how much of it a busy machine has added.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from unittest.mock import patch

import numpy as np
import streamlit as st
from streamlit.logger import set_log_level

from bench.companies import read, sku_tables
from bench.machine import spread, table
from sim.cli.company import Company
from sim.ingest.demo import demo_tables
from sim.model import kernel, levers
from sim.model.aids import Outlook, Panel, gap, matrix, seek
from sim.model.aids.aim import Aim
from sim.model.aids.gap import Cell
from sim.model.aids.seek import Lever
from sim.model.kpi import Kpi
from sim.model.presets import optimistic, pessimistic
from sim.model.problem import Problem
from sim.model.scenario import Card, Scenario
from sim.report import frames
from sim.ui import answers, cards, judging, results
from sim.ui.judging import Work

ROUNDS = {"demo": 30, "1,000 SKUs": 10}
REACH = {"demo": 1_000, "1,000 SKUs": 5_000}  # [ms]
GROWTH = Card(id="growth", kind="volume", value=0.05)
MORE = 0.02  # of service: what a goal seek is to find
Aid = Callable[[Company, Work], object]


@dataclass(frozen=True, kw_only=True)
class Took:
    """One round."""

    wall: float  # [ms]
    cpu: float  # [ms]
    scenarios: int


def bench() -> None:
    """Print each aid on both companies, asked beside measured."""
    set_log_level("CRITICAL")  # there is no page
    kernel.warm_up()
    for name, tables in (("demo", demo_tables()), ("1,000 SKUs", sku_tables())):
        company = read(tables)
        rows: list[list[object]] = [
            ["aid", "scenarios", "median / p95 / min ms", "CPU ms, median", "asked", "measured"]
        ]
        for aid, work in AIDS.items():
            took = [_round(company, work) for _ in range(ROUNDS[name])]
            rows.append([aid, *_figures(took, REACH[name])])
        table(f"Decision aids, {name} ({ROUNDS[name]} first visits each)", rows)


def _round(company: Company, aid: Aid) -> Took:
    problem = company.problem
    results.outcome(problem, results.REFERENCE)  # it is on the screen
    answers.forget()
    st.session_state.clear()
    panel = Panel()
    told: list[float] = []
    work = Work(problem=problem, expected=1, told=told.append)
    with patch.object(answers, "_panel", lambda: panel):
        wall, cpu = time.perf_counter(), time.process_time()
        aid(company, work)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Took(wall=1e3 * wall, cpu=1e3 * cpu, scenarios=len(told))


def _figures(took: Sequence[Took], reach: int) -> list[object]:
    median = statistics.median(one.wall for one in took)
    return [
        took[-1].scenarios,
        spread([one.wall for one in took]),
        f"{statistics.median(one.cpu for one in took):.0f}",
        f"< {reach:,} ms",
        f"{median:,.0f} ms{'' if median < reach else ', missed'}",
    ]


def _six(company: Company) -> Scenario:
    """The company's own cards and a growth of demand."""
    own = [replace(card, on=True) for card in company.cards]
    return Scenario(cards=(*own[:5], GROWTH))


def _bridge(company: Company, work: Work) -> object:
    return judging.bridged(company.problem, _six(company), work)


def _matrix(company: Company, work: Work) -> object:
    six = _six(company).cards
    outlooks = [
        Outlook(name="pessimistic", cards=pessimistic(Scenario()).cards),
        Outlook(name="expected", cards=()),
        Outlook(name="optimistic", cards=optimistic(Scenario()).cards),
    ]
    options = [Scenario(cards=six[:count]) for count in range(5)]
    return matrix(options, outlooks, judge=work.judge, target=0.97)


def _seek(company: Company, work: Work) -> object:
    aim = _aim(company.problem)
    lever = _levers(company, ("saturdays",))[0]
    return seek.seek(Scenario(), lever, aim=aim, level=partial(_level, work, aim))


def _mix(company: Company, work: Work) -> object:
    aim = _aim(company.problem)
    every = tuple(card.kind for card in company.cards)
    level, worth = partial(_level, work, aim), partial(_worth, work, aim)
    return seek.mix(Scenario(), _levers(company, every), aim=aim, level=level, worth=worth)


def _gap(company: Company, work: Work) -> object:
    problem = company.problem
    here = results.reference(problem)
    missing = frames.missing(here)
    family, month = np.unravel_index(missing.argmax(), missing.shape)
    return gap.options(
        here,
        Scenario(),
        Cell(family=int(family), month=int(month)),
        problem=problem,
        look=partial(work.look, name="gap"),
        positions=lambda card: cards.steps(levers.slider(problem, card)),
        today=date(2027, 1, 4),
    )


def _aim(problem: Problem) -> Aim:
    now = answers.aimed(problem, Scenario(), Aim(kpi=Kpi.FILL_RATE, target=0.0))[0]
    return Aim(kpi=Kpi.FILL_RATE, target=now + MORE)


def _levers(company: Company, kinds: Sequence[str]) -> list[Lever]:
    found = []
    for card in company.cards:
        if card.kind in kinds:
            positions = tuple(cards.steps(levers.slider(company.problem, card)))
            neutral = levers.LEVERS[card.kind].neutral
            found.append(Lever(card=replace(card, value=neutral, on=False), positions=positions))
    return found


def _level(work: Work, aim: Aim, scenarios: Sequence[Scenario]) -> list[float]:
    return [one[0] for one in work.aimed(scenarios, aim)]


def _worth(work: Work, aim: Aim, scenarios: Sequence[Scenario]) -> list[float]:
    return [one[1] for one in answers.aimed_all(work.problem, scenarios, aim)]


AIDS: Mapping[str, Aid] = {
    "bridge, 6 cards": _bridge,
    "matrix, 5 x 3": _matrix,
    "goal seek, one lever": _seek,
    "goal seek, cheapest mix": _mix,
    "gap closer": _gap,
}
