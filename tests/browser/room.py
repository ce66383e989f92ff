"""What the browser tests do in the live room, as a person would."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

PATIENCE = 60_000
FIGURES = ".st-key-figures .value"


def open_room(page: Page, address: str) -> None:
    """Open an address of the live room and wait until its charts are painted."""
    page.goto(address)
    painted(page)


def room_charts(page: Page) -> Locator:
    """The four charts of the room."""
    return page.get_by_test_id("stVegaLiteChart")


def painted(page: Page) -> None:
    """Wait for four charts and their marks."""
    charts = room_charts(page)
    expect(charts.nth(3)).to_be_visible(timeout=PATIENCE)
    expect(charts.nth(3).locator("svg").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator(FIGURES).first).to_be_visible(timeout=PATIENCE)
    settled(page)


def quiet(page: Page) -> None:
    """Wait until no script runs."""
    expect(
        page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    ).to_be_visible(timeout=PATIENCE)


def settled(page: Page) -> None:
    """Wait until the browser has painted what the script sent: two equal looks in a row."""
    quiet(page)
    before = marks(page)
    page.wait_for_timeout(250)
    while (now := marks(page)) != before:
        before = now
        page.wait_for_timeout(250)


def query(page: Page) -> str:
    """What the address bar says after the question mark."""
    return str(page.evaluate("decodeURIComponent(location.search)"))


def headline(page: Page) -> str:
    """The one sentence of the page."""
    return page.locator("h2").first.inner_text()


def figures(page: Page) -> list[str]:
    """The KPI cards as they read."""
    return page.locator(FIGURES).all_inner_texts()


def marks(page: Page) -> list[str]:
    """What is drawn in each chart: the geometry and the words of its marks."""
    script = """charts => charts.map(chart => [...chart.querySelectorAll('path[d], text')]
        .map(mark => mark.getAttribute('d') || mark.textContent).join('|'))"""
    return list(room_charts(page).evaluate_all(script))


def words(page: Page) -> list[str]:
    """The words of each chart: axes, values and end labels."""
    script = """charts => charts.map(chart => [...chart.querySelectorAll('text')]
        .map(mark => mark.textContent).join('|'))"""
    return list(room_charts(page).evaluate_all(script))


def lever(page: Page, card: str) -> Locator:
    """The card of a lever."""
    return page.locator(f'.st-key-levers .card[data-card="{card}"]')


def switch_on(page: Page, card: str) -> None:
    """Switch a lever card on and wait for its value in the address bar."""
    lever(page, card).locator(".toggle").click()
    wait_for(page, lambda: f"c.{card}=" in query(page))
    settled(page)


def press(page: Page, card: str, key: str) -> None:
    """One key press on the slider of a card."""
    before = query(page)
    lever(page, card).locator(".range").focus()
    page.keyboard.press(key)
    wait_for(page, lambda: query(page) != before)
    settled(page)


def choose(page: Page, card: str, act: str) -> None:
    """Choose from the menu of a card."""
    lever(page, card).locator(".more").click()
    lever(page, card).get_by_role("menuitem", name=act).click()


def save(page: Page, name: str) -> str:
    """Save the scenario under a name; return its id from the address bar."""
    before = saved_id(page)
    page.locator(".st-key-room-keep button").first.click()
    field = page.locator(".st-key-room-name input")
    field.fill(name)
    field.press("Enter")
    quiet(page)
    page.locator(".st-key-room-save button").click()
    wait_for(page, lambda: saved_id(page) not in ("", before))
    page.keyboard.press("Escape")
    quiet(page)
    return saved_id(page)


def saved_id(page: Page) -> str:
    """The id of the saved scenario in the address bar."""
    found = re.search(r"[?&]s=([a-z0-9]+)", query(page))
    return found.group(1) if found else ""


def wait_for(page: Page, condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(PATIENCE // 100):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("nothing changed in time")
