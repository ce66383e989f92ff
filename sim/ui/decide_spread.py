"""What drives the spread of a KPI, and what each lever could still move."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.model import kpi
from sim.model.aids import Values, spread
from sim.model.aids.judge import ASKED
from sim.model.aids.spread import Driver, Swing
from sim.model.kpi import KPIS, Kpi, Unit
from sim.report import charts, frames, headline
from sim.report.frames.decide import Scale
from sim.report.style import Density
from sim.report.tables import write_kpi
from sim.report.text import SCALES, money_scale
from sim.ui import answers, cards, decide
from sim.ui.decide import Scope

MOST = 7  # levers of the tornado
HEIGHT = {Density.COMFORT: 560, Density.COMPACT: 400}
LINE = {Density.COMFORT: headline.LONGEST, Density.COMPACT: 84}  # characters
SHORT = {Density.COMFORT: 330, Density.COMPACT: 240}


def draw(asked: Scope, controls: DeltaGenerator) -> str:
    """The two charts; return the sentence."""
    name = _kpi_input(asked, controls)
    levers = list(decide.movable(asked).values())
    found = decide.worked_out(
        asked,
        "spread",
        name.value,
        lambda work: spread.tornado(asked.scenario, levers, judge=work.judge, kpi=name),
        expected=1 + 2 * len(levers),
    )
    if found is None:
        return ""
    values = answers.judged(asked.problem, asked.scenario)
    causes = spread.causes(asked.outcome, kpi.window(asked.problem))
    ranked = spread.drivers(values[name], causes)
    swings = [swing for swing in found if swing.width > 0][:MOST]
    left, right = st.columns(2, gap="large")
    with left:
        _drivers(asked, ranked)
    with right:
        _tornado(asked, name, swings)
    st.caption(asked.text("ui.decide.spread.help"))
    return _sentence(asked, name, values, ranked, swings)


def _kpi_input(asked: Scope, controls: DeltaGenerator) -> Kpi:
    money = asked.problem.has_money
    known = ASKED if money else (Kpi.FILL_RATE_UNITS,)
    return Kpi(
        controls.selectbox(
            asked.text("ui.decide.seek.kpi"),
            known,
            key="decide.spread.kpi",
            format_func=lambda name: asked.text(f"kpi.{name.value}.name"),
            label_visibility="collapsed",
            width=280,
        )
    )


def driver_name(asked: Scope, driver: Driver) -> str:
    """A cause in words: the whole demand, or a family."""
    kind, _, code = driver.name.partition(":")
    if kind == "family":
        return asked.problem.label(asked.text.lang, "family", code)
    return asked.text("ui.decide.driver.demand")


def _drivers(asked: Scope, ranked: Sequence[Driver]) -> None:
    text, density = asked.text, asked.view.density
    stakes = [
        (
            driver_name(asked, one),
            one.share,
            text(f"ui.decide.driver.{'up' if one.correlation >= 0 else 'down'}"),
        )
        for one in ranked
    ]
    frame = frames.ranked(stakes, view=asked.view, red=False, write=lambda x: text.percent(x, 0))
    height = SHORT[density]
    spec = charts.ranked_spec(
        text.lang, asked.theme, density, unit="%", name="drivers", height=height
    )
    st.vega_lite_chart(
        frame,
        spec,
        key="decide.spread.drivers",
        width="stretch",
        theme=None,
        alt=headline.alt(text("chart.drivers.title"), frame),
    )


def _tornado(asked: Scope, name: Kpi, swings: Sequence[Swing]) -> None:
    text, density = asked.text, asked.view.density
    labels = [
        (
            decide.name_of(asked, swing.lever.card),
            decide.value_of(asked, swing.lever.card, swing.low),
            decide.value_of(asked, swing.lever.card, swing.high),
        )
        for swing in swings
    ]
    unit, factor = _unit(asked, name, swings)
    scale = Scale(factor=factor, write=lambda found: decide.effect(text, name, found))
    frame = frames.tornado(swings, labels, view=asked.view, scale=scale)
    spec = charts.tornado_spec(text.lang, asked.theme, density, unit=unit, height=HEIGHT[density])
    st.vega_lite_chart(
        frame,
        spec,
        key="decide.spread.tornado",
        width="stretch",
        theme=None,
        alt=headline.alt(text("chart.tornado.title"), frame),
    )


def _unit(asked: Scope, name: Kpi, swings: Sequence[Swing]) -> tuple[str, float]:
    """What the axis counts, and how much of the KPI one step is."""
    if KPIS[name].unit is Unit.SHARE:
        return asked.text("format.points"), 0.01
    ends = [abs(end.mean) for swing in swings for end in (swing.at_low, swing.at_high)]
    scale = money_scale(max(ends, default=0.0))
    return asked.text.money_unit(scale), SCALES[scale]


def _sentence(
    asked: Scope, name: Kpi, values: Values, ranked: Sequence[Driver], swings: Sequence[Swing]
) -> str:
    text, found = asked.text, kpi.estimate(values[name])
    written = write_kpi(name, found, None, text=text)
    told = {"kpi": text(f"kpi.{name.value}.short"), "value": written.value, "band": written.spread}
    if not ranked:
        return text("headline.spread.none", **told)
    told["driver"] = headline.in_sentence(driver_name(asked, ranked[0]))
    said = text("headline.spread.full", share=text.percent(ranked[0].share, 0), **told)
    if not swings:
        return said
    first = swings[0]
    widest = max((first.at_low, first.at_high), key=lambda end: abs(end.mean))
    longer = text(
        "headline.spread.lever",
        sentence=said,
        lever=cards.in_sentence(text, decide.name_of(asked, first.lever.card)),
        change=decide.amount(text, name, widest.mean, sign=True),
    )
    return longer if len(longer) <= LINE[asked.view.density] else said
