"""Step 0, collect: take the demo company or load files, check them, accept a data version."""

import streamlit as st

from sim.ui import (
    accepted,
    collect_page,
    collecting,
    draft,
    head,
    imports,
    session,
    templates,
    trial_files,
    typed_tables,
    warehouse,
)

text = session.text()
made = head.frame(text, "collect")
accepted.to_top()
news = st.container()

demo, upload = st.columns([1, 1.75], gap="large")
with demo, st.container(border=True, height="stretch"):
    collect_page.demo_offer(text)
    trial_files.offer(text)
with upload, st.container(border=True, height="stretch"):
    st.markdown(f"#### {text('ui.collect.files.title')}", anchors=False)
    st.caption(text("ui.collect.files.help"))
    collecting.uploader_words(text)
    uploaded = st.file_uploader(
        text("ui.collect.files.title"),
        type=list(collecting.TYPES),
        accept_multiple_files=True,
        key=f"collect.files.{st.session_state.get('collect.round', 0)}",
        label_visibility="collapsed",
    )
    templates.offer(text)
    histories = warehouse.panel(text)

files = [(file.name, file.getvalue()) for file in uploaded] + histories
files = files or list(trial_files.chosen())
if files:
    accepted.forget()
    draft.draft(text, files, verdict=made.sentence)
else:
    with made.sentence:
        head.sentence(accepted.title(text))
    with news:
        accepted.confirmation(text)
    collect_page.current_state(text)
    typed_tables.panel(text)
imports.show(text)
