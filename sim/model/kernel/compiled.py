"""The compiled code and where it is kept."""

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

Block = Callable[..., None]
_HERE = Path(__file__).parent
_loading = threading.Lock()
_compiled: list[Block] = []


def warm_up(folder: Path = _HERE / "__pycache__") -> None:
    """Compile the simulator, or load what an earlier process compiled.

    Parameters
    ----------
    folder : where compiled code is kept when NUMBA_CACHE_DIR does not say it
    """
    # Two sessions may ask for the first time together; one compilation is enough.
    with _loading:
        if not _compiled:
            _compiled.append(_compile(folder))


def block_function() -> Block:
    """The compiled block function; the first call of a process loads or compiles it."""
    if not _compiled:
        warm_up()
    return _compiled[0]


def _compile(folder: Path) -> Block:
    import numba

    from sim.model.kernel.block import compile_block

    config: Any = numba.config

    before = config.CACHE_DIR
    # Numba compares the time stamp of one file only: a digest of all tells old code.
    config.CACHE_DIR = str(Path(before or folder) / _digest())
    try:
        function: Block = compile_block()
    finally:
        config.CACHE_DIR = before
    return function


def _digest() -> str:
    digest = hashlib.sha256()
    for name in ("columns", "lanes", "totals", "month", "sharing", "stages", "block"):
        digest.update((_HERE / f"{name}.py").read_bytes())
    return digest.hexdigest()[:16]
