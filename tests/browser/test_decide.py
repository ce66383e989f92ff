"""The gap closer in a real browser: a red cell, its options, one click, and it is in the room."""

from playwright.sync_api import Locator, Page, expect

from tests.browser import room

HEAT = ".st-key-decide-gap-chart svg.marks"
# The darkest cells of the heat table, and in the midst of which pixels each lies.
CELLS = """svg => { const paths = [...svg.querySelectorAll('path[aria-roledescription]')]
  .filter(one => one.getAttribute('aria-roledescription') === 'rect mark');
  const dark = one => { const [r, g, b] = getComputedStyle(one).fill.match(/[0-9.]+/g).map(Number);
    return r + g + b; };
  const ranked = paths.filter(one => getComputedStyle(one).fill.startsWith('rgb'))
    .sort((one, other) => dark(one) - dark(other));
  return ranked.slice(0, 6).map(one => { const box = one.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2]; }); }"""


def chosen(page: Page) -> tuple[str, str]:
    """The family and the month of the cell that is asked about."""
    family, month = (
        page.locator(f".st-key-decide-gap-{name} input").input_value()
        for name in ("family", "month")
    )
    return family, month


def test_a_red_cell_is_clicked_and_one_click_puts_what_closes_it_into_the_room(
    page: Page, server: str
) -> None:
    page.goto(f"{server}/?p=decide")
    expect(page.locator(HEAT)).to_be_visible(timeout=room.PATIENCE)
    add = page.locator(".st-key-decide-gap-add-0 button")
    expect(add).to_be_visible(timeout=room.PATIENCE)
    room.settled(page)
    worst, sentence = chosen(page), room.headline(page)

    for x, y in page.locator(HEAT).evaluate(CELLS):
        page.mouse.click(x, y)
        room.quiet(page)
        if chosen(page) != worst:
            break
    assert chosen(page) != worst
    room.wait_for(page, lambda: room.headline(page) != sentence)
    expect(add).to_be_visible(timeout=room.PATIENCE)
    family, month = chosen(page)
    room.wait_for(page, lambda: family in room.headline(page) and month in room.headline(page))
    options: Locator = page.locator("[class*=st-key-decide-gap-add-] button")
    assert 1 <= options.count() <= 3
    expect(page.get_by_text("de l’écart").first).to_be_visible()

    add.click()
    expect(page.get_by_text("Ajouté au scénario de la salle")).to_be_visible(timeout=room.PATIENCE)
    page.locator(".st-key-decide-room button").click()
    room.painted(page)
    expect(page.locator(".st-key-levers .card .toggle:checked")).to_have_count(1)
