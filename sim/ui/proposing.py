"""Up to three scenarios for the executive meeting, one of them recommended, with the reasons."""

from collections.abc import Sequence

import streamlit as st

from sim.report.text import Text
from sim.store.meetings import MOST, Proposal
from sim.ui import access, data, messages, session
from sim.ui.head import Badge
from sim.ui.scenarios import Named

CHOSEN = "propose.chosen"
BEST = "propose.best"
REASONS = "propose.reasons"
OPEN = "propose.open"


def current(dataset: str) -> Proposal | None:
    """The proposal that counts for a data version."""
    return data.store().meetings.proposal(dataset)


def proposed(dataset: str) -> frozenset[str]:
    """The saved scenarios that are proposed."""
    found = current(dataset)
    return frozenset(found.scenarios) if found else frozenset()


def badge(text: Text) -> Badge:
    """The state of a scenario that is put to the executive meeting."""
    return Badge(label=text("ui.head.proposed"), color="green", icon=":material/how_to_vote:")


def label(text: Text, found: Proposal | None, one: Named) -> str:
    """The letter of a scenario, and what the proposal says of it."""
    if found is None or one.id not in found.scenarios:
        return one.letter
    word = "recommended" if one.id == found.recommended else "proposed"
    return text("format.named", letter=one.letter, name=text(f"ui.head.{word}"))


def told(text: Text, found: Proposal, every: Sequence[Named]) -> list[str]:
    """The proposal in sentences: what is recommended and why, and what is proposed beside it."""
    names = {one.id: text("format.named", letter=one.letter, name=one.name) for one in every}

    def name(one: str) -> str:
        return messages.plain(names.get(one, one))

    reasons = messages.plain(found.reasons)
    said = [text("ui.propose.said", name=name(found.recommended), reasons=reasons)]
    beside = [name(one) for one in found.scenarios if one != found.recommended]
    return [*said, text("ui.propose.beside", names=", ".join(beside))] if beside else said


def form(text: Text, dataset: str, every: Sequence[Named], *, best: str = "") -> None:
    """Choose, recommend, say why. ``best`` is the scenario that is suggested."""
    with st.popover(
        text("ui.propose.title"), key=OPEN, icon=":material/how_to_vote:", on_change="rerun"
    ):
        if not every:
            st.caption(text("ui.propose.nothing"))
            return
        _form(text, dataset, every, best=best)


def _form(text: Text, dataset: str, every: Sequence[Named], *, best: str) -> None:
    names = {one.id: text("format.named", letter=one.letter, name=one.name) for one in every}
    _start(current(dataset), list(names), best=best)
    st.caption(text("ui.propose.help", most=MOST))
    chosen = st.multiselect(
        text("ui.propose.scenarios"),
        list(names),
        key=CHOSEN,
        format_func=lambda one: names[one],
        max_selections=MOST,
        placeholder=text("ui.propose.scenarios"),
    )
    if st.session_state.get(BEST) not in chosen:
        st.session_state[BEST] = chosen[0] if chosen else None
    st.radio(text("ui.propose.recommended"), chosen, key=BEST, format_func=lambda one: names[one])
    st.text_area(text("ui.propose.reasons"), key=REASONS, max_chars=2_000, height=120)
    st.button(
        text("ui.propose.confirm"),
        key="propose.confirm",
        type="primary",
        width="stretch",
        on_click=_propose,
        args=(dataset,),
    )


def _start(found: Proposal | None, known: Sequence[str], *, best: str) -> None:
    """Begin from the current proposal, else from what is suggested."""
    held = st.session_state.get(CHOSEN)
    if held is not None:
        st.session_state[CHOSEN] = [one for one in held if one in known]
        return
    former = [one for one in found.scenarios if one in known] if found else []
    st.session_state[CHOSEN] = former or [best or known[-1]]
    st.session_state[BEST] = found.recommended if found and former else best or known[-1]
    st.session_state[REASONS] = found.reasons if found and former else ""


@messages.safely
def _propose(dataset: str) -> None:
    access.require(*access.EDITORS)
    state = st.session_state
    made = Proposal(
        scenarios=tuple(state[CHOSEN]),
        recommended=str(state[BEST] or ""),
        reasons=str(state[REASONS]),
    )
    data.store().meetings.propose(dataset, made, author=access.visitor())
    messages.flash("success", session.text()("ui.propose.done"))
    state[OPEN] = False
