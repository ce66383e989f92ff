"""The shapes that planners' sheets have: titles, stacked tables, pivots, blank parents."""

import pytest

from sim.ingest import build, inspect, parts
from tests.ingest.files import SALES, book
from tests.ingest.words import keys, sentences, told


def look(text, name="ventes.csv", *more):
    return inspect([(name, text.encode() if isinstance(text, str) else text), *more])


def loaded(previews, maps=None):
    """item -> month -> quantity of the sales; nothing may stand in the way."""
    found = build(previews, maps)
    assert not found.blocking, [sentences(one) for one in found.blocking]
    assert not found.problems, [sentences(one) for one in found.problems]
    return {
        (line.item, f"{line.month:%Y-%m}"): line.quantity
        for line in found.tables["sales"].itertuples()
    }


def told_of(found, key):
    return next(told(one) for one in found.warnings if one.key == key)


STACKED = """Ventes en unités, extrait le 31/02/2019;;;
;;;
Article;janv.-24;févr.-24;mars-24
A;10;20;30
B;1;2;3

Ventes en € (CA HT);;;
Article;janv.-24;févr.-24;mars-24
A;100,50;200;300
B;10;20;30
Source : ERP, édition du 12/03/2024;;;
"""


def test_two_tables_under_each_other_are_two_previews_with_their_own_unit():
    units, money = look(STACKED)
    assert [units.id, money.id] == ["ventes.csv", "ventes.csv #2"]
    assert units.title == ("Ventes en unités, extrait le 31/02/2019",)
    assert (units.header_row, money.header_row) == (3, 8)
    assert (units.mapping.wide_value, money.mapping.wide_value) == ("quantity", "revenue")
    assert keys(money.notices) == ["notice.upload.notes"]
    assert all(sentences(money.notices[0]))
    sales = build([units, money]).require()["sales"]
    assert len(sales) == 6
    assert sales["quantity"].sum() == 66
    assert sales["revenue"].sum() == 660.5


def test_money_without_its_quantity_is_told():
    alone = STACKED.split("\n\n", 1)[1].split("\n", 1)
    found = build(look(alone[0] + "\n" + alone[1]))
    assert "error.data.missing_column" in keys(found.blocking)
    more = STACKED.replace("B;10;20;30", "B;10;20;30\nC;5;5;5")
    found = build(look(more), accept_good_rows=True)
    assert keys(found.problems) == ["error.data.money_alone"]
    assert [(one.name, one.rows, one.revenue) for one in found.left_out] == [("alone", 3, 15.0)]


def test_a_title_with_a_wrong_date_does_not_become_the_year():
    body = "Budget du 31/02/2019 et 2024;;;;\nArticle;JANV;FÉV;MARS;AVR\nA;1;2;3;4\n"
    (preview,) = look(body)
    asked = build([preview])
    assert keys(asked.blocking) == ["error.upload.ask_year"]
    assert all("2019" in one for one in sentences(asked.blocking[0]))
    answer = preview.mapping.to_json() | {"year": "2024"}
    assert loaded([preview], {preview.id: answer})["A", "2024-02"] == 2


def test_tables_of_other_columns_in_one_sheet_feed_their_own_tables():
    body = book(
        ["Fiche articles", None, None],
        ["Article", "Désignation", "Famille"],
        ["A", "Enclume", "F"],
        [None, None, None],
        ["Ventes", None, None],
        ["Article", "Mois", "Qté"],
        ["A", "2024-01", 5],
        ["A", "2024-02", 6],
    )
    items, sales = look(body, "classeur.xlsx")
    assert [items.mapping.table, sales.mapping.table] == ["item", "sales"]
    assert loaded([items, sales]) == {("A", "2024-01"): 5, ("A", "2024-02"): 6}


def test_a_header_repeated_on_each_page_is_one_table():
    page = "Liste des ventes   page {0};;\n\nMaterial;Date;Quantity\n{0};15.0{0}.2024;1.155,22-\n"
    (preview,) = look(page.format(1) + page.format(2) + page.format(3) + "X;01.03.2024;5\n")
    assert preview.rows == 4
    assert keys(preview.notices) == ["notice.upload.headers_repeated"]
    found = build([preview], accept_good_rows=True)
    assert found.require()["returns"]["quantity"].sum() == pytest.approx(3 * 1155.22)


