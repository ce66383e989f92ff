"""A real company's export, loaded as a visitor would drop it; totals counted independently."""

import csv
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from sim.ingest import assess, build, inspect
from tests.ingest.words import keys, sentences

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "adventureworks"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="AdventureWorks is not beside the repository; test_upload.py has a look-alike",
)
NAMES = ("Sales_2015", "Sales_2016", "Sales_2017", "Products", "Product_Categories")
NAMES += ("Product_Subcategories", "Returns", "Territories")
FILES = [f"AdventureWorks_{name}.csv" for name in NAMES]
FILES += ["erp_ProductInventory.csv", "erp_Product.csv"]


def _lines(name):
    with (FOLDER / name).open(encoding="cp1252", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def previews():
    return inspect([(name, (FOLDER / name).read_bytes()) for name in FILES])


@pytest.fixture(scope="module")
def imported(previews):
    return build(previews, accept_good_rows=True)


@pytest.fixture(scope="module")
def sold():
    """(SKU, month) -> units, by the csv module alone; the unknown product stays apart."""
    sku = {line["ProductKey"]: line["ProductSKU"] for line in _lines("AdventureWorks_Products.csv")}
    units = Counter()
    for year in (2015, 2016, 2017):
        for line in _lines(f"AdventureWorks_Sales_{year}.csv"):
            day = datetime.strptime(line["OrderDate"], "%d-%b-%Y")
            code = sku.get(line["ProductKey"], "?")
            units[code, f"{day:%Y-%m}"] += int(line["OrderQuantity"])
    return units


def test_lines_and_units_before_and_after(imported, sold):
    before = [one for one in imported.before if one.table == "sales"]
    assert [one.rows for one in before] == [2_630, 23_935, 29_482]
    assert sum(one.quantity for one in before) == sum(sold.values())
    after = next(one for one in imported.after if one.table == "sales")
    assert after.rows == 2_630 + 23_935 + 29_482 - 1
    assert after.quantity == sum(n for (code, _), n in sold.items() if code != "?")


def test_every_item_and_month_is_the_sum_of_its_lines(imported, sold):
    sales = imported.tables["sales"]
    found = sales.groupby(["item", sales["month"].dt.strftime("%Y-%m")])["quantity"].sum()
    expected = {key: float(n) for key, n in sold.items() if key[0] != "?"}
    assert found.to_dict() == expected


def test_prices_costs_families_and_channels_come_from_their_files(imported):
    item = imported.tables["item"].set_index("item")
    products = _lines("AdventureWorks_Products.csv")
    assert len(item) == len(products) == 293
    for line in products[::20]:
        assert item.loc[line["ProductSKU"], "price"] == float(line["ProductPrice"])
        assert item.loc[line["ProductSKU"], "unit_cost"] == float(line["ProductCost"])
    sold = item.loc[sorted(set(imported.tables["sales"]["item"])), "family"]
    assert set(sold) == {"Bikes", "Clothing", "Accessories"}
    countries = {line["Country"] for line in _lines("AdventureWorks_Territories.csv")}
    assert set(imported.tables["sales"]["channel"]) <= countries
    assert len(set(imported.tables["sales"]["channel"])) == 6


def test_revenue_is_units_times_price(imported, sold):
    price = {
        line["ProductSKU"]: float(line["ProductPrice"])
        for line in _lines("AdventureWorks_Products.csv")
    }
    expected = sum(n * price[code] for (code, _), n in sold.items() if code != "?")
    after = next(one for one in imported.after if one.table == "sales")
    assert after.revenue == pytest.approx(expected)
    assert after.at_list_price  # the files give no revenue of their own


def test_returns_and_stock(imported):
    returned = sum(int(line["ReturnQuantity"]) for line in _lines("AdventureWorks_Returns.csv"))
    assert imported.tables["returns"]["quantity"].sum() == returned
    number = {line["ProductID"]: line["ProductNumber"] for line in _lines("erp_Product.csv")}
    sold = {line["ProductSKU"] for line in _lines("AdventureWorks_Products.csv")}
    stock = Counter()
    for line in _lines("erp_ProductInventory.csv"):
        if number[line["ProductID"]] in sold:
            stock[number[line["ProductID"]]] += int(line["Quantity"])
    found = imported.tables["stock"].set_index("item")["on_hand"]
    assert found.to_dict() == {code: float(n) for code, n in stock.items()}
    assert set(imported.tables["stock"]["as_of"]) == {pd.Timestamp("2017-06-30")}


def test_the_unknown_product_and_the_partial_month_are_told(previews):
    found = build(previews)
    assert not found.blocking
    assert not found.ready
    unknown = [one for one in found.unknown if one.file == "AdventureWorks_Sales_2017.csv"]
    assert [(one.code, one.rows, one.first) for one in unknown] == [("10000", 1, 29_483)]
    assert found.partial_month == date(2017, 7, 1)
    assert "warning.data.partial_month" in keys(found.warnings)
    for error in (*found.problems, *found.warnings):
        assert all("{" not in sentence for sentence in sentences(error))
    assert 80 <= assess(found.tables, found).score < 100


def test_the_empty_ninth_column_is_not_a_column(previews):
    first = next(one for one in previews if one.file == "AdventureWorks_Sales_2015.csv")
    assert len(first.columns) == 8


def test_one_year_alone_loads_under_the_mapping_of_the_full_set(previews):
    name = "AdventureWorks_Sales_2017.csv"
    kept = next(one.mapping.to_json() for one in previews if one.file == name)
    alone = inspect([(name, (FOLDER / name).read_bytes())])
    found = build(alone, {name: kept})
    assert found.ready
    assert found.before[0].rows == found.after[0].rows == 29_482
    assert set(found.tables["sales"]["item"]) == {line["ProductKey"] for line in _lines(name)}
    assert {"warning.data.lookup_absent"} <= set(keys(found.warnings))
