"""Connections to the durable store: one engine that writes, one that reads, and their refusals."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from sim.errors import StoreError

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # a save that was acknowledged survives a power cut
    "foreign_keys=ON",
    "busy_timeout=30000",
    "recursive_triggers=ON",  # else INSERT OR REPLACE slips past the guards
)
_PATIENCE = 200  # tries of 50 ms to open a file that another process is making
# SQLite writers that wait for one another spin unfairly: one at a time in this process.
_WRITING = threading.Lock()
_AUDIT_LOCK = 0x50_1C  # PostgreSQL: writers queue here, so the audit chain has no fork


@dataclass(frozen=True, slots=True)
class Engines:
    """The two engines of one store."""

    write: sa.Engine
    read: sa.Engine

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction: all of it is on the disk when the block ends, or nothing."""
        with _WRITING, refusals(), self.write.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_AUDIT_LOCK)))
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One consistent view of the store."""
        with refusals(), self.read.connect() as connection:
            yield connection

    def close(self) -> None:
        """Give the connections back."""
        self.write.dispose()
        self.read.dispose()


def make_engines(url: str) -> Engines:
    """Engines for a SQLAlchemy URL; the folder of a SQLite file is made.

    Raises
    ------
    StoreError: the URL cannot be read, its driver is missing, or it is in memory.
    """
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed)
        engine = sa.create_engine(parsed, pool_pre_ping=True)
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError) as error:
        raise StoreError("error.store.url", detail=str(error)[:120]) from None
    except OSError as error:
        raise StoreError("error.store.unreachable", detail=str(error)[:200]) from None
    return Engines(write=engine, read=engine)


def _sqlite(url: sa.URL) -> Engines:
    if not url.database or url.database == ":memory:":
        raise StoreError("error.store.memory")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    return Engines(
        write=_sqlite_engine(url, begin="BEGIN IMMEDIATE", extra=()),
        read=_sqlite_engine(url, begin="BEGIN", extra=("query_only=ON",)),
    )


def _sqlite_engine(url: sa.URL, *, begin: str, extra: tuple[str, ...]) -> sa.Engine:
    engine = sa.create_engine(url, connect_args={"timeout": 30})

    @sa.event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (*_PRAGMAS, *extra):
            _set(connection, pragma)

    @sa.event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _set(connection: Any, pragma: str) -> None:
    """Set a pragma. A new file that two processes turn to WAL at once is "locked" at once, too:
    SQLite does not wait there, so we do.
    """
    for left in range(_PATIENCE, -1, -1):
        try:
            connection.execute(f"PRAGMA {pragma}")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or not left:
                raise
            time.sleep(0.05)


_REASONS = (
    ("disk is full", "error.store.full"),
    ("No space left", "error.store.full"),
    ("disk I/O error", "error.store.full"),
    ("is locked", "error.store.busy"),
    ("readonly", "error.store.readonly"),
    ("not a database", "error.store.damaged"),
    ("malformed", "error.store.damaged"),
)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the database refuses into a sentence; nothing of the transaction was kept."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        reason = str(error.orig)
        for part, key in _REASONS:
            if part in reason:
                raise StoreError(key) from error
        if isinstance(error, sa.exc.OperationalError):
            raise StoreError("error.store.unreachable", detail=reason[:200]) from error
        raise
