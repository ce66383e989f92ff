"""Compare: two to six scenarios and the reference, side by side."""

import streamlit as st

from sim.ui import (
    compare_choice,
    compare_exports,
    compare_page,
    compare_view,
    data,
    head,
    messages,
    room_tools,
    session,
)

text = session.text()
wanted, errors = compare_choice.asked(data.in_use().id)
used = data.in_use()
room_tools.stop_without_demand(text, "compare")

made = head.frame(session.text(), "compare")
compared, more = compare_view.choose(text, wanted)
for error in (*errors, *more):
    for sentence in messages.sentences(error):
        messages.say("warning", sentence)
if compared is None:
    with made.sentence:
        head.sentence(compare_view.nothing(text))
    compare_view.to_room(text)
    st.stop()

with made.sentence:
    head.sentence(compare_page.sentence(compared))
compare_view.badges(made.badges, compared)
wide = compare_page.wide(compared)
if wide:
    compare_view.kpis(compared)
    compare_view.months(compared)
left, right = st.columns(2 if wide else [1.28, 1], gap="large")
with left:
    if wide:
        compare_view.trade_off(compared)
    else:
        compare_view.kpis(compared)
        compare_view.months(compared)
        if compare_page.short(compared):
            compare_view.assumptions(compared)
with right:
    if not wide:
        compare_view.trade_off(compared)
    compare_view.gain(compared)
    if not wide and not compare_page.short(compared):
        compare_view.assumptions(compared)
if wide:
    compare_view.assumptions(compared)
with made.tools:
    compare_view.propose(compared)
    compare_exports.exports(compared)
