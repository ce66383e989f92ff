"""frePPLe's sheets: routing, capacity, stock, sales and orders, checked by hand."""

import pytest

from sim.errors import each
from sim.ingest import build, inspect
from sim.report.text import text_for
from tests.ingest.frepple import archive, csv_files, sheets, workbook
from tests.ingest.words import keys


def loaded(**changed):
    return build(inspect([("plant.xlsx", workbook(**changed))]))


def routing(imported):
    lines = imported.require()["routing"].itertuples(index=False)
    return {(item, resource): pytest.approx(amount) for item, resource, amount in lines}


def changed(name, at, column, value):
    """The rows of a sheet with one other cell."""
    rows = [list(row) for row in sheets()[name]]
    rows[at][rows[0].index(column)] = value
    return {name.replace(" ", "_"): rows}


@pytest.fixture(scope="module")
def book():
    return loaded()


def test_a_bill_of_resources_holds_the_hours_of_all_levels(book):
    # TABLE: 0.5 h of its own; 4 legs of 0.1 h and 1 h per lot of 20, on 2 saws of 80 %;
    # each leg takes half a unit of wood, each wood 2 of its supplier's capacity.
    assert routing(book) == {
        ("TABLE", "ASSEMBLY"): 0.5,
        ("TABLE", "SAW"): 4 * (0.1 + 1 / 20) * 2 / 0.8,
        ("TABLE", "WOOD SUPPLY"): 4 * 0.5 * 2,
        ("CHAIR", "ASSEMBLY"): 2 / 10,
    }


def test_capacity_is_working_hours_times_size_or_the_given_buckets(book):
    frame = book.require()["capacity"].assign(month=lambda one: one["month"].dt.strftime("%Y-%m"))
    found = frame.set_index(["resource", "month"])["available"]
    assert found["ASSEMBLY", "2025-01"] == 23 * 8 * 2  # 23 days from Monday to Friday
    assert found["SAW", "2025-01"] == 31 * 24  # no working hours: told
    assert found["WOOD SUPPLY"].to_dict() == {"2025-01": 310.0}
    assert len(found["ASSEMBLY"]) == 26
    assert "HELPERS" not in found
    kinds = book.require()["resource"].set_index("resource")["kind"].to_dict()
    assert kinds == {"ASSEMBLY": "hours", "SAW": "hours", "WOOD SUPPLY": "material"}
    assert "warning.profile.always_open" in keys(book.warnings)


def test_items_stock_sales_and_orders(book):
    tables = book.require()
    item = tables["item"].set_index("item")
    assert list(item.index) == ["TABLE", "CHAIR"]
    assert item.loc["TABLE", ["family", "unit_cost"]].to_list() == ["Furniture", 120.5]
    assert tables["stock"].set_index("item")["on_hand"].to_dict() == {"TABLE": 20, "CHAIR": 0}
    sales = tables["sales"][["item", "channel", "quantity"]].to_numpy().tolist()
    assert sorted(sales) == [
        ["CHAIR", "Retail", 30],
        ["TABLE", "Export", 20],
        ["TABLE", "Retail", 10],
    ]
    assert tables["orders"][["order", "item", "ordered"]].to_numpy().tolist() == [
        ["SO4", "TABLE", 5]
    ]


def test_what_was_used_and_what_was_not_is_told(book):
    first = book.warnings[0]
    assert first.key == "notice.profile.frepple_book_some"
    assert text_for("en").error(first) == [
        "plant.xlsx: read as a frePPLe workbook: 12 sheets used, 3 not needed "
        "(supplier, parameter, setup matrix)."
    ]
    assert "12 feuilles utilisées" in text_for("fr").error(first)[0]
    assert "notice.upload.not_used" not in keys(book.warnings)


def test_lines_keep_the_sheet_and_row_they_come_from():
    previews = inspect([("plant.xlsx", workbook())])
    rows = {one.id: one.row_numbers() for one in previews}
    assert rows["plant.xlsx [operation resource]"] == [4, 2, 3]  # SAW comes from the leg, row 3
    assert rows["plant.xlsx [sales order] #2"] == [5]
    wrong = loaded(**changed("sales order", 2, "quantity", "many"))
    assert [(one.values["file"], one.values["row"]) for one in wrong.problems] == [
        ("plant.xlsx [sales order]", 3)
    ]


@pytest.mark.parametrize("packed", [True, False], ids=["zip", "files"])
def test_csv_exports_give_the_same_tables(book, packed):
    files = csv_files(separator="," if packed else ";")
    found = build(inspect([("plant.zip", archive(files))] if packed else files))
    assert routing(found) == routing(book)
    for name in ("item", "sales", "orders", "stock", "capacity", "resource"):
        assert found.require()[name].equals(book.require()[name]), name


