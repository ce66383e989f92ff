"""Decide: what closes a gap, what it takes, which option is robust, what drives the spread."""

import streamlit as st

from sim.ui import (
    data,
    decide,
    decide_gap,
    decide_matrix,
    decide_seek,
    decide_spread,
    head,
    room_tools,
    session,
)

VIEWS = {
    "gap": decide_gap.draw,
    "seek": decide_seek.draw,
    "matrix": decide_matrix.draw,
    "spread": decide_spread.draw,
}

used = data.in_use()
text = session.text()
room_tools.stop_without_demand(text, "decide")

made = head.frame(text, "decide")
for notice in room_tools.missing_parts(text, used.id):
    st.caption(notice)
scope = decide.scope(text, used.id)
decide.badges(made.badges, scope)
view, controls = decide.choose_view(text, list(VIEWS))
decide.confirmation(scope)
decide.by_family(scope)
verdict = VIEWS[view](scope, controls)
with made.sentence:
    head.sentence(verdict or text("ui.decide.stopped"))
