"""Accepted data: versions by content, undo, remembered mappings."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import sim.store
from sim.errors import StoreError
from sim.store import open_store
from sim.store import tables as t
from sim.store.content import content_hash
from sim.store.engine import make_engines
from tests.store import company
from tests.store.versions import accept


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


def test_what_was_computed_from_older_data_is_told_and_nothing_is_lost(store):
    first = accept(store)
    ben = accept(store, author="Ben", seen=first.id, stock=None)
    with pytest.raises(StoreError, match=r"error\.store\.moved.*who=Ben"):
        accept(store, author="Cleo", seen=first.id, channel=None)
    assert store.latest().id == ben.id
    again = accept(store, author="Cleo", seen=ben.id, channel=None)
    assert [version.id for version in store.list()] == [again.id, ben.id, first.id]


def test_of_many_who_accept_at_once_one_is_first_and_all_others_are_told(store):
    first = accept(store)
    tables = company.tables()["stock"]

    def one(number):
        try:
            mine = tables.assign(on_hand=float(number))
            return accept(store, author=f"P{number}", seen=first.id, stock=mine).author
        except StoreError as error:
            return error.key

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(one, range(6)))
    assert found.count("error.store.moved") == 5
    assert store.latest().author in found
    assert len(store.list()) == 2


def test_an_empty_store_is_a_version_to_compare_with_too(store):
    first = accept(store, seen="")
    with pytest.raises(StoreError, match=r"error\.store\.moved"):
        accept(store, seen="", stock=None)
    assert store.latest().id == first.id


def test_a_file_is_known_as_long_as_the_data_in_use_hold_it(store):
    accept(store, files=[{"sha256": "a"}], detail={"afresh": True})
    accept(store, stock=None, files=[{"sha256": "b"}], author="Ben")
    known = store.loaded(["a", "b", "c"])
    assert {sha256: record.author for sha256, record in known.items()} == {"a": "Anna", "b": "Ben"}
    store.undo_import(author="Cleo")
    assert set(store.loaded(["a", "b"])) == {"a"}
    accept(store, channel=None, files=[{"sha256": "b"}])
    assert set(store.loaded(["a", "b"])) == {"a", "b"}
    accept(store, stock=None, channel=None, files=[{"sha256": "d"}], detail={"afresh": True})
    assert set(store.loaded(["a", "b", "d"])) == {"d"}
    store.undo_import(author="Cleo")
    assert set(store.loaded(["a", "b", "d"])) == {"a", "b"}
    assert store.imports()[1].detail == {"afresh": True}


def test_a_list_of_imports_from_before_stays_readable(url):
    config = Config()
    config.set_main_option("script_location", str(Path(sim.store.__file__).parent / "migrations"))
    engines = make_engines(url)
    with engines.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engines.close()
    file = sqlite3.connect(sa.make_url(url).database)
    file.execute("INSERT INTO dataset VALUES ('x', 'x', 'Old', 'upload', 'Anna', '2026', '{}')")
    file.execute(
        "INSERT INTO import_log (at, author, kind, dataset, files)"
        " VALUES ('2026', 'Anna', 'import', 'x', '[]')"
    )
    file.commit()
    file.close()
    store = open_store(url)
    (record,) = store.imports()
    assert (record.author, record.detail, record.stands) == ("Anna", {}, True)
    store.close()
