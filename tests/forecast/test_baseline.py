import multiprocessing
import os
import signal
import sys
import threading
import time

import numpy as np
import pandas as pd
import pytest

from sim.errors import DataError
from sim.forecast import (
    USED,
    ForecastCancelled,
    Gaps,
    Method,
    forecast,
    from_bytes,
    history_hash,
    to_bytes,
    write_forecast,
)
from tests.forecast.histories import SEASON, monthly, seasonal

FAST = (Method.COMBINATION, Method.SEASONAL_NAIVE)
EDGES = ["lo95", "lo90", "lo80", "lo50", "mean", "hi50", "hi80", "hi90", "hi95"]


@pytest.fixture(scope="module")
def mixed():
    """Long, short, new, dead, intermittent and wide items in one company (60 months)."""
    rng = np.random.default_rng(3)
    end = 60
    items = {
        "long": seasonal(60, noise=0.1, seed=1),
        "long2": seasonal(60, level=40, noise=0.2, seed=2),
        "restless": seasonal(60, level=30, noise=0.9, seed=4),
        "two_years": seasonal(30, noise=0.1, seed=5),
        "young": 50 + rng.normal(0, 5, 14),
        "new": [12.0, 15.0],
        "one": [7.0],
        "zero": np.zeros(40),
        "lumpy": rng.poisson(0.4, 50) * 6.0,
        "winter_only": np.where(SEASON[np.arange(60) % 12] < 0.9, 80.0, 0.0),
    }
    tables = []
    for name, units in items.items():
        start = pd.Timestamp("2021-01-01") + pd.DateOffset(months=end - len(units))
        tables.append(monthly(name, units, start=start))
    return pd.concat(tables, ignore_index=True)


@pytest.fixture(scope="module")
def result(mixed):
    return forecast(mixed, horizon=18, methods=FAST)


@pytest.fixture(scope="module")
def few(mixed):
    return mixed[mixed["unique_id"].isin(["long", "long2", "young", "new"])]


@pytest.fixture(scope="module")
def few_bytes(few):
    return to_bytes(forecast(few, horizon=12, methods=FAST))


def chosen(result):
    return result.chosen.set_index("unique_id")["method"].to_dict()


def test_a_perfect_season_is_continued_exactly():
    made = forecast(monthly("a", seasonal(48)), horizon=18, methods=FAST).frame
    np.testing.assert_allclose(made["mean"], seasonal(48 + 18)[48:], rtol=1e-6)
    assert ((made["hi95"] - made["lo95"]) < 0.02 * made["mean"]).all()
    assert made["ds"].iloc[0] == pd.Timestamp("2025-01-01")


def test_prophet_continues_a_season_with_growth():
    units = seasonal(60) * 1.03 ** (np.arange(60) / 12)
    made = forecast(monthly("a", units), horizon=12, methods=(Method.PROPHET,))
    truth = SEASON * 100 * 1.03 ** (np.arange(60, 72) / 12)
    np.testing.assert_allclose(made.frame["mean"], truth, rtol=0.05)
    assert chosen(made) == {"a": "prophet"}


def test_bands_are_nested_and_never_below_zero(result):
    limits = result.frame[EDGES].to_numpy()
    assert np.isfinite(limits).all()
    assert (np.diff(limits, axis=1) >= -1e-9).all()
    assert (limits >= 0).all()


def test_bands_widen_with_the_lag(result):
    made = result.frame[result.frame["unique_id"] == "long"]
    relative = ((made["hi80"] - made["lo80"]) / made["mean"]).to_numpy()
    assert (np.diff(relative) >= -1e-12).all()


def test_every_item_gets_every_month(result, mixed):
    assert (result.frame.groupby("unique_id").size() == 18).all()
    assert set(result.frame["unique_id"]) == set(mixed["unique_id"])
    assert result.frame["ds"].min() == pd.Timestamp("2026-01-01")


def test_short_and_intermittent_histories_get_no_season(result):
    methods = chosen(result)
    assert methods["young"] in {"ses", "naive"}
    assert methods["new"] == methods["one"] == "mean"
    assert methods["lumpy"] in {"ses", "naive"}
    notes = set(result.notes[["unique_id", "note"]].itertuples(index=False, name=None))
    assert {("young", "short"), ("new", "short"), ("lumpy", "intermittent")} <= notes
    # Months at zero every year are a season, not intermittence.
    winter = result.frame[result.frame["unique_id"] == "winter_only"]["mean"].to_numpy()
    np.testing.assert_allclose(winter[:12], np.where(SEASON < 0.9, 80.0, 0.0), atol=1.0)


def test_nothing_sold_means_nothing_forecast(result):
    made = result.frame[result.frame["unique_id"] == "zero"]
    assert (made[EDGES] == 0).all().all()


