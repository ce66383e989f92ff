"""Frames of the demand review: history and forecast with its fan."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.model.outcome import Measure, Outcome
from sim.report.frames.rows import FAN, Label, Row, ends, note, table
from sim.report.frames.view import Unit, View, finite, value_of
from sim.report.text import NONE

BACK = 36  # months of history shown


def simulated_demand(outcome: Outcome, *, view: View, family: int | None = None) -> pd.DataFrame:
    """Demand of the plan by month with its percentiles over draws, of one family or of all.

    Returns
    -------
    month, mean, p5, p25, p75, p95 in money or units
    """
    measure = value_of(Measure.DEMAND_VALUE, money=view.units.money)
    samples = outcome.families[measure]
    picked = samples.sum(axis=1) if family is None else samples[:, family]
    levels = np.percentile(picked, [5, 25, 75, 95], axis=0)
    columns: dict[str, object] = {
        "month": list(outcome.problem.month_dates),
        "mean": picked.mean(axis=0),
    }
    columns |= dict(zip(("p5", "p25", "p75", "p95"), levels, strict=True))
    return pd.DataFrame(columns)


def fan(
    history: pd.DataFrame,
    ahead: pd.DataFrame,
    *,
    view: View,
    unit: Unit,
    words: str = "chart.end.consensus",
    events: Sequence[tuple[date, str]] = (),
) -> pa.Table:
    """History (month, value), then what is ahead (month, mean, bands, optional `budget`).

    `unit` scales both; `words` is the text key of the forecast's name; events are written at
    their month.
    """
    text = view.text
    past = history.sort_values("month").tail(BACK)
    if past.empty and ahead.empty:
        return table("fan", [note(text("chart.empty.demand"))])
    rows = [_past(row, view, unit) for row in _records(past)]
    future = [_ahead(row, view, unit) for row in _records(ahead)]
    rows += future
    if future:
        edge = future[0]["month"]
        rows += [
            {"part": "edge", "month": edge},
            {"part": "past", "month": edge, "text": text("chart.history")},
            {"part": "ahead", "month": edge, "text": text("chart.ahead")},
        ]
        rows += _fan_ends(future, view, words=words)
    rows += _events(rows, events)
    return table("fan", [*rows, _headroom(rows)])


def _past(row: Mapping[str, object], view: View, unit: Unit) -> Row:
    value = _number(row["value"]) / unit.factor
    return {
        "part": "month",
        "month": _key(row["month"]),
        "history": value,
        "t_month": view.text.month_label(_day(row["month"])),
        "t_scenario": view.text("chart.history"),
        "t_mean": unit.write(view.text, value, decimals=2),
    }


def _ahead(row: Mapping[str, object], view: View, unit: Unit) -> Row:
    text = view.text
    scaled = {name: _number(row[name]) / unit.factor for name in FAN if name in row}
    mean = _number(row["mean"]) / unit.factor
    budget = _number(row["budget"]) / unit.factor if "budget" in row else float("nan")
    known = np.isfinite(budget)

    def spread(low: str, high: str) -> str:
        if low not in scaled:
            return NONE
        bounds = (scaled[low], scaled[high])
        return text.interval(*(unit.bare(text, bound, decimals=2) for bound in bounds))

    outer = spread("p5", "p95") if "p5" in scaled else spread("lo95", "hi95")
    inner = spread("p25", "p75") if "p25" in scaled else spread("lo50", "hi50")
    return {
        "part": "month",
        "month": _key(row["month"]),
        "letter": view.letter,
        **scaled,
        "mean": mean,
        "reference": budget,
        "t_month": text.month_label(_day(row["month"])),
        "t_scenario": text("chart.ahead"),
        "t_mean": unit.write(text, mean, decimals=2),
        "t_band": outer,
        "t_inner": inner,
        "t_reference": unit.write(text, budget, decimals=2) if known else NONE,
        "t_difference": unit.write(text, mean - budget, decimals=2, sign=True) if known else NONE,
    }


def _fan_ends(future: Sequence[Row], view: View, *, words: str) -> list[Row]:
    last = future[-1]
    labels: list[Label] = [(f"{view.letter} text", view.text(words), _number(last["mean"]))]
    budget = _number(last["reference"])
    if np.isfinite(budget):
        labels.append(("ink_2", view.text("chart.end.budget"), budget))
    tops = np.array([_number(row["mean"]) for row in future])
    return ends(labels, view, last["month"], low=0.0, high=finite(tops)[1])


def _events(rows: Sequence[Row], events: Sequence[tuple[date, str]]) -> list[Row]:
    """Words above the line: as wide as about seven months, so above the highest of them."""
    months = [row for row in rows if row["part"] == "month"]
    places = {row["month"]: n for n, row in enumerate(months)}
    return [
        {
            "part": "event",
            "month": _key(day),
            "y": max(_top(row) for row in months[max(0, n - 3) : n + 4]),
            "text": words,
            "tone": "ink_2",
        }
        for day, words in events
        if (n := places.get(_key(day), -1)) >= 0
    ]


def _headroom(rows: Sequence[Row]) -> Row:
    """Room above the highest point for the words beside the edge."""
    shown = [row for row in rows if row["part"] == "month"]
    top = max(_top(row) for row in shown)
    return {"part": "room", "month": shown[0]["month"], "y": top * 1.12}


def _top(row: Row) -> float:
    values = (row.get(name) for name in ("history", "mean", "p95", "hi95"))
    return max((_number(value) for value in values if value is not None), default=0.0)


def _records(frame: pd.DataFrame) -> list[dict[str, object]]:
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in frame.itertuples(index=False, name=None)]


def _day(value: object) -> date:
    day: date = pd.Timestamp(str(value)).date()
    return day


def _key(value: object) -> str:
    return _day(value).strftime("%Y-%m")


def _number(value: object) -> float:
    return float("nan") if value is None else float(str(value))
