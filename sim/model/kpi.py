"""KPIs: each declared once, computed per draw, then summed up as a mean with its spread.

Ratios are ratios of sums, never means of monthly ratios. A draw is one possible course of the
horizon; two scenarios meet the same draws, so their difference is taken draw by draw.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from sim.model import kpi_formulas as formulas
from sim.model.outcome import Measure, Outcome
from sim.model.problem import Floats, Problem


class Kpi(StrEnum):
    """What a plan is judged by. Names and formulas in words are in kpi.po."""

    FILL_RATE = "fill_rate"
    FILL_RATE_UNITS = "fill_rate_units"
    CYCLE_SERVICE = "cycle_service"
    OTIF_PROXY = "otif_proxy"
    REVENUE = "revenue"
    CONTRIBUTION = "contribution"
    NET_MARGIN = "net_margin"
    TOTAL_COST = "total_cost"
    DECISION_COST = "decision_cost"
    STOCK_PEAK = "stock_peak"
    STOCK_MEAN = "stock_mean"
    COVER = "cover"
    TURNS = "turns"
    AT_RISK = "at_risk"
    LOST_SALES = "lost_sales"
    LOST_UNITS = "lost_units"
    BACKLOG = "backlog"
    BACKLOG_UNITS = "backlog_units"
    PALLETS_PEAK = "pallets_peak"
    CASH = "cash"


class Unit(StrEnum):
    """What a KPI is counted in."""

    SHARE = "share"
    MONEY = "money"
    MONTHS = "months"
    PER_YEAR = "per_year"
    PALLETS = "pallets"
    UNITS = "units"


class Better(StrEnum):
    """Which way is good news."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One KPI: its unit, which way is better, and its formula per draw."""

    unit: Unit
    better: Better
    formula: formulas.Formula

    @staticmethod
    def key(kpi: Kpi) -> str:
        """Text key of its name."""
        return f"kpi.{kpi.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Mean over draws, the range that holds nine draws in ten, standard error of the mean."""

    mean: float
    p5: float
    p95: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Band:
    """A measure month by month: mean and range over draws, (T,) each."""

    mean: Floats
    p5: Floats
    p95: Floats


def window(problem: Problem) -> slice:
    """Months that the headline figures speak about: the first whole calendar year.

    A horizon without a whole calendar year gives its first twelve months, or all it has.

    Parameters
    ----------
    problem

    Returns
    -------
    slice of months
    """
    first = (1 - problem.start.month) % 12
    if first + 12 <= problem.months:
        return slice(first, first + 12)
    return slice(0, min(12, problem.months))


def per_draw(outcome: Outcome, months: slice) -> Mapping[Kpi, Floats]:
    """Every KPI of every draw over a window of months, (N,) each."""
    return {kpi: declared.formula(outcome, months) for kpi, declared in KPIS.items()}


def estimates(outcome: Outcome, months: slice) -> Mapping[Kpi, Estimate]:
    """Every KPI as a mean with its spread."""
    return spreads(per_draw(outcome, months))


def spreads(values: Mapping[Kpi, Floats]) -> Mapping[Kpi, Estimate]:
    """KPIs of every draw as means with their spreads."""
    return {kpi: estimate(each) for kpi, each in values.items()}


def differences(outcome: Outcome, reference: Outcome, months: slice) -> Mapping[Kpi, Estimate]:
    """Outcome less reference, draw by draw.

    Raises
    ------
    ValueError: the two were not simulated on the same draws.

    Source: Law, Simulation Modeling and Analysis (paired comparison).
    """
    if (outcome.draws, outcome.seed) != (reference.draws, reference.seed):
        raise ValueError("differences need outcomes of the same draws")
    return gaps(per_draw(outcome, months), per_draw(reference, months))


def gaps(ours: Mapping[Kpi, Floats], theirs: Mapping[Kpi, Floats]) -> Mapping[Kpi, Estimate]:
    """Differences of KPIs, draw by draw; both are of the same draws."""
    return {kpi: estimate(each - theirs[kpi]) for kpi, each in ours.items()}


def estimate(values: Floats) -> Estimate:
    """Mean, P5, P95 and standard error s / sqrt(N) of a sample.

    Parameters
    ----------
    values : (N,)

    Returns
    -------
    Estimate

    Source: Law, Simulation Modeling and Analysis (confidence interval of a mean).

    >>> estimate(np.array([1.0, 2.0, 3.0]))
    Estimate(mean=2.0, p5=1.1, p95=2.9, error=0.5773502691896258)
    """
    # Equal draws (nothing random) must give no error at all, not a rounding of one.
    same = values.min() == values.max()
    mean = float(values[0]) if same else float(values.mean())
    p5, p95 = (mean, mean) if same else interval(values)
    count = len(values)
    error = 0.0 if same else float(values.std(ddof=1)) / count**0.5
    return Estimate(mean=mean, p5=float(p5), p95=float(p95), error=error)


