"""The audit: who did what, when. Rows are only added, each one sealed with the one before."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from sim.errors import StoreError
from sim.store.engine import Engines
from sim.store.tables import audit

FIRST = "0" * 64
_SEALED = ("seq", "at", "actor", "action", "subject", "detail", "previous")
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def stamp(clock: Clock) -> str:
    """A moment as the store writes it: ISO, UTC, microseconds, so that texts sort by time."""
    return clock().astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the audit."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    detail: str
    previous: str
    hash: str


def seal(line: Mapping[str, object]) -> str:
    """SHA-256 over a line, which holds the hash of the line before it."""
    body = [line[name] for name in _SEALED]
    return hashlib.sha256(json.dumps(body, ensure_ascii=True).encode()).hexdigest()


def add(
    connection: sa.Connection,
    action: str,
    *,
    at: str,
    actor: str,
    subject: str,
    detail: Mapping[str, object],
) -> None:
    """Add a line inside the transaction of the change that it tells."""
    last = connection.execute(
        sa.select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
    ).first()
    line: dict[str, object] = {
        "seq": last.seq + 1 if last else 1,
        "at": at,
        "actor": actor,
        "action": action,
        "subject": subject,
        "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True),
        "previous": last.hash if last else FIRST,
    }
    connection.execute(audit.insert().values(**line, hash=seal(line)))


class Audit:
    """Reading and checking the audit."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    def entries(self, *, limit: int = 200) -> tuple[Entry, ...]:
        """The last lines, newest first."""
        wanted = sa.select(audit).order_by(audit.c.seq.desc()).limit(limit)
        with self._engines.reading() as connection:
            return tuple(Entry(**row._mapping) for row in connection.execute(wanted))

    def verify(self) -> int:
        """Number of lines, after checking every seal.

        Raises
        ------
        StoreError: a line was changed, removed or put in, with its number.
        """
        previous, count = FIRST, 0
        with self._engines.reading() as connection:
            for row in connection.execute(sa.select(audit).order_by(audit.c.seq)):
                line = dict(row._mapping)
                kept = line.pop("hash")
                count += 1
                if line["seq"] != count or line["previous"] != previous or seal(line) != kept:
                    raise StoreError("error.store.audit_broken", line=count)
                previous = kept
        return count

    def head(self) -> str:
        """Hash of the last line: written down elsewhere, it seals all that came before."""
        newest = self.entries(limit=1)
        return newest[0].hash if newest else FIRST
