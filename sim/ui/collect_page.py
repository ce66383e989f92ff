"""Parts of the collect page: the offer of the demo, what is in use, mappings, quality, totals."""

import math
from collections.abc import Sequence

import streamlit as st

from sim.ingest import FileMap, FilePreview, Import
from sim.ingest.lookups import looked_up_files
from sim.report.text import Text
from sim.store.notices import Notice
from sim.ui import accepted, access, collecting, data, mapping_editor, messages, quality_view, room

Row = dict[str, str]
FEW = 3  # lines that are shown without being asked for


def demo_offer(text: Text) -> None:
    """A company to try the product on, one click away."""
    st.markdown(f"#### {text('ui.collect.demo.title')}", anchors=False)
    st.caption(text("ui.collect.demo.help"))
    if st.button(text("ui.collect.demo.button"), key="collect.demo", icon=":material/factory:"):
        with st.spinner(text("ui.collect.demo.loading")):
            messages.safely(_load_demo)()
        accepted.show_from_top()


def current_state(text: Text) -> None:
    """The data in use: quality, and what they leave open."""
    used = data.in_use()
    left, right = st.columns([1.75, 1], gap="large")
    with left:
        quality_view.report(
            text,
            data.quality(used.id),
            data.tables(used.id),
            threshold=used.settings.quality_threshold,
            key=used.id[:8],
        )
    with right:
        notices(text, data.missing_parts(used.id))


def mappings(
    text: Text, previews: Sequence[FilePreview], *, key: str
) -> dict[str, dict[str, object]]:
    """The meaning of every readable sheet, each behind a line; by sheet, as JSON."""
    st.markdown(f"### {text('ui.collect.mapping')}", anchors=False)
    st.caption(text("ui.collect.mapping.help"))
    found = {}
    looked_up = looked_up_files([preview.mapping for preview in previews])
    for position, preview in enumerate(previews):
        if preview.error is not None:
            continue
        if preview.history is not None:  # its columns were said where it came from
            found[preview.id] = preview.mapping.to_json()
            st.caption(_title(text, preview, preview.mapping, looked_up=False))
            continue
        kept = collecting.remembered(preview)
        start = kept or preview.mapping
        title = _title(text, preview, start, looked_up=preview.id in looked_up)
        with st.expander(title, expanded=preview.ambiguous, key=f"map.{key}.{position}.open"):
            if kept is not None and kept != preview.mapping:
                st.caption(text("ui.collect.remembered"))
            edited = mapping_editor.edit_mapping(
                text, preview, start, among=previews, key=f"map.{key}.{position}"
            )
            found[preview.id] = edited.to_json()
    return found


def _title(text: Text, preview: FilePreview, mapping: FileMap, *, looked_up: bool) -> str:
    return text(
        "ui.collect.file",
        file=messages.plain(preview.id),
        table=_role(text, mapping, looked_up),
        rows=text.number(preview.rows),
    )


def _role(text: Text, mapping: FileMap, looked_up: bool) -> str:
    if mapping.table:
        return text(f"table.{mapping.table}")
    return text("ui.collect.lookup_only" if looked_up else "ui.collect.not_loaded")


def control_totals(text: Text, imported: Import) -> None:
    """Lines, quantity and revenue of each file and table, to check against the source."""
    named = [(messages.plain(one.name), one) for one in imported.before]
    named += [
        (
            text(
                "ui.collect.totals.left_out",
                table=text(f"table.{one.table}"),
                reason=text(f"ui.reason.{one.name}"),
            ),
            one,
        )
        for one in imported.left_out
    ]
    named += [
        (f"**{text('ui.collect.totals.loaded', table=text(f'table.{one.name}'))}**", one)
        for one in imported.after
    ]
    rows: list[Row] = [
        {
            text("ui.collect.totals.name"): name,
            text("ui.collect.totals.rows"): text.number(one.rows),
            text("ui.collect.totals.quantity"): text.number(one.quantity or math.nan),
            text("ui.collect.totals.revenue"): text.number(
                math.nan if one.revenue is None else one.revenue
            )
            + (" *" if one.at_list_price else ""),
        }
        for name, one in named
    ]
    st.markdown(f"#### {text('ui.collect.totals')}", anchors=False)
    st.table(rows, border="horizontal", hide_index=True)
    if any(one.at_list_price for _, one in named):
        st.caption(messages.plain(text("ui.collect.totals.list_price")))


def notices(text: Text, found: Sequence[Notice]) -> None:
    """What data leave open, one line each, behind their number."""
    lines = [text(one.key, **_words(text, one.values)) for one in found]
    if lines:
        with st.expander(
            f"{text('ui.collect.missing')} ({len(lines)})",
            key="collect.missing",
            expanded=len(lines) <= FEW,
        ):
            st.markdown("\n".join(f"- {messages.plain(line)}" for line in lines))


def _words(text: Text, values: object) -> dict[str, str]:
    found = dict(values) if isinstance(values, dict) else {}
    return {
        name: text.number(value) if isinstance(value, int | float) else str(value)
        for name, value in found.items()
    }


def _load_demo() -> None:
    access.require(*access.LOADERS)
    data.use(data.load_demo(author=access.visitor()))
    start_again()
    accepted.keep("demo")


def start_again() -> None:
    """Other data are in use: the room begins with their own scenarios."""
    st.session_state.pop(room.KEY, None)
