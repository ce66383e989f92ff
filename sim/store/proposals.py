"""What is put to the executive meeting: up to three scenarios, one recommended, with reasons.

A proposal holds the hash of each scenario's text and what it promised that day, so that nobody
changes silently what was proposed. Rows are only added: the last one counts, and one without
scenarios withdraws the proposal before it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import sqlalchemy as sa

from sim.errors import CycleError, StoreError
from sim.store import tables
from sim.store.audit import Clock, add, stamp
from sim.store.engine import Engines
from sim.store.meetings import told

MOST = 3  # scenarios that are put to the executive meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One proposed scenario, as it was when it was proposed."""

    scenario: str
    outcome: str = ""  # hash of its simulated plan
    facts: Mapping[str, float | str | None] = field(default_factory=dict)  # what it promised
    sha256: str = ""  # of its text; the store fills it in


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One to three saved scenarios for the executive meeting, one of them recommended."""

    offers: tuple[Offer, ...]
    recommended: str
    reasons: str
    dataset: str = ""
    author: str = ""
    at: str = ""
    changed: frozenset[str] = frozenset()  # scenarios whose text is not what was proposed

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The ids of the proposed scenarios."""
        return tuple(offer.scenario for offer in self.offers)


class Proposals:
    """Proposals in the store, each with a line of the audit."""

    def __init__(self, engines: Engines, clock: Clock) -> None:
        self._engines = engines
        self._clock = clock

    def propose(self, dataset: str, proposal: Proposal, *, author: str) -> None:
        """Put scenarios to the executive meeting; the former proposal stays in the history.

        Raises
        ------
        CycleError: none or too many scenarios, a recommended one that is not among them, or
            no reasons.
        StoreError: a scenario that is not in this store.
        """
        offers = {offer.scenario: offer for offer in proposal.offers}
        if not 1 <= len(offers) <= MOST:
            raise CycleError("error.proposal.count", most=MOST, count=len(offers))
        if proposal.recommended not in offers:
            raise CycleError("error.proposal.recommended")
        reasons = told(proposal.reasons, "error.proposal.reasons")
        with self._engines.writing() as connection:
            sealed = [_sealed(connection, offer) for offer in offers.values()]
            values = {
                "scenarios": json.dumps(list(offers)),
                "recommended": proposal.recommended,
                "reasons": reasons,
                "offers": json.dumps(sealed, ensure_ascii=False),
            }
            self._add(connection, "proposal", values, dataset=dataset, author=author)

    def withdraw(self, dataset: str, *, reason: str, author: str) -> None:
        """Take back the current proposal; it stays in the history.

        Raises
        ------
        CycleError: nothing is proposed, or no reason.
        """
        if self.current(dataset) is None:
            raise CycleError("error.proposal.nothing")
        values = {
            "scenarios": "[]",
            "recommended": "",
            "reasons": told(reason, "error.proposal.withdrawal"),
            "offers": "[]",
        }
        with self._engines.writing() as connection:
            self._add(connection, "withdrawal", values, dataset=dataset, author=author)

    def current(self, *datasets: str) -> Proposal | None:
        """The proposal that counts for some data versions: the last one, unless withdrawn."""
        table = tables.proposal
        wanted = sa.select(table).where(table.c.dataset.in_(datasets))
        with self._engines.reading() as connection:
            row = connection.execute(wanted.order_by(table.c.seq.desc()).limit(1)).first()
            if row is None or not json.loads(row.scenarios):
                return None
            offers = _offers(row)
            changed = frozenset(offer.scenario for offer in offers if _moved(connection, offer))
        return Proposal(
            offers=offers,
            recommended=row.recommended,
            reasons=row.reasons,
            dataset=row.dataset,
            author=row.author,
            at=row.at,
            changed=changed,
        )

    def _add(
        self,
        connection: sa.Connection,
        action: str,
        values: Mapping[str, str],
        *,
        dataset: str,
        author: str,
    ) -> None:
        at = stamp(self._clock)
        row = {"dataset": dataset, "author": author, "at": at, **values}
        connection.execute(tables.proposal.insert().values(**row))
        add(connection, f"meeting.{action}", at=at, actor=author, subject=dataset, detail=values)


def _offers(row: "sa.Row[tuple[object, ...]]") -> tuple[Offer, ...]:
    kept = {offer["scenario"]: Offer(**offer) for offer in json.loads(row.offers)}
    return tuple(kept.get(one, Offer(scenario=one)) for one in json.loads(row.scenarios))


def _sealed(connection: sa.Connection, offer: Offer) -> Mapping[str, object]:
    sha256 = _sha256(connection, offer.scenario)
    if sha256 is None:
        raise StoreError("error.store.unknown_scenario", id=offer.scenario[:40])
    return {**asdict(offer), "facts": dict(offer.facts), "sha256": sha256}


def _moved(connection: sa.Connection, offer: Offer) -> bool:
    return bool(offer.sha256) and _sha256(connection, offer.scenario) != offer.sha256


def _sha256(connection: sa.Connection, scenario: str) -> str | None:
    """The hash of a scenario's text as it stands in the store now, not the one beside it."""
    table = tables.scenario
    body = connection.scalar(sa.select(table.c.body).where(table.c.id == scenario))
    return None if body is None else hashlib.sha256(body.encode()).hexdigest()
