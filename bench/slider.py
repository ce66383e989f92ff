"""From a key press on a slider to four repainted charts, in a real Chromium.

The same instrument watches the product and the bare page: an observer notes when the last
chart of a step was painted. 30 steps each, taken in turns.
"""

import shutil
import statistics
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.machine import CHROMIUM_FLAGS, ROOT, server, spread, table

TRIALS = 30
QUIET_MS = 400
WATCH = """() => {
  window.painted = 0; window.charts = new Set();
  const cells = document.querySelectorAll('[data-testid="stVegaLiteChart"]');
  cells.forEach((cell, n) => new MutationObserver(() => {
    requestAnimationFrame(() => { window.painted = performance.now(); window.charts.add(n); });
  }).observe(cell, {subtree: true, childList: true, attributes: true, characterData: true}));
  return cells.length;
}"""
PRESS = """() => { window.charts.clear(); window.pressed = performance.now(); }"""
DONE = """quiet => window.painted > window.pressed && performance.now() - window.painted > quiet"""


def bench() -> None:
    """Print medians, 95th percentiles and the ratio of medians."""
    steps: dict[str, list[float]] = {"bare page, no model": [], "live room, demo company": []}
    charts: dict[str, list[int]] = {name: [] for name in steps}
    with (
        server(Path(__file__).parent / "bare" / "app.py") as bare,
        server(ROOT / "serve.py") as product,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        pages = []
        for name, address in zip(steps, (bare, f"{product}/?p=pre_sop&lang=en"), strict=True):
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            page.goto(address)
            _ready(page)
            pages.append((name, page))
        for step in range(TRIALS):
            for name, page in pages:
                took, repainted = _press(page, "ArrowRight" if step % 8 < 4 else "ArrowLeft")
                steps[name].append(took)
                charts[name].append(repainted)
        browser.close()
    medians = [statistics.median(values) for values in steps.values()]
    rows: list[list[object]] = [["page", "median / p95 / min ms", "charts repainted", "ratio"]]
    for name, median in zip(steps, medians, strict=True):
        rows.append(
            [
                name,
                spread(steps[name]),
                statistics.median(charts[name]),
                f"{median / medians[0]:.2f}",
            ]
        )
    table(f"Slider step to four repainted charts ({TRIALS} key presses, in turns)", rows)


def chromium() -> str | None:
    """An installed Chromium; None = Playwright's own."""
    return next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


def _ready(page: Page) -> None:
    page.wait_for_function(
        "() => document.querySelectorAll('[data-testid=stVegaLiteChart] canvas,"
        " [data-testid=stVegaLiteChart] svg').length >= 4",
        timeout=60_000,
    )
    page.wait_for_timeout(3_000)
    page.evaluate(WATCH)


def _press(page: Page, key: str) -> tuple[float, int]:
    page.locator('input[type=range], [role="slider"]').first.focus()
    page.evaluate(PRESS)
    page.keyboard.press(key)
    page.wait_for_function(DONE, arg=QUIET_MS, timeout=30_000)
    return (
        float(page.evaluate("() => window.painted - window.pressed")),
        int(page.evaluate("() => window.charts.size")),
    )
