"""Starts the parser child under limits and reads its answer."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from sim.errors import DataError, SopError
from sim.ingest.child import MEMORY, SECONDS
from sim.ingest.texts import ENCODINGS
from sim.ingest.wire import received

WALL = 30  # seconds
LARGEST = 50_000_000  # bytes of one upload
# What files of tables usually end with; a face offers these, the content decides.
ENDINGS = ("csv", "txt", "tsv", "xlsx", "xls", "xlsb", "ods", "parquet", "zip")
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSheet:
    """Text cells of one sheet as an Arrow table: column "row", then "0", "1", ...

    ``file`` is ``archive.zip/member`` for a member of an archive; ``accented`` are lines of a
    text with letters beyond ASCII; ``notices`` say what was left out.
    """

    file: str
    sheet: str
    kind: str
    encoding: str
    separator: str
    cells: pa.Table
    accented: tuple[str, ...] = ()
    notices: tuple[SopError, ...] = ()


def read_raw(
    files: Sequence[tuple[str, bytes]], encodings: Mapping[str, str] | None = None
) -> list[list[RawSheet | SopError]]:
    """The sheets of each file, or why it cannot be read; at most two children at a time.

    Parameters
    ----------
    files, encodings : (name, content) of each; the encoding a person chose for a file, by name

    Raises
    ------
    DataError: an encoding is not one of those that can be chosen.
    """
    chosen = encodings or {}
    for file, encoding in chosen.items():
        if encoding not in {"", *ENCODINGS}:
            known = ", ".join(ENCODINGS)
            raise DataError("error.upload.encoding", file=file, value=encoding[:40], known=known)
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(lambda one: _read_one(one[0], one[1], chosen.get(one[0], "")), files))


def _read_one(file: str, body: bytes, encoding: str) -> list[RawSheet | SopError]:
    if len(body) > LARGEST:
        return [DataError("error.upload.too_large", file=file, limit=LARGEST // 1_000_000)]
    told = _run(file, body, encoding)
    if isinstance(told, SopError):
        return [told]
    try:
        return _answer(file, told)
    except (ValueError, KeyError, TypeError, pa.ArrowInvalid):
        return [DataError("error.upload.cut", file=file)]


def _run(file: str, body: bytes, encoding: str) -> bytes | SopError:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "sim.ingest.child", *([encoding] if encoding else [])],
            input=body,
            capture_output=True,
            timeout=WALL,
            cwd=_ROOT,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return DataError("error.upload.too_slow", file=file, limit=WALL)
    if done.returncode == -24:  # SIGXCPU, which not every system knows by name
        return DataError("error.upload.too_slow", file=file, limit=SECONDS)
    if done.returncode < 0:  # stopped by the system, or by itself without memory
        return DataError("error.upload.memory", file=file, limit=MEMORY // 1_000_000)
    return done.stdout if not done.returncode else DataError("error.upload.cut", file=file)


def _environment() -> dict[str, str]:
    """The child sees no secret of the parent, and one thread per library."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "LANG", "TZ")
        if name in os.environ
    }
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return kept | threads | {"ARROW_DEFAULT_MEMORY_POOL": "system", "PYTHONPATH": str(_ROOT)}


def _answer(file: str, body: bytes) -> list[RawSheet | SopError]:
    found: list[RawSheet | SopError] = []
    for head, table in received(body):
        name = f"{file}/{head['member']}" if head["member"] else file
        if table is None:
            found.append(DataError(head["error"], **head["values"], file=name))
        else:
            found.append(_sheet(name, head, table))
    return found


def _sheet(name: str, head: Mapping[str, Any], table: pa.Table) -> RawSheet:
    return RawSheet(
        file=name,
        sheet=head["sheet"],
        kind=head["kind"],
        encoding=head["encoding"],
        separator=head["separator"],
        accented=tuple(head["accented"]),
        notices=tuple(DataError(key, **values, file=name) for key, values in head["notices"]),
        cells=table,
    )
