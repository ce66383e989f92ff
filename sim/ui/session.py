"""What one visitor has chosen: language, density, theme. Data in use is ``sim.ui.data``."""

from collections.abc import Callable, MutableMapping
from contextvars import ContextVar
from typing import Any, TypeVar

import streamlit as st

from sim.report.style import CHOICES, Density, Theme
from sim.report.text import LANGUAGES, Text, best_language, text_for
from sim.settings import settings
from sim.ui import screen

AUTOMATIC = "automatic"  # the density follows the width of the window

R = TypeVar("R")
KEPT = ("results.own", "results.late", "judging.bridges")  # what a visit worked out for itself
_lent: ContextVar[MutableMapping[Any, Any] | None] = ContextVar("lent", default=None)


def language() -> str:
    """The language chosen in the link or by the visitor, else the browser's, else French."""
    _take("lang", set(LANGUAGES))
    chosen = st.session_state.get("session.lang")
    if chosen in LANGUAGES:
        return str(chosen)
    return best_language(st.context.locale) if st.context.locale else "fr"


def set_language(lang: str) -> None:
    """Keep a language for this visit; links made from now on carry it."""
    st.session_state["session.lang"] = lang


def text() -> Text:
    """The sentences of this visitor, with amounts in the currency of the data in use."""
    return text_for(language(), str(st.session_state.get("session.currency", "EUR")))


def _take(name: str, known: set[str]) -> None:
    """A parameter of the address counts when it arrives; after that the visitor's choice does."""
    asked, seen = st.query_params.get(name), f"session.seen.{name}"
    if asked in known and st.session_state.get(seen) != asked:
        st.session_state[f"session.{name}"] = asked
    st.session_state[seen] = asked


def set_currency(currency: str) -> None:
    """Amounts of this visit are in the currency of the data in use."""
    st.session_state["session.currency"] = currency


def density() -> Density:
    """The density chosen in the link or in the settings, else what fits the window."""
    _take("density", set(CHOICES))
    fitting = Density.COMPACT if screen.narrow() else Density.COMFORT
    return Density(st.session_state.get("session.density", fitting))


def chosen_density() -> str:
    """The density that was asked for, or AUTOMATIC when the window decides."""
    density()  # takes what the address asks for
    return str(st.session_state.get("session.density", AUTOMATIC))


def keep_density(widget: str) -> None:
    """Keep the density of a widget for this visit; links made from now on carry it.

    AUTOMATIC gives the choice back to the width of the window.
    """
    chosen = st.session_state[widget]
    if chosen == AUTOMATIC:
        st.session_state.pop("session.density", None)
        return
    st.session_state["session.density"] = Density(chosen).value


def compact() -> bool:
    """Whether the dense layout is chosen."""
    return density() is Density.COMPACT


def native_sliders() -> bool:
    """Whether the lever cards are Streamlit's own widgets, which move at release only."""
    return bool(st.session_state.get("session.native", settings().native_sliders))


def keep_native_sliders(widget: str) -> None:
    """Keep the choice of a widget for this visit."""
    st.session_state["session.native"] = bool(st.session_state[widget])


def theme() -> Theme:
    """The theme the browser shows now."""
    return Theme.DARK if st.context.theme.type == "dark" else Theme.LIGHT


def display_parameters() -> dict[str, str]:
    """What a link must carry about the display: only what was chosen explicitly."""
    chosen = {"lang": "session.lang", "density": "session.density"}
    return {
        name: str(st.session_state[key]) for name, key in chosen.items() if key in st.session_state
    }


def keep_typed(*names: str) -> None:
    """Keep what was typed into widgets of a menu that may be closed now.

    Streamlit forgets a widget that is not drawn, unless its value was set by the page.
    """
    for name in names:
        if name in st.session_state:
            st.session_state[name] = st.session_state[name]


def memory() -> MutableMapping[Any, Any]:
    """What this visit worked out for itself and with which solvers; see ``lend``."""
    lent = _lent.get()
    return st.session_state if lent is None else lent


def apart(make: Callable[[], R]) -> Callable[[], R]:
    """A maker for a thread that is nobody's visit: its memory ends with it."""
    return _with(make, {})


def lend(make: Callable[[], R]) -> Callable[[], R]:
    """A maker for a thread without a session, where Streamlit has one memory for everybody.

    It finds what the visit had worked out when this was called; its solvers are its own.
    """
    return _with(make, {name: dict(st.session_state.get(name, {})) for name in KEPT})


def _with(make: Callable[[], R], kept: dict[str, Any]) -> Callable[[], R]:
    def made() -> R:
        before = _lent.set({name: dict(found) for name, found in kept.items()})
        try:
            return make()
        finally:
            _lent.reset(before)

    return made
