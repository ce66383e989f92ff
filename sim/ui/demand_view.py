"""Drawing of the demand review."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.forecast import ForecastResult
from sim.report import charts, frames, headline
from sim.report.export import Stamp
from sim.report.frames import Unit, Units, View
from sim.report.text import Text
from sim.ui import (
    access,
    choices,
    data,
    demand,
    demand_files,
    downloads,
    forecasting,
    head,
    messages,
    results,
    session,
)
from sim.ui.demand import Scope
from sim.ui.downloads import Picture, Sheet
from sim.ui.head import Badge, Colour

TOTAL = ""


def badge(place: DeltaGenerator, text: Text, dataset: str) -> None:
    """What the plan stands on."""
    source = "consensus"
    if data.plan_uses_forecast(dataset):
        source = "forecast" if data.stored_forecast(dataset) is not None else "none"
    colour: Colour = "gray" if source == "none" else "blue"
    with place:
        head.draw_badge(Badge(label=text(f"ui.demand.source.{source}"), color=colour))


def forecast_button(text: Text, dataset: str) -> None:
    """Begin a forecast, or make it again."""
    if not data.workspace(dataset).has("sales"):
        return
    again = data.stored_forecast(dataset) is not None
    if again:
        return
    st.button(
        text("ui.demand.forecast"),
        key="demand.forecast",
        type="primary",
        icon=":material/query_stats:",
        disabled=forecasting.running(dataset) is not None,
        on_click=messages.safely(data.start_forecast),
        args=(dataset,),
    )


def controls(text: Text, dataset: str) -> Scope:
    """Family, item and unit; return what they say."""
    problem = data.problem(dataset)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        family = _family(text, dataset)
        items = [
            item
            for i, item in enumerate(problem.items)
            if family == TOTAL or problem.families[problem.family[i]] == family
        ]
        whole = "ui.demand.whole_company" if family == TOTAL else "ui.demand.whole"
        item = st.selectbox(
            text("ui.demand.item"),
            ["", *items],
            key=f"demand.item.{family}",
            width=300,
            format_func=lambda one: _item_name(text, dataset, one) if one else text(whole),
            label_visibility="collapsed",
        )
        money = problem.has_money and _in_money(text, dataset)
    view = View(text=text, units=results.units(problem, text), density=session.density())
    return demand.scope_of(
        text, dataset, view=view, family=family or None, item=item or None, money=money
    )


def verdict(text: Text, scope: Scope) -> str:
    """Demand of the first year against the budget, else against the year before."""
    planned = _in_plan_units(scope)
    return headline.demand(
        scope.problem,
        text=text,
        before=demand.year_before(planned),
        budget=demand.budget_of_year(planned),
    )


def _in_plan_units(scope: Scope) -> Scope:
    units = results.units(scope.problem, scope.view.text)
    return replace(scope, view=replace(scope.view, units=units))


def fan(scope: Scope) -> None:
    """History and forecast."""
    rows, spec = demand.fan_parts(scope, theme=session.theme())
    st.vega_lite_chart(
        rows,
        spec,
        key="demand.fan",
        width="stretch",
        theme=None,
        alt=headline.alt(scope.view.text("chart.fan.title"), rows),
    )


def history_only(text: Text, dataset: str) -> None:
    """What there is before a forecast: the history, in units."""
    space = data.workspace(dataset)
    if not space.has("sales"):
        st.info(text("ui.demand.first"), icon=messages.ICONS["info"])
        return
    found = space.query("history_total")
    history = pd.DataFrame({"month": found["month"], "value": found["units"].astype(float)})
    pieces = Unit(label=text("chart.units"), factor=1.0, scale=None)
    units = Units(flow=pieces, stock=pieces, pallets=pieces, money=False)
    view = View(text=text, units=units, density=session.density())
    ahead = pd.DataFrame({"month": [], "mean": []})
    rows = frames.fan(history, ahead, view=view, unit=pieces)
    spec = charts.fan_spec(text.lang, session.theme(), session.density(), unit=pieces.label)
    left, right = st.columns([1.75, 1], gap="large")
    with left:
        st.vega_lite_chart(
            rows,
            spec,
            key="demand.history",
            width="stretch",
            theme=None,
            alt=headline.alt(text("chart.fan.title"), rows),
        )
    with right:
        st.caption(text("ui.demand.methods.none"))


def methods(text: Text, scope: Scope) -> None:
    """The league table."""
    st.markdown(f"#### {text('ui.demand.methods')}", anchors=False)
    made = data.stored_forecast(scope.dataset)
    if made is None:
        st.caption(text("ui.demand.methods.none"))
        return
    st.caption(text("ui.demand.methods.help"))
    st.table(demand.league_rows(text, made), border="horizontal", hide_index=True)
    held = demand.calibration(text, made)
    if held is not None:
        sentence, off = held
        st.caption(f":yellow[:material/warning:] {sentence}" if off else sentence)
    st.caption(demand.counts_line(text, made))
    if data.plan_uses_forecast(scope.dataset):  # else the curve is the consensus
        season = demand.season_line(text, scope, made)
        if season is not None:
            st.caption(season)
    lines = demand.note_lines(text, made)
    if lines:
        with st.expander(text("ui.demand.notes"), key="demand.notes"):
            st.markdown("\n".join(f"- {messages.plain(line)}" for line in lines))


def archive(text: Text, scope: Scope) -> None:
    """Error and bias of what the company forecast in the past."""
    if not data.workspace(scope.dataset).has("forecast_snapshot"):
        return
    st.markdown(f"#### {text('ui.demand.archive')}", anchors=False)
    st.caption(text("ui.demand.archive.help"))
    st.table(demand.archive_rows(text, scope.dataset), border="horizontal", hide_index=True)


def families(text: Text, scope: Scope) -> None:
    """By family: past bias, and the plan beside the statistical forecast."""
    made = data.stored_forecast(scope.dataset)
    if made is not None and not data.plan_uses_forecast(scope.dataset):
        left, right = st.columns([1, 1.35], gap="large")
        with right:
            _against(text, scope, made)
    else:  # nothing beside it: it has the width of the chart
        left = st.container()
    if data.workspace(scope.dataset).has("forecast_snapshot"):
        with left:
            st.markdown(f"#### {text('ui.demand.bias')}", anchors=False)
            rows = demand.bias_rows(text, scope.dataset, scope.problem)
            st.table(rows, border="horizontal", hide_index=True)


def _against(text: Text, scope: Scope, made: ForecastResult) -> None:
    """The plan beside the statistical forecast, when they are two things."""
    year = scope.problem.month_dates[0].year
    st.markdown(f"#### {text('ui.demand.against', year=year)}", anchors=False)
    st.table(demand.against_rows(text, scope, made), border="horizontal", hide_index=True)


def exports(text: Text, scope: Scope) -> None:
    """The chart and the tables of this page as files."""
    made = data.stored_forecast(scope.dataset)
    with st.popover(
        "", icon=":material/ios_share:", key="demand.export", help=text("ui.export.title")
    ):
        downloads.chart_row(text("chart.fan.title"), _picture(scope), key="demand.export.fan")
        if made is not None:
            league = demand_files.league_numbers(text, made)
            ahead = demand_files.forecast_numbers(text, scope.problem, made)
            downloads.table_row(
                text("ui.demand.league"),
                _sheet(scope, "methods", league),
                key="demand.export.methods",
            )
            downloads.table_row(
                text("ui.demand.forecast_table"),
                _sheet(scope, "forecast", ahead),
                key="demand.export.forecast",
            )


def _picture(scope: Scope) -> Callable[[], Picture]:
    theme, stamp = session.theme(), _stamp(scope)

    def make() -> Picture:
        rows, spec = demand.fan_parts(scope, theme=theme)
        return Picture(
            name="fan",
            rows=rows,
            spec=spec,
            theme=theme,
            text=scope.view.text,
            stamp=stamp,
            unit=scope.view.units.flow.label,
        )

    return make


def _sheet(scope: Scope, name: str, table: pd.DataFrame) -> Callable[[], Sheet]:
    stamp = _stamp(scope)

    def make() -> Sheet:
        return Sheet(name=name, table=table, text=scope.view.text, stamp=stamp)

    return make


def _stamp(scope: Scope) -> Stamp:
    used = data.in_use()
    return downloads.stamp(
        scope.view.text,
        name=used.name,
        letter=scope.view.text("ui.demand.table"),
        as_of=used.as_of,
        author=access.visitor(),
        run_hash=scope.problem.hash,
    )


def _family(text: Text, dataset: str) -> str:
    problem = data.problem(dataset)
    names = choices.apart(
        {TOTAL: text("word.total")}
        | {code: problem.label(text.lang, "family", code) for code in problem.families}
    )
    label, chosen = text("ui.demand.what"), st.session_state.get("demand.family", TOTAL)
    if chosen not in names:
        st.session_state["demand.family"] = TOTAL
    if len(names) <= 7:
        return str(
            st.segmented_control(
                label,
                list(names),
                default=TOTAL,
                required=True,
                key="demand.family",
                format_func=lambda one: messages.plain(names[one]),  # its words are Markdown
                label_visibility="collapsed",
            )
        )
    return str(
        st.selectbox(
            label,
            list(names),
            key="demand.family",
            format_func=lambda one: names[one],
            label_visibility="collapsed",
            width=260,
        )
    )


def _in_money(text: Text, dataset: str) -> bool:
    unit = results.units(data.problem(dataset), text).flow.label
    chosen = st.segmented_control(
        text("ui.demand.unit"),
        ["money", "units"],
        default="money",
        required=True,
        key="demand.unit",
        label_visibility="collapsed",
        format_func=lambda one: unit if one == "money" else text("ui.demand.units"),
    )
    return bool(chosen == "money")


def _item_name(text: Text, dataset: str, item: str) -> str:
    name = data.problem(dataset).label(text.lang, "item", item)
    return item if name == item else f"{item} · {name}"
