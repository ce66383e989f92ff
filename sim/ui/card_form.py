"""The forms of a card: a new one, and everything about one that is not its slider."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import streamlit as st

from sim.model import kpi, levers
from sim.model.presets import tightest
from sim.model.problem import Problem
from sim.model.scenario import Card
from sim.report import headline
from sim.report.text import Text
from sim.ui import card_acts, cards, choices, results, scenarios
from sim.ui.cards import Bench
from sim.ui.messages import plain
from sim.ui.room import Room

Act = Callable[..., Callable[..., None]]  # wraps an action on the room as a widget callback
LONGEST = 200
KIND, PRESET = "add.kind", "add.preset"  # the lever looked for, the preset just clicked


def add_form(bench: Bench, act: Act) -> None:
    """A new card: a preset, or which lever, on whom, when, at which price."""
    text, problem = bench.text, bench.problem
    kind = _kind_input(bench, act)
    if kind is None:
        return
    st.caption(text(f"lever.{kind}.help"))
    key = f"add.target.{kind}"
    target = _target_input(text, problem, kind, key=key, aim=_bottleneck(bench, kind))
    drafted = levers.draft(problem, kind, target=target, card_id=kind)
    begin = levers.first_in_time(problem, drafted, today=bench.today)
    months = _months_input(bench, drafted, begin=begin, key=f"add.months.{kind}.{target}")
    options = _option_inputs(text, kind, {}, key="add.option")
    st.button(
        text("ui.add.confirm"),
        key="add.confirm",
        type="primary",
        width="stretch",
        on_click=act(_add),
        args=(problem, replace(drafted, options={**drafted.options, **options}), months),
    )


def _kind_input(bench: Bench, act: Act) -> str | None:
    """The lever of the new card: looked for by name, else picked from the list by group."""
    text = bench.text
    groups: dict[str, list[str]] = {}
    for lever in levers.available(bench.problem):
        groups.setdefault(lever.group.value, []).append(lever.kind)
    chosen: str | None = st.selectbox(
        text("ui.add.kind"),
        [kind for kinds in groups.values() for kind in kinds],
        index=None,
        key=KIND,
        placeholder=text("ui.add.search"),
        format_func=lambda kind: f"{_group(text, kind)} · {text(f'lever.{kind}.name')}",
    )
    if chosen is not None:
        return chosen
    offered = {card.id: card for card in scenarios.presets(bench.problem, bench.room.dataset)}
    st.pills(
        text("ui.add.presets"),
        list(offered),
        key=PRESET,
        format_func=lambda preset: plain(cards.preset_name(text, bench.problem, offered[preset])),
        on_change=act(_preset),
        args=(bench.problem, offered),
    )
    for group, kinds in groups.items():
        key = f"add.group.{group}"
        st.pills(
            text(f"lever.group.{group}"),
            kinds,
            key=key,
            format_func=lambda kind: text(f"lever.{kind}.short"),
            on_change=_pick,
            args=(key,),
        )
    return None


def _bottleneck(bench: Bench, kind: str) -> str:
    """The resource that holds back most, for a lever of resources only; "" for any other."""
    problem = bench.problem
    known = levers.targets(problem, kind)
    if not known[0].startswith("resource:"):
        return ""
    found = results.outcome(problem, bench.room.current)
    blamed = headline.limiting_resources(found, kpi.window(problem), share=1.0)
    named = [f"resource:{problem.resources[r]}" for r in (*blamed, *tightest(found.problem))]
    return next((one for one in named if one in known), "")


def manage_form(bench: Bench, act: Act) -> None:
    """The same acts as the menu of a card, for the panel of Streamlit's own widgets."""
    text, listed = bench.text, bench.room.current.cards
    if not listed:
        return
    names = choices.apart({card.id: cards.card_name(text, bench.problem, card) for card in listed})
    st.divider()
    chosen = st.selectbox(
        text("ui.card.manage"), list(names), key="manage.card", format_func=names.__getitem__
    )
    for what in ("edit", "duplicate", "up", "down", "remove"):
        st.button(
            text(f"ui.card.act.{what}"),
            key=f"manage.{what}",
            width="stretch",
            on_click=act(_manage),
            args=(bench.problem, chosen, what),
        )


