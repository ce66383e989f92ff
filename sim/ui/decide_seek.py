"""Goal seek: a target for a KPI, and the lever value or the cheapest mix that reaches it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.model import kpi, levers
from sim.model.aids import seek
from sim.model.aids.aim import BY_FAMILY, Aim
from sim.model.aids.seek import Answer, Lever
from sim.model.kpi import KPIS, Better, Kpi, Unit
from sim.model.levers import Unit as LeverUnit
from sim.model.scenario import Card, Scenario
from sim.report import headline
from sim.ui import answers, choices, decide, messages, results
from sim.ui.decide import Scope
from sim.ui.judging import Work
from sim.ui.typed import read_value

SERVED = (Kpi.FILL_RATE, Kpi.FILL_RATE_UNITS, Kpi.CYCLE_SERVICE)
UNITS = {Unit.SHARE: LeverUnit.SHARE, Unit.MONEY: LeverUnit.MONEY}
WAYS = ("one", "mix")
TRIED = {"one": 16, "mix": 80}  # scenarios, about


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The goal, and what may be moved."""

    aim: Aim
    now: float  # the level on the screen
    levers: tuple[Lever, ...]
    one: bool  # a single lever, not a mix


def draw(asked: Scope, controls: DeltaGenerator) -> str:
    """The goal, the answer and the button that applies it; return the sentence."""
    goal = _goal(asked, controls)
    if goal is None:
        return asked.text("ui.decide.seek.no_levers")
    if goal.aim.reached(goal.now):
        return asked.text("headline.seek.reached", **_level(asked, goal, goal.now))
    found = _answer(asked, goal)
    if found is None:
        return ""
    _show(asked, goal, found)
    return _sentence(asked, goal, found)


def _goal(asked: Scope, controls: DeltaGenerator) -> Asked | None:
    text = asked.text
    what, where, when, how_much = st.columns([1.2, 1, 1.4, 0.8], gap="small")
    with what:
        name = _kpi_input(asked)
    with where:
        family = _family_input(asked, name)
    with when:
        months = _months_input(asked)
    target = 0.0
    aim = Aim(kpi=name, target=target, at_least=_at_least(name), family=family, months=months)
    now = answers.aimed(asked.problem, asked.scenario, aim)[0]
    with how_much:
        target = _target_input(asked, aim, now)
    aim = Aim(kpi=name, target=target, at_least=aim.at_least, family=family, months=months)
    with controls:
        one = st.segmented_control(
            text("ui.decide.seek.way"),
            WAYS,
            default=WAYS[0],
            required=True,
            key="decide.seek.way",
            format_func=lambda each: text(f"ui.decide.seek.way.{each}"),
            label_visibility="collapsed",
        )
    chosen = _levers_input(asked, one=one == WAYS[0])
    return Asked(aim=aim, now=now, levers=chosen, one=one == WAYS[0]) if chosen else None


def _kpi_input(asked: Scope) -> Kpi:
    known = [
        name
        for name in Kpi
        if asked.problem.has_money
        or (KPIS[name].unit is not Unit.MONEY and name is not Kpi.FILL_RATE)
    ]
    return Kpi(
        st.selectbox(
            asked.text("ui.decide.seek.kpi"),
            known,
            key="decide.seek.kpi",
            format_func=lambda name: asked.text(f"kpi.{name.value}.name"),
        )
    )


def _family_input(asked: Scope, name: Kpi) -> int | None:
    problem, text = asked.problem, asked.text
    names = {"": text("ui.decide.everything")}
    if name in BY_FAMILY:
        names |= decide.family_names(asked)
    chosen = st.selectbox(
        text("ui.decide.family"),
        list(names),
        key=f"decide.seek.family.{len(names)}",
        format_func=names.__getitem__,
    )
    return problem.families.index(chosen) if chosen else None


def _months_input(asked: Scope) -> slice:
    months, usual = list(range(asked.problem.months)), kpi.window(asked.problem)
    first, last = st.select_slider(
        asked.text("ui.decide.seek.months"),
        months,
        value=(usual.start, usual.stop - 1),
        key="decide.seek.months",
        format_func=lambda t: asked.text.month_label(asked.problem.month_dates[t]),
    )
    return slice(first, last + 1)


def _target_input(asked: Scope, aim: Aim, now: float) -> float:
    """The target as the reader writes it; what is no number is said, the usual one holds."""
    text, unit = asked.text, KPIS[aim.kpi].unit
    usual = float(np.average(asked.problem.service_target)) if aim.kpi in SERVED else now
    shown = decide.amount(text, aim.kpi, usual)
    typed = st.text_input(
        text(f"ui.decide.seek.{'at_least' if aim.at_least else 'at_most'}"),
        shown,
        key=f"decide.seek.target.{aim.kpi}.{aim.family}.{text.lang}",
        max_chars=40,
    )
    read = UNITS.get(unit, LeverUnit.NUMBER)
    value = read_value(typed, unit=read, shown=shown, lang=text.lang)
    if value is None:
        said = text("ui.decide.seek.not_a_number", value=typed[:40], shown=shown)
        messages.say("warning", messages.plain(said))
        return usual
    return value


