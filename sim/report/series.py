"""The numbers of the charts for files: one row per month, in plan units, nothing to draw with."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.model.aids import Bridge, Frontier
from sim.model.kpi import Estimate, Kpi
from sim.model.outcome import Measure, Outcome
from sim.model.problem import Floats, Problem, stock_target
from sim.report.cells import Style, column, figure
from sim.report.frames.live import fill_by_month, margin_gain, service_target
from sim.report.frames.load import load_unit, required, required_share
from sim.report.frames.scatter import standings
from sim.report.frames.supply import unit_of
from sim.report.frames.view import View, bands, monthly
from sim.report.style import REFERENCE
from sim.report.text import Text

Estimates = Mapping[Kpi, Estimate]
FLOWS = {"balance": Measure.SERVED_VALUE, "stock": Measure.STOCK_VALUE}


def by_month(
    outcomes: Mapping[str, Outcome],
    reference: Outcome,
    *,
    view: View,
    measure: str,
    names: Mapping[str, str],
) -> pd.DataFrame:
    """A measure of each scenario by month: mean, P5, P95, reference and difference.

    `measure` is balance, stock, service or margin; the margin is a difference itself.
    """
    parts = [
        _of_scenario(outcome, reference, view=view, measure=measure, name=names[letter])
        for letter, outcome in outcomes.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _of_scenario(
    outcome: Outcome, reference: Outcome, *, view: View, measure: str, name: str
) -> pd.DataFrame:
    text = view.text
    unit, style, gap_unit, gap_style = _units(view, measure)
    months = list(outcome.problem.month_dates)
    columns: dict[str, object] = {text("word.month"): months}
    columns[text("word.scenario")] = [name] * len(months)
    mean, low, high = bands(_samples(outcome, reference, view, measure=measure))
    word = text(f"table.measure.{measure}")
    for stat, values in ((text("table.mean"), mean), ("P5", low), ("P95", high)):
        columns[text("table.stat", name=word, stat=stat, unit=unit)] = column(values, style)
    if measure != "margin":
        base = _samples(reference, reference, view, measure=measure).mean(axis=0)
        scale = 100.0 if measure == "service" else 1.0
        columns[_head(text, "word.reference", unit)] = column(base, style)
        columns[_head(text, "table.difference", gap_unit)] = column(
            scale * (mean - base), gap_style
        )
    columns |= _beside(outcome, view, measure=measure, unit=unit, style=style)
    return pd.DataFrame(columns)


def _units(view: View, measure: str) -> tuple[str, Style, str, Style]:
    text = view.text
    if measure == "service":
        return "%", Style.SHARE, text("format.points"), Style.POINTS
    if not view.units.money and measure != "margin":
        word = text("word.units")
        return word, Style.COUNT, word, Style.SIGNED
    style = Style.CHANGE if measure == "margin" else Style.MONEY
    return text.symbol, style, text.symbol, Style.CHANGE


def _samples(outcome: Outcome, reference: Outcome, view: View, *, measure: str) -> Floats:
    if measure == "service":
        return fill_by_month(outcome, view)
    if measure == "margin":
        return margin_gain(outcome, reference)
    return monthly(outcome, FLOWS[measure], view.units)


def _beside(
    outcome: Outcome, view: View, *, measure: str, unit: str, style: Style
) -> dict[str, object]:
    """The other line of a chart: demand, or what is aimed at."""
    text, problem = view.text, outcome.problem
    if measure == "balance":
        demand = monthly(outcome, Measure.DEMAND_VALUE, view.units).mean(axis=0)
        return {_head(text, "table.demand", unit): column(demand, style)}
    if measure == "stock":
        weights = problem.unit_cost if view.units.money else np.ones_like(problem.unit_cost)
        wanted = weights @ stock_target(problem)
        return {_head(text, "table.target", unit): column(wanted, style)}
    if measure == "service":
        wanted = np.full(problem.months, service_target(problem, view))
        return {_head(text, "table.target", unit): column(wanted, style)}
    return {}


def load(outcome: Outcome, reference: Outcome, *, view: View) -> pd.DataFrame:
    """The load of every resource by month, in the plan and in the reference."""
    text, problem = view.text, outcome.problem
    share = load_unit(problem) == "%"
    ours, base = (
        (outcome.load, reference.load) if share else (outcome.plan.used, reference.plan.used)
    )
    unit, style = ("%", Style.SHARE) if share else (text("table.hours"), Style.COUNT)
    gap = (ours - base) * (100.0 if share else 1.0)
    points = text("format.points") if share else unit
    return pd.DataFrame(
        {
            text("word.month"): list(problem.month_dates) * len(problem.resources),
            text("word.resource"): _resources(problem, text),
            _head(text, "table.load", unit): column(ours.ravel(), style),
            _head(text, "word.reference", unit): column(base.ravel(), style),
            _head(text, "table.difference", points): column(
                gap.ravel(), Style.POINTS if share else Style.SIGNED
            ),
        }
    )


def required_load(problem: Problem, *, text: Text) -> pd.DataFrame:
    """What demand asks of every resource by month, and what there is; each in its own unit."""
    units = [unit_of(problem, text, r) for r in range(len(problem.resources))]
    given = np.where(np.isfinite(problem.capacity), problem.capacity, np.nan)
    return pd.DataFrame(
        {
            text("word.month"): list(problem.month_dates) * len(problem.resources),
            text("word.resource"): _resources(problem, text),
            text("table.unit"): [unit for unit in units for _ in range(problem.months)],
            text("table.required"): column(required(problem).ravel(), Style.COUNT),
            text("table.available"): column(given.ravel(), Style.COUNT),
            _head(text, "table.load", "%"): column(required_share(problem).ravel(), Style.SHARE),
        }
    )


def _resources(problem: Problem, text: Text) -> list[str]:
    return [
        problem.label(text.lang, "resource", code)
        for code in problem.resources
        for _ in range(problem.months)
    ]


def trade_off(
    results: Mapping[str, Estimates],
    names: Mapping[str, str],
    *,
    front: Frontier,
    text: Text,
) -> pd.DataFrame:
    """Service and net margin of each scenario, and where it stands to the efficient frontier.

    Positions of the frontier are those of `results`; a scenario behind it has what the scenario
    that beats it earns and serves beyond, with the standard errors.
    """
    letters = list(results)
    columns: dict[str, object] = {text("word.scenario"): [names[letter] for letter in letters]}
    for kpi, unit, style in (
        (Kpi.FILL_RATE, "%", Style.SHARE),
        (Kpi.NET_MARGIN, text.symbol, Style.MONEY),
    ):
        found = [each[kpi] for each in results.values()]
        name = text(f"kpi.{kpi.value}")
        for stat, values in (
            (text("table.mean"), [one.mean for one in found]),
            ("P5", [one.p5 for one in found]),
            ("P95", [one.p95 for one in found]),
        ):
            columns[text("table.stat", name=name, stat=stat, unit=unit)] = column(values, style)
    said = standings(front, letters, text=text)
    columns[text("chart.tip.standing")] = [said[letter] for letter in letters]
    behind = [front.behind.get(n) for n in range(len(letters))]
    margins = [None if one is None else one.margin for one in behind]
    services = [None if one is None else one.service for one in behind]
    columns |= _beyond(text("frontier.beyond.margin"), margins, text=text, share=False)
    columns |= _beyond(text("frontier.beyond.service"), services, text=text, share=True)
    return pd.DataFrame(columns)


def _beyond(
    name: str, gains: list[Estimate | None], *, text: Text, share: bool
) -> dict[str, object]:
    """What the scenario that beats another one brings beyond, with its standard error."""
    unit = text("format.points") if share else text.symbol
    scale, style = (100.0, Style.POINTS) if share else (1.0, Style.CHANGE)
    means = [None if one is None else figure(scale * one.mean, style) for one in gains]
    errors = [None if one is None else figure(scale * one.error, Style.DECIMAL) for one in gains]
    return {
        text("table.with_unit", name=name, unit=unit): pd.Series(means, dtype=object),
        text("table.stat", name=name, stat=text("table.error"), unit=unit): pd.Series(
            errors, dtype=object
        ),
    }


def steps(result: Bridge, labels: list[str], *, text: Text, letter: str) -> pd.DataFrame:
    """What each card brings: its effect with its spread, and the net margin after it."""
    rows: list[tuple[str, Estimate | None, float]] = []
    level = result.reference.mean
    rows.append((text("chart.total.reference"), None, level))
    for label, step in zip(labels, result.steps, strict=True):
        level += step.effect.mean
        rows.append((label, step.effect, level))
    rows.append((text("chart.total.scenario", letter=letter), None, result.result.mean))
    effects = [effect for _, effect, _ in rows]

    def signed(values: list[float | None]) -> "pd.Series[Any]":
        return pd.Series([figure(value, Style.CHANGE) for value in values], dtype=object)

    word, unit = text("table.effect"), text.symbol
    return pd.DataFrame(
        {
            text("chart.tip.step"): [label for label, _, _ in rows],
            text("table.stat", name=word, stat=text("table.mean"), unit=unit): signed(
                [None if one is None else one.mean for one in effects]
            ),
            text("table.stat", name=word, stat="P5", unit=unit): signed(
                [None if one is None else one.p5 for one in effects]
            ),
            text("table.stat", name=word, stat="P95", unit=unit): signed(
                [None if one is None else one.p95 for one in effects]
            ),
            _head(text, "table.level", unit): column([level for _, _, level in rows], Style.MONEY),
        }
    )


def scenario_name(text: Text, letter: str, name: str) -> str:
    """What a scenario is called in a file."""
    if letter == REFERENCE:
        return text("word.reference")
    return text("format.named", letter=letter, name=name) if name else letter


def _head(text: Text, key: str, unit: str) -> str:
    return text("table.with_unit", name=text(key), unit=unit)
