import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from sim.errors import LeverError, StoreError
from sim.model.problem import PlanMode
from sim.model.scenario import Card, Scenario
from sim.store import open_store
from sim.store import tables as t
from sim.store.content import content_hash
from sim.store.store import HEAD
from tests.store import company


def ticking():
    """A clock that moves one second at each look."""
    moment = datetime(2026, 12, 5, 9, 0, tzinfo=UTC)

    def now():
        nonlocal moment
        moment += timedelta(seconds=1)
        return moment

    return now


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'new folder' / 'sop.sqlite'}"


@pytest.fixture
def store(url):
    opened = open_store(url, clock=ticking(), code_version="1")
    yield opened
    opened.close()


def accept(store, *, author="Anna", files=(), **tables):
    return store.accept(
        company.tables(**tables),
        name="Tiny",
        settings=company.settings(),
        source="files",
        author=author,
        files=files,
    )


def scenario(name="A", value=0.1, dataset=""):
    card = Card(id="c1", kind="volume", value=value, note="Ça & là")
    return Scenario(name=name, mode=PlanMode.OPTIMAL, cards=(card,), dataset=dataset)


# data


def test_what_was_accepted_comes_back_as_it_was(store, url):
    version = accept(store)
    store.close()
    again = open_store(url)
    tables, settings = again.load(version.id)
    assert settings == company.settings()
    assert set(tables) == set(company.tables())
    for name, table in company.tables().items():
        pd.testing.assert_frame_equal(tables[name], table, check_dtype=True)
    assert again.latest() == version
    assert version.rows["sales"] == 144
    again.close()


def test_the_same_content_is_kept_once(store):
    first = accept(store)
    again = accept(store, author="Ben")
    assert (first.already_there, again.already_there) == (False, True)
    assert again.id == first.id
    assert again.author == "Anna"
    assert len(store.list()) == 1
    assert len(store.imports()) == 1


def test_one_changed_cell_is_another_version_that_shares_the_other_tables(store):
    first = accept(store)
    stock = company.tables()["stock"]
    stock.loc[1, "on_hand"] = 81.0
    second = accept(store, stock=stock)
    assert second.id != first.id
    assert [version.id for version in store.list()] == [second.id, first.id]
    assert store.latest().id == second.id
    with store._engines.reading() as connection:
        kept = connection.scalar(sa.select(sa.func.count()).select_from(t.parquet))
    assert kept == len(company.tables()) + 1


def test_settings_are_part_of_the_version(store):
    first = accept(store)
    other = store.accept(
        company.tables(), name="x", settings=company.settings(horizon=12), source="", author=""
    )
    assert other.id != first.id


def test_the_content_hash_looks_at_values_only():
    table = pd.DataFrame({"item": ["a", "b"], "n": [1.0, np.nan]})
    same = pd.DataFrame({"n": [1.0, None], "item": ["a", "b"], "empty": [None, None]})
    base = content_hash({"x": table}, "")
    assert content_hash({"x": same.astype({"item": "string"})}, "") == base
    for other in (
        pd.DataFrame({"item": ["ab", ""], "n": [1.0, np.nan]}),
        pd.DataFrame({"item": ["a", "b"], "n": [np.nan, 1.0]}),
        pd.DataFrame({"item": ["a", None], "n": [1.0, np.nan]}),
        table.rename(columns={"n": "m"}),
        table.iloc[::-1],
    ):
        assert content_hash({"x": other}, "") != base


def test_undo_brings_back_the_version_before_and_deletes_nothing(store):
    first = accept(store, files=[{"name": "a.csv", "rows": 3}])
    second = accept(store, stock=None)
    third = accept(store, channel=None)
    assert store.undo_import(author="Ben").id == second.id
    assert store.undo_import(author="Ben").id == first.id
    with pytest.raises(StoreError, match=r"error\.store\.nothing_to_undo"):
        store.undo_import(author="Ben")
    assert store.latest().id == first.id
    assert len(store.list()) == 3
    assert store.load(third.id)[0].keys() == company.tables(channel=None).keys()
    assert [record.kind for record in store.imports()] == ["undo", "undo", *["import"] * 3]
    assert store.imports()[-1].files == ({"name": "a.csv", "rows": 3},)
    # A version that was undone can be loaded again; undo then returns to where one was.
    assert accept(store, channel=None).already_there
    assert store.latest().id == third.id
    assert store.undo_import(author="Ben").id == first.id


