"""Gap closer: click what is missing, get up to three priced cards that close it."""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.model import levers
from sim.model.aids import gap
from sim.model.aids.gap import Cell, Option, Seen
from sim.model.kpi import Kpi
from sim.model.outcome import Measure, Outcome
from sim.model.scenario import Card, Scenario
from sim.report import charts, frames, headline
from sim.report.charts.decide import PICKED
from sim.report.frames.view import value_of
from sim.report.style import Density
from sim.ui import cards, decide, messages, results
from sim.ui.decide import Scope
from sim.ui.judging import Work

FAMILY, MONTH, CHART = "decide.gap.family", "decide.gap.month", "decide.gap.chart"
HEIGHT = {Density.COMFORT: 330, Density.COMPACT: 210}


def draw(asked: Scope, controls: DeltaGenerator) -> str:
    """The heat table, the cell and its options; return the sentence."""
    outcome = asked.outcome
    gaps = frames.missing(outcome)
    if not gaps.max(initial=0.0) > 0:
        return asked.text("headline.all_served")
    worst = divmod(int(gaps.argmax()), gaps.shape[1])
    cell = _cell(asked, controls, Cell(family=worst[0], month=worst[1]))
    _heat(asked, cell)
    missed = float(gaps[cell.family, cell.month])
    told = _words(asked, cell, missed)
    if missed <= 0:
        return asked.text("headline.gap.served", **told)
    found = _options(asked, cell)
    if found is None:
        return ""
    _offer(asked, cell, found)
    return _sentence(asked, cell, found, told)


def _cell(asked: Scope, controls: DeltaGenerator, worst: Cell) -> Cell:
    """The chosen family and month; before anybody chose the worst."""
    problem, text, state = asked.problem, asked.text, st.session_state
    months = [day.strftime("%Y-%m") for day in problem.month_dates]
    if state.get(FAMILY) not in problem.families or state.get(MONTH) not in months:
        state[FAMILY], state[MONTH] = problem.families[worst.family], months[worst.month]
    names = decide.family_names(asked)
    family = controls.selectbox(
        text("ui.decide.family"),
        list(names),
        key=FAMILY,
        format_func=names.__getitem__,
        label_visibility="collapsed",
        width=240,
    )
    month = controls.selectbox(
        text("ui.decide.month"),
        months,
        key=MONTH,
        format_func=lambda key: text.month_label(problem.month_dates[months.index(key)]),
        label_visibility="collapsed",
        width=160,
    )
    return Cell(family=problem.families.index(family), month=months.index(month))


def _heat(asked: Scope, cell: Cell) -> None:
    density = asked.view.density
    scale = frames.gap_scale(frames.missing(asked.outcome), money=_priced(asked))
    unit = asked.text.money_unit(scale) if asked.problem.has_money else asked.text("chart.units")
    frame = frames.gap(
        asked.outcome,
        results.reference(asked.problem),
        view=asked.view,
        chosen=(cell.family, cell.month),
    )
    st.vega_lite_chart(
        frame,
        charts.gap_spec(asked.text.lang, asked.theme, density, unit=unit, height=HEIGHT[density]),
        key=CHART,
        width="stretch",
        theme=None,
        on_select=_clicked,
        selection_mode=PICKED,
        alt=headline.alt(asked.text("chart.gap.title"), frame),
    )


def _clicked() -> None:
    """A click on the chart moves the two lists, which say which cell is meant."""
    picked = st.session_state[CHART].selection.get(PICKED, [])
    if picked and {"family", "month"} <= picked[0].keys():
        st.session_state[FAMILY] = picked[0]["family"]
        st.session_state[MONTH] = picked[0]["month"]


def _options(asked: Scope, cell: Cell) -> tuple[Option, ...] | None:
    problem = asked.problem
    tried = list(gap.candidates(problem, asked.outcome, cell, today=asked.today))

    def compute(work: Work) -> tuple[Option, ...]:
        def look(scenarios: Sequence[Scenario], seen: Callable[[Outcome], Seen]) -> list[Seen]:
            return work.look(scenarios, seen, name=f"gap {cell.family} {cell.month}")

        return gap.options(
            asked.outcome,
            asked.scenario,
            cell,
            problem=problem,
            look=look,
            positions=lambda card: cards.steps(levers.slider(problem, card)),
            today=asked.today,
        )

    return decide.worked_out(
        asked,
        "gap",
        f"{cell.family}.{cell.month}.{asked.today}",
        compute,
        expected=2 + len(gap.PARTS) * len(tried) + gap.MOST,
    )


