"""Histories made for the tests."""

import numpy as np
import pandas as pd

SEASON = np.array([0.67, 0.83, 1.11, 1.40, 1.49, 1.40, 1.24, 0.79, 0.80, 0.70, 0.73, 0.84])


def monthly(name, units, *, start="2021-01-01"):
    """One item, a line per month."""
    months = pd.date_range(start, periods=len(units), freq="MS")
    return pd.DataFrame({"unique_id": name, "ds": months, "y": np.asarray(units, dtype=float)})


def seasonal(months, *, level=100.0, noise=0.0, seed=0):
    """A level times a season times a multiplicative noise."""
    rng = np.random.default_rng(seed)
    return level * SEASON[np.arange(months) % 12] * np.exp(rng.normal(0, noise, months))


def paths(*, items, families, origins, lags, spread, lasting, fading, market, family, seed):
    """Residual rows drawn from a known error model; every forecast is 100."""
    rng = np.random.default_rng(seed)
    apart = np.abs(np.subtract.outer(np.arange(lags), np.arange(lags)))
    rho = np.where(apart == 0, 1.0, lasting * np.exp(-apart / fading))
    root = np.linalg.cholesky(rho)
    width = spread * np.arange(1, lags + 1) ** 0.15
    rows = []
    for origin in range(origins):
        common = root @ rng.normal(size=lags)
        shared = {f: root @ rng.normal(size=lags) for f in range(families)}
        for item in range(items):
            own = root @ rng.normal(size=lags)
            error = (
                np.sqrt(market) * common
                + np.sqrt(family) * shared[item % families]
                + np.sqrt(1 - market - family) * own
            )
            rows.append((item, origin, 100 * (1 + width * error)))
    table = pd.DataFrame(
        {
            "unique_id": np.repeat([f"i{item:02d}" for item, _, _ in rows], lags),
            "origin": np.repeat([origin for _, origin, _ in rows], lags),
            "lag": np.tile(np.arange(1, lags + 1), len(rows)),
            "forecast": 100.0,
            "actual": np.concatenate([actual for _, _, actual in rows]),
        }
    )
    names = [f"i{item:02d}" for item in range(items)]
    return table, names, [f"f{i % families}" for i in range(items)]
