"""What fifty viewers cost the presenter, and how late they see a step.

The viewers are plain websocket clients in one process of their own. They speak Streamlit's own
messages: they open the link, take what is sent, and ask again as a browser does. So they cost
this machine little beside what they cost the server; how much, the last table says.
The presenter's steps are taken in blocks with and without them, in turns, over values that the
server knows: what viewers cost weighs most where the model costs nothing.
"""

import contextlib
import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from playwright.sync_api import Page, sync_playwright

from bench.machine import CHROMIUM_FLAGS, ROOT, Server, cpu_of, server, spread, table
from bench.slider import Watched, chromium, open_page, press
from bench.viewers import follow_all

VIEWERS = 50
BLOCK, TURNS = 8, 2  # steps of a block; blocks with viewers, and as many without
WAIT = 1.6  # [s] between two steps: all have seen the one before
QUIET = 10.0  # [s] in which the presenter does nothing


@dataclass
class Crowd:
    """The process of the viewers, and when each of them saw new figures."""

    pid: int
    seen: list[list[float]] = field(default_factory=list)


@dataclass
class Block:
    """Steps under one condition; processor time in [ms], per step from one to the next."""

    took: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    viewers: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    idle: list[float] = field(default_factory=list)  # of the server, per second
    watching: list[float] = field(default_factory=list)  # of the viewers, per second


def bench() -> None:
    """Print the presenter's steps alone and followed, and the delay of the viewers."""
    alone, followed = Block(), Block()
    with server(ROOT / "serve.py") as product, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        presenter = open_page(browser, product, card=1)
        room = _present(presenter.page)
        for key in ("ArrowLeft", "ArrowRight"):  # from now on the server knows these values
            _steps(presenter, key, Block(), pid=0)
        for _ in range(TURNS):
            _steps(presenter, "ArrowLeft", alone, pid=0)
            _rest(presenter, alone, pid=0)
            with _crowd(product, room) as crowd:
                presenter.page.wait_for_timeout(8_000)
                _rest(presenter, followed, pid=crowd.pid)
                began = _steps(presenter, "ArrowRight", followed, pid=crowd.pid)
            followed.late += _delays(began, crowd.seen)
            presenter.page.wait_for_timeout(4_000)
        browser.close()
    _print(alone, followed)


def _print(alone: Block, followed: Block) -> None:
    ratio = statistics.median(followed.took) / statistics.median(alone.took)
    rows: list[list[object]] = [["", "alone", f"{VIEWERS} viewers"]]
    rows.append(["presenter, median / p95 / min ms", spread(alone.took), spread(followed.took)])
    rows.append(["ratio of medians", "1.00", f"{ratio:.2f}"])
    for name, label in (
        ("server", "server CPU per step, mean ms"),
        ("viewers", "viewers' CPU per step, mean ms"),
        ("idle", "server CPU per second of rest, ms"),
        ("watching", "viewers' CPU per second of rest, ms"),
    ):
        cells = (f"{statistics.mean(getattr(one, name)):.0f}" for one in (alone, followed))
        rows.append([label, *cells])
    table(f"Presenter's slider step ({len(followed.took)} key presses each)", rows)
    late = [1_000 * one for one in followed.late]
    missed = TURNS * BLOCK * VIEWERS - len(late)
    table(
        "From the presenter's key press to a viewer's new figures",
        [
            ["seen", "missed", "median / p95 / min ms", "latest ms"],
            [len(late), missed, spread(late), f"{max(late):.0f}"],
        ],
    )


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


def _steps(presenter: Watched, key: str, block: Block, *, pid: int) -> list[float]:
    """Take the steps of a block; return when each began."""
    began = []
    for _ in range(BLOCK):
        before = presenter.server.cpu(), cpu_of(pid)
        began.append(time.time())
        block.took.append(press(presenter, key).took)
        presenter.page.wait_for_timeout(1_000 * WAIT)
        block.server.append(presenter.server.cpu() - before[0])
        block.viewers.append(cpu_of(pid) - before[1])
    return began


def _rest(presenter: Watched, block: Block, *, pid: int) -> None:
    before = presenter.server.cpu(), cpu_of(pid)
    presenter.page.wait_for_timeout(1_000 * QUIET)
    block.idle.append((presenter.server.cpu() - before[0]) / QUIET)
    block.watching.append((cpu_of(pid) - before[1]) / QUIET)


def _delays(began: list[float], every: list[list[float]]) -> list[float]:
    """For each step and viewer: the time to the first change after it, before the next step."""
    found = []
    for start, end in zip(began, [*began[1:], began[-1] + 5], strict=True):
        for seen in every:
            found += [moment - start for moment in seen if start < moment < end][:1]
    return found


@contextlib.contextmanager
def _crowd(product: Server, room: str) -> Iterator[Crowd]:
    """Viewers while the block lasts; what they saw is known after it."""
    context = multiprocessing.get_context("spawn")
    done, found = context.Event(), context.Queue()
    process = context.Process(target=follow_all, args=(product.address, room, VIEWERS, done, found))
    process.start()
    crowd = Crowd(pid=process.pid or os.getpid())
    try:
        yield crowd
    finally:
        done.set()
        crowd.seen = found.get(timeout=30)
        process.join(30)
