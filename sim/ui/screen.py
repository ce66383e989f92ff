"""How wide the window is: the one thing about the display that only the browser knows.

A component without any picture tells whether the window is narrower than the comfortable
layout needs. Nothing is drawn before it has said so once: the width of the sidebar is fixed
when it first appears.
"""

import streamlit as st

KEY = "session.narrow"
COMFORTABLE = 1_850  # pixels; see the two densities
SCRIPT = """
export default function ({ data, setStateValue }) {
  let waiting;
  const tell = () => {
    const narrow = window.innerWidth < data.comfortable;
    if (narrow !== data.narrow) setStateValue("narrow", narrow);
  };
  const later = () => { clearTimeout(waiting); waiting = setTimeout(tell, 300); };
  window.addEventListener("resize", later);
  tell();
  return () => window.removeEventListener("resize", later);
}
"""


def watch() -> None:
    """Keep an eye on the width of this visitor's window."""
    component = st.components.v2.component("screen", js=SCRIPT)
    component(
        key="screen",
        data={"comfortable": COMFORTABLE, "narrow": st.session_state.get(KEY)},
        on_narrow_change=_changed,
        width=1,
        height=1,
    )


def is_awaited() -> bool:
    """Whether a browser is there that has not told its width yet."""
    return KEY not in st.session_state and bool(st.context.headers.get("User-Agent"))


def narrow() -> bool:
    """Whether the window is too narrow for the comfortable layout, as far as is known."""
    return bool(st.session_state.get(KEY, False))


def _changed() -> None:
    st.session_state[KEY] = bool(st.session_state["screen"].narrow)
