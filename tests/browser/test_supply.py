"""The supply review in a real browser: a click tells a cell, a mode moves all, a name signs."""

from playwright.sync_api import Page, expect

from tests.browser import room


def test_a_cell_is_told_the_mode_drives_the_page_and_operations_sign(
    page: Page, server: str
) -> None:
    page.goto(f"{server}/?p=supply_review")
    heat = page.locator(".st-key-supply-load svg.marks")
    expect(heat).to_be_visible(timeout=room.PATIENCE)
    worth = room.room_charts(page).nth(3).locator("svg.marks")  # the last one to come
    expect(worth).to_be_visible(timeout=room.PATIENCE)
    room.settled(page)
    worst = page.get_by_role("heading", name="Fonte achetée · octobre 2027")
    expect(worst).to_be_visible()

    # Powder coating in May; the number lets the click through to its cell.
    place = heat.get_by_text("163", exact=True).bounding_box()
    assert place is not None
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    expect(page.get_by_role("heading", name="Peinture poudre · mai 2027")).to_be_visible()
    expect(page.get_by_text("163\u202f% de la capacité")).to_be_visible()

    # The same in hours: the cell keeps its place and its colour.
    page.locator(".st-key-supply-unit button", has_text="Heures").click()
    expect(heat.get_by_text("1\u202f651", exact=True)).to_be_visible()
    expect(heat.get_by_text("Fonte achetée, jeux")).to_be_visible()

    before = room.headline(page)
    page.locator(".st-key-supply-mode button", has_text="Optimal").click()
    room.wait_for(page, lambda: room.headline(page) != before)
    room.settled(page)
    # The cell stays chosen, the plan's use of it is another.
    expect(page.get_by_text("Le plan «\u00a0optimal\u00a0» en utilise")).to_be_visible()

    expect(page.get_by_text("pas encore signée")).to_be_visible()
    page.get_by_role("button", name="Signer la faisabilité").click()
    name = page.locator(".st-key-supply-sign-name input")
    name.fill("S. Marchal")
    name.press("Enter")
    room.quiet(page)
    page.locator(".st-key-supply-sign-do button").click()
    expect(page.get_by_text("Faisabilité signée par S. Marchal")).to_be_visible()

    page.keyboard.press("Escape")
    page.locator(".st-key-supply-mode button", has_text="Nivelé").click()
    expect(page.get_by_text("Elle ne vaut pas pour le plan affiché")).to_be_visible()

    page.locator(".st-key-supply-mode button", has_text="Optimal").click()
    expect(page.get_by_text("Elle ne vaut pas pour le plan affiché")).to_be_hidden()
    page.get_by_role("button", name="Rouvrir").click()
    for field, value in (("name input", "C. Petit"), ("reason textarea", "presse en panne")):
        place = page.locator(f".st-key-supply-sign-{field}")
        place.fill(value)
        place.press("Tab")
        room.quiet(page)
    page.locator(".st-key-supply-reopen-do button").click()
    expect(page.get_by_text("Retirée par C. Petit").first).to_be_visible()
    expect(page.get_by_role("button", name="Signer la faisabilité")).to_be_visible()
