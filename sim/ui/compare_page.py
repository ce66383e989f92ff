"""Scenarios side by side: their KPIs in money and units, what differs, what pays."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.model import levers
from sim.model.aids import Bridge, Frontier, frontier
from sim.model.compare import assumption_differences
from sim.model.kpi import Kpi
from sim.model.outcome import Outcome
from sim.model.problem import Problem
from sim.model.scenario import Card, Scenario
from sim.report import charts, efficient, frames, headline, tables
from sim.report.frames import View
from sim.report.frames.scatter import CROSSES
from sim.report.style import REFERENCE, Density, Theme
from sim.report.text import NONE, Text
from sim.ui import cards, data, figures, head, judging, messages, results
from sim.ui.scenarios import Named

SQUARE = 4  # two rows of two; more take the whole width
TALL = {Density.COMFORT: 380, Density.COMPACT: 260}  # pixels of the two charts on the right
MEASURES = ("service", "stock", "balance", "margin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The scenarios on the page, each with a letter of its own."""

    text: Text
    problem: Problem
    every: tuple[Named, ...]
    view: View
    theme: Theme

    @property
    def scenarios(self) -> dict[str, Scenario]:
        """Scenario by letter."""
        return {one.letter: one.saved.scenario for one in self.every}

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """Outcome by letter."""
        return {
            letter: results.outcome(self.problem, scenario)
            for letter, scenario in self.scenarios.items()
        }


def across(compared: Compared) -> int:
    """How many small charts stand side by side so that their months can be read."""
    count, compact = len(compared.every), compared.view.density is Density.COMPACT
    if wide(compared):
        return count if count <= SQUARE else 3
    return min(2 if compact or count == SQUARE else 3, count)


def wide(compared: Compared) -> bool:
    """Whether the table of so many scenarios needs the whole page."""
    most = SQUARE if compared.view.density is Density.COMFORT else SQUARE - 1
    return len(compared.every) > most


def short(compared: Compared) -> bool:
    """Whether the table has one line a row, which leaves room below it."""
    return len(compared.every) <= 2


def kpi_table(compared: Compared, *, wanted: Sequence[Kpi] = ()) -> pd.DataFrame:
    """The KPI table: levels, and paired differences with their standard errors."""
    text, problem = compared.text, compared.problem
    found = {REFERENCE: results.estimates(problem, results.REFERENCE)}
    changes = {}
    for letter, scenario in compared.scenarios.items():
        found[letter] = results.estimates(problem, scenario)
        changes[letter] = results.differences(problem, scenario)
    money, stacked = problem.has_money, not short(compared) and not wanted
    table = tables.kpi_table(found, changes, text=text, money=money, stacked=stacked, wanted=wanted)
    table.loc[len(table)] = _dates_row(compared)
    heads = {letter: heading(text, one) for letter, one in _by_letter(compared).items()}
    first = {"kpi": text("ui.compare.column.gap"), REFERENCE: text("word.reference")}
    return table.rename(columns=first | heads)


def heading(text: Text, one: Named, *, short: bool = False) -> str:
    """The head of a scenario's column, in its colour."""
    name = one.letter if short else text("format.named", letter=one.letter, name=one.name)
    return f":{head.letter_colour(one.letter)}[**{messages.plain(name)}**]"


def _by_letter(compared: Compared) -> dict[str, Named]:
    return {one.letter: one for one in compared.every}


def _dates_row(compared: Compared) -> list[str]:
    text = compared.text
    row = [text("ui.compare.decide_by"), NONE]
    for one in compared.every:
        days = decide_days(compared.problem, one.saved.scenario)
        row.append(_first_day(text, min(days), today=data.in_use().today) if days else NONE)
    return row


def _first_day(text: Text, day: date, *, today: date) -> str:
    if day >= today:
        return f"**{text.day(day)}**"
    late = text("ui.card.too_late", day=text.day(day, year=day.year != today.year))
    return f":red[**{late}**]"


def decide_days(problem: Problem, scenario: Scenario) -> list[Any]:
    """When each decision of a scenario must be taken."""
    return [
        levers.decide_by(problem, card)
        for card in cards.effective(problem, scenario)
        if levers.LEVERS[card.kind].decision
    ]


def assumption_table(compared: Compared) -> pd.DataFrame:
    """What is not the same in all scenarios."""
    text, problem = compared.text, compared.problem
    wanted = [results.REFERENCE, *compared.scenarios.values()]
    table = tables.assumptions(
        assumption_differences(wanted),
        [REFERENCE, *compared.scenarios],
        text=text,
        name=lambda card: messages.plain(cards.card_name(text, problem, card)),
        value=lambda card: cards.value_text(text, problem, card, value=card.value),
    )
    heads = {one.letter: heading(text, one, short=True) for one in compared.every}
    first = {"lever": text("ui.compare.column.lever"), REFERENCE: text("word.reference")}
    return table.rename(columns=first | heads)


