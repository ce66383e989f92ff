"""The recommended start, `streamlit run serve.py`: the app, warm before its first page.

The imports are made before the server listens. The compiled kernel and the data in use are
loaded beside it, while the first browser fetches the frame of the page; pages wait for them.
Viewers of a presenter's room wait at an address of their own: see ``sim.ui.follow_signal``.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st

from sim.ui import follow_signal, warm

warm.imports()


@asynccontextmanager
async def lifespan(_: "st.App") -> AsyncIterator[dict[str, Any]]:
    """Begin the warm-up when the server begins to listen."""
    warm.begin()
    yield {}


app = st.App("app.py", lifespan=lifespan, routes=[follow_signal.route()])