def edit_form(bench: Bench, card: Card, act: Act) -> None:
    """Everything about a card that is not its slider, in a dialog."""
    text = bench.text
    title = text("ui.card.edit.title", name=cards.card_name(text, bench.problem, card))

    @st.dialog(title)
    def dialog() -> None:
        _edit_fields(bench, card, act)

    dialog()


def _edit_fields(bench: Bench, card: Card, act: Act) -> None:
    text, problem, key = bench.text, bench.problem, f"edit.{card.id}"
    st.caption(text(f"lever.{card.kind}.help"))
    target = _target_input(text, problem, card.kind, key=f"{key}.target", held=card.target)
    begin = card.first or problem.start
    months = _months_input(bench, card, begin=begin, key=f"{key}.months")
    options = _option_inputs(text, card.kind, card.options, key=f"{key}.option")
    probability = card.probability
    if levers.LEVERS[card.kind].chance:
        percent = st.slider(
            text("ui.card.probability"), 0, 100, round(100 * probability), key=f"{key}.chance"
        )
        probability = percent / 100
    owner = st.text_input(text("ui.card.owner"), card.owner, key=f"{key}.owner", max_chars=60)
    note = st.text_area(text("ui.card.note"), card.note, key=f"{key}.note", max_chars=LONGEST)
    changed = replace(
        card, target=target, options=options, probability=probability, owner=owner, note=note
    )
    if st.button(text("ui.card.edit.confirm"), key=f"{key}.confirm", type="primary"):
        act(_edit)(problem, changed, months)
        st.rerun()


def _target_input(
    text: Text, problem: Problem, kind: str, *, key: str, held: str = "", aim: str = ""
) -> str:
    options = list(levers.targets(problem, kind))
    if held and held not in options:
        options.insert(0, held)
    names = choices.apart({one: cards.target_name(text, problem, one) for one in options})
    return str(
        st.selectbox(
            text("ui.add.target"),
            options,
            index=options.index(held or aim) if held or aim else 0,
            key=key,
            format_func=names.__getitem__,
        )
    )


def _months_input(bench: Bench, card: Card, *, begin: date, key: str) -> tuple[date, date]:
    text, months = bench.text, list(bench.problem.month_dates)
    if levers.LEVERS[card.kind].whole_horizon:
        return months[0], months[-1]
    last = card.last or months[-1]
    first, last = st.select_slider(
        text("ui.add.months"),
        months,
        value=(max(begin, months[0]), min(last, months[-1])),
        key=key,  # each lever and target has its own lead
        format_func=text.month_label,
    )
    return first, last


def _option_inputs(
    text: Text, kind: str, held: Mapping[str, float], *, key: str
) -> dict[str, float]:
    found = {}
    for name, option in levers.LEVERS[kind].options.items():
        percent = option.unit is levers.Unit.SHARE
        scale = 100.0 if percent else 1.0
        unit = "%" if percent else cards.unit_name(text, option.unit)
        usual = held.get(name, option.default)
        value = st.number_input(
            f"{text(f'lever.option.{name}')} ({unit})",
            min_value=option.low * scale,
            max_value=option.high * scale,
            value=None if usual is None else usual * scale,
            key=f"{key}.{kind}.{name}",
            placeholder=text("ui.add.from_data"),
        )
        if value is not None:
            found[name] = value / scale
    return found


def _group(text: Text, kind: str) -> str:
    return text(f"lever.group.{levers.LEVERS[kind].group.value}")


# Streamlit passes the arguments of a callback by position.


def _pick(key: str) -> None:
    st.session_state[KIND], st.session_state[key] = st.session_state[key], None


def _preset(room: Room, problem: Problem, offered: Mapping[str, Card]) -> None:
    chosen, st.session_state[PRESET] = st.session_state[PRESET], None
    if chosen in offered:
        card_acts.put(room, problem, [offered[chosen]])


def _add(room: Room, problem: Problem, drafted: Card, months: card_acts.Months) -> None:
    card_acts.add(room, problem, drafted, months=months)
    st.session_state[KIND] = None


def _edit(room: Room, problem: Problem, changed: Card, months: card_acts.Months) -> None:
    card_acts.edit(room, problem, changed, months=months)


def _manage(room: Room, problem: Problem, card_id: str, what: str) -> None:
    card_acts.act(room, problem, card_id, what=what)
