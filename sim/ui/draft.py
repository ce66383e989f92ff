"""An upload on its way: already loaded or new, problems, mapping, what changes, acceptance."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.errors import StoreError
from sim.ingest import FilePreview, Import, Quality
from sim.ingest.record import hashes, mapping_file
from sim.model.planning_settings import PlanningSettings
from sim.report.text import Text
from sim.store import DatasetVersion, ImportRecord
from sim.ui import (
    accepted,
    collect_page,
    collecting,
    data,
    draft_changes,
    draft_problems,
    head,
    inventory,
    messages,
    quality_view,
    trial_files,
)
from sim.ui.collecting import Choices, Files

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "CAD", "JPY")
AGAIN, SEEN, ROUND = "collect.again", "collect.seen", "collect.round"
SHOWN = "collect.shown"  # the files of the draft


@dataclass(frozen=True, kw_only=True, eq=False)
class _Draft:
    """Uploads, what they give over the data in use, and what is said about them."""

    files: Files
    previews: Sequence[FilePreview]
    choices: Choices
    imported: Import
    quality: Quality


def draft(text: Text, files: Files, *, verdict: DeltaGenerator) -> None:
    """An upload on its way: mapping, check, acceptance."""
    key, shas = collecting.files_key(files), hashes(files)
    if st.session_state.get(SHOWN) != key:  # what was conceded for other files counts no more
        st.session_state[SHOWN] = key
        draft_problems.forget()
    known = data.store().loaded(list(shas.values()))
    again = {name: known[sha] for name, sha in shas.items() if sha in known}
    if again and len(again) == len(shas) and st.session_state.get(AGAIN) != key:
        with verdict:
            head.sentence(text("ui.collect.title_again"))
        _offer_again(text, again, key=key)
    else:
        _read(text, files, again, key=key, verdict=verdict)


def _read(
    text: Text,
    files: Files,
    again: Mapping[str, ImportRecord],
    *,
    key: str,
    verdict: DeltaGenerator,
) -> None:
    with verdict, st.spinner(_reading(text, files)):
        previews = collecting.look(key, files)
    problems = st.container()
    readable = any(preview.error is None for preview in previews)
    left, right = st.columns([1.1, 1], gap="large") if readable else [st.container()] * 2
    mappings: dict[str, dict[str, object]] = {}
    if readable:
        with left:
            mappings = collect_page.mappings(text, previews, key=key[:8])
            _mapping_download(text, previews, mappings)
    latest = data.store().latest()
    choices = _choices(mappings, latest)
    with verdict, st.spinner(_reading(text, files)):
        imported = collecting.built(key, choices, files)
    judged_for = collecting.planning_of(choices)
    made = _Draft(
        files=files,
        previews=previews,
        choices=choices,
        imported=imported,
        quality=collecting.judged(key, choices, judged_for.to_json(), imported),
    )
    with problems:
        if again:
            messages.say("info", _known_words(text, again))
        draft_problems.show(text, imported, previews)
    if readable:
        with right:
            draft_changes.choice(text, imported, choices, latest)
    if imported.usable:
        with right:
            _acceptance(text, made, latest)
        with left:
            threshold = judged_for.quality_threshold
            quality_view.report(
                text, made.quality, imported.tables, threshold=threshold, key=key[:8]
            )
            collect_page.control_totals(text, imported)
    with verdict:
        head.sentence(_verdict(text, imported, made.quality))


def _reading(text: Text, files: Files) -> str:
    size = sum(len(content) for _, content in files) / 1e6
    return text("ui.collect.reading", count=len(files), size=text.number(size, 1))


def _offer_again(text: Text, again: Mapping[str, ImportRecord], *, key: str) -> None:
    messages.say("info", _known_words(text, again))
    if st.button(text("ui.collect.again"), key=AGAIN + ".button", icon=":material/refresh:"):
        st.session_state[AGAIN] = key
        st.rerun()


def _known_words(text: Text, again: Mapping[str, ImportRecord]) -> str:
    lines = [
        text(
            "load.already",
            file=name,
            at=inventory.moment(text, record.at),
            who=record.author or text("ui.collect.imports.nobody"),
        )
        for name, record in again.items()
    ]
    return "\n".join(f"- {messages.plain(line)}" for line in lines)


def _choices(
    mappings: Mapping[str, Mapping[str, object]], latest: DatasetVersion | None
) -> Choices:
    state = st.session_state
    return Choices(
        mappings=json.dumps(mappings, sort_keys=True),
        good=bool(state.get("collect.good")),
        partial=bool(state.get("collect.partial", True)),
        near=bool(state.get("collect.near")),
        dataset=latest.id if latest else "",
        afresh=draft_changes.afresh(latest),
        modes=draft_changes.chosen_modes(),
    )


def _mapping_download(
    text: Text,
    previews: Sequence[FilePreview],
    mappings: Mapping[str, Mapping[str, object]],
) -> None:
    body = json.dumps(mapping_file(previews, mappings), ensure_ascii=False, indent=2)
    st.download_button(
        text("ui.collect.mapping.download"),
        data=body.encode(),
        file_name="mapping.json",
        mime="application/json",
        key="collect.mapping.download",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


def _acceptance(text: Text, made: _Draft, latest: DatasetVersion | None) -> None:
    shown = st.session_state.get(SEEN)  # the version that the reader compared with
    st.session_state[SEEN] = made.choices.dataset
    draft_changes.counts(text, made.imported, made.choices)
    planning = _planning(text, made.choices)
    if st.button(
        text("ui.collect.accept"),
        key="collect.accept",
        type="primary",
        width="stretch",
        icon=":material/check:",
        disabled=not made.imported.ready,
    ):
        with st.spinner(text("ui.collect.accepting")):
            messages.safely(_accept)(made, planning, latest, shown)
        accepted.show_from_top()
    draft_changes.examples(text, made.imported)
    if made.imported.ready:
        collect_page.notices(text, collecting.open_points(made.imported, planning))


def _planning(text: Text, choices: Choices) -> PlanningSettings:
    """The settings of the plan: as they are, or asked for when a company starts."""
    if choices.dataset and not choices.afresh:
        return data.planning_settings(choices.dataset)
    left, middle, right, last = st.columns([2, 1, 1, 1], vertical_alignment="bottom")
    st.session_state.setdefault("collect.company", text("ui.collect.company.default"))
    with left:
        company = st.text_input(text("ui.collect.company"), key="collect.company", max_chars=60)
    with middle:
        currency = st.selectbox(text("ui.collect.currency"), CURRENCIES, key="collect.currency")
    with right:
        horizon = st.number_input(
            text("ui.collect.horizon"), min_value=12, max_value=24, value=18, key="collect.horizon"
        )
    with last:
        threshold = st.number_input(
            text("ui.collect.quality.threshold"),
            min_value=0,
            max_value=100,
            value=80,
            help=text("ui.collect.quality.threshold.help"),
            key="collect.threshold",
        )
    return PlanningSettings(
        company=company.strip(),
        currency=currency,
        horizon=int(horizon),
        quality_threshold=float(threshold),
    )


def _accept(
    made: _Draft, planning: PlanningSettings, latest: DatasetVersion | None, shown: object
) -> None:
    if latest is not None and shown not in (None, latest.id):
        # The button was pressed under differences with a version that is no longer in use.
        when = latest.created_at[:16].replace("T", " ")
        raise StoreError("error.store.moved", who=latest.author, at=when)
    there = collecting.accept(
        made.imported,
        made.previews,
        choices=made.choices,
        files=made.files,
        planning=planning,
        # The nine files are the demo: no company of the visitor's is added to it.
        source="demo" if made.choices.afresh and trial_files.chosen() else "upload",
        quality=made.quality,
    )
    collect_page.start_again()
    draft_changes.forget()
    st.session_state.pop(SEEN, None)
    accepted.keep("same" if there else "upload")
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1


def _verdict(text: Text, imported: Import, quality: Quality) -> str:
    stops = draft_problems.stops(imported)
    if stops:
        key = "ui.collect.title_blocked" if stops > 1 else "ui.collect.title_blocked_one"
        return text(key, count=text.number(stops))
    rows = sum(total.rows for total in imported.before)
    return text(
        "ui.collect.title_ready",
        rows=text.number(rows),
        score=text.percent(quality.score / 100, 0),
    )
