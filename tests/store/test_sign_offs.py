"""Signatures: kept with the audit, never changed, and no longer valid when something moved."""

import sqlite3

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from sim.errors import StoreError
from sim.store import open_store
from sim.store import tables as t
from sim.store.engine import make_engines
from sim.store.store import _MIGRATIONS
from tests.store import versions

PLAN = {"mode": "chase", "outcome": "a" * 64}


def test_a_signature_comes_back_with_who_and_when(store, url):
    dataset = versions.accept(store).id
    assert store.sign_offs.latest("supply_review") is None
    signed = store.sign_offs.sign("supply_review", author="S. Marchal", dataset=dataset, **PLAN)
    assert open_store(url).sign_offs.latest("supply_review") == signed
    assert store.sign_offs.latest("demand_review") is None
    assert signed.at.startswith("2026-12-05T09")


def test_the_last_signature_counts_and_the_audit_tells_all(store):
    dataset = versions.accept(store).id
    for author in ("Anna", "Ben"):
        store.sign_offs.sign("supply_review", author=author, dataset=dataset, **PLAN)
    assert store.sign_offs.latest("supply_review").author == "Ben"
    told = [line.actor for line in store.audit.entries() if line.action == "sign_off"]
    assert told == ["Ben", "Anna"]
    store.audit.verify()


def test_it_says_what_has_changed_since(store):
    dataset = versions.accept(store).id
    signed = store.sign_offs.sign("supply_review", author="Anna", dataset=dataset, **PLAN)
    now = {"dataset": dataset, **PLAN}
    assert signed.broken_by(**now) == ""
    for name in ("dataset", "mode", "outcome"):
        assert signed.broken_by(**{**now, name: "other"}) == name


def test_data_that_nobody_accepted_cannot_be_signed(store):
    with pytest.raises(StoreError, match=r"error\.store\.unknown_dataset"):
        store.sign_offs.sign("supply_review", author="Anna", dataset="nothing", **PLAN)
    assert store.audit.verify() == 0


def test_signatures_are_never_changed(store, url):
    dataset = versions.accept(store).id
    store.sign_offs.sign("supply_review", author="Anna", dataset=dataset, **PLAN)
    file = sqlite3.connect(sa.make_url(url).database)
    for statement in ("UPDATE sign_off SET author = 'Ben'", "DELETE FROM sign_off"):
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            file.execute(statement)
    file.close()


def test_a_store_from_before_signatures_is_brought_up_to_date(url):
    from sim.store import store as module

    engines = make_engines(url)
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engines.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        assert not sa.inspect(connection).has_table(t.sign_off.name)
    engines.close()
    opened = open_store(url)
    assert module.HEAD == "0005"
    assert opened.sign_offs.latest("supply_review") is None
    opened.close()
