"""The address bar of the live room, which follows every step of a slider.

``st.query_params`` would add an entry to the history and make the browser go through the whole
app again at each step. Here the present entry is given its new name, nothing else happens. What
Streamlit sends with the next run may still be the link that was opened: see ``room.Visited``.

It also tells the lever panel which of its moves is on the screen now: see ``live_levers``.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

import streamlit as st

SCRIPT = """
export default function ({ data }) {
  window.sopRoom = { serial: data.serial, idle: data.idle }; // for a panel that is made later
  window.dispatchEvent(new CustomEvent("sop-room", { detail: window.sopRoom }));
  if (window.location.search === data.search) return;
  window.history.replaceState(window.history.state, "", window.location.pathname + data.search);
}
"""


def search(parameters: Mapping[str, str]) -> str:
    """What stands behind the path, written as Streamlit itself writes it.

    >>> search({"d": "a1", "c.sat": "off:0.1"}), search({})
    ('?d=a1&c.sat=off%3A0.1', '')
    """
    return "?" + urlencode(parameters) if parameters else ""


def write(parameters: Mapping[str, str], *, serial: int, idle: Mapping[str, str]) -> None:
    """Let the address bar say what is on the screen, and answer the move of this number.

    ``idle`` says of cards that change nothing why, in words.
    """
    component = st.components.v2.component("address", js=SCRIPT)
    told = {"search": search(parameters), "serial": serial, "idle": dict(idle)}
    component(key="address", data=told, width=1, height=1)
