"""History by SQL: a real PostgreSQL and SQLite; no secret in any message; nothing written."""

import threading
import time
import warnings
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite

from sim.errors import DataError
from sim.ingest import build, inspect, warehouse, warehouse_query
from sim.ingest.history import look_at
from tests.ingest import postgres
from tests.ingest.words import keys, sentences

COLUMNS = {
    "item": "Product",
    "channel": "channel",
    "month": "day",
    "quantity": "qty",
    "revenue": "net value",
}
LINES = [  # Product, channel, day, qty, net value
    ("A1", "Web", "2024-01-05", 3, 30.25),
    ("A1", "Web", "2024-01-31", 4, 40.5),
    ("A1", "Shop", "2024-02-29", 5, 50),
    ("B2", "Web", "2024-02-01", 6, 60),
    ("B2", "Web", "2024-02-02", -2, -20),
    ("B2", "Web", None, 7, 70),
    (None, "Web", "2024-02-02", 8, 80),
]


def _fill(url):
    sales = sa.Table(
        "sales lines",
        sa.MetaData(),
        sa.Column("Product", sa.String),
        sa.Column("channel", sa.String),
        sa.Column("day", sa.Date),
        sa.Column("qty", sa.Numeric(12, 3)),
        sa.Column("net value", sa.Numeric(12, 2)),
    )
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    names = list(COLUMNS.values())
    rows = [dict(zip(names, line, strict=True)) for line in LINES]
    for row in rows:
        day = row["day"]
        row["day"] = None if day is None else date.fromisoformat(day)
        row["qty"], row["net value"] = Decimal(str(row["qty"])), Decimal(str(row["net value"]))
    with engine.begin() as connection:
        sales.create(connection)
        connection.execute(sales.insert(), rows)


@pytest.fixture(scope="module")
def server():
    if postgres.found() is None:
        pytest.skip("NO POSTGRESQL HERE: the warehouse is not tested against a real one")
    with postgres.server() as url:
        _fill(url)
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql("create sequence numbers")
        yield warehouse.open_warehouse("erp", url.render_as_string(hide_password=False))


@pytest.fixture
def file(tmp_path):
    url = f"sqlite:///{tmp_path / 'w.sqlite'}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)  # SQLite keeps decimals as floats
        _fill(url)
    return warehouse.open_warehouse("file", url)


def _sales(history):
    made = build(inspect([("erp", history)]), accept_good_rows=True)
    assert not made.blocking
    return made


def _checked(history):
    made = _sales(history)
    sales = made.tables["sales"]
    rows = [
        (row.item, row.channel, f"{row.month:%Y-%m-%d}", row.quantity, row.revenue)
        for row in sales.itertuples()
    ]
    assert rows == [
        ("A1", "Shop", "2024-02-01", 5.0, 50.0),
        ("A1", "Web", "2024-01-01", 7.0, 70.75),
        ("B2", "Web", "2024-02-01", 6.0, 60.0),
    ]
    assert list(made.tables["returns"]["quantity"]) == [2.0]
    before, after = made.before[0], made.after[0]
    assert (before.rows, before.quantity) == (7, 31.0)
    assert after.rows == 4
    assert {(one.name, one.rows) for one in made.left_out} == {("returned", 1), ("wrong", 2)}
    assert keys(made.problems) == ["error.history.negative", "error.history.unreadable"]
    assert all(sentences(problem) for problem in made.problems)


@pytest.mark.parametrize("adbc", [True, False], ids=["adbc", "sqlalchemy"])
def test_postgresql_adds_up_to_months(server, adbc, monkeypatch):
    if not adbc:
        monkeypatch.setattr(warehouse, "find_spec", lambda name: None)
    history = warehouse.read(server, "sales lines".join(['select * from "', '"']), COLUMNS)
    _checked(history)
    assert history == warehouse.read(server, 'SELECT * FROM "sales lines";', COLUMNS)


