"""A scenario of eight cards, sent as a link, is the same in a browser that was never here."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from sim.model.scenario import from_json
from tests.browser import room


def exported(page: Page, folder: Path, name: str) -> bytes:
    """The scenario of the room as a file."""
    page.locator(".st-key-room-share button").first.click()
    button = page.locator(".st-key-room-json button")
    expect(button).to_be_visible(timeout=room.PATIENCE)
    room.quiet(page)
    with page.expect_download(timeout=room.PATIENCE) as download:
        button.click()
    path = folder / name
    download.value.save_as(path)
    return path.read_bytes()


def test_a_link_of_eight_cards_opens_equal_in_a_cold_second_browser(
    page: Page, browser: Browser, server: str, tmp_path: Path
) -> None:
    room.open_room(page, f"{server}/?p=pre_sop")
    cards = page.locator(".st-key-levers .card")
    while cards.count() < 8:
        before = cards.count()
        room.choose(page, str(cards.first.get_attribute("data-card")), "Dupliquer")
        room.wait_for(page, lambda before=before: cards.count() == before + 1)
        room.settled(page)
    names = [str(card.get_attribute("data-card")) for card in cards.all()][:8]
    for name in names:
        if f"c.{name}=" not in room.query(page):
            lever = room.lever(page, name)
            lever.locator(".toggle").click()
            room.settled(page)
    room.save(page, "Huit leviers")
    room.press(page, names[0], "ArrowLeft")  # the link says what was moved since, too
    seen = (room.headline(page), room.figures(page), room.words(page))
    mine = exported(page, tmp_path, "mine.json")
    link = page.locator(".stCode code").first.inner_text().strip()
    found = from_json(mine.decode())
    assert len(found.cards) >= len(names) == 8
    assert {card.id for card in found.active} >= set(names)

    other = browser.new_context(locale="fr-FR", viewport={"width": 1920, "height": 1080})
    elsewhere = other.new_page()
    room.open_room(elsewhere, link)
    room.wait_for(elsewhere, lambda: room.figures(elsewhere) == seen[1])
    assert room.headline(elsewhere) == seen[0]
    assert room.words(elsewhere) == seen[2]
    assert exported(elsewhere, tmp_path, "theirs.json") == mine
    other.close()
