"""Frozen settings, read once from the environment.

SOP_DATABASE_URL   where accepted data, scenarios and forecasts are kept
                   (default: a SQLite file in SOP_HOME)
SOP_HOME           folder of the SQLite file and of the draws kept for the next start (and of
                   the compiled simulator, where the program's own folder may not be written)
                   (default: ~/.local/share/sop-live)
SOP_WORKERS        worker processes for forecasts and exports (default: the cores, at most 4)
SOP_DRAWS          Monte-Carlo draws of a simulation (default: 1024; in the app a company of more
                   than about 200 items gets fewer, at least 256, so that the room answers at
                   once, and is told; a number given here is kept to)
SOP_DRAWS_MEMORY   MiB that the draws of all companies in use may occupy together, shared by all
                   sessions; a large company gets fewer draws, and is told (default: 2048)
SOP_SLIDERS        "live": the room follows a slider while it is dragged; "native": Streamlit's
                   own sliders, which move it at release. A visitor can change it (default: live)
SOP_WAREHOUSE_URL  a database whose history the collect page may read, as a SQLAlchemy URL; a
                   secret: it is never shown (or: [connections.NAME] in .streamlit/secrets.toml)
SOP_DATA_FOLDER    a folder of Parquet and CSV files, too large to upload, that the collect page
                   may read (default: none)
"""

import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

LIVE_WORK = 5_000_000  # simulated in some 30 ms on two cores


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment decides."""

    database_url: str
    home: Path
    workers: int
    draws: int
    live_work: int | None  # item-months times draws of a step of the room; None = no limit
    draws_memory: int  # bytes
    native_sliders: bool
    warehouse_url: str = field(repr=False)
    data_folder: Path | None

    @property
    def compiled(self) -> Path:
        """Where the compiled simulator is kept: beside its source, so that all stores share it."""
        beside = Path(__file__).parent / "model" / "kernel"
        return beside / "__pycache__" if os.access(beside, os.W_OK) else self.home / "numba"


def read_settings(environment: dict[str, str]) -> Settings:
    """Settings from a mapping of environment variables."""
    folder = environment.get("SOP_DATA_FOLDER")
    home = Path(environment.get("SOP_HOME") or Path.home() / ".local" / "share" / "sop-live")
    return Settings(
        database_url=environment.get("SOP_DATABASE_URL") or f"sqlite:///{home / 'sop.sqlite'}",
        home=home,
        workers=_count("SOP_WORKERS", environment.get("SOP_WORKERS"), min(os.cpu_count() or 1, 4)),
        draws=_count("SOP_DRAWS", environment.get("SOP_DRAWS"), 1024),
        live_work=None if environment.get("SOP_DRAWS") else LIVE_WORK,
        draws_memory=2**20 * _count("SOP_DRAWS_MEMORY", environment.get("SOP_DRAWS_MEMORY"), 2048),
        native_sliders=_sliders(environment.get("SOP_SLIDERS") or "live") == "native",
        warehouse_url=environment.get("SOP_WAREHOUSE_URL") or "",
        data_folder=Path(folder) if folder else None,
    )


@cache
def settings() -> Settings:
    """The settings of this process."""
    return read_settings(dict(os.environ))


def _sliders(written: str) -> str:
    if written not in ("live", "native"):
        raise SystemExit(f'SOP_SLIDERS={written}: give "live" or "native".')
    return written


def _count(name: str, written: str | None, usual: int) -> int:
    if not written:
        return usual
    if not written.isdecimal() or not 1 <= int(written) <= 1_000_000:
        # Before there is a language to speak: the one who starts the program reads English.
        raise SystemExit(f"{name}={written}: give a whole number from 1 to 1,000,000.")
    return int(written)
