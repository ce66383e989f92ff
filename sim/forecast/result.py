"""What a forecast run returns, how it is stored, and the key under which it is found again."""

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from sim.errors import DataError
from sim.forecast.history import COLUMNS, Gaps
from sim.forecast.methods import DEFAULT_METHODS, Method

CODE_VERSION = 2  # raise it when the same history would give other numbers
LEVELS = (50, 80, 90, 95)  # bands, in per cent
FRAME_COLUMNS = (
    "unique_id",
    "ds",  # first day of the month
    "method",
    "mean",  # [units per month], as are the limits
    *(f"{side}{level}" for level in LEVELS for side in ("lo", "hi")),
)
FILE_COLUMNS = ("unique_id", "ds", "mean", "lo80", "hi80", "lo95", "hi95")
NOTES_COLUMNS = ("unique_id", "note", "months")  # note: see history.Note
RESIDUAL_COLUMNS = ("unique_id", "origin", "lag", "forecast", "actual")


@dataclass(frozen=True, kw_only=True, eq=False)
class ForecastResult:
    """A baseline forecast with its evidence."""

    frame: pd.DataFrame  # FRAME_COLUMNS, one row per item and month ahead
    league: pd.DataFrame  # league.LEAGUE_COLUMNS
    chosen: pd.DataFrame  # league.CHOSEN_COLUMNS, one row per item
    residuals: pd.DataFrame  # RESIDUAL_COLUMNS, back-test of the chosen methods
    backtest: pd.DataFrame  # backtest.BACKTEST_COLUMNS, all methods
    notes: pd.DataFrame  # NOTES_COLUMNS, what was particular in the histories


def to_bytes(result: ForecastResult) -> bytes:
    """The result as a zip archive of Parquet tables; equal results give equal bytes."""
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_STORED) as archive:
        for spec in fields(result):
            table: pd.DataFrame = getattr(result, spec.name)
            member = zipfile.ZipInfo(f"{spec.name}.parquet", date_time=(1980, 1, 1, 0, 0, 0))
            archive.writestr(member, table.to_parquet(index=False))
    return box.getvalue()


def from_bytes(stored: bytes) -> ForecastResult:
    """The result that ``to_bytes`` stored."""
    with zipfile.ZipFile(io.BytesIO(stored)) as archive:
        return ForecastResult(
            **{
                spec.name: pd.read_parquet(io.BytesIO(archive.read(f"{spec.name}.parquet")))
                for spec in fields(ForecastResult)
            }
        )


def history_hash(
    history: pd.DataFrame,
    *,
    horizon: int,
    methods: Sequence[Method] = DEFAULT_METHODS,
    families: Mapping[str, str] | None = None,
    gaps: Gaps = Gaps.UNKNOWN,
) -> str:
    """Key of ``forecast`` with the same arguments: equal for the same figures in any order.

    The libraries' versions are part of it, because they too decide the numbers.
    """
    rows = history[list(COLUMNS)].astype({"unique_id": str, "y": "float64"})
    rows = rows.sort_values(["unique_id", "ds"], ignore_index=True)
    libraries = [f"{name} {version(name)}" for name in ("statsforecast", "prophet", "numpy")]
    options = (horizon, [str(m) for m in methods], sorted((families or {}).items()), str(gaps))
    digest = hashlib.sha256(repr((CODE_VERSION, libraries, options)).encode())
    digest.update("\x1f".join(rows["unique_id"]).encode())
    digest.update(pd.to_datetime(rows["ds"]).to_numpy("datetime64[D]").astype("int64").tobytes())
    digest.update(rows["y"].to_numpy("float64").tobytes())
    return digest.hexdigest()


def write_forecast(result: ForecastResult, path: Path | str) -> None:
    """The forecast as CSV: unique_id, ds, mean, lo80, hi80, lo95, hi95.

    Raises
    ------
    DataError
        The file cannot be written.
    """
    table = result.frame[list(FILE_COLUMNS)].copy()
    # A code such as =1+1 must stay text when the file is opened in a spreadsheet.
    risky = table["unique_id"].str.match(r"[=+\-@\t\r]")
    table["unique_id"] = table["unique_id"].where(~risky, "'" + table["unique_id"])
    table["ds"] = table["ds"].dt.strftime("%Y-%m-%d")
    try:
        table.to_csv(path, index=False, float_format="%.6f", lineterminator="\n")
    except OSError:
        raise DataError("error.forecast.write", file=Path(path).name) from None
