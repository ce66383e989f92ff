from datetime import date

import pytest

from sim.errors import DataError, SopErrors, each
from sim.model.planning_settings import PlanningSettings


def test_every_field_survives_the_round_trip():
    one = PlanningSettings(
        company="É & Cie",
        currency="CHF",
        start=date(2027, 1, 1),
        horizon=24,
        overtime_is_a_decision=True,
        outside_storage_price=14.0,
        closed_days={"8": 10.0},
        labels={"fr": {"family:PLA": "Planchas"}},
        cards=({"id": "x", "value": 1},),
        events=({"month": "2027-04"},),
    )
    assert PlanningSettings.from_json(one.to_json()) == one


def test_an_empty_object_is_the_documented_default():
    assert PlanningSettings.from_json("{}") == PlanningSettings()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("horizon", 0),
        ("horizon", 37),
        ("rationing", "lottery"),
        ("serve_all", 1),
        ("level_weight", 1.5),
        ("backlog_cost_per_month", -1),
        ("frozen_months", 2.5),
        ("flexibility", "free"),
        ("horizon", 18.0),
        ("horizon", True),
        ("start", "2027-13-01"),
        ("start", 2027),
        ("start", "9999-06-01"),
        ("start", "0001-01-01"),
        ("holding_rate_per_month", 10**400),
        ("company", "half \ud800"),
        ("labels", {"fr": {"family:\ud800": "x"}}),
        ("service_target", "0.97"),
        ("service_target", 97),
        ("overtime_is_a_decision", 1),
        ("currency", "€"),
        ("closed_days", {"August": 10}),
        ("closed_days", {"8": "ten"}),
        ("labels", {"fr": ["a"]}),
        ("cards", {"id": "x"}),
        ("company", 3),
        ("stock_cover_months", -1),
        ("backorder_share", None),
    ],
)
def test_a_value_of_the_wrong_type_or_range_is_refused_with_its_key(key, value):
    with pytest.raises(DataError) as refused:
        PlanningSettings.from_body({key: value})
    assert refused.value.key == "error.planning.value"
    assert refused.value.values["key"] == key


def test_all_problems_come_at_once_and_an_unknown_key_gets_a_neighbour():
    with pytest.raises(SopErrors) as refused:
        PlanningSettings.from_body({"horizn": 18, "currency": 1, "start": "x"})
    first = each(refused.value)[0]
    assert len(refused.value.errors) == 3
    assert (first.key, first.values["near"]) == ("error.planning.unknown_key", "horizon")


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"horizon": NaN}'])
def test_a_text_that_is_not_json_is_one_sentence(text):
    with pytest.raises(DataError) as refused:
        PlanningSettings.from_json(text)
    assert refused.value.key == "error.planning.not_json"


def test_a_list_is_not_a_settings_object():
    with pytest.raises(DataError, match=r"error\.planning\.not_object"):
        PlanningSettings.from_json("[]")
