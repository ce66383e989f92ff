"""Where the cycle stands, what is red, what has to be decided: derived from the data in use."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import streamlit as st

from sim.model import kpi, levers
from sim.model.kpi import Estimate, Kpi
from sim.model.outcome import Outcome
from sim.model.problem import Floats, Problem
from sim.model.scenario import Card, Scenario
from sim.report import frames, headline
from sim.report.frames import View
from sim.report.text import FIXED, SCALES, Text, money_scale
from sim.ui import cards, data, figures, messages, results, scenarios, supply_sign

SHARE_OF_FAMILY = 0.8  # the months that are named hold at least this part of what is at risk
MOST = 5
MATERIAL = 0.001  # of the demand of the window: less than that at risk is not red, see `floor`
LAG = 3  # months between a forecast and its month, where reliability is judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One suggested card and what it brings alone, on the common draws."""

    card: Card
    name: str
    value: str
    day: date
    late: bool  # the day is past
    effect: Estimate
    helped: Floats  # (F,) money at risk that it takes away, by family


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the cycle as its card shows it."""

    page: str
    state: str  # "done", "now" or "later"
    facts: tuple[str, ...]


def decisions(text: Text, problem: Problem, dataset: str) -> list[Decision]:
    """The suggested cards that pay: those still possible by date, then those that are too late.

    A card pays when its gain, alone, is more than twice its standard error and more than a
    difference that nobody would decide on.
    """
    today = data.described(dataset).today
    offered = scenarios.suggested_scenario(problem, data.planning_settings(dataset))
    found = [
        _decision(text, problem, card, among=offered, today=today)
        for card in offered.cards
        if levers.LEVERS[card.kind].decision and card not in levers.flagged(problem, offered)
    ]
    level = abs(results.estimates(problem, results.REFERENCE)[_judged_by(problem)].mean)
    paying = [one for one in found if _pays(one.effect, level=level)]
    return sorted(paying, key=lambda one: (one.late, one.day))


def _pays(effect: Estimate, *, level: float) -> bool:
    return effect.mean > max(2 * effect.error, headline.SMALL * level)


def _judged_by(problem: Problem) -> Kpi:
    return Kpi.NET_MARGIN if problem.has_money else figures.service_kpi(problem)


def _decision(
    text: Text, problem: Problem, card: Card, *, among: Scenario, today: date
) -> Decision:
    alone = Scenario(cards=(replace(card, on=True),), dataset=problem.dataset)
    day = levers.decide_by(problem, card)
    helped = _by_family(results.reference(problem)) - _by_family(results.outcome(problem, alone))
    value = cards.value_text(text, problem, card, value=card.value)
    return Decision(
        card=card,
        name=cards.card_name(text, problem, card, among=among),
        value=value,
        day=day,
        late=day < today,
        effect=results.differences(problem, alone)[_judged_by(problem)],
        helped=helped,
    )


def _by_family(outcome: Outcome) -> Floats:
    window = kpi.window(outcome.problem)
    totals: Floats = _stakes(outcome)[:, window].sum(axis=1)
    return totals


def _stakes(outcome: Outcome) -> Floats:
    """What is at risk by family and month, (F, T): money, or units without prices."""
    problem = outcome.problem
    if not problem.has_money:
        return frames.missing(outcome)
    of_family = problem.family == np.arange(len(problem.families))[:, None]
    totals: Floats = of_family @ outcome.unserved
    return totals


def floor(problem: Problem) -> float:
    """What must be at risk to be red: 0.1 % of the demand of the window.

    Even a plan without any limit leaves a few pieces of some draw unserved.
    """
    return MATERIAL * _demand_value(problem)


def is_material(problem: Problem) -> bool:
    """Whether enough is at risk, when nothing is decided, to be said."""
    reference = results.reference(problem)
    return headline.at_risk(reference, kpi.window(problem)) >= floor(problem)


def _demand_value(problem: Problem) -> float:
    """Demand of the window, at net price, or in units without prices."""
    value = problem.demand * problem.price if problem.has_money else problem.demand
    return float(value[:, kpi.window(problem)].sum())


def verdict(text: Text, problem: Problem, offered: Sequence[Decision]) -> str:
    """What is at risk and the first date that can still be met; else that all is served."""
    reference = results.reference(problem)
    if is_material(problem):
        days = [one.day for one in offered if not one.late]
        return headline.cockpit(reference, days, text=text)
    served = headline.served_everywhere(reference, text=text, window=kpi.window(problem))
    return served or text("ui.cockpit.served", share=text.percent(MATERIAL))


def red_list(
    text: Text, problem: Problem, offered: Sequence[Decision]
) -> list[tuple[str, float, str]]:
    """Families at risk: name, months and limit; amount; the lever that answers and its date."""
    reference = results.reference(problem)
    stakes = _by_family(reference)
    order = [int(f) for f in np.argsort(-stakes)[:MOST] if stakes[f] > 0]
    least = max(0.01 * stakes.sum(), floor(problem))
    worth = [f for f in order if stakes[f] >= least]
    return [
        (_stake_name(text, reference, f), float(stakes[f]), _answer(text, offered, f, stakes[f]))
        for f in worth
    ]


def _stake_name(text: Text, reference: Outcome, family: int) -> str:
    problem, window = reference.problem, kpi.window(reference.problem)
    members = problem.family == family
    alone = replace(reference, unserved=np.where(members[:, None], reference.unserved, 0.0))
    first, last = worst_run(_stakes(reference)[family, window])
    months = problem.month_dates[window]
    name = problem.label(text.lang, "family", problem.families[family])
    key = "ui.cockpit.stake" if first != last else "ui.cockpit.stake_month"
    place = text(
        key, family=name, first=text.month_name(months[first]), last=text.month_name(months[last])
    )
    limits = headline.limiting_resources(alone, window)
    if not limits:
        return place
    limit = headline.resource_name(problem, text, limits[0])
    return text("ui.cockpit.limited", place=place, limit=limit)


def worst_run(stakes: Floats) -> tuple[int, int]:
    """First and last month of the shortest run that holds most of what is at risk.

    >>> worst_run(np.array([0.0, 1.0, 8.0, 1.0, 0.0]))
    (2, 2)
    >>> worst_run(np.array([3.0, 0.0, 3.0, 3.0]))
    (0, 3)
    """
    total, count = stakes.sum(), len(stakes)
    for length in range(1, count + 1):
        sums = [stakes[start : start + length].sum() for start in range(count - length + 1)]
        best = int(np.argmax(sums))
        if sums[best] >= SHARE_OF_FAMILY * total - 1e-9:
            return best, best + length - 1
    return 0, count - 1


def _answer(text: Text, offered: Sequence[Decision], family: int, stake: float) -> str:
    """The card that takes away most of a family's risk, when it takes away a tenth or more.

    A card that can still be decided comes before one that is too late.
    """
    for late in (False, True):
        timely = [one for one in offered if one.late == late]
        best = max(timely, key=lambda one: one.helped[family], default=None)
        if best is not None and best.helped[family] >= 0.1 * stake:
            name = cards.in_sentence(text, best.name)
            key = "ui.cockpit.answer_late" if late else "ui.cockpit.answer"
            return text(key, name=name, day=text.day(best.day))
    return text("ui.cockpit.no_answer")


def steps(text: Text, dataset: str) -> list[Step]:
    """The steps that have a page today, with what the data say of them."""
    used = data.described(dataset)
    quality = text("ui.cockpit.quality", share=text.percent(used.quality, 0))
    waits = data.needs_forecast(dataset)
    saved = len(scenarios.named(dataset, text))
    number = {0: "no_scenario", 1: "scenario"}.get(saved, "scenarios")
    count = text(f"ui.cockpit.{number}", count=saved)
    return [
        Step(page="collect", state="done", facts=(_accepted(text, dataset), quality)),
        Step(
            page="demand_review",
            state="now" if waits else "done",
            facts=(text("ui.cockpit.no_forecast"),) if waits else _demand_facts(text, dataset),
        ),
        _supply_step(text, dataset, waits=waits),
        _room_step(text, dataset, count, waits=waits),
        Step(
            page="compare", state="later" if saved < 2 else "now_too", facts=(_pairs(text, saved),)
        ),
    ]


def _room_step(text: Text, dataset: str, count: str, *, waits: bool) -> Step:
    """Done once scenarios are proposed over these very data."""
    if waits:
        return Step(page="pre_sop", state="later", facts=())
    found = data.store().proposals.current(dataset)
    if found is None:
        return Step(page="pre_sop", state="now", facts=(count, _limits(text, dataset)))
    day = text.day(date.fromisoformat(str(found.at)[:10]))
    proposed = text("ui.cockpit.proposed", count=len(found.offers), day=day)
    return Step(page="pre_sop", state="done", facts=(count, proposed))


def _supply_step(text: Text, dataset: str, *, waits: bool) -> Step:
    """Done while a signature holds for the data in use."""
    if waits:
        return Step(page="supply_review", state="later", facts=())
    signed = supply_sign.holds_for(dataset)
    if signed is None:
        return Step(page="supply_review", state="now_too", facts=(text("ui.cockpit.to_sign"),))
    author, day = messages.plain(signed.author), text.day(signed.day)
    fact = text("ui.cockpit.signed", author=author, day=day)
    return Step(page="supply_review", state="done", facts=(fact,))


def _accepted(text: Text, dataset: str) -> str:
    version = next(one for one in data.store().list() if one.id == dataset)
    day = text("ui.cockpit.accepted", day=text.day(date.fromisoformat(version.created_at[:10])))
    return f"{version.author} · {day}" if version.author else day


def _demand_facts(text: Text, dataset: str) -> tuple[str, ...]:
    problem = data.problem(dataset)
    source = "forecast" if data.plan_uses_forecast(dataset) else "consensus"
    amount = headline.amount(_demand_value(problem), problem, text)
    return text(f"ui.cockpit.demand.{source}"), amount


def _limits(text: Text, dataset: str) -> str:
    problem = data.problem(dataset)
    if not problem.has_capacity:
        return text("ui.cockpit.no_capacity")
    if not is_material(problem):
        return text("ui.cockpit.bottleneck", count=0)
    limits = headline.limiting_resources(results.reference(problem), kpi.window(problem))
    key = "ui.cockpit.bottlenecks" if len(limits) > 1 else "ui.cockpit.bottleneck"
    return text(key, count=len(limits))


def _pairs(text: Text, saved: int) -> str:
    return text("ui.cockpit.ready" if saved > 1 else "ui.cockpit.save_two")


def decision_rows(text: Text, problem: Problem, offered: Sequence[Decision]) -> pd.DataFrame:
    """What has to be decided, by date."""
    effect = "ui.cockpit.column.effect" + ("" if problem.has_money else "_service")
    return pd.DataFrame(
        [
            {
                text("ui.cockpit.column.before"): _deadline(text, one),
                text("ui.cockpit.column.decision"): _decision_name(text, problem, one),
                text(effect): gain(text, one.effect, money=problem.has_money),
                text("ui.cockpit.column.owner"): _owner(text, one.card),
            }
            for one in offered
        ]
    )


def _deadline(text: Text, one: Decision) -> str:
    day = text.day(one.day)
    return f":red[{text('ui.card.too_late', day=day)}]" if one.late else day


def _decision_name(text: Text, problem: Problem, one: Decision) -> str:
    name = cards.card_name(text, problem, one.card)
    return text("ui.cockpit.decision", name=name, value=one.value)


def gain(text: Text, effect: Estimate, *, money: bool) -> str:
    """A gain and its standard error in one unit; an error that is written as zero is left out."""
    if not money:
        points = text("format.points")
        return _measured(text, 100 * effect.mean, 100 * effect.error, 2) + FIXED + points
    scale = money_scale(effect.mean)
    factor, digits = SCALES[scale], 2 if scale == "M" else 0
    found = _measured(text, effect.mean / factor, effect.error / factor, digits)
    return text.in_currency(found, scale)


def _measured(text: Text, mean: float, error: float, digits: int) -> str:
    value = text.number(mean, digits, sign=True)
    if round(error, digits) == 0:
        return value
    return text.plus_minus(value, text.number(error, digits))


def _owner(text: Text, card: Card) -> str:
    role = card.owner or levers.LEVERS[card.kind].owner.value
    return text(f"lever.owner.{role}") if text.has(f"lever.owner.{role}") else role


def ranked_frame(stakes: Sequence[tuple[str, float, str]], *, view: View, money: bool) -> pa.Table:
    """The red list as the rows of its chart; units are named in its title only."""
    return frames.ranked(stakes, view=view, write=None if money else view.text.number)


@st.cache_data(show_spinner=False, max_entries=16)
def accuracy(dataset: str) -> tuple[float, float] | None:
    """Past reliability at three months and bias, from archived forecasts; None without them."""
    space = data.workspace(dataset)
    if not space.has("forecast_snapshot"):
        return None
    found = space.query("forecast_accuracy")
    rows = found[(found["lag"] == LAG) & (found["kind"] == "consensus")]
    units = float(rows["units"].sum())
    if units <= 0:
        return None
    wape = float((rows["wape"] * rows["units"]).sum()) / units
    return 1 - wape, float((rows["bias"] * rows["units"]).sum()) / units
