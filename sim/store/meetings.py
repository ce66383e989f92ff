"""What a meeting leaves: its agenda, its place, its decisions and actions.

Rows are only added. A change of the agenda, or another topic, is a new row: the last counts.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from sim.errors import CycleError, raise_all
from sim.store import tables
from sim.store.audit import Clock, add, stamp
from sim.store.engine import Engines

LONGEST = 2_000  # characters of a text
DAY = 24 * 60  # [min]


class Kind(StrEnum):
    """What was said: the choice of the meeting, or work that somebody took on."""

    DECISION = "decision"
    ACTION = "action"


class Shows(StrEnum):
    """What a topic puts on the screen under the KPI cards."""

    SERVICE = "service"  # demand and supply, service
    LIMITS = "limits"  # load, stock
    MONEY = "money"  # demand and supply, margin
    PROPOSAL = "proposal"  # the proposed scenarios side by side


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic of an agenda."""

    title: str
    minutes: int
    shows: Shows = Shows.SERVICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A decision or an action as it is written down."""

    kind: Kind
    text: str
    topic: str = ""
    owner: str = ""
    due: date | None = None
    scenario: str = ""  # the saved scenario that was on the screen
    author: str = ""
    at: str = ""


class Meetings:
    """Agendas, places and decisions in the store. Agendas and decisions are in the audit, too."""

    def __init__(self, engines: Engines, clock: Clock) -> None:
        self._engines = engines
        self._clock = clock

    def keep_agenda(self, dataset: str, topics: Sequence[Topic], *, author: str) -> None:
        """Keep the agenda of the meetings over a data version.

        Raises
        ------
        CycleError, SopErrors: a topic without a name, or minutes that no meeting has.
        """
        raise_all([error for topic in topics for error in _faults(topic)])
        body = json.dumps([asdict(topic) for topic in topics], ensure_ascii=False)
        self._add("agenda", dataset, author=author, values={"body": body})

    def agenda(self, dataset: str) -> tuple[Topic, ...]:
        """The agenda that was kept last; () = none."""
        row = self._last(tables.agenda, dataset)
        return tuple(_topic(topic) for topic in json.loads(row.body)) if row else ()

    def keep_place(self, meeting: str, body: Mapping[str, object], *, dataset: str) -> None:
        """Keep where a meeting stands."""
        row = {"meeting": meeting, "dataset": dataset, "at": stamp(self._clock)}
        kept = json.dumps(body, ensure_ascii=False)
        with self._engines.writing() as connection:
            connection.execute(tables.meeting_place.insert().values(**row, body=kept))

    def place(self, meeting: str) -> Mapping[str, Any] | None:
        """Where a meeting stood last; None = there is no such meeting."""
        table = tables.meeting_place
        wanted = sa.select(table.c.body).where(table.c.meeting == meeting[:32])
        with self._engines.reading() as connection:
            body = connection.scalar(wanted.order_by(table.c.seq.desc()).limit(1))
        found: Mapping[str, Any] | None = json.loads(body) if body else None
        return found

    def note(self, dataset: str, noted: Noted, *, author: str) -> None:
        """Keep a decision or an action.

        Raises
        ------
        CycleError: no text, or one that is too long.
        """
        text = told(noted.text, "error.meeting.no_text")
        values = {
            "kind": noted.kind.value,
            "topic": noted.topic,
            "body": text,
            "owner": noted.owner.strip()[:200],
            "due": noted.due.isoformat() if noted.due else "",
            "scenario": noted.scenario,
        }
        self._add("decision", dataset, author=author, values=values)

    def noted(self, *datasets: str) -> tuple[Noted, ...]:
        """The decisions and actions over some data versions, newest first."""
        table = tables.decision
        wanted = sa.select(table).where(table.c.dataset.in_(datasets))
        with self._engines.reading() as connection:
            rows = connection.execute(wanted.order_by(table.c.seq.desc())).all()
        return tuple(
            Noted(
                kind=Kind(row.kind),
                text=row.body,
                topic=row.topic,
                owner=row.owner,
                due=date.fromisoformat(row.due) if row.due else None,
                scenario=row.scenario,
                author=row.author,
                at=row.at,
            )
            for row in rows
        )

    def _add(self, name: str, dataset: str, *, author: str, values: dict[str, str]) -> None:
        at = stamp(self._clock)
        row = {"dataset": dataset, "author": author, "at": at, **values}
        with self._engines.writing() as connection:
            connection.execute(tables.metadata.tables[name].insert().values(**row))
            add(connection, f"meeting.{name}", at=at, actor=author, subject=dataset, detail=values)

    def _last(self, table: sa.Table, dataset: str) -> "sa.Row[tuple[object, ...]] | None":
        wanted = sa.select(table).where(table.c.dataset == dataset).order_by(table.c.seq.desc())
        with self._engines.reading() as connection:
            return connection.execute(wanted.limit(1)).first()


def _topic(body: Mapping[str, Any]) -> Topic:
    """A topic as it was kept; agendas from before the screens had none."""
    return Topic(**{**body, "shows": Shows(body.get("shows", Shows.SERVICE))})


def _faults(topic: Topic) -> list[CycleError]:
    found = []
    if not topic.title.strip():
        found.append(CycleError("error.meeting.no_title"))
    if not 1 <= topic.minutes <= DAY:
        found.append(CycleError("error.meeting.minutes", topic=topic.title[:60]))
    return found


def told(written: str, missing: str) -> str:
    """A text that says something and has room.

    Raises
    ------
    CycleError: nothing was written, or too much.
    """
    text = written.strip()
    if not text:
        raise CycleError(missing)
    if len(text) > LONGEST:
        raise CycleError("error.meeting.too_long", most=LONGEST)
    return text
