"""Frames of the live room: one small table per chart, all varying text inside."""

import numpy as np
import pyarrow as pa

from sim.model.kpi_formulas import net_margin_by_month
from sim.model.outcome import Measure, Outcome
from sim.model.problem import Floats, Problem, stock_target
from sim.report.frames.rows import Row, beside, differs, ends, note, share_tips, table, tips
from sim.report.frames.view import Unit, View, bands, finite, monthly, ratio


def balance(outcome: Outcome, reference: Outcome | None, *, view: View) -> pa.Table:
    """Demand, what is delivered on time, and the same in the reference."""
    text, unit = view.text, view.units.flow
    if not outcome.problem.demand.any():
        return table("balance", [note(text("chart.empty.demand"))])
    demand = monthly(outcome, Measure.DEMAND_VALUE, view.units).mean(axis=0) / unit.factor
    served, low, high = (
        part / unit.factor for part in bands(monthly(outcome, Measure.SERVED_VALUE, view.units))
    )
    other = differs(outcome, reference)
    base = None
    if other is not None:
        base = monthly(other, Measure.SERVED_VALUE, view.units).mean(axis=0) / unit.factor
    months = tips(view, unit, outcome.problem, series=(served, low, high, base))
    rows = [
        {
            **tip,
            "fill": f"{view.letter} soft",
            "mean": served[t],
            "demand": demand[t],
            "reference": None if base is None else base[t],
            "t_demand": unit.write(text, demand[t], decimals=2),
        }
        for t, tip in enumerate(months)
    ]
    labels = [
        ("ink", text("chart.end.demand"), demand[-1]),
        *([] if base is None else [("ink_2", text("word.ref"), base[-1])]),
        (f"{view.letter} text", text("chart.end.supply", letter=view.letter), served[-1]),
    ]
    top = max(finite(demand)[1], finite(high)[1])
    rows += ends(labels, view, rows[-1]["month"], low=0.0, high=top)
    return table("balance", rows + _gap(demand, served, view, rows))


