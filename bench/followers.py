"""What fifty viewers cost the presenter, and how late they see a step.

Five of them are browsers (a telephone's window each), forty-five are plain websocket clients that
speak Streamlit's own messages: they open the link, take what is sent, and ask again each second
as the browser does. The presenter's steps are taken in blocks with and without them, in turns,
over values that the server knows: what viewers cost weighs most where the model costs nothing.
"""

import asyncio
import contextlib
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import websockets
from playwright.sync_api import Browser, Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench.machine import CHROMIUM_FLAGS, ROOT, Server, server, spread, table
from bench.slider import Watched, chromium, open_page, press

BROWSERS, SOCKETS = 5, 45
BLOCK, TURNS = 6, 2  # steps of a block; blocks with viewers, and as many without
WAIT = 1.6  # [s] between two steps with viewers: all have seen the one before
VIEWER = """() => { window.seen = [];
  const row = document.querySelector('.st-key-figures');
  let before = '';
  setInterval(() => {
    const host = [...row.querySelectorAll('*')].find(one => one.shadowRoot);
    const cards = (host ? host.shadowRoot : row).querySelectorAll('.value');
    const now = [...cards].map(one => one.textContent).join('|');
    if (now !== before) { before = now; window.seen.push(Date.now() / 1000); }
  }, 20); }"""


@dataclass
class Viewer:
    """A plain client: when charts arrived, and whether it is to go on."""

    seen: list[float] = field(default_factory=list)
    runs: int = 0


def bench() -> None:
    """Print the presenter's steps alone and followed, and the delay of the viewers."""
    alone: list[float] = []
    followed: list[float] = []
    late: list[float] = []
    with server(ROOT / "serve.py") as product, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        presenter = open_page(browser, product, card=1)
        room = _present(presenter.page)
        _block(presenter, "ArrowLeft", [])  # from now on the server knows these values
        _block(presenter, "ArrowRight", [])
        for _ in range(TURNS):
            alone += _block(presenter, "ArrowLeft", [])
            with _viewers(product, room) as sockets:
                pages = [_viewer(browser, product, room) for _ in range(BROWSERS)]
                presenter.page.wait_for_timeout(8_000)
                began: list[float] = []
                followed += _block(presenter, "ArrowRight", began)
                late += _delays(began, [one.seen for one in sockets])
                late += _delays(began, [one.evaluate("() => window.seen") for one in pages])
                for page in pages:
                    page.close()
            presenter.page.wait_for_timeout(4_000)
        browser.close()
    ratio = statistics.median(followed) / statistics.median(alone)
    table(
        f"Presenter's slider step, alone and with {BROWSERS} browsers and {SOCKETS} plain clients",
        [
            ["presenter", "median / p95 / min ms", "ratio"],
            ["alone", spread(alone), "1.00"],
            ["followed", spread(followed), f"{ratio:.2f}"],
        ],
    )
    rows = [["seen", "median / p95 / min ms", "latest ms"]]
    rows.append([str(len(late)), spread([1_000 * one for one in late]), f"{1_000 * max(late):.0f}"])
    table("From the presenter's key press to a viewer's new figures", rows)


def _present(page: Page) -> str:
    """Start presenting; return the link's parameters."""
    page.locator(".st-key-room-share button:visible").first.click()
    page.locator(".st-key-present-start button:visible").first.click()
    link = page.get_by_test_id("stCode").filter(has_text="p=follow")
    link.wait_for(timeout=60_000)
    shown = link.inner_text().strip()
    page.keyboard.press("Escape")
    page.wait_for_timeout(1_500)
    return shown.partition("?")[2]


def _block(presenter: Watched, key: str, began: list[float]) -> list[float]:
    took = []
    for _ in range(BLOCK):
        began.append(time.time())
        took.append(press(presenter, key).took)
        presenter.page.wait_for_timeout(1_000 * WAIT)
    return took


def _delays(began: list[float], every: list[list[float]]) -> list[float]:
    """For each step and viewer: the time to the first change after it, before the next step."""
    found = []
    for start, end in zip(began, [*began[1:], began[-1] + 5], strict=True):
        for seen in every:
            found += [moment - start for moment in seen if start < moment < end][:1]
    return found


def _viewer(browser: Browser, product: Server, room: str) -> Page:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{product.address}/?{room}")
    page.locator(".st-key-figures .value").first.wait_for(timeout=60_000)
    page.evaluate(VIEWER)
    return page


@contextlib.contextmanager
def _viewers(product: Server, room: str) -> Iterator[list[Viewer]]:
    viewers = [Viewer() for _ in range(SOCKETS)]
    done = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_all(product, room, viewers, done)))
    thread.start()
    try:
        yield viewers
    finally:
        done.set()
        thread.join(30)


async def _all(product: Server, room: str, viewers: list[Viewer], done: threading.Event) -> None:
    await asyncio.gather(
        *(_follow(product, room, one, 0.02 * n, done) for n, one in enumerate(viewers))
    )


async def _follow(
    product: Server, room: str, viewer: Viewer, start: float, done: threading.Event
) -> None:
    """Open the page, then ask each second as the browser does for a fragment with a clock."""
    address = product.address.replace("http", "ws") + "/_stcore/stream"
    await asyncio.sleep(start)
    # Without a name of a browser the app does not wait to be told the width of the window.
    async with websockets.connect(
        address,
        subprotocols=[websockets.Subprotocol("streamlit")],
        user_agent_header=None,
        max_size=None,
    ) as socket:
        state = _Page(query=room)
        await socket.send(state.ask())
        due = float("inf")
        while not done.is_set():
            with contextlib.suppress(TimeoutError):
                raw = await asyncio.wait_for(socket.recv(), 0.1)
                if state.take(ForwardMsg.FromString(raw), viewer) and due == float("inf"):
                    due = time.time() + state.every
            if state.fragment and time.time() >= due:
                await socket.send(state.ask(fragment=True))
                due = time.time() + state.every


@dataclass
class _Page:
    """What a browser knows of the page it shows."""

    query: str
    hash: str = ""
    fragment: str = ""
    every: float = 1.0
    figures: str = ""

    def ask(self, *, fragment: bool = False) -> bytes:
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_script_hash = self.hash
        if fragment:
            message.rerun_script.fragment_id = self.fragment
            message.rerun_script.is_auto_rerun = True
        return bytes(message.SerializeToString())

    def take(self, message: ForwardMsg, viewer: Viewer) -> bool:
        """Follow one message; True when it starts the clock of the fragment."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.hash = message.new_session.page_script_hash
            viewer.runs += 1
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self.fragment = message.auto_rerun.fragment_id
            self.every = message.auto_rerun.interval
            return True
        elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "bidi_component":
            component = message.delta.new_element.bidi_component
            if component.component_name.endswith("figures") and component.json != self.figures:
                self.figures = component.json
                viewer.seen.append(time.time())
        return False
