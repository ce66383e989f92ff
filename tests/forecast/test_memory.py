import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from sim.forecast import error_model
from sim.forecast.memory import fading
from sim.forecast.spread import quantiles
from tests.forecast.histories import paths

KNOWN = {"lasting": 0.68, "fading": 40.0, "market": 0.3, "family": 0.2}
EMPTY = pd.DataFrame(columns=["unique_id", "origin", "lag", "forecast", "actual"])


@pytest.mark.parametrize("lags", [6, 18])
def test_known_parameters_are_found_again(lags):
    """Six lags, as an archive has them, must do for a horizon of 18 months."""
    rows, items, families = paths(
        items=24, families=4, origins=50, lags=lags, spread=0.2, seed=1, **KNOWN
    )
    model = error_model(rows, items=items, family_of_item=families, horizon=18, source="archive")
    truth = 0.2 * np.arange(1, 19) ** 0.15
    np.testing.assert_allclose(model.spread.mean(axis=0), truth, rtol=0.12)
    np.testing.assert_allclose(
        model.autocorrelation[[0, 1, 5]], fading(0.68, 40, months=18)[[0, 1, 5]], atol=0.1
    )
    assert model.market_share == pytest.approx(0.3, abs=0.1)
    assert model.family_share == pytest.approx(0.2, abs=0.1)
    assert model.source == "archive"


def test_independent_months_are_told_from_lasting_errors():
    nothing = {"lasting": 0.0, "fading": 1.0, "market": 0.0, "family": 0.0}
    rows, items, families = paths(
        items=18,
        families=3,
        origins=50,
        lags=12,
        spread=0.2,
        seed=2,
        **nothing,
    )
    model = error_model(rows, items=items, family_of_item=families, horizon=12)
    assert model.autocorrelation[1] < 0.15
    assert model.market_share < 0.1
    assert model.family_share < 0.1


def test_a_lasting_bias_is_no_spread():
    rows, items, families = paths(
        items=20, families=2, origins=24, lags=6, spread=0.1, seed=3, **KNOWN
    )
    plain = error_model(rows, items=items, family_of_item=families, horizon=12)
    biased = rows.assign(actual=rows["actual"] - 30.0)  # 30 % too high, always
    model = error_model(biased, items=items, family_of_item=families, horizon=12)
    np.testing.assert_allclose(model.spread, plain.spread, rtol=0.15)


def test_an_item_with_little_past_borrows_from_its_family():
    calm, calm_items, _ = paths(
        items=10, families=1, origins=12, lags=6, spread=0.05, seed=4, **KNOWN
    )
    wild, wild_items, _ = paths(
        items=10, families=1, origins=12, lags=6, spread=0.4, seed=5, **KNOWN
    )
    wild = wild.assign(unique_id="w" + wild["unique_id"])
    items = [*calm_items, *("w" + name for name in wild_items), "new calm", "new wild"]
    families = ["calm"] * 10 + ["wild"] * 10 + ["calm", "wild"]
    both = pd.concat([calm, wild])
    model = error_model(both, items=items, family_of_item=families, horizon=6)
    assert model.spread[20, 0] == pytest.approx(np.mean(model.spread[:10, 0]), rel=0.4)
    assert model.spread[21, 0] == pytest.approx(np.mean(model.spread[10:20, 0]), rel=0.4)
    mapped = error_model(
        both, items=items, family_of_item=dict(zip(items, families, strict=True)), horizon=6
    )
    np.testing.assert_array_equal(mapped.spread, model.spread)


def test_nothing_known_is_said_and_assumed():
    model = error_model(EMPTY, items=["a", "b"], family_of_item={}, horizon=18)
    assert model.source == "assumed"
    assert model.spread.shape == (2, 18)
    assert model.autocorrelation[[0, 1, 12]].round(2).tolist() == [1.0, 0.66, 0.5]


@pytest.mark.parametrize("seed", range(5))
def test_what_comes_out_is_always_a_valid_error_model(seed):
    """Few, odd and contradicting residuals: the simulation must still be able to draw."""
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {
            "unique_id": rng.choice(["a", "b", "c", "ghost"], 60),
            "origin": rng.choice(pd.date_range("2024-01-01", periods=3, freq="MS"), 60),
            "lag": rng.integers(0, 8, 60),
            "forecast": rng.choice([0.0, 10.0, 1e6], 60),
            "actual": rng.choice([0.0, np.nan, 20.0, 1e5], 60),
        }
    ).drop_duplicates(["unique_id", "origin", "lag"])
    model = error_model(rows, items=["a", "b", "c"], family_of_item={"a": "f"}, horizon=24)
    assert np.isfinite(model.spread).all()
    assert (model.spread > 0).all()
    assert (np.diff(model.spread, axis=1) >= 0).all()
    apart = np.abs(np.subtract.outer(np.arange(24), np.arange(24)))
    assert np.linalg.eigvalsh(model.autocorrelation[apart]).min() > -1e-9
    assert model.market_share >= 0
    assert model.family_share >= 0
    assert model.market_share + model.family_share < 1


def test_bands_hold_the_share_they_promise():
    """Both laws, against draws: normal below a spread of one half, lognormal above it."""
    z = np.random.default_rng(0).normal(size=200_000)
    for spread in (0.2, 0.8):
        low, high = quantiles(np.array(50.0), np.array(spread), (0.1, 0.9))
        width = np.sqrt(np.log1p(spread**2))
        demand = 50 * (
            np.maximum(0, 1 + spread * z) if spread <= 0.5 else np.exp(width * z - width**2 / 2)
        )
        assert np.mean((low <= demand) & (demand <= high)) == pytest.approx(0.8, abs=0.005)
        assert demand.mean() == pytest.approx(50, rel=0.02)
    assert quantiles(np.array(50.0), np.array(0.1), (0.9,))[0] == pytest.approx(
        50 * (1 + 0.1 * norm.ppf(0.9))
    )


def test_few_overlapping_origins_keep_their_common_bias_as_spread():
    """All items 20 % too low at each of four origins: a launch, not a bias to be trusted."""
    rows, items, families = paths(
        items=30, families=3, origins=4, lags=6, spread=0.05, seed=6, **KNOWN
    )
    low = rows.assign(actual=rows["actual"] + 20.0)
    model = error_model(low, items=items, family_of_item=families, horizon=12)
    assert model.spread[:, 0].min() > 0.15
    total = model.spread[:, 0].mean() * np.sqrt(model.market_share)
    assert 1.645 * total > 0.1  # P5-P95 of the company: items do not average out
    many, items, families = paths(
        items=30, families=3, origins=24, lags=6, spread=0.05, seed=6, **KNOWN
    )
    many = many.assign(actual=many["actual"] + 20.0)
    sure = error_model(many, items=items, family_of_item=families, horizon=12)
    assert sure.spread[:, 0].max() < 0.12  # seen 24 times it is a bias


@pytest.mark.parametrize(("origins", "low"), [(1, 0.038), (2, 0.027)])
def test_a_company_with_hardly_any_past_leans_on_what_is_assumed(origins, low):
    rows, items, families = paths(
        items=30, families=3, origins=origins, lags=6, spread=0.01, seed=7, **KNOWN
    )
    model = error_model(rows, items=items, family_of_item=families, horizon=12)
    assert np.median(model.spread[:, 0]) > low
