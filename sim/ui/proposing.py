"""Up to three scenarios for the executive meeting, one of them recommended, with the reasons.

What each gains, costs and risks is computed and kept with the proposal; the words are the user's.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import streamlit as st

from sim.errors import CycleError
from sim.model.kpi import Estimate, Kpi
from sim.model.problem import Problem
from sim.model.scenario import Scenario
from sim.report.frames import View
from sim.report.text import Text
from sim.store.proposals import MOST, Offer, Proposal
from sim.ui import (
    access,
    cockpit,
    compare_choice,
    compare_page,
    data,
    figures,
    meeting,
    messages,
    results,
    scenarios,
    session,
)
from sim.ui.compare_page import Compared
from sim.ui.head import Badge
from sim.ui.scenarios import Named

CHOSEN = "propose.chosen"
BEST = "propose.best"
REASONS = "propose.reasons"
WITHDRAWAL = "propose.withdrawal"
OPEN = "propose.open"
TYPED = (CHOSEN, BEST, REASONS)
WARNING = ":material/warning:"
# On the screen of a meeting.
ROWS = (Kpi.FILL_RATE, Kpi.NET_MARGIN, Kpi.DECISION_COST, Kpi.STOCK_PEAK, Kpi.AT_RISK)
Facts = Mapping[str, float | str | None]


def current(dataset: str) -> Proposal | None:
    """The proposal that counts: over these data, else over earlier ones of the same company."""
    return data.store().proposals.current(*meeting.series(dataset))


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


# the reasons that are computed


def facts(problem: Problem, scenario: Scenario) -> Facts:
    """What a scenario promises against the reference: gain, service, cost, risk, date."""
    found = results.estimates(problem, scenario)
    changes = results.differences(problem, scenario)
    service = changes[figures.service_kpi(problem)]
    days = compare_page.decide_days(problem, scenario)
    told: dict[str, float | str | None] = {
        "service": service.mean,
        "service_error": service.error,
        "decide_by": min(days).isoformat() if days else None,
    }
    if problem.has_money:
        gain = changes[Kpi.NET_MARGIN]
        told |= {"gain": gain.mean, "gain_error": gain.error}
        told |= {"cost": found[Kpi.DECISION_COST].mean}
        told |= {"risk": found[Kpi.AT_RISK].mean, "risk_high": found[Kpi.AT_RISK].p95}
    return told


def promise(text: Text, promised: Facts) -> str:
    """The computed reasons in one sentence."""

    def number(name: str) -> float:
        return float(promised.get(name) or 0.0)

    parts = []
    if "gain" in promised:
        gain = cockpit.gain(text, _estimate(number("gain"), number("gain_error")), money=True)
        parts.append(text("ui.propose.fact.gain", gain=gain))
    service = _estimate(number("service"), number("service_error"))
    parts.append(text("ui.propose.fact.service", gain=cockpit.gain(text, service, money=False)))
    if "cost" in promised:
        parts.append(text("ui.propose.fact.cost", cost=text.money(number("cost"), 2)))
    if promised.get("decide_by"):
        day = text.day(date.fromisoformat(str(promised["decide_by"])))
        parts.append(text("ui.propose.fact.day", day=day))
    if "risk" in promised:
        risk, high = text.money(number("risk"), 2), text.money(number("risk_high"), 2)
        parts.append(text("ui.propose.fact.risk", risk=risk, high=high))
    return " · ".join(parts)


def _estimate(mean: float, error: float) -> Estimate:
    return Estimate(mean=mean, p5=mean, p95=mean, error=error)


# the proposal in words


def told(text: Text, found: Proposal, dataset: str) -> list[str]:
    """The proposal in sentences (Markdown): recommendation, words, computed reasons, the rest,
    and what is no longer as it was proposed."""
    every = scenarios.named(dataset, text)

    def name(one: str) -> str:
        return _name(text, one, every)

    said = [
        text(
            "ui.propose.said",
            name=name(found.recommended),
            reasons=messages.plain(found.reasons),
        )
    ]
    said += [
        text("ui.propose.promise", name=name(one.scenario), facts=promise(text, one.facts))
        for one in sorted(found.offers, key=lambda one: one.scenario != found.recommended)
        if one.facts
    ]
    beside = [name(one.scenario) for one in found.offers if not one.facts]
    beside = [one for one in beside if one != name(found.recommended)]
    if beside:
        said.append(text("ui.propose.beside", names=", ".join(beside)))
    day = text.day(date.fromisoformat(str(found.at)[:10]))
    who = messages.plain(found.author)
    said.append(
        text("ui.propose.by", author=who, day=day) if who else text("ui.propose.on", day=day)
    )
    return said + [f"{WARNING} {one}" for one in warnings(text, found, dataset, name)]


def warnings(text: Text, found: Proposal, dataset: str, name: Callable[[str], str]) -> list[str]:
    """What is not as it was when it was proposed: a text, the data, the figures."""
    said = [text("ui.propose.changed", name=name(one)) for one in sorted(found.changed)]
    if found.dataset != dataset:
        return [*said, text("ui.propose.other_data")]
    problem = data.problem(dataset)
    for offer in found.offers:
        if offer.outcome and offer.scenario not in found.changed:
            scenario = data.store().scenarios.load(offer.scenario)
            if results.outcome(problem, scenario).hash != offer.outcome:
                said.append(text("ui.propose.other_figures", name=name(offer.scenario)))
    return said


def _name(text: Text, scenario: str, every: Sequence[Named]) -> str:
    known = {one.id: text("format.named", letter=one.letter, name=one.name) for one in every}
    if scenario in known:
        return messages.plain(known[scenario])
    return messages.plain(compare_choice.older_name(scenario, text))


def verdict(text: Text, dataset: str) -> str:
    """The sentence over the proposal in a meeting: what is recommended, and what it gains."""
    found = current(dataset)
    if found is None:
        return text("ui.propose.verdict.none")
    every = scenarios.named(dataset, text)
    promised = next(one.facts for one in found.offers if one.scenario == found.recommended)
    gain = promise(text, promised).split(" · ")[0] if promised else ""
    letters = {one.id: one.letter for one in every}  # the names stand over the columns
    name = letters.get(found.recommended) or compare_choice.older_name(found.recommended, text)
    return text("ui.propose.verdict", name=name, gain=gain)


def board(text: Text, dataset: str) -> None:
    """The proposed scenarios side by side, on the screen of a meeting; else the saved ones."""
    found, every = current(dataset), scenarios.named(dataset, text)
    wanted = found.scenarios if found else tuple(one.id for one in every[-MOST:])
    problem = data.problem(dataset)
    good, errors = compare_choice.applicable(problem, compare_choice.lettered(wanted, every))
    for error in errors:
        for sentence in messages.sentences(error):
            messages.say("warning", sentence)
    if good:
        view = View(text=text, units=results.units(problem, text), density=session.density())
        compared = Compared(
            text=text, problem=problem, every=tuple(good), view=view, theme=session.theme()
        )
        rows = ROWS if problem.has_money else ()
        table = compare_page.kpi_table(compared, wanted=rows)
        st.table(table, border="horizontal", hide_index=True)
    if found is None:
        st.caption(text("ui.propose.none" if good else "ui.propose.nothing"))
        return
    said = told(text, found, dataset)
    for sentence in [said[0], *(one for one in said if one.startswith(WARNING))]:
        st.markdown(sentence)


# the form


def form(text: Text, dataset: str, every: Sequence[Named], *, best: str = "") -> None:
    """Choose, recommend, say why. ``best`` is the scenario that is suggested."""
    session.keep_typed(*TYPED)
    menu = st.popover(
        text("ui.propose.title"), key=OPEN, icon=":material/how_to_vote:", on_change="rerun"
    )
    if not menu.open:
        return
    with menu:
        if not every:
            st.caption(text("ui.propose.nothing"))
            return
        _form(text, dataset, every, best=best)


def _form(text: Text, dataset: str, every: Sequence[Named], *, best: str) -> None:
    names = scenarios.choices_of(text, every)
    found = current(dataset)
    _start(found, list(names), best=best)
    st.caption(text("ui.propose.help", most=MOST))
    chosen = st.multiselect(
        text("ui.propose.scenarios"),
        list(names),
        key=CHOSEN,
        format_func=lambda one: names[one],
        placeholder=text("ui.propose.scenarios"),
    )
    refused = _refusal(text, chosen)
    if refused:
        messages.say("error", refused)
    if st.session_state.get(BEST) not in chosen:
        st.session_state[BEST] = chosen[0] if chosen else None
    problem, known = data.problem(dataset), {one.id: one for one in every}
    st.radio(
        text("ui.propose.recommended"),
        chosen,
        key=BEST,
        format_func=lambda one: messages.plain(names[one]),  # its words are Markdown
        captions=[promise(text, facts(problem, known[one].saved.scenario)) for one in chosen],
    )
    st.text_area(text("ui.propose.reasons"), key=REASONS, max_chars=2_000, height=120)
    st.button(
        text("ui.propose.confirm"),
        key="propose.confirm",
        type="primary",
        width="stretch",
        disabled=bool(refused),
        on_click=_propose,
        args=(dataset,),
    )
    if found is not None:
        _withdrawal(text, found)


def _refusal(text: Text, chosen: Sequence[str]) -> str:
    """Why so many cannot be proposed, in one sentence; "" when they can."""
    if len(chosen) <= MOST:
        return ""
    error = CycleError("error.proposal.count", most=MOST, count=len(chosen))
    return messages.plain(" ".join(text.error(error)))


def _withdrawal(text: Text, found: Proposal) -> None:
    st.divider()
    st.text_input(text("ui.propose.withdrawal"), key=WITHDRAWAL, max_chars=200)
    st.button(
        text("ui.propose.withdraw"),
        key="propose.withdraw",
        icon=":material/undo:",
        width="stretch",
        on_click=_withdraw,
        args=(found.dataset,),
    )


def _start(found: Proposal | None, known: Sequence[str], *, best: str) -> None:
    """Begin from the current proposal, else from what is suggested."""
    kept = st.session_state.get(CHOSEN)
    if kept is not None:
        st.session_state[CHOSEN] = [one for one in kept if one in known]
        return
    former = [one for one in found.scenarios if one in known] if found else []
    st.session_state[CHOSEN] = former or [best or known[-1]]
    st.session_state[BEST] = found.recommended if found and former else best or known[-1]
    st.session_state[REASONS] = found.reasons if found and former else ""


@messages.safely
def _propose(dataset: str) -> None:
    access.require(*access.EDITORS)
    state, problem = st.session_state, data.problem(dataset)
    made = Proposal(
        offers=tuple(_offer(problem, one) for one in state[CHOSEN]),
        recommended=str(state[BEST] or ""),
        reasons=str(state[REASONS]),
    )
    data.store().proposals.propose(dataset, made, author=access.visitor())
    messages.flash("success", session.text()("ui.propose.done"))
    state[OPEN] = False
    for name in TYPED:  # the next one begins from this proposal
        del state[name]


def _offer(problem: Problem, scenario: str) -> Offer:
    held = data.store().scenarios.load(scenario)
    outcome = results.outcome(problem, held).hash
    return Offer(scenario=scenario, outcome=outcome, facts=facts(problem, held))


@messages.safely
def _withdraw(dataset: str) -> None:
    access.require(*access.EDITORS)
    reason = str(st.session_state.get(WITHDRAWAL, ""))
    data.store().proposals.withdraw(dataset, reason=reason, author=access.visitor())
    messages.flash("success", session.text()("ui.propose.withdrawn"))
    st.session_state[OPEN] = False
