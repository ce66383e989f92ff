"""The history behind a plan, as the company's tables tell it."""

import numpy as np
import pandas as pd
import pytest

from sim.ingest.demo import demo_tables
from sim.model.levers import draft
from sim.model.planning_settings import PlanningSettings
from sim.model.usual import usual
from sim.store.planning import read_problem
from sim.store.read_past import read_past
from sim.store.workspace import Workspace


@pytest.fixture(scope="module")
def company():
    tables = demo_tables()
    settings = PlanningSettings.from_body(tables.planning or {})
    space = Workspace(tables)
    return tables, settings, read_problem(space, dataset="d", settings=settings)


def test_it_adds_up_to_the_tables(company) -> None:
    tables, _, problem = company
    past = read_past(Workspace(tables), problem)
    assert past.months == 60
    assert past.units.sum() == pytest.approx(tables["sales"]["quantity"].sum())
    assert past.money.sum() == pytest.approx(tables["sales"]["revenue"].sum())
    assert np.nansum(past.closing) == pytest.approx(tables["stock_history"]["closing"].sum())
    assert np.isnan(past.regular).all()  # capacity is known of the horizon only
    lines = tables["production"].merge(tables["routing"], on="item")
    foundry = lines[lines["resource"] == "FON"]
    made = float((foundry["produced"] * foundry["quantity_per_unit"]).sum())
    assert np.nansum(past.hours[problem.resources.index("FON")]) == pytest.approx(made)


def test_discontinued_items_count_in_their_family(company) -> None:
    tables, _, problem = company
    past = read_past(Workspace(tables), problem)
    assert set(past.items) > set(problem.items)
    found = usual(problem, past, draft(problem, "volume", target="family:PLA", card_id="x"))
    sales = tables["sales"].merge(tables["item"], on="item")
    months = sales[sales["family"] == "PLA"].groupby("month")["quantity"].sum().rolling(12).sum()
    growth = (months / months.shift(12) - 1.0).dropna()
    assert found is not None
    assert found.sigma == pytest.approx(float(growth.std()))
    assert found.high == pytest.approx(float(growth.max() - growth.mean()))


def test_a_company_without_history_has_no_limit(company) -> None:
    tables, _, problem = company
    kept = ("item", "channel", "resource", "capacity", "routing")
    bare = Workspace({name: tables[name] for name in kept})
    past = read_past(bare, problem)
    for kind in ("volume", "price", "promotion", "overtime", "stock_cover"):
        assert usual(problem, past, draft(problem, kind, target="all", card_id="x")) is None


def test_promotions_and_capacity_of_before_the_horizon_are_read(company) -> None:
    tables, _, problem = company
    more = dict(tables)
    before = pd.DataFrame({"resource": ["FON"], "month": [pd.Timestamp("2026-05-01")]})
    more["capacity"] = pd.concat([tables["capacity"], before.assign(available=2000.0)])
    past = read_past(Workspace(more), problem)
    known = past.regular[problem.resources.index("FON")]
    assert known[-8] == 2000.0
    assert np.isfinite(known).sum() == 1
    assert len(past.promoted) == len(past.uplift) == 10
