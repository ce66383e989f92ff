"""Step 2, supply review: load and capacity, bottlenecks, gaps, the feasible plan, its signature."""

import streamlit as st

from sim.ui import (
    data,
    head,
    room_tools,
    session,
    supply,
    supply_files,
    supply_load,
    supply_parts,
    supply_sign,
)
from sim.ui import supply_view as view

used = data.in_use()
text = session.text()
room_tools.stop_without_demand(text, "supply_review")

made = head.frame(text, "supply_review")
with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
    mode = view.controls(text)
    unit = st.container(width="content")
    view.mode_words(text, mode, beside=True)
    sign = st.container(width="content")
one = supply.reviewed(text, used.id, mode)
view.badges(made.badges, one)
with made.sentence:
    head.sentence(view.sentence(one))
view.mode_words(text, mode, beside=False)
with unit:
    view.unit_control(one)
with sign:
    supply_sign.button(one)
view.plan_notices(one)

supply_load.load(used.id, mode)
left, right = st.columns([1.75, 1], gap="large")
with left:
    view.gap_table(one)
    view.signature(one)
with right:
    view.stock(one)
left, right = st.columns([1.2, 1], gap="large")
with right:
    view.worth(one)
with left:
    view.modes(one)
supply_parts.draw(one)
with made.tools:
    supply_files.exports(one)
