"""Draws kept beside the store, so that a restart need not make them again.

They depend on nothing but their key, the code and the libraries that make them: all of these
are in the name of the file. A file that is not whole is made anew; one that cannot be written
costs a second at the next start and nothing else.
"""

import hashlib
import importlib.metadata
import io
import logging
import os
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.model import draws, factors
from sim.model.draws import Draws
from sim.model.problem import Problem

LOG = logging.getLogger("sim")
KEPT = 4  # files; the latest companies in use
LARGEST = 64 * 1024 * 1024  # bytes: beyond that, drawing is as quick as reading
_DIGEST = 32


def paths(problem: Problem, *, count: int, seed: int, width: int, home: Path) -> Draws:
    """The draws of a problem: read when they were kept, else drawn and kept."""
    key = draws.draws_key(problem, draws=count, seed=seed, width=width)
    file = home / "draws" / f"{_name(key)}.draws"
    kept = _read(file)
    if kept is not None:
        origin = draws.draws_origin(problem, seed)
        return Draws(origin=origin, draws=count, seed=seed, **kept)
    made = draws.paths(problem, draws=count, seed=seed, width=width)
    if made.errors.nbytes <= LARGEST:
        try:
            _write(file, made)
        except OSError as error:
            LOG.info("draws are not kept: %s", error)
    return made


def _read(file: Path) -> dict[str, NDArray[np.float32]] | None:
    try:
        content = file.read_bytes()
    except OSError:
        return None
    told, body = content[:_DIGEST], content[_DIGEST:]
    if hashlib.sha256(body).digest() != told:
        return None
    with np.load(io.BytesIO(body), allow_pickle=False) as found:
        return {name: found[name] for name in ("errors", "resources")}


def _write(file: Path, made: Draws) -> None:
    """Whole or not at all: another server may be reading."""
    body = io.BytesIO()
    np.savez(body, allow_pickle=False, errors=made.errors, resources=made.resources)
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}")
    partial.write_bytes(hashlib.sha256(body.getvalue()).digest() + body.getvalue())
    partial.replace(file)
    kept = sorted(file.parent.glob("*.draws"), key=lambda one: one.stat().st_mtime)
    for old in kept[:-KEPT]:
        old.unlink(missing_ok=True)


def _name(key: str) -> str:
    return hashlib.sha256(f"{key} {_makers()}".encode()).hexdigest()[:32]


@cache
def _makers() -> str:
    """The code and the libraries that decide the numbers."""
    files = (Path(str(module.__file__)).read_bytes() for module in (draws, factors))
    code = hashlib.sha256(b"".join(files)).hexdigest()
    versions = [importlib.metadata.version(name) for name in ("numpy", "scipy")]
    return " ".join([code, *versions])
