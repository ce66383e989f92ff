"""History from any database that SQLAlchemy can reach, added up there and read as Arrow.

The address is a secret of the server: it is never kept, logged, shown or part of an error.
"""

import contextlib
import csv
import io
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any
from urllib.parse import quote, quote_plus

import pyarrow as pa
import sqlalchemy as sa

from sim.errors import DataError
from sim.ingest import warehouse_query
from sim.ingest.history import REQUIRED, Columns, History, as_monthly, pack
from sim.ingest.history_query import SECONDS, patiently
from sim.ingest.history_sources import guessed, usable_columns
from sim.ingest.preview import FilePreview, inspect

_SAMPLE = 200  # lines that are looked at
_CHUNK = 50_000  # lines fetched at once without ADBC
# What makes a session of each database unable to write, and end by itself.
_SESSION: Mapping[str, tuple[str, ...]] = {
    "postgresql": ("SET TRANSACTION READ ONLY", f"SET LOCAL statement_timeout = {SECONDS * 1000}"),
    "mysql": (f"SET SESSION max_execution_time = {SECONDS * 1000}", "START TRANSACTION READ ONLY"),
    "mariadb": (f"SET SESSION max_statement_time = {SECONDS}", "START TRANSACTION READ ONLY"),
    "oracle": ("SET TRANSACTION READ ONLY",),
    "sqlite": ("PRAGMA query_only = ON",),
}
_USER = re.compile(r"//[^/@\s]*@")
_SECRET = re.compile(r"pass|pwd|secret|token|key", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warehouse:
    """A database to read from, by the name of its connection."""

    name: str
    url: sa.URL = field(repr=False)

    def scrubbed(self, text: str) -> str:
        """A message of a driver, short and without anything secret of the address."""
        secrets = [str(self.url.password or "")]
        secrets += [str(v) for k, v in self.url.query.items() if _SECRET.search(k)]
        for secret in sorted(filter(None, secrets), key=len, reverse=True):
            for written in {secret, quote(secret, safe=""), quote_plus(secret)}:
                text = text.replace(written, "***")
        return _USER.sub("//***@", " ".join(text.split()))[:200]


def open_warehouse(name: str, address: str | Mapping[str, Any]) -> Warehouse:
    """A warehouse by its URL, or by the fields of a connection in secrets.toml.

    Raises
    ------
    DataError: it is no address; the sentence does not repeat it.
    """
    try:
        if isinstance(address, str):
            url = sa.make_url(address)
        elif "url" in address:
            url = sa.make_url(str(address["url"]))
        else:
            driver = "+".join(str(address[k]) for k in ("dialect", "driver") if address.get(k))
            port = address.get("port")
            url = sa.URL.create(
                driver,
                username=address.get("username"),
                password=address.get("password"),
                host=address.get("host"),
                port=int(port) if port else None,
                database=address.get("database"),
                query=dict(address.get("query", {})),
            )
        if url.drivername == "postgresql":  # SQLAlchemy would look for psycopg2
            url = url.set(drivername="postgresql+psycopg")
    except (sa.exc.ArgumentError, ValueError, TypeError):
        raise DataError("error.warehouse.url") from None
    return Warehouse(name=name, url=url)


def check(warehouse: Warehouse) -> str:
    """Connect and ask for one number; the kind of database and its version.

    Raises
    ------
    DataError: no driver, no way in, or no answer.
    """
    with _reading(warehouse, []) as connection:
        connection.execute(sa.select(1)).scalar()
        version = connection.dialect.server_version_info or ()
        return f"{connection.dialect.name} {'.'.join(map(str, version))}".strip()


def look(warehouse: Warehouse, text: str, *, cancel: threading.Event | None = None) -> FilePreview:
    """The first lines of a table or a SELECT, with a guessed mapping to sales.

    Raises
    ------
    DataError: it is no table and no single SELECT, or the warehouse refuses.
    """
    asked = warehouse_query.first_lines(text, _SAMPLE)

    def work(drivers: list[Any]) -> bytes:
        out = io.StringIO(newline="")
        with _reading(warehouse, drivers) as connection:
            found = connection.execute(asked)
            csv.writer(out).writerows([[*found.keys()], *found.fetchall()])
        return out.getvalue().encode()

    preview = inspect([(label(warehouse, text), _waited(work, warehouse, cancel))])[0]
    if preview.error is not None:
        raise preview.error
    return guessed(preview)


def read(
    warehouse: Warehouse,
    text: str,
    columns: Columns | None = None,
    *,
    cancel: threading.Event | None = None,
) -> History:
    """Let the warehouse add its lines up to months, and take the result.

    Parameters
    ----------
    warehouse, text : where, and a table or one SELECT
    columns : canonical column -> column of the source; guessed from its first lines when None
    cancel : set to stop

    Raises
    ------
    DataError: as ``look``; or a column is missing, or there are no lines or too many.
    """
    if columns is None:
        columns = usable_columns(look(warehouse, text, cancel=cancel).mapping)
    chosen = {name: column for name, column in columns.items() if column}
    for name in REQUIRED:
        if name not in chosen:
            raise DataError("error.history.column", file=label(warehouse, text), column=name)
    asked = warehouse_query.monthly(text, chosen)
    fast = warehouse.url.get_backend_name() == "postgresql" and find_spec("adbc_driver_postgresql")

    def work(drivers: list[Any]) -> pa.Table:
        return (_by_adbc if fast else _by_rows)(warehouse, asked, drivers)

    monthly = as_monthly(_waited(work, warehouse, cancel))
    return pack(monthly, kind="sql", columns=chosen, examples=["NULL"])


def label(warehouse: Warehouse, text: str) -> str:
    """What a source is called in the list of imports: its connection and its table or SELECT.

    >>> label(open_warehouse("erp", "sqlite://"), "select  a from b")
    'erp: select a from b'
    """
    return f"{warehouse.name}: {' '.join(text.split())[:60]}"


def _waited(
    work: Callable[[list[Any]], Any], warehouse: Warehouse, cancel: threading.Event | None
) -> Any:
    """Work in a thread of its own, stopped in the database when nobody wants it any more."""
    drivers: list[Any] = []

    def look_up() -> None:
        if cancel is None or not cancel.is_set():
            return
        for driver in drivers[:1]:
            for name in ("adbc_cancel", "cancel", "interrupt"):
                if hasattr(driver, name):
                    with contextlib.suppress(Exception):  # it may have ended by itself just now
                        getattr(driver, name)()
                    break

    try:
        return patiently(lambda: work(drivers), look_up)
    except DataError:
        if cancel is not None and cancel.is_set():
            raise DataError("error.history.cancelled", file=warehouse.name) from None
        raise


@contextmanager
def _refusals(warehouse: Warehouse) -> Iterator[None]:
    """Whatever a driver says, in one scrubbed sentence without its trace."""
    try:
        yield
    except DataError:
        raise
    except (ImportError, sa.exc.NoSuchModuleError) as error:
        raise DataError("error.warehouse.driver", detail=warehouse.scrubbed(str(error))) from None
    except Exception as error:  # every driver has errors of its own
        said = str(getattr(error, "orig", None) or error)
        raise DataError("error.warehouse.refused", detail=warehouse.scrubbed(said)) from None


@contextmanager
def _reading(warehouse: Warehouse, drivers: list[Any]) -> Iterator[sa.Connection]:
    """A session that cannot write and ends by itself; its driver is put into ``drivers``."""
    with _refusals(warehouse):
        engine = sa.create_engine(warehouse.url, poolclass=sa.NullPool, hide_parameters=True)
        with engine.connect() as connection:
            drivers.append(connection.connection.driver_connection)
            for statement in _SESSION.get(engine.dialect.name, ()):
                connection.exec_driver_sql(statement)
            yield connection


def _by_rows(warehouse: Warehouse, asked: sa.Select[Any], drivers: list[Any]) -> pa.Table:
    schema = pa.schema([(column.name, _type(column.name)) for column in asked.selected_columns])
    batches: list[pa.RecordBatch] = []
    with _reading(warehouse, drivers) as connection:
        found = connection.execution_options(yield_per=_CHUNK).execute(asked)
        for rows in found.partitions():
            arrays = [
                _array(list(values), kind)
                for values, kind in zip(zip(*rows, strict=True), schema.types, strict=True)
            ]
            batches.append(pa.record_batch(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema)


def _type(name: str) -> pa.DataType:
    if name in {"quantity", "revenue"}:
        return pa.float64()
    return pa.int64() if name in {"state", "lines"} else pa.string()


def _array(values: Sequence[Any], kind: pa.DataType) -> "pa.Array[Any]":
    if kind == pa.string():  # codes may be numbers, days may be text or time stamps
        values = [None if value is None else str(value) for value in values]
    elif kind == pa.float64():  # sums may be decimals
        values = [None if value is None else float(value) for value in values]
    return pa.array(values, kind)


def _by_adbc(warehouse: Warehouse, asked: sa.Select[Any], drivers: list[Any]) -> pa.Table:
    """PostgreSQL straight to Arrow; the statement is the same, with its constants written in."""
    from adbc_driver_postgresql import dbapi

    literal = {"literal_binds": True}
    # Named parameters, so that nothing in the statement is doubled for a driver's sake.
    made: Any = warehouse.url.get_dialect()
    plain = made(paramstyle="named")
    written = str(asked.compile(dialect=plain, compile_kwargs=literal))
    address = warehouse.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with (
        _refusals(warehouse),
        dbapi.connect(address) as connection,
        connection.cursor() as cursor,
    ):
        drivers.append(cursor)
        for statement in _SESSION["postgresql"]:
            cursor.execute(statement)
        cursor.execute(written)
        table: pa.Table = cursor.fetch_arrow_table()
        return table
