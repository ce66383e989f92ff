"""A table typed in or corrected on the page, checked like a file and kept as a new version."""

import hashlib
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from sim.errors import raise_all
from sim.ingest.grid import read_grid
from sim.ingest.record import how_typed
from sim.ingest.schema import TABLES, Column, Kind
from sim.ingest.template import filled
from sim.report.text import Text
from sim.ui import accepted, access, data, messages, room, session

# Tables small enough to type in, with the columns that are always offered (none: all of them).
TYPED: dict[str, tuple[str, ...]] = {
    "capacity": (),
    "routing": (),
    "item": (
        *("item", "label", "family", "uom", "price", "unit_cost"),
        *("units_per_pallet", "lead_time_months"),
    ),
    "stock": (),
    "resource": (
        *("resource", "label", "kind", "unit", "regular_cost_per_hour"),
        *("overtime_premium", "max_overtime_share"),
    ),
}
MOST = 5_000  # lines that a browser edits comfortably


def panel(text: Text) -> None:
    """The grid of one table of the data in use, closed until it is wanted."""
    with st.expander(text("ui.typed.title"), icon=":material/edit:", key="typed.open"):
        st.caption(text("ui.typed.help"))
        name = st.selectbox(
            text("ui.collect.table"),
            list(TYPED),
            format_func=lambda one: text(f"table.{one}"),
            key="typed.table",
        )
        # The newest version, as uploads: an older one on the screen must not take its place.
        latest = data.store().latest()
        _grid(name, latest.id if latest else data.in_use().id)


@st.fragment
def _grid(name: str, dataset: str) -> None:
    with messages.guard():
        text = session.text()
        tables = data.tables(dataset)
        if len(tables.get(name, ())) > MOST:
            st.caption(text("ui.typed.too_long", rows=text.number(MOST)))
            return
        base = _base(dataset, name, text.lang)
        edited = st.data_editor(
            base,
            num_rows="dynamic",
            width="stretch",
            height=380,
            key=f"typed.{dataset}.{name}",
            column_config=_columns(text, name, tables),
        )
        if st.button(
            text("ui.typed.apply"),
            key="typed.apply",
            type="primary",
            icon=":material/check:",
            disabled=edited.equals(base),
        ):
            _apply(text, name, dataset, edited)


@st.cache_resource(show_spinner=False, max_entries=8)
def _base(dataset: str, name: str, lang: str) -> pd.DataFrame:  # noqa: ARG001 - part of the key
    """The cells to start from: constant, because a grid fed with its own result loses edits."""
    frame = data.tables(dataset).get(name, pd.DataFrame())
    wanted = TYPED[name] or TABLES[name].names
    shown = [c for c in TABLES[name].names if c in wanted or filled(frame, c)]
    cells = {column: _cells(TABLES[name].column(column), frame) for column in shown}
    return pd.DataFrame(cells)


def _cells(column: Column, frame: pd.DataFrame) -> "pd.Series[Any]":
    values = frame.get(column.name, pd.Series(index=frame.index, dtype=object))
    if column.kind in {Kind.MONTH, Kind.DATE}:
        return pd.to_datetime(values)
    if column.kind in {Kind.NUMBER, Kind.INTEGER, Kind.FLAG}:
        return values.astype(float)
    return values.astype(object).fillna("")


def _columns(text: Text, name: str, tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    return {
        column.name: _column(text, column, tables, list_of_codes=column.refers is not None)
        for column in TABLES[name].columns
    }


def _column(
    text: Text, column: Column, tables: dict[str, pd.DataFrame], *, list_of_codes: bool
) -> Any:
    config = st.column_config
    label = text(f"field.{column.name}") + (" *" if column.required else "")
    if column.kind is Kind.MONTH:
        return config.DateColumn(label, format="YYYY-MM", min_value=date(1990, 1, 1))
    if column.kind is Kind.DATE:
        return config.DateColumn(label, format="YYYY-MM-DD", min_value=date(1990, 1, 1))
    if column.kind in {Kind.NUMBER, Kind.INTEGER, Kind.FLAG}:
        return config.NumberColumn(label, format="%.10g")
    if column.kind is Kind.CHOICE:
        return config.SelectboxColumn(
            label, options=list(column.choices), format_func=lambda one: text(f"choice.{one}")
        )
    if list_of_codes and column.refers and column.refers[0] in tables:
        codes = tables[column.refers[0]].get(column.refers[1], pd.Series(dtype=object))
        return config.SelectboxColumn(label, options=sorted({str(code) for code in codes}))
    return config.TextColumn(label)


def _apply(text: Text, name: str, dataset: str, edited: pd.DataFrame) -> None:
    """Check the grid and keep it, or say everything that is wrong under it."""
    access.require(*access.LOADERS)
    headers = {"": text(f"table.{name}")}
    headers |= {column: text(f"field.{column}") for column in TABLES[name].names}
    tables, problems = read_grid(name, edited, data.tables(dataset), headers=headers)
    raise_all(problems)
    keep(tables, name=name, dataset=dataset)
    st.session_state.pop(room.KEY, None)
    accepted.keep("typed")
    accepted.show_from_top()


def keep(tables: dict[str, pd.DataFrame], *, name: str, dataset: str) -> None:
    """Accept the tables as a new version, with its line in the list of imports."""
    settings = data.planning_settings(dataset)
    content = tables[name].to_csv(index=False).encode() if name in tables else b""
    told = {
        "name": name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "rows": len(tables.get(name, ())),
        "mapping": {},
    }
    version = data.store().accept(
        tables,
        name=settings.company,
        settings=settings,
        source="typed",
        author=access.visitor(),
        files=[told],
        detail=how_typed(name, data.tables(dataset), tables),
        seen=dataset,
        kind="typed",
    )
    data.use(version.id)
