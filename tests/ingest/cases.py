"""A small company without a fault, and ways to spoil its tables one by one."""

import pandas as pd

STEADY = [100, 104, 96, 101, 99, 103, 97, 102, 98, 100, 105, 95] * 2
NAMES = "ABCDEF"
HORIZON = pd.date_range("2024-01-01", periods=18, freq="MS")


def sales(**series):
    """One line per item and month from January 2022; None is no line."""
    rows = [
        {"item": item, "channel": "All", "month": month, "quantity": float(quantity)}
        for item, values in series.items()
        for month, quantity in zip(
            pd.date_range("2022-01-01", periods=len(values), freq="MS"), values, strict=True
        )
        if quantity is not None
    ]
    return pd.DataFrame(rows)


def clean():
    """Tables in which no check finds anything."""
    lines = sales(**dict.fromkeys(NAMES, STEADY))
    months = sorted(lines["month"].unique())
    return {
        "item": pd.DataFrame(
            {
                "item": [*NAMES],
                "family": ["F"] * 3 + ["G"] * 3,
                "uom": "unit",
                "price": 5.0,
                "unit_cost": 3.0,
                "analog": "",
            }
        ),
        "sales": lines.assign(revenue=lines["quantity"] * 5.0),
        "stock_history": pd.DataFrame(
            [{"item": item, "month": m, "closing": 50.0} for item in NAMES for m in months]
        ),
        "resource": pd.DataFrame({"resource": ["M"], "kind": ["hours"]}),
        "capacity": pd.DataFrame({"resource": "M", "month": HORIZON, "available": 9.0}),
        "routing": pd.DataFrame({"item": [*NAMES], "resource": "M", "quantity_per_unit": 1.0}),
    }


class Spoiler:
    """Each way spoils one thing, on its own item where that is possible."""

    def __init__(self):
        self.ways = {}

    def __call__(self, tables, checks):
        for check in sorted(checks):
            self.ways[check](tables)
        return tables

    def way(self, make):
        self.ways[make.__name__] = make
        return make


spoil = Spoiler()


def _lines(tables, item):
    lines = tables["sales"]
    return lines.index[lines["item"] == item]


@spoil.way
def missing_months(tables):
    tables["sales"] = tables["sales"].drop(_lines(tables, "A")[5:7])


@spoil.way
def outliers(tables):
    tables["sales"].loc[_lines(tables, "B")[9], ["quantity", "revenue"]] *= 9


@spoil.way
def stock_outs(tables):
    tables["sales"].loc[_lines(tables, "C")[9], ["quantity", "revenue"]] *= 0.2
    stock = tables["stock_history"]
    at = stock.index[stock["item"] == "C"][9]
    stock.loc[at, "closing"] = 0.0


@spoil.way
def price_jumps(tables):
    tables["sales"].loc[_lines(tables, "D")[8:], "revenue"] *= 1.7


@spoil.way
def short_history(tables):
    tables["sales"] = tables["sales"].drop(_lines(tables, "E")[:-4])


@spoil.way
def phase_outs(tables):
    tables["sales"] = tables["sales"].drop(_lines(tables, "F")[14:])


@spoil.way
def launches(tables):
    _add(tables, "N", STEADY[-6:], analog="A")


@spoil.way
def total_rows(tables):
    _add(tables, "Total général", [600.0] * 24)


def _add(tables, item, values, *, analog=""):
    lines = tables["sales"]
    months = sorted(lines["month"].unique())[-len(values) :]
    new = pd.DataFrame({"item": item, "channel": "All", "month": months, "quantity": values})
    new = new.assign(revenue=new["quantity"] * 5.0)
    tables["sales"] = pd.concat([lines, new], ignore_index=True)
    like = tables["item"].iloc[:1].assign(item=item, analog=analog)
    tables["item"] = pd.concat([tables["item"], like], ignore_index=True)
    route = tables["routing"].iloc[:1].assign(item=item)
    tables["routing"] = pd.concat([tables["routing"], route], ignore_index=True)


@spoil.way
def zero_price(tables):
    _set(tables, "A", "price", 0.0)


@spoil.way
def negative_margin(tables):
    _set(tables, "B", "unit_cost", 8.0)


@spoil.way
def mixed_units(tables):
    _set(tables, "F", "uom", "kg")


def _set(tables, item, column, value):
    tables["item"].loc[tables["item"]["item"] == item, column] = value


@spoil.way
def no_routing(tables):
    tables["routing"] = tables["routing"][tables["routing"]["item"] != "C"]


@spoil.way
def capacity_gaps(tables):
    tables["capacity"] = tables["capacity"].iloc[:12]
