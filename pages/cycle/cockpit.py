"""Cockpit: where the cycle stands, what is red, what has to be decided."""

import streamlit as st

from sim.ui import cockpit, cockpit_view, data, head, session

used = data.in_use()
text = session.text()
if data.needs_forecast(used.id):
    head.page_head(text, "cockpit", text("ui.room.no_demand"))
    cockpit_view.steps(text, used.id)
    st.stop()

problem = data.problem(used.id)
offered = cockpit.decisions(text, problem, used.id)
verdict = cockpit.verdict(text, problem, offered)
head.page_head(text, "cockpit", verdict, badges=[head.Badge(label=text("ui.head.reference"))])
cockpit_view.steps(text, used.id)

# Where room is short the cards on the right need more of it.
left, right = st.columns([1.3 if session.compact() else 1.5, 1], gap="large")
with left:
    cockpit_view.red_list(text, problem, offered)
    cockpit_view.decisions(text, problem, offered)
with right:
    cockpit_view.reference_kpis(text, problem)
    cockpit_view.last_months(text, used.id)
    cockpit_view.meetings(text, used.id)
