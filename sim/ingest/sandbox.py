"""Starts the parser child under limits and reads its answer."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from sim.errors import DataError, SopError

WALL = 30  # seconds
LARGEST = 50_000_000  # bytes of one upload
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSheet:
    """Text cells of one sheet as an Arrow table: column "row", then "0", "1", ..."""

    file: str
    sheet: str
    kind: str
    encoding: str
    separator: str
    cells: pa.Table


def read_raw(files: list[tuple[str, bytes]]) -> list[list[RawSheet] | SopError]:
    """The sheets of each file, or why it cannot be read; at most two children at a time."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(lambda item: _read_one(*item), files))


def _read_one(file: str, body: bytes) -> list[RawSheet] | SopError:
    if len(body) > LARGEST:
        return DataError("error.upload.too_large", file=file, limit=LARGEST // 1_000_000)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "sim.ingest.child"],
            input=body,
            capture_output=True,
            timeout=WALL,
            cwd=_ROOT,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return DataError("error.upload.too_slow", file=file, limit=WALL)
    if done.returncode:
        # Killed by its processor or memory limit, or the parser itself broke on the file.
        return DataError("error.upload.memory", file=file)
    try:
        return _answer(file, done.stdout)
    except (ValueError, KeyError, pa.ArrowInvalid):
        return DataError("error.upload.memory", file=file)


def _environment() -> dict[str, str]:
    """The child sees no secret of the parent, and one thread per library."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "LANG", "TZ")
        if name in os.environ
    }
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return kept | threads | {"ARROW_DEFAULT_MEMORY_POOL": "system", "PYTHONPATH": str(_ROOT)}


def _answer(file: str, body: bytes) -> list[RawSheet] | SopError:
    sheets: list[RawSheet] = []
    at = 0
    while at < len(body):
        end = body.index(b"\n", at)
        head: dict[str, Any] = json.loads(body[at:end])
        if "error" in head:
            return DataError(head["error"], file=file, **head["values"])
        at = end + 1 + int(head["bytes"])
        table = pa.ipc.open_stream(body[end + 1 : at]).read_all()
        sheets.append(
            RawSheet(
                file=file,
                sheet=head["sheet"],
                kind=head["kind"],
                encoding=head["encoding"],
                separator=head["separator"],
                cells=table,
            )
        )
    return sheets
