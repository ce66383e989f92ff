"""Decision matrix: options in three outlooks; best, regret, and the one that is robust."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.model.aids import Outlook, matrix
from sim.model.aids.matrix import Cell, Matrix
from sim.model.kpi import Kpi
from sim.model.presets import optimistic, pessimistic
from sim.model.scenario import Scenario
from sim.report.tables import BREAK
from sim.ui import compare_choice, decide, head, messages, outlook, results, scenarios
from sim.ui.decide import Scope
from sim.ui.judging import Work

MOST = 4  # saved scenarios
OUTLOOKS = (
    Outlook(name="pessimistic", cards=pessimistic(Scenario()).cards),
    Outlook(name=outlook.EXPECTED, cards=()),
    Outlook(name="optimistic", cards=optimistic(Scenario()).cards),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One row: what it is called, in words and as Markdown."""

    name: str
    head: str
    scenario: Scenario


def draw(asked: Scope, controls: DeltaGenerator) -> str:
    """The options, the table; return the sentence."""
    chosen = choices(asked, _chosen(asked, controls))
    if len(chosen) < 2:
        return asked.text("headline.matrix.one")
    target = float(np.average(asked.problem.service_target))
    options = [one.scenario for one in chosen]

    def compute(work: Work) -> Matrix:
        return matrix(
            options,
            OUTLOOKS,
            judge=work.judge,
            target=target,
            kpi=asked.money_kpi,
            service=asked.service_kpi,
        )

    depends = ".".join(one.hash[:12] for one in options)
    expected = len(options) * len(OUTLOOKS)
    found = decide.worked_out(asked, "matrix", depends, compute, expected=expected)
    if found is None:
        return ""
    st.table(rows(asked, chosen, found, target=target), border="horizontal", hide_index=True)
    measure = asked.text(f"kpi.{asked.money_kpi.value}")
    st.caption(asked.text("ui.decide.matrix.help", measure=measure[:1].lower() + measure[1:]))
    return _sentence(asked, chosen, found)


def _chosen(asked: Scope, controls: DeltaGenerator) -> list[str]:
    names = scenarios.choices_of(asked.text, asked.saved)
    if not names:
        return []
    return list(
        controls.multiselect(
            asked.text("ui.decide.options"),
            list(names),
            default=list(names)[-MOST:],
            key=f"decide.matrix.options.{asked.problem.hash[:8]}",
            format_func=names.__getitem__,
            max_selections=MOST,
            label_visibility="collapsed",
            placeholder=asked.text("ui.decide.options"),
            width=820,
        )
    )


def choices(asked: Scope, saved: Sequence[str]) -> list[Choice]:
    """The reference, the scenario on the screen, the chosen saved ones; equal ones once.

    An outlook that an option holds itself gives way to those of the columns.
    """
    text = asked.text
    here = text("format.named", letter=asked.letter, name=text("ui.decide.on_screen"))
    every = [
        _choice(text("ui.compare.reference_name"), "gray", results.REFERENCE),
        _choice(here, head.letter_colour(asked.letter), asked.scenario),
    ]
    kept = [one for one in asked.saved if one.id in saved]
    good, errors = compare_choice.applicable(asked.problem, kept)
    for error in errors:
        for sentence in messages.sentences(error):
            messages.say("warning", sentence)
    for one in good:
        words = text("format.named", letter=one.letter, name=one.name)
        every.append(_choice(words, head.letter_colour(one.letter), one.saved.scenario))
    first: dict[str, Choice] = {}
    for choice in every:
        first.setdefault(choice.scenario.hash, choice)
    return list(first.values())


def _choice(name: str, colour: str, scenario: Scenario) -> Choice:
    plain = replace(scenario, cards=outlook.without(scenario.cards))
    shown = f":{colour}[**{messages.plain(name)}**]"
    return Choice(name=name, head=shown, scenario=plain)


def rows(asked: Scope, chosen: Sequence[Choice], found: Matrix, *, target: float) -> pd.DataFrame:
    """The matrix in words: one row per option, the largest regret at the end."""
    text = asked.text
    body = []
    for o, choice in enumerate(chosen):
        robust = f"{BREAK}:green[{text('ui.decide.robust')}]" if o == found.robust else ""
        row = {text("ui.decide.option"): choice.head + robust}
        for w, column in enumerate(OUTLOOKS):
            best = o == found.best[w]
            cell = _cell(asked, found.cells[o][w], target=target, best=best)
            row[text(f"ui.outlook.{column.name}.long")] = cell
        regret = float(found.regret[o].max())
        row[text("ui.decide.regret")] = _regret(asked, regret)
        body.append(row)
    return pd.DataFrame(body)


def _cell(asked: Scope, cell: Cell, *, target: float, best: bool) -> str:
    text, money = asked.text, asked.problem.has_money
    worth = cell.kpis[asked.money_kpi].mean
    first = f"**{decide.amount(text, asked.money_kpi, worth)}**"
    if best:
        first = f"{first} :green[{text('ui.decide.best')}]"
    served = text.percent(cell.kpis[asked.service_kpi].mean)
    second = [text("ui.decide.cell.served", value=served)] if money else []
    if money:
        cash = decide.amount(text, Kpi.CASH, cell.kpis[Kpi.CASH].mean)
        second.append(text("ui.decide.cell.cash", value=cash))
    third = text(
        "ui.decide.cell.reaches",
        target=text.percent(target, 0),
        value=text.probability(cell.reaches),
    )
    return BREAK.join(line for line in (first, " · ".join(second), third) if line)


def _sentence(asked: Scope, chosen: Sequence[Choice], found: Matrix) -> str:
    text, name = asked.text, chosen[found.robust].name
    regret = float(found.regret[found.robust].max())
    key = "margin" if asked.problem.has_money else "service"
    if all(best == found.robust for best in found.best):
        least = min(cell.kpis[asked.money_kpi].mean for cell in found.cells[found.robust])
        value = text(f"headline.matrix.{key}", value=decide.amount(text, asked.money_kpi, least))
        return text("headline.matrix.always", name=name, value=value)
    return text("headline.matrix.robust", name=name, regret=_regret(asked, regret))


def _regret(asked: Scope, regret: float) -> str:
    """In money, or in points of service."""
    if asked.problem.has_money:
        return decide.amount(asked.text, Kpi.NET_MARGIN, regret)
    return asked.text.points(regret).removeprefix("+")
