"""What the collect page draws: the offer of the demo, a draft import, what is in use, imports."""

import json
import math
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.errors import SopError
from sim.ingest import FileMap, FilePreview, Import, Quality
from sim.ingest.lookups import looked_up_files
from sim.model.planning_settings import PlanningSettings
from sim.report.text import NONE, Text
from sim.ui import accepted, access, collecting, data, head, inventory, messages, room
from sim.ui.collecting import Files

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "CAD", "JPY")
SHOWN = 12  # sentences of one kind
Row = dict[str, str]


def demo_offer(text: Text) -> None:
    """A company to try the product on, one click away."""
    st.markdown(f"#### {text('ui.collect.demo.title')}", anchors=False)
    st.caption(text("ui.collect.demo.help"))
    if st.button(text("ui.collect.demo.button"), key="collect.demo", icon=":material/factory:"):
        with st.spinner(text("ui.collect.demo.loading")):
            messages.safely(_load_demo)()
        accepted.show_from_top()


def draft(text: Text, files: Files, *, verdict: DeltaGenerator) -> None:
    """An upload on its way: mapping, check, acceptance."""
    key = collecting.files_key(files)
    with verdict, st.spinner(_reading(text, files)):
        previews = collecting.look(key, files)
    readable = any(preview.error is None for preview in previews)
    left, right = st.columns([1.35, 1], gap="large") if readable else [st.container()] * 2
    mappings: dict[str, dict[str, object]] = {}
    if readable:
        with left:
            mappings = _mappings(text, previews, key=key[:8])
    good = bool(st.session_state.get("collect.good"))
    partial = bool(st.session_state.get("collect.partial", True))
    chosen = json.dumps(mappings, sort_keys=True)
    with verdict, st.spinner(_reading(text, files)):
        imported = collecting.built(key, chosen, good, partial, files)
    quality = collecting.quality_of(imported)
    with right:
        st.markdown(f"### {text('ui.collect.check')}", anchors=False)
        _sentences(text, imported)
        if imported.usable:
            _quality(text, quality)
            _totals(text, imported)
            planning = _planning(text)
            _open_points(text, imported, planning)
            _accept_button(text, imported, previews, mappings, files=files, planning=planning)
    with verdict:
        head.sentence(_verdict(text, imported, quality))


def _reading(text: Text, files: Files) -> str:
    size = sum(len(content) for _, content in files) / 1e6
    return text("ui.collect.reading", count=len(files), size=text.number(size, 1))


def _accept_button(
    text: Text,
    imported: Import,
    previews: Sequence[FilePreview],
    mappings: dict[str, dict[str, object]],
    *,
    files: Files,
    planning: PlanningSettings,
) -> None:
    if st.button(
        text("ui.collect.accept"),
        key="collect.accept",
        type="primary",
        width="stretch",
        icon=":material/check:",
        disabled=not imported.ready,
    ):
        with st.spinner(text("ui.collect.accepting")):
            messages.safely(_accept)(imported, previews, mappings, files, planning)
        accepted.show_from_top()


def current_state(text: Text) -> None:
    """The data in use: quality, and what they leave open."""
    used = data.in_use()
    left, right = st.columns([1, 1.35], gap="large")
    with left:
        _quality(text, data.quality(used.id))
    with right:
        _notices(
            text, [text(one.key, **_words(text, one.values)) for one in data.missing_parts(used.id)]
        )


def imports(text: Text) -> None:
    """The list of imports, and a way back."""
    records = data.store().imports()
    names = {version.id: version.name for version in data.store().list()}
    rows: list[Row] = [
        {
            text("ui.collect.imports.when"): inventory.moment(text, record.at),
            text("ui.collect.imports.who"): messages.plain(record.author)
            or text("ui.collect.imports.nobody"),
            text("ui.collect.imports.what"): text(f"ui.collect.imports.{record.kind}")
            + f" · {messages.plain(names.get(record.dataset, ''))}",
            text("ui.collect.imports.files"): messages.plain(
                ", ".join(str(file.get("name", "")) for file in record.files) or NONE
            ),
            text("ui.collect.imports.version"): f"`{record.dataset[:8]}`",
        }
        for record in records[:10]
    ]
    st.markdown(f"#### {text('ui.collect.imports')}", anchors=False)
    st.table(rows, border="horizontal", hide_index=True)
    if st.button(
        text("ui.collect.undo"),
        key="collect.undo",
        icon=":material/undo:",
        disabled=len(records) < 2,
    ):
        messages.safely(_undo)()
        accepted.show_from_top()