def sentence(compared: Compared) -> str:
    """Which scenario serves and earns most."""
    problem = compared.problem
    return headline.compare(
        {letter: results.per_draw(problem, one) for letter, one in compared.scenarios.items()},
        results.per_draw(problem, results.REFERENCE),
        text=compared.text,
        money=problem.has_money,
    )


def multiple_parts(compared: Compared, letter: str, *, first: bool) -> tuple[pa.Table, Any]:
    """Service of one scenario as a small chart."""
    scenario = compared.scenarios[letter]
    total = results.estimates(compared.problem, scenario)[figures.service_kpi(compared.problem)]
    frame = frames.multiple(
        results.outcome(compared.problem, scenario),
        results.reference(compared.problem),
        view=replace(compared.view, letter=letter),
        total=total.mean,
        first=first,
    )
    height = 170 if compared.view.density is Density.COMPACT else 210
    spec = charts.multiple_spec(
        compared.text.lang, compared.theme, compared.view.density, height=height
    )
    return frame, spec


def overlay_parts(compared: Compared, measure: str, *, chosen: str) -> tuple[pa.Table, Any]:
    """One measure of all scenarios on the same axes."""
    units = compared.view.units
    unit = {
        "service": compared.text(units.service),
        "stock": units.stock.label,
    }.get(measure, units.flow.label)
    frame = frames.overlay(
        compared.outcomes,
        results.reference(compared.problem),
        view=replace(compared.view, letter=chosen),
        measure=measure,
    )
    spec = charts.overlay_spec(
        compared.text.lang, compared.theme, compared.view.density, measure=measure, unit=unit
    )
    return frame, spec


def scatter_parts(compared: Compared) -> tuple[pa.Table, Any]:
    """Service against margin, with the spread of both."""
    problem, text = compared.problem, compared.text
    found = {REFERENCE: results.estimates(problem, results.REFERENCE)}
    names = {REFERENCE: text("ui.compare.reference_name")}
    for one in compared.every:
        found[one.letter] = results.estimates(problem, one.saved.scenario)
        names[one.letter] = one.name
    spec = charts.scatter_spec(
        text.lang,
        compared.theme,
        compared.view.density,
        unit=compared.view.units.flow.label,
        crosses=len(found) <= CROSSES,
        height=TALL[compared.view.density],
    )
    return frames.scatter(
        found, names, view=compared.view, front=efficient_frontier(compared)
    ), spec


def efficient_frontier(compared: Compared) -> Frontier:
    """Who is on the frontier of service and margin; position 0 is the reference."""
    problem = compared.problem
    every = [
        results.per_draw(problem, one) for one in (results.REFERENCE, *compared.scenarios.values())
    ]
    margin, service = (
        np.array([one[kpi] for one in every]) for kpi in (Kpi.NET_MARGIN, Kpi.FILL_RATE)
    )
    most = float(np.abs(margin.mean(axis=1)).max())
    return frontier(margin, service, least=(headline.SMALL * most, headline.SMALL))


def frontier_sentences(compared: Compared) -> list[str]:
    """Who is on the frontier, and who is dominated by whom."""
    letters = [REFERENCE, *compared.scenarios]
    return efficient.sentences(efficient_frontier(compared), letters, text=compared.text)


def bridge_parts(compared: Compared, letter: str) -> tuple[pa.Table, Any]:
    """What each card brings."""
    found, labels = bridge_steps(compared, letter)
    frame = frames.bridge(found, labels, view=replace(compared.view, letter=letter))
    spec = charts.bridge_spec(
        compared.text.lang,
        compared.theme,
        compared.view.density,
        unit=compared.view.units.flow.label,
        height=TALL[compared.view.density],
    )
    return frame, spec


def bridge_steps(compared: Compared, letter: str) -> tuple[Bridge, list[str]]:
    """The effect of each card of a scenario, and the names of the cards."""
    scenario = compared.scenarios[letter]
    found = judging.bridged(compared.problem, scenario)
    return found, [_step_label(compared, step.card) for step in found.steps]


def _step_label(compared: Compared, card: Card | None) -> str:
    if card is None:
        return compared.text("ui.room.mode")
    return cards.card_name(compared.text, compared.problem, card)


def best(compared: Compared) -> str:
    """The letter of the scenario that earns most, or serves most without prices."""
    kpi = Kpi.NET_MARGIN if compared.problem.has_money else figures.service_kpi(compared.problem)

    def mean(one: Named) -> float:
        return results.estimates(compared.problem, one.saved.scenario)[kpi].mean

    return max(compared.every, key=mean).letter
