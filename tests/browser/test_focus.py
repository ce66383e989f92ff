"""A month and a family in a real browser: clicked, kept while a lever is dragged, cleared."""

from playwright.sync_api import Locator, Page, expect

from tests.browser import room
from tests.browser.test_levers import drag

SHADED = """charts => charts.map(chart => [...chart.querySelectorAll('path')]
    .map(mark => [mark.__data__?.datum, mark])
    .filter(([row, mark]) => row?.marked && (+getComputedStyle(mark).opacity || mark.getAttribute(
        'stroke-width') > 0))
    .map(([row]) => row.month))"""


def shaded(page: Page) -> list[set[str]]:
    """The months that are seen marked in each chart."""
    return [set(months) for months in room.room_charts(page).evaluate_all(SHADED)]


def click_month(page: Page, chart: Locator, month: str) -> None:
    """Click where a month stands in a chart."""
    place = chart.evaluate(
        """(chart, month) => {
            const marks = [...chart.querySelectorAll('path')]
                .filter(mark => mark.__data__?.datum?.month === month);
            const box = marks[marks.length - 1].getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }""",
        month,
    )
    before = room.query(page)
    page.mouse.click(*place)
    room.wait_for(page, lambda: room.query(page) != before)
    room.settled(page)


def test_a_month_and_a_family_are_kept_while_a_lever_is_dragged(page: Page, server: str) -> None:
    room.open_room(page, f"{server}/?p=pre_sop&lang=en")
    room.switch_on(page, "saturdays")
    charts, line = room.room_charts(page), page.locator(".st-key-focus .line")
    plain = (room.figures(page), room.headline(page))
    click_month(page, charts.nth(0), "2027-11")
    assert "focus=2027-11" in room.query(page)
    assert shaded(page) == [{"2027-11"}] * 4
    expect(line).to_contain_text("demand €")
    click_month(page, charts.nth(3), "2027-10")  # another one, in another chart
    assert shaded(page) == [{"2027-10"}] * 4
    click_month(page, charts.nth(0), "2027-10")  # the same again
    assert shaded(page) == [set()] * 4
    page.locator(".st-key-focus .pill", has_text="Stoves").click()
    room.wait_for(page, lambda: "focus=~POE" in room.query(page))
    click_month(page, charts.nth(2), "2027-11")
    said, drawn = line.inner_text(), room.marks(page)
    drag(page, "saturdays", [0.98 - 0.05 * n for n in range(11)])
    room.wait_for(page, lambda: "c.saturdays=0.07" in room.query(page))
    room.settled(page)
    assert "focus=2027-11~POE" in room.query(page)
    assert room.headline(page).startswith("Stoves")
    assert shaded(page) == [{"2027-11"}] * 4
    assert (line.inner_text(), room.marks(page)) != (said, drawn)
    page.keyboard.press("Escape")  # the slider has the focus: it has no use for it
    room.wait_for(page, lambda: "focus=" not in room.query(page))
    room.settled(page)
    assert shaded(page) == [set()] * 4
    page.locator(".st-key-room-undo button").first.click()
    room.wait_for(page, lambda: "c.saturdays=0.15" in room.query(page))
    room.settled(page)
    assert (room.figures(page), room.headline(page)) == plain


def test_a_link_opens_on_its_month_and_the_chip_clears_it(page: Page, server: str) -> None:
    room.open_room(page, f"{server}/?p=pre_sop&lang=en&focus=2027-11~COC")
    assert shaded(page) == [{"2027-11"}] * 4
    page.locator(".st-key-focus .step").last.click()
    room.wait_for(page, lambda: "focus=2027-12~COC" in room.query(page))
    room.settled(page)
    assert shaded(page) == [{"2027-12"}] * 4
    page.locator(".st-key-focus .clear").click()
    room.wait_for(page, lambda: "focus=~COC" in room.query(page))
    room.settled(page)
    assert shaded(page) == [set()] * 4
    for width, height in ((1920, 1080), (1366, 768)):
        page.set_viewport_size({"width": width, "height": height})
        room.open_room(page, f"{server}/?p=pre_sop&lang=en&focus=2027-11~COC")
        page.wait_for_timeout(1000)  # the density follows the window
        room.settled(page)
        main = page.get_by_test_id("stMain")
        tall, seen = main.evaluate("place => [place.scrollHeight, place.clientHeight]")
        assert tall <= seen, (width, tall, seen)
