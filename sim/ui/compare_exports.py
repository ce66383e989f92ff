"""The export menu of the compare page: pictures of its charts, numbers a planner can use."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from sim.model import levers
from sim.model.compare import assumption_differences
from sim.model.levers import Unit
from sim.model.scenario import Card
from sim.report import series, tables
from sim.report.cells import Style, figure
from sim.report.export import Stamp
from sim.report.style import REFERENCE
from sim.report.text import Text
from sim.ui import access, cards, compare_page, data, downloads, results
from sim.ui.compare_page import MEASURES, Compared
from sim.ui.downloads import Picture, Sheet

STYLES = {
    Unit.SHARE: Style.SHARE,
    Unit.POINTS: Style.SHARE,
    Unit.QUANTILE: Style.SHARE,
    Unit.MONEY: Style.MONEY,
    Unit.MONEY_PER_MONTH: Style.MONEY,
}


def exports(compared: Compared) -> None:
    """Pictures and tables of this page."""
    text, letters = compared.text, "-".join(one.letter for one in compared.every)
    money = compared.problem.has_money
    charts = {name: f"chart.overlay_{name}.title" for name in MEASURES if money or name != "margin"}
    if money:
        charts |= {name: f"chart.{name}.title" for name in ("scatter", "bridge")}
    sheets = {
        "kpis": ("ui.compare.kpis", kpi_numbers),
        "assumptions": ("ui.compare.assumptions", assumption_numbers),
    }
    with st.popover(
        "", icon=":material/download:", key="compare.export", help=text("ui.export.title")
    ):
        for name, title in charts.items():
            downloads.chart_row(
                text(title),
                _picture(compared, name),
                key=f"compare.export.{name}",
                scenario=compare_page.best(compared) if name == "bridge" else letters,
            )
        for name, (title, table) in sheets.items():
            downloads.table_row(
                text(title),
                _sheet(compared, name, table),
                key=f"compare.export.{name}",
                scenario=letters,
            )


def kpi_numbers(compared: Compared) -> pd.DataFrame:
    """Every KPI of every scenario, with its unit."""
    problem = compared.problem
    found = {REFERENCE: results.estimates(problem, results.REFERENCE)}
    found |= {letter: results.estimates(problem, one) for letter, one in compared.scenarios.items()}
    changes = {
        letter: results.differences(problem, one) for letter, one in compared.scenarios.items()
    }
    return tables.kpi_numbers(
        found, changes, names(compared), text=compared.text, money=problem.has_money
    )


def assumption_numbers(compared: Compared) -> pd.DataFrame:
    """What is not the same in all scenarios, as numbers."""
    text, problem = compared.text, compared.problem
    return tables.assumption_numbers(
        assumption_differences([results.REFERENCE, *compared.scenarios.values()]),
        list(names(compared).values()),
        text=text,
        name=lambda card: cards.card_name(text, problem, card),
        value=lambda card: _value(compared, card),
    )


def names(compared: Compared) -> dict[str, str]:
    """The reference and the scenarios as they are called in files."""
    text = compared.text
    found = {REFERENCE: text("word.reference")}
    return found | {
        one.letter: series.scenario_name(text, one.letter, one.name) for one in compared.every
    }


def _unit(compared: Compared, card: Card) -> Unit:
    return levers.slider(compared.problem, card).unit


def _value(compared: Compared, card: Card) -> tuple[float | str, str]:
    """A lever's value and its unit; a choice is its name, not its place in a list."""
    unit, text = _unit(compared, card), compared.text
    if unit is Unit.CHOICE:
        return cards.value_text(text, compared.problem, card, value=card.value), ""
    style = STYLES.get(unit, Style.DECIMAL)
    return figure(card.value, style) or 0.0, _unit_name(text, unit)


def _unit_name(text: Text, unit: Unit) -> str:
    if STYLES.get(unit) is Style.SHARE:
        return "%"
    return cards.unit_name(text, unit)


def _picture(compared: Compared, name: str) -> Callable[[], Picture]:
    stamp = _stamp(compared)
    best = compare_page.best(compared)

    def make() -> Picture:
        if name == "scatter":
            rows, spec = compare_page.scatter_parts(compared)
        elif name == "bridge":
            rows, spec = compare_page.bridge_parts(compared, best)
        else:
            rows, spec = compare_page.overlay_parts(compared, name, chosen=best)
        return Picture(
            name=name,
            rows=rows,
            spec=spec,
            theme=compared.theme,
            text=compared.text,
            stamp=stamp,
            numbers=lambda: chart_numbers(compared, name, best=best),
        )

    return make


def chart_numbers(compared: Compared, name: str, *, best: str) -> pd.DataFrame:
    """The numbers behind a chart of this page."""
    text, problem = compared.text, compared.problem
    if name == "scatter":
        wanted = {REFERENCE: results.REFERENCE} | compared.scenarios
        found = {letter: results.estimates(problem, one) for letter, one in wanted.items()}
        front = compare_page.efficient_frontier(compared)
        return series.trade_off(found, names(compared), front=front, text=text)
    if name == "bridge":
        steps, labels = compare_page.bridge_steps(compared, best)
        return series.steps(steps, labels, text=text, letter=best)
    return series.by_month(
        compared.outcomes,
        results.reference(problem),
        view=compared.view,
        measure=name,
        names=names(compared),
    )


def _sheet(
    compared: Compared, name: str, table: Callable[[Compared], pd.DataFrame]
) -> Callable[[], Sheet]:
    stamp = _stamp(compared)

    def make() -> Sheet:
        return Sheet(name=name, table=table(compared), text=compared.text, stamp=stamp)

    return make


def _stamp(compared: Compared) -> Stamp:
    best = next(one for one in compared.every if one.letter == compare_page.best(compared))
    return downloads.stamp(
        compared.text,
        name=best.name,
        letter=", ".join(one.letter for one in compared.every),
        as_of=data.in_use().as_of,
        author=access.visitor(),
        run_hash=compared.outcomes[best.letter].hash,
    )
