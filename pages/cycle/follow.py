"""Follow: what a presenter shows, read-only, on a telephone or another screen."""

import streamlit as st

from sim.ui import follow_view, following

room = st.query_params.get(following.ROOM, "")
published = following.followed(room)
follow_view.page(published)
follow_view.watch(room, follow_view.number(published))
