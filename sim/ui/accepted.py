"""What the collect page says once data are in use: what was loaded, what is kept, what is next."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from sim.report.text import Text
from sim.ui import data, messages
from sim.ui.navigation import FILES

Kind = Literal["upload", "same", "demo", "typed", "undone"]
DONE, TOP = "collect.done", "collect.top"
# The button that was pressed is far down a page that has become shorter.
SCRIPT = """
export default function () {
  const main = document.querySelector('[data-testid="stMain"]');
  if (main) main.scrollTo({ top: 0 });
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Which version was taken into use, and how."""

    dataset: str
    kind: Kind


def keep(kind: Kind) -> None:
    """Remember that the data in use were just loaded, until other data or files come."""
    st.session_state[DONE] = Done(dataset=data.in_use().id, kind=kind)


def forget() -> None:
    """Other files are on their way."""
    st.session_state.pop(DONE, None)


def show_from_top() -> None:
    """Draw the page again and bring its head into view."""
    st.session_state[TOP] = True
    st.rerun()


def to_top() -> None:
    """Scroll to the head of the page, once after an action."""
    if st.session_state.pop(TOP, False):
        component = st.components.v2.component("top", js=SCRIPT)
        component(key="top", width=1, height=1)


def title(text: Text) -> str:
    """The sentence at the head of the page: that data were loaded, or what to do here."""
    done = _done()
    if done is None:
        return text("ui.collect.title")
    company = data.described(done.dataset).name
    return text(f"ui.collect.done.{done.kind}", company=company)


def confirmation(text: Text) -> None:
    """What was loaded, that scenarios are kept, and the way on."""
    used, done = data.in_use().id, _done()
    if done is not None:
        loaded = text("ui.collect.done.loaded", tables=_tables(text, used))
        messages.say("success", f"{loaded} {text('ui.collect.done.scenarios')}")
    waits = data.needs_forecast(used)
    if done is not None or waits:
        with st.container(horizontal=True, gap="small"):
            _next(text, "demand_review", first=waits)
            if not waits:
                _next(text, "cockpit", first=True)


def _next(text: Text, page: str, *, first: bool) -> None:
    if st.button(
        text(f"ui.collect.next.{page}"),
        key=f"collect.next.{page}",
        type="primary" if first else "secondary",
        icon=":material/arrow_forward:",
    ):
        forget()
        st.switch_page(FILES[page])


def _tables(text: Text, dataset: str) -> str:
    version = next(one for one in data.store().list() if one.id == dataset)
    return text.join(
        [f"{text(f'table.{name}')} ({text.number(rows)})" for name, rows in version.rows.items()]
    )


def _done() -> Done | None:
    done = st.session_state.get(DONE)
    if isinstance(done, Done) and done.dataset == data.in_use().id:
        return done
    return None
