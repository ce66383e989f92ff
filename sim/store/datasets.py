"""Accepted data: versions by content, the list of imports, undo, remembered mappings."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import sqlalchemy as sa

from sim.errors import StoreError
from sim.model.planning_settings import PlanningSettings
from sim.store import tables as t
from sim.store.audit import Clock, add, stamp
from sim.store.content import content_hash, from_parquet, to_parquet
from sim.store.engine import Engines

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetVersion:
    """One accepted version of a company's data."""

    id: str
    name: str
    source: str
    author: str
    created_at: str
    rows: Mapping[str, int]
    current: bool = False
    already_there: bool = False  # the same content had been accepted before


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord:
    """One line of the list of imports. ``kind`` is "import", "typed" or "undo".

    ``stands``: its files are part of the data in use; neither was it undone, nor did the company
    start afresh since. ``detail``: afresh or not, the mode of each table, lines changed by table.
    """

    id: int
    at: str
    author: str
    kind: str
    dataset: str
    files: tuple[Mapping[str, object], ...]  # name, sha256, rows, mapping of each file
    detail: Mapping[str, Any]
    below: int | None  # the record whose version comes back when this one is undone
    stands: bool = False


class Datasets:
    """Versions of the data in the store."""

    def __init__(self, engines: Engines, clock: Clock) -> None:
        self._engines = engines
        self._clock = clock

    def accept(
        self,
        tables: Tables,
        *,
        name: str,
        settings: PlanningSettings,
        source: str,
        author: str,
        files: Sequence[Mapping[str, object]] = (),
        detail: Mapping[str, object] | None = None,
        seen: str | None = None,
        kind: str = "import",
    ) -> DatasetVersion:
        """Keep the tables as a version and make it current; the same content is kept once.

        Tables without a line are left out. ``files`` tells what was loaded: name, sha256, rows
        and mapping of each file; ``detail`` how; ``kind`` that they were files ("import") or a
        grid ("typed"). ``seen`` is the version that the tables were computed from and compared
        with ("" in an empty store); None asks for no comparison.

        Raises
        ------
        StoreError: there is no line; or somebody accepted other data since ``seen``.
        """
        filled = {key: table for key, table in tables.items() if len(table)}
        if not filled:
            raise StoreError("error.store.nothing_to_accept")
        text = settings.to_json()
        sha256 = content_hash(filled, text)
        contents = {key: to_parquet(table) for key, table in filled.items()}
        row = {"id": sha256[:16], "sha256": sha256, "name": name, "source": source}
        row |= {"author": author, "created_at": stamp(self._clock), "settings": text}
        with self._engines.writing() as connection:
            last = _last_import(connection)
            _not_moved(last, seen)
            known = _exists(connection, t.dataset.c.id, sha256[:16])
            if not known:
                connection.execute(t.dataset.insert().values(**row))
                _keep_tables(connection, sha256[:16], filled, contents)
            event: dict[str, Any]
            if last is None or last.dataset != row["id"]:
                event = {"kind": kind, "dataset": sha256[:16], "author": author}
                event |= {"below": last.id if last else None, "at": row["created_at"]}
                _log(connection, event, files=files, detail=detail or {})
            version = _versions(connection, only=sha256[:16])[0]
        return replace(version, already_there=known)

    def list(self) -> tuple[DatasetVersion, ...]:
        """Every version, newest first."""
        with self._engines.reading() as connection:
            return tuple(_versions(connection))

    def latest(self) -> DatasetVersion | None:
        """The current version; None in an empty store."""
        return next((version for version in self.list() if version.current), None)

    def load(self, dataset: str) -> tuple[dict[str, pd.DataFrame], PlanningSettings]:
        """Tables and settings of a version.

        Raises
        ------
        StoreError: unknown version, or bytes that are not those that were kept.
        """
        wanted = (
            sa.select(t.dataset_table.c.name, t.parquet.c.sha256, t.parquet.c.content)
            .join_from(t.dataset_table, t.parquet)
            .where(t.dataset_table.c.dataset == dataset)
            .order_by(t.dataset_table.c.name)
        )
        with self._engines.reading() as connection:
            settings = connection.scalar(
                sa.select(t.dataset.c.settings).where(t.dataset.c.id == dataset)
            )
            rows = connection.execute(wanted).all()
        if settings is None:
            raise StoreError("error.store.unknown_dataset", id=dataset[:40])
        tables = {
            row.name: from_parquet(row.content, sha256=row.sha256, table=row.name) for row in rows
        }
        return tables, PlanningSettings.from_json(settings)

    def imports(self) -> tuple[ImportRecord, ...]:
        """The list of imports, newest first."""
        with self._engines.reading() as connection:
            rows = connection.execute(sa.select(t.import_log).order_by(t.import_log.c.id.desc()))
            return _with_standing(
                [
                    ImportRecord(
                        id=row.id,
                        at=row.at,
                        author=row.author,
                        kind=row.kind,
                        dataset=row.dataset,
                        files=tuple(json.loads(row.files)),
                        detail=json.loads(row.detail),
                        below=row.below,
                    )
                    for row in rows
                ]
            )

    def loaded(self, sha256: Sequence[str]) -> dict[str, ImportRecord]:
        """The import that brought each of these files into the data in use, if one did."""
        found: dict[str, ImportRecord] = {}
        for record in self.imports():
            for file in record.files:
                known = str(file.get("sha256", ""))
                if record.stands and known in sha256:
                    found.setdefault(known, record)
        return found

    def undo_import(self, *, author: str) -> DatasetVersion:
        """Make the version before the last import current again; nothing is deleted.

        Raises
        ------
        StoreError: there is no version before it.
        """
        log = t.import_log
        with self._engines.writing() as connection:
            last = _last_import(connection)
            if last is None or last.below is None:
                raise StoreError("error.store.nothing_to_undo")
            before = connection.execute(sa.select(log).where(log.c.id == last.below)).one()
            event = {"kind": "undo", "dataset": before.dataset, "author": author}
            event |= {"below": before.below, "at": stamp(self._clock)}
            _log(connection, event, files=(), detail={"restores": before.id})
            return _versions(connection, only=before.dataset)[0]

    def remember_mapping(self, signature: str, body: object, *, author: str) -> None:
        """Keep the mapping that a user chose for files of this signature (JSON)."""
        row = {"signature": signature, "at": stamp(self._clock), "author": author}
        text = json.dumps(body, ensure_ascii=False, allow_nan=False)
        with self._engines.writing() as connection:
            connection.execute(t.mapping.insert().values(**row, body=text))

    def mapping(self, signature: str) -> object | None:
        """The last mapping chosen for files of this signature."""
        wanted = (
            sa.select(t.mapping.c.body)
            .where(t.mapping.c.signature == signature)
            .order_by(t.mapping.c.id.desc())
            .limit(1)
        )
        with self._engines.reading() as connection:
            text = connection.scalar(wanted)
        return None if text is None else json.loads(text)


