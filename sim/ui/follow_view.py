"""The read-only view of a presenter's room: sentence, KPI cards, charts; nothing to press.

On a telephone they stand one under another. What is drawn is made once for all viewers who read
the same language in the same theme and size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from sim.report.text import Text
from sim.ui import data, figures, follow_signal, following, head, live, messages, results, session
from sim.ui.figures import Figure
from sim.ui.following import Published
from sim.ui.head import Badge
from sim.ui.live import Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """All that moves, ready to be sent."""

    verdict: str
    row: Sequence[Figure]
    pictures: Sequence[dict[str, Any]]


@st.fragment
def page(room: str) -> None:
    """Draw what the presenter shows, or that nobody presents; again when it is something else."""
    published = following.followed(room)
    with messages.guard():
        _draw(published)
    follow_signal.listen(room, published.number if published else 0)


def _draw(published: Published | None) -> None:
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
    live.draw_charts(parts.pictures)


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
    shown = live.simulate(text, screen.problem, screen.scenario, letter=screen.letter)
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
    return Parts(
        verdict=live.verdict(_shown, hidden=screen.hidden),
        row=live.figure_row(_shown, hidden=screen.hidden),
        pictures=live.pictures(_shown, screen.charts, hidden=screen.hidden),
    )
