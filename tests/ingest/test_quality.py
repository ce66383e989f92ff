"""The quality score: its weights, and each check on a case that triggers it and nothing else."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.ingest import assess, read_files
from sim.ingest.quality import CHECKS, TABLE_WEIGHTS, Quality, control_totals, history, points_lost
from sim.ingest.quality.score import table_points
from sim.report.text import text_for
from tests.ingest.cases import STEADY, clean, sales, spoil


def _found(tables):
    return {one.check: one for one in assess(tables).findings}


def test_clean_data_score_one_hundred_in_every_table():
    quality = assess(clean())
    assert quality.score == 100.0
    assert quality.findings == ()
    assert set(quality.by_table) == set(clean())
    assert set(quality.by_table.values()) == {100.0}


def test_the_weights_of_tables_and_of_the_checks_of_each_add_up_to_one_hundred():
    assert sum(TABLE_WEIGHTS.values()) == 100
    assert {sum(weight for weight, _ in checks.values()) for checks in CHECKS.values()} == {100}


PAIRS = sorted((table, check) for table, checks in CHECKS.items() for check in checks)


@given(st.sampled_from(PAIRS), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_never_costs_less_and_never_more_than_the_weight(pair, one, other):
    table, check = pair
    low, high = sorted((one, other))
    assert 0 <= table_points(*pair, low) <= table_points(*pair, high) <= CHECKS[table][check][0]
    assert points_lost(*pair, high) <= TABLE_WEIGHTS[table] * CHECKS[table][check][0] / 100


@pytest.mark.parametrize("check", sorted(spoil.ways))
def test_each_check_has_a_case_that_triggers_exactly_it(check):
    assert set(_found(spoil(clean(), [check]))) == {check}


# A launch, an end or a total adds or takes away lines: it changes more than the quality.
DEFECTS = sorted(set(spoil.ways) - {"launches", "phase_outs", "total_rows"})


@settings(max_examples=12, deadline=None)
@given(st.sets(st.sampled_from(DEFECTS)), st.sets(st.sampled_from(DEFECTS)))
def test_more_defects_never_raise_a_score(some, others):
    less, more = assess(spoil(clean(), some)), assess(spoil(clean(), some | others))
    assert 0 <= more.score <= less.score <= 100
    assert all(more.by_table[name] <= score for name, score in less.by_table.items())


def test_a_gap_inside_a_life_is_found_and_an_end_of_life_is_not():
    gap = [*STEADY[:5], None, None, *STEADY[7:]]
    ended = [*STEADY[:20], *[None] * 4]
    found = _found({"sales": sales(A=gap, B=ended)})
    assert found["missing_months"].count == 2
    assert found["missing_months"].of == 24 + 20
    assert found["missing_months"].examples == ("A 2022-06", "A 2022-07")
    assert set(found) == {"missing_months"}


def test_a_season_is_no_outlier():
    wave = [60, 70, 90, 120, 150, 140, 120, 60, 80, 90, 100, 120] * 4
    noise = [1.02, 0.97, 1.01, 0.99, 1.03, 0.98, 1.0]
    a, b = ([q * noise[(n * k) % 7] for n, q in enumerate(wave)] for k in (3, 5))
    assert _found({"sales": sales(A=a, B=b)}) == {}
    a[30] *= 2.5
    assert _found({"sales": sales(A=a, B=b)})["outliers"].examples == ("A 2024-07",)


def test_price_and_routing_are_weighed_by_the_units_of_the_last_year():
    lines = sales(A=[90] * 12 + [30] * 12, B=[10] * 24)
    item = pd.DataFrame({"item": ["A", "B"], "price": [5.0, 0.0]})
    routing = pd.DataFrame({"item": ["B"], "resource": ["M"], "quantity_per_unit": [1.0]})
    found = _found({"sales": lines, "item": item, "routing": routing})
    assert found["zero_price"].volume == pytest.approx(0.25)
    assert found["no_routing"].volume == pytest.approx(0.75)
    assert found["no_routing"].examples == ("A",)


def test_a_loss_is_told_in_money_per_year():
    item = pd.DataFrame({"item": ["A"], "price": [5.0], "unit_cost": [7.0]})
    found = _found({"sales": sales(A=[10] * 24), "item": item})
    assert found["negative_margin"].amount == pytest.approx(12 * 10 * 2)


IMPORTED = {
    "unknown_items": "A;2024-03;3\nX;2024-03;3",
    "wrong_cells": "A;2024-03;three",
    "duplicates": "A;2024-03;5\nA;2024-03;5",
    "negatives": "A;2024-03;5\nA;2024-03;-1",
}


@pytest.mark.parametrize("check", sorted(IMPORTED))
def test_what_an_import_leaves_out_is_found_by_table(check):
    body = "item;month;quantity\nA;2024-01;5\nA;2024-02;5\n" + IMPORTED[check]
    files = [("sales.csv", body.encode()), ("item.csv", b"item;label\nA;a\nB;b\n")]
    imported = read_files(files, accept_good_rows=True)
    young = {"short_history"}  # three months are short
    assert {one.check for one in assess(imported.tables, imported).findings} - young == {check}


def test_repeated_keys_and_unknown_codes_of_other_tables_cost_their_own_table():
    files = [
        ("sales.csv", b"item;month;quantity\nA;2024-01;5\n"),
        ("item.csv", b"item;label\nA;a\nB;b\n"),
        ("stock.csv", b"item;as_of;on_hand\nA;2024-01-31;5\nZ;2024-01-31;7\n"),
        ("routing.csv", b"item;resource;quantity_per_unit\nA;M;1\nA;M;1\nB;M;2\n"),
    ]
    imported = read_files(files, accept_good_rows=True)
    quality = assess(imported.tables, imported)
    told = {(one.table, one.check) for one in quality.findings}
    assert {("stock", "unknown_items"), ("routing", "duplicates")} <= told
    assert quality.by_table["stock"] < 100 > quality.by_table["routing"]
    assert quality.by_table["item"] == 100


def test_a_report_is_kept_whole():
    quality = assess(spoil(clean(), sorted(spoil.ways)))
    assert Quality.from_json(quality.to_json()) == quality


def test_every_finding_has_a_sentence_and_an_effect_in_both_languages():
    values = {"count": "3", "of": "9", "examples": "A, B", "share": "5%", "volume": "2%"}
    for check in {check for checks in CHECKS.values() for check in checks}:
        for lang in ("fr", "en"):
            for key in (f"quality.{check}", f"quality.effect.{check}", "quality.effect.lines"):
                said = text_for(lang)(key, **values, amount="€3")
                assert said.endswith(".")


def test_control_totals_add_up_over_years_and_months():
    whole = {one.table: one for one in control_totals(clean())}
    for by in ("year", "month"):
        parts = [one for one in control_totals(clean(), by=by) if one.table == "sales"]
        assert sum(one.rows for one in parts) == whole["sales"].rows
        assert sum(one.quantity for one in parts) == pytest.approx(whole["sales"].quantity)
        assert sum(one.revenue for one in parts) == pytest.approx(whole["sales"].revenue)


@pytest.mark.parametrize("content", [b"", b"colour,size\nred,3\n", bytes(range(256)) * 20])
def test_an_upload_without_usable_sales_is_not_praised(content):
    found = read_files([("sales.csv", content)])
    assert not found.usable
    assert assess(found.tables, found).score == 0


def test_a_wrong_century_or_a_code_per_order_asks_for_no_more_memory(monkeypatch):
    monkeypatch.setattr(history, "MOST_CELLS", 120 * 20)
    months = [pd.Timestamp("1901-01-01"), *pd.date_range("2024-01-01", periods=24, freq="MS")]
    sales = pd.DataFrame(
        [
            {"item": f"P{n:02d}", "channel": "All", "month": month, "quantity": float(n + 1)}
            for n in range(30)
            for month in months
        ]
    )
    sales = sales.drop(sales.index[-5])
    (found,) = [one for one in history.history_findings({"sales": sales}) if one]
    assert (found.check, found.count) == ("missing_months", 1)
    assert found.of == 20 * 24  # the largest twenty, without 1901
    assert assess({"sales": sales}).score > 0
