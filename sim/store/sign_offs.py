"""Sign-offs: who agreed to what at a step of the cycle. A signature is never changed.

Reopening a step withdraws its signatures, and a waiver lets data of low quality be signed: both
are rows of their own, with a reason, and lines of the audit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa

from sim.errors import CycleError, StoreError
from sim.store.audit import Clock, add, stamp
from sim.store.engine import Engines
from sim.store.tables import dataset as dataset_table
from sim.store.tables import sign_off as table

LONGEST = 500  # characters of a reason


class Act(StrEnum):
    """What a row of the table says."""

    SIGNED = "signed"
    WITHDRAWN = "withdrawn"  # all signatures of the step over these data
    WAIVED = "waived"  # the quality that these data should have


_AUDITED = {Act.SIGNED: "sign_off", Act.WITHDRAWN: "reopen", Act.WAIVED: "waive_quality"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """Why somebody reopened a step or let data pass."""

    author: str
    role: str
    at: str
    reason: str

    @property
    def day(self) -> date:
        """Its day, in UTC."""
        return datetime.fromisoformat(self.at).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """One signature and what it stands under: the numbers of a plan on a version of the data."""

    step: str  # of the cycle, such as "supply_review"
    author: str
    at: str
    dataset: str
    mode: str  # of the plan
    outcome: str  # hash of the simulated plan
    role: str = "supply"
    withdrawn: Because | None = None  # None = the step was not reopened since

    @property
    def day(self) -> date:
        """The day of the signature, in UTC."""
        return datetime.fromisoformat(self.at).date()

    def broken_by(self, *, dataset: str, mode: str, outcome: str) -> str:
        """What has changed since: "withdrawn", "dataset", "mode", "outcome", or "" while it holds.

        >>> signed = SignOff(step="s", author="A", at="", dataset="d1", mode="level", outcome="h")
        >>> signed.broken_by(dataset="d1", mode="level", outcome="h")
        ''
        >>> signed.broken_by(dataset="d2", mode="chase", outcome="k")
        'dataset'
        """
        if self.withdrawn is not None:
            return "withdrawn"
        now = {"dataset": dataset, "mode": mode, "outcome": outcome}
        return next((name for name, value in now.items() if getattr(self, name) != value), "")


class SignOffs:
    """Signatures in the store."""

    def __init__(self, engines: Engines, clock: Clock) -> None:
        self._engines = engines
        self._clock = clock

    def sign(
        self, step: str, *, author: str, dataset: str, mode: str, outcome: str, role: str = "supply"
    ) -> SignOff:
        """Keep a signature; those before it stay.

        Raises
        ------
        StoreError: unknown version of the data, or the store refused.
        """
        who = {"author": author, "role": role}
        at = self._add(step, Act.SIGNED, who, dataset=dataset, mode=mode, outcome=outcome)
        about = {"dataset": dataset, "mode": mode, "outcome": outcome}
        return SignOff(step=step, at=at, **who, **about, withdrawn=None)

    def reopen(self, step: str, *, author: str, role: str, dataset: str, reason: str) -> None:
        """Withdraw the signatures of a step over a version of the data.

        Raises
        ------
        CycleError: no reason, or nothing to withdraw.
        """
        who = {"author": author, "role": role, "reason": _reason(reason)}
        standing = next((one for one in self.history(step) if one.dataset == dataset), None)
        if standing is None or standing.withdrawn is not None:
            raise CycleError("error.cycle.not_signed")
        plan = {"mode": standing.mode, "outcome": standing.outcome}
        self._add(step, Act.WITHDRAWN, who, dataset=dataset, **plan)

    def waive(self, step: str, *, author: str, role: str, dataset: str, reason: str) -> None:
        """Let a step be signed although the quality of its data is too low.

        Raises
        ------
        CycleError: no reason.
        StoreError: unknown version of the data.
        """
        who = {"author": author, "role": role, "reason": _reason(reason)}
        self._add(step, Act.WAIVED, who, dataset=dataset, mode="", outcome="")

    def waiver(self, step: str, dataset: str) -> Because | None:
        """The last waiver of a step over a version of the data."""
        rows = (row for row in self._rows(step) if row.act == Act.WAIVED)
        return next((_because(row) for row in rows if row.dataset == dataset), None)

    def latest(self, step: str) -> SignOff | None:
        """The last signature of a step, whatever has changed since; None when there is none."""
        return next(iter(self.history(step)), None)

    def history(self, step: str) -> tuple[SignOff, ...]:
        """Every signature of a step, newest first, and whether it was withdrawn since."""
        withdrawn: dict[str, Because] = {}
        found = []
        for row in self._rows(step):
            if row.act == Act.WITHDRAWN:
                withdrawn[row.dataset] = _because(row)  # the nearest one after each signature
            elif row.act == Act.SIGNED:
                names = ("step", "author", "at", "dataset", "mode", "outcome", "role")
                values = {name: getattr(row, name) for name in names}
                found.append(SignOff(**values, withdrawn=withdrawn.get(row.dataset)))
        return tuple(found)

    def _rows(self, step: str) -> "tuple[sa.Row[tuple[str, ...]], ...]":
        """The rows of a step, newest first."""
        wanted = sa.select(table).where(table.c.step == step).order_by(table.c.seq.desc())
        with self._engines.reading() as connection:
            return tuple(connection.execute(wanted))

    def _add(
        self, step: str, act: Act, who: Mapping[str, str], *, dataset: str, mode: str, outcome: str
    ) -> str:
        """Add a row and its line of the audit; return the moment."""
        at = stamp(self._clock)
        about = {"dataset": dataset, "mode": mode, "outcome": outcome}
        with self._engines.writing() as connection:
            known = sa.select(dataset_table.c.id).where(dataset_table.c.id == dataset)
            if connection.scalar(known) is None:
                raise StoreError("error.store.unknown_dataset", id=dataset[:40])
            row = {"step": step, "at": at, "act": act.value, **who, **about}
            connection.execute(table.insert().values(**row))
            told = {name: value for name, value in who.items() if name != "author"} | about
            actor = who["author"]
            add(connection, _AUDITED[act], at=at, actor=actor, subject=step, detail=told)
        return at


def _reason(written: str) -> str:
    reason = written.strip()[:LONGEST]
    if not reason:
        raise CycleError("error.cycle.no_reason")
    return reason


def _because(row: "sa.Row[tuple[str, ...]]") -> Because:
    return Because(author=row.author, role=row.role, at=row.at, reason=row.reason)
