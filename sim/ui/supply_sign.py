"""Operations sign that a plan is feasible: who, when, for which plan, whether it still holds."""

from collections.abc import Callable
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from sim.errors import CycleError
from sim.model.outcome import PlanStatus
from sim.model.problem import PlanMode
from sim.model.scenario import Scenario
from sim.report.text import Text
from sim.store.sign_offs import LONGEST as LONGEST_REASON
from sim.store.sign_offs import Because, SignOff
from sim.ui import access, data, messages, results, session
from sim.ui.access import Role
from sim.ui.supply import Reviewed, mode_name, reviewed

STEP = "supply_review"
NAME = "supply.sign.name"
REASON = "supply.sign.reason"
LONGEST = 80  # characters of a name
HASH = 12  # characters of a hash that a person compares
COLUMNS = ("who", "when", "role", "plan", "data", "hash", "state")
MAY_REOPEN = (Role.SUPPLY, Role.COORDINATOR)  # and let data of low quality be signed


def latest() -> SignOff | None:
    """The last signature of this step."""
    return data.store().sign_offs.latest(STEP)


def broken_by(one: Reviewed, signed: SignOff) -> str:
    """What has changed since a signature; "" while it holds for the plan on the page."""
    shared = results.shared(one.problem, one.scenario).hash
    return signed.broken_by(dataset=one.dataset, mode=one.mode.value, outcome=shared)


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
    if signed.withdrawn is not None:
        return f"{told} {_why(text, 'ui.supply.broken.withdrawn', signed.withdrawn)}"
    return told if not changed else f"{told} {text(f'ui.supply.broken.{changed}')}"


def _why(text: Text, key: str, because: Because) -> str:
    day = text.day(because.day, year=True)
    return text(key, author=because.author, day=day, reason=because.reason)


def button(one: Reviewed) -> None:
    """The way to sign or, while a signature holds, to open the step again."""
    standing = holds_for(one.dataset)
    if standing is not None:
        _reopen_menu(one, standing)
    else:
        _sign_menu(one)


def _sign_menu(one: Reviewed) -> None:
    text, blocked = one.text, refusal(one)
    with st.popover(
        text("ui.supply.sign"),
        key="supply.sign",
        type="primary",
        icon=":material/signature:",
        disabled=bool(blocked),
        help=blocked or None,
    ):
        poor = poor_data(one)
        if poor:
            _waiver_menu(one, poor)
            return
        mode = mode_name(text, one.mode.value)
        st.markdown(messages.plain(text("ui.supply.sign.what", mode=mode)))
        if not one.problem.has_capacity:
            st.caption(text("chart.empty.capacity"))
        _name_field(text)
        _act(text, "ui.supply.sign.do", _sign, one.dataset, one.mode, one.outcome.hash)


def _waiver_menu(one: Reviewed, poor: str) -> None:
    text = one.text
    st.markdown(messages.plain(poor))
    _name_field(text)
    _reason_field(text)
    _act(text, "ui.supply.waiver.do", _waive, one.dataset)


def _reopen_menu(one: Reviewed, standing: SignOff) -> None:
    text, may = one.text, bool(access.roles() & set(MAY_REOPEN))
    with st.popover(
        text("ui.supply.reopen"),
        key="supply.reopen",
        icon=":material/lock_open:",
        disabled=not may,
        help=None if may else text("ui.supply.refused.reopen"),
    ):
        day = text.day(standing.day, year=True)
        mode = mode_name(text, standing.mode)
        told = text("ui.supply.reopen.what", author=standing.author, day=day, mode=mode)
        st.markdown(messages.plain(told))
        _name_field(text)
        _reason_field(text)
        _act(text, "ui.supply.reopen.do", _reopen, standing)


def _name_field(text: Text) -> None:
    if not access.visitor():
        st.text_input(text("ui.supply.sign.name"), key=NAME, max_chars=LONGEST)


def _reason_field(text: Text) -> None:
    st.text_area(text("ui.supply.reason"), key=REASON, max_chars=LONGEST_REASON, height="content")


def _act(text: Text, label: str, act: Callable[..., None], *args: object) -> None:
    name = label.removeprefix("ui.")
    callback = messages.safely(act)
    st.button(text(label), key=name, type="primary", on_click=callback, args=args)


def refusal(one: Reviewed) -> str:
    """Why this visitor cannot sign this plan; "" when nothing stands in the way.

    Poor data stand in the way, too, but can be let pass: see ``poor_data``.
    """
    text, plan = one.text, one.outcome.plan
    if not access.roles() & {Role.SUPPLY}:
        return text("ui.supply.refused.role")
    if plan.status is PlanStatus.INFEASIBLE:
        return text("ui.supply.refused.limits")
    if plan.late:
        return text("ui.supply.refused.late")
    if results.own_outcome(one.problem, one.scenario) is not None:
        return text("ui.supply.refused.own")
    return ""


def poor_data(one: Reviewed) -> str:
    """That the data are too poor to be signed; "" when they are not, or were let pass."""
    if not _is_poor(one.dataset) or data.store().sign_offs.waiver(STEP, one.dataset):
        return ""
    text = one.text
    return text(
        "ui.supply.refused.quality",
        score=text.percent(data.quality(one.dataset).score / 100),
        least=text.percent(data.planning_settings(one.dataset).quality_threshold / 100),
    )


