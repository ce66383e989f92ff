"""A large history from a warehouse or the data folder, on its way into the draft.

The source is looked at, its columns are said, its months are added up where it lies. What
comes back joins the uploaded files: mapping, check and acceptance are theirs.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from sim.ingest import FilePreview, history_files, warehouse
from sim.ingest.history import FIELDS, REQUIRED, History
from sim.ingest.history_sources import Files
from sim.ingest.numerals import TYPED
from sim.report.text import Text
from sim.settings import settings
from sim.ui import access, forecasting, messages, session
from sim.ui.forecasting import Job

FOLDER = ""  # the data folder among the names of connections
ROWS = 5
_SEEN, _ASKED, _KEPT = "warehouse.seen", "warehouse.asked", "warehouse.loaded"


def connections() -> dict[str, str | Mapping[str, Any]]:
    """The warehouses that the server may read: name -> secret address."""
    found: dict[str, str | Mapping[str, Any]] = {}
    try:
        kept = st.secrets.get("connections", {})
    except FileNotFoundError:
        kept = {}
    for name, fields in kept.items():
        if isinstance(fields, Mapping) and ("url" in fields or "dialect" in fields):
            found[str(name)] = fields
    if settings().warehouse_url:
        found.setdefault("warehouse", settings().warehouse_url)
    return found


def panel(text: Text) -> list[tuple[str, bytes]]:
    """Draw the panel; the histories that were loaded, as files of the draft."""
    if not access.roles() & {*access.LOADERS}:
        return []
    places = [*connections()] + ([FOLDER] if settings().data_folder else [])
    if not places:
        st.caption(text("ui.warehouse.how"))
        return []
    loaded = _loaded()
    with st.expander(
        text("ui.warehouse.title"),
        key="warehouse.open",
        expanded=bool(loaded) or st.session_state.get(_ASKED) is not None,
        icon=":material/database:",
    ):
        _source(text, places)
        if forecasting.running(_job()) is not None:
            _watch()
        seen = st.session_state.get(_SEEN)
        if seen is not None and seen[0] == st.session_state.get(_ASKED):
            _columns(text, seen[0], seen[1])
        for name in loaded:
            _told(text, name, loaded[name])
    return [*loaded.items()]


def _loaded() -> dict[str, History]:
    """The histories of this draft; accepting begins a new one."""
    draft = st.session_state.get("collect.round", 0)
    if st.session_state.get(_KEPT, (None,))[0] != draft:  # hundreds of MB of the one before go
        st.session_state[_KEPT] = (draft, {})
    kept: dict[str, History] = st.session_state[_KEPT][1]
    return kept


def _job() -> str:
    """The name of this visitor's job: another visitor has another."""
    made: str = st.session_state.setdefault("warehouse.job", f"warehouse.{secrets.token_hex(8)}")
    return made


def _source(text: Text, places: list[str]) -> None:
    place = str(
        st.selectbox(
            text("ui.warehouse.place"),
            places,
            format_func=lambda one: one or text("ui.warehouse.folder"),
            key="warehouse.place",
        )
    )
    if place == FOLDER:
        asked = st.text_input(
            text("ui.warehouse.pattern"),
            key="warehouse.pattern",
            placeholder="sales/*.parquet",
            max_chars=300,
        )
    else:
        asked = st.text_area(
            text("ui.warehouse.select"),
            key="warehouse.select",
            placeholder="sales.order_lines",
            max_chars=10_000,
        )
    _source_buttons(text, place, asked.strip())


def _source_buttons(text: Text, place: str, asked: str) -> None:
    busy = forecasting.running(_job()) is not None
    with st.container(horizontal=True):
        if st.button(
            text("ui.warehouse.look"),
            key="warehouse.look",
            icon=":material/visibility:",
            disabled=busy or not (asked or place == FOLDER),
        ):
            messages.safely(_look)(place, asked)
            st.rerun()
        if place != FOLDER and st.button(
            text("ui.warehouse.test"),
            key="warehouse.test",
            icon=":material/power:",
            disabled=busy,
        ):
            with st.spinner(text("ui.warehouse.testing")):
                messages.safely(_test)(place)
            st.rerun()


def _open(place: str) -> warehouse.Warehouse:
    return warehouse.open_warehouse(place, connections()[place])


def _test(place: str) -> None:
    access.require(*access.LOADERS)
    version = warehouse.check(_open(place))
    messages.flash("success", session.text()("ui.warehouse.answers", version=version))


def _look(place: str, asked: str) -> None:
    """Begin to look at the first lines; the columns are shown when they are there."""
    access.require(*access.LOADERS)
    state, folder = st.session_state, settings().data_folder
    state[_ASKED], state[_SEEN] = (place, asked), None
    if place == FOLDER and folder is not None:
        _begin(lambda _: history_files.look(folder, asked), _SEEN)
    else:
        there = _open(place)
        _begin(lambda job: warehouse.look(there, asked, cancel=job.cancel), _SEEN)


def _load(place: str, found: Files | FilePreview, columns: dict[str, str], **styles: str) -> None:
    """Begin to add up; the history joins the draft when it is there."""
    access.require(*access.LOADERS)
    asked = st.session_state[_ASKED][1]
    if isinstance(found, Files):

        def work(job: Job) -> object:
            def report(share: float) -> None:
                job.report(share, "")

            return history_files.read(found, columns, report=report, cancel=job.cancel, **styles)

    else:
        there = _open(place)

        def work(job: Job) -> object:
            return warehouse.read(there, asked, columns, cancel=job.cancel)

    _begin(work, _preview(found).file)


