"""The nine dirty French files in a real browser: from the drop to the live room."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from sim.ingest.demo import demo_tables
from sim.ingest.demo.dirty import dirty_files
from tests.browser import room

SHOWN = [
    "articles.csv, ligne 14\u00a0: la clé Code article = «\u00a0PLA-400\u00a0» est déjà donnée",
    "gammes.csv, ligne 14\u00a0: la clé Article, Ressource = «\u00a0PLA-200 / PRE\u00a0»",
    "commandes.csv, ligne 14\u00a0: la clé Commande, Ligne = «\u00a0C100005 / 1\u00a0»",
    "ventes.csv, ligne 67\u00a0: lignes de vente négatives (1 en tout)",
    "le code «\u00a0PORT\u00a0» n’est pas dans articles.csv (lignes concernées\u00a0: 3)",
    "le code «\u00a0coc-w30\u00a0» n’est pas dans articles.csv (lignes concernées\u00a0: 4)",
]
MISSING = "1 sur 1\u202f384 mois d’articles, par exemple COC-W30 2024-05"


@pytest.fixture(scope="module")
def uploads() -> list[dict[str, object]]:
    files = dirty_files(demo_tables())
    return [{"name": name, "mimeType": "text/csv", "buffer": body} for name, body in files]


def test_from_nine_dirty_files_to_the_live_room(
    page: Page, server: str, uploads: list[dict[str, object]]
) -> None:
    page.goto(f"{server}/?p=collect")
    page.locator("input[type=file]").first.set_input_files(uploads)  # type: ignore[arg-type]
    expect(page.locator("h2").first).to_contain_text("6 problèmes", timeout=room.PATIENCE)
    warning = page.get_by_test_id("stAlert").filter(has_text="lignes de vente négatives")
    assert warning.locator("li").count() == len(SHOWN)
    for sentence in SHOWN:
        expect(warning).to_contain_text(sentence)
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
    page.goto(f"{server}/?p=collect")
    page.locator(".st-key-collect-demo button").click()
    expect(page.get_by_text("Valfonte SAS").first).to_be_visible(timeout=room.PATIENCE)


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
    expect(page.get_by_test_id("stTable").last).to_contain_text("saisie")
    page.locator(".st-key-collect-demo button").click()
    expect(page.locator("h2").first).to_contain_text("démonstration", timeout=room.PATIENCE)


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
