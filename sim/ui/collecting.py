"""Uploaded files on their way to a version of the data: mapping, check, acceptance."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from sim.ingest import FileMap, FilePreview, Import, Quality, Source, assess, build, inspect
from sim.ingest import signature as signature_of
from sim.ingest.mapping import absent_lookup
from sim.ingest.schema import TABLES
from sim.model.planning_settings import PlanningSettings
from sim.report.text import Text
from sim.store.notices import Notice, notices
from sim.store.workspace import Workspace
from sim.ui import access, data, messages

Files = Sequence[tuple[str, bytes]]
Mappings = Mapping[str, Mapping[str, Any]]
NOTHING = ""
TYPES = ("csv", "txt", "tsv", "xlsx", "xls", "xlsb", "ods")


def files_key(files: Files) -> str:
    """What a set of uploads is recognised by: names and contents."""
    digest = hashlib.sha256()
    for name, content in files:
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


@st.cache_resource(show_spinner=False, max_entries=4)
def look(key: str, _files: Files) -> list[FilePreview]:  # noqa: ARG001 - the cache's key
    """A first look at the uploads; parsed once, in a limited child process."""
    return inspect(_files)


@st.cache_resource(show_spinner=False, max_entries=6)
def built(key: str, mappings: str, good: bool, partial: bool, near: bool, _files: Files) -> Import:
    """The tables that the uploads give under a mapping (JSON text) and three choices."""
    return build(
        look(key, _files),
        json.loads(mappings),
        accept_good_rows=good,
        leave_out_partial_month=partial,
        near_codes=near,
    )


def quality_of(imported: Import) -> Quality:
    """The quality report of an upload, for the horizon asked for on the page."""
    planning = PlanningSettings(horizon=int(st.session_state.get("collect.horizon", 18)))
    return assess(imported.tables, imported, planning=planning)


def open_points(imported: Import, planning: PlanningSettings) -> tuple[Notice, ...]:
    """What these tables leave open, and what is assumed instead."""
    space = Workspace(imported.tables)
    try:
        return notices(space, planning)
    finally:
        space.close()


def remembered(preview: FilePreview) -> FileMap | None:
    """The mapping chosen for the same kind of file before.

    Its lookups stay remembered when their files are not here this time; ``build`` does without.
    """
    body = data.store().mapping(signature_of(preview))
    return FileMap.from_json(body) if isinstance(body, dict) else None


def accept(
    imported: Import,
    previews: Sequence[FilePreview],
    *,
    mappings: Mappings,
    files: Files,
    planning: PlanningSettings,
) -> bool:
    """Keep the tables as a new version and use it; true when the same content was there.

    Raises
    ------
    DataError, SopErrors: something still stands in the way.
    AccessError: not the visitor's role.
    """
    access.require(access.Role.COORDINATOR, access.Role.DEMAND, access.Role.SUPPLY)
    tables, author = imported.require(), access.visitor()
    by_name, report = dict(files), quality_of(imported)
    told: list[dict[str, object]] = [
        {
            "name": preview.id,
            "sha256": hashlib.sha256(by_name.get(preview.file, b"")).hexdigest(),
            "rows": preview.rows,
            "mapping": mappings.get(preview.id, {}),
            "quality": report.score,
        }
        for preview in previews
    ]
    told[0]["report"] = report.to_json()  # it also knows what had to be left out
    version = data.store().accept(
        tables,
        name=planning.company,
        settings=planning,
        source="upload",
        author=author,
        files=told,
    )
    for preview in previews:
        if preview.error is None:
            body = mappings.get(preview.id) or preview.mapping.to_json()
            data.store().remember_mapping(signature_of(preview), body, author=author)
    data.use(version.id)
    return version.already_there


# one file's mapping, shown and edited


def edit_mapping(
    text: Text, preview: FilePreview, start: FileMap, *, among: Sequence[FilePreview], key: str
) -> FileMap:
    """Draw the meaning of one sheet; return it as the reader now has it."""
    st.caption(_read_as(text, preview))
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
