"""What the live room looks at: one month marked in every chart, one family shown alone.

The line under the KPI cards chooses and tells it; a click on a month of a chart chooses it, too.
Its script (``data/components/focus.js``) reads the month from the mark that was clicked: Vega's own
selections would live in each chart apart, tell nothing when the same month is clicked again, and
cost every step of a slider. It sends all of what is wanted, never "the other one": two
clicks in a row are as good as the last. Nothing of it stands in a spec.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from sim.errors import LeverError
from sim.model.problem import Problem
from sim.report.frames.rows import month_keys
from sim.report.text import Text
from sim.ui import data, links
from sim.ui.room import NOTHING, Focus, current_room

KEY = "focus"  # of the component
FILES = Path(__file__).resolve().parents[2] / "data" / "components"
LINE = '<div class="focus"></div>'
BETWEEN = "~"  # month and family in a link
PILLS = (6, 4)  # most families side by side, where there is room and where it is short


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the line under the cards shows."""

    focus: Focus
    families: Sequence[tuple[str, str]]  # code and name, the worst first
    month: str  # in words
    line: str  # the figures of the month
    note: str  # what is particular to a family; it stands in the line where no month does
    compact: bool


def held(problem: Problem) -> Focus:
    """What this visitor looks at; what these data do not know does not count."""
    room = current_room()
    return NOTHING if room is None else _known(problem, room.focus)


def written(focus: Focus) -> dict[str, str]:
    """The parameter of a link.

    >>> written(Focus(month="2027-11")), written(Focus(family="POE")), written(Focus())
    ({'focus': '2027-11'}, {'focus': '~POE'}, {})
    """
    if focus == NOTHING:
        return {}
    family = BETWEEN + focus.family if focus.family else ""
    return {links.FOCUS: focus.month + family}


def read(problem: Problem, value: str) -> Focus:
    """What a link asks to look at.

    Raises
    ------
    LeverError: no such month or family in these data.
    """
    month, _, family = value.partition(BETWEEN)
    asked = Focus(month=month, family=family)
    if asked != _known(problem, asked):
        raise LeverError("error.link.focus", value=value[:40])
    return asked


def draw(text: Text, problem: Problem, told: Told) -> None:
    """Draw the line under the cards."""
    script, style = _files()
    component = st.components.v2.component(KEY, html=LINE, css=style, js=script)
    component(key=KEY, data=payload(text, problem, told), on_asked_change=_asked)


def payload(text: Text, problem: Problem, told: Told) -> dict[str, Any]:
    """What the script in the browser reads."""
    focus, at = told.focus, told.focus.month_of(problem)
    around = ("", "")
    if at is not None:
        keys = month_keys(problem)
        around = keys[max(at - 1, 0)], keys[min(at + 1, len(keys) - 1)]
    # With the figures of a month beside them, there is no room for buttons.
    many = len(told.families) > PILLS[told.compact] or at is not None
    return {
        "month": focus.month,
        "family": focus.family,
        "families": [list(one) for one in told.families] if len(told.families) > 1 else [],
        "list": many,
        "label": told.month,
        "before": around[0],
        "after": around[1],
        "line": told.line or told.note,
        "note": told.note,
        "words": {
            name: text(f"ui.focus.{name}")
            for name in ("families", "all", "month", "before", "after", "clear", "hint")
        }
        | {"help": text("ui.focus.clear.help")},
        "compact": told.compact,
    }


def _asked() -> None:
    """Take over what was clicked, as far as these data know it."""
    room, state = current_room(), st.session_state.get(KEY)
    body = state.get("asked") if isinstance(state, Mapping) else None
    if room is None or not isinstance(body, Mapping):
        return
    words = [body.get(name) for name in ("month", "family")]
    month, family = (one if isinstance(one, str) else "" for one in words)
    room.focus = _known(data.problem(room.dataset), Focus(month=month, family=family))


def _known(problem: Problem, focus: Focus) -> Focus:
    month = focus.month if focus.month_of(problem) is not None else ""
    family = focus.family if focus.family_of(problem) is not None else ""
    return Focus(month=month, family=family)


@cache
def _files() -> tuple[str, str]:
    script, style = FILES / "focus.js", FILES / "focus.css"
    return script.read_text(encoding="utf-8"), style.read_text(encoding="utf-8")
