"""Download buttons: PNG and SVG of a chart, CSV and XLSX of a table, made when asked for.

The makers run in a thread without a session: they get what they need in their arguments, and
what the visit worked out for itself by ``session.lend``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from sim.report import export
from sim.report.export import Stamp
from sim.report.style import Theme
from sim.report.text import Text
from sim.ui import data, session

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart to take away, and its numbers."""

    name: str
    rows: pa.Table
    spec: dict[str, Any]
    theme: Theme
    text: Text
    stamp: Stamp
    numbers: Callable[[], pd.DataFrame] | None = None  # None: read from the rows
    unit: str = ""  # of the numbers in the rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table to take away."""

    name: str
    table: pd.DataFrame
    text: Text
    stamp: Stamp


def stamp(
    text: Text,
    *,
    name: str,
    letter: str,
    as_of: date | None,
    author: str,
    run_hash: str,
) -> Stamp:
    """Where a file comes from."""
    return Stamp(
        scenario=text("format.named", letter=letter, name=name or text("ui.room.untitled")),
        data_as_of=as_of or date.today(),
        author=author or text("ui.collect.imports.nobody"),
        made_at=datetime.now(UTC),
        hash=run_hash,
    )


def json_name(scenario: str) -> str:
    """The name of the file that holds a scenario."""
    company = data.in_use().settings.company
    return export.file_name(company, scenario, "scenario", day=date.today(), ending="json")


def chart_row(title: str, make: Callable[[], Picture], *, key: str, scenario: str = "") -> None:
    """A line with the four formats of a chart."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f":small[{title}]", width="stretch")
        named = _Named(title=title, scenario=scenario, key=key)
        _button("PNG", lambda: _png(make()), named, mime="image/png")
        _button("SVG", lambda: _svg(make()), named, mime="image/svg+xml")
        _button("CSV", lambda: _csv(_numbers(make())), named, mime="text/csv")
        _button("XLSX", lambda: _xlsx(_numbers(make()), title), named, mime=XLSX)


def table_row(title: str, make: Callable[[], Sheet], *, key: str, scenario: str = "") -> None:
    """A line with the two formats of a table."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f":small[{title}]", width="stretch")
        named = _Named(title=title, scenario=scenario, key=key)
        _button("CSV", lambda: _csv(make()), named, mime="text/csv")
        _button("XLSX", lambda: _xlsx(make(), title), named, mime=XLSX)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    title: str
    scenario: str
    key: str


def _button(label: str, make: Callable[[], bytes], named: _Named, *, mime: str) -> None:
    ending, company = label.lower(), data.in_use().settings.company
    st.download_button(
        label,
        data=session.lend(make),
        file_name=export.file_name(
            company, named.scenario, named.title, day=date.today(), ending=ending
        ),
        mime=mime,
        key=f"{named.key}.{ending}",
        on_click="ignore",
        type="tertiary",
    )


def _png(picture: Picture) -> bytes:
    spec = export.standalone_spec(picture.spec, picture.rows, theme=picture.theme)
    return export.png(spec, picture.stamp.line(picture.text), theme=picture.theme)


def _svg(picture: Picture) -> bytes:
    spec = export.standalone_spec(picture.spec, picture.rows, theme=picture.theme)
    return export.svg(spec, picture.stamp.line(picture.text), theme=picture.theme)


def _numbers(picture: Picture) -> Sheet:
    """The numbers of a chart, one row per month, without what only draws it."""
    made = picture.numbers
    table = _of_frame(picture) if made is None else made()
    return Sheet(name=picture.name, table=table, text=picture.text, stamp=picture.stamp)


def _of_frame(picture: Picture) -> pd.DataFrame:
    text, frame = picture.text, picture.rows.to_pandas()
    months = frame[frame["part"] == "month"].dropna(axis="columns", how="all")
    columns: dict[str, object] = {
        text("word.month"): [date.fromisoformat(f"{key}-01") for key in months["month"]]
    }
    for name in months.columns:
        head = _head(text, str(name))
        if head:
            unit = picture.unit
            full = text("table.with_unit", name=head, unit=unit) if unit else head
            columns[full] = months[name].to_numpy()
    return pd.DataFrame(columns)


def _head(text: Text, name: str) -> str:
    words = {
        "history": "table.actual",
        "mean": "table.average",
        "reference": "chart.tip.budget",
    }
    if name in words:
        return text(words[name])
    kind, level = name.rstrip("0123456789"), name.lstrip("plohi")
    if not level.isdigit():
        return ""
    if kind == "p":
        return f"P{level}"
    return text("table.low" if kind == "lo" else "table.high", level=level)


def _csv(sheet: Sheet) -> bytes:
    return export.csv(sheet.table, lang=sheet.text.lang)


def _xlsx(sheet: Sheet, title: str) -> bytes:
    return export.xlsx({title: sheet.table}, stamp=sheet.stamp, text=sheet.text)
