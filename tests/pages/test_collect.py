"""The collect page as a visitor meets it: files refused, one file after a full set, acceptance."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ingest.frepple import workbook

BIKES = Path(__file__).resolve().parents[1] / "ingest" / "bikes"
ONE_YEAR = "Velo_Sales_2024.csv"


def files(*names: str) -> list[tuple[str, bytes, str]]:
    found = [BIKES / name for name in names] or sorted(BIKES.glob("*.csv"))
    return [(file.name, file.read_bytes(), "text/csv") for file in found]


def upload(app: AppTest, *sent: tuple[str, bytes, str]) -> AppTest:
    return app.get("file_uploader")[0].set_value(list(sent)).run()


def words(app: AppTest) -> str:
    kinds = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.success]
    return " ".join(one.value for one in kinds)


def title(app: AppTest) -> str:
    return next(one.value for one in app.markdown if one.value.startswith("## "))


@pytest.fixture
def demo_again(home: Path) -> Iterator[None]:
    """Other tests expect the demo company to be the one in use."""
    yield
    from sim.ui import data

    data.load_demo()


@pytest.mark.parametrize(
    "content",
    [b"", b"colour,size\nred,3\n", bytes(range(256)) * 20],
    ids=["empty", "wrong", "binary"],
)
def test_files_without_usable_sales_show_their_problems_only(visit, content: bytes) -> None:
    app = upload(visit("collect"), ("sales.csv", content, "text/csv"))
    assert not app.exception
    assert "problème" in title(app)
    assert len(app.error) == 1
    assert "Qualité" not in words(app)
    assert "Rien à signaler" not in words(app)
    assert "collect.accept" not in [one.key for one in app.button]
    assert "Totaux" not in words(app)


def test_after_a_full_set_one_sales_file_alone_is_loaded_with_a_warning(
    visit, demo_again: None
) -> None:
    app = upload(visit("collect"), *files())
    app.checkbox(key="collect.good").check().run()
    app.button(key="collect.accept").click().run()
    assert not app.exception
    assert "vos données sont chargées" in title(app)
    assert "scénarios enregistrés sont gardés" in app.success[0].value
    assert app.button(key="collect.next.demand_review")
    app = upload(visit("collect"), *files(ONE_YEAR))
    assert not app.exception
    assert not app.error
    assert r"Velo\_Products.csv" in app.info[0].value
    if any(one.key == "collect.good" for one in app.checkbox):
        app.checkbox(key="collect.good").check().run()
    assert not app.button(key="collect.accept").disabled


def test_loading_the_demo_says_so_and_leads_on(visit) -> None:
    app = visit("collect")
    app.button(key="collect.demo").click().run()
    assert "démonstration est chargée" in title(app)
    assert len(app.success) == 1
    app.button(key="collect.next.cockpit").click().run()
    assert not app.exception
    assert "à risque" in title(app)


@pytest.mark.parametrize(
    ("lang", "told"),
    [("fr", "lu comme un classeur frePPLe"), ("en", "read as a frePPLe workbook")],
)
def test_a_frepple_workbook_is_named_with_the_sheets_it_does_not_need(visit, lang, told) -> None:
    sent = ("plant.xlsx", workbook(), "application/octet-stream")
    app = upload(visit("collect", lang), sent)
    assert not app.exception
    assert told in app.info[0].value
    assert "(supplier, parameter, setup matrix)" in app.info[0].value
    assert not app.button(key="collect.accept").disabled
