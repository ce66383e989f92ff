"""The look-alike company: three kinds of joins, an unknown key, a partial month."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from sim.ingest import (
    assess,
    build,
    inspect,
    map_to,
    samples,
)
from sim.ingest.guess import guess_mappings
from sim.ingest.lines import Reason
from tests.ingest.files import bike_files
from tests.ingest.words import keys, sentences


@pytest.fixture(scope="module")
def bikes():
    return inspect(bike_files())


def test_the_joins_of_a_real_export_are_guessed(bikes):
    maps = {one.file: one.mapping for one in bikes}
    assert {name: mapping.table for name, mapping in maps.items() if mapping.table} == {
        "Velo_Products.csv": "item",
        "Velo_Returns.csv": "returns",
        "Velo_Sales_2023.csv": "sales",
        "Velo_Sales_2024.csv": "sales",
        "erp_ProductInventory.csv": "stock",
    }
    (hop,) = maps["Velo_Sales_2024.csv"].columns["item"].hops
    assert (hop.file, hop.key, hop.value) == ("Velo_Products.csv", "ProductKey", "ProductSKU")
    sales = next(one for one in bikes if one.file == "Velo_Sales_2024.csv")
    seen = dict(samples(sales, sales.mapping.columns["item"], bikes))
    assert seen == {"901": "RB-1", "902": "MB-2", "903": "HE-3", "777": ""}
    (hop,) = maps["Velo_Sales_2024.csv"].columns["channel"].hops
    assert (hop.file, hop.value) == ("Velo_Territories.csv", "Country")
    chain = maps["Velo_Products.csv"].columns["family"].hops
    assert [hop.value for hop in chain] == ["ProductCategoryKey", "CategoryName"]
    (hop,) = maps["erp_ProductInventory.csv"].columns["item"].hops
    assert (hop.file, hop.key, hop.value) == ("erp_Product.csv", "ProductID", "ProductNumber")


def test_the_look_alike_company_loads_with_its_control_totals(bikes):
    found = build(bikes)
    assert not found.blocking
    assert {(one.code, one.rows, one.file) for one in found.unknown} == {
        ("777", 1, "Velo_Sales_2024.csv"),
        ("FT-9", 1, "erp_ProductInventory.csv"),
    }
    assert found.partial_month == date(2024, 3, 1)
    assert not found.ready
    good = build(bikes, accept_good_rows=True)
    tables = good.require()
    before = [one for one in good.before if one.table == "sales"]
    assert [(one.rows, one.quantity) for one in before] == [(6, 16.0), (8, 26.0)]
    after = next(one for one in good.after if one.table == "sales")
    assert (after.rows, after.quantity) == (13, 33.0)
    red, mountain, helmet = 13 * 799.99, 8 * 999.0, 12 * 24.5
    assert after.revenue == pytest.approx(red + mountain + helmet)
    sales = tables["sales"]
    january = sales[(sales["month"] == "2023-01-01") & (sales["item"] == "RB-1")]
    assert list(january["quantity"]) == [5.0]
    assert list(january["channel"]) == ["France"]
    assert dict(zip(tables["item"]["item"], tables["item"]["family"], strict=True)) == {
        "RB-1": "Bikes",
        "MB-2": "Bikes",
        "HE-3": "Accessories",
    }
    stock = tables["stock"].set_index("item")
    assert dict(stock["on_hand"]) == {"RB-1": 15.0, "MB-2": 7.0, "HE-3": 40.0}
    assert set(stock["as_of"]) == {pd.Timestamp("2024-02-29")}
    for error in (*found.problems, *found.warnings):
        assert sentences(error)


def test_the_partial_month_is_left_out_by_choice():
    files = bike_files("Returns", "Sub", "Cat", "Terr", "erp")
    extra = b"2-Mar-2024,SO15,901,1,1,1\n"
    files = [(n, b + extra if n == "Velo_Sales_2024.csv" else b) for n, b in files]
    previews = inspect(files)
    kept = build(previews, accept_good_rows=True)
    left = build(previews, accept_good_rows=True, leave_out_partial_month=True)
    assert kept.require()["sales"]["month"].max() == pd.Timestamp("2024-03-01")
    assert left.require()["sales"]["month"].max() == pd.Timestamp("2024-02-01")
    assert any(one.name == Reason.PARTIAL for one in left.left_out)


def test_codes_stay_when_the_file_that_translates_them_is_not_there(bikes):
    maps = {one.id: one.mapping.to_json() for one in bikes}
    rest = [one for one in bikes if one.file != "Velo_Territories.csv"]
    found = build(rest, maps, accept_good_rows=True)
    assert not found.blocking
    told_of = [one for one in found.warnings if "warning.data.lookup_absent" in keys([one])]
    assert "Velo_Territories.csv" in sentences(told_of[0])[0]
    assert all(code.isdigit() for code in found.tables["sales"]["channel"])


def test_one_sales_file_loads_under_the_mapping_of_the_full_set(bikes):
    # As a store remembers it: the same file, next month, without the product list.
    maps = {one.id: one.mapping.to_json() for one in bikes}
    alone = inspect([one for one in bike_files() if one[0] == "Velo_Sales_2024.csv"])
    found = build(alone, {alone[0].id: maps[alone[0].id]}, accept_good_rows=True)
    empty_store = build(alone, accept_good_rows=True)
    assert found.ready
    pd.testing.assert_frame_equal(found.tables["sales"], empty_store.tables["sales"])
    assert set(keys(found.warnings)) - set(keys(empty_store.warnings)) == {
        "warning.data.lookup_absent"
    }


def test_a_longer_lookup_is_followed_as_far_as_the_files_lead(bikes):
    # Without the categories, a family is the name of the subcategory, as without any memory.
    maps = {one.id: one.mapping.to_json() for one in bikes}
    rest = inspect(bike_files("Categories"))
    kept = {one.id: maps[one.id] for one in rest}
    found, fresh = build(rest, kept, accept_good_rows=True), build(rest, accept_good_rows=True)
    assert list(found.tables["item"]["family"]) == list(fresh.tables["item"]["family"])


def test_a_renamed_lookup_file_is_found_by_its_columns(bikes):
    maps = {one.id: one.mapping.to_json() for one in bikes}
    renamed = [replace(one, file=one.file.replace("Territories", "Regions")) for one in bikes]
    found = build(renamed, {k: v for k, v in maps.items() if "Territories" not in k})
    assert not found.blocking
    assert set(found.tables["sales"]["channel"]) == {"France", "Germany"}


def test_without_the_product_file_codes_stay_keys():
    found = build(inspect(bike_files("Products", "Sub", "Cat", "erp")))
    assert not found.problems
    assert set(found.require()["item"]["item"]) == {"901", "902", "903", "777"}


def test_a_person_may_choose_the_table(bikes):
    inventory = next(one for one in bikes if one.file == "erp_ProductInventory.csv")
    chosen = map_to("stock_history", inventory, bikes)
    assert chosen.columns["item"].hops == inventory.mapping.columns["item"].hops
    found = build(bikes, {inventory.id: chosen.to_json()})
    assert "error.data.missing_column" in keys(found.blocking)
    ignored = build(bikes, {inventory.id: map_to("", inventory, bikes).to_json()})
    assert "stock" not in ignored.tables


def test_the_order_of_the_files_changes_nothing(bikes):
    one = build(bikes, accept_good_rows=True).require()
    turned = bikes[::-1]
    maps = {name: mapping.to_json() for name, mapping in guess_mappings(turned).items()}
    other = build(turned, maps, accept_good_rows=True).require()
    for name, frame in one.items():
        order = list(frame)
        pd.testing.assert_frame_equal(
            frame.sort_values(order, ignore_index=True),
            other[name].sort_values(order, ignore_index=True),
        )


def test_quality_counts_what_was_left_out(bikes):
    found = build(bikes)
    quality = assess(found.tables, found)
    by_check = {one.check: one for one in quality.findings if one.table == "sales"}
    assert by_check["unknown_items"].count == 1
    assert by_check["unknown_items"].of == 14
    assert by_check["unknown_items"].lost == pytest.approx(0.48 * 15 * (1 / 14) / 0.10)
    assert by_check["unknown_items"].examples == ("777",)
    assert by_check["partial_month"].lost == pytest.approx(0.48 * 5)
    lost = sum(one.lost for one in quality.findings)
    assert quality.score == pytest.approx(100 - lost, abs=0.05)
