"""The export menu of the supply review."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from sim.report import gap_tables, series
from sim.report.export import Stamp
from sim.ui import access, data, downloads, supply, supply_load, supply_sign
from sim.ui.downloads import Picture, Sheet
from sim.ui.supply import Reviewed


def exports(one: Reviewed) -> None:
    """The heat map with its numbers, the gap table, the modes side by side, the signatures."""
    text, mode = one.text, supply.mode_name(one.text, one.mode.value)
    with st.popover(
        "", icon=":material/ios_share:", key="supply.export", help=text("ui.export.title")
    ):
        if one.problem.has_capacity:
            downloads.chart_row(
                text("chart.load_required.title"), _heat(one), key="supply.export.load"
            )
        for name, title, make in (
            ("gaps", "ui.supply.gaps", _gaps),
            ("modes", "ui.supply.modes", supply.mode_numbers),
            ("signatures", "ui.supply.signatures.title", supply_sign.numbers),
        ):
            downloads.table_row(
                text(title), _sheet(one, name, make), key=f"supply.export.{name}", scenario=mode
            )


def _gaps(one: Reviewed) -> pd.DataFrame:
    return gap_tables.gap_numbers(one.gaps, one.problem, text=one.text)


def _heat(one: Reviewed) -> Callable[[], Picture]:
    stamp = _stamp(one)

    def make() -> Picture:
        rows, spec = supply_load.heat_parts(one, None)
        return Picture(
            name="load",
            rows=rows,
            spec={name: part for name, part in spec.items() if name != "params"},
            theme=one.theme,
            text=one.text,
            stamp=stamp,
            numbers=lambda: series.required_load(one.problem, text=one.text),
        )

    return make


def _sheet(
    one: Reviewed, name: str, table: Callable[[Reviewed], pd.DataFrame]
) -> Callable[[], Sheet]:
    # Made here: the maker runs in a thread without a session.
    made, stamp = table(one), _stamp(one)
    return lambda: Sheet(name=name, table=made, text=one.text, stamp=stamp)


def _stamp(one: Reviewed) -> Stamp:
    used = data.in_use()
    return downloads.stamp(
        one.text,
        name=supply.mode_name(one.text, one.mode.value),
        letter=one.text("ui.supply.table"),
        as_of=used.as_of,
        author=access.visitor(),
        run_hash=one.outcome.hash,
    )
