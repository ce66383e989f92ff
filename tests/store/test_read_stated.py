"""From stated columns and settings to the optional records of a problem."""

import numpy as np
import pandas as pd
import pytest

from sim.errors import DataError, StoreError
from sim.model.problem import Rationing
from sim.store.notices import notices
from sim.store.planning import months_to_forecast, read_problem
from sim.store.workspace import Workspace
from tests.store import company


def problem(settings=None, **tables):
    chosen = company.settings(**(settings or {}))
    return read_problem(Workspace(company.tables(**tables)), dataset="", settings=chosen)


def resources(**columns):
    return company.resources().assign(**columns)


def test_what_is_not_stated_is_absent():
    read = problem()
    parts = (read.costs, read.limits, read.workforce, read.maintenance, read.shifts, read.risk)
    assert parts == (None,) * 6
    assert read.channel_tier is None
    assert not read.subcontract.any()


def test_a_column_wins_over_the_setting_and_the_rest_follows():
    items = company.items(holding_cost=[2.0, None, None, None])
    read = problem({"backlog_cost_per_month": 5.0}, item=items)
    order = [read.items.index(item) for item in ("A1", "B1", "A2")]
    assert read.costs.hold[order, 0] == pytest.approx([2.0, 0.30, 0.12])
    assert (read.costs.backlog == 5.0).all()
    assert not read.costs.lost.any()


def test_limits_by_item_and_by_setting():
    items = company.items(closing_stock=[40.0, None, None, None], stock_limit=[None, 9, None, None])
    read = problem({"backlog_at_end": False}, item=items)
    first, waits = read.items.index("A1"), read.items.index("B1")
    assert read.limits.closing[first] == 40
    assert read.limits.stock[waits, 0] == 9
    assert np.isinf(read.limits.stock[first]).all()
    # Only B1 has customers who wait.
    assert read.limits.unmet[waits, -1] == 0
    assert np.isinf(read.limits.unmet[first, -1])
    assert not problem({"serve_all": True}).limits.unmet.any()


def test_workers_make_the_hours_and_the_capacity_line_is_the_room():
    table = resources(
        workers=[5.0, None, None, None], hours_per_worker=[20.0, None, None, None], hire_cost=300.0
    )
    read = problem({"whole_workers": True}, resource=table)
    cut, force = read.resources.index("CUT"), read.workforce
    assert read.capacity[cut] == pytest.approx(np.full(18, 100.0))
    assert force.room[cut] == pytest.approx(np.full(18, 6.0))
    assert force.whole
    # No wage: the hourly cost; and an hour of overtime then costs all of it, 40 x 1.5.
    assert force.wage[cut, 0] == 20 * 40
    assert read.overtime_cost[cut, 0] == 60
    # 10 % of overtime: 2 hours for each of 5 workers.
    assert read.overtime[cut, 0] == pytest.approx(10.0)
    oven = read.resources.index("OVEN")
    assert not force.hours[oven].any()
    assert read.capacity[oven, 0] == 30


def test_hours_by_working_day():
    read = problem(resource=resources(workers=2.0, hours_per_worker_day=[7.0, None, None, None]))
    cut = read.resources.index("CUT")
    assert read.capacity[cut] == pytest.approx(14 * read.working_days)


def test_maintenance_has_its_window_and_must_fit_in_it():
    table = resources(machines=[2.0, None, None, None], maintenance_months=[3.0, None, None, None])
    table["maintenance_to"] = pd.to_datetime(["2027-02-01", None, None, None])
    read = problem(resource=table)
    cut = read.resources.index("CUT")
    assert read.maintenance.due[cut] == 3
    assert read.maintenance.window[cut].sum() == 2
    with pytest.raises(DataError, match=r"error\.planning\.maintenance"):
        problem(resource=table.assign(maintenance_months=[5.0, None, None, None]))


def test_shift_levels_are_chosen_only_when_asked():
    table = resources(shift_levels=["2x8:1:0; 3x8:1.4:46000", None, None, None])
    assert problem(resource=table).shifts is None
    read = problem({"choose_shifts": True}, resource=table)
    cut = read.resources.index("CUT")
    assert read.shifts.factor[cut].tolist() == [1.0, 1.4]
    assert read.shifts.cost[cut].tolist() == [0.0, 46000.0]
    assert np.isnan(np.delete(read.shifts.factor, cut, axis=0)).all()


def test_a_subcontractor_has_a_price_and_a_limit():
    items = company.items(subcontract_price=[9.0, 33.0, None, None])
    items["subcontract_limit"] = [None, 7.0, None, None]
    read = problem(item=items)
    first, other = read.items.index("A1"), read.items.index("B1")
    assert read.subcontract[first, 0] == 18 * 100
    assert read.subcontract[other, 0] == 7
    assert read.subcontract_cost[[first, other], 0] == pytest.approx([3.0, 3.0])


def test_a_consensus_too_short_without_sales_is_one_sentence():
    short = Workspace(company.tables(sales=None, forecast_snapshot=company.consensus(months=17)))
    with pytest.raises(StoreError, match=r"error\.plan\.short_consensus"):
        months_to_forecast(short, company.settings())


def test_hours_of_workers_are_capacity_data():
    table = resources(workers=2.0, hours_per_worker=20.0)
    told = notices(Workspace(company.tables(resource=table, capacity=None)), company.settings())
    assert not {"notice.no_capacity", "notice.capacity_unknown"} & {one.key for one in told}


def test_risk_tiers_and_policies():
    items = company.items(slip_probability=[0.1, None, None, None], production_yield=[0.9] * 4)
    channels = pd.DataFrame({"channel": ["WEB", "SHOP"], "tier": [2.0, None]})
    policies = {"rationing": "channel", "frozen_months": 2, "flexibility": 0.3}
    read = problem(
        policies | {"responsiveness": 0.5, "day_spread": 1.5, "level_weight": 0.25},
        item=items,
        channel=channels,
        resource=resources(availability=0.9, availability_sd=[0.05, None, None, None]),
    )
    assert read.risk.slip[read.items.index("A1")] == 0.1
    assert read.risk.availability_spread[0] == 0.05
    assert (read.production_yield == 0.9).all()
    assert read.channel_tier.tolist() == [2, 3]
    assert read.rationing is Rationing.CHANNEL
    found = (read.frozen_months, read.flexibility, read.responsiveness, read.day_spread)
    assert found == (2, 0.3, 0.5, 1.5)
    assert read.level_weight == 0.25
