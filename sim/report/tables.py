"""Tables as plain frames: formatted texts for the screen, raw numbers for the exports."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from sim.model.compare import MODE, Difference
from sim.model.kpi import KPIS, Better, Declared, Estimate, Kpi, Unit
from sim.model.outcome import Measure, Outcome
from sim.model.scenario import Card
from sim.report.cells import Style, column, figure
from sim.report.frames.view import bands
from sim.report.style import REFERENCE
from sim.report.text import FIXED, NONE, SCALES, Text, money_scale

Estimates = Mapping[Kpi, Estimate]

BREAK = "  \n"  # of a line in Markdown
DECIMALS = {Unit.MONTHS: 2, Unit.PER_YEAR: 1, Unit.PALLETS: 0, Unit.UNITS: 0}
FILE_STYLES = {  # of a level and of a difference
    Unit.SHARE: (Style.SHARE, Style.POINTS),
    Unit.MONEY: (Style.MONEY, Style.CHANGE),
    Unit.MONTHS: (Style.DECIMAL, Style.POINTS),
    Unit.PER_YEAR: (Style.DECIMAL, Style.POINTS),
    Unit.PALLETS: (Style.COUNT, Style.SIGNED),
    Unit.UNITS: (Style.COUNT, Style.SIGNED),
}
COMPARED = (
    Kpi.FILL_RATE,
    Kpi.FILL_RATE_UNITS,
    Kpi.REVENUE,
    Kpi.NET_MARGIN,
    Kpi.DECISION_COST,
    Kpi.STOCK_PEAK,
    Kpi.AT_RISK,
    Kpi.LOST_SALES,
    Kpi.TURNS,
    Kpi.PALLETS_PEAK,
)
WITHOUT_MONEY = (Kpi.FILL_RATE_UNITS, Kpi.CYCLE_SERVICE, Kpi.PALLETS_PEAK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One KPI in words, for a card or a cell."""

    name: str
    value: str
    tight: tuple[str, str]  # name and value where there is little room: the unit is in the name
    spread: str  # "96,2–99,1"
    change: str  # difference to the reference with its sign; "" without a reference
    error: str  # standard error of the difference
    better: bool | None  # None: no good direction, or within twice its standard error


def write_kpi(name: Kpi, found: Estimate, change: Estimate | None, *, text: Text) -> Written:
    """A KPI with its spread, its difference to the reference and that difference's error."""
    scale = money_scale(max(abs(found.mean), abs(found.p95)))
    difference = "" if change is None else _difference(name, change, text=text, scale=scale)
    low = _value(name, found.p5, text=text, scale=scale, bare=True)
    high = _value(name, found.p95, text=text, scale=scale, bare=True)
    label, value = text(Declared.key(name)), _value(name, found.mean, text=text, scale=scale)
    short = text(f"kpi.{name.value}.short")
    tight = (short, value)
    if KPIS[name].unit is Unit.MONEY:
        bare = _value(name, found.mean, text=text, scale=scale, bare=True)
        tight = (text("format.with_unit", name=short, unit=text.money_unit(scale)), bare)
    return Written(
        name=label,
        value=value,
        tight=tight,
        spread=text.interval(low, high),
        change=difference,
        error="" if change is None else _error(name, change, text=text, scale=scale),
        better=None if change is None else is_better(name, change),
    )


def write_change(name: Kpi, change: Estimate, *, text: Text) -> str:
    """A paired difference with its standard error, in the scale of its own."""
    scale = money_scale(change.mean)
    difference = _difference(name, change, text=text, scale=scale)
    return text.plus_minus(difference, _error(name, change, text=text, scale=scale))


def is_better(name: Kpi, change: Estimate) -> bool | None:
    """Whether a difference is an improvement; None when it is noise or has no good side."""
    better = KPIS[name].better
    noise = not abs(change.mean) > 2 * change.error  # a missing value is noise, too
    if better is Better.NEITHER or noise:
        return None
    return (change.mean < 0) == (better is Better.LOWER)


