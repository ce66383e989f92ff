"""Agendas, decisions and proposals: only added, the last one counts, each with its audit."""

import sqlite3
from datetime import date

import pytest
import sqlalchemy as sa

from sim.errors import SopError
from sim.store import open_store
from sim.store.meetings import Kind, Noted, Proposal, Topic

TOPICS = (Topic(title="Demande & été", minutes=10), Topic(title="Fonte", minutes=20))


def test_the_last_agenda_of_a_data_version_counts(store, url):
    assert store.meetings.agenda("d1") == ()
    store.meetings.keep_agenda("d1", TOPICS[:1], author="Anna")
    store.meetings.keep_agenda("d1", TOPICS, author="Ben")
    store.meetings.keep_agenda("d2", (), author="Ben")
    assert open_store(url).meetings.agenda("d1") == TOPICS
    assert store.meetings.agenda("d2") == ()


def test_decisions_and_actions_are_kept_newest_first(store):
    first = Noted(kind=Kind.DECISION, text="Retenir A", topic="Fonte", scenario="abc")
    second = Noted(kind=Kind.ACTION, text="Appeler", owner="Anna", due=date(2027, 2, 12))
    store.meetings.note("d1", first, author="Ben")
    store.meetings.note("d1", second, author="Ben")
    newest, oldest = store.meetings.noted("d1")
    assert (newest.text, newest.owner, newest.due) == ("Appeler", "Anna", date(2027, 2, 12))
    assert (oldest.kind, oldest.topic, oldest.author) == (Kind.DECISION, "Fonte", "Ben")
    assert store.meetings.noted("d2") == ()
    assert [one.action for one in store.audit.entries()] == ["meeting.decision"] * 2
    assert store.audit.verify() == 2


def test_a_later_proposal_replaces_the_former(store):
    assert store.meetings.proposal("d1") is None
    for chosen in (("a", "b"), ("b", "c", "d")):
        made = Proposal(scenarios=chosen, recommended="b", reasons=" Sert mieux ")
        store.meetings.propose("d1", made, author="Anna")
    found = store.meetings.proposal("d1")
    assert (found.scenarios, found.recommended) == (("b", "c", "d"), "b")
    assert (found.reasons, found.author) == ("Sert mieux", "Anna")
    assert store.audit.verify() == 2


@pytest.mark.parametrize(
    ("chosen", "recommended", "reasons", "key"),
    [
        ((), "", "x", "error.proposal.count"),
        (("a", "b", "c", "d"), "a", "x", "error.proposal.count"),
        (("a",), "b", "x", "error.proposal.recommended"),
        (("a",), "a", "  ", "error.proposal.reasons"),
        (("a",), "a", "x" * 2_001, "error.meeting.too_long"),
    ],
)
def test_a_proposal_that_nobody_could_decide_on_is_refused(
    store, chosen, recommended, reasons, key
):
    made = Proposal(scenarios=chosen, recommended=recommended, reasons=reasons)
    with pytest.raises(SopError, match=key.replace(".", r"\.")):
        store.meetings.propose("d1", made, author="")
    assert store.meetings.proposal("d1") is None


@pytest.mark.parametrize("topic", [Topic(title=" ", minutes=5), Topic(title="A", minutes=0)])
def test_a_topic_without_name_or_time_is_refused(store, topic):
    with pytest.raises(SopError):
        store.meetings.keep_agenda("d1", [topic], author="")


def test_rows_are_never_changed(store, url):
    store.meetings.note("d1", Noted(kind=Kind.DECISION, text="A"), author="")
    file = sqlite3.connect(sa.make_url(url).database)
    for change in ("UPDATE decision SET body = 'B'", "DELETE FROM decision"):
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            file.execute(change)
    file.close()
