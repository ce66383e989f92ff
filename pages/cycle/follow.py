"""Follow: what a presenter shows, read-only, on a telephone or another screen."""

import streamlit as st

from sim.ui import follow_view, following

follow_view.page(st.query_params.get(following.ROOM, ""))
