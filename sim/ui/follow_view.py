"""The read-only view of a presenter's room: sentence, KPI cards, charts; nothing to press.

On a telephone they stand one under another. A screen is made once for all viewers who read the
same language in the same theme and size: Streamlit keeps the messages that the cached functions
send, and sends them again to the next viewer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from sim.report.text import Text
from sim.ui import data, figures, follow_signal, following, head, live, messages, session
from sim.ui.figures import Figure
from sim.ui.following import Published
from sim.ui.head import Badge
from sim.ui.shown import Shown, figure_row, focus_line, simulate, verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A screen, and what makes a viewer's differ from another one's: equal keys, equal looks."""

    published: Published
    text: Text

    @property
    def key(self) -> tuple[str, ...]:
        """Number of the screen, language, currency, theme, density."""
        look = (self.text.lang, self.text.currency, session.theme(), session.density())
        return (str(self.published.number), *look)


@st.fragment
def page(room: str) -> None:
    """Draw what the presenter shows, or that nobody presents; again when it is something else."""
    published = following.followed(room)
    with messages.guard():
        _draw(published)
    follow_signal.listen(room, published.number if published else 0)


def _draw(published: Published | None) -> None:
    if published is None:
        text = session.text()
        head.sentence(text("ui.follow.over"))
        st.caption(text("ui.follow.over.help"))
        return
    data.use(published.screen.problem.dataset)
    data.in_use()
    seen = Seen(published=published, text=session.text())  # with the currency of these data
    _draw_head(seen.key, seen)
    figures.draw(_row(seen.key, seen))  # a component: Streamlit keeps no messages of it
    _draw_charts(seen.key, seen)


# The arguments that Streamlit does not look into ("_") are told by the key.
# ruff: noqa: ARG001


@st.cache_resource(show_spinner=False, max_entries=32)
def _draw_head(key: tuple[str, ...], _seen: Seen) -> None:
    screen, text = _seen.published.screen, _seen.text
    label = text("ui.head.scenario", letter=screen.letter)
    if screen.name:
        label = text("format.named", letter=label, name=screen.name)
    scenario = Badge(label=messages.plain(label), color=head.letter_colour(screen.letter))
    state = Badge(label=text("ui.follow.live"), color="green", icon=":material/sensors:")
    if screen.frozen:
        state = live.frozen_badge(text, screen.frozen)
    # One element, not four: each one costs every viewer.
    line = f":small[:gray[{head.line(text, 'follow')}]]"
    st.markdown(f"{line} {_written(scenario)}\u00a0{_written(state)}")
    head.sentence(verdict(_shown(_seen), hidden=screen.hidden))


@st.cache_resource(show_spinner=False, max_entries=32)
def _row(key: tuple[str, ...], _seen: Seen) -> Sequence[Figure]:
    return figure_row(_shown(_seen), hidden=_seen.published.screen.hidden)


@st.cache_resource(show_spinner=False, max_entries=32)
def _draw_charts(key: tuple[str, ...], _seen: Seen) -> None:
    screen, shown = _seen.published.screen, _shown(_seen)
    told = focus_line(shown, hidden=screen.hidden)
    if looked_at := " · ".join(filter(None, (shown.looked_at, told.line, told.note))):
        st.caption(messages.plain(looked_at))
    live.draw_charts(live.pictures(shown, screen.charts, hidden=screen.hidden))


def _written(badge: Badge) -> str:
    """A badge within a line of Markdown."""
    return f":{badge.color}-badge[{badge.icon or ''} {badge.label}]"


def _shown(seen: Seen) -> Shown:
    screen = seen.published.screen
    return simulate(
        seen.text,
        screen.problem,
        screen.scenario,
        letter=screen.letter,
        focus=screen.focus,
        given=screen.outcome,
    )
