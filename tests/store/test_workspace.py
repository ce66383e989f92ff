import threading
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from sim.errors import StoreError
from sim.ingest.schema import TABLES
from sim.store.workspace import Workspace, canonical_columns
from tests.store import company


@pytest.fixture(scope="module")
def workspace():
    return Workspace(company.tables())


def test_the_workspace_knows_every_canonical_column():
    columns = canonical_columns()
    for table in TABLES.values():
        assert set(table.names) <= set(columns[table.name]), table.name


def test_facts(workspace):
    facts = workspace.query("facts").iloc[0]
    assert facts["last_month"] == pd.Timestamp("2026-12-01")
    assert facts["as_of"] == pd.Timestamp("2026-12-31")
    assert (facts["months"], facts["items"], facts["items_sold"]) == (24, 4, 3)
    assert facts["units"] == pytest.approx(24 * 180)
    assert facts["revenue"] == pytest.approx(24 * 180 * 9)


def test_groupings_add_up_to_the_total(workspace):
    total = workspace.query("history_total")
    for name in ("history_by_family", "history_by_channel"):
        parts = workspace.query(name).groupby("month")[["units", "revenue"]].sum()
        assert np.allclose(parts["units"], total["units"])
        assert np.allclose(parts["revenue"], total["revenue"])
    years = workspace.query("control_totals")
    assert list(years["units"]) == pytest.approx([2160, 2160])


def test_revenue_that_is_not_given_is_quantity_times_price():
    bare = company.sales().drop(columns="revenue")
    total = Workspace(company.tables(sales=bare)).query("history_total")
    assert total["revenue"].iloc[0] == pytest.approx(100 * 10 + 60 * 20 + 20 * 50)


def test_history_is_net_of_returns_and_fills_the_gaps_of_a_life():
    sales = company.sales()
    gap = (sales["item"] == "B1") & (sales["month"] == "2026-03-01")
    late = (sales["item"] == "A2") & (sales["month"] < "2025-04-01")
    returns = pd.DataFrame(
        {"item": ["A1"], "channel": ["WEB"], "month": [pd.Timestamp("2026-05-01")], "quantity": 9.0}
    )
    workspace = Workspace(company.tables(sales=sales[~gap & ~late], returns=returns))
    history = workspace.query("history").set_index(["unique_id", "ds"])["y"]
    assert history["B1", pd.Timestamp("2026-03-01")] == 0
    assert history["A1", pd.Timestamp("2026-05-01")] == pytest.approx(91)
    assert len(history["A2"]) == 21
    assert history.index.get_level_values("ds").dtype == "datetime64[ns]"


def test_an_ended_item_has_no_history_after_its_end():
    old = company.sales().query("item == 'A1' and month < '2026-07-01'").assign(item="OLD")
    workspace = Workspace(company.tables(sales=pd.concat([company.sales(), old])))
    history = workspace.query("history")
    assert history[history["unique_id"] == "OLD"]["ds"].max() == pd.Timestamp("2026-06-01")


def archive():
    """Forecasts of 110 for an item that sells 100, at lags 1 and 2 (lag given, not month)."""
    return pd.DataFrame(
        {
            "cycle": pd.to_datetime(["2026-06-01", "2026-06-01"]),
            "lag": [1.0, 2.0],
            "item": ["A1", "A1"],
            "quantity": [110.0, 80.0],
            "kind": ["planner", "planner"],
        }
    )


def test_archived_residuals_and_accuracy_by_lag():
    workspace = Workspace(company.tables(forecast_snapshot=archive()))
    residuals = workspace.query("forecast_residuals", kind="planner")
    assert list(residuals["lag"]) == [1, 2]
    assert list(residuals["forecast"]) == [110, 80]
    assert list(residuals["actual"]) == pytest.approx([100, 100])
    accuracy = workspace.query("forecast_accuracy")
    assert list(accuracy["wape"]) == pytest.approx([0.1, 0.2])
    assert list(accuracy["bias"]) == pytest.approx([0.1, -0.2])
    assert workspace.query("forecast_residuals", kind="consensus").empty


def test_codes_stay_text_and_other_columns_stay_outside():
    sales = pd.DataFrame(
        {"item": ["00012"], "month": ["2026-01-01"], "quantity": [3], "note": ["=1+1"]}
    )
    found = Workspace({"sales": sales}).query("items")
    assert list(found["item"]) == ["00012"]
    assert found["family"].iloc[0] == "All"


def test_bound_values_are_never_sql(workspace):
    found = workspace.query("history_by_item", item="A1'; DROP TABLE sales; --")
    assert found.empty
    assert len(workspace.query("history_by_item", item="A1")) == 24


def test_an_answer_that_was_changed_by_its_reader_is_asked_again_unchanged(workspace):
    first = workspace.query("items")
    first["units"] = 0.0
    assert workspace.query("items")["units"].sum() == pytest.approx(12 * 180)


def test_no_way_out_to_the_disk(workspace, tmp_path):
    cursor = workspace._root.cursor()
    for command in (
        f"COPY sales TO '{tmp_path / 'out.csv'}'",
        f"FROM read_csv('{Path(__file__)}')",
        f"ATTACH '{tmp_path / 'other.duckdb'}'",
        "INSTALL httpfs",
        "SET memory_limit='64GB'",
    ):
        with pytest.raises(duckdb.Error):
            cursor.execute(command)
    assert not list(tmp_path.iterdir())


def test_many_threads_ask_at_once(workspace):
    answers = []

    def ask():
        for _ in range(10):
            answers.append(float(workspace.query("history_total")["units"].sum()))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 80
    assert len(set(answers)) == 1


@pytest.mark.parametrize("name", ["nothing", "../schema/canonical", "facts; DROP TABLE item"])
def test_an_unknown_query_is_a_sentence(workspace, name):
    with pytest.raises(StoreError, match=r"error\.store\.unknown_query"):
        workspace.query(name)


def test_an_unknown_table_is_a_sentence():
    with pytest.raises(StoreError, match=r"error\.store\.unknown_table"):
        Workspace({"slaes": company.sales()})


def test_has_wants_lines_and_values(workspace):
    assert workspace.has("item", "price")
    assert not workspace.has("item", "launch_month")
    assert not workspace.has("budget")
    assert not Workspace({"sales": company.sales().head(0)}).has("sales")
