"""The export menu of the live room: pictures and tables of what the fragment last drew.

The buttons stand outside the fragment and close over a plain dict that it fills: a button
inside would lose its file at every slider move, and files are made only when asked for.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from sim.model.problem import Problem
from sim.report import headline, series, tables
from sim.report.export import Stamp
from sim.report.text import Text
from sim.ui import data, downloads, live, scenarios
from sim.ui.downloads import Picture
from sim.ui.room import current_room
from sim.ui.shown import Shown, chart_parts


def rows(text: Text) -> None:
    """One row per chart on the screen and the margin, then the tables."""
    room = current_room()
    if room is None:
        return
    kept: Mapping[str, Any] = st.session_state.setdefault(live.LIVE, {})
    every = scenarios.named(room.dataset, text)
    letter = scenarios.letter_of(room.step.saved_id, every)
    for name in on_screen(data.problem(room.dataset)):
        downloads.chart_row(
            text(f"chart.{name}.title"),
            _picture(kept, name),
            key=f"room.export.{name}",
            scenario=letter,
        )
    for title, name, make in (
        ("ui.export.months", "months", tables.monthly_table),
        ("ui.export.items", "items", tables.item_table),
    ):
        downloads.table_row(
            text(title), _sheet(kept, name, make), key=f"room.export.{name}", scenario=letter
        )


def on_screen(problem: Problem) -> tuple[str, ...]:
    """The charts to take away: the four that are drawn, and the margin in any case."""
    shown = ("balance", "stock", "service", live.fourth_chart(problem))
    margin = ("margin",) if problem.has_money else ()
    return tuple(dict.fromkeys(filter(None, (*shown, *margin))))


def numbers(name: str, shown: Shown) -> pd.DataFrame:
    """The numbers behind a chart."""
    if name == "load":
        return series.load(shown.outcome, shown.reference, view=shown.view)
    letter = shown.letter
    return series.by_month(
        {letter: shown.outcome},
        shown.reference,
        view=shown.view,
        measure=name,
        names={letter: series.scenario_name(shown.text, letter, shown.scenario.name)},
    )


def _picture(kept: Mapping[str, Any], name: str) -> Callable[[], Picture]:
    def make() -> Picture:
        shown: Shown = kept["shown"]
        rows, spec = chart_parts(name, shown)
        return Picture(
            name=name,
            rows=rows,
            spec=spec,
            theme=shown.theme,
            text=shown.text,
            stamp=stamp(shown),
            numbers=lambda: numbers(name, shown),
        )

    return make


def _sheet(
    kept: Mapping[str, Any], name: str, table: Callable[..., pd.DataFrame]
) -> Callable[[], downloads.Sheet]:
    def make() -> downloads.Sheet:
        shown: Shown = kept["shown"]
        made = table(shown.outcome, text=shown.text)
        return downloads.Sheet(name=name, table=made, text=shown.text, stamp=stamp(shown))

    return make


def stamp(shown: Shown) -> Stamp:
    """Where a file comes from."""
    made = downloads.stamp(
        shown.text,
        name=shown.scenario.name,
        letter=shown.letter,
        as_of=shown.as_of,
        author=shown.author,
        run_hash=shown.outcome.hash,
    )
    if not shown.looked_at:
        return made
    looked = shown.looked_at
    if shown.family is not None:  # the titles are those of the company
        looked = f"{looked}, {headline.in_sentence(shown.text('ui.focus.margin'))}"
    words = shown.text("ui.focus.stamp", scenario=made.scenario, focus=looked)
    return replace(made, scenario=words)
