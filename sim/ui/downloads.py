"""Download buttons: PNG and SVG of a chart, CSV and XLSX of a table, made when asked for.

The makers run in a thread without a session, so they get all they need in their arguments.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from sim.report import export
from sim.report.export import Stamp
from sim.report.style import Theme
from sim.report.text import Text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart to take away, and its numbers."""

    name: str
    frame: pd.DataFrame
    spec: dict[str, Any]
    theme: Theme
    text: Text
    stamp: Stamp


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


def chart_row(title: str, make: Callable[[], Picture], *, key: str) -> None:
    """A line with the four formats of a chart."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f":small[{title}]", width="stretch")
        _button("PNG", lambda: _png(make()), f"{key}.png", mime="image/png")
        _button("SVG", lambda: _svg(make()), f"{key}.svg", mime="image/svg+xml")
        _button("CSV", lambda: _csv(_numbers(make())), f"{key}.csv", mime="text/csv")
        _button("XLSX", lambda: _xlsx(_numbers(make())), f"{key}.xlsx", mime=XLSX)


def table_row(title: str, make: Callable[[], Sheet], *, key: str) -> None:
    """A line with the two formats of a table."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f":small[{title}]", width="stretch")
        _button("CSV", lambda: _csv(make()), f"{key}.csv", mime="text/csv")
        _button("XLSX", lambda: _xlsx(make()), f"{key}.xlsx", mime=XLSX)


def _button(label: str, make: Callable[[], bytes], key: str, *, mime: str) -> None:
    name = key.split(".")[-2]
    st.download_button(
        label,
        data=make,
        file_name=f"{name}.{label.lower()}",
        mime=mime,
        key=key,
        on_click="ignore",
        type="tertiary",
    )


def _png(picture: Picture) -> bytes:
    spec = export.standalone_spec(picture.spec, picture.frame, theme=picture.theme)
    return export.png(spec, picture.stamp.line(picture.text), theme=picture.theme)


def _svg(picture: Picture) -> bytes:
    spec = export.standalone_spec(picture.spec, picture.frame, theme=picture.theme)
    return export.svg(spec, picture.stamp.line(picture.text), theme=picture.theme)


def _numbers(picture: Picture) -> Sheet:
    """The rows of a chart without those that only place its labels."""
    frame = picture.frame
    kept = frame[~frame["part"].isin(["end", "gap", "note", "hint", "name", "inside"])]
    useful = [name for name in kept.columns if name not in {"tone", "bold", "text", "fill"}]
    table = kept[useful].dropna(axis="columns", how="all")
    return Sheet(name=picture.name, table=table, text=picture.text, stamp=picture.stamp)


def _csv(sheet: Sheet) -> bytes:
    return export.csv(sheet.table, lang=sheet.text.lang)


def _xlsx(sheet: Sheet) -> bytes:
    return export.xlsx({sheet.name: sheet.table}, stamp=sheet.stamp, text=sheet.text)
