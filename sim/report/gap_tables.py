"""The gap table: what families miss, in money and units, each gap with its cause."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

from sim.model.aids.gaps import NONE, Cause, Gaps
from sim.model.problem import Floats, Problem
from sim.report import headline
from sim.report.cells import Style, figure
from sim.report.tables import BREAK
from sim.report.text import Text

Plain: TypeAlias = Callable[[str], str]

SMALL = 0.001  # of all: a cause below that share is not in the sentence
FAMILIES = 12  # rows of the table; a file has all
CAUSES = 6  # of the sentence; the rest is one
NOTHING = 1e-6  # of the largest: a file leaves out what is a rounding


def cause_name(problem: Problem, text: Text, cause: Cause, *, short: bool = False) -> str:
    """The cause of a gap in words: "capacity: powder coating", or only its resource."""
    if cause.resource == NONE:
        return text(f"gap.{cause.kind.value}{'.short' if short else ''}")
    name = headline.resource_name(problem, text, cause.resource)
    return name if short else text(f"gap.{cause.kind.value}", name=name)


def months_shown(found: Gaps, window: slice, *, most: int, money: bool) -> list[int]:
    """The months of the window that miss most, in their order."""
    by_month = _measure(found, money=money)[:, :, window].sum(axis=(0, 1))
    worst = [int(t) for t in np.argsort(-by_month, kind="stable")[:most] if by_month[t] > 0]
    return sorted(t + window.start for t in worst)


def gap_rows(
    found: Gaps,
    problem: Problem,
    *,
    text: Text,
    window: slice,
    months: Sequence[int],
    plain: Plain = str,
) -> pd.DataFrame:
    """A row per family (the worst of many) and their total, in Markdown: money, units, cause.

    `plain` keeps the company's own names from acting as Markdown.
    """
    heads = {t: text.month_short(problem.month_dates[t]) for t in months}
    year = str(problem.month_dates[window.start].year)
    rows = []
    for f in _worst_families(found, window, money=problem.has_money):
        code = problem.families[f]
        one = Gaps(causes=found.causes, money=found.money[:, [f]], units=found.units[:, [f]])
        name = plain(problem.label(text.lang, "family", code))
        rows.append(
            _row(name, one, problem, text=text, window=window, months=heads, year=year, plain=plain)
        )
    total = text("word.total")
    rows.append(
        _row(total, found, problem, text=text, window=window, months=heads, year=year, plain=plain)
    )
    return pd.DataFrame(rows)


def _worst_families(found: Gaps, window: slice, *, money: bool) -> list[int]:
    """The families to show, in the order of the data."""
    missed = _measure(found, money=money)[:, :, window].sum(axis=(0, 2))
    return sorted(int(f) for f in np.argsort(-missed, kind="stable")[:FAMILIES])


def _row(
    name: str,
    found: Gaps,
    problem: Problem,
    *,
    text: Text,
    window: slice,
    months: dict[int, str],
    year: str,
    plain: Plain,
) -> dict[str, str]:
    row = {text("word.family"): name}
    for t, head in months.items():
        amount, cause = _cell(found, problem, slice(t, t + 1), text=text)
        row[head] = f"{amount}{BREAK}:small[:gray[{plain(cause)}]]" if cause else amount
    row[year], _ = _cell(found, problem, window, text=text)
    return row


def _cell(found: Gaps, problem: Problem, months: slice, *, text: Text) -> tuple[str, str]:
    """What is missed, in Markdown, and its main cause in words; "" when nothing is."""
    missed = found.units[:, :, months].sum(axis=(1, 2))
    worth = found.money[:, :, months].sum(axis=(1, 2))
    units, money = float(missed.sum()), float(worth.sum())
    written = text.number(-money / 1e3) if problem.has_money else text.number(-units)
    if written.strip("-−") == "0":
        return "0", ""
    bold = f"**{written}**"
    if problem.has_money:
        bold += f" ({text.number(-units)})"
    main = found.causes[int((worth if problem.has_money else missed).argmax())]
    return bold, cause_name(problem, text, main, short=True)


def by_cause(found: Gaps, problem: Problem, *, text: Text, window: slice) -> list[tuple[str, str]]:
    """Causes by what they cost in the window, largest first: name, amount in money and units.

    What is beyond ``CAUSES`` of them is one entry at the end.
    """
    measure = _measure(found, money=problem.has_money)[:, :, window].sum(axis=(1, 2))
    units = found.units[:, :, window].sum(axis=(1, 2))
    order = [k for k in np.argsort(-measure, kind="stable") if measure[k] > SMALL * measure.sum()]
    parts = [(cause_name(problem, text, found.causes[k]), [k]) for k in order[:CAUSES]]
    if len(order) > CAUSES:
        parts.append((text("gap.others"), order[CAUSES:]))
    told = []
    for name, which in parts:
        amount = headline.amount(float(measure[which].sum()), problem, text)
        if problem.has_money:
            in_units = text("headline.units", value=text.number(float(units[which].sum())))
            amount = text("gap.amount", money=amount, units=in_units)
        told.append((name, amount))
    return told


def gap_numbers(found: Gaps, problem: Problem, *, text: Text) -> pd.DataFrame:
    """The same as numbers for a file: one row per family, month and cause that miss something."""
    least = NOTHING * found.units.max(initial=0.0)
    places = np.argwhere(np.moveaxis(found.units > least, 0, -1))
    columns = [text(key) for key in ("word.family", "word.month", "gap.cause")]
    columns.append(text("table.with_unit", name=text("gap.missed"), unit=text("chart.units")))
    if problem.has_money:
        columns.append(text("table.with_unit", name=text("gap.missed"), unit=text.symbol))
    rows = []
    for f, t, k in places:
        cells: list[object] = [
            problem.label(text.lang, "family", problem.families[f]),
            problem.month_dates[t],
            cause_name(problem, text, found.causes[k]),
            figure(float(found.units[k, f, t]), Style.COUNT),
        ]
        if problem.has_money:
            cells.append(figure(float(found.money[k, f, t]), Style.MONEY))
        rows.append(cells)
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _measure(found: Gaps, *, money: bool) -> Floats:
    return found.money if money else found.units