def _mappings(
    text: Text, previews: Sequence[FilePreview], *, key: str
) -> dict[str, dict[str, object]]:
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
            edited = collecting.edit_mapping(
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


def _sentences(text: Text, imported: Import) -> None:
    _list(text, "error", imported.blocking)
    _list(text, "warning", imported.problems)
    if imported.problems:
        st.checkbox(text("ui.collect.good_rows"), key="collect.good")
    if imported.partial_month is not None:
        month = text.month(imported.partial_month)
        st.session_state.setdefault("collect.partial", True)
        st.checkbox(text("ui.collect.partial", month=month), key="collect.partial")
    _list(text, "info", imported.warnings)


def _list(text: Text, kind: messages.Kind, errors: Sequence[SopError]) -> None:
    if not errors:
        return
    lines = [messages.plain(sentence) for error in errors for sentence in text.error(error)]
    heading = {"error": "blocking", "warning": "problems", "info": "warnings"}[kind]
    body = "\n".join(f"- {line}" for line in lines[:SHOWN])
    more = f"\n- … {len(lines) - SHOWN}" if len(lines) > SHOWN else ""
    messages.say(kind, f"**{text(f'ui.collect.{heading}')}**\n{body}{more}")


def _quality(text: Text, quality: Quality) -> None:
    score = text.percent(quality.score / 100, 0)
    st.markdown(f"#### {text('ui.collect.quality', score=score)}", anchors=False)
    if not quality.findings:
        st.caption(text("ui.collect.quality.perfect"))
    for finding in quality.findings:
        sentence = text(
            finding.key,
            count=text.number(finding.count),
            of=text.number(finding.of),
            examples=", ".join(finding.examples),
        )
        st.caption(_with_points(text, messages.plain(sentence), finding.lost))
    # The score of the import is kept; what it had to leave out is no longer in the tables.
    left_out = 100.0 - quality.score - sum(finding.lost for finding in quality.findings)
    if round(left_out, 1) > 0:
        st.caption(_with_points(text, text("ui.collect.quality.left_out"), left_out))


def _with_points(text: Text, sentence: str, lost: float) -> str:
    points = round(lost, 1)
    if not points:
        return sentence
    return text("ui.collect.quality.lost", sentence=sentence, points=text.number(-points, 1))


def _totals(text: Text, imported: Import) -> None:
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
            ),
        }
        for name, one in named
    ]
    st.markdown(f"#### {text('ui.collect.totals')}", anchors=False)
    st.table(rows, border="horizontal", hide_index=True)


def _planning(text: Text) -> PlanningSettings:
    left, middle, right = st.columns([2, 1, 1])
    with left:
        company = st.text_input(
            text("ui.collect.company"),
            value=text("ui.collect.company.default"),
            key="collect.company",
            max_chars=60,
        )
    with middle:
        currency = st.selectbox(text("ui.collect.currency"), CURRENCIES, key="collect.currency")
    with right:
        horizon = st.number_input(
            text("ui.collect.horizon"), min_value=12, max_value=24, value=18, key="collect.horizon"
        )
    return PlanningSettings(company=company.strip(), currency=currency, horizon=int(horizon))


def _open_points(text: Text, imported: Import, planning: PlanningSettings) -> None:
    if not imported.ready:
        return
    points = collecting.open_points(imported, planning)
    _notices(text, [text(one.key, **_words(text, one.values)) for one in points])


def _notices(text: Text, lines: Sequence[str]) -> None:
    if lines:
        with st.expander(
            f"{text('ui.collect.missing')} ({len(lines)})", key="collect.missing", expanded=False
        ):
            st.markdown("\n".join(f"- {messages.plain(line)}" for line in lines))


def _words(text: Text, values: object) -> dict[str, str]:
    found = dict(values) if isinstance(values, dict) else {}
    return {
        name: text.number(value) if isinstance(value, int | float) else str(value)
        for name, value in found.items()
    }


def _verdict(text: Text, imported: Import, quality: Quality) -> str:
    stops = len(imported.blocking) + (0 if imported.accept_good_rows else len(imported.problems))
    if stops:
        key = "ui.collect.title_blocked" if stops > 1 else "ui.collect.title_blocked_one"
        return text(key, count=stops)
    rows = sum(total.rows for total in imported.before)
    return text(
        "ui.collect.title_ready",
        rows=text.number(rows),
        score=text.percent(quality.score / 100, 0),
    )


def _load_demo() -> None:
    data.use(data.load_demo(author=access.visitor()))
    _start_again()
    accepted.keep("demo")


def _accept(
    imported: Import,
    previews: Sequence[FilePreview],
    mappings: dict[str, dict[str, object]],
    files: Files,
    planning: PlanningSettings,
) -> None:
    there = collecting.accept(imported, previews, mappings=mappings, files=files, planning=planning)
    _start_again()
    accepted.keep("same" if there else "upload")
    st.session_state["collect.round"] = st.session_state.get("collect.round", 0) + 1


def _undo() -> None:
    version = data.store().undo_import(author=access.visitor())
    data.use(version.id)
    _start_again()
    accepted.keep("undone")


def _start_again() -> None:
    st.session_state.pop(room.KEY, None)