def test_the_unit_of_plain_durations_is_asked_and_answered():
    rows = [list(row) for row in sheets()["operation"]]
    for row, (fixed, each_) in zip(rows[1:], [("", 1800), (3600, 360), (7200, "")], strict=True):
        row[4:6] = [fixed, each_]
    previews = inspect([("plant.xlsx", workbook(operation=rows))])
    assert keys(build(previews).blocking) == ["error.upload.ask_duration"]
    (asked,) = [one for one in previews if one.ambiguous]
    answer = {asked.id: asked.mapping.to_json() | {"duration": "s"}}
    assert routing(build(previews, answer))["TABLE", "SAW"] == 1.5
    rows[1][5] = "0:30:00"
    assert "error.profile.durations" in keys(loaded(operation=rows).blocking[0].errors)


def test_an_item_made_of_itself_is_refused_with_its_circle():
    rows = [*sheets()["operation material"], ["make leg", "TABLE", -1, "start"]]
    (error,) = loaded(operation_material=rows).blocking
    assert error.key == "error.profile.cycle"
    assert {"TABLE", "LEG"} == {*str(error.values["items"]).split(" → ")}
    assert all("TABLE" in text_for(one).error(error)[0] for one in ("en", "fr"))


def test_a_cell_that_cannot_be_read_is_told_with_its_place():
    (error,) = loaded(**changed("operation resource", 2, "quantity", "two")).blocking
    (only,) = each(error)
    assert only.key == "error.data.not_number"
    assert only.values["file"] == "plant.xlsx [operation resource]"
    assert only.values["row"] == 3


def test_alternatives_steps_and_groups():
    operations = [
        ["name", "type", "item", "duration per unit", "priority", "owner"],
        ["make table", "routing", "TABLE", "", 2, ""],
        ["table 1", "time_per", "", "0:15:00", 1, "make table"],
        ["table 2", "time_per", "", "0:45:00", 2, "make table"],
        ["table by hand", "time_per", "TABLE", "9:00:00", 5, ""],
    ]
    loads = [
        ["operation", "resource", "quantity", "name", "priority"],
        ["table 1", "LINE", 1, "", ""],
        ["table 2", "M1", 1, "either", 1],
        ["table 2", "M3", 1, "either", 2],
    ]
    resources = [
        ["name", "type", "owner", "maximum", "available"],
        ["LINE", "default", "", 1, ""],
        ["L1", "default", "LINE", 1, "week"],
        ["L2", "default", "LINE", 2, "week"],
        ["M1", "default", "", 1, "week"],
        ["M3", "default", "", 1, "week"],
    ]
    given = {"operation": operations, "operation_resource": loads, "resource": resources}
    none = {"operation_material": [["operation", "item", "quantity"]], "item_supplier": [["item"]]}
    found = loaded(**given, **none)
    assert routing(found) == {("TABLE", "LINE"): 0.25, ("TABLE", "M1"): 0.75}
    january = found.require()["capacity"].query("month.dt.year == 2025 and month.dt.month == 1")
    assert january.set_index("resource")["available"].to_dict() == {
        "LINE": 23 * 8 * 3,
        "M1": 23 * 8,
        "M3": 23 * 8,
    }
    assert "warning.profile.alternates" in keys(found.warnings)


def test_sizes_and_efficiencies_that_vary_over_time():
    calendars = [*sheets()["calendar"], ["size", 1], ["pace", 50]]
    buckets = [*sheets()["calendar bucket"], ["size", "2025-01-01", "2025-02-01", 3, 0] + [""] * 4]
    resources = [
        ["name", "type", "maximum calendar", "available", "efficiency calendar", "efficiency"],
        ["ASSEMBLY", "default", "size", "week", "pace", 10],
        ["SAW", "default", "", "week", "", 80],
    ]
    given = {"calendar": calendars, "calendar_bucket": buckets, "resource": resources}
    found = loaded(**given, item_supplier=[["item"]])
    hours = found.require()["capacity"].query("resource == 'ASSEMBLY'").set_index("month")
    assert hours["available"].iloc[:3].to_list() == [22 * 8 * 0.5, 23 * 8 * 3 * 0.5, 20 * 8 * 0.5]
    assert routing(found)["TABLE", "ASSEMBLY"] == 0.5


def test_french_headers_and_lead_times():
    rows = [list(row) for row in sheets()["operation"]]
    rows[0] = [
        "nom",
        "type",
        "article",
        "emplacement",
        "durée",
        "durée par unité",
        "taille minimum",
    ]
    supplied = [["article", "fournisseur", "délai"], ["CHAIR", "Forest", "45 00:00:00"]]
    orders = [list(row) for row in sheets()["sales order"]]
    orders[0] = ["nom", "article", "client", "échéance", "quantité", "statut"]
    found = loaded(operation=rows, item_supplier=supplied, sales_order=orders)
    assert routing(found)["TABLE", "SAW"] == 1.5
    leads = found.require()["item"].set_index("item")["lead_time_months"].to_dict()
    assert leads == {"TABLE": 0, "CHAIR": 1}  # 45 days


def test_two_ordinary_lists_are_no_frepple_set():
    item = b"name,description\nA,Table\nB,Chair\n"
    sales = b"item,month,quantity\nA,2024-01,3\nB,2024-01,4\n"
    previews = inspect([("item.csv", item), ("sales.csv", sales)])
    assert not any(one.profile for one in previews)
