"""From a key press on a slider to four repainted charts, in a real Chromium.

The same instrument watches the product and the bare page: an observer notes when the last
of the four charts was painted. 30 steps each, taken in turns: 15 to new values, 15 back. Two
levers of the demo company are measured: Saturdays (the plan is a recursion) and pre-build (the plan
is a linear programme).
"""

import shutil
import statistics
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

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
    room = "/?p=pre_sop&lang=en"
    with (
        server(Path(__file__).parent / "bare" / "app.py") as bare,
        server(ROOT / "serve.py") as product,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        pages = {
            "bare page, no model": _open(browser, bare, card=None),
            "live room, Saturdays": _open(browser, product + room, card=1),
            "live room, pre-build": _open(browser, product + room, card=0),
        }
        steps: dict[str, list[float]] = {name: [] for name in pages}
        charts: dict[str, list[int]] = {name: [] for name in pages}
        for step in range(TRIALS):
            for name, (page, slider) in pages.items():
                took, repainted = _press(
                    page, slider, "ArrowLeft" if step % 8 < 4 else "ArrowRight"
                )
                steps[name].append(took)
                charts[name].append(repainted)
        browser.close()
    yardstick = statistics.median(next(iter(steps.values())))
    rows: list[list[object]] = [["page", "median / p95 / min ms", "charts repainted", "ratio"]]
    for name, values in steps.items():
        ratio = statistics.median(values) / yardstick
        rows.append([name, spread(values), statistics.median(charts[name]), f"{ratio:.2f}"])
    table(f"Slider step to four repainted charts ({TRIALS} key presses, in turns)", rows)


def chromium() -> str | None:
    """An installed Chromium; None = Playwright's own."""
    return next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


def _open(browser: Browser, address: str, *, card: int | None) -> tuple[Page, Locator]:
    """A page with four charts, and the slider that is measured (its card switched on)."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(address)
    page.wait_for_function(
        "() => document.querySelectorAll('[data-testid=stVegaLiteChart] canvas,"
        " [data-testid=stVegaLiteChart] svg').length >= 4",
        timeout=60_000,
    )
    if card is not None:
        page.locator('[data-testid="stSidebar"] [data-testid="stCheckbox"] label').nth(card).click()
    page.wait_for_timeout(3_000)
    page.evaluate(WATCH)
    return page, page.locator('[data-testid="stSidebar"] input[type=range]').nth(card or 0)


def _press(page: Page, slider: Locator, key: str) -> tuple[float, int]:
    slider.focus()
    page.evaluate(PRESS)
    page.keyboard.press(key)
    page.wait_for_function(DONE, arg=QUIET_MS, timeout=30_000)
    return (
        float(page.evaluate("() => window.painted - window.pressed")),
        int(page.evaluate("() => window.charts.size")),
    )
