"""The demo company against the figures of its design."""

import hashlib
from collections import defaultdict

import pandas as pd
import pytest

from sim.ingest.demo import company, demo_tables, market
from sim.ingest.folder import Tables, write_folder


@pytest.fixture(scope="module")
def valfonte() -> Tables:
    return demo_tables()


def test_working_days_are_those_of_the_french_calendar() -> None:
    days = company.working_days(market.read_market())
    assert days[60:72] == [20, 20, 22, 22, 19, 22, 21, 12, 22, 21, 20, 19]


def test_demand_of_2027_by_family_in_millions(valfonte: Tables) -> None:
    snapshot = valfonte.tables["forecast_snapshot"]
    plan = snapshot[(snapshot["cycle"] == "2027-01-01") & (snapshot["month"] < "2028-01-01")]
    items = valfonte.tables["item"].set_index("item")
    value = plan["quantity"] * plan["item"].map(items["price"]) / 1e6
    found = value.groupby(plan["item"].map(items["family"])).sum().round(1)
    # The dip after the promotion takes 0.2 from the casseroles.
    assert found.to_dict() == {"PLA": 15.3, "POE": 15.6, "COC": 20.5, "ACC": 4.3}


@pytest.mark.parametrize(
    ("resource", "percent"),
    [
        ("FON", [80, 74, 72, 66, 78, 69, 75, 118, 100, 117, 146]),
        ("EMA", [81, 82, 87, 86, 101, 83, 83, 119, 93, 109, 154]),
        ("ASM1", [80, 66, 55, 53, 64, 63, 79, 128, 112, 128, 121]),
        ("PRE", [57, 71, 87, 117, 145, 109, 101, 113, 62, 57, 63]),
        ("PEI", [65, 80, 97, 132, 163, 122, 114, 127, 70, 64, 71]),
        ("ASM2", [54, 67, 82, 111, 138, 103, 96, 107, 59, 54, 60]),
    ],
)
def test_load_without_levelling(valfonte: Tables, resource: str, percent: list[int]) -> None:
    tables = valfonte.tables
    snapshot = tables["forecast_snapshot"]
    plan = snapshot[(snapshot["cycle"] == "2027-01-01") & (snapshot["month"] < "2027-12-01")]
    hours = tables["routing"].query("resource == @resource").set_index("item")["quantity_per_unit"]
    load = (plan["quantity"] * plan["item"].map(hours)).groupby(plan["month"]).sum()
    capacity = tables["capacity"].query("resource == @resource").set_index("month")["available"]
    assert [round(100 * load[month] / capacity[month]) for month in load.index] == percent


def test_sales_follow_the_channels_and_the_events(valfonte: Tables) -> None:
    sales = valfonte.tables["sales"]
    assert sales["month"].nunique() == 60
    last = sales[sales["month"] >= "2026-01-01"]
    share = last.groupby("channel")["revenue"].sum() / last["revenue"].sum()
    for channel, wanted in {
        "DIY": 0.38,
        "KIT": 0.22,
        "EXP": 0.18,
        "INS": 0.14,
        "WEB": 0.08,
    }.items():
        assert share[channel] == pytest.approx(wanted, abs=0.03)
    sold = sales.groupby(["item", "month"])["quantity"].sum()
    assert "2025-12-01" in sold["PLA-90"].index.strftime("%Y-%m-%d")
    assert sold["PLA-100"].index.min() == pd.Timestamp("2026-01-01")
    assert sold["COC-R24N"].index.min() == pd.Timestamp("2026-09-01")
    fall = sold["COC-O31"]["2025-10-01"] / sold["COC-O31"]["2024-10-01"]
    assert fall == pytest.approx(0.40 * 1.06, rel=0.3)


def test_archived_forecasts_have_the_bias_on_file(valfonte: Tables) -> None:
    tables = valfonte.tables
    sales = tables["sales"].replace({"item": {"PLA-90": "PLA-100"}})
    actual = sales.groupby(["item", "month"])["quantity"].sum().rename("actual").reset_index()
    merged = tables["forecast_snapshot"].merge(actual, on=["item", "month"])
    items = tables["item"].set_index("item")
    merged["family"] = merged["item"].map(items["family"])
    merged["price"] = merged["item"].map(items["price"])
    lag3 = (merged["month"].dt.to_period("M") - merged["cycle"].dt.to_period("M")).map(
        lambda months: months.n
    ) == 3
    error: dict[str, dict[str, float]] = defaultdict(dict)
    for kind, rows in merged.groupby("kind"):
        off, value = rows["quantity"] - rows["actual"], rows["price"] * rows["actual"]
        late = rows[lag3.loc[rows.index]]
        error[str(kind)]["wape"] = (
            (late["quantity"] - late["actual"]).abs() * late["price"]
        ).sum() / (late["actual"] * late["price"]).sum()
        bias = (off * rows["price"]).groupby(rows["family"]).sum()
        error[str(kind)] |= (bias / value.groupby(rows["family"]).sum()).to_dict()
    assert error["planner"]["wape"] == pytest.approx(0.20, abs=0.02)
    assert error["consensus"]["PLA"] == pytest.approx(0.09, abs=0.02)
    assert error["consensus"]["COC"] == pytest.approx(-0.06, abs=0.02)
    assert error["consensus"]["POE"] == pytest.approx(0.04, abs=0.02)
    assert abs(error["planner"]["COC"]) < abs(error["statistical"]["COC"])
    assert abs(error["planner"]["POE"]) > abs(error["statistical"]["POE"])


def test_equal_bytes_twice(valfonte: Tables, tmp_path) -> None:
    digests = []
    for name, tables in (("a", valfonte), ("b", demo_tables())):
        write_folder(tables, tmp_path / name)
        digest = hashlib.sha256()
        for path in sorted((tmp_path / name).iterdir()):
            digest.update(path.name.encode() + path.read_bytes())
        digests.append(digest.hexdigest())
    assert digests[0] == digests[1]
