"""What the four views of the decision page share: the scenario, its levers, the way to the room."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import date
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.errors import SopError
from sim.model import kpi, levers
from sim.model.aids.seek import Lever
from sim.model.kpi import KPIS, Estimate, Kpi, Unit
from sim.model.outcome import Outcome
from sim.model.problem import Problem
from sim.model.scenario import Card, Scenario
from sim.report import headline
from sim.report.frames import View
from sim.report.style import Theme
from sim.report.text import FIXED, NONE, SCALES, Text, money_scale
from sim.ui import (
    card_acts,
    cards,
    choices,
    data,
    head,
    judging,
    messages,
    navigation,
    results,
    scenarios,
    session,
)
from sim.ui.head import Badge
from sim.ui.judging import Work
from sim.ui.room import current_room
from sim.ui.scenarios import Named

ANSWERS = "decide.answers"  # of this visit; scenarios themselves are kept by sim.ui.results
KEPT = 12
ADDED = "decide.added"
VIEW, CHOSEN = "decide.view", "decide.chosen"
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The scenario that is asked about, and how its reader sees it."""

    text: Text
    problem: Problem
    scenario: Scenario
    letter: str
    saved: tuple[Named, ...]
    view: View
    theme: Theme
    today: date

    @property
    def outcome(self) -> Outcome:
        """Its outcome, planned as those are that it is compared with: see ``answers``."""
        return results.shared(self.problem, self.scenario)

    @property
    def money_kpi(self) -> Kpi:
        """What options are judged by: net margin, or service without prices."""
        return Kpi.NET_MARGIN if self.problem.has_money else self.service_kpi

    @property
    def service_kpi(self) -> Kpi:
        """The fill rate by value, or by units without prices."""
        return Kpi.FILL_RATE if self.problem.has_money else Kpi.FILL_RATE_UNITS


def scope(text: Text, dataset: str) -> Scope:
    """The scenario of the room; before a room was opened what it would show: the reference."""
    problem, room = data.problem(dataset), current_room()
    every = tuple(scenarios.named(dataset, text))
    if room is None or room.dataset != dataset:
        scenario = scenarios.suggested_scenario(problem, data.planning_settings(dataset))
        letter = scenarios.letter_of("", every)
    else:
        scenario, letter = room.current, scenarios.letter_of(room.step.saved_id, every)
    return Scope(
        text=text,
        problem=problem,
        scenario=scenario,
        letter=letter,
        saved=every,
        view=View(
            text=text,
            units=results.units(problem, text),
            density=session.density(),
            letter=letter,
        ),
        theme=session.theme(),
        today=data.described(dataset).today,
    )


def badges(place: DeltaGenerator, asked: Scope) -> None:
    """Which scenario is asked about."""
    text = asked.text
    with place:
        if cards.effective(asked.problem, asked.scenario):
            label = text("ui.head.scenario", letter=asked.letter)
            head.draw_badge(Badge(label=label, color=head.letter_colour(asked.letter)))
        head.draw_badge(Badge(label=text("ui.head.reference")))


def choose_view(text: Text, views: Sequence[str]) -> tuple[str, DeltaGenerator]:
    """Which question is asked, remembered on other pages; and the place of its own controls."""
    st.session_state.setdefault(VIEW, st.session_state.get(CHOSEN, views[0]))
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        found = st.segmented_control(
            text("ui.decide.view"),
            views,
            required=True,
            key=VIEW,
            format_func=lambda one: text(f"ui.decide.view.{one}"),
            label_visibility="collapsed",
        )
        place = st.container(horizontal=True, width="content", gap="small")
    st.session_state[CHOSEN] = found
    return str(found), place


def worked_out(
    asked: Scope, name: str, depends: str, compute: Callable[[Work], Found], *, expected: int
) -> Found | None:
    """An answer, kept for this visit; None after the visitor stopped it.

    Parameters
    ----------
    name, depends : what is asked, and what the answer depends on besides the scenario
    compute, expected : see ``judging.with_progress``
    """
    key = (name, asked.problem.hash, asked.scenario.hash, depends)
    kept: dict[tuple[str, ...], Any] = st.session_state.setdefault(ANSWERS, {})
    if key not in kept:
        label = f"decide.{name}.{asked.scenario.hash[:8]}.{depends}"
        found = judging.with_progress(
            asked.text, asked.problem, compute, expected=expected, key=label
        )
        if found is None:
            return None
        kept[key] = found
        while len(kept) > KEPT:
            del kept[next(iter(kept))]
    answer: Found = kept[key]
    return answer


def movable(asked: Scope) -> dict[str, Lever]:
    """The cards of the scenario and the suggested ones, by id, with the positions they may take."""
    problem, held = asked.problem, asked.scenario.cards
    taken = {(card.kind, card.target) for card in held}
    offered = scenarios.suggested_scenario(problem, data.planning_settings(data.in_use().id)).cards
    more = [card for card in offered if (card.kind, card.target) not in taken]
    found = {}
    for card in (*held, *more):
        if card in levers.flagged(problem, asked.scenario) or not _fits(asked, card):
            continue
        positions = tuple(cards.steps(levers.slider(problem, card)))
        # A card that is off does nothing: it stands at its neutral value.
        stands = card if card.on and card in held else _neutral(card)
        found[card.id] = Lever(card=stands, positions=positions)
    return found


def _neutral(card: Card) -> Card:
    return changed(card, on=False, value=levers.LEVERS[card.kind].neutral)


