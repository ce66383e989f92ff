"""KPI cards: value, difference to the reference, spread, and a small curve.

One component draws the row and writes only what changed into it: ``st.metric`` reads Markdown
in the browser at each step of a slider. Its script and its style stand in ``data/components``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from sim.model import kpi
from sim.model.kpi import Estimate, Kpi
from sim.model.kpi_formulas import net_margin_by_month
from sim.model.outcome import Measure, Outcome
from sim.model.problem import Floats, Problem
from sim.model.scenario import Scenario
from sim.report.frames import View
from sim.report.frames.live import fill_by_month
from sim.report.frames.view import monthly
from sim.report.style import Density
from sim.report.tables import Written, write_kpi
from sim.report.text import MINUS
from sim.ui import results

Verdict = Literal["better", "worse", "neutral"]
Arrow = Literal["up", "down", "none"]

FILES = Path(__file__).resolve().parents[2] / "data" / "components"
ROW = '<div class="row"></div>'
COVERED = "• • •"
MONEY_ROW = (Kpi.FILL_RATE, Kpi.REVENUE, Kpi.NET_MARGIN, Kpi.STOCK_PEAK, Kpi.AT_RISK)
UNITS_ROW = (Kpi.FILL_RATE_UNITS, Kpi.CYCLE_SERVICE)
Samples = Mapping[Kpi, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One card of the row, in words."""

    label: str
    value: str
    change: str
    arrow: Arrow
    verdict: Verdict
    spread: str
    said: str  # the whole card in one sentence, for who does not see it
    curve: tuple[float, ...]  # one value per month; () where room is short


def chosen_kpis(problem: Problem) -> tuple[Kpi, ...]:
    """The KPIs of the row: in money, or in units when no price is known."""
    if problem.has_money:
        return MONEY_ROW
    return (*UNITS_ROW, Kpi.PALLETS_PEAK if problem.pallets_per_unit.any() else Kpi.COVER)


def covered(figure: Figure, told: str) -> Figure:
    """A card whose value the room has not been shown yet."""
    said = f"{figure.label}, {told}"
    return replace(
        figure,
        value=COVERED,
        change=told,
        arrow="none",
        verdict="neutral",
        spread="",
        said=said,
        curve=(),
    )


def kpi_row(
    problem: Problem,
    scenario: Scenario,
    *,
    view: View,
    at_hand: tuple[Outcome, Outcome] | None = None,
) -> list[Figure]:
    """One card per KPI of the first calendar year.

    `at_hand` is the outcome of the scenario and the reference, of one family or as somebody else
    shows them; None = those of the company.
    """
    chosen = chosen_kpis(problem)
    outcome, reference = at_hand or (results.outcome(problem, scenario), results.reference(problem))
    ours, base = _samples(problem, scenario, chosen, at_hand)
    same = outcome.hash == reference.hash
    row = []
    for name in chosen:
        change = None if same else kpi.estimate(ours[name] - base[name])
        written = write_kpi(name, kpi.estimate(ours[name]), change, text=view.text)
        if _trivial(written, change):  # no colour for what cannot be told from nothing
            written = replace(written, better=None)
        figure = _figure(view, name, written, year=_year(problem))
        if not _trivial(written, change):
            figure = replace(figure, arrow=_arrow(written))
        if view.density is Density.COMFORT:
            figure = replace(figure, curve=_monthly(outcome, name, view))
        row.append(figure)
    return row


def _samples(
    problem: Problem,
    scenario: Scenario,
    chosen: tuple[Kpi, ...],
    at_hand: tuple[Outcome, Outcome] | None,
) -> tuple[Samples, Samples]:
    """The KPIs of every draw, in the scenario and in the reference."""
    if at_hand is not None:
        ours, base = (results.values(each, chosen) for each in at_hand)
        return ours, base
    ours = results.samples(problem, scenario, chosen)
    return ours, results.samples(problem, results.REFERENCE, chosen)


def draw(row: Sequence[Figure]) -> None:
    """Draw the cards side by side."""
    script, style = _files()
    component = st.components.v2.component("figures", html=ROW, css=style, js=script)
    component(key="figures", data=payload(row))


def payload(row: Sequence[Figure]) -> dict[str, Any]:
    """What the script in the browser reads."""
    return {"figures": [asdict(figure) for figure in row]}


@cache
def _files() -> tuple[str, str]:
    script, style = FILES / "figures.js", FILES / "figures.css"
    return script.read_text(encoding="utf-8"), style.read_text(encoding="utf-8")


def service_kpi(problem: Problem) -> Kpi:
    """The fill rate by value, or by units when no price is known."""
    return Kpi.FILL_RATE if problem.has_money else Kpi.FILL_RATE_UNITS


def _figure(view: View, name: Kpi, written: Written, *, year: int) -> Figure:
    text, compact = view.text, view.density is not Density.COMFORT
    label = text(f"kpi.{name.value}.short") if compact else written.name
    if name in (Kpi.FILL_RATE, Kpi.FILL_RATE_UNITS):
        label = f"{label} {year}"
    if name is Kpi.NET_MARGIN and view.part:
        label = text("ui.focus.margin" + ("_short" if compact else ""))
    band = text("format.band", interval=written.spread)
    # A narrow card has room for the comparison or for the spread, without its name.
    spread = written.spread if compact else band
    key = "ui.kpi.said.change" if written.change else "ui.kpi.said.reference"
    return Figure(
        label=label,
        value=written.value,
        change=written.change or text("ui.kpi.reference"),
        arrow="none",
        verdict=_verdict(written),
        spread=text("ui.kpi.against") if compact and written.change else spread,
        said=text(key, name=label, value=written.value, change=written.change, band=band),
        curve=(),
    )


def _trivial(written: Written, change: Estimate | None) -> bool:
    """Whether a difference is nothing in the digits shown, or within twice its error."""
    if change is None or not any(c in "123456789" for c in written.change):
        return True
    return not abs(change.mean) > 2 * change.error  # a missing value tells nothing, too


def _arrow(written: Written) -> Arrow:
    return "down" if MINUS in written.change else "up"


def _verdict(written: Written) -> Verdict:
    if written.better is None:
        return "neutral"
    return "better" if written.better else "worse"


def _year(problem: Problem) -> int:
    return int(problem.month_dates[kpi.window(problem).start].year)


def _monthly(outcome: Outcome, name: Kpi, view: View) -> tuple[float, ...]:
    """A monthly mean that belongs to the KPI, in digits enough for a small curve."""
    if name in (Kpi.FILL_RATE, Kpi.FILL_RATE_UNITS, Kpi.CYCLE_SERVICE):
        values = fill_by_month(outcome, view).mean(axis=0)
    elif name is Kpi.AT_RISK:
        values = outcome.unserved.sum(axis=0)
    elif name is Kpi.NET_MARGIN:
        values = net_margin_by_month(outcome).mean(axis=0)
    elif name is Kpi.COVER:
        values = outcome.item_stock.sum(axis=0)
    elif name is Kpi.PALLETS_PEAK:
        values = outcome.total(Measure.PALLETS).mean(axis=0)
    else:
        measure = Measure.REVENUE if name is Kpi.REVENUE else Measure.STOCK_VALUE
        values = monthly(outcome, measure, view.units).mean(axis=0)
    return tuple(float(f"{value:.4g}") for value in values)