@pytest.mark.parametrize("title", ["Ventes 2024", "Exercice 2024 ;;"])
@pytest.mark.parametrize(
    "months",
    ["JANV;FÉV;MARS;AVR;MAI;JUIN", "janv.;févr.;mars;avr.;mai;juin", "S01;S02;S03;S04;S05"],
)
def test_months_and_weeks_without_a_year_take_it_from_the_title(title, months):
    count = months.count(";") + 1
    body = f"{title}\n\nArticle;{months};Total\nA;{';'.join(['5'] * count)};{5 * count}\n"
    (preview,) = look(body)
    assert preview.styles.year.value == "2024"
    assert len(preview.mapping.wide) == count
    sold = loaded([preview])
    assert sum(sold.values()) == pytest.approx(5 * count)
    assert min(sold) == ("A", "2024-01")


def test_months_over_the_turn_of_the_year():
    (preview,) = look("Campagne 2023;;;;;\nArticle;OCT;NOV;DÉC;JANV;FÉV\nA;1;2;3;4;5\n")
    sold = loaded([preview])
    assert [month for _, month in sold] == ["2023-10", "2023-11", "2023-12", "2024-01", "2024-02"]


@pytest.mark.parametrize("typed", [True, False])
def test_a_line_of_years_over_a_line_of_months(typed):
    years = [2023, None, None, 2024, None, None]
    rows = [
        ["Article", *(years if typed else [str(y) if y else None for y in years])],
        [None, "JANV", "FÉV", "MARS", "JANV", "FÉV", "Total"],
        ["A", 1, 2, 3, 4, 5, 15],
        ["B", 1, None, 3, 4, 5, 13],
    ]
    (preview,) = look(book(*rows), "ventes.xlsx")
    sold = loaded([preview])
    assert len(sold) == 9
    assert sold["A", "2023-03"] == 3
    assert sold["A", "2024-01"] == 4


@pytest.mark.parametrize(
    ("headers", "months"),
    [
        ("janv.-24;févr.-24;mars-24", 3),
        ("2024M01;2024M02;2024M03;2024M04", 4),
        ("2024-W01;2024-W02;2024-W03", 1),
        ("T1 2024;T2 2024;T3 2024;T4 2024", 12),
        ("2024Q1;2024Q2;2024Q3", 9),
        ("01/2024;02/2024;03/2024", 3),
    ],
)
def test_periods_as_columns_in_every_spelling(headers, months):
    count = headers.count(";") + 1
    (preview,) = look(f"Article;{headers}\nA;{';'.join(['100'] * count)}\n")
    sold = loaded([preview])
    assert len(sold) == months
    assert sum(sold.values()) == pytest.approx(100 * count)


ITEMS = ("articles.csv", b"item,label,price\nPLA-100,Plancha,5\nPLA-200,Duo,6\nBBQ-1,Grill,7\n")


def test_items_as_columns_are_known_by_the_item_list():
    body = "Mois;PLA-100;PLA-200;BBQ-1;Total\n2024-01;1;2;3;6\n2024-02;4;;6;10\n"
    previews = look(body, "export.csv", ITEMS)
    assert (previews[0].mapping.wide_field, len(previews[0].mapping.wide)) == ("item", 3)
    sold = loaded(previews)
    assert len(sold) == 5
    assert sold["PLA-200", "2024-01"] == 2


def test_items_as_columns_without_a_list_leave_the_total_column_out():
    body = "Date;X1;X2;X3;Ensemble\n" + "".join(
        f"2024-0{m}-01;{m};{10 * m};{7 + m};{7 + 12 * m}\n" for m in range(1, 6)
    )
    (preview,) = look(body, "export.csv")
    assert preview.mapping.wide == ("X1", "X2", "X3")
    assert sum(loaded([preview]).values()) == sum(7 + 12 * m for m in range(1, 6))


