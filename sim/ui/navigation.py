"""The pages, their order, and the links at the root that lead to them."""

from types import MappingProxyType
from typing import Literal

import streamlit as st

from sim.errors import SopError
from sim.report.style import CHOICES, Density
from sim.report.text import LANGUAGES, Text
from sim.ui import data, following, links, meeting, messages, session
from sim.ui.logo import logo
from sim.ui.session import display_parameters

# A page is added here on the day it is real.
FILES = MappingProxyType(
    {
        "cockpit": "pages/cycle/cockpit.py",
        "collect": "pages/cycle/collect.py",
        "demand_review": "pages/cycle/demand_review.py",
        "supply_review": "pages/cycle/supply_review.py",
        "pre_sop": "pages/cycle/pre_sop.py",
        "compare": "pages/cycle/compare.py",
        "decide": "pages/cycle/decide.py",
        "follow": "pages/cycle/follow.py",
        "guide": "pages/reference/guide.py",
        "settings": "pages/reference/settings.py",
    }
)
APART = frozenset({"follow"})  # reached by a link only; who is there finds no way to the others
SIDEBAR = MappingProxyType({Density.COMFORT: 392, Density.COMPACT: 300})
DISPLAY = MappingProxyType({"lang": LANGUAGES, "density": CHOICES})

Pages = dict[str, "st.Page"]


def pages(text: Text) -> Pages:
    """The pages, by name; those that stand apart are not in the navigation bar."""
    return {
        name: st.Page(
            file,
            title=text(f"ui.page.{name}"),
            default=name == "cockpit",
            visibility="hidden" if name in APART else "visible",
        )
        for name, file in FILES.items()
    }


def sidebar() -> int | Literal["collapsed"]:
    """How wide the sidebar is; a meeting needs its room for larger type and opens it by hand."""
    return "collapsed" if meeting.is_asked() else SIDEBAR[session.density()]


def bar() -> Literal["top", "hidden"]:
    """Where the navigation bar stands: nowhere for who follows a presenter."""
    return "hidden" if following.ROOM in st.query_params else "top"


def follow_root_link(known: Pages) -> None:
    """Go on to the page named in ``/?p=...``: links to the root work on any host, also cold.

    What nobody can know does not stay in the address: a language or density that is not there,
    a page that is not there (the cockpit says so).
    """
    _forget_unknown()
    wanted = st.query_params.get(links.PAGE)
    if wanted is None:
        return
    rest = {name: value for name, value in st.query_params.items() if name != links.PAGE}
    if wanted in known:
        st.switch_page(known[wanted], query_params=rest)
    for sentence in messages.sentences(SopError("error.link.page", page=wanted[:40])):
        messages.flash("error", sentence)
    st.switch_page(known["cockpit"], query_params=rest)


def _forget_unknown() -> None:
    for name, known in DISPLAY.items():
        if st.query_params.get(name, known[0]) not in known:
            del st.query_params[name]


def sign() -> None:
    """The name of the company at the head of the page."""
    st.logo(logo(data.in_use().settings.company), size="large")


def link_to(page: str, **parameters: str) -> str:
    """A link that opens a page with its parameters on this server, cold or not."""
    wanted = parameters | display_parameters()
    return links.address(st.context.url or "", page, wanted)


def go(page: str, **parameters: str) -> None:
    """Leave for another page."""
    st.switch_page(FILES[page], query_params=parameters | display_parameters())
