"""KPI cards: value, difference to the reference, spread, and a sparkline."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import streamlit as st

from sim.model import kpi
from sim.model.kpi import Estimate, Kpi
from sim.model.outcome import Measure, Outcome
from sim.model.problem import Problem
from sim.model.scenario import Scenario
from sim.report.frames import View
from sim.report.frames.live import fill_by_month, margin_by_month
from sim.report.frames.view import monthly
from sim.report.spark import spark
from sim.report.style import Density, Theme
from sim.report.tables import Written, write_kpi
from sim.report.text import MINUS
from sim.ui import results

Colour = Literal["normal", "inverse", "off"]
Arrow = Literal["up", "down", "off"]

MONEY_ROW = (Kpi.FILL_RATE, Kpi.REVENUE, Kpi.NET_MARGIN, Kpi.STOCK_PEAK, Kpi.AT_RISK)
UNITS_ROW = (Kpi.FILL_RATE_UNITS, Kpi.CYCLE_SERVICE, Kpi.PALLETS_PEAK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One card of the row, in words."""

    label: str
    value: str
    change: str
    arrow: Arrow
    colour: Colour
    described: str
    name: str  # in full, for who does not see the curve
    curve: str  # an SVG; "" where room is short


def kpi_row(problem: Problem, scenario: Scenario, *, view: View, theme: Theme) -> list[Figure]:
    """One card per KPI of the first calendar year."""
    chosen = MONEY_ROW if problem.has_money else UNITS_ROW
    outcome = results.outcome(problem, scenario)
    ours = results.samples(problem, scenario, chosen)
    base = None
    if outcome.hash != results.reference(problem).hash:
        base = results.samples(problem, results.REFERENCE, chosen)
    row = []
    for name in chosen:
        change = None if base is None else kpi.estimate(ours[name] - base[name])
        written = write_kpi(name, kpi.estimate(ours[name]), change, text=view.text)
        if _trivial(written, change):  # no colour for what cannot be told from nothing
            written = replace(written, better=None)
        figure = _figure(view, name, written, year=_year(problem))
        if not _trivial(written, change):
            figure = replace(figure, arrow=_arrow(written))
        if view.density is not Density.COMPACT:
            # Not the curve of st.metric itself: that one is built anew at each move of a slider.
            curve = spark(_monthly(outcome, name, view), better=written.better, theme=theme)
            figure = replace(figure, curve=curve)
        row.append(figure)
    return row


def draw(row: Sequence[Figure]) -> None:
    """Draw the cards side by side."""
    cards = st.container(horizontal=True, gap="small")
    for figure in row:
        with cards.container(border=True, gap=None):
            st.metric(
                figure.label,
                figure.value,
                delta=figure.change,
                delta_arrow=figure.arrow,
                delta_color=figure.colour,
                delta_description=figure.described,
            )
            if figure.curve:
                st.image(figure.curve, width="stretch", alt=figure.name)


def service_kpi(problem: Problem) -> Kpi:
    """The fill rate by value, or by units when no price is known."""
    return Kpi.FILL_RATE if problem.has_money else Kpi.FILL_RATE_UNITS


def _figure(view: View, name: Kpi, written: Written, *, year: int) -> Figure:
    text, compact = view.text, view.density is Density.COMPACT
    label = text(f"kpi.{name.value}.short") if compact else written.name
    if name in (Kpi.FILL_RATE, Kpi.FILL_RATE_UNITS):
        label = f"{label} {year}"
    # A narrow card has room for the comparison or for the spread, without its name.
    spread = written.spread if compact else text("format.band", interval=written.spread)
    return Figure(
        label=label,
        value=written.value,
        change=written.change or text("ui.kpi.reference"),
        arrow="off",
        colour=_colour(written),
        described=text("ui.kpi.against") if compact and written.change else spread,
        name=written.name,
        curve="",
    )


def _trivial(written: Written, change: Estimate | None) -> bool:
    """Whether a difference is nothing in the digits shown, or within twice its error."""
    if change is None or not any(c in "123456789" for c in written.change):
        return True
    return not abs(change.mean) > 2 * change.error  # a missing value tells nothing, too


def _arrow(written: Written) -> Arrow:
    # Streamlit does not see the true minus sign as negative.
    return "down" if MINUS in written.change else "up"


def _colour(written: Written) -> Colour:
    # "normal" paints what Streamlit takes for positive green: with U+2212 that is everything.
    if written.better is None:
        return "off"
    return "normal" if written.better else "inverse"


def _year(problem: Problem) -> int:
    return int(problem.month_dates[kpi.window(problem).start].year)


def _monthly(outcome: Outcome, name: Kpi, view: View) -> list[float]:
    """A monthly mean that belongs to the KPI."""
    if name in (Kpi.FILL_RATE, Kpi.FILL_RATE_UNITS, Kpi.CYCLE_SERVICE):
        values = fill_by_month(outcome, view).mean(axis=0)
    elif name is Kpi.AT_RISK:
        values = outcome.unserved.sum(axis=0)
    elif name is Kpi.NET_MARGIN:
        values = margin_by_month(outcome).mean(axis=0)
    elif name is Kpi.PALLETS_PEAK:
        values = outcome.total(Measure.PALLETS).mean(axis=0)
    else:
        measure = Measure.REVENUE if name is Kpi.REVENUE else Measure.STOCK_VALUE
        values = monthly(outcome, measure, view.units).mean(axis=0)
    return [float(value) for value in values]
