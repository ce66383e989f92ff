"""Guide: how the simulator counts, its levers and KPIs, its words. The tables are generated."""

import streamlit as st

from sim.ui import head, reference, session

text = session.text()
head.page_head(text, "guide", text("guide.title"))

start, method, levers, kpis, glossary = st.tabs(
    [text(f"guide.tab.{name}") for name in ("start", "method", "levers", "kpis", "glossary")],
    key="guide.tabs",
)
with start:
    st.markdown(text("guide.start"), width=900)
with method:
    for name in reference.METHOD:
        st.markdown(f"### {text(f'guide.method.{name}.title')}", anchors=False)
        st.markdown(text(f"guide.method.{name}.body"), width=900)
with levers:
    for group, rows in reference.lever_rows(text).items():
        st.markdown(f"### {group}", anchors=False)
        st.table(rows, border="horizontal", hide_index=True)
with kpis:
    st.table(reference.kpi_rows(text), border="horizontal", hide_index=True)
with glossary:
    st.table(reference.glossary_rows(text), border="horizontal", hide_index=True)
