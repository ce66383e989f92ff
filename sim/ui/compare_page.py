"""Scenarios side by side: which ones, their KPIs in money and units, what differs, what pays."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from sim.errors import SopError, StoreError
from sim.model import levers
from sim.model.aids import Bridge, Values, bridge
from sim.model.compare import assumption_differences
from sim.model.kpi import Kpi
from sim.model.outcome import Outcome
from sim.model.problem import Problem
from sim.model.scenario import Card, Scenario
from sim.report import charts, frames, headline, tables
from sim.report.frames import View
from sim.report.style import LETTERS, REFERENCE, Density, Theme
from sim.report.text import NONE, Text
from sim.ui import cards, data, figures, head, links, messages, results, scenarios
from sim.ui.scenarios import Named

MOST = 6
SQUARE = 4  # two rows of two; more take the whole width
CHOSEN = "compare.chosen"
SEEN = "compare.seen"  # the saved scenarios at the last visit
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


def asked(dataset: str) -> tuple[list[str], list[SopError]]:
    """The scenarios a link asks for; ids that are not here become errors."""
    wanted = st.query_params.get(links.COMPARED)
    if wanted is None or wanted == st.session_state.get("compare.written"):
        return list(st.session_state.get(CHOSEN, [])), []
    found, errors = list[str](), list[SopError]()
    for scenario_id in dict.fromkeys(part.strip() for part in wanted.split(",") if part.strip()):
        try:
            saved = data.store().scenarios.get(scenario_id)
        except StoreError:
            errors.append(StoreError("error.link.unknown_scenario", scenario=scenario_id[:40]))
            continue
        if saved.dataset and saved.dataset != dataset:
            dataset = _follow(saved.dataset, found, errors, scenario_id) or dataset
        found.append(saved.id)
    if len(found) > MOST:
        errors.append(StoreError("error.link.too_many_scenarios", most=MOST))
    return found[:MOST], errors


def _follow(
    wanted: str, found: Sequence[str], errors: list[SopError], scenario_id: str
) -> str | None:
    """Use the data of the first scenario of a link; later ones must share them."""
    if found:
        errors.append(StoreError("error.link.other_dataset", scenario=scenario_id[:40]))
        return None
    data.use(wanted)
    return wanted


def with_news(chosen: Sequence[str], every: Sequence[Named]) -> list[str]:
    """The choice of the last visit, and what was saved since: in place of what it is a version
    of, else at the end; where all places are taken the first gives way.
    """
    found, seen = list(chosen), st.session_state.get(SEEN)
    if found != st.session_state.get(CHOSEN):
        seen = None  # a link is shown as it was sent
    for one in every:
        if seen is None or one.id in seen or one.id in found:
            continue
        found = [older for older in found if older not in one.saved.history]
        found = [*found, one.id][-MOST:]
    st.session_state[SEEN] = frozenset(one.id for one in every)
    return found


def lettered(chosen: Sequence[str], every: Sequence[Named]) -> tuple[Named, ...]:
    """The chosen scenarios; two that share a letter get different ones here."""
    known = {one.id for one in every}
    taken: set[str] = set()
    found = []
    # A saved scenario keeps the letter of its chip and of the room; earlier versions give way.
    for scenario_id in sorted(chosen, key=lambda one: one not in known):
        one = _named(scenario_id, every)
        if one is None:
            continue
        letter = one.letter
        if letter in taken:
            letter = next(free for free in LETTERS if free not in taken)
        taken.add(letter)
        found.append(Named(id=one.id, letter=letter, name=one.name, saved=one.saved))
    return tuple(sorted(found, key=lambda one: one.letter))


def older_name(scenario_id: str, text: Text) -> str:
    """What an earlier version is called in the choice."""
    try:
        name = data.store().scenarios.get(scenario_id).name
    except StoreError:
        name = ""
    return text("table.older", name=name) if name else text("ui.room.older_version")


def across(compared: Compared) -> int:
    """How many small charts stand side by side so that their months can be read."""
    if wide(compared):
        return 3
    most = 2 if compared.view.density is Density.COMPACT or len(compared.every) == SQUARE else 3
    return min(most, len(compared.every))


def wide(compared: Compared) -> bool:
    """Whether the table of so many scenarios needs the whole page."""
    return len(compared.every) > SQUARE


def _named(scenario_id: str, every: Sequence[Named]) -> Named | None:
    found = next((one for one in every if one.id == scenario_id), None)
    if found is not None:
        return found
    try:  # an earlier version, from a link
        saved = data.store().scenarios.get(scenario_id)
    except StoreError:
        return None
    letter = scenarios.letter_of(saved.id, every)
    return Named(id=saved.id, letter=letter, name=saved.name or saved.id, saved=saved)


def kpi_table(compared: Compared, *, wanted: Sequence[Kpi] = ()) -> pd.DataFrame:
    """The KPI table: levels, and paired differences with their standard errors."""
    text, problem = compared.text, compared.problem
    found = {REFERENCE: results.estimates(problem, results.REFERENCE)}
    changes = {}
    for letter, scenario in compared.scenarios.items():
        found[letter] = results.estimates(problem, scenario)
        changes[letter] = results.differences(problem, scenario)
    money, stacked = problem.has_money, len(compared.every) > 2 and not wanted
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
    reference = results.reference(compared.problem)
    return headline.compare(compared.outcomes, reference, text=compared.text)


def multiple_parts(compared: Compared, letter: str, *, first: bool) -> tuple[pa.Table, Any]:
    """Service of one scenario as a small chart."""
    scenario = compared.scenarios[letter]
    total = results.estimates(compared.problem, scenario)[figures.service_kpi(compared.problem)]
    frame = frames.multiple(
        compared.outcomes[letter],
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
        height=TALL[compared.view.density],
    )
    return frames.scatter(found, names, view=compared.view), spec


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
    found = _bridge(compared.problem.hash, scenario.hash, compared.problem, scenario)
    return found, [_step_label(compared, step.card) for step in found.steps]


def _step_label(compared: Compared, card: Card | None) -> str:
    if card is None:
        return compared.text("ui.room.mode")
    return cards.card_name(compared.text, compared.problem, card)


@st.cache_resource(show_spinner=False, max_entries=64)
def _bridge(
    problem_hash: str,  # noqa: ARG001 - the cache's key
    scenario_hash: str,  # noqa: ARG001 - the cache's key
    _problem: Problem,
    _scenario: Scenario,
) -> Bridge:
    def judge(wanted: Scenario) -> Values:
        return results.judged(_problem, wanted)

    return bridge(_scenario, judge=judge, kpi=Kpi.NET_MARGIN)


def best(compared: Compared) -> str:
    """The letter of the scenario that earns most, or serves most without prices."""
    kpi = Kpi.NET_MARGIN if compared.problem.has_money else figures.service_kpi(compared.problem)

    def mean(one: Named) -> float:
        return results.estimates(compared.problem, one.saved.scenario)[kpi].mean

    return max(compared.every, key=mean).letter


def applicable(problem: Problem, every: Sequence[Named]) -> tuple[list[Named], list[SopError]]:
    """The scenarios that these data can run, and why the others cannot."""
    good, errors = list[Named](), list[SopError]()
    for one in every:
        try:
            levers.check(problem, one.saved.scenario)
            good.append(one)
        except SopError as error:
            errors.append(error)
    return good, errors
