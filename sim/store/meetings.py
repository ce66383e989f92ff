"""What a meeting leaves: its agenda, its decisions and actions, what it proposes.

Rows are only added. A change of the agenda, or another proposal, is a new row: the last counts.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa

from sim.errors import CycleError, raise_all
from sim.store import tables
from sim.store.audit import Clock, add, stamp
from sim.store.engine import Engines

LONGEST = 2_000  # characters of a text
MOST = 3  # scenarios that are put to the executive meeting
DAY = 24 * 60  # [min]


class Kind(StrEnum):
    """What was said: the choice of the meeting, or work that somebody took on."""

    DECISION = "decision"
    ACTION = "action"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic of an agenda."""

    title: str
    minutes: int


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One to three saved scenarios for the executive meeting, one of them recommended."""

    scenarios: tuple[str, ...]
    recommended: str
    reasons: str
    author: str = ""
    at: str = ""


class Meetings:
    """Agendas, decisions and proposals in the store, each with a line of the audit."""

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
        return tuple(Topic(**topic) for topic in json.loads(row.body)) if row else ()

    def note(self, dataset: str, noted: Noted, *, author: str) -> None:
        """Keep a decision or an action.

        Raises
        ------
        CycleError: no text, or one that is too long.
        """
        text = _text(noted.text, "error.meeting.no_text")
        values = {
            "kind": noted.kind.value,
            "topic": noted.topic,
            "body": text,
            "owner": noted.owner.strip()[:200],
            "due": noted.due.isoformat() if noted.due else "",
            "scenario": noted.scenario,
        }
        self._add("decision", dataset, author=author, values=values)

    def noted(self, dataset: str) -> tuple[Noted, ...]:
        """The decisions and actions of a data version, newest first."""
        table = tables.decision
        wanted = sa.select(table).where(table.c.dataset == dataset).order_by(table.c.seq.desc())
        with self._engines.reading() as connection:
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
                for row in connection.execute(wanted)
            )

    def propose(self, dataset: str, proposal: Proposal, *, author: str) -> None:
        """Put scenarios to the executive meeting; the former proposal stays in the history.

        Raises
        ------
        CycleError: none or too many scenarios, a recommended one that is not among them, or
            no reasons.
        """
        chosen = list(dict.fromkeys(proposal.scenarios))
        if not 1 <= len(chosen) <= MOST:
            raise CycleError("error.proposal.count", most=MOST, count=len(chosen))
        if proposal.recommended not in chosen:
            raise CycleError("error.proposal.recommended")
        values = {
            "scenarios": json.dumps(chosen),
            "recommended": proposal.recommended,
            "reasons": _text(proposal.reasons, "error.proposal.reasons"),
        }
        self._add("proposal", dataset, author=author, values=values)

    def proposal(self, dataset: str) -> Proposal | None:
        """The current proposal: the last one."""
        row = self._last(tables.proposal, dataset)
        if row is None:
            return None
        return Proposal(
            scenarios=tuple(json.loads(row.scenarios)),
            recommended=row.recommended,
            reasons=row.reasons,
            author=row.author,
            at=row.at,
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


def _faults(topic: Topic) -> list[CycleError]:
    found = []
    if not topic.title.strip():
        found.append(CycleError("error.meeting.no_title"))
    if not 1 <= topic.minutes <= DAY:
        found.append(CycleError("error.meeting.minutes", topic=topic.title[:60]))
    return found


def _text(written: str, missing: str) -> str:
    text = written.strip()
    if not text:
        raise CycleError(missing)
    if len(text) > LONGEST:
        raise CycleError("error.meeting.too_long", most=LONGEST)
    return text
