"""KPI cards: value, difference to the reference, spread, and a sparkline."""

from dataclasses import replace
from typing import Literal

import streamlit as st

from sim.model import kpi
from sim.model.kpi import Estimate, Kpi
from sim.model.outcome import Measure, Outcome
from sim.model.problem import Problem
from sim.model.scenario import Scenario
from sim.report import charts, frames
from sim.report.frames import View
from sim.report.frames.live import fill_by_month
from sim.report.frames.view import monthly
from sim.report.tables import Written, write_kpi
from sim.report.text import MINUS, Text
from sim.ui import results, session

Colour = Literal["normal", "inverse", "off"]
Arrow = Literal["up", "down", "off"]

MONEY_ROW = (Kpi.FILL_RATE, Kpi.REVENUE, Kpi.NET_MARGIN, Kpi.STOCK_PEAK, Kpi.AT_RISK)
UNITS_ROW = (Kpi.FILL_RATE_UNITS, Kpi.CYCLE_SERVICE, Kpi.PALLETS_PEAK)


def kpi_row(problem: Problem, scenario: Scenario, *, view: View, compact: bool) -> None:
    """One card per KPI of the first calendar year."""
    chosen = MONEY_ROW if problem.has_money else UNITS_ROW
    found = results.estimates(problem, scenario)
    changes = None if not _differs(problem, scenario) else results.differences(problem, scenario)
    outcome = results.outcome(problem, scenario)
    for column, name in zip(st.columns(len(chosen), gap="small"), chosen, strict=True):
        change = None if changes is None else changes[name]
        written = write_kpi(name, found[name], change, text=view.text)
        spark = None if compact else _spark(outcome, name, view)
        with column:
            if _trivial(written, change):  # no colour for what cannot be told from nothing
                written = replace(written, better=None)
            _card(
                view.text,
                name,
                written,
                year=_year(problem),
                spark=spark,
                compact=compact,
                arrow="off" if _trivial(written, change) else _arrow(written),
            )


def service_kpi(problem: Problem) -> Kpi:
    """The fill rate by value, or by units when no price is known."""
    return Kpi.FILL_RATE if problem.has_money else Kpi.FILL_RATE_UNITS


def _card(
    text: Text,
    name: Kpi,
    written: Written,
    *,
    year: int,
    spark: list[float] | None,
    compact: bool,
    arrow: Arrow,
) -> None:
    label = text(f"kpi.{name.value}.short") if compact else written.name
    if name in (Kpi.FILL_RATE, Kpi.FILL_RATE_UNITS):
        label = f"{label} {year}"
    # A narrow card has room for the comparison or for the spread, without its name.
    spread = written.spread if compact else text("format.band", interval=written.spread)
    described = text("ui.kpi.against") if compact and written.change else spread
    with st.container(border=True, gap=None):
        st.metric(
            label,
            written.value,
            delta=written.change or text("ui.kpi.reference"),
            delta_arrow=arrow,
            delta_color=_colour(written),
            delta_description=described,
        )
        if spark is not None:
            _draw_spark(spark, name, written)


def _draw_spark(values: list[float], name: Kpi, written: Written) -> None:
    # Not the curve of st.metric itself: that one is built anew at each move of a slider.
    st.vega_lite_chart(
        frames.to_arrow(frames.spark(values, better=written.better)),
        charts.spark_spec(session.theme()),
        key=f"kpi.{name.value}.spark",
        width="stretch",
        theme=None,
        alt=written.name,
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


def _differs(problem: Problem, scenario: Scenario) -> bool:
    reference = results.reference(problem)
    return results.outcome(problem, scenario).hash != reference.hash


def _year(problem: Problem) -> int:
    return int(problem.month_dates[kpi.window(problem).start].year)


def _spark(outcome: Outcome, name: Kpi, view: View) -> list[float]:
    """A monthly mean that belongs to the KPI."""
    if name in (Kpi.FILL_RATE, Kpi.FILL_RATE_UNITS, Kpi.CYCLE_SERVICE):
        values = fill_by_month(outcome, view).mean(axis=0)
    elif name is Kpi.AT_RISK:
        values = outcome.unserved.sum(axis=0)
    elif name is Kpi.NET_MARGIN:
        months = range(outcome.problem.months)
        margin = kpi.KPIS[Kpi.NET_MARGIN].formula
        return [float(margin(outcome, slice(t, t + 1)).mean()) for t in months]
    elif name is Kpi.PALLETS_PEAK:
        values = outcome.total(Measure.PALLETS).mean(axis=0)
    else:
        measure = Measure.REVENUE if name is Kpi.REVENUE else Measure.STOCK_VALUE
        values = monthly(outcome, measure, view.units).mean(axis=0)
    return [float(value) for value in values]
