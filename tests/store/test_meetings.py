"""Agendas, decisions and proposals: only added, the last one counts, each with its audit."""

import sqlite3
from datetime import date

import pytest
import sqlalchemy as sa

from sim.errors import SopError
from sim.model.scenario import Scenario
from sim.store import open_store
from sim.store.meetings import Kind, Noted, Shows, Topic
from sim.store.proposals import Offer, Proposal

TOPICS = (Topic(title="Demande & été", minutes=10), Topic(title="Fonte", minutes=20))


def test_the_last_agenda_of_a_data_version_counts(store, url):
    assert store.meetings.agenda("d1") == ()
    store.meetings.keep_agenda("d1", TOPICS[:1], author="Anna")
    store.meetings.keep_agenda("d1", TOPICS, author="Ben")
    store.meetings.keep_agenda("d2", (), author="Ben")
    assert open_store(url).meetings.agenda("d1") == TOPICS
    assert store.meetings.agenda("d2") == ()


def test_an_agenda_says_what_each_topic_shows(store, url):
    topics = (Topic(title="Choix", minutes=5, shows=Shows.PROPOSAL),)
    store.meetings.keep_agenda("d1", topics, author="")
    assert open_store(url).meetings.agenda("d1") == topics


def test_the_place_of_a_meeting_outlives_its_server(store, url):
    assert store.meetings.place("m1") is None
    for at in (0, 1):
        store.meetings.keep_place("m1", {"at": at, "guesses": {"revenue": "50"}}, dataset="d1")
    store.meetings.keep_place("m2", {"at": 7}, dataset="d1")
    assert open_store(url).meetings.place("m1") == {"at": 1, "guesses": {"revenue": "50"}}
    assert store.audit.entries() == ()  # turning a page is no business of the audit


def test_decisions_and_actions_are_kept_newest_first(store):
    first = Noted(kind=Kind.DECISION, text="Retenir A", topic="Fonte", scenario="abc")
    second = Noted(kind=Kind.ACTION, text="Appeler", owner="Anna", due=date(2027, 2, 12))
    store.meetings.note("d1", first, author="Ben")
    store.meetings.note("d1", second, author="Ben")
    newest, oldest = store.meetings.noted("d1")
    assert (newest.text, newest.owner, newest.due) == ("Appeler", "Anna", date(2027, 2, 12))
    assert (oldest.kind, oldest.topic, oldest.author) == (Kind.DECISION, "Fonte", "Ben")
    assert store.meetings.noted("d2") == ()
    assert len(store.meetings.noted("d2", "d1")) == 2
    assert [one.action for one in store.audit.entries()] == ["meeting.decision"] * 2
    assert store.audit.verify() == 2


def saved(store, *names: str) -> list[str]:
    return [store.scenarios.save(Scenario(name=name, dataset="d1"), author="") for name in names]


def offered(*scenarios: str) -> tuple[Offer, ...]:
    facts = {"gain": 1.5e6, "error": 2e4, "decide_by": "2027-02-12"}
    return tuple(Offer(scenario=one, outcome="o", facts=facts) for one in scenarios)


def test_a_later_proposal_replaces_the_former(store, url):
    a, b, c, d = saved(store, "a", "b", "c", "d")
    assert store.proposals.current("d1") is None
    for chosen in ((a, b), (b, c, d)):
        made = Proposal(offers=offered(*chosen), recommended=b, reasons=" Sert mieux ")
        store.proposals.propose("d1", made, author="Anna")
    found = open_store(url).proposals.current("d1")
    assert (found.scenarios, found.recommended) == ((b, c, d), b)
    assert (found.reasons, found.author, found.dataset) == ("Sert mieux", "Anna", "d1")
    assert found.offers[0].facts["gain"] == 1.5e6
    assert found.changed == frozenset()
    assert store.audit.verify() == 6


def test_a_withdrawn_proposal_counts_no_more_and_stays_in_the_audit(store):
    (a,) = saved(store, "a")
    made = Proposal(offers=offered(a), recommended=a, reasons="x")
    with pytest.raises(SopError, match=r"error\.proposal\.nothing"):
        store.proposals.withdraw("d1", reason="y", author="Ben")
    store.proposals.propose("d1", made, author="Anna")
    with pytest.raises(SopError, match=r"error\.proposal\.withdrawal"):
        store.proposals.withdraw("d1", reason=" ", author="Ben")
    store.proposals.withdraw("d1", reason="Prix revus", author="Ben")
    assert store.proposals.current("d1") is None
    told = store.audit.entries()[0]
    assert (told.action, told.actor) == ("meeting.withdrawal", "Ben")
    assert "Prix revus" in told.detail
    store.proposals.propose("d1", made, author="Anna")
    assert store.proposals.current("d1").scenarios == (a,)


def test_a_scenario_that_was_changed_behind_a_proposal_is_told(store, url):
    (a,) = saved(store, "a")
    store.proposals.propose(
        "d1", Proposal(offers=offered(a), recommended=a, reasons="x"), author=""
    )
    file = sqlite3.connect(sa.make_url(url).database)
    for (trigger,) in file.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'scenario'"
    ).fetchall():
        file.execute(f"DROP TRIGGER {trigger}")
    file.execute("UPDATE scenario SET body = replace(body, 'a', 'b'), sha256 = 'forged'")
    file.commit()
    file.close()
    assert store.proposals.current("d1").changed == {a}


@pytest.mark.parametrize(
    ("chosen", "recommended", "reasons", "key"),
    [
        ((), "", "x", "error.proposal.count"),
        (("a", "b", "c", "d"), "a", "x", "error.proposal.count"),
        (("a",), "b", "x", "error.proposal.recommended"),
        (("a",), "a", "  ", "error.proposal.reasons"),
        (("a",), "a", "x" * 2_001, "error.meeting.too_long"),
        (("a",), "a", "x", "error.store.unknown_scenario"),
    ],
)
def test_a_proposal_that_nobody_could_decide_on_is_refused(
    store, chosen, recommended, reasons, key
):
    made = Proposal(offers=offered(*chosen), recommended=recommended, reasons=reasons)
    with pytest.raises(SopError, match=key.replace(".", r"\.")):
        store.proposals.propose("d1", made, author="")
    assert store.proposals.current("d1") is None


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