def _exists(connection: sa.Connection, column: sa.Column[str], value: str) -> bool:
    return connection.scalar(sa.select(column).where(column == value)) is not None


def _last_import(connection: sa.Connection) -> sa.Row[Any] | None:
    log = t.import_log
    return connection.execute(sa.select(log).order_by(log.c.id.desc()).limit(1)).first()


def _not_moved(last: sa.Row[Any] | None, seen: str | None) -> None:
    """Refuse what was computed from a version that is no longer the current one."""
    if seen is not None and seen != (last.dataset if last else ""):
        told = dict(last._mapping) if last else {"author": "", "at": ""}
        when = str(told["at"])[:16].replace("T", " ")
        raise StoreError("error.store.moved", who=told["author"], at=when)


def _with_standing(records: list[ImportRecord]) -> tuple[ImportRecord, ...]:
    """The records, those marked whose files the current version still holds."""
    by_id = {record.id: record for record in records}
    standing: set[int] = set()
    at = records[0].id if records else None
    while at is not None:
        record = by_id[at]
        if record.kind == "undo":
            at = record.detail.get("restores")
            continue
        standing.add(at)
        at = None if record.detail.get("afresh") else record.below
    return tuple(replace(record, stands=record.id in standing) for record in records)


def _keep_tables(
    connection: sa.Connection, dataset: str, filled: Tables, contents: Mapping[str, bytes]
) -> None:
    for name, content in contents.items():
        sha256 = hashlib.sha256(content).hexdigest()
        if not _exists(connection, t.parquet.c.sha256, sha256):
            connection.execute(t.parquet.insert().values(sha256=sha256, content=content))
        row = {"dataset": dataset, "name": name, "parquet": sha256, "lines": len(filled[name])}
        connection.execute(t.dataset_table.insert().values(**row))


def _log(
    connection: sa.Connection,
    event: Mapping[str, Any],
    *,
    files: Sequence[Mapping[str, object]],
    detail: Mapping[str, object],
) -> None:
    text = json.dumps(list(files), ensure_ascii=False, default=str)
    how = json.dumps(detail, ensure_ascii=False, allow_nan=False)
    connection.execute(t.import_log.insert().values(**event, files=text, detail=how))
    add(
        connection,
        f"data.{event['kind']}",
        at=event["at"],
        actor=event["author"],
        subject=event["dataset"],
        detail={"files": [str(file.get("name", "")) for file in files]},
    )


def _versions(connection: sa.Connection, *, only: str | None = None) -> list[DatasetVersion]:
    last = _last_import(connection)
    wanted = sa.select(t.dataset).order_by(t.dataset.c.created_at.desc(), t.dataset.c.id)
    if only is not None:
        wanted = wanted.where(t.dataset.c.id == only)
    lines: dict[str, dict[str, int]] = {}
    for row in connection.execute(sa.select(t.dataset_table).order_by(t.dataset_table.c.name)):
        lines.setdefault(row.dataset, {})[row.name] = row.lines
    return [
        DatasetVersion(
            id=row.id,
            name=row.name,
            source=row.source,
            author=row.author,
            created_at=row.created_at,
            rows=lines.get(row.id, {}),
            current=last is not None and last.dataset == row.id,
        )
        for row in connection.execute(wanted)
    ]
