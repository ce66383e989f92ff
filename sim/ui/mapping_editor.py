"""What an uploaded file means, shown and edited: its table, its fields, its styles."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from sim.ingest import FileMap, FilePreview, Source
from sim.ingest.mapping import absent_lookup
from sim.ingest.schema import TABLES
from sim.report.text import Text
from sim.ui import encodings, messages

NOTHING = ""


def edit_mapping(
    text: Text, preview: FilePreview, start: FileMap, *, among: Sequence[FilePreview], key: str
) -> FileMap:
    """Draw the meaning of one sheet; return it as the reader now has it."""
    st.caption(_read_as(text, preview))
    encodings.pick(text, preview)
    table = st.selectbox(
        text("ui.collect.table"),
        [NOTHING, *TABLES],
        index=[NOTHING, *TABLES].index(start.table),
        format_func=lambda name: text(f"table.{name}") if name else text("ui.collect.not_loaded"),
        key=f"{key}.table",
    )
    mapping = start if table == start.table else FileMap(table=table)
    if not table:
        return mapping
    mapping = _edit_columns(text, preview, mapping, among=among, key=f"{key}.{table}")
    return _edit_styles(text, preview, mapping, key=key)


def _read_as(text: Text, preview: FilePreview) -> str:
    if not preview.separator:
        return messages.plain(preview.kind)
    shown = {"\t": "TAB"}.get(preview.separator, preview.separator)
    return messages.plain(
        text(
            "ui.collect.read_as",
            encoding=preview.encoding,
            separator=shown,
            row=preview.header_row,
        )
    )


def _edit_columns(
    text: Text,
    preview: FilePreview,
    mapping: FileMap,
    *,
    among: Sequence[FilePreview],
    key: str,
) -> FileMap:
    names = {text(f"field.{name}"): name for name in TABLES[mapping.table].names}
    words = {name: word for word, name in names.items()}
    field_of = {source.column: name for name, source in mapping.columns.items() if source.column}
    file, field = text("ui.collect.column.file"), text("ui.collect.column.field")
    base = pd.DataFrame(
        {
            file: [column.name for column in preview.columns],
            field: [words.get(field_of.get(column.name, "")) for column in preview.columns],
            text("ui.collect.column.samples"): [
                " · ".join(column.samples) for column in preview.columns
            ],
            text("ui.collect.column.via"): [
                _via(text, mapping.columns.get(field_of.get(column.name, "")), among)
                for column in preview.columns
            ],
        }
    )
    edited = st.data_editor(
        base,
        key=f"{key}.columns",
        hide_index=True,
        width="stretch",
        disabled=[name for name in base.columns if name != field],
        column_config={field: st.column_config.SelectboxColumn(options=list(names))},
    )
    chosen = {
        str(column): names[word]
        for column, word in zip(edited[file], edited[field], strict=True)
        if word in names
    }
    return _with_columns(mapping, field_of, chosen)


def _with_columns(
    mapping: FileMap, before: Mapping[str, str], chosen: Mapping[str, str]
) -> FileMap:
    """The mapping with the fields that a person chose for each column of the file."""
    columns = dict(mapping.columns)
    for column, name in before.items():
        if chosen.get(column) != name:
            columns.pop(name, None)
    for column, name in chosen.items():
        if before.get(column) != name:
            columns[name] = Source(column=column)
    return replace(mapping, columns=columns)


def _via(text: Text, source: Source | None, among: Sequence[FilePreview]) -> str:
    if source is None:
        return ""
    absent = absent_lookup(source, among)
    if absent:
        return text("ui.collect.column.via_absent", file=absent)
    return " → ".join(f"{hop.file} : {hop.value}" for hop in source.hops)


def _edit_styles(text: Text, preview: FilePreview, mapping: FileMap, *, key: str) -> FileMap:
    left, right = st.columns(2)
    with left:
        decimal = _style(
            "decimal",
            text,
            {
                "": text("ui.collect.auto"),
                ",": text("ui.collect.decimal.comma"),
                ".": text("ui.collect.decimal.point"),
            },
            mapping.decimal,
            sample=preview.decimal.sample,
            key=f"{key}.decimal",
        )
    with right:
        dates = _style(
            "dates",
            text,
            {
                "": text("ui.collect.auto"),
                "dmy": text("ui.collect.dates.dmy"),
                "mdy": text("ui.collect.dates.mdy"),
            },
            mapping.dates,
            sample=preview.order.sample,
            key=f"{key}.dates",
        )
    return replace(mapping, decimal=decimal, dates=dates)


def _style(
    name: str, text: Text, options: Mapping[str, str], chosen: str, *, sample: str, key: str
) -> str:
    label = text(f"ui.collect.{name}")
    shown = (
        text("ui.collect.read_sample", label=label, sample=messages.plain(sample))
        if sample
        else label
    )
    return str(
        st.selectbox(
            shown,
            list(options),
            index=list(options).index(chosen),
            format_func=lambda one: options[one],
            key=key,
        )
    )