def quality_sentence(one: Reviewed) -> str:
    """What stands beside a signature over poor data: that they block it, or who let them pass."""
    waiver = data.store().sign_offs.waiver(STEP, one.dataset)
    if waiver is None or not _is_poor(one.dataset):
        return poor_data(one)
    return _why(one.text, "ui.supply.waiver.given", waiver)


def _is_poor(dataset: str) -> bool:
    return data.quality(dataset).score < data.planning_settings(dataset).quality_threshold


def _author() -> str:
    author = access.visitor() or str(st.session_state.get(NAME, "")).strip()[:LONGEST]
    if not author:
        raise CycleError("error.cycle.no_name")
    return author


def _role(*wanted: Role) -> str:
    """The role in which this visitor acts.

    Raises
    ------
    AccessError: none of those that may.
    """
    access.require(*wanted)
    return next(role.value for role in wanted if role in access.roles())


def _sign(dataset: str, mode: PlanMode, outcome: str) -> None:
    role, author, text = _role(Role.SUPPLY), _author(), session.text()
    one = reviewed(text, dataset, mode)
    standing = holds_for(dataset)  # of somebody else, since the page was drawn
    blocked = refusal(one) or poor_data(one)
    if standing is not None or one.outcome.hash != outcome:
        blocked = text("ui.supply.refused.moved")
    if blocked:
        raise CycleError("error.cycle.blocked", reason=blocked)
    plan = {"dataset": dataset, "mode": mode.value, "outcome": outcome}
    data.store().sign_offs.sign(STEP, author=author, role=role, **plan)
    messages.flash("success", text("ui.supply.sign.done"))


def _waive(dataset: str) -> None:
    role, author = _role(*MAY_REOPEN), _author()
    reason = str(st.session_state.get(REASON, ""))
    data.store().sign_offs.waive(STEP, author=author, role=role, dataset=dataset, reason=reason)
    st.session_state[REASON] = ""
    messages.flash("success", session.text()("ui.supply.waiver.done"))


def _reopen(read: SignOff) -> None:
    role, author, dataset = _role(*MAY_REOPEN), _author(), read.dataset
    if latest() != read:  # somebody reopened it, or signed anew, since the page was drawn
        moved = session.text()("ui.supply.refused.moved")
        raise CycleError("error.cycle.blocked", reason=moved)
    reason = str(st.session_state.get(REASON, ""))
    data.store().sign_offs.reopen(STEP, author=author, role=role, dataset=dataset, reason=reason)
    st.session_state[REASON] = ""
    messages.flash("success", session.text()("ui.supply.reopen.done"))


def holds_for(dataset: str) -> SignOff | None:
    """The signature of this step while it holds for the data in use, whatever its mode."""
    signed = latest()
    if signed is None or signed.withdrawn is not None or signed.dataset != dataset:
        return None
    found = results.shared(data.problem(dataset), Scenario(mode=PlanMode(signed.mode)))
    return signed if signed.outcome == found.hash else None


def history(one: Reviewed) -> pd.DataFrame:
    """Every signature of this step: who, when, in which role, for what, and whether it counts."""
    text = one.text
    made, standing = numbers(one), text("ui.supply.state.holds")
    who, when, _, _, version, outcome, state = made.columns
    holds = f":green[:material/check_circle:] {standing}"
    made[who] = made[who].map(messages.plain)
    made[when] = made[when].map(lambda at: _moment(text, at))
    for column in (version, outcome):
        made[column] = made[column].map(lambda whole: f"`{whole[:HASH]}`")
    made[state] = made[state].map(lambda told: holds if told == standing else messages.plain(told))
    return made


def numbers(one: Reviewed) -> pd.DataFrame:
    """The same for a file: in plain words, with whole hashes."""
    text, standing = one.text, holds_for(one.dataset)
    columns = [text(f"ui.supply.signatures.{name}") for name in COLUMNS]
    rows = [
        [
            signed.author,
            signed.at,
            text(f"ui.role.{signed.role}"),
            text(f"mode.{signed.mode}"),
            signed.dataset,
            signed.outcome,
            _state(one, signed, n, standing=standing),
        ]
        for n, signed in enumerate(data.store().sign_offs.history(STEP))
    ]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _state(one: Reviewed, signed: SignOff, place: int, *, standing: SignOff | None) -> str:
    text = one.text
    if signed.withdrawn is not None:
        return _why(text, "ui.supply.state.withdrawn", signed.withdrawn)
    if signed == standing:
        return text("ui.supply.state.holds")
    if signed.dataset != one.dataset:
        return text("ui.supply.state.dataset")
    return text("ui.supply.state.replaced" if place else "ui.supply.state.outcome")


def _moment(text: Text, at: str) -> str:
    moment = datetime.fromisoformat(at).astimezone(UTC)
    return text("ui.supply.moment", day=text.day(moment.date(), year=True), time=f"{moment:%H:%M}")
