"""The quality score: its weights, and each check on a case made by hand."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ingest import assess, read_files
from sim.ingest.quality import CHECKS, points_lost
from sim.report.text import text_for


def _sales(**series):
    rows = [
        {"item": item, "channel": "All", "month": month, "quantity": float(quantity)}
        for item, values in series.items()
        for month, quantity in zip(
            pd.date_range("2022-01-01", periods=len(values), freq="MS"), values, strict=True
        )
        if quantity is not None
    ]
    return pd.DataFrame(rows)


def _found(tables):
    return {one.check: one for one in assess(tables).findings}


STEADY = [100, 104, 96, 101, 99, 103, 97, 102, 98, 100, 105, 95] * 2


def test_clean_data_scores_one_hundred():
    quality = assess({"sales": _sales(A=STEADY, B=STEADY)})
    assert quality.score == 100.0
    assert quality.findings == ()


def test_the_weights_add_up_to_one_hundred():
    assert sum(weight for weight, _ in CHECKS.values()) == 100


@given(st.sampled_from(sorted(CHECKS)), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_never_costs_less_and_never_more_than_the_weight(check, one, other):
    low, high = sorted((one, other))
    assert 0 <= points_lost(check, low) <= points_lost(check, high) <= CHECKS[check][0]


def test_a_gap_inside_a_life_is_found_and_an_end_of_life_is_not():
    gap = [*STEADY[:5], None, None, *STEADY[7:]]
    ended = [*STEADY[:14], *[None] * 10]
    found = _found({"sales": _sales(A=gap, B=ended)})
    assert found["missing_months"].count == 2
    assert found["missing_months"].of == 24 + 14
    assert found["missing_months"].examples == ("A",)
    assert set(found) == {"missing_months"}


def test_an_outlier_and_a_short_history_are_found():
    wild = [*STEADY[:20], 900, *STEADY[21:]]
    young = [None] * 20 + [50, 52, 49, 51]
    found = _found({"sales": _sales(A=wild, B=young)})
    assert found["outliers"].examples == ("A 2023-09",)
    assert found["short_history"].examples == ("B",)


def test_price_and_routing_are_weighed_by_quantity():
    sales = _sales(A=[30] * 24, B=[10] * 24)
    item = pd.DataFrame({"item": ["A", "B"], "price": [5.0, 0.0]})
    routing = pd.DataFrame({"item": ["B"], "resource": ["M"], "quantity_per_unit": [1.0]})
    found = _found({"sales": sales, "item": item, "routing": routing})
    assert found["zero_price"].share == pytest.approx(0.25)
    assert found["no_routing"].share == pytest.approx(0.75)
    assert found["no_routing"].examples == ("A",)


def test_every_check_has_a_sentence_in_both_languages():
    for check in CHECKS:
        for lang in ("fr", "en"):
            said = text_for(lang)(f"quality.{check}", count="3", of="9", examples="A, B")
            assert said.endswith(".")


@pytest.mark.parametrize("content", [b"", b"colour,size\nred,3\n", bytes(range(256)) * 20])
def test_an_upload_without_usable_sales_is_not_praised(content):
    found = read_files([("sales.csv", content)])
    assert not found.usable
    assert assess(found.tables, found).score == 0
