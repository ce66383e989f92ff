import pandas as pd
import pytest

from sim.errors import DataError, SopError, SopErrors, each
from sim.report.text import text_for
from sim.store.checks import MOST, problems
from sim.store.planning import read_problem
from sim.store.workspace import Workspace
from tests.store import company


def place(error: SopError):
    return vars(error)["values"]


def found(**tables):
    return [
        (error.key.rsplit(".", 1)[1], place(error)["table"], place(error)["row"])
        for error in problems(Workspace(company.tables(**tables)))
    ]


def changed(table, line, column, value):
    frame = company.tables()[table].astype(object)
    frame.loc[line, column] = value
    return {table: frame}


def test_a_sound_company_has_no_problem():
    assert found() == []


@pytest.mark.parametrize(
    ("table", "line", "column", "value", "problem"),
    [
        ("routing", 2, "item", "B9", "unknown_item"),
        ("stock", 1, "item", "a1", "unknown_item"),
        ("sales", 3, "item", "A1 ", "unknown_item"),
        ("routing", 0, "resource", "CUTT", "unknown_resource"),
        ("capacity", 4, "resource", "X", "unknown_resource"),
        ("stock", 2, "on_hand", -1.0, "negative"),
        ("capacity", 0, "available", -1.0, "negative"),
        ("item", 1, "unit_cost", -0.01, "negative"),
        ("item", 0, "price", float("inf"), "not_finite"),
        ("item", 1, "lead_time_months", 4.0, "lead_time"),
        ("item", 1, "lead_time_months", 1.5, "lead_time"),
        ("item", 1, "backorder_share", 40.0, "share"),
        ("item", 0, "units_per_pallet", 0.0, "zero"),
        ("stock", 0, "on_hand", float("nan"), "missing"),
        ("routing", 1, "quantity_per_unit", None, "missing"),
        ("sales", 7, "month", None, "missing"),
        ("resource", 0, "kind", "machine", "kind"),
    ],
)
def test_each_wrong_cell_is_told_with_its_row(table, line, column, value, problem):
    assert found(**changed(table, line, column, value)) == [(problem, table, line + 2)]


@pytest.mark.parametrize(
    ("table", "column", "value", "problem"),
    [
        ("item", "holding_cost", -1.0, "negative"),
        ("item", "closing_stock", float("inf"), "not_finite"),
        ("item", "production_yield", 0.0, "zero"),
        ("item", "production_yield", 1.2, "share"),
        ("item", "slip_probability", 2.0, "share"),
        ("resource", "wage", -5.0, "negative"),
        ("resource", "availability", 1.1, "share"),
        ("resource", "machines", 0.0, "zero"),
        ("resource", "maintenance_months", 2.0, "needs"),
        ("resource", "hiring_lead_months", 0.5, "whole"),
    ],
)
def test_each_wrong_stated_value_is_told_with_its_row(table, column, value, problem):
    frame = company.tables()[table].assign(**{column: None})
    frame.loc[1, column] = value
    (one,) = problems(Workspace(company.tables(**{table: frame})))
    assert (one.key, place(one)["row"]) == (f"error.table.{problem}", 3)
    assert text_for("fr").error(one)


def test_an_event_on_an_unknown_family_or_item():
    event = {"id": ["1", "2"], "family": ["A", "Z"], "item": [None, None]}
    event |= {"from": pd.Timestamp("2027-03-01"), "kind": "promotion"}
    assert found(promotion=pd.DataFrame(event)) == [("unknown_family", "promotion", 3)]
    change = {"item": ["B9"], "from": [pd.Timestamp("2027-03-01")], "change": [0.1]}
    assert found(price_change=pd.DataFrame(change)) == [("unknown_item", "price_change", 2)]


def test_an_event_on_an_unknown_channel_or_that_ends_before_it_begins():
    event = {"id": ["1", "2", "3"], "family": "A", "channel": ["WEB", "SHP", None]}
    event |= {"from": pd.Timestamp("2027-03-05"), "kind": "promotion"}
    event |= {"to": pd.to_datetime(["2027-03-05", "2027-03-09", "2027-03-04"])}
    assert found(promotion=pd.DataFrame(event)) == [
        ("unknown_channel", "promotion", 3),
        ("reversed", "promotion", 4),
    ]
    change = {"family": ["A"], "channel": ["All"], "from": [pd.Timestamp("2027-03-01")]}
    change |= {"change": [0.1]}
    assert found(price_change=pd.DataFrame(change)) == [("unknown_channel", "price_change", 2)]


def test_text_in_numbers_and_dates_is_told_with_its_place():
    tables = company.tables(
        **changed("stock", 1, "on_hand", "many"), **changed("capacity", 3, "month", "mars")
    )
    with pytest.raises(SopErrors) as refused:
        Workspace(tables)
    seen = [
        (error.key, place(error)["row"], place(error)["value"]) for error in each(refused.value)
    ]
    assert seen == [
        ("error.table.not_a_month", 5, "mars"),
        ("error.table.not_a_number", 3, "many"),
    ]


@pytest.mark.parametrize("table", ["item", "sales", "stock", "capacity", "routing"])
def test_a_second_line_for_one_key_is_a_problem(table):
    frame = company.tables()[table]
    doubled = pd.concat([frame, frame.iloc[[1]]], ignore_index=True)
    assert found(**{table: doubled}) == [("duplicate", table, len(frame) + 2)]


def test_a_resource_that_is_never_there_is_a_problem_but_a_closed_month_is_not():
    closed = company.capacity()
    closed.loc[7, "available"] = 0.0
    assert found(capacity=closed) == []
    closed.loc[closed["resource"] == "CUT", "available"] = 0.0
    assert found(capacity=closed) == [("no_capacity", "capacity", 2)]
    routing = company.tables()["routing"]
    unused = routing[routing["resource"] != "CUT"]
    assert found(capacity=closed, routing=unused) == []


def test_successors_in_a_circle_are_told_once_at_the_first_of_them():
    item = company.tables()["item"].astype(object)
    names = list(item["item"])
    item["successor"] = [*names[1:], None]
    assert found(item=item) == []
    item.loc[len(names) - 1, "successor"] = names[1]
    assert found(item=item) == [("circle", "item", 3)]
    (error,) = problems(Workspace(company.tables(item=item)))
    assert place(error)["value"] == ", ".join(sorted(names[1:]))
    alone = company.tables()["item"].astype(object)
    alone["successor"] = [names[0], *[None] * (len(names) - 1)]
    assert found(item=alone) == [("circle", "item", 2)]


def test_all_problems_are_raised_at_once_and_before_any_plan():
    tables = company.tables(
        **changed("stock", 2, "on_hand", -5.0), **changed("routing", 0, "item", "ZZ")
    )
    with pytest.raises(SopErrors) as refused:
        read_problem(Workspace(tables), dataset="d", settings=company.settings())
    assert len(refused.value.errors) == 2
    assert all(isinstance(error, DataError) for error in each(refused.value))
    assert place(refused.value.errors[1]) == {
        "table": "stock",
        "row": 4,
        "column": "on_hand",
        "value": "-5.0",
    }


def test_an_unknown_code_is_told_once_and_the_list_ends():
    lines = [{"item": f"N{n}", "resource": "CUT", "quantity_per_unit": 1.0} for n in range(500)]
    errors = problems(Workspace(company.tables(routing=pd.DataFrame(lines))))
    assert len(errors) == MOST + 1
    assert place(errors[-1])["count"] == 500 - MOST