def test_nothing_is_accepted_without_a_line(store):
    with pytest.raises(StoreError, match=r"error\.store\.nothing_to_accept"):
        store.accept(
            {"sales": company.sales().head(0)},
            name="",
            settings=company.settings(),
            source="",
            author="",
        )
    assert store.latest() is None


def test_unknown_version(store):
    with pytest.raises(StoreError, match=r"error\.store\.unknown_dataset"):
        store.load("nothing")


def test_bytes_that_changed_on_the_disk_are_noticed(store, url):
    version = accept(store)
    file = sqlite3.connect(sa.make_url(url).database)
    file.execute("DROP TRIGGER parquet_no_update")
    file.execute("UPDATE parquet SET content = CAST(substr(content, 2) AS BLOB)")
    file.commit()
    file.close()
    with pytest.raises(StoreError, match=r"error\.store\.table_damaged"):
        store.load(version.id)


def test_the_newest_mapping_of_a_signature_is_remembered(store):
    assert store.mapping("f1") is None
    store.remember_mapping("f1", {"item": "Réf."}, author="Anna")
    store.remember_mapping("f1", {"item": "Article"}, author="Ben")
    store.remember_mapping("f2", {"item": "SKU"}, author="Ben")
    assert store.mapping("f1") == {"item": "Article"}


# scenarios


def test_a_saved_scenario_comes_back_by_its_id(store, url):
    made = scenario()
    key = store.scenarios.save(made, author="Anna")
    assert len(key) == 10
    assert key.isalnum()
    assert store.scenarios.load(key) == made
    assert store.scenarios.load(f" {key.upper()} ") == made
    assert open_store(url).scenarios.get(key).author == "Anna"


def test_an_edit_is_a_new_version_with_a_parent(store):
    first = store.scenarios.save(scenario(), author="Anna")
    second = store.scenarios.save(scenario(value=0.2), author="Anna", parent=first)
    third = store.scenarios.save(scenario(value=0.3), author="Ben", parent=second)
    (newest,) = store.scenarios.list()
    assert (newest.id, newest.parent, newest.history) == (third, second, (second, first))
    assert store.scenarios.load(first) == scenario()


def test_one_name_by_two_people_and_two_edits_of_one_version_are_all_kept(store):
    first = store.scenarios.save(scenario(), author="Anna")
    other = store.scenarios.save(scenario(), author="Ben")
    left = store.scenarios.save(scenario(value=0.2), author="Anna", parent=first)
    right = store.scenarios.save(scenario(value=0.4), author="Ben", parent=first)
    assert [saved.id for saved in store.scenarios.list()] == [right, left, other]


def test_the_list_of_a_dataset_leaves_out_those_of_other_data(store):
    mine = store.scenarios.save(scenario(dataset="d1"), author="")
    store.scenarios.save(scenario(dataset="d2"), author="")
    free = store.scenarios.save(scenario(), author="")
    assert [saved.id for saved in store.scenarios.list("d1")] == [free, mine]


def test_a_copy_on_other_data_does_not_hide_the_version_it_came_from(store):
    first = store.scenarios.save(scenario(dataset="d1"), author="")
    copy = store.scenarios.save(scenario(dataset="d2"), author="", parent=first)
    assert [saved.id for saved in store.scenarios.list("d1")] == [first]
    assert [saved.id for saved in store.scenarios.list("d2")] == [copy]
    again = store.scenarios.save(scenario(dataset="d1"), author="", parent=copy)
    assert [saved.id for saved in store.scenarios.list("d1")] == [again]


