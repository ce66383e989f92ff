"""The recommended start, `streamlit run serve.py`: the app, warm before its first visitor.

Imports, the compiled kernel, fonts and the data in use are loaded once, then frozen out of
the garbage collector's way.
"""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st

from sim.ui import warm


@asynccontextmanager
async def lifespan(_: "st.App") -> AsyncIterator[dict[str, Any]]:
    """Warm up before the first request is answered."""
    warm.up()
    gc.collect()
    gc.freeze()
    yield {}


app = st.App("app.py", lifespan=lifespan)
