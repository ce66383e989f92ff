"""What an uploaded file means, shown and edited: its table, its fields, its shape."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from sim.ingest import FileMap, FilePreview, Source, map_to
from sim.ingest.filling import parent_columns
from sim.ingest.longform import long_lines
from sim.ingest.mapping import absent_lookup
from sim.ingest.schema import TABLES, Kind, Merge
from sim.report.text import Text
from sim.ui import encodings, messages
from sim.ui.mapping_styles import edit_styles

NOTHING = ""
PIVOTS = ("month", "item", "channel", "resource")  # what the headers of a pivot may be
FIXED = {Kind.TEXT, Kind.CHOICE, Kind.MONTH, Kind.DATE}  # one value for a whole file makes sense


def edit_mapping(
    text: Text, preview: FilePreview, start: FileMap, *, among: Sequence[FilePreview], key: str
) -> FileMap:
    """Draw the meaning of one table of a file; return it as the reader now has it."""
    st.caption(_read_as(text, preview))
    encodings.pick(text, preview)
    table = st.selectbox(
        text("ui.collect.table"),
        [NOTHING, *TABLES],
        index=[NOTHING, *TABLES].index(start.table),
        format_func=lambda name: text(f"table.{name}") if name else text("ui.collect.not_loaded"),
        key=f"{key}.table",
    )
    mapping = start if table == start.table else map_to(table, preview, among)
    if not table:
        return mapping
    key = f"{key}.{table}"
    mapping = _edit_columns(text, preview, mapping, among=among, key=key)
    mapping = _edit_pivot(text, preview, mapping, key=key)
    mapping = edit_styles(text, preview, mapping, key=key)
    return _edit_rows(text, preview, mapping, key=key)


def _read_as(text: Text, preview: FilePreview) -> str:
    lines = []
    if preview.separator:
        shown = {"\t": "TAB"}.get(preview.separator, preview.separator)
        values = {"encoding": preview.encoding, "separator": shown, "row": preview.header_row}
        lines.append(text("ui.collect.read_as", **values))
    else:
        lines.append(text("ui.collect.read_as_sheet", kind=preview.kind, row=preview.header_row))
    if preview.profile:
        lines.append(text("ui.collect.recognised", program=preview.profile))
    if preview.title:
        lines.append(text("ui.collect.above", title=" · ".join(preview.title)[:120]))
    return messages.plain(" · ".join(lines))


def _edit_columns(
    text: Text,
    preview: FilePreview,
    mapping: FileMap,
    *,
    among: Sequence[FilePreview],
    key: str,
) -> FileMap:
    """One line per column of the file: what it holds, five cells, and the field it feeds."""
    names = {text(f"field.{name}"): name for name in TABLES[mapping.table].names}
    pivot, unused = text("ui.collect.pivot"), text("ui.collect.unused")
    base = _column_lines(text, preview, mapping, among)
    file, field = text("ui.collect.column.file"), text("ui.collect.column.field")
    edited = st.data_editor(
        base,
        key=f"{key}.columns",
        hide_index=True,
        width="stretch",
        disabled=[name for name in base.columns if name != field],
        column_config={
            field: st.column_config.SelectboxColumn(options=[unused, *names, pivot], required=True)
        },
    )
    chosen = dict(zip(edited[file], edited[field], strict=True))
    left = [name for name, word in chosen.items() if word == unused]
    if left:
        shown = ", ".join(map(str, left))[:200]
        st.caption(messages.plain(text("ui.collect.unused_list", columns=shown)))
    fields = {str(name): names[word] for name, word in chosen.items() if word in names}
    kept = [str(name) for name, word in chosen.items() if word == pivot]
    return _with_columns(preview, mapping, fields, kept)


def _column_lines(
    text: Text, preview: FilePreview, mapping: FileMap, among: Sequence[FilePreview]
) -> pd.DataFrame:
    """The columns of a file as they are shown; those of a pivot share one line."""
    field_of = {source.column: name for name, source in mapping.columns.items() if source.column}
    lines: list[dict[str, str]] = []
    for column in preview.columns:
        if column.name in mapping.wide[1:]:
            continue
        name = field_of.get(column.name, "")
        pivot = column.name in mapping.wide
        said = text(f"field.{name}") if name else text("ui.collect.unused")
        lines.append(
            {
                text("ui.collect.column.file"): _wide_name(mapping) if pivot else column.name,
                text("ui.collect.column.field"): text("ui.collect.pivot") if pivot else said,
                text("ui.collect.column.holds"): text(f"ui.collect.holds.{column.holds}"),
                text("ui.collect.column.samples"): " · ".join(column.samples),
                text("ui.collect.column.via"): _via(text, mapping.columns.get(name), among),
            }
        )
    shown = pd.DataFrame(lines)
    via = text("ui.collect.column.via")
    return shown if shown[via].any() else shown.drop(columns=via)


def _wide_name(mapping: FileMap) -> str:
    return f"{mapping.wide[0]} … {mapping.wide[-1]} ({len(mapping.wide)})"


def _with_columns(
    preview: FilePreview, mapping: FileMap, fields: Mapping[str, str], pivot: Sequence[str]
) -> FileMap:
    """The mapping with the fields that a person chose for each column of the file."""
    before = {source.column: name for name, source in mapping.columns.items() if source.column}
    columns = dict(mapping.columns)
    for column, name in before.items():
        if fields.get(column) != name:
            columns.pop(name, None)
    for column, name in fields.items():
        if before.get(column) != name and preview.column(column):
            columns[name] = Source(column=column)
    wide = mapping.wide if mapping.wide and _wide_name(mapping) in pivot else ()
    wide += tuple(name for name in pivot if preview.column(name) and name not in wide)
    return replace(mapping, columns=columns, wide=wide)


def _via(text: Text, source: Source | None, among: Sequence[FilePreview]) -> str:
    if source is None:
        return ""
    absent = absent_lookup(source, among)
    if absent:
        return text("ui.collect.column.via_absent", file=absent)
    return " → ".join(f"{hop.file} : {hop.value}" for hop in source.hops)


def _edit_pivot(text: Text, preview: FilePreview, mapping: FileMap, *, key: str) -> FileMap:
    """What the headers and the cells of a pivot are, and its first lines in long form."""
    if not mapping.wide:
        return mapping
    table = TABLES[mapping.table]
    fields = [name for name in PIVOTS if name in table.names]
    values = [c.name for c in table.columns if c.kind is Kind.NUMBER]
    if not fields or not values:
        return replace(mapping, wide=())
    left, right = st.columns(2)
    with left:
        field = st.segmented_control(
            text("ui.collect.pivot.headers", columns=messages.plain(_wide_name(mapping))),
            fields,
            default=mapping.wide_field if mapping.wide_field in fields else fields[0],
            required=True,
            format_func=lambda name: text(f"ui.collect.pivot.{name}"),
            key=f"{key}.wide",
        )
    with right:
        value = st.selectbox(
            text("ui.collect.pivot.cells"),
            values,
            index=values.index(mapping.wide_value) if mapping.wide_value in values else 0,
            format_func=lambda name: text(f"field.{name}"),
            key=f"{key}.wide_value",
        )
    columns = {name: s for name, s in mapping.columns.items() if name not in {field, value}}
    mapping = replace(mapping, columns=columns, wide_field=str(field), wide_value=str(value))
    lines = [
        {text(f"field.{name}"): messages.plain(cell) for name, cell in line.items()}
        for line in long_lines(preview, mapping)
    ]
    st.caption(text("ui.collect.pivot.long"))
    st.table(lines, border="horizontal", hide_index=True)
    return mapping


def _edit_rows(text: Text, preview: FilePreview, mapping: FileMap, *, key: str) -> FileMap:
    """Fixed values, blank cells that stand for the one above, totals among the rows."""
    mapping = _edit_fixed(text, mapping, key=key)
    parents = dict.fromkeys((*mapping.fill, *parent_columns(preview, mapping)))
    if parents:
        fill = st.multiselect(
            text("ui.collect.fill"), list(parents), default=mapping.fill, key=f"{key}.fill"
        )
        mapping = replace(mapping, fill=tuple(fill))
    if any(column.merge is Merge.SUM for column in TABLES[mapping.table].columns):
        left_out = st.checkbox(
            text("ui.collect.leave_totals"), value=mapping.totals != "keep", key=f"{key}.totals"
        )
        mapping = replace(mapping, totals="" if left_out else "keep")
    return mapping


def _edit_fixed(text: Text, mapping: FileMap, *, key: str) -> FileMap:
    """One value for all lines of a file: channel = "Export"."""
    taken = {name for name, source in mapping.columns.items() if source.column}
    taken |= {mapping.wide_field, mapping.wide_value} if mapping.wide else set()
    table = TABLES[mapping.table]
    free = [c.name for c in table.columns if c.kind in FIXED and c.name not in taken]
    fixed = {name: s.constant for name, s in mapping.columns.items() if s.constant}
    names = st.multiselect(
        text("ui.collect.fixed"),
        free,
        default=[name for name in fixed if name in free],
        format_func=lambda name: text(f"field.{name}"),
        placeholder=text("ui.collect.fixed.none"),
        key=f"{key}.fixed",
    )
    columns = {name: source for name, source in mapping.columns.items() if name not in fixed}
    for name in names:
        value = st.text_input(
            text(f"field.{name}"),
            value=fixed.get(name, ""),
            max_chars=60,
            key=f"{key}.fixed.{name}",
        ).strip()
        if value:
            columns[name] = Source(constant=value)
    return replace(mapping, columns=columns)