def _fits(asked: Scope, card: Card) -> bool:
    """Whether the card could be switched on beside the others."""
    try:
        levers.check(asked.problem, asked.scenario.with_card(changed(card, on=True)))
    except SopError:
        return False
    return True


def family_names(asked: Scope) -> dict[str, str]:
    """The families by code, in words, no two alike."""
    problem, lang = asked.problem, asked.text.lang
    return choices.apart({code: problem.label(lang, "family", code) for code in problem.families})


def name_of(asked: Scope, card: Card) -> str:
    """A card in words."""
    return cards.card_name(asked.text, asked.problem, card)


def value_of(asked: Scope, card: Card, value: float | None = None) -> str:
    """The value of a card in words."""
    at = card.value if value is None else value
    return cards.value_text(asked.text, asked.problem, card, value=at)


def deadline(asked: Scope, card: Card) -> str:
    """Until when to decide, or since when it is too late."""
    text = asked.text
    if not levers.LEVERS[card.kind].decision:
        return text("ui.decide.no_date")
    day = levers.decide_by(asked.problem, card)
    said = text.day(day, year=True)
    if day >= asked.today:
        return text("ui.decide.before", day=said)
    return f":red[{text('ui.decide.too_late', day=said)}]"


def decide_by(asked: Scope, card: Card) -> str:
    """The same in a column of such days."""
    lever, text = levers.LEVERS[card.kind], asked.text
    if not lever.decision:
        return NONE
    day = levers.decide_by(asked.problem, card)
    if day < asked.today:
        return deadline(asked, card)
    return text.day(day, year=day.year != asked.today.year)


def add_button(
    asked: Scope, label: str, wanted: Sequence[Card], *, key: str, main: bool = True
) -> None:
    """One click puts the cards into the scenario of the room."""
    named = [
        asked.text("format.with_unit", name=name_of(asked, card), unit=value_of(asked, card))
        for card in wanted
    ]
    st.button(
        label,
        key=key,
        type="primary" if main else "secondary",
        width="stretch",
        icon=":material/add:",
        on_click=messages.safely(_put),
        args=(tuple(wanted), asked.text("ui.decide.added", cards=asked.text.join(named))),
    )


def _put(wanted: Sequence[Card], said: str) -> None:
    dataset, room = data.in_use().id, current_room()
    if room is None or room.dataset != dataset:
        room, _ = scenarios.enter({})
    card_acts.put(room, data.problem(dataset), wanted)
    room.from_link = True  # its sliders do not know yet
    st.session_state[ADDED] = (room.current.hash, said)


def confirmation(asked: Scope) -> None:
    """What was put into the room, and the way there, as long as it is what is on the screen."""
    scenario, said = st.session_state.get(ADDED, ("", ""))
    if scenario != asked.scenario.hash:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":green[:material/check:] {messages.plain(said)}", width="content")
        if st.button(
            asked.text("ui.cockpit.open_room"),
            key="decide.room",
            type="tertiary",
            icon=":material/arrow_forward:",
        ):
            st.switch_page(navigation.FILES["pre_sop"])


def effect(text: Text, name: Kpi, change: Estimate) -> str:
    """A difference and its standard error in one unit; an error written as zero is left out."""
    unit = KPIS[name].unit
    if unit is Unit.SHARE:
        return _measured(text, change, factor=0.01, digits=1) + FIXED + text("format.points")
    if unit is not Unit.MONEY:
        return _measured(text, change, factor=1.0, digits=0)
    scale = money_scale(change.mean)
    found = _measured(text, change, factor=SCALES[scale], digits=2 if scale == "M" else 0)
    return text.in_currency(found, scale)


def _measured(text: Text, change: Estimate, *, factor: float, digits: int) -> str:
    value = text.number(change.mean / factor, digits, sign=True)
    if round(change.error / factor, digits) == 0:
        return value
    return text.plus_minus(value, text.number(change.error / factor, digits))


def amount(text: Text, name: Kpi, level: float, *, sign: bool = False) -> str:
    """A level of a KPI in the reader's unit."""
    unit = KPIS[name].unit
    if unit is Unit.SHARE:
        return text.points(level) if sign else text.percent(level)
    if unit is Unit.MONEY:
        return text.money(level, sign=sign, decimals=2 if money_scale(level) == "M" else 0)
    return text.number(level, 2 if abs(level) < 100 else 0, sign=sign)


def cause(asked: Scope, outcome: Outcome) -> str:
    """What limits an outcome, in words."""
    found = headline.limiting_resources(outcome, kpi.window(asked.problem))[:2]
    return limits_text(asked, found)


def limits_text(asked: Scope, found: Sequence[int]) -> str:
    """The names of what is the limit; without any, the stock does not cover the swings."""
    text = asked.text
    if not found:
        return text("headline.cause.swings")
    names = [headline.resource_name(asked.problem, text, r) for r in found]
    key = "headline.cause.limit" if len(names) == 1 else "headline.cause.limits"
    return text(key, limits=text.join(names))


def by_family(asked: Scope) -> None:
    """Say that answers are of the plan by family, where this visit shows one item by item."""
    if results.own_outcome(asked.problem, asked.scenario) is not None:
        st.caption(asked.text("ui.full.aids"))


def period(asked: Scope) -> str:
    """The months of the headline figures."""
    months = asked.problem.month_dates[kpi.window(asked.problem)]
    return asked.text.interval(
        asked.text.month_label(months[0]), asked.text.month_label(months[-1])
    )
