import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.errors import SopError, each
from sim.forecast import Method, Note, read_history
from sim.forecast.history import Gaps, is_intermittent, months_stopped, split_history
from sim.forecast.season import seasonal_index
from sim.report.text import text_for
from tests.forecast.histories import SEASON, monthly, seasonal

SOURCE = Path(__file__).resolve().parents[2] / "sim" / "forecast"
GOOD = "unique_id,ds,y\nA,2024-01-01,5\nA,2024-02-15,6.5\n00012,2024-01,\n"


def write(folder, content):
    path = folder / "F.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_good_file(tmp_path):
    table = read_history(write(tmp_path, "\ufeff" + GOOD))
    assert table["unique_id"].tolist() == ["A", "A", "00012"]
    assert table["ds"].tolist() == list(pd.to_datetime(["2024-01", "2024-02", "2024-01"]))
    assert table["y"].tolist()[:2] == [5.0, 6.5]
    assert np.isnan(table["y"].iloc[2])  # an empty cell is unknown, not zero


@pytest.mark.parametrize(
    ("content", "key", "place"),
    [
        ("", "error.forecast.empty", {}),
        ("unique_id,ds,y\n", "error.forecast.empty", {}),
        ("item,month,y\nA,2024-01-01,5\n", "error.forecast.columns", {"columns": "unique_id, ds"}),
        (b"\xff\xfe\x00", "error.forecast.unreadable", {}),
        ('unique_id,ds,y\nA,"2024', "error.forecast.unreadable", {}),
        (GOOD + "B,2024-01-01,12 kg\n", "error.forecast.bad_number", {"row": 5, "value": "12 kg"}),
        (GOOD + 'B,2024-01-01,"1,5"\n', "error.forecast.bad_number", {"row": 5, "value": "1,5"}),
        (GOOD + "B,2024-01-01,inf\n", "error.forecast.bad_number", {"row": 5}),
        (GOOD + "B,2024-01-01,1e999\n", "error.forecast.bad_number", {"row": 5}),
        (GOOD + "B,2024-01-01,1e300\n", "error.forecast.bad_number", {"row": 5}),
        ("unique_id,ds,y\nA,2024-01-01,2024,\n", "error.forecast.unreadable", {}),
        (GOOD + "B,31/01/2024,1\n", "error.forecast.bad_date", {"row": 5, "value": "31/01/2024"}),
        (GOOD + "B,,1\n", "error.forecast.bad_date", {"row": 5}),
        (GOOD + "A,2024-02-28,1\n", "error.forecast.duplicate", {"row": 5, "item": "A"}),
        (GOOD + ",2024-02-28,1\n", "error.forecast.no_item", {"row": 5}),
    ],
)
def test_a_bad_file_gets_one_sentence_with_its_place(tmp_path, content, key, place):
    with pytest.raises(SopError) as caught:
        read_history(write(tmp_path, content))
    (problem,) = each(caught.value)
    assert problem.key == key
    told = dict(vars(problem)["values"])
    assert told["file"] == "F.csv"
    assert place.items() <= told.items()
    for lang in ("fr", "en"):
        sentence = text_for(lang)(problem.key, **told)
        assert "F.csv" in sentence
        assert "{" not in sentence


def test_all_problems_are_told_at_once_but_not_thousands(tmp_path):
    lines = "".join(f"A,{2000 + k}-01-01,x\n" for k in range(60)) + "A,never,1\n"
    with pytest.raises(SopError) as caught:
        read_history(write(tmp_path, "unique_id,ds,y\n" + lines))
    keys = [problem.key for problem in each(caught.value)]
    assert keys.count("error.forecast.bad_number") == 20
    assert keys.count("error.forecast.more") == 1
    assert keys.count("error.forecast.bad_date") == 1


def test_a_missing_file(tmp_path):
    with pytest.raises(SopError) as caught:
        read_history(tmp_path / "none.csv")
    assert caught.value.key == "error.forecast.no_file"


def test_every_sentence_exists_in_both_languages():
    keys = {f"forecast.method.{method}" for method in Method}
    keys |= {f"forecast.note.{note}" for note in Note}
    for file in SOURCE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            text = str(getattr(node, "value", ""))
            if text.startswith(("error.forecast.", "forecast.progress.")):
                keys.add(text)
    assert len(keys) > 30
    for lang in ("fr", "en"):
        assert not [key for key in sorted(keys) if not text_for(lang).has(key)]


def test_holes_are_filled_from_the_same_month_of_other_years():
    table = monthly("a", seasonal(48)).drop(index=[20, 21])
    (one,) = split_history(table, gaps=Gaps.UNKNOWN)
    np.testing.assert_allclose(one.units, seasonal(48))
    assert np.flatnonzero(~one.observed).tolist() == [20, 21]
    (zero,) = split_history(table, gaps=Gaps.ZERO)
    assert zero.units[20] == zero.units[21] == 0.0
    assert zero.observed.all()


def test_negative_months_are_taken_as_zero_and_told():
    (one,) = split_history(monthly("a", [5.0, -2.0, 4.0] * 10), gaps=Gaps.UNKNOWN)
    assert one.units.min() == 0.0
    assert (Note.NEGATIVE, 10) in one.notes


def test_noise_is_the_spread_of_a_month():
    rng = np.random.default_rng(0)
    units = 100 * (1 + 0.1 * rng.normal(size=4000))
    (one,) = split_history(monthly("a", units[:1200], start="1900-01-01"), gaps=Gaps.UNKNOWN)
    assert one.noise == pytest.approx(0.1, rel=0.1)


def test_intermittence_is_zero_months_without_a_calendar():
    rng = np.random.default_rng(1)
    assert is_intermittent(rng.binomial(1, 0.4, 60) * 5.0)
    assert not is_intermittent(np.tile(SEASON > 1.0, 5) * 5.0)
    assert not is_intermittent(np.ones(30))
    assert is_intermittent(np.zeros(30))


def test_season_is_found_in_noise_and_not_in_noise_alone():
    index = seasonal_index(seasonal(60, noise=0.12, seed=7))
    np.testing.assert_allclose(index, SEASON / SEASON.mean(), atol=0.2)
    rng = np.random.default_rng(11)
    found = [seasonal_index(np.exp(rng.normal(0, 0.2, 60))) is not None for _ in range(200)]
    assert np.mean(found) < 0.12  # tested at 5 %


@pytest.mark.parametrize(
    ("units", "months"),
    [
        ([5.0] * 18 + [0.0] * 9, 9),  # sold in the same months of the year before
        ([5.0] * 9 + [0.0] * 9, 0),  # perhaps its first off-season
        ([5.0] * 9 + [0.0] * 12, 12),  # a whole year
        ([0.0] * 5 + ([5.0] * 5 + [0.0] * 7) * 3, 0),  # an off-season like the others
        (([5.0] + [0.0] * 7) * 3 + [5.0] + [0.0] * 12, 0),  # long pauses are its habit
        ([5.0] * 30 + [0.0] * 5, 0),
    ],
)
def test_an_item_without_a_sale_where_it_used_to_sell_has_stopped(units, months):
    assert months_stopped(np.array(units)) == months
