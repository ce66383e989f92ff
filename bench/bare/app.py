"""The yardstick: one slider, four line charts of 24 months x 6 series, no model.

Tuned by the same rules as the product: constant dict specs, keyed charts in a keyed
fragment, no full garbage collection after a run.
"""

import gc

import numpy as np
import pandas as pd
import streamlit as st

st.set_page_config(layout="wide")
SPEC = {
    "mark": "line",
    "height": 250,
    "encoding": {
        "x": {"field": "month", "type": "ordinal"},
        "y": {"field": "value", "type": "quantitative"},
        "color": {"field": "series", "type": "nominal"},
    },
}


@st.cache_resource
def frozen() -> pd.DataFrame:
    """The months and series of a chart; also the one moment to freeze what is loaded."""
    gc.collect()
    gc.freeze()
    months = np.repeat(np.arange(24), 6)
    return pd.DataFrame({"month": months, "series": np.tile(np.arange(6), 24)})


st.sidebar.select_slider(
    "Value", options=list(range(101)), value=50, key="value", on_change=lambda: st.rerun("room")
)


@st.fragment(key="room")
def room() -> None:
    """Four charts that follow the slider."""
    base = frozen()
    value = st.session_state["value"]
    for line, row in enumerate((st.columns(2), st.columns(2))):
        for n, column in enumerate(row):
            frame = base.assign(value=np.sin(base["month"] / 4 + base["series"]) * value + n)
            column.vega_lite_chart(frame, SPEC, key=f"chart{line}{n}", width="stretch")


room()
