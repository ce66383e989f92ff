"""Operations sign that a plan is feasible: who, when, for which plan, whether it still holds."""

import streamlit as st

from sim.errors import CycleError
from sim.model.outcome import PlanStatus
from sim.model.problem import PlanMode
from sim.model.scenario import Scenario
from sim.store.sign_offs import SignOff
from sim.ui import access, data, messages, results, session
from sim.ui.access import Role
from sim.ui.supply import Reviewed, mode_name

STEP = "supply_review"
NAME = "supply.sign.name"
LONGEST = 80  # characters of a name


def latest() -> SignOff | None:
    """The last signature of this step."""
    return data.store().sign_offs.latest(STEP)


def broken_by(one: Reviewed, signed: SignOff) -> str:
    """What has changed since a signature; "" while it holds for the plan on the page."""
    return signed.broken_by(dataset=one.dataset, mode=one.mode.value, outcome=one.outcome.hash)


def sentence(one: Reviewed, signed: SignOff | None) -> str:
    """Whether the plan on the page is signed, by whom, and why a signature no longer holds."""
    text = one.text
    if signed is None:
        return text("ui.supply.sign.none")
    day = text.day(signed.day, year=True)
    told = text(
        "ui.supply.signed", author=signed.author, day=day, mode=mode_name(text, signed.mode)
    )
    changed = broken_by(one, signed)
    return told if not changed else f"{told} {text(f'ui.supply.broken.{changed}')}"


def button(one: Reviewed) -> None:
    """The way to sign: a name, and what is signed."""
    text, blocked = one.text, refusal(one)
    with st.popover(
        text("ui.supply.sign"),
        key="supply.sign",
        type="primary",
        icon=":material/signature:",
        disabled=bool(blocked),
        help=blocked or None,
    ):
        st.markdown(
            messages.plain(text("ui.supply.sign.what", mode=mode_name(text, one.mode.value)))
        )
        known = access.visitor()
        if not known:
            st.text_input(text("ui.supply.sign.name"), key=NAME, max_chars=LONGEST)
        st.button(
            text("ui.supply.sign.do"),
            key="supply.sign.do",
            type="primary",
            on_click=messages.safely(_sign),
            args=(one.dataset, one.mode, one.outcome.hash),
        )


def refusal(one: Reviewed) -> str:
    """Why this visitor cannot sign this plan; "" when nothing stands in the way."""
    text, plan = one.text, one.outcome.plan
    if not access.roles() & {Role.SUPPLY}:
        return text("ui.supply.refused.role")
    if plan.status is PlanStatus.INFEASIBLE:
        return text("ui.supply.refused.limits")
    return text("ui.supply.refused.late") if plan.late else ""


def _sign(dataset: str, mode: str, outcome: str) -> None:
    access.require(Role.SUPPLY)
    author = access.visitor() or str(st.session_state.get(NAME, "")).strip()[:LONGEST]
    if not author:
        raise CycleError("error.cycle.no_name")
    data.store().sign_offs.sign(
        STEP, author=author, dataset=dataset, mode=str(mode), outcome=outcome
    )
    messages.flash("success", session.text()("ui.supply.sign.done"))


def holds_for(dataset: str) -> SignOff | None:
    """The signature of this step while it holds for the data in use, whatever its mode."""
    signed = latest()
    if signed is None or signed.dataset != dataset:
        return None
    scenario = Scenario(mode=PlanMode(signed.mode))
    found = results.outcome(data.problem(dataset), scenario)
    return signed if signed.outcome == found.hash else None