def kpi_table(
    found: Mapping[str, Estimates],
    changes: Mapping[str, Estimates],
    *,
    text: Text,
    money: bool = True,
    stacked: bool = False,
    wanted: Sequence[Kpi] = (),
) -> pd.DataFrame:
    """One row per KPI; one column per scenario: value, then difference ± standard error.

    Columns are the letters, "ref" first. Cells are Markdown: the value in bold, the difference
    in plain text, below it where columns are narrow (`stacked`), else on the same line: all
    cells alike. `changes` holds paired differences to the reference, without "ref". `wanted`
    KPIs instead of those of a comparison.
    """
    rows = []
    for name in wanted or (COMPARED if money else WITHOUT_MONEY):
        scale = money_scale(max(abs(each[name].mean) for each in found.values()))
        row = {"kpi": text(Declared.key(name))}
        for letter, each in found.items():
            value = _value(name, each[name].mean, text=text, scale=scale, exact=True)
            change = changes.get(letter, {}).get(name)
            row[letter] = (
                value
                if change is None
                else f"**{value}**"
                + (BREAK if stacked else FIXED)
                + _gap(name, change, text=text, scale=scale)
            )
        rows.append(row)
    return pd.DataFrame(rows, columns=["kpi", *found])


def _gap(name: Kpi, change: Estimate, *, text: Text, scale: str) -> str:
    difference = _difference(name, change, text=text, scale=scale, bare=True)
    error = _error(name, change, text=text, scale=scale)
    return text.plus_minus(difference, error)


def kpi_numbers(
    found: Mapping[str, Estimates],
    changes: Mapping[str, Estimates],
    names: Mapping[str, str],
    *,
    text: Text,
    money: bool = True,
) -> pd.DataFrame:
    """The same as numbers for a file: one row per KPI and scenario, each with its unit."""
    kept = [name for name in Kpi if money or KPIS[name].unit is not Unit.MONEY]
    rows = [
        _kpi_row(name, each[name], changes.get(letter, {}).get(name), text=text, who=names[letter])
        for name in kept
        for letter, each in found.items()
        if name in each
    ]
    heads = (
        *("table.indicator", "table.unit", "word.scenario", "table.average", "P5", "P95"),
        *("table.difference", "table.error", "table.difference_unit"),
    )
    columns = [text(head) if text.has(head) else head for head in heads]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _kpi_row(
    name: Kpi, found: Estimate, change: Estimate | None, *, text: Text, who: str
) -> list[object]:
    unit = KPIS[name].unit
    level, signed = FILE_STYLES[unit]
    scale = 100.0 if unit is Unit.SHARE else 1.0  # differences of shares are points
    gap = None if change is None else figure(scale * change.mean, signed)
    error = None if change is None else figure(scale * change.error, Style.DECIMAL)
    return [
        text(Declared.key(name)),
        _unit_name(unit, text),
        who,
        *(figure(value, level) for value in (found.mean, found.p5, found.p95)),
        gap,
        error,
        "" if change is None else _unit_name(unit, text, gap=True),
    ]


def _unit_name(unit: Unit, text: Text, *, gap: bool = False) -> str:
    if unit is Unit.SHARE:
        return text("format.points") if gap else "%"
    return text.symbol if unit is Unit.MONEY else text(f"table.unit.{unit.value}")


def assumptions(
    differences: Sequence[Difference],
    letters: Sequence[str],
    *,
    text: Text,
    name: Callable[[Card], str],
    value: Callable[[Card], str],
) -> pd.DataFrame:
    """What differs between scenarios: one row per lever, a dash where it is not used."""
    rows = []
    for difference in differences:
        if difference.kind == MODE:
            label = text("table.mode")
            cells = [text(f"mode.{mode}") for mode in difference.texts]
        else:
            label = name(next(card for card in difference.cards if card is not None))
            cells = [NONE if card is None else value(card) for card in difference.cards]
        rows.append({"lever": label, **dict(zip(letters, cells, strict=True))})
    return pd.DataFrame(rows, columns=["lever", *letters])


def assumption_numbers(
    differences: Sequence[Difference],
    names: Sequence[str],
    *,
    text: Text,
    name: Callable[[Card], str],
    value: Callable[[Card], tuple[float | str, str]],
) -> pd.DataFrame:
    """The same as numbers for a file: one row per lever with its unit, empty where not used."""
    rows: list[list[object]] = []
    for difference in differences:
        if difference.kind == MODE:
            modes = [text(f"mode.{mode}") for mode in difference.texts]
            rows.append([text("table.mode"), "", *modes])
            continue
        first = next(card for card in difference.cards if card is not None)
        unit = value(first)[1]
        cells = [None if card is None else value(card)[0] for card in difference.cards]
        rows.append([name(first), unit, *cells])
    columns = [text("table.lever"), text("table.unit"), *names]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def headers(letters: Sequence[str], names: Mapping[str, str], *, text: Text) -> dict[str, str]:
    """Column titles for the screen: the letter and name of each scenario."""
    return {
        letter: text("word.reference")
        if letter == REFERENCE
        else text("format.named", letter=letter, name=names[letter])
        for letter in letters
    }


