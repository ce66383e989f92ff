"""What a file does not prove is asked; one answer settles it, and old answers still read."""

import pytest

from sim.ingest import FileMap, build
from sim.ingest.mapping import ANSWERS
from tests.ingest.test_shapes import loaded, look
from tests.ingest.words import keys, sentences, told

SOLD = ("ventes.csv", "Article;Mois;Qté\nA;2024-01;3\nB;2024-01;4\n".encode())


def routing_of(header, cells, **answers):
    lines = "".join(f"{item};R;{cell}\n" for item, cell in zip("AB", cells, strict=False))
    previews = look(f"Article;Ressource;{header}\n{lines}", "gammes.csv", SOLD)
    one = previews[0]
    assert one.mapping.table == "routing"
    found = build(previews, {one.id: one.mapping.to_json() | answers})
    return found, (
        list(found.tables["routing"]["quantity_per_unit"]) if "routing" in found.tables else []
    )


@pytest.mark.parametrize(
    ("header", "cells", "hours"),
    [
        ("Temps unitaire (min)", ["90", "7,5"], [1.5, 0.125]),
        ("Temps unitaire s", ["36", "7200"], [0.01, 2.0]),
        ("h/unité", ["1,5", "2"], [1.5, 2.0]),
        ("Durée par unité (h)", ["1,5", "2"], [1.5, 2.0]),
        ("Temps unitaire", ["0:45:00", "1:30:00"], [0.75, 1.5]),
        ("Cadence", ["4", "8"], [0.25, 0.125]),
        ("quantity_per_unit", ["1.5", "2"], [1.5, 2.0]),
    ],
)
def test_the_unit_of_a_duration_comes_from_its_header_or_its_cells(header, cells, hours):
    found, read = routing_of(header, cells)
    assert not found.blocking, [sentences(one) for one in found.blocking]
    assert read == pytest.approx(hours)


@pytest.mark.parametrize(
    ("unit", "hours"), [("h", 90), ("min", 1.5), ("s", 0.025), ("per_hour", 1 / 90)]
)
def test_a_duration_without_a_unit_is_asked(unit, hours):
    found, _ = routing_of("Temps unitaire", ["90"])
    assert keys(found.blocking) == ["error.upload.ask_duration"]
    assert "90" in sentences(found.blocking[0])[0]
    found, read = routing_of("Temps unitaire", ["90"], duration=unit)
    assert not found.blocking
    assert read == pytest.approx([hours])


def test_a_rate_of_zero_is_no_duration():
    found, _ = routing_of("Cadence", ["0", "4"])
    assert keys(found.problems) == ["error.data.not_number"]


@pytest.mark.parametrize("header", ["Prix TTC", "Price incl. VAT", "PV ttc"])
def test_prices_with_tax_are_asked_with_the_french_rate_proposed(header):
    previews = look(f"Article;Désignation;{header}\nA;a;12\nB;b;24\n", "articles.csv", SOLD)
    items = previews[0]
    assert items.mapping.columns["price"].column == header
    asked = build(previews)
    assert keys(asked.blocking) == ["error.upload.ask_tax"]
    for answers, prices in (
        ({"tax": "gross"}, [10, 20]),
        ({"tax": "gross", "vat": "0.055"}, [12 / 1.055, 24 / 1.055]),
        ({"tax": "net"}, [12, 24]),
    ):
        found = build(previews, {items.id: items.mapping.to_json() | answers})
        assert list(found.require()["item"]["price"]) == pytest.approx(prices)


@pytest.mark.parametrize("header", ["Prix", "PU HT", "Prix unitaire"])
def test_prices_that_say_nothing_of_tax_are_net_and_never_asked(header):
    previews = look(f"Article;Désignation;{header}\nA;a;12\nB;b;24\n", "articles.csv", SOLD)
    assert previews[0].styles.tax.value == "net"
    assert list(build(previews).require()["item"]["price"]) == [12, 24]


def test_a_title_may_say_that_amounts_include_tax():
    (preview,) = look("Ventes TTC 2024;;;\nArticle;Mois;Qté;CA\nA;2024-01;2;120\n")
    assert keys(build([preview]).blocking) == ["error.upload.ask_tax"]
    answer = {preview.id: preview.mapping.to_json() | {"tax": "gross", "vat": "0.2"}}
    assert build([preview], answer).require()["sales"]["revenue"].sum() == pytest.approx(100)


def test_two_headers_for_one_field_are_asked():
    (preview,) = look("Article;Mois;Qté;Quantité\nA;2024-01;1;10\nA;2024-02;2;20\n")
    asked = build([preview])
    assert keys(asked.blocking) == ["error.upload.ask_column"]
    assert told(asked.blocking[0])["headers"] == "Quantité, Qté"
    body = preview.mapping.to_json() | {"settled": ["quantity"]}
    assert sum(loaded([preview], {preview.id: body}).values()) == 30
    body["columns"] = body["columns"] | {"quantity": {"column": "Qté"}}
    assert sum(loaded([preview], {preview.id: body}).values()) == 3


def test_a_fixed_value_stands_for_a_column_that_is_not_there():
    (preview,) = look(SOLD[1])
    body = preview.mapping.to_json()
    body["columns"] = body["columns"] | {"channel": {"constant": "Export"}}
    assert set(build([preview], {preview.id: body}).require()["sales"]["channel"]) == {"Export"}


def test_work_in_progress_is_no_stock():
    previews = look("Article;En-cours;Stock physique\nA;5;7\n", "stock.csv", SOLD)
    assert previews[0].mapping.columns["on_hand"].column == "Stock physique"
    alone = look("Article;En-cours\nA;5\n", "stock.csv", SOLD)
    assert "on_hand" not in alone[0].mapping.columns


def test_a_mapping_of_before_still_reads_and_a_new_one_goes_there_and_back():
    old = {"table": "sales", "columns": {"item": {"column": "A"}}, "decimal": ",", "dates": "dmy"}
    read = FileMap.from_json(old | {"wide": ["01/2024"], "wide_value": "quantity"})
    assert (read.wide_field, read.duration, read.totals, read.fill) == ("month", "", "", ())
    new = FileMap(
        table="sales",
        duration="min",
        tax="gross",
        vat="0.055",
        totals="keep",
        year="2024",
        wide=("A",),
        wide_value="quantity",
        wide_field="item",
        fill=("Client",),
        settled=("month",),
    )
    assert FileMap.from_json(new.to_json()) == new
    for name in ANSWERS:
        with pytest.raises(Exception, match="mapping"):
            FileMap.from_json(new.to_json() | {name: "anything"})
    for wrong in ({"vat": "-1"}, {"year": "12x"}, {"wide_field": "nonsense"}, {"fill": "Client"}):
        with pytest.raises(Exception, match="mapping"):
            FileMap.from_json(new.to_json() | wrong)
