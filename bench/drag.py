"""From a move of the mouse during a drag to the next painted change, in a real Chromium.

The bare page has the same protocol (one request in flight, the newest value wins) and no model.
Both are dragged in turns over the same places; after each release it is checked that the address
of the room names the value on which the slider was let go: no stale frame stays.
"""

import statistics
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, sync_playwright

from bench.companies import homes
from bench.machine import CHROMIUM_FLAGS, ROOT, server, spread, table
from bench.slider import PATIENCE, WATCH, chromium

DRAGS = 6  # of each page
MOVES = 10  # of each drag
PAUSE_MS = 120  # between two moves
SETTLE_MS = 1_500
REACH = 1.5  # times the bare component
NOTE = """() => { window.paints = []; const cells = document.querySelectorAll(
  '[data-testid="stVegaLiteChart"]'); cells.forEach(cell => new MutationObserver(() => {
    requestAnimationFrame(() => window.paints.push(performance.now())); })
  .observe(cell, {subtree: true, childList: true, attributes: true, characterData: true})); }"""


@dataclass(kw_only=True)
class Dragged:
    """A page with a slider that speaks while it is dragged."""

    page: Page
    slider: Locator
    live: bool
    took: list[float] = field(default_factory=list)  # [ms] of each move
    stale: int = 0
    drags: int = 0


def bench() -> None:
    """Print medians, 95th percentiles and the ratio of medians, for both companies."""
    with homes() as kept:
        for company, home in kept.items():
            _measure(company, home)


def _measure(company: str, home: Path) -> None:
    with (
        server(Path(__file__).parent / "bare" / "drag.py") as bare,
        server(ROOT / "serve.py", home=home) as product,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        address = product.address + "/?p=pre_sop&lang=en&c.saturdays=0.15"
        pages = {
            "bare component, no model": _open(browser.new_page(), bare.address, live=False),
            "live room, Saturdays": _open(browser.new_page(), address, live=True),
        }
        for turn in range(DRAGS):
            for dragged in pages.values():
                _drag(dragged, down=turn % 2 == 0)
        browser.close()
    rows: list[list[object]] = [
        ["page", "median / p95 / min ms", "ratio", "asked", "stale after release"]
    ]
    yardstick = 0.0
    for name, dragged in pages.items():
        median = statistics.median(dragged.took)
        yardstick = yardstick or median
        stale = f"{dragged.stale} of {dragged.drags}" if dragged.live else "-"
        ratio, asked = f"{median / yardstick:.2f}", f"<= {REACH}" if dragged.live else ""
        rows.append([name, spread(dragged.took), ratio, asked, stale])
    moves = DRAGS * MOVES
    table(f"Move during a drag to the next painted change, {company} ({moves} moves)", rows)


def _open(page: Page, address: str, *, live: bool) -> Dragged:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(address)
    page.wait_for_function(
        "() => document.querySelectorAll('[data-testid=stVegaLiteChart] canvas,"
        " [data-testid=stVegaLiteChart] svg').length >= 4",
        timeout=PATIENCE,
    )
    page.wait_for_timeout(3_000)
    page.evaluate(WATCH)
    page.evaluate(NOTE)
    place = ".st-key-levers .card[data-card=saturdays] .range" if live else ".st-key-panel .range"
    return Dragged(page=page, slider=page.locator(place), live=live)


def _drag(dragged: Dragged, *, down: bool) -> None:
    page, box = dragged.page, dragged.slider.bounding_box()
    assert box is not None
    height = box["y"] + box["height"] / 2
    shares = [0.96 - 0.09 * n for n in range(MOVES + 1)]
    xs = [box["x"] + box["width"] * share for share in (shares if down else shares[::-1])]
    page.mouse.move(xs[0], height)
    page.mouse.down()
    page.wait_for_timeout(SETTLE_MS)
    moved = []
    for x in xs[1:]:
        moved.append(float(page.evaluate("() => performance.now()")))
        page.mouse.move(x, height)
        page.wait_for_timeout(PAUSE_MS)
    page.mouse.up()
    page.wait_for_timeout(SETTLE_MS)
    paints = [float(at) for at in page.evaluate("() => window.paints.splice(0)")]
    for at in moved:
        after = [paint - at for paint in paints if paint > at]
        if after:
            dragged.took.append(min(after))
    dragged.drags += 1
    if dragged.live:
        dragged.stale += _stale(dragged)


def _stale(dragged: Dragged) -> bool:
    """Whether the room shows another value than the slider."""
    shown = parse_qs(urlsplit(dragged.page.url).query).get("c.saturdays", ["0.15"])[0]
    stands = float(dragged.slider.evaluate("range => Number(range.value)")) / 100
    return abs(float(shown.removeprefix("off:")) - stands) > 1e-9
