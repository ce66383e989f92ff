"""Step 3, pre-S&OP: the live room. Move a lever, see stock, service and margin move."""

import streamlit as st

from sim.ui import (
    data,
    head,
    live,
    meeting,
    meeting_view,
    messages,
    navigation,
    room_tools,
    scenarios,
    session,
)

link, before = st.query_params.to_dict(), data.in_use().id
scenarios.follow_data(link)
used = data.in_use()
if used.id != before:
    navigation.sign()  # the link is of another company
text = session.text()
room_tools.stop_without_demand(text, "pre_sop")

room, errors = scenarios.enter(link)
room_tools.prepare(room)
meeting.resume()
made = head.frame(text, "pre_sop")
for notice in room_tools.missing_parts(text, used.id):
    st.caption(notice)
said = [sentence for error in errors for sentence in messages.sentences(error)]
for sentence in dict.fromkeys(said):
    messages.say("warning", sentence)
meeting_view.bar(text)
live.page(made)
meeting_view.below(text)
with made.tools:
    room_tools.share()