def test_the_combination_is_the_median_of_its_members(result):
    wide = result.backtest.pivot_table(
        index=["unique_id", "origin", "lag"], columns="method", values="forecast"
    )
    wide = wide.dropna(subset=["combination"])
    # Items of 60 months: at the two newest origins four years are known, before fewer.
    sixty = wide.loc[["long", "long2", "restless"]]
    origin = sixty.index.get_level_values("origin")
    three, four = ["theta", "ces", "ets"], ["theta", "ces", "ets", "seasonal_naive"]
    for rows, members in (
        (sixty[origin >= "2024-12-01"], three),
        (sixty[origin < "2024-12-01"], four),
    ):
        assert len(rows) > 50
        np.testing.assert_allclose(rows["combination"], np.nanmedian(rows[members], axis=1))


def test_residuals_are_the_past_of_the_chosen_method(result):
    methods = chosen(result)
    past = result.backtest[result.backtest["method"] == result.backtest["unique_id"].map(methods)]
    pd.testing.assert_frame_equal(
        result.residuals, past[list(result.residuals.columns)].reset_index(drop=True)
    )
    assert result.residuals["lag"].max() == 18


def test_stored_and_read_back(result):
    again = from_bytes(to_bytes(result))
    for name in ("frame", "league", "chosen", "residuals", "backtest", "notes"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(result, name))


def test_a_result_without_back_test_can_be_stored():
    made = forecast(monthly("a", [5.0, 7.0]), horizon=12)
    again = from_bytes(to_bytes(made))
    assert again.frame["mean"].tolist() == [6.0] * 12
    assert again.residuals.empty
    assert again.league.empty


def test_key_depends_on_figures_horizon_and_methods_not_on_order(mixed):
    key = history_hash(mixed, horizon=18)
    assert key == history_hash(mixed.sample(frac=1, random_state=2), horizon=18)
    changed = mixed.assign(y=mixed["y"].where(mixed.index != 5, 1.0))
    others = {
        history_hash(changed, horizon=18),
        history_hash(mixed, horizon=12),
        history_hash(mixed, horizon=18, methods=FAST),
        history_hash(mixed, horizon=18, gaps=Gaps.ZERO),
        history_hash(mixed, horizon=18, families={"long": "X"}),
        history_hash(mixed.replace({"unique_id": {"long": "Long"}}), horizon=18),
    }
    assert len(others | {key}) == 7


def test_progress_grows_to_one(mixed):
    told = []
    forecast(
        mixed[mixed["unique_id"].isin(["new", "young"])],
        horizon=12,
        progress=lambda share, key: told.append((share, key)),
    )
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert told[0] == (0.0, "forecast.progress.start")
    assert told[-1] == (1.0, "forecast.progress.done")


@pytest.mark.parametrize("workers", [1, 2])
def test_cancelling_stops_at_once(mixed, workers):
    stop = threading.Event()
    started = time.monotonic()
    many = pd.concat([mixed.assign(unique_id=mixed["unique_id"] + f"-{k}") for k in range(40)])
    threading.Timer(0.5, stop.set).start()
    with pytest.raises(ForecastCancelled):
        forecast(many, horizon=18, workers=workers, cancel=stop.is_set)
    assert time.monotonic() - started < 6  # the whole run takes minutes


def test_neither_workers_nor_order_nor_a_killed_worker_change_a_number(few, few_bytes):
    killed = []
    shuffled = few.sample(frac=1, random_state=1)

    def kill_one(_share, key):
        children = multiprocessing.active_children()
        if key == "forecast.progress.fit" and children and not killed:
            killed.append(children[0].pid)
            os.kill(children[0].pid, signal.SIGKILL)

    again = forecast(shuffled, horizon=12, workers=2, methods=FAST, progress=kill_one)
    assert killed
    assert to_bytes(again) == few_bytes


def test_workers_do_not_run_the_main_script(tmp_path, monkeypatch, mixed):
    """As in the app, where the main module is a page script."""
    script, trace = tmp_path / "page.py", tmp_path / "ran"
    script.write_text(f"open({str(trace)!r}, 'w').close()", encoding="utf-8")
    main = type(sys)("__main__")
    main.__file__ = str(script)
    monkeypatch.setitem(sys.modules, "__main__", main)
    forecast(mixed[mixed["unique_id"].isin(["new", "one"])], horizon=12, workers=2)
    assert not trace.exists()
    assert sys.modules["__main__"] is main


def test_absence_is_not_zero():
    holed = monthly("a", seasonal(48)).drop(index=[32, 33])
    told = forecast(holed, horizon=12, methods=FAST)
    np.testing.assert_allclose(told.frame["mean"], seasonal(60)[48:], rtol=1e-3)
    assert told.notes.to_dict("records") == [{"unique_id": "a", "note": "gaps", "months": 2}]
    judged = told.backtest["origin"].dt.to_period("M").astype("int64") + told.backtest["lag"]
    estimated = pd.PeriodIndex(["2023-09", "2023-10"], freq="M").astype("int64")
    assert not judged.isin(estimated).any()
    zero = forecast(holed, horizon=12, methods=FAST, gaps=Gaps.ZERO)
    assert zero.notes.empty
    assert zero.residuals["actual"].min() >= 0


