import numpy as np
import pandas as pd
import pytest

from sim.forecast import Method, league_table
from sim.forecast.backtest import origins
from sim.forecast.league import choose
from sim.forecast.methods import DEFAULT_METHODS, predict

METHODS = (Method.COMBINATION, Method.PROPHET, Method.SEASONAL_NAIVE)


def past(errors):
    """Back-test rows of one item from {method: error per origin}; every actual is 100."""
    rows = [
        (
            "a",
            str(method),
            pd.Timestamp("2024-01-01") + pd.DateOffset(months=6 * k),
            lag,
            100.0 + error,
        )
        for method, by_origin in errors.items()
        for k, error in enumerate(by_origin)
        for lag in (1, 2)
    ]
    table = pd.DataFrame(rows, columns=["unique_id", "method", "origin", "lag", "forecast"])
    return table.assign(actual=100.0, scale=10.0)


@pytest.mark.parametrize(
    ("prophet", "expected"),
    [
        ([10, 10, 10, 10], Method.COMBINATION),  # no better
        ([9.5, 9.4, 9.5, 9.4], Method.COMBINATION),  # surely better, but by less than a tenth
        ([1, 22, 1, 1], Method.COMBINATION),  # better on the mean, thanks to chance
        ([5, 6, 4, 5], Method.PROPHET),  # clearly better
        ([5, 6], Method.COMBINATION),  # too few origins to say
    ],
)
def test_a_candidate_must_earn_its_place(prophet, expected):
    base = [10.0] * len(prophet)
    rows = past({Method.COMBINATION: base, Method.PROPHET: prophet})
    assert choose(rows, METHODS) is expected


def test_the_best_of_those_who_earn_it():
    rows = past(
        {
            Method.COMBINATION: [10, 10, 10, 10],
            Method.PROPHET: [5, 6, 5, 6],
            Method.SEASONAL_NAIVE: [3, 4, 3, 4],
        }
    )
    assert choose(rows, METHODS) is Method.SEASONAL_NAIVE


def test_without_a_back_test_the_default_stays():
    assert choose(past({}), METHODS) is Method.COMBINATION


def test_league_by_hand():
    rows = past({Method.COMBINATION: [10, -20, 10, 10], Method.PROPHET: [30, 30, 30, 30]})
    table = league_table(rows, noise={"a": 0.15}, family_of_item={})
    whole = table[table["lag_to"] == 2].set_index("method")
    line = whole.loc["combination"]
    assert line["wape"] == pytest.approx(0.125)
    assert line["bias"] == pytest.approx(0.025)
    assert line["mase"] == pytest.approx(1.25)
    assert (line["items"], line["forecasts"]) == (1, 8)
    assert whole.loc["prophet", "bias"] == pytest.approx(0.30)
    assert whole.index.tolist() == ["combination", "prophet"]  # best first
    buckets = table[["lag_from", "lag_to"]].drop_duplicates().to_numpy().tolist()
    assert buckets == [[1, 2], [1, 3]]


def test_coverage_is_near_nominal_on_its_own_law():
    rng = np.random.default_rng(5)
    rows = pd.concat(
        past({Method.COMBINATION: 15 * rng.normal(size=8)}).assign(unique_id=f"i{k:03d}")
        for k in range(300)
    ).reset_index(drop=True)
    table = league_table(rows, noise={}, family_of_item={})
    line = table[table["lag_to"] == 2].iloc[0]
    assert line["coverage80"] == pytest.approx(0.80, abs=0.05)
    assert line["coverage90"] == pytest.approx(0.90, abs=0.04)


def test_origins_leave_enough_to_learn_from():
    for months in range(24, 120):
        for horizon in (12, 18, 24):
            tried = origins(months, horizon=horizon, seasonal=True)
            assert all(24 <= known < months for known in tried)
            assert len(tried) == 4 or months < 24 + 4 * 8
            assert all((months - known) % 3 == 0 or horizon == 24 for known in tried)
    assert origins(12, horizon=18, seasonal=False) == [9, 6]


def test_a_library_that_fails_is_left_out():
    """CES cannot be fitted to a perfect season: the median is that of the other two."""
    units = np.tile(np.arange(1.0, 13.0), 4)
    made = predict(
        units,
        first=pd.Timestamp("2020-01-01"),
        horizon=12,
        methods=(Method.COMBINATION, Method.THETA, Method.CES, Method.ETS),
    )
    assert Method.CES not in made
    np.testing.assert_allclose(made[Method.COMBINATION], np.arange(1.0, 13.0), rtol=1e-6)


def test_prophet_is_a_candidate_by_default():
    assert DEFAULT_METHODS[0] is Method.COMBINATION
    assert Method.PROPHET in DEFAULT_METHODS
