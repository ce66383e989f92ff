"""The entry of the app: page frame, language, navigation, and the net under every page.

Started by `streamlit run app.py`, or by `streamlit run serve.py` with a warm start.
"""

from pathlib import Path

import streamlit as st

from sim.ui import access, messages, navigation, screen, session, warm

ICON = str(Path(__file__).parent / "data" / "brand" / "icon.svg")


def main() -> None:
    """Draw the frame, then the page that the address asks for."""
    text = session.text()
    awaited = screen.is_awaited()
    st.set_page_config(
        page_title=text("ui.app.title"),
        page_icon=ICON,
        layout="wide",
        initial_sidebar_state="auto" if awaited else navigation.sidebar(),
    )
    pages = navigation.pages(text)
    page = st.navigation(list(pages.values()), position=navigation.bar())
    if awaited:
        screen.watch()
        return
    warm.wait(text)
    with messages.guard():
        access.require_visitor()
        navigation.follow_root_link(pages)
        navigation.sign()
    with messages.guard():
        page.run()


if __name__ == "__main__":  # worker processes import this file under another name
    main()
