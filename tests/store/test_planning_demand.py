"""What a problem takes from forecasts, consensus, promotions and prices."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from sim.errors import StoreError
from sim.model.planning_settings import PlanningSettings
from sim.store.planning import (
    horizon_forecast_needed,
    months_to_forecast,
    planned_items,
)
from sim.store.read_demand import assumed_errors, stated_errors
from sim.store.workspace import Workspace
from tests.store import company
from tests.store.plans import forecast, problem


def row(read, item):
    return read.items.index(item)


@pytest.fixture(scope="module")
def read():
    return problem()


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


def test_what_a_company_states_about_its_errors_wins():
    found = assumed_errors(2, 4)
    assert stated_errors(found, PlanningSettings()) is found
    stated = stated_errors(found, PlanningSettings(demand_spread=0.4, demand_memory=0.5))
    assert (stated.spread == 0.4).all()
    assert stated.autocorrelation.tolist() == [1, 0.5, 0.25, 0.125]
    assert stated.source == "stated"
    fresh = stated_errors(found, PlanningSettings(demand_memory=0.0))
    assert fresh.autocorrelation.tolist() == [1, 0, 0, 0]
    assert (fresh.spread == found.spread).all()