def _gap(demand: Floats, served: Floats, view: View, rows: list[Row]) -> list[Row]:
    """What stands above the bars: the largest gap, or demand and supply of the marked month."""
    text, unit, gap = view.text, view.units.flow, demand - served
    if view.month is not None:
        t = view.month
        words = text(
            "chart.mark.balance",
            demand=unit.bare(text, demand[t]),
            supply=unit.bare(text, served[t]),
        )
        # As wide as nine months in eighteen: it stays between the axis and the labels.
        return _above(demand, view, rows, at=t, wide=len(gap) // 4, words=words, tone="ink")
    worst = int(np.argmax(gap))
    if gap[worst] < 0.005 * demand[worst] or float(f"{gap[worst]:.1f}") == 0:
        return []
    words = text("chart.gap", value=unit.write(text, gap[worst]))
    return _above(demand, view, rows, at=worst, wide=2, words=words, tone="critical")


def _above(
    demand: Floats,
    view: View,
    rows: list[Row],
    *,
    at: int,
    wide: int,
    words: str,
    tone: str,
) -> list[Row]:
    """A label over the highest bar below it; `wide` months to each side at either end.

    Nearer to an end it would lie on the axis or on the labels of the lines.
    """
    place = min(max(at, wide), max(len(demand) - 1 - wide, 0))
    level = demand[max(place - wide, 0) : place + wide + 1].max()
    month = rows[place]["month"]
    label: Row = {"part": "gap", "month": month, "y": level, "text": words}
    return [
        {**label, "tone": tone, "bold": True},
        {"part": "room", "month": month, "y": level + view.lines(1.2) * demand.max()},
    ]


def stock(
    outcome: Outcome, reference: Outcome | None, *, view: View, pallets: bool = False
) -> pa.Table:
    """Projected stock with its spread, its target and, in pallets, the room of the store."""
    problem, text = outcome.problem, view.text
    unit = view.units.pallets if pallets else view.units.stock
    samples = _stock(outcome, view, pallets=pallets) / unit.factor
    mean, low, high = bands(samples)
    other = differs(outcome, reference)
    base = None
    if other is not None:
        base = _stock(other, view, pallets=pallets).mean(axis=0) / unit.factor
    wanted = stock_wanted(problem, view, pallets=pallets) / unit.factor
    limit = problem.storage if pallets else np.full(problem.months, np.nan)
    months = tips(view, unit, problem, series=(mean, low, high, base))
    rows: list[Row] = [
        {
            **tip,
            "mean": mean[t],
            "p5": low[t],
            "p95": high[t],
            "reference": None if base is None else base[t],
            "target": wanted[t],
            "limit": limit[t] if np.isfinite(limit[t]) else None,
        }
        for t, tip in enumerate(months)
    ]
    labels = [
        ("ink", text("chart.end.target"), wanted[-1]),
        (f"{view.letter} text", _ended(view, unit.bare(text, mean[-1])), mean[-1]),
        *([] if base is None else [("ink_2", text("word.ref"), base[-1])]),
    ]
    if np.isfinite(limit[-1]):
        places = text("chart.places", value=text.number(limit[-1]))
        labels.append(("critical", places, limit[-1]))
    top = finite(high, wanted, base, limit[np.isfinite(limit)])[1]
    rows += ends(labels, view, rows[-1]["month"], low=0.0, high=top)
    if view.month is not None:
        rows += _marked_stock(problem, wanted, mean, view, unit=unit, top=top)
    return table("stock", rows)


def _marked_stock(
    problem: Problem, wanted: Floats, mean: Floats, view: View, *, unit: Unit, top: float
) -> list[Row]:
    t, text = view.month or 0, view.text
    labels = [
        ("ink", text("chart.mark.target", value=unit.bare(text, wanted[t])), wanted[t]),
        (f"{view.letter} text", _ended(view, unit.bare(text, mean[t])), mean[t]),
    ]
    return beside(labels, view, problem, low=0.0, high=top)


def _ended(view: View, value: str) -> str:
    return view.text("chart.end.value", letter=view.called, value=value)


def _stock(outcome: Outcome, view: View, *, pallets: bool) -> Floats:
    if pallets:
        return outcome.total(Measure.PALLETS)
    return monthly(outcome, Measure.STOCK_VALUE, view.units)


def stock_wanted(problem: Problem, view: View, *, pallets: bool = False) -> Floats:
    """The stock target of all items together.

    Returns
    -------
    (T,) [money; units without prices; pallets]
    """
    wanted: Floats = _weights(problem, view, pallets=pallets) @ stock_target(problem)
    return wanted


def _weights(problem: Problem, view: View, *, pallets: bool) -> Floats:
    if pallets:
        return problem.pallets_per_unit
    return problem.unit_cost if view.units.money else np.ones_like(problem.unit_cost)


def service(outcome: Outcome, reference: Outcome | None, *, view: View) -> pa.Table:
    """Share of each month's demand that is served on time."""
    problem, text = outcome.problem, view.text
    mean, low, high = bands(fill_by_month(outcome, view))
    other = differs(outcome, reference)
    base = None if other is None else fill_by_month(other, view).mean(axis=0)
    wanted = service_target(problem, view)
    months = share_tips(view, problem, series=(mean, low, high, base))
    rows: list[Row] = [
        {
            **tip,
            "mean": mean[t],
            "p5": low[t],
            "p95": high[t],
            "reference": None if base is None else base[t],
            "target": wanted,
        }
        for t, tip in enumerate(months)
    ]
    value = text.percent(mean[-1], 0)
    target = text("chart.end.service_target", value=text.percent(wanted, 0))
    words = text("chart.end.value", letter=view.letter, value=value)
    labels = [
        (f"{view.letter} text", words, mean[-1]),
        ("ink", target, wanted),
        *([] if base is None else [("ink_2", text("word.ref"), base[-1])]),
    ]
    bottom = min(0.7, finite(low, base)[0])
    rows += ends(labels, view, rows[-1]["month"], low=bottom, high=1.0)
    if view.month is not None:
        share = float(mean[view.month])
        words = text("chart.end.value", letter=view.letter, value=text.percent(share, 0))
        marked = [(f"{view.letter} text", words, share)]
        rows += beside(marked, view, problem, low=bottom, high=1.0)
    return table("service", rows)


def margin(outcome: Outcome, reference: Outcome | None, *, view: View) -> pa.Table:
    """Cumulative net margin against the reference, draw by draw."""
    problem, text, unit = outcome.problem, view.text, view.units.flow
    other = differs(outcome, reference)
    gain = np.zeros((1, problem.months))
    if other is not None:
        gain = margin_gain(outcome, other) / unit.factor
    mean, low, high = bands(gain)
    months = tips(view, unit, problem, series=(mean, low, high, None), sign=True)
    rows: list[Row] = [
        {**tip, "mean": mean[t], "p5": low[t], "p95": high[t], "reference": 0.0}
        for t, tip in enumerate(months)
    ]
    if other is None:
        return table("margin", [*rows, note(text("chart.empty.same"))])
    value = unit.bare(text, mean[-1], sign=True)
    words = text("chart.end.value", letter=view.letter, value=value)
    labels = [(f"{view.letter} text", words, mean[-1]), ("ink_2", text("word.ref"), 0.0)]
    bottom, top = finite(low, high, np.zeros(1))
    rows += ends(labels, view, rows[-1]["month"], low=bottom, high=top)
    if view.month is not None:
        value = unit.bare(text, mean[view.month], sign=True)
        words = text("chart.end.value", letter=view.letter, value=value)
        marked = [(f"{view.letter} text", words, float(mean[view.month]))]
        rows += beside(marked, view, problem, low=bottom, high=top)
    return table("margin", rows)


def margin_gain(outcome: Outcome, reference: Outcome) -> Floats:
    """Cumulative difference of net margin, on the same draws.

    Returns
    -------
    (N, T) [money]
    """
    return np.cumsum(net_margin_by_month(outcome) - net_margin_by_month(reference), axis=1)


def fill_by_month(outcome: Outcome, view: View) -> Floats:
    """Share served per draw and month.

    Returns
    -------
    (N, T) [share]
    """
    share = ratio(
        monthly(outcome, Measure.SERVED_VALUE, view.units),
        monthly(outcome, Measure.DEMAND_VALUE, view.units),
    )
    # A rounding above 1 would open the axis beyond 100 %.
    return np.clip(share, 0.0, 1.0)


def service_target(problem: Problem, view: View) -> float:
    """The service wanted of the whole company: targets of the items, weighted by demand."""
    weight = problem.demand * problem.price if view.units.money else problem.demand
    total = weight.sum()
    weights = weight.sum(axis=1)
    return float(problem.service_target @ weights / total) if total else 1.0
