"""From a key press on a slider to four repainted charts, in a real Chromium.

The same instrument watches the product and the bare page: an observer notes when the last
of the four charts was painted. Steps are taken in turns: first to values that were never
simulated, then back over values that the server still knows. Two levers of the demo company and
of one of 1,000 SKUs are measured: Saturdays (the plan is a recursion) and pre-build (the plan is a
linear programme).
"""

import shutil
import statistics
from collections.abc import Container, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, TimeoutError, sync_playwright

from bench.companies import homes
from bench.machine import CHROMIUM_FLAGS, ROOT, Server, server, spread, table

WALK = 15  # steps to the left, and as many back
PHASES = {False: "values never simulated", True: "values simulated before"}
QUIET_MS = 400
REACH = 1.3  # times the bare page
PATIENCE = 180_000  # [ms] the first visitor of a large company waits for its draws
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One key press."""

    took: float  # [ms] until the last chart was painted
    charts: int
    cpu: float  # [ms] spent by the server
    back: bool  # to a value that was simulated before


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A page with four charts, its slider, and the steps that were taken."""

    page: Page
    slider: Locator
    server: Server
    steps: list[Step] = field(default_factory=list)


def bench() -> None:
    """Print medians, 95th percentiles and the ratio of medians, and what the server spent."""
    with homes() as kept:
        for company, home in kept.items():
            _measure(company, home)


def _measure(company: str, home: Path) -> None:
    with (
        server(Path(__file__).parent / "bare" / "app.py") as bare,
        server(ROOT / "serve.py", home=home) as product,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        pages = {
            "bare page, no model": open_page(browser, bare, card=None),
            "live room, Saturdays": open_page(browser, product, card=1),
            "live room, pre-build": open_page(browser, product, card=0),
        }
        for step in range(2 * WALK):
            for watched in pages.values():
                # A step beyond which the lever does nothing repaints nothing: it is left out.
                with suppress(TimeoutError):
                    key = "ArrowLeft" if step < WALK else "ArrowRight"
                    watched.steps.append(press(watched, key))
        browser.close()
    title = f"Slider step to four repainted charts, {company}"
    table(f"{title} (all {2 * WALK} key presses)", _rows(pages, PHASES))
    for back, words in PHASES.items():
        table(f"{title} ({WALK} key presses, {words})", _rows(pages, (back,)))


def _rows(pages: Mapping[str, Watched], phases: Container[bool]) -> list[list[object]]:
    rows: list[list[object]] = [
        [
            "page",
            "median / p95 / min ms",
            "charts repainted",
            "ratio",
            "asked",
            "server CPU, mean ms",
        ]
    ]
    yardstick = 0.0
    for name, watched in pages.items():
        steps = [step for step in watched.steps if step.back in phases]
        took = [step.took for step in steps]
        median = statistics.median(took)
        yardstick = yardstick or median
        charts = statistics.median(step.charts for step in steps)
        cpu = statistics.mean(step.cpu for step in steps)
        asked = f"<= {REACH}" if len(rows) > 1 else ""
        ratio = f"{median / yardstick:.2f}"
        rows.append([name, spread(took), charts, ratio, asked, f"{cpu:.0f}"])
    return rows


def chromium() -> str | None:
    """An installed Chromium; None = Playwright's own."""
    return next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


def open_page(browser: Browser, app: Server, *, card: int | None) -> Watched:
    """A page with four charts, and the slider that is measured (its card switched on)."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(app.address + ("" if card is None else "/?p=pre_sop&lang=en"))
    page.wait_for_function(
        "() => document.querySelectorAll('[data-testid=stVegaLiteChart] canvas,"
        " [data-testid=stVegaLiteChart] svg').length >= 4",
        timeout=PATIENCE,
    )
    if card is not None:
        page.locator(".st-key-levers .toggle").nth(card).click()
    page.wait_for_timeout(3_000)
    page.evaluate(WATCH)
    place = '[data-testid="stSidebar"]' if card is None else ".st-key-levers"
    slider = page.locator(f"{place} input[type=range]").nth(card or 0)
    return Watched(page=page, slider=slider, server=app)


def press(watched: Watched, key: str) -> Step:
    page = watched.page
    watched.slider.focus()
    page.evaluate(PRESS)
    before = watched.server.cpu()
    page.keyboard.press(key)
    page.wait_for_function(DONE, arg=QUIET_MS, timeout=60_000)
    return Step(
        took=float(page.evaluate("() => window.painted - window.pressed")),
        charts=int(page.evaluate("() => window.charts.size")),
        cpu=watched.server.cpu() - before,
        back=key == "ArrowRight",
    )
