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
    assert "déjà en usage" in title(app)
    assert "déjà chargé le" in app.info[0].value
    app.button(key="collect.again.button").click().run()
    assert not app.exception
    # Its codes are those of the sales system: without the product file no list in use knows them.
    assert r"Velo\_Products.csv" in words(app)
    assert "la liste en usage" in str([one.value.to_dict() for one in app.table])
    app.radio(key="collect.how").set_value("afresh").run()
    assert not app.error
    assert r"Velo\_Products.csv" in words(app)
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


def test_the_encoding_is_shown_on_accented_lines_and_changed_by_one_click(visit) -> None:
    body = "Article;Désignation;Mois;Qté\nA;Poêle;2024-01;3\nB;Gant;2024-02;4\n".encode()
    app = upload(visit("collect"), ("ventes.csv", body, "text/csv"))
    assert "A;Poêle;2024-01;3" in app.code[0].value
    app = app.selectbox(key="collect.encoding.ventes.csv").set_value("cp1252").run()
    assert not app.exception
    assert "A;PoÃªle;2024-01;3" in app.code[0].value
    app = app.selectbox(key="collect.encoding.ventes.csv").set_value("").run()
    assert "A;Poêle;2024-01;3" in app.code[0].value


ITEMS = ("item.csv", b"item,label,price\nA,Anvil,5\nB,Box,6\n", "text/csv")
JANUARY = ("sales.csv", b"item,month,quantity\nA,2026-01,1\nA,2026-02,2\nB,2026-02,3\n", "text/csv")
MONTH = b"item;month;quantity\nA;2026-02;7\nB;2026-02;3\nA;2026-03;4\n"
FEBRUARY = ("ventes 2.csv", MONTH, "text/csv")
WRONG = ("ventes 3.csv", MONTH + b"A;jamais;7\nB;2026-02;x\nZ;2026-03;4\n", "text/csv")


def table(app: AppTest, column: str) -> list[list[str]]:
    found = next(one.value for one in app.table if column in one.value.columns)
    return [[str(cell) for cell in row] for row in found.itertuples(index=False)]


def test_a_month_of_sales_shows_what_changes_and_keeps_the_rest(visit, demo_again: None) -> None:
    app = upload(visit("collect"), JANUARY, ITEMS)
    assert not app.exception
    app.text_input(key="collect.company").set_value("Tiny").run()
    app.button(key="collect.accept").click().run()
    assert "Tiny" in title(app)
    app = upload(visit("collect"), FEBRUARY)
    assert app.radio(key="collect.how").value == "update"
    (sales,) = table(app, "Modifiées")
    assert sales == ["Ventes", "1", "1", "2", "–", "remplacer les périodes du fichier"]
    assert "Articles (2)" in words(app)
    assert "2\u00a0→\u00a0**7**" in words(app)
    app.selectbox(key="collect.mode.sales").set_value("append").run()
    assert app.button(key="collect.accept").disabled
    assert "déjà en usage" in " ".join(cell for row in table(app, "Que faire") for cell in row)
    app.selectbox(key="collect.mode.sales").set_value("upsert").run()
    app.radio(key="collect.how").set_value("afresh").run()
    assert ["Articles", "–", "2", "–", "–"] in table(app, "Modifiées")
    assert "Gardés tels quels" not in words(app)
    app.radio(key="collect.how").set_value("update").run()
    app.button(key="collect.accept").click().run()
    assert not app.exception
    assert "Tiny" in title(app)
    assert table(app, "Par")[0][3] == "mise à jour"
    assert table(app, "Par")[0][5] == "+1 ≠1 −0"
    app.button(key="collect.undo").click().run()
    assert "annulé" in title(app).lower()


def test_data_accepted_by_somebody_else_meanwhile_are_kept_and_shown(
    visit, demo_again: None
) -> None:
    app = upload(visit("collect"), JANUARY, ITEMS)
    app.button(key="collect.accept").click().run()
    mine = upload(visit("collect"), FEBRUARY)
    other = upload(visit("collect"), ("item.csv", b"item,label,price\nA,Enclume,5\n", "text/csv"))
    other.button(key="collect.accept").click().run()
    assert not other.exception
    mine.button(key="collect.accept").click().run()
    assert "entre-temps" in mine.error[0].value
    mine.button(key="collect.accept").click().run()
    assert not mine.exception
    assert "chargées" in title(mine)
    from sim.ui import data

    tables = data.store().load(data.store().latest().id)[0]
    assert tables["item"]["label"].tolist() == ["Enclume", "Box"]
    assert tables["sales"]["quantity"].sum() == 15


def test_every_problem_stands_in_a_table_with_its_remedy(visit, demo_again: None) -> None:
    app = upload(visit("collect"), WRONG, ITEMS)
    assert not app.exception
    rows = table(app, "Que faire")
    assert ["ventes 3.csv", "5", "month", "jamais", "Un mois, comme 2026-11"] in [
        row[:5] for row in rows
    ]
    assert len(rows) == 3
    assert "(3)" in app.warning[0].value
    assert app.get("download_button")


def test_leaving_wrong_rows_out_is_chosen_for_these_files_and_for_no_others(visit) -> None:
    app = upload(visit("collect"), WRONG, ITEMS)
    app.radio(key="collect.how").set_value("afresh").run()
    app.checkbox(key="collect.good").check().run()
    assert not app.button(key="collect.accept").disabled
    app = upload(app, ("ventes 4.csv", WRONG[1] + b"A;demain;7\n", "text/csv"), ITEMS)
    assert not app.checkbox(key="collect.good").value
    assert app.button(key="collect.accept").disabled


def test_undo_takes_back_the_import_that_was_shown_and_no_later_one(
    visit, demo_again: None
) -> None:
    app = upload(visit("collect"), JANUARY, ITEMS)
    app.button(key="collect.accept").click().run()
    mine = visit("collect")
    other = upload(visit("collect"), FEBRUARY)
    other.button(key="collect.accept").click().run()
    from sim.ui import data

    theirs = data.store().latest().id
    mine.button(key="collect.undo").click().run()
    assert "entre-temps" in mine.error[0].value
    assert data.store().latest().id == theirs
    mine.button(key="collect.undo").click().run()
    assert data.store().latest().id != theirs


@pytest.mark.parametrize("button", ["collect.undo", "collect.demo"])
def test_who_may_only_look_changes_no_data(visit, demo_again: None, monkeypatch, button) -> None:
    from sim.ui import access, data

    app = upload(visit("collect"), JANUARY, ITEMS)
    app.button(key="collect.accept").click().run()
    before = data.store().latest().id
    monkeypatch.setattr(access, "roles", lambda: frozenset({access.Role.VIEWER}))
    app = visit("collect")
    app.button(key=button).click().run()
    assert len(app.error) == 1
    assert data.store().latest().id == before