def _begin(work: Callable[[Job], object], target: str) -> None:
    answer: dict[str, object] = {}
    st.session_state["warehouse.answer"] = (target, answer)

    def run(job: Job) -> None:
        answer["made"] = work(job)

    forecasting.start(_job(), run)


@st.fragment(run_every=forecasting.POLL_SECONDS)
def _watch() -> None:
    """The progress of a look or a load, and a way to stop it."""
    text, job = session.text(), forecasting.running(_job())
    if job is None:
        return
    if job.done:
        forecasting.forget(_job())
        _finish(job)
        st.rerun(scope="app")
    with st.container(horizontal=True, vertical_alignment="center"):
        share = text.percent(job.share, 0) if job.share > 0 else ""
        st.progress(job.share, text=text("ui.warehouse.working", share=share))
        st.button(
            text("ui.warehouse.cancel"),
            key="warehouse.cancel",
            on_click=job.cancel.set,
            icon=":material/close:",
            disabled=job.cancel.is_set(),
        )


def _finish(job: Job) -> None:
    target, answer = st.session_state.pop("warehouse.answer", ("", {}))
    if job.error is not None:
        for sentence in messages.sentences(job.error):
            messages.flash("info" if job.cancel.is_set() else "error", sentence)
    elif target == _SEEN:
        st.session_state[_SEEN] = (st.session_state.get(_ASKED), answer["made"])
    else:
        _loaded()[target] = answer["made"]
        st.session_state.pop(_ASKED, None)


def _preview(found: Files | FilePreview) -> FilePreview:
    return found.preview if isinstance(found, Files) else found


def _columns(text: Text, asked: tuple[str, str], found: Files | FilePreview) -> None:
    """Five rows, which column is which, and the button that adds up."""
    preview = _preview(found)
    if isinstance(found, Files):
        size = text.number(found.size / 1e6, 1)
        st.caption(text("ui.warehouse.found", count=len(found.paths), size=size))
    st.dataframe(_first_rows(preview), hide_index=True, key="warehouse.rows")
    key = "warehouse.map." + hashlib.sha256("\0".join(asked).encode()).hexdigest()[:8]
    columns = _chosen(text, preview, key=key)
    styles = _styles(text, preview, key=key) if isinstance(found, Files) else {}
    missing = not all(columns[name] for name in REQUIRED) or not all(styles.values())
    if missing:
        st.caption(text("ui.warehouse.missing"))
    if st.button(
        text("ui.warehouse.load"),
        key="warehouse.load",
        type="primary",
        icon=":material/calendar_month:",
        disabled=missing or forecasting.running(_job()) is not None,
    ):
        given = {name: column for name, column in columns.items() if column}
        messages.safely(_load)(asked[0], found, given, **styles)
        st.rerun()


def _chosen(text: Text, preview: FilePreview, *, key: str) -> dict[str, str]:
    """Canonical column -> column of the source, "" for none; the guess to begin with."""
    options = ["", *(column.name for column in preview.columns)]
    columns: dict[str, str] = {}
    for place, name in zip(st.columns(len(FIELDS)), FIELDS, strict=True):
        guess = preview.mapping.columns.get(name)
        with place:
            columns[name] = str(
                st.selectbox(
                    text(f"field.{name}"),
                    options,
                    index=options.index(guess.column) if guess else 0,
                    format_func=lambda one: one or "–",
                    key=f"{key}.{name}",
                )
            )
    return columns


def _styles(text: Text, preview: FilePreview, *, key: str) -> dict[str, str]:
    """What the first lines do not prove is asked; nothing is guessed."""
    asked = {
        "decimal": (preview.decimal, {",": "comma", ".": "point"}),
        "dates": (preview.order, {"dmy": "dmy", "mdy": "mdy"}),
    }
    styles: dict[str, str] = {}
    for name, (found, words) in asked.items():
        if not found.ambiguous:
            continue
        sample = messages.plain(found.sample)
        chosen = st.segmented_control(
            text("ui.collect.read_sample", label=text(f"ui.collect.{name}"), sample=sample),
            list(words),
            format_func=_worded(text, name, words),
            key=f"{key}.{name}",
        )
        styles[name] = str(chosen or "")
    return styles


def _worded(text: Text, name: str, words: Mapping[str, str]) -> Callable[[str], str]:
    return lambda one: text(f"ui.collect.{name}.{words[one]}")


def _first_rows(preview: FilePreview) -> pd.DataFrame:
    names = [column.name for column in preview.columns]
    return pd.DataFrame(
        {name: [cell.removeprefix(TYPED) for cell in preview.texts(name)[:ROWS]] for name in names}
    )


def _told(text: Text, name: str, history: History) -> None:
    """A history of the draft, and a way to take it out again."""
    with st.container(horizontal=True, vertical_alignment="center"):
        size = text.number(len(history) / 1e6, 1)
        st.markdown(text("ui.warehouse.loaded", name=messages.plain(name), size=size))
        if st.button(
            text("ui.warehouse.remove"), key=f"warehouse.remove.{name}", icon=":material/close:"
        ):
            _loaded().pop(name, None)
            st.rerun()
