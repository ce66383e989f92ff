"""The durable store behind one URL: data, scenarios, sign-offs, forecasts, audit."""

from pathlib import Path

import sqlalchemy as sa

from sim.errors import StoreError
from sim.store.audit import Audit, Clock, utc_now
from sim.store.datasets import Datasets
from sim.store.engine import Engines, make_engines, refusals
from sim.store.forecasts import Forecasts
from sim.store.meetings import Meetings
from sim.store.proposals import Proposals
from sim.store.scenarios import Scenarios
from sim.store.sign_offs import SignOffs

_MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0006"  # newest revision of the migrations


class Store(Datasets):
    """Everything that must survive: data, scenarios, sign-offs, meetings, forecasts, audit."""

    def __init__(self, engines: Engines, clock: Clock, *, code_version: str) -> None:
        super().__init__(engines, clock)
        self.scenarios = Scenarios(engines, clock, code_version=code_version)
        self.sign_offs = SignOffs(engines, clock)
        self.forecasts = Forecasts(engines, clock)
        self.meetings = Meetings(engines, clock)
        self.proposals = Proposals(engines, clock)
        self.audit = Audit(engines)

    def close(self) -> None:
        """Give the connections back."""
        self._engines.close()


def open_store(url: str, *, clock: Clock = utc_now, code_version: str = "") -> Store:
    """The store behind a SQLAlchemy URL; its tables are made or brought up to date.

    Raises
    ------
    StoreError: unreachable, damaged, or written by a newer version of the product.
    """
    engines = make_engines(url)
    try:
        if _revision(engines) != HEAD:
            _migrate(engines)
    except StoreError:
        engines.close()
        raise
    return Store(engines, clock, code_version=code_version)


def _revision(engines: Engines) -> str | None:
    # Read from the writing side: a SQLite file that is not there yet must be made.
    with refusals(), engines.write.connect() as connection:
        return _revision_of(connection)


def _revision_of(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version = sa.table("alembic_version", sa.column("version_num", sa.String))
    return connection.scalar(sa.select(version.c.version_num))


def _migrate(engines: Engines) -> None:
    # Imported here: an up-to-date store opens without it.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engines.writing() as connection:
        # Another process may have done it while this one waited for its turn.
        if _revision_of(connection) == HEAD:
            return
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError:
            raise StoreError("error.store.newer") from None
