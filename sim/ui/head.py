"""The head of every page: as-of line, badges, the one sentence that matters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.report.style import LETTERS
from sim.report.text import LANGUAGES, Text
from sim.ui import data, messages, scenarios, screen, session
from sim.ui.room import current_room

Colour = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A word at the right end of the as-of line."""

    label: str
    color: Colour = "gray"
    icon: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The two lines at the top of a page, ready to be filled."""

    badges: DeltaGenerator  # right end of the as-of line
    sentence: DeltaGenerator  # what matters
    tools: DeltaGenerator  # right end of the sentence


def frame(text: Text, step: str) -> Head:
    """Draw the as-of line and reserve the sentence; then say what a callback left to say."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(line(text, step), width="stretch")
        screen.watch()
        badges = st.container(horizontal=True, width="content", gap="small")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        place = st.container(width="stretch")
        tools = st.container(
            horizontal=True, width="content", gap="small", vertical_alignment="center", wrap=False
        )
        other = next(lang for lang in LANGUAGES if lang != text.lang)
        st.button(
            other.upper(),
            key="head.language",
            type="tertiary",
            on_click=_switch,
            args=(other,),
            help=text("ui.head.other_language"),
        )
    scenarios.tell_twins(text)
    messages.show_flashes()
    return Head(badges=badges, sentence=place, tools=tools)


def page_head(text: Text, step: str, verdict: str, *, badges: Sequence[Badge] = ()) -> Head:
    """As-of line and sentence of a page where both are known at once."""
    made = frame(text, step)
    with made.badges:
        for badge in badges:
            draw_badge(badge)
    with made.sentence:
        sentence(verdict)
    return made


def draw_badge(badge: Badge) -> None:
    """Draw one badge."""
    st.badge(badge.label, color=badge.color, icon=badge.icon)


def letter_colour(letter: str) -> Colour:
    """The colour name of a scenario in badges and Markdown."""
    return cast(Colour, LETTERS[letter].badge)


def sentence(verdict: str) -> None:
    """Draw the sentence that says what matters on this page."""
    st.markdown(f"## {messages.plain(verdict)}", anchors=False)


def _switch(lang: str) -> None:
    session.set_language(lang)
    st.query_params["lang"] = lang
    room = current_room()
    if room is not None:
        # A slider knows its place by the words of its positions: it must be told it again.
        room.from_link = True


def line(text: Text, step: str) -> str:
    """Company, cycle, step, and from when the data are."""
    used = data.in_use()
    parts = [used.settings.company]
    if used.start is not None:
        parts.append(text("ui.head.cycle", month=text.month(used.start)))
    parts.append(text(f"ui.step.{step}"))
    if used.as_of is not None:
        dated = text("ui.head.as_of", day=text.day(used.as_of, year=True))
        quality = text("ui.head.quality", share=text.percent(used.quality, 0))
        parts.append(f"{dated}, {quality}")
    return messages.plain(" · ".join(part for part in parts if part))
