"""Two visitors: one presents, the other follows on a telephone, within two seconds."""

import time

from playwright.sync_api import Browser, Page, expect

from tests.browser import room

DELAY = 2.0  # [s]


def present(page: Page) -> str:
    """Start presenting; return the link."""
    page.locator(".st-key-room-share button:visible").first.click()
    page.locator(".st-key-present-start button:visible").first.click()
    link = page.get_by_test_id("stCode").first
    expect(link).to_contain_text("p=follow", timeout=room.PATIENCE)
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    found = link.inner_text().strip()
    page.keyboard.press("Escape")
    room.settled(page)
    return found


def test_a_telephone_follows_the_presenter_within_two_seconds(
    page: Page, browser: Browser, server: str
) -> None:
    room.open_room(page, f"{server}/?p=pre_sop&lang=en")
    room.switch_on(page, "saturdays")
    link = present(page)
    phone = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844})
    viewer = phone.new_page()
    sent: list[object] = []
    viewer.on("websocket", lambda line: line.on("framesent", lambda frame: sent.append(frame)))
    room.open_room(viewer, link)  # cold: its first page is this one
    assert room.headline(viewer)
    assert viewer.locator("[data-testid=stButton], input:visible").count() == 0
    assert viewer.evaluate("document.documentElement.scrollWidth") <= 390
    late = []
    for key in ("ArrowLeft", "ArrowLeft", "ArrowRight"):
        before = room.figures(viewer)
        room.lever(page, "saturdays").locator(".range").focus()
        began = time.monotonic()
        page.keyboard.press(key)
        while room.figures(viewer) == before and time.monotonic() - began < 10:
            viewer.wait_for_timeout(20)
        late.append(time.monotonic() - began)
        room.settled(page)
        room.settled(viewer)
        assert room.figures(viewer) == room.figures(page)
    assert max(late) <= DELAY, late
    sent.clear()
    viewer.wait_for_timeout(2_500)
    assert not sent  # while the presenter rests nobody asks for the page
    page.close()
    expect(viewer.locator("h2").first).to_contain_text("over", timeout=5_000)
    phone.close()
