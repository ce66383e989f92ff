"""Sign-offs: who agreed to what at a step of the cycle. A signature is never changed."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from sim.errors import StoreError
from sim.store.audit import Clock, add, stamp
from sim.store.engine import Engines
from sim.store.tables import dataset as dataset_table
from sim.store.tables import sign_off as table


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """One signature and what it stands under: the numbers of a plan on a version of the data."""

    step: str  # of the cycle, such as "supply_review"
    author: str
    at: str
    dataset: str
    mode: str  # of the plan
    outcome: str  # hash of the simulated plan

    @property
    def day(self) -> date:
        """The day of the signature, in UTC."""
        return datetime.fromisoformat(self.at).date()

    def broken_by(self, *, dataset: str, mode: str, outcome: str) -> str:
        """What has changed since: "dataset", "mode", "outcome", or "" while the signature holds.

        >>> signed = SignOff(step="s", author="A", at="", dataset="d1", mode="level", outcome="h")
        >>> signed.broken_by(dataset="d1", mode="level", outcome="h")
        ''
        >>> signed.broken_by(dataset="d2", mode="chase", outcome="k")
        'dataset'
        """
        now = {"dataset": dataset, "mode": mode, "outcome": outcome}
        return next((name for name, value in now.items() if getattr(self, name) != value), "")


class SignOffs:
    """Signatures in the store."""

    def __init__(self, engines: Engines, clock: Clock) -> None:
        self._engines = engines
        self._clock = clock

    def sign(self, step: str, *, author: str, dataset: str, mode: str, outcome: str) -> SignOff:
        """Keep a signature; those before it stay.

        Raises
        ------
        StoreError: unknown version of the data, or the store refused.
        """
        signed = SignOff(
            step=step,
            author=author,
            at=stamp(self._clock),
            dataset=dataset,
            mode=mode,
            outcome=outcome,
        )
        stands_under = {"dataset": dataset, "mode": mode, "outcome": outcome}
        row = {"step": step, "author": author, "at": signed.at, **stands_under}
        with self._engines.writing() as connection:
            known = sa.select(dataset_table.c.id).where(dataset_table.c.id == dataset)
            if connection.scalar(known) is None:
                raise StoreError("error.store.unknown_dataset", id=dataset[:40])
            connection.execute(table.insert().values(**row))
            add(
                connection,
                "sign_off",
                at=signed.at,
                actor=author,
                subject=step,
                detail=stands_under,
            )
        return signed

    def latest(self, step: str) -> SignOff | None:
        """The last signature of a step, whatever has changed since; None when there is none."""
        wanted = sa.select(table).where(table.c.step == step).order_by(table.c.seq.desc()).limit(1)
        with self._engines.reading() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            return None
        return SignOff(**{name: value for name, value in row._mapping.items() if name != "seq"})
