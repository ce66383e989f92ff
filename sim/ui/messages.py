"""Errors become sentences here, and nowhere else on this face.

``guard`` is entered by app.py around a page and by every fragment, because a fragment
runs again without app.py. A visitor never sees a traceback: an unforeseen error is one
sentence with a reference number, and its trace goes to the log under that number.
"""

import logging
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Literal, ParamSpec

import streamlit as st

from sim.errors import SopError
from sim.ui import session

Kind = Literal["error", "warning", "info", "success"]
P = ParamSpec("P")

LOG = logging.getLogger("sim")
FLASH = "messages.flash"
JOINER = "\u2060"  # word joiner: takes no room and allows no line break
ADDRESS = re.compile(r":(?=[^\s:]*[/:])|www(?=\.)|@(?=\w)", re.IGNORECASE)
SIGNS = re.compile(r"[\\`*_\[\]<>$#~|!&(]")
ICONS = {
    "error": ":material/error:",
    "warning": ":material/warning:",
    "info": ":material/info:",
    "success": ":material/check:",
}


@contextmanager
def guard() -> Iterator[None]:
    """Turn any error inside the block into a message on the page."""
    try:
        yield
    except Exception as error:  # the outermost place: nothing above could say it better
        for sentence in sentences(error):
            st.error(sentence, icon=ICONS["error"])


def sentences(error: Exception) -> list[str]:
    """What a person reads about an error."""
    text = session.text()
    if isinstance(error, SopError):
        return [plain(sentence) for sentence in text.error(error)]
    reference = secrets.token_hex(3).upper()
    LOG.error("unexpected error %s", reference, exc_info=error)
    return [text("ui.error.unexpected", reference=reference)]


def plain(sentence: str) -> str:
    """A sentence with the values a user typed kept from acting as Markdown.

    Addresses and icon names are found by the browser after it has taken the backslashes away:
    only an invisible sign inside them keeps them words.
    """
    words = ADDRESS.sub(lambda found: found[0] + JOINER, " ".join(sentence.split("\n")))
    return SIGNS.sub(r"\\\g<0>", words)


def safely(callback: Callable[P, None]) -> Callable[P, None]:
    """A widget callback whose errors are told at the top of the next run."""

    @wraps(callback)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            callback(*args, **kwargs)
        except Exception as error:  # Streamlit would show its trace
            for sentence in sentences(error):
                flash("error", sentence)

    return guarded


def flash(kind: Kind, sentence: str) -> None:
    """Say something at the top of the next page drawn."""
    waiting: list[tuple[Kind, str]] = st.session_state.setdefault(FLASH, [])
    if (kind, sentence) not in waiting:
        waiting.append((kind, sentence))


def show_flashes() -> None:
    """Draw what was kept by ``flash``, once."""
    for kind, sentence in st.session_state.pop(FLASH, []):
        if kind == "success":  # a confirmation must not push the room off the screen
            st.toast(sentence, icon=ICONS[kind])
        else:
            say(kind, sentence)


def say(kind: Kind, sentence: str) -> None:
    """Draw one message with its icon."""
    draw = {"error": st.error, "warning": st.warning, "info": st.info, "success": st.success}[kind]
    draw(sentence, icon=ICONS[kind])
