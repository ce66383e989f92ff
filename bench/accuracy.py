"""Forecast accuracy on the tourism competition's monthly series, when they are at hand.

Put the path of tourism_monthly.csv.gz (unique_id, ds, y, split) into SOP_TOURISM; the file is
not part of the project. Every tenth series is used; the test is the last 24 months.
"""

import os
import time
from pathlib import Path

import numpy as np
import pandas as pd

from bench.machine import table
from sim.forecast import DEFAULT_METHODS, Method, forecast

EVERY = 10
SEASON = 12


def bench() -> None:
    """sMAPE, MASE and coverage beside seasonal naive."""
    path = os.environ.get("SOP_TOURISM")
    if not path or not Path(path).exists():
        table("Forecast accuracy", [["left out", "set SOP_TOURISM to tourism_monthly.csv.gz"]])
        return
    series = pd.read_csv(path, parse_dates=["ds"])
    chosen = sorted(series["unique_id"].unique())[::EVERY]
    series = series[series["unique_id"].isin(chosen)]
    history = series[series["split"] == "train"][["unique_id", "ds", "y"]]
    actual = series[series["split"] == "test"]
    horizon = int(actual.groupby("unique_id").size().max())
    methods = tuple(method for method in DEFAULT_METHODS if method is not Method.PROPHET)
    begun = time.perf_counter()
    made = forecast(history, horizon=horizon, workers=2, methods=methods).frame
    seconds = time.perf_counter() - begun
    merged = actual.merge(made, on=["unique_id", "ds"])
    naive = _seasonal_naive(history, actual)
    rows: list[list[object]] = [["method", "sMAPE", "MASE", "80 % band holds", "seconds"]]
    inside = ((merged["y"] >= merged["lo80"]) & (merged["y"] <= merged["hi80"])).mean()
    rows.append(
        ["this project", *_errors(merged, "mean", history), f"{inside:.1%}", f"{seconds:.0f}"]
    )
    rows.append(["seasonal naive", *_errors(naive, "mean", history), "", ""])
    table(f"Tourism, monthly, {len(chosen)} series, {horizon} months ahead", rows)


def _seasonal_naive(history: pd.DataFrame, actual: pd.DataFrame) -> pd.DataFrame:
    last = history.groupby("unique_id")["y"].apply(lambda values: values.to_numpy()[-SEASON:])
    lead = actual.groupby("unique_id").cumcount()
    values = [
        last[name][step % SEASON] for name, step in zip(actual["unique_id"], lead, strict=True)
    ]
    return actual.assign(mean=values)


def _errors(merged: pd.DataFrame, column: str, history: pd.DataFrame) -> tuple[str, str]:
    off = (merged["y"] - merged[column]).abs()
    size = (merged["y"].abs() + merged[column].abs()) / 2
    smape = 100 * (off / size.where(size > 0, 1.0)).mean()
    yearly = history.groupby("unique_id")["y"].apply(
        lambda values: float(
            np.abs(values.to_numpy()[SEASON:] - values.to_numpy()[:-SEASON]).mean()
        )
    )
    mase = (off.groupby(merged["unique_id"]).mean() / yearly).mean()
    return f"{smape:.2f}", f"{mase:.3f}"
