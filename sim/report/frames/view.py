"""How outcomes are shown: the units of the axes, the scenario's letter, the room."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.model import kpi
from sim.model.outcome import Measure, Outcome
from sim.model.problem import Floats, Problem, stock_target
from sim.report.style import REFERENCE, SIZES, Density
from sim.report.text import FIXED, SCALES, Text, money_scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What one step of an axis is worth."""

    label: str  # for the subtitle of the chart: "M€", "unités"
    factor: float  # plan units per axis unit
    scale: str | None  # money scale "M", "k", ""; None for physical units
    word: str = ""  # the name of one physical unit, in the plural
    finer: int = 0  # decimals more than usual: for a part that is small on the axis of the whole

    def write(self, text: Text, x: float, *, decimals: int = 1, sign: bool = False) -> str:
        """An axis value with its unit."""
        if self.scale is None:
            return text.number(x * self.factor, 0, sign=sign) + FIXED + self.word
        digits = decimals + self.finer if self.scale == "M" else 0
        return text.in_currency(text.number(x, digits, sign=sign), self.scale)

    def bare(self, text: Text, x: float, *, decimals: int = 1, sign: bool = False) -> str:
        """An axis value without its unit, for end labels."""
        digits = decimals + self.finer if self.factor > 1e3 else 0
        return text.number(x, digits, sign=sign)


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """The units of a dataset: chosen once, from its baseline, so that axes do not jump."""

    flow: Unit  # demand, supply, margin
    stock: Unit
    pallets: Unit
    money: bool  # whether values are known; else everything is in units

    @property
    def service(self) -> str:
        """Text key of what the fill rate weighs."""
        return "chart.value.money" if self.money else "chart.value.units"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One scenario as one reader sees it."""

    text: Text
    units: Units
    density: Density = Density.COMFORT
    letter: str = "A"
    name: str = ""  # what the scenario is called where its letter says nothing
    month: int | None = None  # the month that is marked in every chart
    part: bool = False  # whether one family is shown alone
    plot: int = 0  # pixels between title and axis, where the density does not say it

    @property
    def called(self) -> str:
        """The scenario in labels and tooltips."""
        letter = self.text("word.ref") if self.letter == REFERENCE else self.letter
        return self.name or letter

    def lines(self, count: float) -> float:
        """The share of a chart's height that lines of text take."""
        sizes = SIZES[self.density]
        return count * (sizes.label + 4) / (self.plot or sizes.plot)

    def spread(self, values: Sequence[float], *, low: float, high: float) -> list[float]:
        """Places for labels beside the ends of lines, moved apart by one line of text."""
        step = self.lines(1) * (high - low)
        return move_apart(values, step=step, low=low, high=high)


def units_for(problem: Problem, text: Text) -> Units:
    """The units that suit a baseline: millions, thousands or single ones."""
    word = text("chart.pallets")
    pallets = Unit(label=word, factor=1.0, scale=None, word=word)
    if problem.has_money:
        flow = (problem.demand * problem.price).sum(axis=0).max(initial=0.0)
        wanted = (stock_target(problem) * problem.unit_cost[:, None]).sum(axis=0)
        opening = float(problem.opening_stock @ problem.unit_cost)
        stock = max(opening, float(wanted.max(initial=0.0)))
        return Units(
            flow=_money(float(flow), text),
            stock=_money(stock if stock > 0 else float(flow), text),
            pallets=pallets,
            money=True,
        )
    demand = float(problem.demand.sum(axis=0).max(initial=0.0))
    held = max(
        float(problem.opening_stock.sum()),
        float(stock_target(problem).sum(axis=0).max(initial=0.0)),
    )
    return Units(
        flow=_pieces(demand, text), stock=_pieces(held, text), pallets=pallets, money=False
    )


def units_of_part(units: Units) -> Units:
    """The same axes for one family, with one decimal more in words: it is small on them."""
    return replace(units, flow=replace(units.flow, finer=1), stock=replace(units.stock, finer=1))


def _money(largest: float, text: Text) -> Unit:
    # Half a million and more reads better as 0,5 M€ on an axis than as 500 k€.
    scale = money_scale(largest * 2)
    return Unit(label=text.money_unit(scale), factor=SCALES[scale], scale=scale)


def _pieces(largest: float, text: Text) -> Unit:
    word = text("chart.units")
    if largest >= 50_000:
        return Unit(label=text("chart.thousand_units"), factor=1e3, scale=None, word=word)
    return Unit(label=word, factor=1.0, scale=None, word=word)


def move_apart(values: Sequence[float], *, step: float, low: float, high: float) -> list[float]:
    """The nearest places at least `step` apart, in the same order, inside [low, high].

    Least squares under an order with gaps: isotonic regression of value minus rank x step.

    >>> move_apart([1.0, 1.0], step=0.5, low=0.0, high=3.0)
    [0.75, 1.25]
    >>> move_apart([1.0, 1.0, 1.0], step=0.5, low=0.0, high=1.0)
    [0.0, 0.5, 1.0]
    """
    order = sorted(range(len(values)), key=lambda n: values[n])
    blocks: list[tuple[float, int]] = []
    for rank, n in enumerate(order):
        block = (values[n] - rank * step, 1)
        while blocks and blocks[-1][0] >= block[0]:
            mean, size = blocks.pop()
            total = size + block[1]
            block = ((mean * size + block[0] * block[1]) / total, total)
        blocks.append(block)
    flat = [mean for mean, size in blocks for _ in range(size)]
    room = max(low, high - (len(values) - 1) * step)
    places = [0.0] * len(values)
    for rank, n in enumerate(order):
        places[n] = min(max(flat[rank], low), room) + rank * step
    return places


def value_of(measure: Measure, *, money: bool) -> Measure:
    """The units twin of a value measure when there is no money.

    >>> value_of(Measure.DEMAND_VALUE, money=False)
    <Measure.DEMAND_UNITS: 'demand_units'>
    """
    twins = {
        Measure.DEMAND_VALUE: Measure.DEMAND_UNITS,
        Measure.SERVED_VALUE: Measure.SERVED_UNITS,
        Measure.STOCK_VALUE: Measure.STOCK_UNITS,
        Measure.REVENUE: Measure.SHIPPED_UNITS,
    }
    return measure if money else twins[measure]


def monthly(outcome: Outcome, measure: Measure, units: Units) -> Floats:
    """A measure per draw and month, in money or in units.

    Returns
    -------
    (N, T)
    """
    return outcome.total(value_of(measure, money=units.money))


def bands(samples: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, P5 and P95 over draws.

    Returns
    -------
    three times (T,)
    """
    low, high = kpi.interval(samples)
    return samples.mean(axis=0), low, high


def ratio(part: Floats, whole: Floats) -> Floats:
    """Share served; a month without demand is served in full.

    >>> ratio(np.array([9.0, 0.0]), np.array([10.0, 0.0]))
    array([0.9, 1. ])
    """
    return np.divide(part, whole, out=np.ones_like(whole), where=whole > 0)


def finite(*series: Floats | None) -> tuple[float, float]:
    """Lowest and highest value of several series."""
    values = np.concatenate([s.ravel() for s in series if s is not None])
    values = values[np.isfinite(values)]
    if not values.size:
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low, math.nextafter(low, math.inf) + 1e-9)