def interval(values: Floats) -> tuple[Floats, Floats]:
    """P5 and P95 over draws, linear between ranks, as ``np.percentile`` has them.

    It is asked for by every figure and chart of a screen, and this takes a third of the time.

    Parameters
    ----------
    values : (N, ...)

    Returns
    -------
    twice (...); nan where a value is nan

    >>> low, high = interval(np.arange(21.0))
    >>> float(low), float(high)
    (1.0, 19.0)
    """
    rows = np.moveaxis(values, 0, -1)
    last = rows.shape[-1] - 1
    places = [(int(share * last), share * last % 1.0) for share in (0.05, 0.95)]
    wanted = {min(rank + step, last) for rank, _ in places for step in (0, 1)}
    ordered = np.partition(rows, sorted({*wanted, last}), axis=-1)  # nan comes last
    gone = np.isnan(ordered[..., last])
    low, high = (
        np.where(gone, np.nan, _between(ordered, rank, min(rank + 1, last), part))
        for rank, part in places
    )
    return low, high


def _between(ordered: Floats, low: int, high: int, part: float) -> Floats:
    between: Floats = ordered[..., low] + (ordered[..., high] - ordered[..., low]) * part
    return between


def monthly(outcome: Outcome, measure: Measure) -> Band:
    """A measure of the whole company by month: mean, P5 and P95 over draws."""
    values = outcome.total(measure)
    p5, p95 = interval(values)
    return Band(mean=values.mean(axis=0), p5=p5, p95=p95)


def _declare(unit: Unit, better: Better, formula: formulas.Formula) -> Declared:
    return Declared(unit=unit, better=better, formula=formula)


KPIS: Mapping[Kpi, Declared] = MappingProxyType(
    {
        Kpi.FILL_RATE: _declare(Unit.SHARE, Better.HIGHER, formulas.fill_rate),
        Kpi.FILL_RATE_UNITS: _declare(Unit.SHARE, Better.HIGHER, formulas.fill_rate_units),
        Kpi.CYCLE_SERVICE: _declare(Unit.SHARE, Better.HIGHER, formulas.cycle_service),
        Kpi.OTIF_PROXY: _declare(Unit.SHARE, Better.HIGHER, formulas.otif_proxy),
        Kpi.REVENUE: _declare(Unit.MONEY, Better.HIGHER, formulas.sum_of(Measure.REVENUE)),
        Kpi.CONTRIBUTION: _declare(Unit.MONEY, Better.HIGHER, formulas.contribution),
        Kpi.NET_MARGIN: _declare(Unit.MONEY, Better.HIGHER, formulas.net_margin),
        Kpi.TOTAL_COST: _declare(Unit.MONEY, Better.LOWER, formulas.total_cost),
        Kpi.DECISION_COST: _declare(Unit.MONEY, Better.LOWER, formulas.decision_cost),
        Kpi.STOCK_PEAK: _declare(Unit.MONEY, Better.NEITHER, formulas.peak_of(Measure.STOCK_VALUE)),
        Kpi.STOCK_MEAN: _declare(Unit.MONEY, Better.NEITHER, formulas.stock_mean),
        Kpi.COVER: _declare(Unit.MONTHS, Better.NEITHER, formulas.cover),
        Kpi.TURNS: _declare(Unit.PER_YEAR, Better.NEITHER, formulas.turns_of),
        Kpi.AT_RISK: _declare(Unit.MONEY, Better.LOWER, formulas.at_risk),
        Kpi.LOST_SALES: _declare(Unit.MONEY, Better.LOWER, formulas.sum_of(Measure.LOST_VALUE)),
        Kpi.LOST_UNITS: _declare(Unit.UNITS, Better.LOWER, formulas.sum_of(Measure.LOST_UNITS)),
        Kpi.BACKLOG: _declare(Unit.MONEY, Better.LOWER, formulas.last_of(Measure.BACKLOG_VALUE)),
        Kpi.BACKLOG_UNITS: _declare(
            Unit.UNITS, Better.LOWER, formulas.last_of(Measure.BACKLOG_UNITS)
        ),
        Kpi.PALLETS_PEAK: _declare(Unit.PALLETS, Better.NEITHER, formulas.peak_of(Measure.PALLETS)),
        Kpi.CASH: _declare(Unit.MONEY, Better.NEITHER, formulas.cash),
    }
)
