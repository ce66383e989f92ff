"""What a problem takes from stock, capacity, calendar and notices."""

from datetime import date
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from sim.ingest.demo import demo_tables
from sim.model.planning_settings import PlanningSettings
from sim.model.problem import ResourceKind, stock_target
from sim.store.notices import notices
from sim.store.planning import (
    read_problem,
)
from sim.store.workspace import Workspace
from tests.store import company
from tests.store.plans import forecast, problem


def row(read, item):
    return read.items.index(item)


@pytest.fixture(scope="module")
def read():
    return problem()


def test_axes(read):
    # A1 and A2 share a machine, so they stand together although B1 is between them in the table.
    assert read.items == ("A1", "A2", "B1")
    assert read.families == ("A", "B")
    assert read.family.tolist() == [0, 0, 1]
    assert (read.start, read.months) == (date(2027, 1, 1), 18)
    assert read.channels == ("WEB", "SHOP")
    assert read.label("fr", "item", "A1") == "Alpha"
    assert read.label("fr", "item", "A2") == "A2"
    assert read.label("en", "channel", "SHOP") == "Boutiques"


def test_demand_channels_and_money(read):
    assert np.allclose(read.demand, np.array([[100.0], [60.0], [20.0]]))
    assert np.allclose(read.channel_share, [[0.75, 0.25], [0.5, 0.5], [0.25, 0.75]])
    assert np.allclose(read.price, np.array([[10.0], [20.0], [50.0]]))
    assert read.unit_cost.tolist() == [6.0, 12.0, 30.0]
    assert read.backorder_share.tolist() == [0.0, 0.0, 0.4]
    assert read.pallets_per_unit.tolist() == [0.01, 0.0, 0.1]


def test_stock_targets(read):
    # A1: its own cover. A2: the setting. B1: z cv mu sqrt(L + 1) for its service target.
    assert read.stock_cover.tolist() == [0.8, 0.5, 0.0]
    z = NormalDist().inv_cdf(0.95)
    wanted = z * read.errors.spread[2] * 20 * np.sqrt(2)
    assert np.allclose(read.safety_stock[2], wanted)
    assert not read.safety_stock[:2].any()
    assert np.allclose(stock_target(read)[0], 80.0)
    assert read.service_target.tolist() == [0.97, 0.97, 0.95]


def test_opening_stock_is_the_newest_snapshot_and_transit_arrives_first(read):
    assert read.opening_stock.tolist() == [80.0, 30.0, 10.0]
    assert read.receipts[2, 0] == 7.0
    assert read.receipts.sum() == 7.0


def test_past_due_orders_reduce_the_opening_stock():
    orders = pd.DataFrame(
        {
            "order": ["1", "2", "3", "4"],
            "item": ["A1", "A1", "A1", "B1"],
            "ordered": [15.0, 10.0, 50.0, 30.0],
            "shipped": [5.0, 10.0, None, None],
            "promised_date": pd.to_datetime(
                ["2026-12-20", "2026-12-20", "2027-01-10", "2026-12-31"]
            ),
        }
    )
    assert problem(orders=orders).opening_stock.tolist() == [70.0, 30.0, -20.0]


def test_without_stock_the_projection_opens_at_the_target_and_the_pipeline_covers_the_need():
    read = problem(stock=None)
    assert read.opening_stock[:2].tolist() == [80.0, 30.0]
    # B1 waits a month: what arrives in the first one brings it to its target after demand.
    closing = read.opening_stock[2] + read.receipts[2, 0] - read.demand[2, 0]
    assert closing == pytest.approx(stock_target(read)[2, 0])
    assert not read.receipts[2, 1:].any()


def test_planned_production_fills_the_lead_time_only():
    production = pd.DataFrame(
        {"item": "B1", "month": company.HORIZON[:3], "planned": [12.0, 13.0, 14.0]}
    )
    read = problem(production=production)
    assert read.receipts[2, :3].tolist() == [19.0, 0.0, 0.0]


def test_resources(read):
    assert read.resources == ("CUT", "OVEN", "CAST")
    assert read.resource_kind == (ResourceKind.HOURS, ResourceKind.HOURS, ResourceKind.MATERIAL)
    assert np.allclose(read.routing, [[0.5, 0, 0], [1, 0, 0], [0, 2, 1]])
    assert np.allclose(read.capacity[0], 120)
    # The second year takes the same months; a material without a line has no limit.
    assert read.capacity[1].tolist() == [*range(30, 42), *range(30, 36)]
    assert np.isinf(read.capacity[2, :3]).all()
    assert (read.capacity[2, 3:] == 25).all()
    assert np.allclose(read.overtime[0], 12)
    assert not read.overtime[1:].any()
    assert read.overtime_limit.tolist() == [0.1, 0.15, 0.0]
    assert read.overtime_rate.tolist() == [20.0, 0.0, 0.0]


