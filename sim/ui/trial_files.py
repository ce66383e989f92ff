"""The demo company as nine dirty French files: to try the import without data of one's own."""

from datetime import date

import streamlit as st

from sim.ingest.demo import demo_tables
from sim.ingest.demo.dirty import dirty_archive, dirty_files
from sim.report import export
from sim.report.text import Text
from sim.ui.collecting import Files

CHOSEN = "collect.trial"  # the round of the uploader in which they were chosen


def offer(text: Text) -> None:
    """Load the nine files as a draft, or take them away."""
    st.caption(text("ui.collect.trial.help"))
    with st.container(horizontal=True, gap="small"):
        if chosen():
            st.button(text("ui.collect.trial.leave"), key="collect.trial.leave", on_click=_leave)
        else:
            st.button(
                text("ui.collect.trial.load"),
                key="collect.trial.load",
                icon=":material/rule:",
                on_click=_choose,
            )
        st.download_button(
            text("ui.collect.trial.zip"),
            data=_archive,
            file_name=export.file_name("Valfonte SAS", day=date.today(), ending="zip"),
            mime="application/zip",
            key="collect.trial.zip",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
        )


def chosen() -> Files:
    """The nine files while they are the draft of this visit; nothing otherwise."""
    here = st.session_state.get(CHOSEN) == _round()
    return _files() if here else []


def _round() -> int:
    return int(st.session_state.get("collect.round", 0))


def _choose() -> None:
    st.session_state[CHOSEN] = _round()
    st.session_state["collect.company"] = "Valfonte SAS"


def _leave() -> None:
    st.session_state.pop(CHOSEN, None)


@st.cache_resource(show_spinner=False, max_entries=1)
def _files() -> Files:
    return dirty_files(demo_tables())


@st.cache_resource(show_spinner=False, max_entries=1)
def _archive() -> bytes:
    return dirty_archive(demo_tables())
