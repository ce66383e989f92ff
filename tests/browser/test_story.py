"""The main job in a real browser: from a link to compared scenarios, and from files to a plan."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import room

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "data" / "adventureworks"
REAL_FILES = (
    "AdventureWorks_Sales_2015.csv",
    "AdventureWorks_Sales_2016.csv",
    "AdventureWorks_Sales_2017.csv",
    "AdventureWorks_Products.csv",
    "AdventureWorks_Product_Subcategories.csv",
    "AdventureWorks_Returns.csv",
    "erp_Product.csv",
    "erp_ProductInventory.csv",
)
# A real company's export may lie beside the repository; a small one like it is always there.
BIKES = ROOT / "tests" / "ingest" / "bikes"
COMPANIES = {"look-alike": (sorted(BIKES.glob("*.csv")), "2024")}
if REAL.is_dir():
    COMPANIES["real"] = ([REAL / name for name in REAL_FILES], "2018")


def test_a_cold_visit_states_the_problem_and_leads_to_the_room(page: Page, server: str) -> None:
    page.goto(server)
    expect(page.locator("h2").first).to_contain_text("à risque", timeout=room.PATIENCE)
    expect(page.get_by_role("link", name="3 Pré-PIC")).to_be_visible()
    page.get_by_role("button", name="Ouvrir la salle").click()
    room.painted(page)
    assert page.get_by_role("dialog").count() == 0


def test_a_cold_deep_link_runs_the_frame_first(page: Page, server: str) -> None:
    room.open_room(page, f"{server}/pre_sop?c.saturdays=0.1")
    # Navigation, language and address all come from app.py.
    expect(page.get_by_role("link", name="Comparer")).to_be_visible()
    assert "c.saturdays=0.1" in room.query(page)
    assert page.get_by_text("Page not found").count() == 0


def test_one_key_press_moves_the_charts_the_figures_and_the_address(
    page: Page, server: str
) -> None:
    room.open_room(page, f"{server}/?p=pre_sop")
    room.switch_on(page, "saturdays")
    before, figures = room.marks(page), room.figures(page)
    room.press(page, "saturdays", "Home")
    room.press(page, "saturdays", "ArrowRight")
    after = room.marks(page)
    assert len(after) == 4
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert room.figures(page) != figures
    assert "c.saturdays=0.01" in room.query(page)


def test_undo_goes_back_and_the_back_button_leaves_the_room(page: Page, server: str) -> None:
    page.goto(server)
    page.get_by_role("button", name="Ouvrir la salle").click()
    room.painted(page)
    start = room.figures(page)
    room.switch_on(page, "saturdays")
    moved = room.figures(page)
    page.locator(".st-key-room-undo button").first.click()
    room.wait_for(page, lambda: "c.saturdays" not in room.query(page))
    room.quiet(page)
    assert room.figures(page) == start != moved
    room.switch_on(page, "saturdays")
    page.go_back()
    expect(page.get_by_role("button", name="Ouvrir la salle")).to_be_visible()
    page.go_forward()
    room.painted(page)
    assert "c.saturdays" in room.query(page)
    assert room.figures(page) == moved


def test_a_step_renames_the_entry_of_the_history_and_outlives_a_reload(
    page: Page, server: str
) -> None:
    room.open_room(page, f"{server}/?p=pre_sop&c.saturdays=0.1")
    entries = page.evaluate("history.length")
    room.press(page, "saturdays", "ArrowLeft")
    room.press(page, "saturdays", "ArrowLeft")
    assert page.evaluate("history.length") == entries
    seen = (room.headline(page), room.figures(page))
    # A run of the whole page: Streamlit sends the link that was opened, not the address bar.
    page.locator(".st-key-room-flip button").first.click()
    room.settled(page)
    assert "c.saturdays=0.08" in room.query(page)
    assert (room.headline(page), room.figures(page)) == seen
    page.reload()
    room.painted(page)
    assert "c.saturdays=0.08" in room.query(page)
    assert (room.headline(page), room.figures(page)) == seen


def test_save_two_compare_and_open_the_link_elsewhere(
    page: Page, browser: Browser, server: str, tmp_path: Path
) -> None:
    room.open_room(page, f"{server}/?p=pre_sop")
    room.switch_on(page, "saturdays")
    first = room.save(page, "Samedis")
    room.switch_on(page, "prebuild")
    second = room.save(page, "Samedis et anticipation")
    room.press(page, "prebuild", "ArrowLeft")
    assert first != second
    assert f"s={second}" in room.query(page)
    assert "c.prebuild=" in room.query(page)
    seen = (room.headline(page), room.figures(page), room.words(page))

    page.locator(".st-key-room-share button").first.click()
    expect(page.locator(".stCode code").first).to_be_visible(timeout=room.PATIENCE)
    link = page.locator(".stCode code").first.inner_text().strip()
    room.quiet(page)
    with page.expect_download(timeout=room.PATIENCE) as download:
        page.locator(".st-key-room-export-balance-png button").click()
    picture = tmp_path / "balance.png"
    download.value.save_as(picture)
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size > 20_000
    page.keyboard.press("Escape")

    assert link.startswith(f"{server}/?p=pre_sop")
    other = browser.new_context(locale="fr-FR", viewport={"width": 1920, "height": 1080})
    elsewhere = other.new_page()
    room.open_room(elsewhere, link)
    room.wait_for(elsewhere, lambda: room.figures(elsewhere) == seen[1])
    assert room.headline(elsewhere) == seen[0]
    for mine, theirs in zip(seen[2], room.words(elsewhere), strict=True):
        assert mine == theirs, (mine[-120:], theirs[-120:])
    other.close()

    page.get_by_role("link", name="Comparer").click()
    table = page.get_by_test_id("stTable").first
    expect(table).to_contain_text("Samedis et anticipation", timeout=room.PATIENCE)
    expect(table).to_contain_text("±")
    room.wait_for(page, lambda: "ids=" in room.query(page))
    assert second in room.query(page)
    assert page.get_by_test_id("stVegaLiteChart").count() >= 4


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("/?p=pre_sop&c.saturdays=NaN", "n’est pas un nombre"),
        ("/?p=pre_sop&c.saturdays=99", "sort des limites"),
        ("/?p=pre_sop&c.nothing=1", "n’a pas de levier"),
        ("/?p=pre_sop&s=zzzzzzzzzz", "n’est pas dans cette base"),
        ("/?p=pre_sop&d=0000", "ne sont pas dans cette base"),
        ("/?p=pre_sop&mode=magic", "n’existe pas"),
        ("/?p=nowhere", "n’existe pas"),
        ("/?p=compare&ids=zzzzzzzzzz", "n’est pas dans cette base"),
    ],
)
def test_a_bad_link_says_what_is_wrong_and_loads_the_rest(
    page: Page, server: str, link: str, words: str
) -> None:
    page.goto(server + link)
    expect(page.get_by_test_id("stAlert").first).to_contain_text(words, timeout=room.PATIENCE)
    expect(page.get_by_text("Traceback")).to_have_count(0)
    expect(page.get_by_role("link", name="Cockpit")).to_be_visible()
    if "p=pre_sop" in link:
        room.painted(page)


def test_the_language_follows_the_browser_and_can_be_switched(
    browser: Browser, server: str
) -> None:
    context: BrowserContext = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(server)
    expect(page.locator("h2").first).to_contain_text("at risk", timeout=room.PATIENCE)
    page.locator(".st-key-head-language button").first.click()
    expect(page.locator("h2").first).to_contain_text("à risque", timeout=room.PATIENCE)
    assert "lang=fr" in room.query(page)
    page.get_by_role("link", name="Guide").click()
    expect(page.locator("h2").first).to_contain_text("mots", timeout=room.PATIENCE)
    context.close()


def test_a_slider_keeps_its_place_when_the_language_is_switched(page: Page, server: str) -> None:
    room.open_room(page, f"{server}/?p=pre_sop&lang=fr")
    room.switch_on(page, "saturdays")
    room.press(page, "saturdays", "ArrowLeft")
    assert "c.saturdays=0.14" in room.query(page)
    page.locator(".st-key-head-language button").first.click()
    expect(page.locator("h2").first).to_contain_text("at risk", timeout=room.PATIENCE)
    room.press(page, "saturdays", "ArrowLeft")
    assert "c.saturdays=0.13" in room.query(page)


def test_the_room_fits_one_screen(browser: Browser, server: str) -> None:
    for density, width, height in (("comfort", 1920, 1080), ("compact", 1366, 768)):
        context = browser.new_context(locale="fr-FR", viewport={"width": width, "height": height})
        page = context.new_page()
        room.open_room(page, f"{server}/?p=pre_sop&density={density}&c.saturdays=0.15")
        last = room.room_charts(page).nth(3).bounding_box()
        assert last is not None
        assert last["y"] + last["height"] <= height
        context.close()


@pytest.mark.parametrize(("files", "year"), COMPANIES.values(), ids=COMPANIES.keys())
def test_a_company_of_its_own_from_files_to_the_room(
    page: Page, server: str, files: list[Path], year: str
) -> None:
    page.goto(f"{server}/?p=collect")
    uploads = page.locator("input[type=file]").first
    uploads.set_input_files(files)
    expect(page.get_by_text("Totaux de contrôle")).to_be_visible(timeout=room.PATIENCE)
    expect(page.locator("h2").first).to_contain_text("problèmes à résoudre")
    page.locator(".st-key-collect-good label").first.click()
    expect(page.locator("h2").first).to_contain_text("prêts", timeout=room.PATIENCE)
    name = page.locator(".st-key-collect-company input")
    name.fill("Adventure Works")
    name.press("Enter")
    room.quiet(page)
    page.locator(".st-key-collect-accept button").click()
    kept = "scénarios enregistrés sont gardés"
    expect(page.get_by_test_id("stAlert").first).to_contain_text(kept, timeout=room.PATIENCE)
    expect(page.locator("h2").first).to_contain_text("Adventure Works")

    page.get_by_role("link", name="1 Demande").click()
    page.locator(".st-key-demand-forecast button").click()
    expect(page.get_by_test_id("stProgress")).to_be_visible(timeout=room.PATIENCE)
    expect(page.get_by_text("Plan sur la prévision")).to_be_visible(timeout=600_000)
    room.quiet(page)
    expect(page.locator("h2").first).to_contain_text(f"Demande {year}")

    page.get_by_role("link", name="3 Pré-PIC").click()
    room.painted(page)
    before = room.figures(page)
    card = page.locator(".st-key-levers .toggle").first
    card.click()
    room.wait_for(page, lambda: room.figures(page) != before)
    page.goto(f"{server}/?p=collect")
    page.locator(".st-key-collect-demo button").click()
    expect(page.get_by_text("Valfonte SAS").first).to_be_visible(timeout=room.PATIENCE)
