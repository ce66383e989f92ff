"""The audit and the guards of the tables."""

import sqlite3

import pytest
import sqlalchemy as sa

from sim.errors import StoreError
from sim.store import tables as t
from tests.store.versions import accept, scenario


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