def _levers_input(asked: Scope, *, one: bool) -> tuple[Lever, ...]:
    known = decide.movable(asked)
    decided = [name for name in known if levers.LEVERS[known[name].card.kind].decision]

    if not known:
        return ()
    names = choices.apart({one: decide.name_of(asked, known[one].card) for one in known})
    words = names.__getitem__
    ids = list(known)
    if one:
        start = ids.index(decided[0]) if decided else 0
        label = asked.text("ui.decide.seek.lever")
        chosen = st.selectbox(label, ids, index=start, key="decide.seek.lever", format_func=words)
        return (known[chosen],)
    label = asked.text("ui.decide.seek.allowed")
    several = st.multiselect(
        label, ids, default=decided, key="decide.seek.allowed", format_func=words
    )
    return tuple(known[name] for name in several)


def _at_least(name: Kpi) -> bool:
    """More is wanted of what is better when higher; of stock and the like not more than that."""
    wanted = KPIS[name].better
    return wanted is Better.HIGHER or name in (Kpi.COVER, Kpi.TURNS)


def _answer(asked: Scope, goal: Asked) -> Answer | None:
    aim, problem = goal.aim, asked.problem
    ids = ".".join(lever.card.id for lever in goal.levers)
    months = "" if aim.months is None else f"{aim.months.start}-{aim.months.stop}"
    depends = f"{aim.kpi}.{aim.family}.{months}.{aim.target!r}.{goal.one}.{ids}"

    def compute(work: Work) -> Answer:
        def level(scenarios: Sequence[Scenario]) -> list[float]:
            return [one[0] for one in work.aimed(scenarios, aim)]

        def worth(scenarios: Sequence[Scenario]) -> list[float]:
            return [one[1] for one in answers.aimed_all(problem, scenarios, aim)]

        if goal.one:
            return seek.seek(asked.scenario, goal.levers[0], aim=aim, level=level)
        return seek.mix(asked.scenario, goal.levers, aim=aim, level=level, worth=worth)

    expected = TRIED[WAYS[0]] if goal.one else TRIED[WAYS[1]] * len(goal.levers)
    return decide.worked_out(asked, "seek", depends, compute, expected=expected)


def _show(asked: Scope, goal: Asked, found: Answer) -> None:
    text, problem, name = asked.text, asked.problem, goal.aim.kpi
    now, then, cost, act = st.columns([1, 1, 1, 1.2], gap="small", vertical_alignment="bottom")
    now.metric(text("ui.decide.seek.now"), decide.amount(text, name, goal.now))
    then.metric(text("ui.decide.seek.then"), decide.amount(text, name, found.level))
    if problem.has_money:
        change = kpi.estimate(
            answers.judged(problem, found.scenario)[Kpi.NET_MARGIN]
            - answers.judged(problem, asked.scenario)[Kpi.NET_MARGIN]
        )
        written = decide.effect(text, Kpi.NET_MARGIN, change)
        cost.metric(text("ui.decide.seek.cost"), written)
    if not found.cards:
        return
    with act:
        label = text("ui.decide.seek.apply")
        decide.add_button(asked, label, found.cards, key="decide.seek.apply")
    st.table(_moves(asked, goal, found.cards), border="horizontal", hide_index=True)
    if found.reached and not goal.one:
        st.caption(text("ui.decide.seek.heuristic"))


def _moves(asked: Scope, goal: Asked, moved: Sequence[Card]) -> pd.DataFrame:
    text = asked.text
    before = {lever.card.id: lever.card for lever in goal.levers}
    return pd.DataFrame(
        [
            {
                text("ui.decide.seek.lever"): messages.plain(decide.name_of(asked, card)),
                text("ui.decide.seek.column.before"): (
                    decide.value_of(asked, before[card.id])
                    if before[card.id].on
                    else text("ui.decide.off")
                ),
                text("ui.decide.seek.column.after"): f"**{decide.value_of(asked, card)}**",
                text("ui.compare.decide_by"): decide.decide_by(asked, card),
            }
            for card in moved
        ]
    )


def _level(asked: Scope, goal: Asked, level: float) -> dict[str, str]:
    text, name = asked.text, goal.aim.kpi
    words = headline.in_sentence(text(f"kpi.{name.value}.short"))
    if goal.aim.family is not None:
        code = asked.problem.families[goal.aim.family]
        words = text("format.with_unit", name=words, unit=_family(asked, code))
    return {"kpi": words, "level": decide.amount(text, name, level)}


def _family(asked: Scope, code: str) -> str:
    return asked.problem.label(asked.text.lang, "family", code)


def _sentence(asked: Scope, goal: Asked, found: Answer) -> str:
    text, told = asked.text, _level(asked, goal, found.level)
    if not found.reached:
        key = "headline.seek.out_least" if goal.aim.at_least else "headline.seek.out_most"
        outcome = results.shared(asked.problem, found.scenario)
        return text(key, cause=decide.cause(asked, outcome), **told)
    free = "" if asked.problem.has_money else "_free"
    if free == "":
        margins = [
            float(answers.judged(asked.problem, each)[Kpi.NET_MARGIN].mean())
            for each in (found.scenario, asked.scenario)
        ]
        change = margins[0] - margins[1]
        told["cost"] = decide.amount(text, Kpi.NET_MARGIN, change, sign=True)
    if len(found.cards) == 1:
        card = found.cards[0]
        told |= {"card": decide.name_of(asked, card), "value": decide.value_of(asked, card)}
        return text(f"headline.seek.one{free}", **told)
    return text(f"headline.seek.mix{free}", count=len(found.cards), **told)
