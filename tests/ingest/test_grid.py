"""A table typed into a grid passes the checks of a file, with the same sentences."""

import pandas as pd
import pytest

from sim.ingest.grid import read_grid
from tests.ingest.cases import clean
from tests.ingest.words import keys, sentences, told

HEADERS = {"": "Capacities", "resource": "resource", "month": "month", "available": "available"}


def _read(rows, name="capacity", tables=None):
    return read_grid(name, pd.DataFrame(rows), tables or clean(), headers=HEADERS)


def test_what_was_not_touched_comes_back_unchanged():
    tables = clean()
    for name, frame in tables.items():
        made, problems = read_grid(name, frame, tables, headers={})
        assert problems == []
        columns = list(frame.columns)
        wanted = frame.astype({c: made[name][c].dtype for c in columns})
        pd.testing.assert_frame_equal(made[name][columns], wanted)


def test_a_typed_line_replaces_the_table_and_an_empty_line_does_not_count():
    line = {"resource": "M", "month": pd.Timestamp("2024-01-15"), "available": 12.5}
    made, problems = _read([line, dict.fromkeys(line)])
    assert problems == []
    assert made["capacity"].to_dict("records") == [
        {"resource": "M", "month": pd.Timestamp("2024-01-01"), "available": 12.5}
    ]


WRONG = {
    "error.data.below": {"available": -1.0},
    "error.data.missing_value": {"available": None},
    "error.data.unknown_code": {"resource": "X"},
    "error.data.duplicate_key": {"month": pd.Timestamp("2024-02-01")},
}


@pytest.mark.parametrize("key", sorted(WRONG))
def test_each_mistake_is_told_with_its_row(key):
    line = {"resource": "M", "month": pd.Timestamp("2024-01-01"), "available": 1.0}
    good = {**line, "month": pd.Timestamp("2024-02-01")}
    _, problems = _read([good, {**line, **WRONG[key]}])
    assert keys(problems) == [key]
    assert told(problems[0])["row"] == 2
    assert sentences(problems[0])


def test_a_code_that_others_use_cannot_be_taken_away():
    tables = clean()
    made, problems = read_grid("item", tables["item"].iloc[1:], tables, headers={})
    assert set(keys(problems)) == {"error.data.still_used"}
    assert {told(one)["table"] for one in problems} == {"sales", "stock_history", "routing"}
    assert all(sentences(problem) for problem in problems)
    assert len(made["item"]) == 5


def test_a_missing_table_can_be_typed_in():
    tables = clean()
    del tables["routing"]
    made, problems = read_grid(
        "routing",
        pd.DataFrame({"item": ["A"], "resource": ["M"], "quantity_per_unit": [0.5]}),
        tables,
        headers={},
    )
    assert problems == []
    assert made["routing"]["quantity_per_unit"].tolist() == [0.5]
