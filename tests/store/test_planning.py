from datetime import date
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from sim.errors import StoreError
from sim.ingest.demo import demo_tables
from sim.model.planning_settings import PlanningSettings
from sim.model.problem import ResourceKind, stock_target
from sim.store.notices import notices
from sim.store.planning import (
    horizon_forecast_needed,
    months_to_forecast,
    planned_items,
    read_problem,
)
from sim.store.read_demand import assumed_errors
from sim.store.workspace import Workspace
from tests.store import company


def problem(*, settings=None, forecast=None, errors=None, **tables):
    workspace = Workspace(company.tables(**tables))
    return read_problem(
        workspace,
        dataset="d",
        settings=settings or company.settings(),
        forecast=forecast,
        errors=errors,
    )


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


def test_the_forecast_reaches_from_the_last_sales_to_the_end_of_the_horizon():
    space = Workspace(company.tables())
    assert months_to_forecast(space, company.settings()) == 18
    later = company.settings(start=date(2027, 4, 1))
    assert months_to_forecast(space, later) == 21
    with pytest.raises(StoreError, match=r"error\.plan\.short_forecast"):
        months_to_forecast(space, company.settings(start=date(2026, 6, 1)))
    unsold = Workspace(company.tables(sales=None, forecast_snapshot=None))
    with pytest.raises(StoreError, match=r"error\.plan\.no_sales"):
        months_to_forecast(unsold, company.settings())


def promotion(**changes):
    columns = {
        "id": "P",
        "family": "A",
        "from": pd.Timestamp("2027-03-01"),
        "to": pd.Timestamp("2027-04-30"),
        "kind": "promotion",
        "discount": 0.2,
        "expected_uplift": 0.25,
        "post_dip": 0.1,
    }
    return pd.DataFrame([columns | changes])


def test_a_promotion_accounts_for_its_part_of_the_demand():
    read = problem(promotion=promotion())
    # D = B (1 + u): 100 - 100 / 1.25 = 20 ; after it D = B (1 - d): 100 - 100 / 0.9.
    assert read.promotion[0, 2:6].tolist() == pytest.approx([20, 20, 100 - 100 / 0.9, 0])
    assert not read.promotion[2].any()
    assert read.price[0, 1:5].tolist() == pytest.approx([10, 8, 8, 10])


def test_a_promotion_on_one_channel_weighs_with_its_share():
    read = problem(promotion=promotion(channel="WEB"))
    assert read.promotion[0, 2] == pytest.approx(100 - 100 / (1 + 0.75 * 0.25))
    # Of 100 base units 75 go to WEB: 93.75 of 118.75 units are sold at 8, the others at 10.
    assert read.price[0, 2] == pytest.approx((93.75 * 8 + 25 * 10) / 118.75)


def test_a_promotion_before_the_horizon_still_dips_into_it():
    before = promotion(**{"from": pd.Timestamp("2026-12-01"), "to": pd.Timestamp("2026-12-31")})
    read = problem(promotion=before)
    assert read.promotion[0, :2].tolist() == pytest.approx([100 - 100 / 0.9, 0])
    assert (read.price[0] == 10).all()


@pytest.mark.parametrize("changes", [{"kind": "breakdown"}, {"family": None, "item": "OLD"}])
def test_other_events_change_nothing(changes):
    assert problem(promotion=promotion(**changes)).hash == problem().hash


def test_price_changes_of_the_horizon():
    changes = pd.DataFrame(
        {
            "item": [None, "A1", None],
            "family": ["A", None, "A"],
            "channel": [None, "WEB", None],
            "from": pd.to_datetime(["2027-02-01", "2027-05-01", "2024-01-01"]),
            "change": [0.1, None, 0.5],
            "new_price": [None, 15.0, None],
        }
    )
    read = problem(price_change=changes)
    assert read.price[0, [0, 1, 3, 4]].tolist() == pytest.approx(
        [10, 11, 11, 0.25 * 11 + 0.75 * 15]
    )
    assert read.price[1, 17] == pytest.approx(22)
    assert (read.price[2] == 50).all()


def test_the_newest_consensus_that_covers_the_horizon_wins():
    parts = [
        company.consensus("2026-11-01", factor=2.0),
        company.consensus("2026-12-01", factor=3.0, months=17),
        company.consensus("2026-10-01", factor=4.0),
    ]
    read = problem(forecast_snapshot=pd.concat(parts))
    assert read.demand[0, 0] == 200


def forecast(months=18):
    lines = [
        {"unique_id": item, "ds": month, "mean": 2.0 * level}
        for item, level in company.LEVEL.items()
        for month in company.HORIZON[:months]
    ]
    return pd.DataFrame(lines)


def test_without_a_consensus_the_forecast_is_the_demand():
    workspace = Workspace(company.tables(forecast_snapshot=None))
    assert horizon_forecast_needed(workspace, company.settings())
    assert not horizon_forecast_needed(Workspace(company.tables()), company.settings())
    read = problem(forecast_snapshot=None, forecast=forecast())
    assert read.demand[0, 0] == 200
    with pytest.raises(StoreError, match=r"error\.plan\.no_forecast"):
        problem(forecast_snapshot=None)
    with pytest.raises(StoreError, match=r"error\.plan\.short_forecast"):
        problem(forecast_snapshot=None, forecast=forecast(17))


def test_a_forecast_counts_only_inside_the_life_of_an_item():
    life = company.items(
        end_month=pd.to_datetime(["2027-03-01", None, None, "2026-06-01"]),
        launch_month=pd.to_datetime([None, None, "2027-02-01", None]),
    )
    read = problem(item=life, forecast_snapshot=None, forecast=forecast())
    assert read.demand[0, :5].tolist() == [200, 200, 200, 0, 0]
    assert read.demand[1, :3].tolist() == [0, 120, 120]
    assert problem(item=life).demand[0, 4] == 100


def test_error_rows_follow_the_planned_items():
    workspace = Workspace(company.tables())
    items = planned_items(workspace, company.settings())
    assert list(items["item"]) == ["A1", "A2", "B1"]
    assert list(items["family"]) == ["A", "A", "B"]
    errors = assumed_errors(3, 18)
    assert problem(errors=errors).errors is errors
    with pytest.raises(StoreError, match=r"error\.plan\.error_shape"):
        problem(errors=assumed_errors(2, 18))


def test_assumed_errors_are_a_possible_correlation():
    memory = assumed_errors(1, 24).autocorrelation
    lags = np.abs(np.subtract.outer(np.arange(24), np.arange(24)))
    assert np.linalg.eigvalsh(memory[lags]).min() > 0


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
