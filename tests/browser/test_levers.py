"""The lever panel in a real browser: it speaks while it is dragged, and the last word counts."""

import random

from playwright.sync_api import Page, expect

from tests.browser import room


def drag(page: Page, card: str, places: list[float]) -> list[str]:
    """Drag a slider over places (shares of its width); the service figure seen at each."""
    box = room.lever(page, card).locator(".range").bounding_box()
    assert box is not None
    height = box["y"] + box["height"] / 2
    seen = []
    page.mouse.move(box["x"] + box["width"] * places[0], height)
    page.mouse.down()
    for place in places:
        page.mouse.move(box["x"] + box["width"] * place, height)
        page.wait_for_timeout(120)
        seen.append("|".join(room.figures(page)))
    page.mouse.up()
    return seen


def value(page: Page, card: str) -> str:
    return room.lever(page, card).locator(".value").inner_text()


def test_the_room_follows_a_drag_and_the_last_value_counts(page: Page, server: str) -> None:
    room.open_room(page, f"{server}/?p=pre_sop&lang=en")
    room.switch_on(page, "saturdays")
    start = (room.query(page), room.figures(page))
    seen = drag(page, "saturdays", [0.98 - 0.04 * n for n in range(18)])
    assert len(set(seen)) >= 4, seen  # before, and at least three states in between
    room.wait_for(page, lambda: "c.saturdays=0.04" in room.query(page))
    room.settled(page)
    assert value(page, "saturdays") == "4%"
    after = room.figures(page)
    page.reload()
    room.painted(page)
    assert room.figures(page) == after  # what was on the screen is what the value gives
    page.goto(f"{server}/?p=pre_sop&lang=en&c.saturdays=0.15")
    room.painted(page)
    assert room.figures(page) == start[1]


def test_the_mark_of_the_own_history_follows_a_drag(page: Page, server: str) -> None:
    room.open_room(page, f"{server}/?p=pre_sop&lang=en")
    page.locator(".st-key-room-add button").first.click()
    page.locator(".st-key-add-group-demand button").filter(has_text="Volume").first.click()
    page.locator(".st-key-add-confirm button").click()
    card = room.lever(page, "volume")
    expect(card).to_be_attached(timeout=room.PATIENCE)
    page.keyboard.press("Escape")
    room.settled(page)
    card.scroll_into_view_if_needed()
    box, mark = card.locator(".range").bounding_box(), card.locator(".mark").first
    assert box is not None
    height = box["y"] + box["height"] / 2
    seen = []
    page.mouse.move(box["x"] + box["width"] * 0.5, height)
    page.mouse.down()
    for place in (0.5, 0.6, 0.7, 0.9, 0.5):
        page.mouse.move(box["x"] + box["width"] * place, height)
        page.wait_for_timeout(50)  # far less than an answer of the server takes
        seen.append((mark.inner_text(), mark.get_attribute("class")))
    said = card.locator(".range").get_attribute("aria-valuetext")
    page.mouse.up()
    assert seen[0] == seen[-1] == ("", "mark ")
    assert all("never more than" in words and "watch" in tone for words, tone in seen[1:-1])
    assert said == "0%"


def test_a_drag_is_one_step_of_undo(page: Page, server: str) -> None:
    room.open_room(page, f"{server}/?p=pre_sop&lang=en")
    room.switch_on(page, "saturdays")
    before = (room.query(page), room.figures(page))
    drag(page, "saturdays", [0.98 - 0.05 * n for n in range(11)])
    room.wait_for(page, lambda: "c.saturdays=0.07" in room.query(page))
    room.settled(page)
    page.locator(".st-key-room-undo button").first.click()
    room.wait_for(page, lambda: "c.saturdays=0.15" in room.query(page))
    room.settled(page)
    assert (room.query(page), room.figures(page)) == before
    assert value(page, "saturdays") == "15%"


def test_undo_and_redo_of_twenty_random_steps_give_the_same_screens(
    page: Page, server: str
) -> None:
    room.open_room(page, f"{server}/?p=pre_sop&lang=en")
    cards = ("saturdays", "prebuild", "third_shift")
    for card in cards:
        room.switch_on(page, card)
    seen = [(room.query(page), room.figures(page))]
    chance = random.Random(7)
    for _ in range(20):
        card = chance.choice(cards)
        at, most = room.lever(page, card).locator(".range").evaluate("r => [+r.value, +r.max]")
        keys = ["ArrowRight"] * (at < most) + ["ArrowLeft", "Home"] * (at > 0)
        room.press(page, card, chance.choice(keys))
        seen.append((room.query(page), room.figures(page)))
    for name, order in (("undo", reversed(seen[:-1])), ("redo", iter(seen[1:]))):
        for query, figures in order:
            page.locator(f".st-key-room-{name} button").first.click()
            room.wait_for(page, lambda query=query: room.query(page) == query)
            room.settled(page)
            assert room.figures(page) == figures


def test_a_value_can_be_typed_and_a_wrong_one_is_told(page: Page, server: str) -> None:
    room.open_room(page, f"{server}/?p=pre_sop&lang=fr")
    card = room.lever(page, "saturdays")
    room.switch_on(page, "saturdays")
    for typed, told in (("12,5", "c.saturdays=0.125"), ("0,5 %", "c.saturdays=0.005")):
        card.locator(".value").click()
        card.locator(".typed").fill(typed)
        card.locator(".typed").press("Enter")
        room.wait_for(page, lambda told=told: told in room.query(page))
        room.settled(page)
    assert value(page, "saturdays") == "0,5\u202f%"
    card.locator(".value").click()
    card.locator(".typed").fill("beaucoup")
    card.locator(".typed").press("Enter")
    expect(page.get_by_text("n’est pas un nombre")).to_be_visible(timeout=room.PATIENCE)


def test_a_card_is_duplicated_moved_edited_and_removed(page: Page, server: str) -> None:
    room.open_room(page, f"{server}/?p=pre_sop&lang=en")
    cards = page.locator(".st-key-levers .card")
    first = cards.first.get_attribute("data-card")
    assert first is not None
    room.choose(page, first, "Move down")
    expect(cards.nth(1)).to_have_attribute("data-card", first, timeout=room.PATIENCE)
    room.choose(page, first, "Duplicate")
    expect(cards.nth(2)).to_have_attribute("data-card", f"{first}_2", timeout=room.PATIENCE)
    room.choose(page, first, "Edit")
    owner = page.get_by_role("dialog").get_by_label("Owner")
    owner.fill("Anna")
    owner.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Save the lever").click()
    expect(room.lever(page, first).locator(".note")).to_contain_text("Anna", timeout=room.PATIENCE)
    room.choose(page, first, "Remove")
    expect(room.lever(page, first)).to_have_count(0, timeout=room.PATIENCE)


def test_the_standard_sliders_are_one_switch_away(page: Page, server: str) -> None:
    room.open_room(page, f"{server}/?p=pre_sop&lang=en")
    page.get_by_role("link", name="Settings").click()
    page.locator(".st-key-settings-native label").first.click()
    room.quiet(page)
    page.get_by_role("link", name="3 Pre-S&OP").click()
    room.painted(page)
    expect(page.locator(".st-key-levers")).to_have_count(0)
    page.locator(".st-key-card-saturdays-on label").first.click()
    room.wait_for(page, lambda: "c.saturdays=" in room.query(page))