def monthly_table(outcome: Outcome, *, text: Text) -> pd.DataFrame:
    """The plan by month in raw numbers, for exports: mean, P5 and P95 of each measure."""
    problem = outcome.problem
    measures = [measure for measure in Measure if problem.has_money or _physical(measure)]
    columns: dict[str, object] = {text("word.month"): list(problem.month_dates)}
    for measure in measures:
        word, physical = text(f"measure.{measure.value}"), _physical(measure)
        style = Style.COUNT if physical else Style.MONEY
        heads = [word, f"{word} P5", f"{word} P95"]
        if not physical:
            heads = [text("table.with_unit", name=head, unit=text.symbol) for head in heads]
        levels = bands(outcome.total(measure))
        columns |= {head: column(v, style) for head, v in zip(heads, levels, strict=True)}
    return pd.DataFrame(columns)


def item_table(outcome: Outcome, *, text: Text) -> pd.DataFrame:
    """The plan by item and month in raw numbers: what is asked, made, held and missed."""
    problem = outcome.problem
    months = problem.months
    numbers = {
        "measure.demand_units": problem.demand,
        "measure.release_units": outcome.item_release,
        "measure.stock_units": outcome.item_stock,
        "measure.unserved_value": outcome.unserved,
    }
    words = {
        "word.item": list(problem.items),
        "word.name": [problem.label(text.lang, "item", item) for item in problem.items],
        "word.family": [
            problem.label(text.lang, "family", problem.families[f]) for f in problem.family
        ],
    }
    columns: dict[str, object] = {
        text(key): [word for word in column for _ in range(months)] for key, column in words.items()
    }
    columns[text("word.month")] = list(problem.month_dates) * len(problem.items)
    for key, values in numbers.items():
        word, style = text(key), Style.COUNT
        if key == "measure.unserved_value":
            word, style = text("table.with_unit", name=word, unit=text.symbol), Style.MONEY
        columns[word] = column(values.ravel(), style)
    return pd.DataFrame(columns)


def _physical(measure: Measure) -> bool:
    return measure in {
        Measure.DEMAND_UNITS,
        Measure.SERVED_UNITS,
        Measure.SHIPPED_UNITS,
        Measure.LOST_UNITS,
        Measure.BACKLOG_UNITS,
        Measure.STOCK_UNITS,
        Measure.PALLETS,
        Measure.STOCKOUTS,
    }


def _value(
    name: Kpi, x: float, *, text: Text, scale: str, bare: bool = False, exact: bool = False
) -> str:
    unit = KPIS[name].unit
    if unit is Unit.SHARE:
        return text.number(100 * x, 1) if bare else text.percent(x)
    if unit in DECIMALS:
        return text.number(x, DECIMALS[unit])
    digits = {"M": 2 if exact else 1}.get(scale, 0)
    number = text.number(x / SCALES[scale], digits)
    return number if bare else text.in_currency(number, scale)


def _difference(name: Kpi, change: Estimate, *, text: Text, scale: str, bare: bool = False) -> str:
    unit = KPIS[name].unit
    if unit is Unit.SHARE:
        return text.points(change.mean)
    if unit in DECIMALS:
        return text.number(change.mean, DECIMALS[unit], sign=True)
    number = text.number(change.mean / SCALES[scale], {"M": 2}.get(scale, 0), sign=True)
    return number if bare else text.in_currency(number, scale)


def _error(name: Kpi, change: Estimate, *, text: Text, scale: str) -> str:
    """A standard error with enough decimals to tell it from zero."""
    unit = KPIS[name].unit
    if unit is Unit.SHARE:
        return text.number(100 * change.error, _enough(100 * change.error, 2))
    if unit in DECIMALS:
        return text.number(change.error, _enough(change.error, DECIMALS[unit]))
    error = change.error / SCALES[scale]
    return text.number(error, _enough(error, {"M": 2}.get(scale, 0)))


def _enough(x: float, least: int) -> int:
    """Decimals, at least `least` and at most two more, until a number is not written as zero.

    >>> _enough(0.021, 2), _enough(0.002, 2), _enough(0.0, 0)
    (2, 3, 0)
    """
    if x == 0:
        return least
    return next((d for d in (least, least + 1) if round(abs(x), d) > 0), least + 2 if x else least)
