"""Step 1, demand review: history and forecast with its fan, methods, error and bias."""

import streamlit as st

from sim.ui import data, demand_view, forecasting, head, session

used = data.in_use()
text = session.text()
made = head.frame(text, "demand_review")
demand_view.badge(made.badges, text, used.id)
with made.tools:
    demand_view.forecast_button(text, used.id)
if forecasting.running(used.id) is not None:
    forecasting.watch(used.id)
if data.needs_forecast(used.id):
    with made.sentence:
        head.sentence(text("ui.room.no_demand"))
    demand_view.history_only(text, used.id)
    st.stop()

scope = demand_view.controls(text, used.id)
with made.sentence:
    head.sentence(demand_view.verdict(text, scope))
# Where room is short the names of the methods need more of it.
left, right = st.columns([1.3 if session.compact() else 1.75, 1], gap="large")
with left:
    demand_view.fan(scope)
    demand_view.families(text, scope)
with right:
    demand_view.methods(text, scope)
    demand_view.archive(text, scope)
with made.tools:
    demand_view.exports(text, scope)
