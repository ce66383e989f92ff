"""Rows and Arrow tables that the frames of all charts are made of.

Columns: `part` says which layer a row belongs to ("month", "end", "gap", "note"), `month` is
YYYY-MM, `tone` names a colour, `t_*` are the tooltip texts, `marked` says that the reader looks
at this month, `left` that a label stands at the left of its place.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from sim.model.outcome import Outcome
from sim.model.problem import Floats, Problem
from sim.report.frames.view import Unit, View
from sim.report.text import NONE

Row = dict[str, object]
Series = tuple[Floats, Floats, Floats, Floats | None]  # mean, P5, P95, reference
Label = tuple[str, str, float]  # tone, words, value

FAN = ("p5", "p25", "p75", "p95", "lo95", "lo80", "lo50", "hi50", "hi80", "hi95")
NUMBERS: Mapping[str, tuple[str, ...]] = {
    "balance": ("mean", "demand", "reference", "y"),
    "stock": ("mean", "p5", "p95", "reference", "target", "limit", "y"),
    "service": ("mean", "p5", "p95", "reference", "target", "y"),
    "margin": ("mean", "p5", "p95", "reference", "y"),
    "load": ("rank",),
    "worth": ("rank",),
    "overlay": ("mean", "p5", "p95", "reference", "target", "y"),
    "scatter": (
        *("rank", "service", "service_p5", "service_p95"),
        *("margin", "margin_p5", "margin_p95", "dx", "dy"),
    ),
    "bridge": ("rank", "start", "end", "y"),
    "ranked": ("rank", "reach"),
    "gap": ("rank",),
    "tornado": ("rank", "start", "end"),
    "fan": ("history", "mean", "reference", "y", *FAN),
}
COMMON = ("part", "month", "text")
FLAGS = ("bold", "marked", "left")
TIPS = ("t_month", "t_scenario", "t_mean", "t_band", "t_reference", "t_difference")
LINES = ("letter", "tone", *TIPS)
WORDS: Mapping[str, tuple[str, ...]] = {
    "balance": (*LINES, "fill", "t_demand"),
    "stock": LINES,
    "service": LINES,
    "margin": LINES,
    "load": ("cell", "row", "level", "t_month", "t_resource", "t_mean", "t_reference", "t_load"),
    "worth": ("cell", "row", "level", "t_month", "t_resource", "t_worth", "t_dual"),
    "overlay": LINES,
    "scatter": (*LINES, "side", "standing", "t_service", "t_margin", "t_standing"),
    "bridge": (*LINES, "row", "t_step", "t_value"),
    "ranked": (*LINES, "row", "answer"),
    "gap": ("cell", "row", "family", "level", "chosen", "t_month", "t_family", "t_mean", "t_share"),
    "tornado": ("row", "side", "tone", "t_step", "t_value"),
    "fan": (*LINES, "t_inner"),
}


def table(chart: str, rows: Sequence[Row]) -> pa.Table:
    """Rows as a table whose columns and types never change, whatever the rows are.

    Made for the browser at once: a pandas frame in between would take longer than all the rest.

    >>> table("ranked", [{"part": "row", "row": "Enamel", "reach": 0.5}])["reach"].to_pylist()
    [0.5]
    """
    columns: dict[str, pa.Array[Any]] = {
        name: pa.array([row.get(name) for row in rows], pa.string())
        for name in (*COMMON, *WORDS[chart])
    }
    for name in NUMBERS[chart]:  # what is not a number has no value
        columns[name] = pa.array(
            np.array([row.get(name) for row in rows], dtype=float), from_pandas=True
        )
    for name in FLAGS:
        columns[name] = pa.array([bool(row.get(name)) for row in rows], pa.bool_())
    return pa.table(columns)


def month_keys(problem: Problem) -> list[str]:
    """YYYY-MM of each month."""
    return [day.strftime("%Y-%m") for day in problem.month_dates]


def differs(outcome: Outcome, reference: Outcome | None) -> Outcome | None:
    """The reference when it is another outcome, else None: a line never hides itself."""
    if reference is None or reference.hash == outcome.hash:
        return None
    return reference


def note(words: str) -> Row:
    """A sentence in the middle of the chart."""
    return {"part": "note", "text": words}


def ends(
    labels: Sequence[Label], view: View, month: object, *, low: float, high: float
) -> list[Row]:
    """Labels at the ends of the lines, moved apart."""
    places = view.spread([value for _, _, value in labels], low=low, high=high)
    return [
        {
            "part": "end",
            "month": month,
            "y": place,
            "text": words,
            "tone": tone,
            "bold": tone.endswith(" text"),
        }
        for (tone, words, _), place in zip(labels, places, strict=True)
    ]


def beside(
    labels: Sequence[Label], view: View, problem: Problem, *, low: float, high: float
) -> list[Row]:
    """The figures of the marked month beside its place, on the side where there is room."""
    if view.month is None:
        return []
    rows = ends(labels, view, month_keys(problem)[view.month], low=low, high=high)
    return [{**row, "left": 2 * view.month >= problem.months} for row in rows]


def tips(
    view: View, unit: Unit, problem: Problem, *, series: Series, sign: bool = False
) -> list[Row]:
    """Rows of the months with their tooltips, in the unit of the axis."""
    mean, low, high = (one.tolist() for one in series[:3])
    base = None if series[3] is None else series[3].tolist()
    text = view.text
    rows = []
    for t, row in enumerate(month_rows(view, problem)):
        row["t_mean"] = unit.write(text, mean[t], decimals=2, sign=sign)
        row["t_band"] = text.interval(
            unit.bare(text, low[t], decimals=2, sign=sign),
            unit.write(text, high[t], decimals=2, sign=sign),
        )
        row["t_reference"] = NONE if base is None else unit.write(text, base[t], decimals=2)
        row["t_difference"] = (
            NONE if base is None else unit.write(text, mean[t] - base[t], decimals=2, sign=True)
        )
        rows.append(row)
    return rows


def share_tips(view: View, problem: Problem, *, series: Series) -> list[Row]:
    """Rows of the months with their tooltips, as percentages."""
    mean, low, high = (one.tolist() for one in series[:3])
    base = None if series[3] is None else series[3].tolist()
    text = view.text
    rows = []
    for t, row in enumerate(month_rows(view, problem)):
        row["t_mean"] = text.percent(mean[t])
        row["t_band"] = text.interval(text.number(100 * low[t], 1), text.percent(high[t]))
        row["t_reference"] = NONE if base is None else text.percent(base[t])
        row["t_difference"] = NONE if base is None else text.points(mean[t] - base[t])
        rows.append(row)
    return rows


def month_rows(view: View, problem: Problem) -> list[Row]:
    """One row per month: its key, the scenario and the first words of the tooltip."""
    return [
        {
            "part": "month",
            "month": key,
            "letter": view.letter,
            "t_month": view.text.month_label(day),
            "t_scenario": view.called,
            "marked": t == view.month,
        }
        for t, (key, day) in enumerate(zip(month_keys(problem), problem.month_dates, strict=True))
    ]