def test_an_item_that_fell_silent_is_forecast_for_the_same_months():
    both = pd.concat([monthly("a", seasonal(48)), monthly("b", seasonal(45))])
    made = forecast(both, horizon=12, methods=FAST)
    b = made.frame[made.frame["unique_id"] == "b"]
    assert b["ds"].iloc[0] == pd.Timestamp("2025-01-01")
    np.testing.assert_allclose(b["mean"], seasonal(60)[48:], rtol=1e-6)
    assert ("b", "ended", 3) in set(made.notes.itertuples(index=False, name=None))


def test_lines_without_any_figure_are_reported():
    table = pd.concat([monthly("a", [1.0, 2.0, 3.0]), monthly("b", [np.nan] * 3)])
    made = forecast(table, horizon=12)
    assert set(made.frame["unique_id"]) == {"a"}
    assert ("b", "empty", 0) in set(made.notes.itertuples(index=False, name=None))


def test_written_file(tmp_path, result):
    write_forecast(result, tmp_path / "out.csv")
    written = pd.read_csv(tmp_path / "out.csv", parse_dates=["ds"])
    assert list(written) == ["unique_id", "ds", "mean", "lo80", "hi80", "lo95", "hi95"]
    np.testing.assert_allclose(written["mean"], result.frame["mean"], atol=1e-6)
    with pytest.raises(DataError) as caught:
        write_forecast(result, tmp_path / "absent" / "out.csv")
    assert caught.value.key == "error.forecast.write"


@pytest.mark.parametrize(
    ("history", "values", "key"),
    [
        (monthly("a", []), {"horizon": 12}, "error.forecast.empty"),
        (monthly("a", [np.nan]), {"horizon": 12}, "error.forecast.empty"),
        (monthly("a", [np.inf, 1.0]), {"horizon": 12}, "error.forecast.not_number"),
        (monthly("a", [1.0]).drop(columns="y"), {"horizon": 12}, "error.forecast.columns"),
        (pd.concat([monthly("a", [1.0])] * 2), {"horizon": 12}, "error.forecast.twice"),
        (monthly("a", [1.0]), {"horizon": 0}, "error.forecast.horizon"),
        (monthly("a", [1.0]), {"horizon": 12, "methods": ()}, "error.forecast.methods"),
    ],
)
def test_unusable_input_is_told(history, values, key):
    with pytest.raises(DataError) as caught:
        forecast(history, **values)
    assert caught.value.key == key


def test_withdrawn_items_do_not_spoil_the_bands_of_the_living():
    """A third of the range ended a year ago: with it, the 80 % band held 46 % of the months."""
    rng = np.random.default_rng(8)
    living = [monthly(f"live{k}", rng.normal(100, 15, 24), start="2024-01-01") for k in range(12)]
    ended = [
        monthly(f"old{k}", [*rng.normal(20, 3, 14), *np.zeros(10)], start="2024-01-01")
        for k in range(6)
    ]
    short = [one.iloc[4:] for one in living]
    made = forecast(pd.concat([*short, *ended]), horizon=12, methods=FAST)
    assert {chosen(made)[f"old{k}"] for k in range(6)} == {"stopped"}
    old = made.frame["unique_id"].str.startswith("old")
    assert (made.frame.loc[old, EDGES] == 0).all().all()
    assert not made.residuals["unique_id"].str.startswith("old").any()
    used = made.league[made.league["method"] == USED].iloc[0]
    assert used["coverage80"] == pytest.approx(0.8, abs=0.12)
    assert used["items"] == 12


def test_the_league_has_the_line_of_what_is_used(result):
    used = result.league[result.league["method"] == USED]
    whole = used[used["lag_to"] == 18].iloc[0]
    miss = (result.residuals["forecast"] - result.residuals["actual"]).abs().sum()
    assert whole["wape"] == pytest.approx(miss / result.residuals["actual"].sum())


def test_the_start_of_the_workers_is_told(few):
    told = []
    forecast(few, horizon=12, workers=2, progress=lambda share, key: told.append((share, key)))
    assert told[1] == (0.0, "forecast.progress.workers")
    shares = [share for share, key in told if key == "forecast.progress.fit"]
    assert shares[0] <= 0.97 / 2


def test_a_history_of_two_years_is_judged_by_what_it_had_before():
    """It has a season now, and had none at any date it can be tried at."""
    made = forecast(monthly("a", seasonal(24, noise=0.1, seed=9)), horizon=12, methods=FAST)
    assert chosen(made) == {"a": "combination"}
    assert set(made.backtest["method"]) == {"ses", "naive"}
    assert made.residuals["origin"].nunique() == 4
    assert USED not in set(made.league["method"])