@pytest.mark.parametrize("key", ["", "nothing", "x" * 500, "'; DROP TABLE scenario; --"])
def test_an_unknown_scenario_is_a_sentence(store, key):
    with pytest.raises(StoreError, match=r"error\.store\.unknown_scenario"):
        store.scenarios.load(key)


def test_an_unknown_parent_saves_nothing(store):
    with pytest.raises(StoreError, match=r"error\.store\.unknown_scenario"):
        store.scenarios.save(scenario(), author="", parent="nothing")
    assert store.scenarios.list() == ()
    assert store.audit.verify() == 0


def test_a_scenario_that_could_not_be_read_back_is_refused(store):
    for bad in (scenario(name="x" * 5_000), scenario(value=float("nan"))):
        with pytest.raises(LeverError):
            store.scenarios.save(bad, author="")
    assert store.scenarios.list() == ()


def test_a_damaged_scenario_does_not_hide_the_others(store, url):
    bad, good = (store.scenarios.save(scenario(value=v), author="") for v in (1.0, 2.0))
    file = sqlite3.connect(sa.make_url(url).database)
    file.execute("DROP TRIGGER scenario_no_update")
    file.execute("UPDATE scenario SET body = '{}' WHERE id = ?", (bad,))
    file.commit()
    file.close()
    assert [saved.id for saved in store.scenarios.list()] == [good]
    with pytest.raises(StoreError, match=r"error\.store\.scenario_damaged"):
        store.scenarios.load(bad)


# forecasts


def test_forecasts_are_kept_under_their_key(store):
    assert store.forecasts.get("k") is None
    store.forecasts.put("k", b"one")
    store.forecasts.put("k", b"two")
    assert store.forecasts.get("k") == b"two"


def test_a_damaged_forecast_is_none_so_that_it_is_made_again(store):
    store.forecasts.put("k", b"one")
    with store._engines.writing() as connection:
        connection.execute(t.forecast.update().values(content=b"not one"))
    assert store.forecasts.get("k") is None


# audit and guards


def test_the_audit_tells_who_did_what(store):
    version = accept(store)
    key = store.scenarios.save(scenario(), author="Ben")
    newest, oldest = store.audit.entries()
    assert (newest.action, newest.actor, newest.subject) == ("scenario.save", "Ben", key)
    assert (oldest.action, oldest.actor, oldest.subject) == ("data.import", "Anna", version.id)
    assert store.audit.verify() == 2
    assert store.audit.head() == newest.hash


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET actor = 'Eve' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
        "UPDATE audit SET previous = hash WHERE seq = 3",
    ],
)
def test_a_changed_audit_is_noticed(store, url, tampering):
    for n in range(3):
        store.scenarios.save(scenario(value=n), author="Anna")
    file = sqlite3.connect(sa.make_url(url).database)
    file.execute("DROP TRIGGER audit_no_update")
    file.execute("DROP TRIGGER audit_no_delete")
    file.execute(tampering)
    file.commit()
    file.close()
    with pytest.raises(StoreError, match=r"error\.store\.audit_broken"):
        store.audit.verify()


@pytest.mark.parametrize(
    "table", ["audit", "scenario", "dataset", "dataset_table", "parquet", "import_log", "mapping"]
)
def test_rows_cannot_be_changed_deleted_or_replaced(store, table):
    accept(store)
    store.scenarios.save(scenario(), author="Anna")
    store.remember_mapping("f", {}, author="Anna")
    target = t.metadata.tables[table]
    key = next(iter(target.primary_key))
    for change in (
        target.update().values({key.name: key}),
        target.delete(),
        sa.insert(target)
        .prefix_with("OR REPLACE")
        .from_select(list(target.columns.keys()), sa.select(target)),
    ):
        with pytest.raises(sa.exc.IntegrityError, match="never changed"):  # noqa: SIM117
            with store._engines.writing() as connection:
                connection.execute(change)


def test_the_reading_side_cannot_write(store):
    with pytest.raises(StoreError), store._engines.reading() as connection:
        connection.execute(t.mapping.insert().values(signature="", at="", author="", body=""))


# durability


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