def test_overtime_that_is_a_decision_is_not_in_the_baseline():
    read = problem(settings=company.settings(overtime_is_a_decision=True))
    assert not read.overtime.any()
    assert read.overtime_limit[0] == 0.1


def test_storage(read):
    assert (read.storage == 40).all()
    assert read.storage_cost == 5.0
    assert (read.outside_storage_cost == 10.0).all()
    priced = problem(settings=company.settings(outside_storage_price=14.0))
    assert (priced.outside_storage_cost == 14.0).all()


def test_working_days_are_weekdays_less_french_holidays_and_closures():
    closed = company.settings(closed_days={"8": 10.0, "12": 4.0})
    wanted = [20, 20, 22, 22, 19, 22, 21, 12, 22, 21, 20, 19]
    assert problem(settings=closed).working_days[:12].tolist() == wanted
    once = company.settings(closed_days={"2027-08": 10.0})
    assert problem(settings=once).working_days[7] == 12
    moselle = company.settings(subdivision="57")
    # Moselle also keeps Good Friday, 26 March 2027.
    assert problem(settings=moselle).working_days[2] == 21


def test_the_companys_own_calendar_wins():
    calendar = pd.DataFrame(
        {
            "period": ["P1"],
            "start": pd.to_datetime(["2027-01-01"]),
            "end": pd.to_datetime(["2027-01-31"]),
            "working_days": [17.5],
        }
    )
    assert problem(calendar=calendar).working_days[:2].tolist() == [17.5, 20]


def test_an_unknown_country_is_a_sentence():
    with pytest.raises(Exception, match=r"error\.planning\.country"):
        problem(settings=company.settings(country="ZZ"))


def test_a_company_with_its_own_calendar_needs_no_country():
    own = pd.DataFrame({"period": company.HORIZON.strftime("%Y-%m"), "start": company.HORIZON})
    own = own.assign(end=own["start"] + pd.offsets.MonthEnd(), working_days=19.0)
    read = problem(settings=company.settings(country="ZZ"), calendar=own)
    assert (read.working_days == 19).all()


def test_sales_alone_make_a_plan():
    only = {name: None for name in ("item", "channel", "stock", "resource", "capacity", "routing")}
    read = problem(**only, forecast_snapshot=None, forecast=forecast())
    assert read.items == ("A1", "A2", "B1")
    assert read.families == ("All",)
    assert read.routing.shape == (3, 0)
    assert read.capacity.shape == read.overtime.shape == (0, 18)
    assert not read.has_capacity
    assert np.isinf(read.storage).all()
    # No price list: what the last twelve months brought in per unit.
    assert np.allclose(read.price, 9.0)
    assert np.allclose(read.opening_stock, 0.5 * read.demand[:, 0])


def test_hours_without_any_capacity_line_do_not_limit():
    capacity = company.capacity().query("resource != 'OVEN'")
    read = problem(capacity=capacity)
    assert np.isinf(read.capacity[1]).all()
    keys = [
        note.key
        for note in notices(Workspace(company.tables(capacity=capacity)), company.settings())
    ]
    assert "notice.capacity_unknown" in keys


def test_notices_name_what_is_switched_off():
    found = {note.key for note in notices(Workspace(company.tables()), company.settings())}
    assert {"notice.no_orders", "notice.no_budget", "notice.no_promotion"} <= found
    assert "notice.capacity_carried" in found
    assert not {"notice.no_price", "notice.no_stock", "notice.no_capacity"} & found
    bare = {note.key for note in notices(Workspace({"sales": company.sales()}), company.settings())}
    assert {"notice.no_capacity", "notice.no_stock", "notice.no_cost"} <= bare
    assert "notice.no_price" not in bare


def test_a_start_of_ones_own():
    settings = company.settings(start=date(2027, 4, 1), horizon=12)
    read = problem(settings=settings)
    assert (read.start, read.months) == (date(2027, 4, 1), 12)
    assert read.capacity[2, 0] == 25


def test_equal_tables_give_equal_problems():
    assert problem().hash == problem().hash
    assert problem(stock=None).hash != problem().hash


def test_the_demo_company_shows_its_bottlenecks():
    demo = demo_tables()
    tables = dict(getattr(demo, "tables", demo))
    read = read_problem(
        Workspace(tables), dataset="d", settings=PlanningSettings.from_body(demo.planning)
    )
    load = (read.routing.T @ read.demand)[:, :12] / read.capacity[:, :12]
    mean = dict(zip(read.resources, load.mean(axis=1), strict=True))
    peak = dict(zip(read.resources, load.max(axis=1), strict=True))
    for resource in ("EMA", "PEI"):
        assert 0.93 <= mean[resource] <= 1.0
        assert peak[resource] > 1.3
    assert len(read.items) == 24
    assert read.months == 18
    assert not read.overtime.any()
