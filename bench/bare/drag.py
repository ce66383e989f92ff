"""The yardstick of a drag: one range input as a component, four line charts, no model.

The same protocol as the lever panel of the product: one request in flight, the newest value wins.
"""

import gc
from typing import Any

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
HTML = '<input class="range" type="range" min="0" max="100" value="50">'
PANEL = """
const known = new WeakMap();
export default function (component) {
  const range = component.parentElement.querySelector(".range");
  let s = known.get(range);
  if (!s) {
    s = { busy: false, sent: 50, component };
    known.set(range, s);
    s.send = () => {
      if (s.busy || s.sent === Number(range.value)) return;
      s.busy = true;
      s.sent = Number(range.value);
      s.component.setStateValue("v", s.sent);
    };
    range.oninput = s.send;
    window.addEventListener("answered", () => { s.busy = false; s.send(); });
  }
  s.component = component;
}
"""
ANSWER = "export default () => { window.dispatchEvent(new Event('answered')); }"


@st.cache_resource
def frozen() -> pd.DataFrame:
    """The months and series of a chart; also the one moment to freeze what is loaded."""
    gc.collect()
    gc.freeze()
    months = np.repeat(np.arange(24), 6)
    return pd.DataFrame({"month": months, "series": np.tile(np.arange(6), 24)})


def value() -> float:
    """Where the slider stands."""
    state: Any = st.session_state.get("panel") or {}
    return float(state.get("v") or 50)


with st.sidebar:
    panel = st.components.v2.component("panel", html=HTML, js=PANEL)
    panel(key="panel", on_v_change=lambda: st.rerun("room"))


@st.fragment(key="room")
def room() -> None:
    """Four charts that follow the slider."""
    base, at = frozen(), value()
    for line, row in enumerate((st.columns(2), st.columns(2))):
        for n, column in enumerate(row):
            frame = base.assign(value=np.sin(base["month"] / 4 + base["series"]) * at + n)
            column.vega_lite_chart(frame, SPEC, key=f"chart{line}{n}", width="stretch")
    answer = st.components.v2.component("answer", js=ANSWER)
    answer(key="answer", data={"v": at}, width=1, height=1)


room()
