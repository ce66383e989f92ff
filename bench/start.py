"""Cold store and warm restart to the first simulated chart of the demo company."""

import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.machine import CHROMIUM_FLAGS, ROOT, server, table
from bench.slider import chromium

FIRST_CHART = (
    "() => document.querySelectorAll('[data-testid=stVegaLiteChart] canvas,"
    " [data-testid=stVegaLiteChart] svg').length >= 4"
)


def bench() -> None:
    """Print seconds from the start command to four charts of the live room."""
    rows: list[list[object]] = [["start", "seconds to the first simulated charts", "reach"]]
    with tempfile.TemporaryDirectory() as home, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        for name, reach in (("cold store, first start", "<= 20"), ("warm restart", "<= 5")):
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            begun = time.perf_counter()
            with server(ROOT / "serve.py", home=Path(home)) as app:
                page.goto(f"{app.address}/?p=pre_sop")
                page.wait_for_function(FIRST_CHART, timeout=120_000)
                rows.append([name, f"{time.perf_counter() - begun:.1f}", reach])
            page.close()
        browser.close()
    table("From the start command to the live room", rows)
