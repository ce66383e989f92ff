"""One sentence that says what matters: verdict, amount, where, why. Made from numbers only."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from sim.model import kpi
from sim.model.aids import Values
from sim.model.aids.gaps import gaps, held_by, unserved_units
from sim.model.kpi import Estimate, Kpi, estimate
from sim.model.outcome import Measure, Outcome
from sim.model.problem import Floats, Problem
from sim.report.frames.view import ratio
from sim.report.text import Text

LONGEST = 110  # characters: one line on a 1920 screen
SMALL = 0.0005  # of the net margin: a real difference that nobody would decide on
Estimates = Mapping[Kpi, Estimate]


def live(
    outcome: Outcome,
    reference: Outcome | None,
    text: Text,
    *,
    changed: bool | None = None,
    longest: int = LONGEST,
    cause: str = "",
) -> str:
    """What is still at risk after the decisions of the scenario, and what limits it now.

    `changed` says whether any card is active; None = the outcome is not the reference's.
    `longest` is how many characters one line may have where the sentence is shown, `cause` what
    is to be said instead of the resources that limit.
    """
    window = kpi.window(outcome.problem)
    if changed is None:
        changed = reference is not None and reference.hash != outcome.hash
    if reference is not None and changed and without_effect(outcome, reference, window=window):
        return no_effect(outcome, text=text, window=window)
    served = served_everywhere(outcome, text=text, window=window)
    if served:
        return served
    key = "headline.risk.now" if changed else "headline.risk.base"
    risk = amount(at_risk(outcome, window), outcome.problem, text)
    verdict = text(key, amount=risk, year=outcome.problem.month_dates[window.start].year)
    short = text(f"{key}_short", amount=risk)  # the year is on the first card, too
    where = _where(outcome, text=text, window=window, by_family=changed)
    limits = limiting_resources(outcome, window)
    causes = [cause or _cause(outcome, limits[:most], text=text, now=changed) for most in (3, 2, 1)]
    return _first_that_fits(
        [
            *(text("headline.risk.full", verdict=verdict, where=where, cause=c) for c in causes),
            *(text("headline.risk.cause", verdict=verdict, cause=c) for c in causes),
            text("headline.risk.where", verdict=verdict, where=where),
            *(text("headline.risk.cause", verdict=short, cause=c) for c in causes),
            verdict,
        ],
        longest=longest,
    )


def supply(outcome: Outcome, *, text: Text, longest: int = LONGEST) -> str:
    """What a plan leaves at risk: how much, in which month, limited by what."""
    return live(outcome, None, text, longest=longest, cause=_not_a_resource(outcome, text))


def _not_a_resource(outcome: Outcome, text: Text) -> str:
    """What leaves more demand open than all full resources together; "" when they are most."""
    found = gaps(outcome)
    measure = found.money if outcome.problem.has_money else found.units
    missed = measure[:, :, kpi.window(outcome.problem)].sum(axis=(1, 2))
    named = len(outcome.problem.resources)
    worst = named + int(missed[named:].argmax())
    if missed[worst] <= missed[:named].sum():
        return ""
    return text(f"headline.cause.{found.causes[worst].kind.value}")


def at_risk(outcome: Outcome, window: slice) -> float:
    """Demand not served on time, in money or units, mean over draws."""
    return float(_unserved(outcome)[:, window].sum())


def served_everywhere(outcome: Outcome, *, text: Text, window: slice) -> str | None:
    """The sentence when every month reaches the target, else None."""
    demand, served = _demand_and_served(outcome)
    share = ratio(served.mean(axis=0), demand.mean(axis=0))[window]
    target = float(np.average(outcome.problem.service_target))
    if not share.size or share.min() < target:
        return None
    if share.min() > 0.9995:
        return text("headline.all_served")
    worst = outcome.problem.month_dates[window][int(share.argmin())]
    return text(
        "headline.served",
        target=text.percent(target, 0),
        month=text.month_name(worst),
        value=text.percent(float(share.min())),
    )


def without_effect(outcome: Outcome, reference: Outcome, *, window: slice) -> bool:
    """Whether two outcomes are the same in service, margin and stock, draw by draw."""
    pairs = (
        (Measure.SERVED_UNITS, 1e-6),
        (Measure.REVENUE, 1e-6),
        (Measure.STOCK_UNITS, 1e-6),
    )
    for measure, tolerance in pairs:
        ours = outcome.total(measure)[:, window]
        other = reference.total(measure)[:, window]
        if ours.shape != other.shape or not np.allclose(ours, other, rtol=tolerance, atol=1e-6):
            return False
    net_margin = kpi.KPIS[Kpi.NET_MARGIN].formula
    ours, other = net_margin(outcome, window), net_margin(reference, window)
    return bool(np.allclose(ours, other, rtol=1e-6, atol=1e-3))


def no_effect(outcome: Outcome, *, text: Text, window: slice) -> str:
    """A lever that changes nothing, and the constraint that is elsewhere."""
    limits = limiting_resources(outcome, window)
    if not limits:
        return text("headline.no_effect")
    names = [resource_name(outcome.problem, text, r) for r in limits[:2]]
    key = "headline.no_effect_limit" if len(names) == 1 else "headline.no_effect_limits"
    return text(key, limits=text.join(names))


def limiting_resources(outcome: Outcome, window: slice, *, share: float = 0.85) -> list[int]:
    """Resources that hold back what is not served, largest first, until `share` is explained."""
    blame = blame_by_resource(outcome, window)
    total = blame.sum()
    if total <= 0:
        return []
    limits: list[int] = []
    for r in np.argsort(-blame, kind="stable"):
        if blame[r] <= 0 or blame[limits].sum() >= share * total:
            break
        limits.append(int(r))
    return limits


def blame_by_resource(outcome: Outcome, window: slice) -> Floats:
    """Unserved demand by the resource that cut its production.

    Which resource that is, ``sim.model.aids.gaps.held_by`` says.

    Returns
    -------
    (R,) [money, or units without prices]
    """
    held, unserved = held_by(outcome)[:, window], _unserved(outcome)[:, window]
    named = held >= 0
    blame = np.bincount(held[named], unserved[named], len(outcome.problem.resources))
    return blame.astype(float)


def compare(values: Mapping[str, Values], base: Values, *, text: Text, money: bool = True) -> str:
    """Which scenario serves and earns most, and whether the difference is real.

    `values` are KPIs of every draw by letter, `base` those of the reference in the same draws.
    """
    shown = (Kpi.NET_MARGIN, Kpi.FILL_RATE, Kpi.STOCK_PEAK)
    found = {letter: {one: estimate(each[one]) for one in shown} for letter, each in values.items()}
    if not found:
        return text("headline.compare.none")
    if not money:
        return _best_service(found, estimate(base[Kpi.FILL_RATE]), text=text)
    margins = {letter: each[Kpi.NET_MARGIN] for letter, each in values.items()}
    ranking = sorted(found, key=lambda letter: -found[letter][Kpi.NET_MARGIN].mean)
    best = ranking[0]
    if len(ranking) > 1:
        second = ranking[1]
        gap = estimate(margins[best] - margins[second])
        if abs(gap.mean) <= max(2 * gap.error, SMALL * abs(found[best][Kpi.NET_MARGIN].mean)):
            return _tie(best, second, found, gap=gap, text=text)
    gain = estimate(margins[best] - base[Kpi.NET_MARGIN])
    return _best_margin(best, found, gain=gain, text=text)


def _best_margin(best: str, found: Mapping[str, Estimates], *, gain: Estimate, text: Text) -> str:
    service = {letter: each[Kpi.FILL_RATE].mean for letter, each in found.items()}
    margin = text.money(gain.mean, sign=True, decimals=2 if abs(gain.mean) >= 999_500 else 0)
    if gain.mean <= 2 * gain.error:
        value = text.percent(service[best])
        return text("headline.compare.no_gain", letter=best, value=value, margin=margin)
    leader = max(service, key=lambda letter: service[letter])
    if service[leader] - service[best] < 0.0005:
        value = text.percent(service[best])
        return text("headline.compare.best", letter=best, value=value, margin=margin)
    return text(
        "headline.compare.trade",
        letter=best,
        margin=margin,
        other=leader,
        value=text.percent(service[leader]),
        against=text.percent(service[best]),
    )


def _tie(
    best: str, second: str, found: Mapping[str, Estimates], *, gap: Estimate, text: Text
) -> str:
    if gap.mean == gap.error == 0 and found[best] == found[second]:
        return text("headline.compare.same", first=best, second=second)
    scale, decimals = ("M", 2) if max(abs(gap.mean), gap.error) >= 5_000 else ("k", 1)
    factor = 1e6 if scale == "M" else 1e3
    spread = text.plus_minus(
        text.number(abs(gap.mean) / factor, decimals), text.number(gap.error / factor, decimals)
    )
    leaner = min((best, second), key=lambda letter: found[letter][Kpi.STOCK_PEAK].mean)
    amount = text.in_currency(spread, scale)
    return text("headline.compare.tie", first=best, second=second, gap=amount, leaner=leaner)


def _best_service(found: Mapping[str, Estimates], base: Estimate, *, text: Text) -> str:
    best = max(found, key=lambda letter: found[letter][Kpi.FILL_RATE].mean)
    value = found[best][Kpi.FILL_RATE].mean
    gain = text.points(value - base.mean)
    return text("headline.compare.service", letter=best, value=text.percent(value), gain=gain)


def cockpit(reference: Outcome, decide_by: Sequence[date], *, text: Text) -> str:
    """What is at risk when nothing is decided, and the first date that matters."""
    window = kpi.window(reference.problem)
    risk = amount(at_risk(reference, window), reference.problem, text)
    if not decide_by:
        return text("headline.cockpit.open", amount=risk)
    return text("headline.cockpit.dated", amount=risk, day=text.day(min(decide_by)))


def demand(
    problem: Problem,
    *,
    text: Text,
    before: float | None = None,
    budget: float | None = None,
) -> str:
    """Demand of the first year, against the budget or, without one, against the year before."""
    window = kpi.window(problem)
    total = float(_value(problem)[:, window].sum())
    year = problem.month_dates[window.start].year
    words = amount(total, problem, text)
    if budget:
        gap = total - budget
        key = "headline.demand.above" if gap >= 0 else "headline.demand.below"
        return text(key, year=year, amount=words, gap=amount(abs(gap), problem, text))
    if before:
        change = text.percent(total / before - 1, sign=True)
        return text("headline.demand.growth", year=year, amount=words, change=change)
    return text("headline.demand.total", year=year, amount=words)


def amount(x: float, problem: Problem, text: Text) -> str:
    """Money with one decimal in millions; units when no price is known."""
    if not problem.has_money:
        return text("headline.units", value=text.number(x))
    return text.money(x, decimals=1 if abs(x) >= 999_500 else 0)


def alt(title: str, rows: pa.Table) -> str:
    """What a chart shows, for those who do not see it: its title and its labels."""
    labels = [row["text"] for row in rows.to_pylist() if row["part"] in ("gap", "end", "note")]
    return " · ".join([title, *labels])


def family_name(problem: Problem, text: Text, f: int) -> str:
    """A family inside a sentence: "Planchas, barbecues" becomes "planchas et barbecues"."""
    label = problem.label(text.lang, "family", problem.families[f])
    return text.join(in_sentence(label).split(", "))


def resource_name(problem: Problem, text: Text, r: int) -> str:
    """A resource inside a sentence."""
    return in_sentence(problem.label(text.lang, "resource", problem.resources[r]))


def in_sentence(label: str) -> str:
    """A name without the capital of its first word, unless it is a code or a proper name.

    >>> in_sentence("Fonte achetée"), in_sentence("EMA"), in_sentence("Mountain Bikes")
    ('fonte achetée', 'EMA', 'Mountain Bikes')
    """
    words = label.split()
    proper = any(word[:1].isupper() and word[1:].islower() for word in words[1:])
    if proper or not label[1:2].islower():
        return label
    return label[0].lower() + label[1:]


def _where(outcome: Outcome, *, text: Text, window: slice, by_family: bool) -> str:
    problem = outcome.problem
    unserved = _unserved(outcome)[:, window]
    total = unserved.sum()
    if by_family and len(problem.families) > 1:
        shares = np.bincount(problem.family, unserved.sum(axis=1), len(problem.families))
        top = int(shares.argmax())
        name = family_name(problem, text, top)
        return text("headline.where.family", share=text.percent(shares[top] / total, 0), name=name)
    months = unserved.sum(axis=0)
    top = int(months.argmax())
    name = text.month_name(problem.month_dates[window][top])
    return text("headline.where.month", share=text.percent(months[top] / total, 0), name=name)


def _cause(outcome: Outcome, limits: Sequence[int], *, text: Text, now: bool) -> str:
    if not limits:
        return text("headline.cause.swings")
    names = [resource_name(outcome.problem, text, r) for r in limits]
    key = "headline.cause." + ("limit" if len(names) == 1 else "limits") + ("_now" if now else "")
    return text(key, limits=text.join(names))


def _first_that_fits(sentences: Sequence[str], *, longest: int) -> str:
    return next((s for s in sentences if len(s) <= longest), sentences[-1])


def _unserved(outcome: Outcome) -> Floats:
    """(I, T) demand not served on time: at net price, or in units when there is no price."""
    if outcome.problem.has_money:
        return outcome.unserved
    return unserved_units(outcome)


def _demand_and_served(outcome: Outcome) -> tuple[Floats, Floats]:
    """(N, T) each, in money or in units."""
    if outcome.problem.has_money:
        return outcome.total(Measure.DEMAND_VALUE), outcome.total(Measure.SERVED_VALUE)
    return outcome.total(Measure.DEMAND_UNITS), outcome.total(Measure.SERVED_UNITS)


def _value(problem: Problem) -> Floats:
    return problem.demand * problem.price if problem.has_money else problem.demand
