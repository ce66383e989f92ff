"""Viewers of a presenter's room as plain websocket clients, all in one process.

Each does what ``data/components/follow.js`` does in a browser, and draws nothing.
"""

import asyncio
import json
import time
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

REST = 1.0  # [s] between two drawings


def follow_all(
    address: str, query: str, count: int, done: Event, found: "Queue[list[list[float]]]"
) -> None:
    """Follow until it is over; then tell when each viewer saw new figures."""
    viewers = [Viewer(query=query) for _ in range(count)]
    asyncio.run(_all(address, viewers, done))
    found.put([one.seen for one in viewers])


async def _all(address: str, viewers: list["Viewer"], done: Event) -> None:
    each = [asyncio.create_task(_follow(address, one, 0.02 * n)) for n, one in enumerate(viewers)]
    while not done.is_set():
        await asyncio.sleep(0.2)
    for task in each:
        task.cancel()
    await asyncio.gather(*each, return_exceptions=True)


async def _follow(address: str, viewer: "Viewer", start: float) -> None:
    """Open the page, and ask for its fragment whenever the presenter shows something else."""
    await asyncio.sleep(start)
    # Without a name of a browser the app does not wait to be told the width of the window.
    async with websockets.connect(
        address.replace("http", "ws") + "/_stcore/stream",
        subprotocols=[websockets.Subprotocol("streamlit")],
        user_agent_header=None,
        compression=None,
        max_size=None,
    ) as socket:
        await socket.send(viewer.ask())
        wait: asyncio.Task[None] | None = None
        async for raw in socket:
            if viewer.take(ForwardMsg.FromString(raw)):
                if wait is not None:
                    wait.cancel()
                wait = asyncio.create_task(_wait(address, socket, viewer))


async def _wait(address: str, socket: websockets.ClientConnection, viewer: "Viewer") -> None:
    host, port = address.removeprefix("http://").split(":")
    drawn = viewer.drawn
    while True:
        await asyncio.sleep(viewer.asked + REST - time.time())
        now = await _number(host, int(port), viewer)
        if now != drawn:
            viewer.asked = time.time()
            await socket.send(viewer.ask(again=True))


async def _number(host: str, port: int, viewer: "Viewer") -> int:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        request = f"GET /follow/now?drawn={viewer.drawn} HTTP/1.1\r\nHost: {host}:{port}\r\n"
        writer.write(f"{request}X-Room: {viewer.room}\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
    finally:
        writer.close()
    return int(answer.rpartition(b"\r\n\r\n")[2])


@dataclass
class Viewer:
    """What a browser knows of the page it shows, and when its figures became others."""

    query: str
    hash: str = ""
    fragment: str = ""
    bell: str = ""  # the component that waits
    room: str = ""
    drawn: int = -1  # the number of what is on the screen
    asked: float = 0.0
    figures: str = ""
    seen: list[float] = field(default_factory=list)

    def ask(self, *, again: bool = False) -> bytes:
        """A request for the page, or for its fragment."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_script_hash = self.hash
        if again:
            message.rerun_script.fragment_id = self.fragment
            widget = message.rerun_script.widget_states.widgets.add()
            widget.id = f"$$STREAMLIT_INTERNAL_KEY_{self.bell}__events"
            widget.json_trigger_value = '[{"event": "other", "value": true}]'
        return bytes(message.SerializeToString())

    def take(self, message: ForwardMsg) -> bool:
        """Follow one message; True when it starts another wait."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.hash = message.new_session.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "bidi_component":
            component = message.delta.new_element.bidi_component
            if component.component_name.endswith("figures") and component.json != self.figures:
                self.figures = component.json
                self.seen.append(time.time())
            if component.component_name.endswith("follow"):
                return self._hear(component.id, message.delta.fragment_id, component.json)
        return False

    def _hear(self, bell: str, fragment: str, told: str) -> bool:
        before = self.drawn
        self.bell, self.fragment = bell, fragment
        self.room, self.drawn = (json.loads(told)[name] for name in ("room", "drawn"))
        return self.drawn != before
