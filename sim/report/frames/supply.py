"""The frame of the supply review's own chart: what one more hour is worth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sim.model.problem import Floats, Problem
from sim.report.frames.rows import Row, note, table
from sim.report.frames.view import View
from sim.report.text import FIXED, NONE, Text

LEVELS = 4  # colour steps above nothing
TENTH = 10.0  # [money] below that one decimal is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Worths:
    """Worth of one more unit of a resource in a month."""

    dual: Floats  # (R, T) [money per resource unit] at the optimum
    gained: Floats  # (R, T) [money] by solving again with one more; nan where that was not done

    @property
    def best(self) -> Floats:
        """What to show: what was found by doing it, else the dual."""
        return np.where(np.isfinite(self.gained), self.gained, self.dual)


def worth(problem: Problem, found: Worths, order: Sequence[int], *, view: View) -> pa.Table:
    """Worth of one more unit by resource and month, in the order of the resources."""
    text = view.text
    if not order:
        return table("worth", [note(text("chart.empty.worth"))])
    best = found.best
    top = float(best[list(order)].max(initial=0.0))
    rows: list[Row] = []
    for rank, r in enumerate(order):
        name = problem.label(text.lang, "resource", problem.resources[r])
        unit = unit_of(problem, text, r)
        for t, day in enumerate(problem.month_dates):
            gained = found.gained[r, t]
            rows.append(
                {
                    "part": "month",
                    "month": day.strftime("%Y-%m"),
                    "cell": f"{rank} {day:%Y-%m}",
                    "row": text("format.with_unit", name=name, unit=f"+1{FIXED}{unit}"),
                    "rank": rank,
                    "level": worth_level(float(best[r, t]), top),
                    "text": _short(text, float(best[r, t])),
                    "t_month": text.month_label(day),
                    "t_resource": name,
                    "t_worth": money_of_one(text, gained) if np.isfinite(gained) else NONE,
                    "t_dual": money_of_one(text, float(found.dual[r, t])),
                }
            )
    return table("worth", rows)


def worth_level(value: float, top: float) -> str:
    """The colour step of a worth: "0" nothing .. "4" the most.

    >>> [worth_level(value, 100.0) for value in (0.0, 1.0, 60.0, 100.0)]
    ['0', '1', '3', '4']
    """
    if top <= 0 or round(value, 1) <= 0:
        return "0"
    return str(min(LEVELS, int(LEVELS * value / top) + 1))


def money_of_one(text: Text, value: float) -> str:
    """Money that one unit brings, with a decimal where it is small."""
    return text.in_currency(text.number(value, 0 if abs(value) >= TENTH else 1), "")


def unit_of(problem: Problem, text: Text, r: int, *, many: bool = False) -> str:
    """The unit of a resource in the reader's language, when it is a word we know."""
    code = problem.resource_unit[r]
    key = f"unit.{code}{'.many' if many else ''}"
    return text(key) if text.has(key) else code


def _short(text: Text, value: float) -> str:
    if round(value, 1) <= 0:
        return "0"
    if value >= 1e4:
        return text.number(value / 1e3) + "k"
    return text.number(value, 0 if value >= TENTH else 1)
