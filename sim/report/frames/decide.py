"""The frames of the decision page: what is missing where, and how far each lever swings."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sim.model.aids.spread import Swing
from sim.model.kpi import Estimate
from sim.model.outcome import Measure, Outcome
from sim.model.problem import Floats
from sim.report.frames.rows import Row, note, table
from sim.report.frames.view import View, ratio, value_of
from sim.report.style import REFERENCE
from sim.report.text import NONE, SCALES, money_scale

SHADES = (0.02, 0.10, 0.30, 0.65)  # of the largest gap: light, grey, then three reds
LEAST = 0.001  # of the demand of a family's year: a gap below is not red however small the others
ROWS = 10


def missing(outcome: Outcome) -> Floats:
    """Demand not served in its month, mean over draws.

    Returns
    -------
    (F, T) [money, or units without prices]
    """
    demand, served = _demand_and_served(outcome)
    gap: Floats = np.maximum(demand - served, 0.0)
    return gap


def gap_scale(gaps: Floats, *, money: bool) -> str:
    """The money scale of the numbers in the cells; "" for units."""
    return money_scale(float(gaps.max(initial=0.0))) if money else ""


def gap(outcome: Outcome, reference: Outcome, *, view: View, chosen: tuple[int, int]) -> pa.Table:
    """What each family misses in each month, the family that misses most first.

    `chosen` is the family and the month whose cell is framed.
    """
    problem, text = outcome.problem, view.text
    gaps = missing(outcome)
    if not gaps.max(initial=0.0) > 0:
        return table("gap", [note(text("headline.all_served"))])
    # Ranked by the reference: rows keep their place when a card is added.
    order = np.argsort(-missing(reference).sum(axis=1), kind="stable")[:ROWS]
    names = [problem.label(text.lang, "family", problem.families[f]) for f in order]
    shares = ratio(gaps, _demand_and_served(outcome)[0])
    write = _writer(view, gaps)
    least = LEAST * float(_demand_and_served(outcome)[0].sum())
    largest = max(float(gaps.max()), least)
    return table(
        "gap",
        [
            {
                "part": "month",
                "month": day.strftime("%Y-%m"),
                "cell": f"{rank} {day:%Y-%m}",
                "row": names[rank],
                "rank": rank,
                "family": problem.families[f],
                "chosen": "yes" if (int(f), t) == chosen else "no",
                "level": str(bisect_right(SHADES, float(gaps[f, t]) / largest)),
                "text": write(float(gaps[f, t]), True),
                "t_month": text.month_label(day),
                "t_family": names[rank],
                "t_mean": write(float(gaps[f, t]), False),
                "t_share": text.percent(float(shares[f, t])) if gaps[f, t] > 0 else NONE,
            }
            for rank, f in enumerate(order)
            for t, day in enumerate(problem.month_dates)
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How a KPI's difference is drawn and written."""

    factor: float  # KPI units per axis unit
    write: Callable[[Estimate], str]


def tornado(
    swings: Sequence[Swing], labels: Sequence[tuple[str, str, str]], *, view: View, scale: Scale
) -> pa.Table:
    """The two ends of each lever; `labels` hold its name and its two values in words."""
    if not any(swing.width > 0 for swing in swings):
        return table("tornado", [note(view.text("chart.empty.tornado"))])
    rows: list[Row] = []
    for rank, (swing, (name, low, high)) in enumerate(zip(swings, labels, strict=True)):
        for side, value, found in (("low", low, swing.at_low), ("high", high, swing.at_high)):
            written = scale.write(found)
            rows.append(
                {
                    "part": "row",
                    "row": name,
                    "rank": rank,
                    "side": side,
                    "start": 0.0,
                    "end": found.mean / scale.factor,
                    "tone": REFERENCE if side == "low" else view.letter,
                    "text": value,
                    "t_step": view.text("format.named", letter=name, name=value),
                    "t_value": written,
                }
            )
    return table("tornado", rows)


def _demand_and_served(outcome: Outcome) -> tuple[Floats, Floats]:
    """(F, T) each, in money or in units."""
    money = outcome.problem.has_money
    demand = outcome.families[value_of(Measure.DEMAND_VALUE, money=money)].mean(axis=0)
    served = outcome.families[value_of(Measure.SERVED_VALUE, money=money)].mean(axis=0)
    return demand, served


def _writer(view: View, gaps: Floats) -> Callable[[float, bool], str]:
    """Writes a gap in the scale of the largest; short for a cell, with its unit else."""
    text = view.text
    scale = gap_scale(gaps, money=view.units.money)
    digits = 1 if scale == "M" else 0

    def write(x: float, short: bool) -> str:
        if not short:
            return text.money(x) if view.units.money else text.number(x)
        number = text.number(x / SCALES[scale], digits)
        return number if number.strip("0,.") else ""  # nothing where nothing is missing

    return write
