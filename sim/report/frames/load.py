"""The frames of the load heat maps: the plan's load, and what demand requires."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sim.model.outcome import Outcome
from sim.model.problem import Floats, Problem, ResourceKind
from sim.report.frames.rows import Row, differs, note, table
from sim.report.frames.supply import unit_of
from sim.report.frames.view import View
from sim.report.style import Density
from sim.report.text import FIXED, NONE, Text

# The load of a plan cannot pass what overtime allows; what demand requires can.
PLAN_BOUNDS = (0.85, 0.985, 1.05, 1.12)
REQUIRED_BOUNDS = (0.85, 1.0, 1.15, 1.30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loads:
    """Loads to draw."""

    value: Floats  # (R, T) [share of regular capacity], nan without a limit
    base: Floats  # the same in the reference, nan when there is none
    bounds: tuple[float, ...]
    every_number: bool  # a number in each cell, else only above 100
    amount: Floats | None = None  # (R, T) [resource units] told in the tooltip
    amounts: bool = False  # and shown in the cells in place of the share


def load_unit(problem: Problem) -> str:
    """What the heat map counts: % of capacity, or hours when no capacity is known."""
    return "%" if bool(np.isfinite(problem.capacity).any()) else "h"


def load(outcome: Outcome, reference: Outcome | None, *, view: View, rows: int = 8) -> pa.Table:
    """Load of the plan by resource and month, worst resource first; numbers above 100.

    In the marked month, and of one family alone, every number is written.
    """
    problem = outcome.problem
    if not problem.has_capacity:
        return table("load", [note(view.text("chart.empty.capacity"))])
    if load_unit(problem) != "%":
        return table("load", _load_only(problem, outcome.plan.used, view=view, rows=rows))
    other = differs(outcome, reference)
    base = np.full_like(outcome.load, np.nan) if other is None else other.load
    # What one family puts on a resource is seldom all of it: then each number counts.
    loads = Loads(value=outcome.load, base=base, bounds=PLAN_BOUNDS, every_number=view.part)
    return table("load", _cells(problem, loads, view=view, rows=rows))


def required_load(
    problem: Problem,
    *,
    view: View,
    rows: int = 8,
    chosen: tuple[int, int] | None = None,
    amounts: bool = False,
) -> pa.Table:
    """What expected demand asks of each resource in its own month, without any levelling.

    ``chosen`` is the resource and the month whose cell has a frame; ``amounts`` shows hours (or
    the resource's own unit) in place of the share of capacity, under the same colours.
    """
    if not problem.has_capacity:
        return table("load", [note(view.text("chart.empty.capacity"))])
    value = required_share(problem)
    if load_unit(problem) != "%":
        cells = _load_only(problem, required(problem), view=view, rows=rows)
        return table("load", cells + _framed(problem, cells, view, chosen))
    loads = Loads(
        value=value,
        base=np.full_like(value, np.nan),
        bounds=REQUIRED_BOUNDS,
        every_number=True,
        amount=required(problem),
        amounts=amounts,
    )
    cells = _cells(problem, loads, view=view, rows=rows)
    return table("load", cells + _framed(problem, cells, view, chosen))


def required(problem: Problem) -> Floats:
    """What expected demand asks of each resource in its own month.

    Returns
    -------
    (R, T) [resource units]
    """
    asked: Floats = problem.routing.T @ (problem.demand / problem.production_yield[:, None])
    return asked


def required_share(problem: Problem) -> Floats:
    """The same as a share of regular capacity; nan where there is no limit.

    Returns
    -------
    (R, T)
    """
    asked = required(problem)
    value = np.full_like(asked, np.nan)
    limited = np.isfinite(problem.capacity) & (problem.capacity > 0)
    np.divide(asked, problem.capacity, out=value, where=limited)
    return value


def worst_first(value: Floats, *, rows: int = 8) -> list[int]:
    """Resources by their fullest month; those without any limit are left out.

    >>> worst_first(np.array([[0.5, 0.9], [np.nan, 1.2], [np.nan, np.nan]]))
    [1, 0]
    """
    peak = np.where(np.isfinite(value), value, -1.0).max(axis=1)
    return [int(r) for r in np.argsort(-peak, kind="stable") if peak[r] >= 0][:rows]


def _framed(
    problem: Problem, cells: Sequence[Row], view: View, chosen: tuple[int, int] | None
) -> list[Row]:
    """The row that puts a frame around a cell, if that is among the cells."""
    if chosen is None:
        return []
    name = problem.label(view.text.lang, "resource", problem.resources[chosen[0]])
    month = problem.month_dates[chosen[1]].strftime("%Y-%m")
    found = [row for row in cells if (row["t_resource"], row["month"]) == (name, month)]
    return [{**row, "part": "chosen"} for row in found[:1]]


def load_level(value: float, bounds: Sequence[float] = PLAN_BOUNDS) -> str:
    """The colour step of a load: "0" light .. "4" darkest red, "none" without a limit.

    >>> load_level(0.5), load_level(1.2), load_level(float("nan"))
    ('0', '4', 'none')
    """
    if not math.isfinite(value):
        return "none"
    return str(bisect_right(bounds, value))


def _cells(problem: Problem, loads: Loads, *, view: View, rows: int) -> list[Row]:
    # Ranked by the reference: rows keep their place while a slider moves.
    ranked = loads.base if np.isfinite(loads.base).any() else loads.value
    order = worst_first(ranked, rows=rows)
    months = [(day.strftime("%Y-%m"), view.text.month_label(day)) for day in problem.month_dates]
    return [
        row
        for rank, r in enumerate(order)
        for row in _row(problem, loads, months, view, place=(rank, r))
    ]


def _row(
    problem: Problem,
    loads: Loads,
    months: Sequence[tuple[str, str]],
    view: View,
    *,
    place: tuple[int, int],
) -> list[Row]:
    """The cells of one resource."""
    rank, r = place
    text = view.text
    name = problem.label(text.lang, "resource", problem.resources[r])
    fixed: Row = {
        "part": "month",
        "row": _with_unit(problem, text, r, name) if loads.amounts else name,
        "rank": rank,
        "bold": not loads.every_number,
        "t_resource": name,
    }
    cells: list[Row] = []
    pairs = zip(loads.value[r].tolist(), loads.base[r].tolist(), strict=True)
    for t, ((key, label), (value, base)) in enumerate(zip(months, pairs, strict=True)):
        known, marked = math.isfinite(value), t == view.month
        cells.append(
            {
                **fixed,
                "month": key,
                "marked": marked,
                "cell": f"{rank} {key}",
                "level": load_level(value, loads.bounds),
                "text": _number(loads, view, r, t, marked=marked),
                "t_month": label,
                "t_mean": text.percent(value, 0) if known else NONE,
                "t_reference": text.percent(base, 0) if math.isfinite(base) else NONE,
                "t_load": "" if loads.amount is None else _told(problem, loads, text, r, t),
            }
        )
    return cells


def _number(loads: Loads, view: View, r: int, t: int, *, marked: bool) -> str:
    """What stands in a cell."""
    share = float(loads.value[r, t])
    if loads.amounts and loads.amount is not None:
        return _amount(view.text, float(loads.amount[r, t]), short=_short(loads.amount, view))
    least = 1 if loads.every_number or marked else 101
    shown = math.isfinite(share) and round(100 * share) >= least
    return view.text.number(100 * share) if shown else ""


def _told(problem: Problem, loads: Loads, text: Text, r: int, t: int) -> str:
    """Load, capacity and share of a cell in words."""
    share = float(loads.value[r, t])
    load = 0.0 if loads.amount is None else float(loads.amount[r, t])
    unit = unit_of(problem, text, r, many=load >= 2)
    words = text.number(load, 0 if load >= 10 else 1) + FIXED + unit
    if not math.isfinite(share):
        return words
    capacity = text.number(float(problem.capacity[r, t]))
    return text("chart.load.cell", load=words, capacity=capacity, share=text.percent(share, 0))


def _load_only(problem: Problem, hours: Floats, *, view: View, rows: int) -> list[Row]:
    """Hours instead of a share when nothing limits them."""
    text = view.text
    order = np.argsort(-hours.max(axis=1), kind="stable")[:rows]
    short = _short(hours, view)
    names = [problem.label(text.lang, "resource", code) for code in problem.resources]
    return [
        {
            "part": "month",
            "month": day.strftime("%Y-%m"),
            "marked": t == view.month,
            "cell": f"{rank} {day:%Y-%m}",
            "row": _with_unit(problem, text, r, names[r]),
            "rank": rank,
            "level": "none",
            "text": _amount(text, float(hours[r, t]), short=short),
            "t_resource": names[r],
        }
        for rank, r in enumerate(order)
        for t, day in enumerate(problem.month_dates)
    ]


def _short(amounts: Floats, view: View) -> bool:
    """Whether amounts are in thousands: a cell has room for four characters, or for three."""
    largest = amounts.max(initial=0.0)
    return bool(largest >= (1e3 if view.density is Density.COMPACT else 1e4))


def _amount(text: Text, value: float, *, short: bool) -> str:
    return text.number(value / 1e3, 1) + "k" if short else text.number(value)


def _with_unit(problem: Problem, text: Text, r: int, name: str) -> str:
    """The name of a resource that is not counted in hours, with what it is counted in."""
    if problem.resource_kind[r] is ResourceKind.HOURS:
        return name
    return text("format.with_unit", name=name, unit=unit_of(problem, text, r, many=True))