def test_channels_as_columns():
    body = "Article;Mois;Export;Web;GSB\nA;2024-01;1;2;3\nB;2024-01;4;5;6\nA;2024-02;7;8;9\n"
    (preview,) = look(body, "export.csv")
    assert preview.mapping.wide_field == "channel"
    sales = build([preview]).require()["sales"]
    assert dict(sales.groupby("channel")["quantity"].sum()) == {"Export": 12, "GSB": 18, "Web": 15}


def test_resources_as_columns_make_a_routing_whose_unit_is_asked():
    resource = ("ressources.csv", b"resource,kind\nFON,hours\nEMA,hours\nASM,hours\n")
    body = "Article;FON;EMA;ASM\nA;3;1,5;\nB;;2;4\n"
    previews = look(body, "gammes.csv", resource, ("ventes.csv", SALES + b"B,2024-01,4\n"))
    routing = previews[0]
    assert (routing.mapping.table, routing.mapping.wide_field) == ("routing", "resource")
    assert keys(build(previews).blocking) == ["error.upload.ask_duration"]
    answer = {routing.id: routing.mapping.to_json() | {"duration": "min"}}
    found = build(previews, answer).require()["routing"]
    assert dict(zip(found["resource"], found["quantity_per_unit"] * 60, strict=True))["FON"] == 3
    assert len(found) == 4


def test_parents_written_once_are_filled_down_and_told():
    body = (
        "Commande;Client;Date commande;Article;Qté\n"
        "S001;Brico;2024-01-05;A;1\n;;;B;2\n"
        "S002;Brico;2024-02-07;A;3\n;;;B;4\n;;;C;5\n"
    )
    (preview,) = look(body)
    assert preview.mapping.fill == ("Client", "Date commande")
    found = build([preview])
    notices = [told(one) for one in found.warnings if one.key == "notice.upload.filled_down"]
    assert [(one["column"], one["rows"]) for one in notices] == [
        ("Client", 3),
        ("Date commande", 3),
    ]
    sales = found.require()["sales"]
    assert dict(sales.groupby(sales["month"].dt.month)["quantity"].sum()) == {1: 3, 2: 12}
    refused = build([preview], {preview.id: preview.mapping.to_json() | {"fill": []}})
    assert keys(refused.problems) == ["error.data.missing_value"] * 3


def test_a_forgotten_code_is_not_filled_down():
    lines = "".join(f"A;2024-{m:02d};1\n" for m in range(1, 10))
    (preview,) = look("item;month;quantity\n" + lines + ";2024-10;1\n")
    assert preview.mapping.fill == ()
    assert keys(build([preview]).problems) == ["error.data.missing_value"]


def test_the_control_totals_of_a_pivot_are_those_of_its_cells():
    (preview,) = look("Article;janv.-24;févr.-24;mars-24;Total\nA;1;;3;4\nB;4;5;6;15\n")
    found = build([preview])
    (before,) = found.before
    (after,) = found.after
    assert (before.rows, before.quantity) == (after.rows, after.quantity) == (5, 19)


def test_a_wrong_cell_of_a_pivot_is_found_in_its_own_column():
    sheet = "Article;2024-01;2024-02;2024-03\nA;10;-3;12\nB;10;-4;abc\nC;-2;5;1\n"
    found = build(inspect([("ventes.csv", sheet.encode())])).problems
    places = [(one.values["row"], one.values["column"], one.values["value"]) for one in found]
    assert places == [(3, "2024-03", "abc"), (4, "2024-01", "-2"), (2, "2024-02", "-3")]
    assert [one.values["lines"] for one in found[1:]] == [[4], [2, 3]]


def test_a_pivot_of_more_lines_than_the_server_should_hold_is_refused(monkeypatch):
    monkeypatch.setattr(parts, "MOST_LONG", 5)
    body = b"item;2024-01;2024-02;2024-03\nA;1;;2\nB;3;4;5\n"
    assert build(inspect([("sales.csv", body)])).ready
    refused = build(inspect([("sales.csv", body + b"C;1;;\n")]))
    assert keys(refused.blocking) == ["error.upload.too_many"]
    assert all(sentences(refused.blocking[0]))
