"""Which scenarios are compared: what a link asks for, what was chosen, what was saved since."""

from collections.abc import Sequence

import streamlit as st

from sim.errors import SopError, StoreError
from sim.model import levers
from sim.model.problem import Problem
from sim.report.style import LETTERS
from sim.report.text import Text
from sim.ui import choices, data, links, messages, scenarios, session
from sim.ui.room import current_room
from sim.ui.scenarios import Named

MOST = 6
SHOWN = 3  # at a first visit: one screen without scrolling
WIDGET = "compare.select"
CHOSEN = "compare.chosen"
SEEN = "compare.seen"  # the saved scenarios at the last visit


def asked(dataset: str) -> tuple[list[str], list[SopError]]:
    """The scenarios a link asks for; ids that are not here become errors."""
    wanted = st.query_params.get(links.COMPARED)
    if wanted is None or wanted == st.session_state.get("compare.written"):
        return list(st.session_state.get(CHOSEN, [])), []
    found, errors = list[str](), list[SopError]()
    named = dict.fromkeys(part.strip() for part in wanted.split(",") if part.strip())
    for scenario_id in list(named)[: 2 * MOST]:  # each one is looked up and told
        try:
            saved = data.store().scenarios.get(scenario_id)
        except StoreError:
            errors.append(StoreError("error.link.unknown_scenario", scenario=scenario_id[:40]))
            continue
        if saved.dataset and saved.dataset != dataset:
            dataset = _follow(saved.dataset, found, errors, scenario_id) or dataset
        found.append(saved.id)
    if len(found) > MOST:
        errors.append(StoreError("error.link.too_many_scenarios", most=MOST))
    return found[:MOST], errors


def _follow(
    wanted: str, found: Sequence[str], errors: list[SopError], scenario_id: str
) -> str | None:
    """Use the data of the first scenario of a link; later ones must share them."""
    if found:
        errors.append(StoreError("error.link.other_dataset", scenario=scenario_id[:40]))
        return None
    data.use(wanted)
    return wanted


def offered(every: Sequence[Named], dataset: str) -> list[Named]:
    """The scenarios to choose from: those with a name, and the one in work."""
    room = current_room()
    working = room.step.saved_id if room is not None and room.dataset == dataset else ""
    return [one for one in every if one.saved.scenario.name or one.id == working]


def newest(every: Sequence[Named], count: int = SHOWN) -> list[str]:
    """The scenarios that were saved last."""
    ordered = sorted(every, key=lambda one: one.saved.created_at)
    return [one.id for one in ordered[-count:]]


def with_news(chosen: Sequence[str], every: Sequence[Named]) -> tuple[list[str], list[Named]]:
    """The choice of the last visit with what was saved since, and what finds no room in it.

    A new version takes the place of what it is a version of; a new scenario comes at the end. One
    without a name that is no longer in work goes.
    """
    state, known = st.session_state, {one.id for one in every}
    gone = state.get(SEEN, frozenset()) - known
    found, seen, late = list(chosen), state.get(SEEN), list[Named]()
    if found != state.get(CHOSEN):
        seen = None  # a link is shown as it was sent
    for one in every:
        if seen is None or one.id in seen or one.id in found:
            continue
        kept = [older for older in found if older not in one.saved.history]
        if len(kept) < MOST:
            found = [*kept, one.id]
        else:
            late.append(one)
    if seen is not None:
        found = [one for one in found if one not in gone]
    state[SEEN] = frozenset(known)
    return found, late


def lettered(chosen: Sequence[str], every: Sequence[Named]) -> tuple[Named, ...]:
    """The chosen scenarios; two that share a letter get different ones here."""
    known = {one.id for one in every}
    taken: set[str] = set()
    found = []
    # A saved scenario keeps the letter of its chip and of the room; earlier versions give way.
    for scenario_id in sorted(chosen, key=lambda one: one not in known):
        one = _named(scenario_id, every)
        if one is None:
            continue
        letter = one.letter
        if letter in taken:
            letter = next(free for free in LETTERS if free not in taken)
        taken.add(letter)
        found.append(Named(id=one.id, letter=letter, name=one.name, saved=one.saved))
    return tuple(sorted(found, key=lambda one: one.letter))


def older_name(scenario_id: str, text: Text) -> str:
    """What an earlier version is called in the choice."""
    try:
        name = data.store().scenarios.get(scenario_id).name
    except StoreError:
        name = ""
    return text("table.older", name=name) if name else text("ui.room.older_version")


def _named(scenario_id: str, every: Sequence[Named]) -> Named | None:
    found = next((one for one in every if one.id == scenario_id), None)
    if found is not None:
        return found
    try:  # an earlier version, from a link
        saved = data.store().scenarios.get(scenario_id)
    except StoreError:
        return None
    letter = scenarios.letter_of(saved.id, every)
    return Named(id=saved.id, letter=letter, name=saved.name or saved.id, saved=saved)


def select(text: Text, every: Sequence[Named], wanted: Sequence[str]) -> list[str]:
    """Draw the choice and return it, the news since the last visit included."""
    listed = offered(every, data.in_use().id)
    start, late = with_news(wanted, listed)
    if late:
        words = [text("format.named", letter=one.letter, name=one.name) for one in late]
        messages.say("info", messages.plain(text("ui.compare.full", names=text.join(words))))
    names = _names(text, every, listed=listed, asked=start)
    if st.session_state.get(CHOSEN) != start or WIDGET not in st.session_state:
        st.session_state[WIDGET] = [one for one in start if one in names] or newest(listed)
    held = st.session_state[WIDGET]
    st.session_state[WIDGET] = [one for one in held if one in names]
    return list(
        st.multiselect(
            text("ui.compare.choose"),
            list(names),
            key=WIDGET,
            format_func=lambda one: names[one],
            max_selections=MOST,
            placeholder=text("ui.compare.choose"),
            label_visibility="collapsed",
            on_change=_kept,
        )
    )


def _names(
    text: Text, every: Sequence[Named], *, listed: Sequence[Named], asked: Sequence[str]
) -> dict[str, str]:
    """What can be chosen, in words: the list, and what a link asks for beside it."""
    known = {one.id: text("format.named", letter=one.letter, name=one.name) for one in every}
    names = {one.id: known[one.id] for one in listed}
    for scenario_id in asked:
        if scenario_id not in names:
            older = known.get(scenario_id) or older_name(scenario_id, text)
            names[scenario_id] = older
    return choices.apart(names)


def _kept() -> None:
    st.session_state[CHOSEN] = list(st.session_state[WIDGET])


def write_address(good: Sequence[Named]) -> None:
    """Put the choice into the address bar."""
    wanted = ",".join(one.id for one in good)
    st.session_state["compare.written"] = wanted
    query = ({links.COMPARED: wanted} if wanted else {}) | session.display_parameters()
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)


def applicable(problem: Problem, every: Sequence[Named]) -> tuple[list[Named], list[SopError]]:
    """The scenarios that these data can run, and why the others cannot."""
    good, errors = list[Named](), list[SopError]()
    for one in every:
        try:
            levers.check(problem, one.saved.scenario)
            good.append(one)
        except SopError as error:
            errors.append(error)
    return good, errors
