"""Ten million sales lines to the monthly workspace, beside bare DuckDB and beside pandas.

Each way runs in a process of its own, so that its memory is its own. Bare DuckDB adds up and
keeps a table, no more: no check of a cell, no line told, no code trimmed, any order of sums.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bench.machine import ROOT, table

LINES, ITEMS, CHANNELS, ROUNDS = 10_000_000, 2_000, 20, 3
FEW = 100
_GROUPED = (
    "CREATE TABLE monthly AS SELECT item, channel, date_trunc('month', date) AS month, "
    "sum(quantity) AS quantity, sum(revenue) AS revenue FROM {} GROUP BY ALL"
)


def bench() -> None:
    """Print seconds, ratios and memory of each way, from CSV and from Parquet."""
    with tempfile.TemporaryDirectory() as folder:
        _generate(Path(folder))
        for kind in ("csv", "parquet"):
            size = (Path(folder) / f"sales.{kind}").stat().st_size / 1e6
            _measure(Path(folder), kind, size)


def _measure(folder: Path, kind: str, size: float) -> None:
    best: dict[str, dict[str, float]] = {}
    for turn in range(ROUNDS):
        for way in WAYS:
            if way == "pandas" and turn:
                continue
            found = _run(way, folder, kind)
            kept = best.setdefault(way, found)
            best[way] = {name: min(kept[name], value) for name, value in found.items()}
    rows: list[list[object]] = [
        ["way", "seconds", "CPU s", "peak MB", "asked", "measured", "by CPU s"]
    ]
    for way, one in best.items():
        told = [f"{one['wall']:.2f}", f"{one['cpu']:.2f}", f"{one['peak']:.0f}"]
        rows.append([way, *told, *_verdict(way, best)])
    table(f"{LINES:,} lines of {kind} ({size:.0f} MB) to the monthly workspace", rows)


def _verdict(way: str, best: Mapping[str, Mapping[str, float]]) -> tuple[str, str, str]:
    if way == "bare":
        return "", "", ""
    over, under = ("ours", "bare") if way == "ours" else ("pandas", "ours")
    wall, cpu = (best[over][name] / best[under][name] for name in ("wall", "cpu"))
    asked = "<= 2 x bare" if way == "ours" else ">= 5 x ours"
    return asked, f"{wall:.1f} x", f"{cpu:.1f} x"


def _run(way: str, folder: Path, kind: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.collect", way, str(folder), kind],
        capture_output=True,
        cwd=ROOT,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _generate(folder: Path) -> None:
    """Every item in every channel on each of 250 days; prices with cents."""
    import duckdb

    pairs = ITEMS * CHANNELS
    made = f"""
        SELECT
            'ITEM-' || lpad(CAST(i % {pairs} // {CHANNELS} AS VARCHAR), 5, '0') AS item,
            'CH' || lpad(CAST(i % {CHANNELS} AS VARCHAR), 2, '0') AS channel,
            DATE '2024-01-01' + CAST(i // {pairs} AS INTEGER) AS date,
            CAST(1 + hash(i) % 50 AS INTEGER) AS quantity,
            round((1 + hash(i) % 50) * (5 + (i % 977) / 10.0), 2) AS revenue
        FROM range({LINES}) AS line(i)
    """  # noqa: S608 - numbers of this file
    connection = duckdb.connect()
    connection.execute(f"COPY ({made}) TO '{folder}/sales.csv' (HEADER)")
    connection.execute(f"COPY (FROM '{folder}/sales.csv') TO '{folder}/sales.parquet'")
    for kind in ("csv", "parquet"):
        few = f"FROM '{folder}/sales.parquet' LIMIT {FEW}"
        connection.execute(f"COPY ({few}) TO '{folder}/few.{kind}'")


def _bare(folder: Path, kind: str) -> int:
    import duckdb

    connection = duckdb.connect()
    connection.execute(_GROUPED.format(f"read_{kind}('{folder}/sales.{kind}')"))
    return int(connection.sql("SELECT count(*) FROM monthly").fetchall()[0][0])


def _pandas(folder: Path, kind: str) -> int:
    import pandas as pd

    path = folder / f"sales.{kind}"
    read = pd.read_parquet(path) if kind == "parquet" else pd.read_csv(path, parse_dates=["date"])
    read["month"] = read["date"].to_numpy().astype("datetime64[M]").astype("datetime64[s]")
    return len(read.groupby(["item", "channel", "month"])[["quantity", "revenue"]].sum())


def _ours(_: Path, kind: str) -> int:
    """From the press of "load", with the columns already said, to tables that answer questions."""
    from sim.ingest import build, history_files, inspect
    from sim.store.workspace import Workspace

    history = history_files.read(_SEEN[0])
    made = build(inspect([(f"sales.{kind}", history)]))
    assert made.before[0].rows in {LINES, FEW}
    return len(made.require()["sales"]) if Workspace(made.require()) else 0


WAYS: dict[str, Callable[[Path, str], int]] = {"bare": _bare, "ours": _ours, "pandas": _pandas}
_SEEN: list[Any] = []


def _child(way: str, folder: Path, kind: str) -> None:
    """One measurement: modules are there before the clock starts, as in a running server."""
    import duckdb  # noqa: F401
    import pandas as pd  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    if way == "ours":
        import sim.store.workspace  # noqa: F401
        from sim.ingest import history_files

        _SEEN.append(history_files.look(folder, f"few.{kind}"))
        _ours(folder, kind)  # whatever is made at the first call, the server has made
        _SEEN[0] = history_files.look(folder, f"sales.{kind}")
    wall, cpu = time.perf_counter(), time.process_time()
    rows = WAYS[way](folder, kind)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert rows >= ITEMS * CHANNELS
    print(json.dumps({"wall": wall, "cpu": cpu, "peak": _peak()}))


def _peak() -> float:
    """The most memory that this process has held [MB]; a child's usage would begin at its parent's.

    0 where the system does not tell.
    """
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    _child(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
