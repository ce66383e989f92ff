"""Every missing part of the data has its sentence, in both languages."""

from sim.ingest.demo import demo_tables
from sim.model.planning_settings import PlanningSettings
from sim.report.text import text_for
from sim.store.notices import notices
from sim.store.workspace import Workspace
from tests.store import company

# What a company that brings nothing but units sold is told: one sentence per missing part.
MISSING = """no_price no_cost no_pallets no_life_cycle no_channel no_returns no_stock
no_stock_history no_production no_capacity no_promotion no_price_change no_orders no_snapshot
no_budget no_calendar""".split()


def _keys(tables, settings=None):
    found = notices(Workspace(tables), settings or PlanningSettings())
    return {one.key.removeprefix("notice.") for one in found}


def test_sales_alone_are_told_everything_that_is_missing():
    sales = company.sales()[["item", "month", "quantity"]]
    assert _keys({"sales": sales}) == set(MISSING)


def test_the_demo_company_lacks_a_calendar_only():
    tables = demo_tables()
    assert _keys(tables, PlanningSettings.from_body(tables.planning)) == {"no_calendar"}


def test_capacity_without_routing_is_shown_but_not_consumed():
    tables = company.tables()
    del tables["routing"]
    assert "no_routing" in _keys(tables)


def test_any_date_or_link_of_a_life_switches_the_life_cycle_on():
    item = company.tables()["item"]
    bare = item.drop(columns=["launch_month", "end_month", "successor", "analog"], errors="ignore")
    base = company.tables() | {"item": bare.assign(successor="")}
    assert "no_life_cycle" in _keys(base)
    base["item"] = bare.assign(analog=bare["item"].iloc[0])
    assert "no_life_cycle" not in _keys(base)


def test_every_sentence_is_there_in_both_languages():
    for lang in ("fr", "en"):
        text = text_for(lang)
        assert all(text(f"notice.{name}").endswith(".") for name in (*MISSING, "no_routing"))
