"""The meeting on a real screen: keys, large type, no scrolling, frozen numbers, another server."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import room

SIZE = "getComputedStyle(document.documentElement).fontSize"
TOO_HIGH = """(() => {
    const main = document.querySelector('[data-testid=stMain]');
    return main.scrollHeight - main.clientHeight;
})()"""


def meet(page: Page, address: str) -> None:
    """Open the room and begin a meeting."""
    room.open_room(page, address)
    room.switch_on(page, "saturdays")
    page.locator(".st-key-room-share button:visible").first.click()
    page.locator(".st-key-meeting-begin button:visible").first.click()
    at(page, "1/4")
    page.mouse.move(5, 500)  # off the buttons: their help would hide the screen


def at(page: Page, place: str) -> None:
    """Wait until a topic is on the screen."""
    expect(page.locator("h3").first).to_contain_text(place, timeout=room.PATIENCE)
    room.settled(page)


@pytest.mark.parametrize(("width", "height", "lang"), [(1366, 768, "fr"), (1920, 1080, "en")])
def test_the_keys_turn_the_topics_and_none_needs_scrolling(
    browser: Browser, server: str, width: int, height: int, lang: str
) -> None:
    context = browser.new_context(locale=lang, viewport={"width": width, "height": height})
    page = context.new_page()
    meet(page, f"{server}/?p=pre_sop&lang={lang}")
    assert page.evaluate(SIZE) == {1366: "19px", 1920: "22px"}[width]
    for key, place in (("PageDown", "2/4"), ("ArrowRight", "3/4"), ("PageDown", "4/4")):
        assert page.evaluate(TOO_HIGH) <= 0
        page.keyboard.press(key)
        at(page, place)
    assert page.evaluate(TOO_HIGH) <= 0
    page.keyboard.press("PageUp")
    at(page, "3/4")
    page.keyboard.press("ArrowLeft")
    at(page, "2/4")
    page.locator(".st-key-meeting-end button:visible").first.click()
    expect(page.locator("h3")).to_have_count(0, timeout=room.PATIENCE)
    room.wait_for(page, lambda: page.evaluate(SIZE) == "17px")
    context.close()


def test_frozen_numbers_stand_still_and_another_session_goes_on_from_the_address(
    page: Page, browser: Browser, server: str
) -> None:
    meet(page, f"{server}/?p=pre_sop")
    page.keyboard.press("PageDown")
    at(page, "2/4")
    page.locator(".st-key-meeting-freeze button:visible").first.click()
    expect(page.get_by_text("Chiffres figés depuis")).to_be_visible(timeout=room.PATIENCE)
    shown = room.figures(page)
    page.get_by_test_id("stExpandSidebarButton").click()
    room.press(page, "saturdays", "Home")
    assert room.figures(page) == shown
    page.keyboard.press("PageDown")  # the slider has the focus: the key is its own
    room.settled(page)
    expect(page.locator("h3").first).to_contain_text("2/4")
    assert room.figures(page) == shown
    other = browser.new_context(locale="fr-FR", viewport={"width": 1920, "height": 1080})
    again = other.new_page()  # as after the end of the server: nothing but the address
    again.goto(page.url)
    at(again, "2/4")
    assert room.figures(again) == shown
    expect(again.get_by_text("Chiffres figés depuis")).to_be_visible()
    other.close()
