"""The export menu of the live room: pictures and tables of what the fragment last drew.

The buttons stand outside the fragment and close over a plain dict that it fills: a button
inside would lose its file at every slider move, and files are made only when asked for.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from sim.report import tables
from sim.report.text import Text
from sim.ui import downloads, live
from sim.ui.downloads import Picture


def rows(text: Text) -> None:
    """One row per chart, then the tables."""
    kept: Mapping[str, Any] = st.session_state.setdefault(live.LIVE, {})
    for name in live.CHARTS:
        downloads.chart_row(
            text(f"chart.{name}.title"), _picture(kept, name), key=f"room.export.{name}"
        )
    downloads.table_row(text("ui.export.months"), _months(kept), key="room.export.months")
    downloads.table_row(text("ui.export.items"), _items(kept), key="room.export.items")


def _picture(kept: Mapping[str, Any], name: str) -> Callable[[], Picture]:
    def make() -> Picture:
        shown: live.Shown = kept["shown"]
        frame, spec = live.chart_parts(name, shown)
        return Picture(
            name=name,
            frame=frame,
            spec=spec,
            theme=shown.theme,
            text=shown.text,
            stamp=stamp(shown),
        )

    return make


def _months(kept: Mapping[str, Any]) -> Callable[[], downloads.Sheet]:
    def make() -> downloads.Sheet:
        shown: live.Shown = kept["shown"]
        table = tables.monthly_table(shown.outcome, text=shown.text)
        return downloads.Sheet(name="plan", table=table, text=shown.text, stamp=stamp(shown))

    return make


def _items(kept: Mapping[str, Any]) -> Callable[[], downloads.Sheet]:
    def make() -> downloads.Sheet:
        shown: live.Shown = kept["shown"]
        table = tables.item_table(shown.outcome, text=shown.text)
        return downloads.Sheet(name="items", table=table, text=shown.text, stamp=stamp(shown))

    return make


def stamp(shown: live.Shown) -> Any:
    """Where a file comes from."""
    return downloads.stamp(
        shown.text,
        name=shown.scenario.name,
        letter=shown.letter,
        as_of=shown.as_of,
        author=shown.author,
        run_hash=shown.outcome.hash,
    )
