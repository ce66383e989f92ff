"""Signatures: kept with the audit, never changed, and no longer valid when something moved."""

import sqlite3

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from sim.errors import CycleError, StoreError
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
    assert module.HEAD == "0006"
    assert opened.sign_offs.latest("supply_review") is None
    opened.close()


def test_reopening_needs_a_reason_and_withdraws_what_was_signed_before(store):
    first, other = (versions.accept(store, **one).id for one in ({}, {"stock": None}))
    who = {"author": "Anna", "role": "coordinator"}
    with pytest.raises(CycleError, match=r"error\.cycle\.not_signed"):
        store.sign_offs.reopen("supply_review", **who, dataset=first, reason="too early")
    for dataset in (first, other, first):
        store.sign_offs.sign("supply_review", author="Ben", dataset=dataset, **PLAN)
    with pytest.raises(CycleError, match=r"error\.cycle\.no_reason"):
        store.sign_offs.reopen("supply_review", **who, dataset=first, reason="  ")
    store.sign_offs.reopen("supply_review", **who, dataset=first, reason="a press broke down")
    latest, elsewhere, oldest = store.sign_offs.history("supply_review")
    assert latest.withdrawn == oldest.withdrawn
    assert (latest.withdrawn.author, latest.withdrawn.reason) == ("Anna", "a press broke down")
    assert latest.broken_by(dataset=first, **PLAN) == "withdrawn"
    assert elsewhere.withdrawn is None  # a signature over other data is another one
    again = store.sign_offs.sign("supply_review", author="Ben", dataset=first, **PLAN)
    assert store.sign_offs.latest("supply_review") == again
    line = next(line for line in store.audit.entries() if line.action == "reopen")
    assert "a press broke down" in line.detail
    store.audit.verify()


def test_a_waiver_needs_a_reason_and_counts_for_its_data_only(store):
    dataset = versions.accept(store).id
    who = {"author": "Anna", "role": "supply", "dataset": dataset}
    assert store.sign_offs.waiver("supply_review", dataset) is None
    with pytest.raises(CycleError, match=r"error\.cycle\.no_reason"):
        store.sign_offs.waive("supply_review", **who, reason="")
    store.sign_offs.waive("supply_review", **who, reason="prices come on Monday")
    assert store.sign_offs.waiver("supply_review", dataset).reason == "prices come on Monday"
    assert store.sign_offs.waiver("supply_review", "other") is None
    assert store.sign_offs.waiver("demand_review", dataset) is None
    assert store.sign_offs.latest("supply_review") is None  # a waiver is no signature
    assert store.audit.entries(limit=1)[0].action == "waive_quality"


def test_signatures_from_before_roles_are_those_of_the_supply_lead(url):
    engines = make_engines(url)
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engines.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
    engines.close()
    file = sqlite3.connect(sa.make_url(url).database)
    row = "VALUES (1, 'supply_review', 'Anna', '2026-12-05T09:00+00:00', 'd', 'chase', 'h')"
    file.execute(f"INSERT INTO sign_off (seq, step, author, at, dataset, mode, outcome) {row}")
    file.commit()
    file.close()
    opened = open_store(url)
    (kept,) = opened.sign_offs.history("supply_review")
    assert (kept.author, kept.role, kept.withdrawn) == ("Anna", "supply", None)
    opened.close()
