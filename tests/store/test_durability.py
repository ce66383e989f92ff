"""What survives: a killed process, many threads, a full disk; and how a store is opened."""

import sqlite3
import subprocess
import sys
import threading
from io import StringIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from sim.errors import StoreError
from sim.store import open_store
from sim.store import tables as t
from sim.store.store import HEAD
from tests.store.versions import scenario


def test_the_file_is_in_full_wal_mode(store):
    with store._engines.writing() as connection:
        for pragma, wanted in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == wanted


SAVER = """
import sys
from sim.model.scenario import Scenario
from sim.store import open_store
store = open_store(sys.argv[1])
while True:
    print(store.scenarios.save(Scenario(name="x" * 2000), author=sys.argv[2]), flush=True)
"""


def test_a_killed_process_loses_no_save_that_it_had_acknowledged(url):
    # Both find no store yet: whoever comes second waits for the tables of the first.
    pair = [
        subprocess.Popen(
            [sys.executable, "-c", SAVER, url, name], stdout=subprocess.PIPE, text=True
        )
        for name in ("Anna", "Ben")
    ]
    saved = []
    for process in pair:
        saved += [process.stdout.readline().strip() for _ in range(30)]
    for process in pair:
        process.kill()
        rest, _ = process.communicate()
        # The last line may be cut: only whole lines were acknowledged.
        saved += [line.strip() for line in rest.splitlines(keepends=True) if line[-1] == "\n"]
    store = open_store(url)
    kept = {found.id for found in store.scenarios.list()}
    assert len(saved) >= 60
    assert set(saved) <= kept
    assert store.audit.verify() == len(kept)
    store.close()


def test_a_new_file_that_another_process_is_making_is_waited_for(url):
    path = Path(sa.make_url(url).database)
    path.parent.mkdir()
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE begun (x)")
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO begun VALUES (1)")
    release = threading.Timer(0.4, lambda: other.execute("COMMIT"))
    release.start()
    open_store(url).close()
    release.join()
    other.close()


def test_many_threads_save_without_a_gap_in_the_audit(store):
    def save(name):
        for n in range(10):
            store.scenarios.save(scenario(value=n), author=name)

    threads = [threading.Thread(target=save, args=(f"user {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.scenarios.list()) == store.audit.verify() == 80


def test_a_full_disk_keeps_what_was_saved(store):
    key = store.scenarios.save(scenario(), author="Anna")
    with store._engines.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 4}")
    with pytest.raises(StoreError, match=r"error\.store\.full"):
        store.forecasts.put("big", bytes(200_000))
    assert store.forecasts.get("big") is None
    assert store.scenarios.load(key) == scenario()
    assert store.audit.verify() == 1


# opening


def test_opening_twice_changes_nothing(store, url):
    key = store.scenarios.save(scenario(), author="Anna")
    again = open_store(url)
    assert again.scenarios.load(key) == scenario()
    again.close()


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("nonsense", "error.store.url"),
        ("oracle9://x", "error.store.url"),
        ("sqlite://", "error.store.memory"),
        ("sqlite:////proc/no/such/sop.sqlite", "error.store.unreachable"),
    ],
)
def test_a_store_that_cannot_be_opened_is_a_sentence(url, key):
    with pytest.raises(StoreError) as refused:
        open_store(url)
    assert refused.value.key == key


def test_a_file_that_is_no_database_is_a_sentence(tmp_path):
    path = tmp_path / "sop.sqlite"
    path.write_bytes(b"This is a letter, not a database. " * 100)
    with pytest.raises(StoreError, match=r"error\.store\.damaged"):
        open_store(f"sqlite:///{path}")


def test_a_store_of_a_newer_version_is_left_alone(store, url):
    file = sqlite3.connect(sa.make_url(url).database)
    file.execute("UPDATE alembic_version SET version_num = '9999'")
    file.commit()
    file.close()
    with pytest.raises(StoreError, match=r"error\.store\.newer"):
        open_store(url)


def test_the_migrations_make_the_tables_that_the_code_speaks_of(store):
    found = sa.inspect(store._engines.read)
    for table in t.metadata.sorted_tables:
        columns = {column["name"]: column for column in found.get_columns(table.name)}
        assert list(columns) == list(table.columns.keys())
        for column in table.columns:
            assert columns[column.name]["nullable"] == column.nullable, column
    assert set(found.get_table_names()) == {*t.metadata.tables, "alembic_version"}


def test_the_migrations_can_be_written_for_postgresql():
    printed = StringIO()
    config = Config(output_buffer=printed, stdout=printed)
    folder = Path(__file__).parents[2] / "sim" / "store" / "migrations"
    config.set_main_option("script_location", str(folder))
    config.set_main_option("dialect", "postgresql")
    command.upgrade(config, "head", sql=True)
    text = printed.getvalue()
    assert "content BYTEA NOT NULL" in text
    for table in ("audit", "scenario", "dataset"):
        assert f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}" in text


def test_the_code_knows_the_newest_revision():
    config = Config()
    folder = Path(__file__).parents[2] / "sim" / "store" / "migrations"
    config.set_main_option("script_location", str(folder))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD
