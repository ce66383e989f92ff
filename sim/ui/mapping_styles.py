"""How a file writes its numbers, dates, durations and prices: shown, and flipped by one click."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from sim.ingest import FileMap, FilePreview, Source
from sim.ingest.numerals import Found, write_number
from sim.ingest.styles import Styles, find_styles, vat_rate
from sim.report.text import Text
from sim.ui import messages

# Answer of a mapping -> its values, in the order of the screen.
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "decimal": (",", "."),
    "dates": ("dmy", "mdy"),
    "duration": ("h", "min", "s", "hms", "per_hour"),
    "tax": ("net", "gross"),
}


def edit_styles(text: Text, preview: FilePreview, mapping: FileMap, *, key: str) -> FileMap:
    """Draw what the file proves about its cells, and what a person must say; return the answers."""
    found = find_styles(preview, mapping)
    mapping = _edit_rivals(text, mapping, found, key=key)
    shown = [(name, style) for name, style in _shown(mapping, found).items() if style is not None]
    places = st.columns(2) if len(shown) > 1 else [st.container()]
    for position, (name, style) in enumerate(shown):
        with places[position % len(places)]:
            answer = _pick(text, name, getattr(mapping, name), style, key=f"{key}.{name}")
            mapping = _with_answer(mapping, name, answer)
            if name == "tax" and (mapping.tax or style.value) == "gross":
                mapping = _edit_rate(text, mapping, key=key)
    return _edit_year(text, mapping, found.year, key=key)


def _with_answer(mapping: FileMap, name: str, answer: str) -> FileMap:
    return FileMap.from_json(mapping.to_json() | {name: answer})


def _shown(mapping: FileMap, found: Styles) -> dict[str, Found | None]:
    """The properties that this file has: no order of dates without a date that needs one."""
    decimal = found.decimal if found.decimal.sample or mapping.decimal else None
    dates = found.order if found.order.sample or mapping.dates else None
    return {"decimal": decimal, "dates": dates, "duration": found.duration, "tax": found.tax}


def _pick(text: Text, name: str, chosen: str, found: Found, *, key: str) -> str:
    """One property; nothing is preselected while the file leaves it open."""
    label = text(f"ui.collect.{name}")
    if found.sample:
        sample = messages.plain(found.sample)
        said = "ui.collect.read_sample" if name in {"decimal", "dates"} else "ui.collect.read_in"
        label = text(said, label=label, sample=sample)
    start = chosen or ("" if found.ambiguous else found.value)
    picked = st.segmented_control(
        label,
        OPTIONS[name],
        default=start or None,
        format_func=lambda value: text(f"ui.collect.{name}.{_word(value)}"),
        key=key,
        wrap=True,
    )
    if picked is None:
        return ""
    return "" if not chosen and not found.ambiguous and picked == found.value else str(picked)


def _word(value: str) -> str:
    return {",": "comma", ".": "point"}.get(value, value)


def _edit_rate(text: Text, mapping: FileMap, *, key: str) -> FileMap:
    percent = st.number_input(
        text("ui.collect.vat"),
        min_value=0.0,
        max_value=100.0,
        value=round(100 * vat_rate(mapping), 3),
        step=0.5,
        key=f"{key}.vat",
    )
    return replace(mapping, vat=write_number(round(percent / 100, 6)))


def _edit_year(text: Text, mapping: FileMap, found: Found | None, *, key: str) -> FileMap:
    if found is None:
        return mapping
    start = mapping.year or found.value
    label = text("ui.collect.year")
    if found.sample:
        sample = messages.plain(found.sample)
        label = text("ui.collect.read_in", label=label, sample=sample)
    year = st.number_input(
        label,
        min_value=1990,
        max_value=2100,
        value=int(start) if start else None,
        step=1,
        key=f"{key}.year",
    )
    told = str(year) if year else ""
    return replace(mapping, year="" if told == found.value and not mapping.year else told)


def _edit_rivals(text: Text, mapping: FileMap, found: Styles, *, key: str) -> FileMap:
    """Several headers for one field: one click says which of them counts."""
    for name, headers in found.rivals.items():
        settled = name in mapping.settled
        picked = st.segmented_control(
            text("ui.collect.rival", field=text(f"field.{name}")),
            headers,
            default=headers[0] if settled else None,
            format_func=messages.plain,
            key=f"{key}.rival.{name}",
        )
        if picked is not None:
            columns = {**mapping.columns, name: Source(column=str(picked))}
            known = tuple(dict.fromkeys((*mapping.settled, name)))
            mapping = replace(mapping, columns=columns, settled=known)
    return mapping
