"""Forecasts kept by the hash of what they were made from: a second visit is instant."""

import hashlib

import sqlalchemy as sa

from sim.store.audit import Clock, stamp
from sim.store.engine import Engines
from sim.store.tables import forecast as table


class Forecasts:
    """A cache in the store: any bytes under any key; losing it loses only time."""

    def __init__(self, engines: Engines, clock: Clock) -> None:
        self._engines = engines
        self._clock = clock

    def get(self, key: str) -> bytes | None:
        """The bytes under this key; None when there are none, or not those that were kept."""
        wanted = sa.select(table.c.content, table.c.sha256).where(table.c.key == key)
        with self._engines.reading() as connection:
            row = connection.execute(wanted).first()
        if row is None or hashlib.sha256(row.content).hexdigest() != row.sha256:
            return None
        return bytes(row.content)

    def put(self, key: str, content: bytes) -> None:
        """Keep bytes under a key, in place of any that were there."""
        row = {"key": key, "created_at": stamp(self._clock), "content": content}
        row["sha256"] = hashlib.sha256(content).hexdigest()
        with self._engines.writing() as connection:
            connection.execute(table.delete().where(table.c.key == key))
            connection.execute(table.insert().values(**row))
