"""The nine dirty French files in a real browser: from the drop to the live room."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from sim.ingest.demo import demo_tables
from sim.ingest.demo.dirty import dirty_files
from tests.browser import room

# File, line, column and value of each problem.
SHOWN = [
    ("articles.csv", "14", "Code article", "PLA-400"),
    ("gammes.csv", "14", "Article, Ressource", "PLA-200 / PRE"),
    ("commandes.csv", "14", "Commande, Ligne", "C100005 / 1"),
    ("ventes.csv", "67", "quantity", "Un nombre, 0 ou plus"),
    ("ventes.csv", "119", "Article", "PORT"),
    ("ventes.csv", "87", "Article", "coc-w30"),
]
MISSING = "1 sur 1\u202f384 mois d’articles, par exemple COC-W30 2024-05"


@pytest.fixture(scope="module")
def uploads() -> list[dict[str, object]]:
    files = dirty_files(demo_tables())
    return [{"name": name, "mimeType": "text/csv", "buffer": body} for name, body in files]


@pytest.fixture(autouse=True)
def demo_again(server: str, browser: Browser) -> Iterator[None]:
    """Whatever happens here, the tests after it meet the demo company."""
    yield
    page = browser.new_page(locale="fr-FR")
    page.goto(f"{server}/?p=collect")
    page.locator(".st-key-collect-demo button").click(timeout=2 * room.PATIENCE)
    kept = page.get_by_test_id("stAlert").filter(has_text="scénarios enregistrés sont gardés")
    expect(kept.first).to_be_visible(timeout=room.PATIENCE)
    room.quiet(page)
    page.close()


def test_from_nine_dirty_files_to_the_live_room(
    page: Page, server: str, uploads: list[dict[str, object]]
) -> None:
    page.goto(f"{server}/?p=collect")
    # The first visit of a cold server waits for the simulator to be ready.
    expect(page.locator(".st-key-collect-demo")).to_be_visible(timeout=2 * room.PATIENCE)
    page.locator("input[type=file]").first.set_input_files(uploads)  # type: ignore[arg-type]
    expect(page.locator("h2").first).to_contain_text("6 problèmes", timeout=room.PATIENCE)
    problems = page.get_by_test_id("stTable").filter(has_text="Que faire").first
    assert problems.locator("tbody tr").count() == len(SHOWN)
    for words in SHOWN:
        row = problems.locator("tbody tr")
        for word in words:
            row = row.filter(has_text=re.compile(re.escape(word), re.IGNORECASE))
        expect(row).to_have_count(1)
    expect(page.get_by_text(MISSING)).to_be_visible()

    page.locator(".st-key-collect-near label").first.click()
    expect(page.locator("h2").first).to_contain_text("5 problèmes", timeout=room.PATIENCE)
    expect(page.get_by_text(MISSING)).to_have_count(0)
    page.locator(".st-key-collect-good label").first.click()
    expect(page.locator("h2").first).to_contain_text("prêts", timeout=room.PATIENCE)
    totals = page.get_by_test_id("stTable").filter(has_text="Fichier ou table").first
    expect(totals).to_contain_text("2\u202f365\u202f187")  # the clean demo's units
    page.locator(".st-key-collect-accept button").click()
    kept = "scénarios enregistrés sont gardés"
    expect(page.get_by_test_id("stAlert").first).to_contain_text(kept, timeout=room.PATIENCE)

    page.get_by_role("link", name="1 Demande").click()
    page.locator(".st-key-demand-forecast button").click()
    expect(page.get_by_text("Plan sur la prévision")).to_be_visible(timeout=600_000)
    page.get_by_role("link", name="3 Pré-PIC").click()
    room.painted(page)


@pytest.mark.parametrize(("value", "accepted"), [("", False), ("3000", True)])
def test_a_capacity_typed_into_the_grid_passes_the_checks_of_a_file(
    page: Page, server: str, value: str, accepted: bool
) -> None:
    page.goto(f"{server}/?p=collect")
    page.locator(".st-key-typed-open summary").click()
    room.quiet(page)
    keep = page.locator(".st-key-typed-apply button")
    expect(keep).to_be_disabled()
    grid = page.get_by_test_id("stDataFrame").last
    _type(page, grid, value, until=lambda: keep.is_enabled())
    keep.click()
    if not accepted:
        problem = page.get_by_test_id("stAlert").filter(has_text="la cellule est vide")
        expect(problem).to_contain_text("Capacités, ligne 1, colonne", timeout=room.PATIENCE)
        return
    expect(page.locator("h2").first).to_contain_text("saisie", timeout=room.PATIENCE)
    listed = page.get_by_test_id("stTable").filter(has_text="saisie")
    expect(listed.first).to_be_visible(timeout=room.PATIENCE)


def _type(page: Page, grid: Locator, value: str, *, until: Callable[[], bool]) -> None:
    """Type into the first cell of the last column, or empty it; again when nothing happened."""
    for _ in range(4):
        grid.scroll_into_view_if_needed()
        box = grid.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] - 60, box["y"] + 53)
        page.wait_for_timeout(500)
        if value:
            page.keyboard.type(value, delay=60)
        page.keyboard.press("Enter" if value else "Delete")
        page.wait_for_timeout(1_000)
        room.quiet(page)
        if until():
            return
    raise AssertionError("the grid did not take the value")
