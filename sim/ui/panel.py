"""The sidebar of the live room: which scenario, its cards, presets, undo, save, add."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.model import levers
from sim.model.presets import OUTLOOK
from sim.model.problem import PlanMode, Problem
from sim.model.scenario import Scenario
from sim.report.text import Text
from sim.ui import cards, messages, outlook, scenarios, session
from sim.ui.cards import Bench
from sim.ui.room import Room, current_room, without_card
from sim.ui.scenarios import Named

KEEP = "room.keep"
NEW = ""  # the entry of the selector that starts from the suggested cards
MODES = (PlanMode.CHASE, PlanMode.LEVEL, PlanMode.HYBRID, PlanMode.OPTIMAL)


def on_screen(room: Room) -> Scenario:
    """The scenario as the widgets stand now, before any of them is drawn."""
    state = st.session_state
    shown = tuple(
        replace(
            card,
            value=float(state.get(cards.value_key(card.id), card.value)),
            on=bool(state.get(cards.on_key(card.id), card.on)),
        )
        for card in room.current.cards
    )
    return replace(room.current, cards=shown)


def seed(room: Room) -> None:
    """Put the scenario of the room into every widget."""
    cards.seed_widgets(room.current)
    state = st.session_state
    state["room.mode"] = room.current.mode.value
    state["room.outlook"] = outlook.of(room.current)
    state["room.saved"] = room.step.saved_id
    state["room.name"] = room.step.base.name


def draw(bench: Bench, every: list[Named]) -> DeltaGenerator:
    """Draw the panel; return the place of the differences, which follow a slider."""
    _selector(bench.text, every)
    _buttons(bench)
    _presets(bench.text, bench.room.current)
    differences = st.container()
    cards.draw_cards(bench, bench.room.step.base)
    return differences


def _selector(text: Text, every: list[Named]) -> None:
    names = {one.id: text("format.named", letter=one.letter, name=one.name) for one in every}
    options = [NEW, *names]
    held = st.session_state.get("room.saved", NEW)
    if held not in options:  # an older version of a scenario, from a link or an undo
        options.append(held)
        names[held] = text("ui.room.older_version")
    st.selectbox(
        text("ui.room.scenario"),
        options,
        key="room.saved",
        format_func=lambda found: names.get(found, text("ui.room.new")),
        label_visibility="collapsed",
        on_change=_in_room(_choose),
    )


def _save_form(text: Text) -> None:
    label = "" if session.compact() else text("ui.room.save")
    with st.popover(
        label,
        icon=":material/save:",
        key=KEEP,
        width="stretch",
        help=text("ui.room.save"),
        on_change="rerun",  # its state is known, so that saving can close it
    ):
        st.text_input(text("ui.room.name"), key="room.name", max_chars=60)
        st.caption(text("ui.room.name.help"))
        st.button(
            text("ui.room.save"),
            key="room.save",
            type="primary",
            on_click=_in_room(_save),
            width="stretch",
        )


def _buttons(bench: Bench) -> None:
    text, room = bench.text, bench.room
    with st.container(horizontal=True, gap="xsmall", wrap=False):
        _save_form(text)
        with st.popover("", icon=":material/add:", key="room.add", help=text("ui.room.add.help")):
            _add_form(bench)
        st.button(
            "",
            key="room.undo",
            icon=":material/undo:",
            help=text("ui.room.undo"),
            disabled=not room.can_undo,
            on_click=_in_room(Room.undo),
        )
        st.button(
            "",
            key="room.redo",
            icon=":material/redo:",
            help=text("ui.room.redo"),
            disabled=not room.can_redo,
            on_click=_in_room(Room.redo),
        )


def _presets(text: Text, current: Scenario) -> None:
    size = "short" if session.compact() else "long"
    held = outlook.of(current)
    offered = ["pessimistic", outlook.EXPECTED, "optimistic"]
    st.session_state["room.outlook"] = held  # a card may have been moved since
    left, right = st.columns(2, gap="small")
    with left:
        st.selectbox(
            text("ui.room.mode"),
            [mode.value for mode in MODES],
            key="room.mode",
            format_func=lambda mode: text(f"ui.mode.{mode}.{size}"),
            label_visibility="collapsed",
            on_change=_in_room(_set_mode),
        )
    with right:
        st.selectbox(
            text("ui.room.outlook"),
            offered if held in offered else [*offered, held],
            key="room.outlook",
            format_func=lambda name: text(f"ui.outlook.{name}.{size}"),
            label_visibility="collapsed",
            disabled=held == outlook.BY_CARD,
            help=text("ui.outlook.card.help") if held == outlook.BY_CARD else None,
            on_change=_in_room(_set_outlook),
        )


def _add_form(bench: Bench) -> None:
    text, problem = bench.text, bench.problem
    kinds = [lever.kind for lever in levers.available(problem)]
    kind = st.selectbox(
        text("ui.add.kind"),
        kinds,
        key="add.kind",
        format_func=lambda kind: text(f"lever.{kind}.name"),
    )
    st.caption(text(f"lever.{kind}.help"))
    target = st.selectbox(
        text("ui.add.target"),
        levers.targets(problem, kind),
        key=f"add.target.{kind}",
        format_func=lambda target: cards.target_name(text, problem, target),
    )
    months = _months_input(bench, kind, target)
    options = _option_inputs(text, kind)
    st.button(
        text("ui.add.confirm"),
        key="add.confirm",
        type="primary",
        width="stretch",
        on_click=_in_room(_add),
        args=(problem, kind, target, months, options),
    )
    if bench.room.step.base.cards:
        _remove_form(bench)


def _months_input(bench: Bench, kind: str, target: str) -> tuple[date, date]:
    text, problem = bench.text, bench.problem
    months = list(problem.month_dates)
    if levers.LEVERS[kind].whole_horizon:
        return months[0], months[-1]
    drafted = levers.draft(problem, kind, target=target, card_id=kind)
    begin = levers.first_in_time(problem, drafted, today=bench.today)
    first, last = st.select_slider(
        text("ui.add.months"),
        months,
        value=(begin, months[-1]),
        key=f"add.months.{kind}.{target}",  # each has its own lead
        format_func=text.month_label,
    )
    return first, last


def _option_inputs(text: Text, kind: str) -> dict[str, float]:
    found = {}
    for name, option in levers.LEVERS[kind].options.items():
        percent = option.unit is levers.Unit.SHARE
        scale = 100.0 if percent else 1.0
        unit = "%" if percent else cards.unit_name(text, option.unit)
        value = st.number_input(
            f"{text(f'lever.option.{name}')} ({unit})",
            min_value=option.low * scale,
            max_value=option.high * scale,
            value=None if option.default is None else option.default * scale,
            key=f"add.option.{kind}.{name}",
            placeholder=text("ui.add.from_data"),
        )
        if value is not None:
            found[name] = value / scale
    return found


def _remove_form(bench: Bench) -> None:
    text, base = bench.text, bench.room.step.base
    names = {card.id: cards.card_name(text, bench.problem, card) for card in base.cards}
    st.divider()
    removed = st.selectbox(
        text("ui.remove.card"), list(names), key="remove.card", format_func=lambda one: names[one]
    )
    st.button(
        text("ui.remove.confirm"),
        key="remove.confirm",
        width="stretch",
        on_click=_in_room(_remove),
        args=(removed,),
    )


# What the buttons do. A change of the card list is a new saved version, so that the address
# bar can name it; moving a slider is not.


def _in_room(action: Callable[..., None]) -> Callable[..., None]:
    def act(*arguments: object) -> None:
        room = current_room()
        if room is not None:
            action(room, *arguments)
            seed(room)

    return messages.safely(act)


def _choose(room: Room) -> None:
    chosen = st.session_state["room.saved"]
    if chosen == NEW:
        scenarios.restart(room)
    else:
        scenarios.show_saved(room, chosen)


def _set_mode(room: Room) -> None:
    room.move_to(replace(room.current, mode=PlanMode(st.session_state["room.mode"])))


def _set_outlook(room: Room) -> None:
    chosen = str(st.session_state["room.outlook"])
    room.move_to(outlook.choose(room.current, chosen, base=room.step.base))


def _save(room: Room) -> None:
    name = str(st.session_state["room.name"]).strip()
    scenario = replace(room.current, name=name, dataset=room.dataset)
    # Another name starts another scenario; the same one is its next version.
    parent = room.step.saved_id if name == room.step.base.name else ""
    saved = scenarios.save(scenario, parent=parent)
    room.rebase(scenario, saved)
    _tell_saved(room.dataset, saved)


def _tell_saved(dataset: str, saved: str) -> None:
    text = session.text()
    every = scenarios.named(dataset, text)
    name = next(one.name for one in every if one.id == saved)
    named = text("format.named", letter=scenarios.letter_of(saved, every), name=name)
    version = scenarios.version_of(saved)
    told = text("ui.room.saved", name=messages.plain(named), version=version)
    messages.flash("success", told)
    st.session_state[KEEP] = False  # it would hide what is said


def _add(  # noqa: PLR0917 - a Streamlit callback passes its arguments by position
    room: Room,
    problem: Problem,
    kind: str,
    target: str,
    months: tuple[date, date],
    options: dict[str, float],
) -> None:
    drafted = levers.draft(problem, kind, target=target, card_id=_free_id(room.current, kind))
    first, last = months
    card = replace(
        drafted,
        first=first if first > problem.start or drafted.first else None,
        last=last if last < problem.month_dates[-1] else None,
        options={**drafted.options, **options},
    )
    _rewrite(room, problem, room.current.with_card(card))


def _remove(room: Room, card_id: str) -> None:
    _rewrite(room, None, without_card(room.current, card_id))


def _rewrite(room: Room, problem: Problem | None, scenario: Scenario) -> None:
    if problem is not None:
        scenarios.check(problem, scenario)
    scenario = replace(scenario, dataset=room.dataset)
    room.rebase(scenario, scenarios.save(scenario, parent=room.step.saved_id))


def _free_id(scenario: Scenario, kind: str) -> str:
    taken = {card.id for card in scenario.cards} | {OUTLOOK}  # that one is the selector's
    names = (kind if n == 1 else f"{kind}_{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
