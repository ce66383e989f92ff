"""Settings: density and language, data versions, where everything is kept and how to back it up."""

import streamlit as st

from sim.report.style import CHOICES
from sim.ui import access, data, head, inventory, session

text = session.text()
head.page_head(text, "settings", text("ui.settings.title"))

display, kept = st.columns([1, 1.75], gap="large")
with display:
    st.markdown(f"### {text('ui.settings.display')}", anchors=False)
    st.session_state["settings.density"] = session.chosen_density()
    st.segmented_control(
        text("ui.settings.density"),
        [session.AUTOMATIC, *(density.value for density in CHOICES)],
        required=True,
        format_func=lambda density: text(f"ui.settings.density.{density}"),
        key="settings.density",
        on_change=session.keep_density,
        args=("settings.density",),
    )
    st.caption(text("ui.settings.density.help"))
    st.caption(text("ui.settings.theme.help"))
    st.session_state["settings.native"] = session.native_sliders()
    st.toggle(
        text("ui.settings.sliders.native"),
        key="settings.native",
        on_change=session.keep_native_sliders,
        args=("settings.native",),
    )
    st.caption(text("ui.settings.sliders.help"))
    st.markdown(f"### {text('ui.settings.roles')}", anchors=False)
    signed = access.sign_in_configured()
    st.markdown(text("ui.settings.roles.signed" if signed else "ui.head.single_user"))
with kept:
    st.markdown(f"### {text('ui.settings.store')}", anchors=False)
    st.markdown(inventory.location(text))
    st.caption(text("ui.settings.backup"))
    st.markdown(f"### {text('ui.settings.datasets')}", anchors=False)
    st.table(inventory.dataset_rows(text, data.in_use().id), border="horizontal", hide_index=True)
    inventory.choose_dataset(text)
    st.markdown(f"### {text('ui.settings.audit')}", anchors=False)
    inventory.audit_check(text)
