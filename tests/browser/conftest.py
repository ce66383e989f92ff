"""A real server on its own port with its own empty store, and a real Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
CHROMIUM = os.environ.get("SOP_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).is_relative_to(ROOT / "tests" / "browser"):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server started as `make run` starts it, with an empty home."""
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"SOP_HOME": str(home), "HOME": str(home), "SOP_DRAWS": "256"}
    for name in ("SOP_DATABASE_URL", "SOP_SLIDERS"):  # other tests of one run set them
        environment.pop(name, None)
    log = home / "server.log"
    command = [sys.executable, "-m", "streamlit", "run", "serve.py"]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - loopback
                return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-2000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, or a loud skip; in continuous integration its absence is a failure."""
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        except Exception as error:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(f"NO CHROMIUM, BROWSER TESTS SKIPPED: {str(error)[:120]}")
        yield browser
        browser.close()


@pytest.fixture
def french(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor with a French browser on a full-HD screen."""
    context = browser.new_context(
        locale="fr-FR", viewport={"width": 1920, "height": 1080}, accept_downloads=True
    )
    yield context
    context.close()


@pytest.fixture
def page(french: BrowserContext) -> Page:
    """A tab of the French visitor."""
    page = french.new_page()
    page.set_default_timeout(30_000)
    return page
