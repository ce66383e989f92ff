"""Saved scenarios: immutable versions, told apart by a short id that fits in a link."""

import hashlib
import secrets
from dataclasses import dataclass, replace

import sqlalchemy as sa

from sim.errors import LeverError, StoreError
from sim.model.scenario import Scenario, from_json, to_json
from sim.store.audit import Clock, add, stamp
from sim.store.engine import Engines
from sim.store.tables import scenario as table

# Small letters and digits that are not mistaken for one another: 50 bits in ten characters.
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_LENGTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedScenario:
    """One saved version. ``history`` holds the versions it came from, newest first."""

    id: str
    parent: str | None
    name: str
    author: str
    created_at: str
    dataset: str
    scenario: Scenario
    history: tuple[str, ...] = ()


class Scenarios:
    """Scenario versions in the store."""

    def __init__(self, engines: Engines, clock: Clock, *, code_version: str) -> None:
        self._engines = engines
        self._clock = clock
        self._code_version = code_version

    def save(self, scenario: Scenario, *, author: str, parent: str | None = None) -> str:
        """Keep a version and return its id; what was saved before stays as it is.

        Raises
        ------
        LeverError: a field that could not be read back (a name too long, a value not finite).
        StoreError: unknown parent, or the store refused.
        """
        body = _readable(scenario)
        row = {
            "id": "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)),
            "parent": parent,
            "name": scenario.name,
            "author": author,
            "created_at": stamp(self._clock),
            "dataset": scenario.dataset[:16],
            "body": body,
            "sha256": hashlib.sha256(body.encode()).hexdigest(),
            "code_version": self._code_version,
        }
        with self._engines.writing() as connection:
            if parent is not None:
                _found(connection, parent)
            connection.execute(table.insert().values(**row))
            add(
                connection,
                "scenario.save",
                at=str(row["created_at"]),
                actor=author,
                subject=str(row["id"]),
                detail={"name": scenario.name, "parent": parent, "sha256": row["sha256"]},
            )
        return str(row["id"])

    def load(self, scenario_id: str) -> Scenario:
        """The scenario of this id.

        Raises
        ------
        StoreError: unknown id, or a text that is not the one that was kept.
        """
        return self.get(scenario_id).scenario

    def get(self, scenario_id: str) -> SavedScenario:
        """The version of this id, with its author, time and history."""
        with self._engines.reading() as connection:
            row = _found(connection, scenario_id)
            parents = _parents(connection)
        return _saved(row, parents)

    def find(self, scenario: Scenario) -> str | None:
        """The newest version that says the same under the same name, on its data or on any."""
        same = [_readable(each) for each in (scenario, replace(scenario, dataset=""))]
        keys = [hashlib.sha256(body.encode()).hexdigest() for body in same]
        wanted = sa.select(table).where(table.c.sha256.in_(keys)).order_by(table.c.seq.desc())
        with self._engines.reading() as connection:
            rows = connection.execute(wanted).all()
        return next((str(row.id) for row in rows if _is_sound(row)), None)

    def list(self, dataset: str | None = None) -> tuple[SavedScenario, ...]:
        """The newest versions (those that nobody edited further), newest first.

        Only those made on ``dataset``, or on any data, when it is given. Two people who saved
        under one name, or edited the same version, both find their own. A damaged version is left
        out; ``load`` tells what is wrong with it.
        """
        wanted = sa.select(table).order_by(table.c.seq.desc())
        if dataset is not None:
            wanted = wanted.where(table.c.dataset.in_((dataset[:16], "")))
        with self._engines.reading() as connection:
            parents = _parents(connection)
            rows = connection.execute(wanted).all()
        # A copy that was taken over to other data does not hide the version it came from.
        edited = {older for row in rows for older in _history(row.id, parents)}
        return tuple(
            _saved(row, parents) for row in rows if row.id not in edited and _is_sound(row)
        )


def _readable(scenario: Scenario) -> str:
    """The text to keep, after reading it back: a row that is kept can always be loaded."""
    try:
        body = to_json(scenario)
    except ValueError:
        raise LeverError("error.scenario.field", field="cards.value", value="NaN") from None
    from_json(body)
    return body


def _is_sound(row: "sa.Row[tuple[object, ...]]") -> bool:
    return bool(hashlib.sha256(row.body.encode()).hexdigest() == row.sha256)


def _found(connection: sa.Connection, scenario_id: str) -> "sa.Row[tuple[object, ...]]":
    wanted = scenario_id.strip().lower()[:16]
    row = connection.execute(sa.select(table).where(table.c.id == wanted)).first()
    if row is None:
        raise StoreError("error.store.unknown_scenario", id=scenario_id[:40])
    return row


def _parents(connection: sa.Connection) -> dict[str, str]:
    known = sa.select(table.c.id, table.c.parent).where(table.c.parent.is_not(None))
    return {row.id: row.parent for row in connection.execute(known)}


def _history(scenario_id: str, parents: dict[str, str]) -> tuple[str, ...]:
    """The versions that a version came from, newest first."""
    found = []
    before = parents.get(scenario_id)
    while before is not None:
        found.append(before)
        before = parents.get(before)
    return tuple(found)


def _saved(row: "sa.Row[tuple[object, ...]]", parents: dict[str, str]) -> SavedScenario:
    if not _is_sound(row):
        raise StoreError("error.store.scenario_damaged", id=row.id)
    return SavedScenario(
        id=row.id,
        parent=row.parent,
        name=row.name,
        author=row.author,
        created_at=row.created_at,
        dataset=row.dataset,
        scenario=from_json(row.body),
        history=_history(row.id, parents),
    )
