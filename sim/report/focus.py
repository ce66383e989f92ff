"""What the reader looks at, in words: the figures of one month, the families worst first."""

import numpy as np

from sim.model import kpi
from sim.model.aids.gaps import unserved_units
from sim.model.outcome import Measure, Outcome
from sim.model.problem import Floats, Problem
from sim.report import headline
from sim.report.frames.live import fill_by_month, stock_wanted
from sim.report.frames.view import Unit, View, monthly
from sim.report.style import Density
from sim.report.text import Text


def month_line(outcome: Outcome, whole: Outcome, *, view: View) -> str:
    """The figures of the marked month: demand, supply, share served, stock, fullest resource.

    Where room is short, share and stock are left to their charts, which write them, too.
    `outcome` is what is shown: one family, or all of `whole`.
    """
    if view.month is None:
        return ""
    t, text = view.month, view.text
    share = float(fill_by_month(outcome, view)[:, t].mean())
    held = [text("focus.served", share=text.percent(share, 0)), _stock(outcome, view)]
    return " · ".join(
        [
            _flow(outcome, view, "demand", Measure.DEMAND_VALUE, Measure.DEMAND_UNITS),
            _flow(outcome, view, "supply", Measure.SERVED_VALUE, Measure.SERVED_UNITS),
            *([] if view.density is Density.COMPACT else held),
            *_load(outcome, whole, view, t),
        ]
    )


def named(problem: Problem, *, view: View, family: int | None) -> str:
    """What is looked at, for a stamp: "Poêles, nov. 2027"; "" = everything."""
    text = view.text
    words = [] if family is None else [family_name(problem, text, family)]
    if view.month is not None:
        words.append(text.month_label(problem.month_dates[view.month]))
    return ", ".join(words)


def family_name(problem: Problem, text: Text, family: int) -> str:
    """A family as it is written alone."""
    return problem.label(text.lang, "family", problem.families[family])


def worst_first(reference: Outcome) -> list[int]:
    """Families by what they miss in the window when nothing is decided: they keep their place."""
    problem = reference.problem
    missed = reference.unserved if problem.has_money else unserved_units(reference)
    year = missed[:, kpi.window(problem)].sum(axis=1)
    of_families = np.bincount(problem.family, year, len(problem.families))
    return [int(f) for f in np.argsort(-of_families, kind="stable")]


def _flow(outcome: Outcome, view: View, name: str, measure: Measure, units: Measure) -> str:
    text, unit = view.text, view.units.flow
    value = _at(monthly(outcome, measure, view.units), view, unit)
    if not view.units.money:
        return text(f"focus.{name}", value=value)
    count = text.number(float(_mean(outcome.total(units))[view.month or 0]))
    short = "_short" if view.density is Density.COMPACT else ""
    counted = text(f"focus.units{short}", count=count)
    return text(f"focus.{name}.both", value=value, units=counted)


def _stock(outcome: Outcome, view: View) -> str:
    unit = view.units.stock
    mean = _mean(monthly(outcome, Measure.STOCK_VALUE, view.units))[view.month or 0]
    value = unit.bare(view.text, float(mean) / unit.factor)
    wanted = stock_wanted(outcome.problem, view)[view.month or 0]
    target = unit.write(view.text, float(wanted) / unit.factor)
    return view.text("focus.stock", value=value, target=target)


def _load(outcome: Outcome, whole: Outcome, view: View, t: int) -> list[str]:
    """The resource that is loaded most, what of it the family takes, and what held the month."""
    text, problem, own = view.text, whole.problem, outcome.load[:, t]
    if not np.isfinite(own).any():
        return []
    worst = int(np.nanargmax(own))
    load = float(whole.load[worst, t])
    name = problem.label(text.lang, "resource", problem.resources[worst])
    told = text("focus.load", name=name, value=text.percent(load, 0))
    if view.part and load > 0:
        told = text("focus.load.part", load=told, share=text.percent(float(own[worst]) / load, 0))
    limits = headline.limiting_resources(outcome, slice(t, t + 1))
    if not limits or limits[0] == worst:
        return [told]
    limit = headline.resource_name(problem, text, limits[0])
    return [told, text("focus.limit", name=limit)]


def _at(samples: Floats, view: View, unit: Unit) -> str:
    return unit.write(view.text, float(_mean(samples)[view.month or 0]) / unit.factor)


def _mean(samples: Floats) -> Floats:
    mean: Floats = samples.mean(axis=0)
    return mean
