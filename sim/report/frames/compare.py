"""Frames that set scenarios side by side. Letters A..F name them; "ref" is the reference."""

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa

from sim.model.aids import Bridge
from sim.model.outcome import Measure, Outcome
from sim.model.problem import Floats
from sim.report.frames.live import fill_by_month, margin_gain, service_target
from sim.report.frames.rows import (
    Label,
    Row,
    Series,
    ends,
    note,
    share_tips,
    table,
    tips,
)
from sim.report.frames.view import View, bands, finite, monthly
from sim.report.style import REFERENCE


def overlay(
    outcomes: Mapping[str, Outcome],
    reference: Outcome,
    *,
    view: View,
    measure: str,
) -> pa.Table:
    """One measure of several scenarios; the band belongs to the scenario of the view."""
    base = None
    if measure != "margin":
        base = _samples(reference, reference, view, measure=measure).mean(axis=0)
    rows: list[Row] = []
    labels: list[Label] = []
    reach: list[Floats | None] = [base]
    for letter, outcome in outcomes.items():
        series = bands(_samples(outcome, reference, view, measure=measure))
        chosen = letter == view.letter
        rows += _lines(outcome, view, letter, measure=measure, series=(*series, base))
        for row in rows[-outcome.problem.months :]:
            if not chosen:
                row["p5"] = row["p95"] = None
        labels.append((f"{letter} text", letter, float(series[0][-1])))
        reach += [series[0], *(series[1:] if chosen else ())]
    labels.append(("ink_2", view.text("word.ref"), 0.0 if base is None else float(base[-1])))
    if measure == "service":
        wanted = service_target(reference.problem, view)
        name = view.text("chart.end.service_target", value=view.text.percent(wanted, 0))
        labels.append(("ink", name, wanted))
    low, high = finite(*reach)
    low = {"service": min(0.7, low), "margin": low}.get(measure, 0.0)
    top = 1.0 if measure == "service" else high
    month = reference.problem.month_dates[-1].strftime("%Y-%m")
    return table("overlay", rows + ends(labels, view, month, low=low, high=top))


def _samples(outcome: Outcome, reference: Outcome, view: View, *, measure: str) -> Floats:
    """A measure per draw and month in the unit of its axis."""
    if measure == "service":
        return fill_by_month(outcome, view)
    if measure == "margin":
        return margin_gain(outcome, reference) / view.units.flow.factor
    if measure == "stock":
        return monthly(outcome, Measure.STOCK_VALUE, view.units) / view.units.stock.factor
    return monthly(outcome, Measure.SERVED_VALUE, view.units) / view.units.flow.factor


def _lines(outcome: Outcome, view: View, letter: str, *, measure: str, series: Series) -> list[Row]:
    problem = outcome.problem
    mean, low, high, base = series
    if measure == "service":
        rows = share_tips(view, problem, series=series)
    else:
        unit = view.units.stock if measure == "stock" else view.units.flow
        rows = tips(view, unit, problem, series=series)
    wanted = service_target(problem, view) if measure == "service" else None
    for t, row in enumerate(rows):
        row |= {
            "letter": letter,
            "t_scenario": letter,
            "mean": mean[t],
            "p5": low[t],
            "p95": high[t],
            "reference": 0.0 if base is None else base[t],
            "target": wanted,
        }
    return rows


def multiple(
    outcome: Outcome, reference: Outcome, *, view: View, total: float, first: bool = True
) -> pa.Table:
    """Service of one scenario for a small chart: its letter and total stand above it."""
    problem, text = outcome.problem, view.text
    series = bands(fill_by_month(outcome, view))
    base = fill_by_month(reference, view).mean(axis=0)
    rows = _lines(outcome, view, view.letter, measure="service", series=(*series, base))
    name = text("chart.multiple.name", letter=view.letter, value=text.percent(total))
    rows.append(
        {"part": "name", "text": name, "tone": f"{view.letter} text", "bold": True, "y": 1.0}
    )
    if first:  # explained once, in the first of the small charts
        worst = int(base.argmin())
        month = problem.month_dates[worst].strftime("%Y-%m")
        words = text("word.ref")
        rows.append(
            {"part": "inside", "month": month, "y": base[worst], "text": words, "tone": "ink_2"}
        )
    return table("overlay", rows)


def bridge(result: Bridge, labels: Sequence[str], *, view: View) -> pa.Table:
    """From the reference to the scenario, card by card; one label per step."""
    text, unit = view.text, view.units.flow
    if not result.steps:
        return table("bridge", [note(text("chart.empty.bridge"))])
    level = result.reference.mean / unit.factor
    rows = [_total(text("chart.total.reference"), level, view=view, rank=0, tone=REFERENCE)]
    for rank, (step, label) in enumerate(zip(result.steps, labels, strict=True), start=1):
        effect = step.effect.mean / unit.factor
        rows.append(
            {
                "part": "step",
                "row": label,
                "rank": rank,
                "start": level,
                "end": level + effect,
                "y": max(level, level + effect),
                "tone": view.letter,
                "text": unit.bare(text, effect, decimals=2, sign=True),
                "t_step": label,
                "t_value": unit.write(text, effect, decimals=2, sign=True),
                "t_band": text.interval(
                    unit.bare(text, step.effect.p5 / unit.factor, decimals=2, sign=True),
                    unit.bare(text, step.effect.p95 / unit.factor, decimals=2, sign=True),
                ),
            }
        )
        level += effect
    name = text("chart.total.scenario", letter=view.letter)
    rows.append(_total(name, level, view=view, rank=len(rows), tone="ink_2"))
    return table("bridge", rows)


def _total(name: str, level: float, *, view: View, rank: int, tone: str) -> Row:
    unit = view.units.flow
    return {
        "part": "total",
        "row": name,
        "rank": rank,
        "start": level,
        "y": level,
        "tone": tone,
        "text": unit.bare(view.text, level, decimals=2),
        "t_step": name,
        "t_value": unit.write(view.text, level, decimals=2),
    }


def ranked(
    stakes: Sequence[tuple[str, float, str]],
    *,
    view: View,
    red: bool = True,
    write: Callable[[float], str] | None = None,
) -> pa.Table:
    """At most five rows (name, amount, answer), largest first; `write` is for other units."""
    text, unit = view.text, view.units.flow
    top = sorted((s for s in stakes if s[1] > 0), key=lambda s: -s[1])[:5]
    if not top:
        return table("ranked", [note(text("chart.empty.ranked"))])
    return table(
        "ranked",
        [
            {
                "part": "row",
                "row": name,
                "rank": rank,
                "reach": amount / top[0][1],
                "tone": "critical" if red else REFERENCE,
                "text": write(amount) if write else unit.write(text, amount / unit.factor),
                "answer": answer,
            }
            for rank, (name, amount, answer) in enumerate(top)
        ],
    )
