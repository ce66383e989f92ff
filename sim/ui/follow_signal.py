"""How a viewer learns that the presenter shows something else: one request that waits.

The browser of a viewer asks for the number of what is shown, and the answer comes when it is
another one. A request that waits costs next to nothing, a script that looks each second does not.
The answer is a number and nothing else: what it stands for is drawn by the page, behind its
sign-in. The code of the room travels in a header, so that no log holds it.

Viewers are told one after another, and none while a presenter's own step is being answered.
"""

import asyncio
import time
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sim.ui import following

PATH = "/follow/now"  # below the page that asks
HEADER = "x-room"
LOOK = 0.1  # [s] between two looks at the number
PATIENCE = 20.0  # [s] after which the answer is the old number; proxies cut a silent line
APART = 0.012  # [s] between two viewers who are told: about what drawing for one of them takes
MOST = 400  # requests that wait at a time; beyond, a browser asks again a second later
SCRIPT = Path(__file__).resolve().parents[2] / "data" / "components" / "follow.js"


class Signal:
    """The requests that wait in one server."""

    def __init__(self) -> None:
        self.waiting = 0
        self._turn = asyncio.Lock()

    async def answer(self, request: Request) -> Response:
        """The number of what the presenter shows, once it is not the one that the viewer has."""
        if self.waiting >= MOST:
            return Response(status_code=503)
        self.waiting += 1
        try:
            room, drawn = request.headers.get(HEADER, ""), request.query_params.get("drawn", "")
            now = await self._other(room, drawn)
        finally:
            self.waiting -= 1
        return PlainTextResponse(str(now), headers={"Cache-Control": "no-store"})

    async def _other(self, room: str, drawn: str) -> int:
        for _ in range(round(PATIENCE / LOOK)):
            if following.to_draw(room, drawn):
                await self._in_turn()
                break
            await asyncio.sleep(LOOK)
        return following.number(room)

    async def _in_turn(self) -> None:
        end = time.monotonic() + following.STEP  # a drag is one step after another
        async with self._turn:
            while following.presenter_steps() and time.monotonic() < end:
                await asyncio.sleep(APART)
            await asyncio.sleep(APART)


def route() -> Route:
    """Where browsers ask, below the base path of the server."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return Route(f"/{base}{PATH}" if base else PATH, Signal().answer)


def listen(room: str, drawn: int) -> None:
    """Draw again, when the presenter shows something else, what the caller's fragment draws."""
    component = st.components.v2.component("follow", js=_script())
    component(
        key="follow",
        data={"room": room, "drawn": drawn},
        on_other_change=lambda: None,
        width=1,
        height=1,
    )


@cache
def _script() -> str:
    return SCRIPT.read_text(encoding="utf-8")