def test_both_ways_out_of_postgresql_give_the_same_bytes(server, monkeypatch):
    asked = "select * from \"sales lines\" where channel <> 'a:b % ;)' -- all"
    fast = warehouse.read(server, asked, COLUMNS)
    monkeypatch.setattr(warehouse, "find_spec", lambda name: None)
    assert warehouse.read(server, asked, COLUMNS) == fast


def test_sqlite_adds_up_to_months(file):
    _checked(warehouse.read(file, 'select * from "sales lines"', COLUMNS))


def test_the_first_lines_and_a_guess_of_the_columns(server):
    preview = warehouse.look(server, 'select * from "sales lines"')
    assert [column.name for column in preview.columns] == list(COLUMNS.values())
    guessed = {name: source.column for name, source in preview.mapping.columns.items()}
    assert guessed["item"] == "Product"
    assert guessed["quantity"] == "qty"
    assert warehouse.check(server).startswith("postgresql 1")
    shown = look_at("erp", warehouse.read(server, 'select * from "sales lines"', COLUMNS))
    assert [column.name for column in shown.columns] == list(COLUMNS.values())


@pytest.mark.parametrize(
    "text",
    [
        "drop table x",
        "select 1; drop table x",
        "select 1) as h; drop table x; select (1",
        "select 1 -- ) \n; delete from x",
        "select 'a",
        "select 1 /* ",
        "select (1",
        r"select '\'' ; drop table x --'",
        "select $$a$$",
        "a b",
        "a;b",
        "",
        "a..b",
    ],
)
def test_only_one_select_or_a_table(text):
    with pytest.raises(DataError, match=r"error\.warehouse\.(not_select|several|signs)") as told:
        warehouse_query.first_lines(text, 5)
    assert sentences(told.value)


WRITES = [
    'with x as (delete from "sales lines" returning *) select * from x',
    "select nextval('numbers')",
    "select nextval('numbers'), set_config('transaction_read_only', 'off', false)",
    "select set_config('transaction_read_only', 'off', false), nextval('numbers')",
]


@pytest.fixture(params=[True, False], ids=["adbc", "sqlalchemy"])
def driver(request, monkeypatch):
    monkeypatch.setattr(warehouse, "find_spec", lambda name: request.param or None)


@pytest.mark.parametrize("text", WRITES)
def test_the_session_cannot_write(server, driver, text):
    with pytest.raises(DataError, match=r"warehouse\.refused"):
        warehouse.look(server, text)
    columns = dict.fromkeys(("item", "month", "quantity"), "qty")
    with pytest.raises(DataError, match=r"warehouse\.refused"):
        warehouse.read(server, text, columns)
    left = warehouse.look(server, 'select count(*) as n from "sales lines"')
    assert left.column("n").samples == ("7",)


def test_no_secret_in_a_message(server, caplog, capfd):
    wrong = [
        server.url.set(password=postgres.PASSWORD, database="nowhere"),
        server.url.set(password=postgres.PASSWORD, host="no-such-host.invalid"),
        server.url.set(password=postgres.PASSWORD + "x", username="stranger"),
        server.url.set(password=None, query={"password": postgres.PASSWORD + "y", "bad": "1"}),
    ]
    columns = {"item": "Product", "month": "day", "quantity": "qty"}
    for url in wrong:
        other = warehouse.Warehouse(name="erp", url=url)
        for ask in (
            lambda one=other: warehouse.check(one),
            lambda one=other: warehouse.read(one, 'select * from "sales lines"', columns),
        ):
            with pytest.raises(DataError) as told:
                ask()
            said = " ".join([*sentences(told.value), str(told.value), repr(told.value)])
            assert told.value.__cause__ is None
            assert told.value.__suppress_context__
            for secret in ("s3cr3t", "s3cr3t%2F"):
                assert secret not in said + repr(other) + caplog.text + str(capfd.readouterr())


@pytest.mark.parametrize(
    "address", ["no address s3cr3t", "x://u:s3cr3t@h:port/d", {"port": "s3cr3t"}]
)
def test_an_address_that_is_none_is_not_repeated(address):
    with pytest.raises(DataError) as told:
        warehouse.check(warehouse.open_warehouse("erp", address))
    assert "s3cr3t" not in " ".join([*sentences(told.value), str(told.value)])