def _offer(asked: Scope, cell: Cell, found: Sequence[Option]) -> None:
    text = asked.text
    missed = frames.missing(asked.outcome)[cell.family, cell.month]
    measure = value_of(Measure.DEMAND_VALUE, money=_priced(asked))
    demand = asked.outcome.families[measure][:, cell.family, cell.month].mean()
    told = _words(asked, cell, float(missed))
    share = text.percent(float(missed / demand), 0)
    st.markdown(text("ui.decide.cell", share=share, **_plain(told)))
    if not found:
        st.markdown(text("ui.decide.none", limits=messages.plain(_limits(asked, cell))))
        return
    for n, (column, option) in enumerate(
        zip(st.columns(gap.MOST, gap="small")[: len(found)], found, strict=True)
    ):
        with (
            column,
            st.container(
                border=True, height="stretch", gap="xsmall", vertical_alignment="distribute"
            ),
        ):
            _card(asked, option, n)
    note = "ui.decide.year_note" if _priced(asked) else "ui.decide.year_note_units"
    st.caption(text(note, period=decide.period(asked)))


def _card(asked: Scope, option: Option, n: int) -> None:
    text, card = asked.text, option.card
    name = messages.plain(decide.name_of(asked, card))
    told = st.container(gap="xsmall")  # the button stands below it, at one height in all cards
    told.markdown(f"#### {name} · {decide.value_of(asked, card)}", anchors=False)
    told.caption(f"{_begin(asked, card)} · {decide.deadline(asked, card)}")
    told.markdown(f"**{text('ui.decide.closes', share=text.percent(option.closes, 0))}**")
    shown = [asked.service_kpi, *((Kpi.NET_MARGIN, Kpi.STOCK_PEAK) if _priced(asked) else ())]
    lines = [
        text(
            "ui.decide.change",
            name=text(f"kpi.{name.value}.short"),
            change=f"**{decide.effect(text, name, option.changes[name])}**",
        )
        for name in shown
    ]
    told.markdown("  \n".join(lines))
    label, key = text("ui.decide.add"), f"decide.gap.add.{n}"
    decide.add_button(asked, label, [card], key=key, main=n == 0)


def _begin(asked: Scope, card: Card) -> str:
    if card.first is None or card.first <= asked.problem.start:
        return asked.text("ui.decide.always")
    return asked.text("ui.decide.from", month=asked.text.month(card.first))


def _sentence(asked: Scope, cell: Cell, found: Sequence[Option], told: dict[str, str]) -> str:
    text = asked.text
    if not found:
        return text("headline.gap.none", cause=_limits(asked, cell), **told)
    best = found[0]
    alone = Scenario(cards=(best.card,))  # its target is said by the family
    told = told | {
        "card": cards.card_name(text, asked.problem, best.card, among=alone),
        "share": text.percent(best.closes, 0),
    }
    if not _priced(asked):
        return text("headline.gap.best_units", **told)
    gain = best.changes[Kpi.NET_MARGIN].mean
    margin = decide.amount(text, Kpi.NET_MARGIN, gain, sign=True)
    return text("headline.gap.best", margin=margin, **told)


def _limits(asked: Scope, cell: Cell) -> str:
    found = gap.limits(asked.outcome, cell)
    machines = [r for r in found if r != gap.STORE]
    if not machines and gap.STORE in found:
        return asked.text("ui.decide.store")
    return decide.limits_text(asked, machines[:2])


def _words(asked: Scope, cell: Cell, missed: float) -> dict[str, str]:
    problem, text = asked.problem, asked.text
    return {
        "family": problem.label(text.lang, "family", problem.families[cell.family]),
        "month": text.month_label(problem.month_dates[cell.month]),
        "amount": headline.amount(missed, problem, text),
    }


def _plain(told: dict[str, str]) -> dict[str, str]:
    return {name: messages.plain(words) for name, words in told.items()}


def _priced(asked: Scope) -> bool:
    return asked.problem.has_money
