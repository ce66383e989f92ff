"""The encoding of a text: found, shown on its accented lines, changed by one click."""

import streamlit as st

from sim.ingest import FilePreview
from sim.report.text import Text

KEY = "collect.encoding"
FOUND = ""
# UTF-16 is plain from its bytes; only these can be taken for one another.
ALIKE = ("utf-8", "cp1252", "latin-1")


def chosen(names: list[str]) -> dict[str, str]:
    """The encoding that the reader chose for some of these files, by name."""
    picked = {name: st.session_state.get(f"{KEY}.{name}", FOUND) for name in names}
    return {name: encoding for name, encoding in picked.items() if encoding}


def pick(text: Text, preview: FilePreview) -> None:
    """Draw the lines that show how accents were read, and the choice of another encoding."""
    if not preview.accented or preview.block > 1:
        return
    st.code("\n".join(preview.accented), language=None)
    if "/" in preview.file or preview.encoding.startswith("utf-16"):
        return  # a member of an archive is read as its bytes say
    st.selectbox(
        text("ui.collect.encoding"),
        [FOUND, *ALIKE],
        format_func=lambda name: name or text("ui.collect.encoding.found"),
        key=f"{KEY}.{preview.file}",
    )
