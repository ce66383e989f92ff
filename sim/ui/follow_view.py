"""The read-only view of a presenter's room: sentence, KPI cards, charts; nothing to press.

On a telephone they stand one under another. What is drawn is made once for all viewers who read
the same language in the same theme and size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from sim.report.text import Text
from sim.ui import data, figures, following, head, live, messages, results, session
from sim.ui.figures import Figure
from sim.ui.following import Published
from sim.ui.head import Badge
from sim.ui.shown import Shown, figure_row, focus_line, simulate, verdict

SECONDS = 1.0  # between two looks: what the presenter does is here within two


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """All that moves, ready to be sent."""

    verdict: str
    row: Sequence[Figure]
    focus: str  # family and month that are looked at, and their figures
    pictures: Sequence[dict[str, Any]]


def page(published: Published | None) -> None:
    """Draw what the presenter shows, or that nobody presents."""
    text = session.text()
    if published is None:
        head.sentence(text("ui.follow.over"))
        st.caption(text("ui.follow.over.help"))
        return
    data.use(published.screen.problem.dataset)
    data.in_use()
    text = session.text()  # with the currency of these data
    parts = _parts_of(published, text)
    _head(text, published)
    head.sentence(parts.verdict)
    figures.draw(parts.row)
    if parts.focus:
        st.caption(messages.plain(parts.focus))
    live.draw_charts(parts.pictures)


@st.fragment(run_every=SECONDS)
def watch(room: str, drawn: int) -> None:
    """Look whether the presenter shows something else; the page is drawn again only then."""
    published = following.followed(room)
    if number(published) != drawn and (published is None or published.settled):
        st.rerun()


def number(published: Published | None) -> int:
    """The number of what is shown; 0 = nothing."""
    return published.number if published else 0


def _head(text: Text, published: Published) -> None:
    screen = published.screen
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(head.line(text, "follow"), width="stretch")
        label = text("ui.head.scenario", letter=screen.letter)
        if screen.name:
            label = text("format.named", letter=label, name=screen.name)
        colour = head.letter_colour(screen.letter)
        head.draw_badge(Badge(label=messages.plain(label), color=colour))
        if screen.frozen:
            head.draw_badge(live.frozen_badge(text, screen.frozen))
        else:
            word = text("ui.follow.live")
            head.draw_badge(Badge(label=word, color="green", icon=":material/sensors:"))


def _parts_of(published: Published, text: Text) -> Parts:
    screen = published.screen
    results.keep_late(screen.outcome, screen.scenario)
    shown = simulate(
        text, screen.problem, screen.scenario, letter=screen.letter, focus=screen.focus
    )
    look = (text.lang, text.currency, str(shown.theme), str(shown.density))
    return _parts(published.number, look, published, shown)


@st.cache_resource(show_spinner=False, max_entries=32)
def _parts(
    number: int,  # noqa: ARG001 - the cache's key
    look: tuple[str, ...],  # noqa: ARG001 - the cache's key
    _published: Published,
    _shown: Shown,
) -> Parts:
    screen = _published.screen
    told = focus_line(_shown, hidden=screen.hidden)
    return Parts(
        verdict=verdict(_shown, hidden=screen.hidden),
        row=figure_row(_shown, hidden=screen.hidden),
        focus=" · ".join(filter(None, (_shown.looked_at, told.line, told.note))),
        pictures=live.pictures(_shown, screen.charts, hidden=screen.hidden),
    )
