"""Templates to download: a workbook to fill in, empty or with the demo company's data."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from sim.ingest.demo import demo_tables
from sim.ingest.template import template
from sim.report import export
from sim.report.text import Text, text_for
from sim.ui import downloads


def offer(text: Text) -> None:
    """Two download buttons, in the language of the visitor."""
    st.caption(text("ui.collect.template.help"))
    with st.container(horizontal=True, gap="xsmall"):
        _button(text, "empty", lambda: template(text))
        _button(text, "demo", lambda: _filled(text.lang))


def _button(text: Text, name: str, make: Callable[[], bytes]) -> None:
    st.download_button(
        text(f"ui.collect.template.{name}"),
        data=make,
        file_name=export.file_name(
            text("ui.collect.template.file"), day=date.today(), ending="xlsx"
        ),
        mime=downloads.XLSX,
        key=f"collect.template.{name}",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


@st.cache_resource(show_spinner=False, max_entries=2)
def _filled(lang: str) -> bytes:
    return template(text_for(lang), demo_tables())