def test_a_connection_of_secrets_is_put_together():
    fields = {"dialect": "postgresql", "host": "h", "port": "5433", "username": "u"}
    fields |= {"password": "p@/:", "database": "d"}
    made = warehouse.open_warehouse("erp", fields)
    assert made.url == sa.make_url("postgresql+psycopg://u:p%40%2F%3A@h:5433/d")
    assert made == warehouse.open_warehouse("erp", {"url": "postgresql://u:p%40%2F%3A@h:5433/d"})


def test_a_long_question_is_stopped_in_the_database(server, driver):
    slow = "select 'a' as item, current_date as day, one.x as qty"
    slow += " from (select 1 as x, pg_sleep(60)) as one"
    columns = {"item": "item", "month": "day", "quantity": "qty"}
    cancel = threading.Event()
    threading.Timer(0.6, cancel.set).start()
    begun = time.monotonic()
    with pytest.raises(DataError, match="cancelled"):
        warehouse.read(server, slow, columns, cancel=cancel)
    assert time.monotonic() - begun < 10
    asleep = "select count(*) as n from pg_stat_activity where state = 'active'"
    asleep += " and query like '%pg_sleep(60)%' and pid <> pg_backend_pid()"
    assert warehouse.look(server, asleep).column("n").samples == ("0",)


def test_a_question_ends_by_itself(server, monkeypatch):
    limits = ("SET TRANSACTION READ ONLY", "SET LOCAL statement_timeout = 300")
    assert any("statement_timeout" in one for one in warehouse._SESSION["postgresql"])
    monkeypatch.setattr(warehouse, "_SESSION", {"postgresql": limits})
    with pytest.raises(DataError, match="timeout"):
        warehouse.look(server, "select pg_sleep(30)")


def test_too_many_lines_are_refused(server, monkeypatch):
    monkeypatch.setattr("sim.ingest.history.MOST_LINES", 3)
    with pytest.raises(DataError, match="too_long"):
        warehouse.read(server, 'select * from "sales lines"', COLUMNS)


def test_a_column_that_is_not_said_or_not_there(server):
    with pytest.raises(DataError, match=r"history\.column"):
        warehouse.read(server, 'select * from "sales lines"', {"item": "Product"})
    with pytest.raises(DataError, match="nothing"):
        warehouse.read(server, 'select * from "sales lines"', COLUMNS | {"item": 'nothing"; drop'})


@pytest.mark.parametrize("dialect", [mssql, mysql, oracle, postgresql, sqlite])
def test_every_dialect_gets_its_own_words(dialect):
    asked = warehouse_query.monthly("erp.sales", {"item": 'a"b`]', "month": "d", "quantity": "q"})
    written = str(asked.compile(dialect=dialect.dialect(), compile_kwargs={"literal_binds": True}))
    assert "GROUP BY" in written
    month = {
        "mssql": "datefromparts(year(",
        "mysql": "date_format(",
        "oracle": "trunc(",
        "postgresql": "date_trunc(",
        "sqlite": "'start of month'",
    }
    assert month[dialect.dialect.name] in written
    quoted = {"mysql": '`a"b``]`', "mssql": '[a"b`]]]'}.get(dialect.dialect.name, '"a""b`]"')
    assert quoted in written


def test_numbers_as_codes_and_no_channel(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'n.sqlite'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("create table s (item integer, at text, qty real)")
        connection.exec_driver_sql("insert into s values (12, '2024-03-04 10:11:12', 2.5)")
    engine.dispose()
    made = warehouse.open_warehouse("n", f"sqlite:///{tmp_path / 'n.sqlite'}")
    history = warehouse.read(made, "s", {"item": "item", "month": "at", "quantity": "qty"})
    assert pa.ipc.open_stream(history).read_all()["last_day"].to_pylist()[0].day == 4
    row = next(_sales(history).tables["sales"].itertuples())
    assert (row.item, row.channel, row.quantity, f"{row.month:%Y-%m}") == (
        "12",
        "All",
        2.5,
        "2024-03",
    )
