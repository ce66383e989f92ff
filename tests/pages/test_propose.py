"""What is put to the executive meeting: computed reasons, at most three, withdrawn, told stale."""

import json
from dataclasses import replace

from streamlit.testing.v1 import AppTest

from sim.model.scenario import Card, Scenario
from sim.report.text import text_for
from sim.store.proposals import Proposals
from sim.ui import data, proposing, results, scenarios
from tests.pages.test_meeting import saved
from tests.pages.test_pages import words


def opened(visit, ids: list[str]) -> AppTest:
    """The compare page with the form of the proposal."""
    app = visit("compare", ids=",".join(ids))
    app.session_state["propose.open"] = True
    return app.run()


def propose(visit, ids: list[str]) -> AppTest:
    app = opened(visit, ids)
    app.multiselect(key="propose.chosen").set_value(ids).run()
    app.radio(key="propose.best").set_value(ids[-1]).run()
    app.text_area(key="propose.reasons").set_value("Sert *mieux*").run()
    return app.button(key="propose.confirm").click().run()


def test_the_reasons_are_computed_and_kept_with_the_users_words(visit) -> None:
    app = visit("pre_sop")
    ids = saved(app, "Un", "Deux")
    dataset = app.session_state["room"].dataset
    assert not propose(visit, ids).error
    found, problem = proposing.current(dataset), data.problem(dataset)
    offer = found.offers[-1]
    scenario = data.store().scenarios.load(offer.scenario)
    gain = results.differences(problem, scenario)[results.kpi.Kpi.NET_MARGIN]
    assert (offer.facts["gain"], offer.facts["gain_error"]) == (gain.mean, gain.error)
    assert offer.outcome == results.outcome(problem, scenario).hash
    assert len(offer.sha256) == 64
    for lang, wanted in (("fr", "de marge nette"), ("en", "of net margin")):
        told = proposing.told(text_for(lang), found, dataset)
        assert "Sert \\*mieux\\*" in told[0]
        assert wanted in told[1]
        assert "±" in told[1]
        assert all("warning" not in one for one in told)
        assert wanted in words(visit("cockpit", lang))


def test_a_fourth_scenario_is_refused_in_one_sentence(visit) -> None:
    ids = saved(visit("pre_sop"), "Un", "Deux", "Trois", "Quatre")
    app = opened(visit, ids)
    app.multiselect(key="propose.chosen").set_value(ids).run()
    (said,) = [one.value for one in app.error]
    assert "un à 3" in said
    assert app.button(key="propose.confirm").disabled
    app.multiselect(key="propose.chosen").set_value(ids[:3]).run()
    assert not app.error
    assert not app.button(key="propose.confirm").disabled


def test_a_proposal_is_withdrawn_with_a_reason(visit) -> None:
    app = visit("pre_sop")
    dataset, ids = app.session_state["room"].dataset, saved(app, "Un")
    propose(visit, ids)
    other = opened(visit, ids)
    other.button(key="propose.withdraw").click().run()
    assert any("raison" in one.value for one in other.error)
    other.session_state["propose.open"] = True
    other.run()
    other.text_input(key="propose.withdrawal").set_value("Prix revus").run()
    other.button(key="propose.withdraw").click().run()
    assert proposing.current(dataset) is None
    entry = data.store().audit.entries()[0]
    assert entry.action == "meeting.withdrawal"
    assert json.loads(entry.detail)["reasons"] == "Prix revus"
    assert "Sert" not in words(visit("cockpit"))


def test_what_is_no_longer_as_it_was_proposed_is_told(visit, monkeypatch) -> None:
    app = visit("pre_sop")
    dataset, ids = app.session_state["room"].dataset, saved(app, "Un")
    propose(visit, ids)
    found, text = proposing.current(dataset), text_for("fr")
    cases = {
        "données ont changé": replace(found, dataset="earlier"),
        "chiffres de": replace(found, offers=(replace(found.offers[0], outcome="other"),)),
        "texte de": replace(found, changed=frozenset(ids)),
    }
    for wanted, moved in cases.items():
        told = [one for one in proposing.told(text, moved, dataset) if ":material/warning:" in one]
        assert len(told) == 1
        assert wanted in told[0]
    monkeypatch.setattr(Proposals, "current", lambda *_: cases["données ont changé"])
    assert "données ont changé" in words(visit("cockpit"))


def test_the_last_topic_shows_the_proposed_side_by_side(visit) -> None:
    app = visit("pre_sop")
    ids = saved(app, "Un", "Deux")
    propose(visit, ids)
    app.session_state["room.share"] = True
    app.run()
    app.button(key="meeting.begin").click().run()
    for _ in range(3):
        app.button(key="meeting.on").click().run()
    (table,) = [one.value for one in app.table]
    assert len(table.columns) == 4
    assert "Un" in str(list(table.columns))
    assert "Deux" in str(list(table.columns))
    assert "Sert" in words(app)


def test_of_two_scenarios_with_one_name_and_letter_the_chosen_one_is_proposed(visit) -> None:
    """After six letters the first comes again, and a choice is told by its words."""
    dataset = visit("cockpit").session_state["data.chosen"]
    names = ["Jumeau", "a", "b", "c", "d", "e", "Jumeau"]
    ids = [
        data.store().scenarios.save(
            Scenario(
                name=name,
                dataset=dataset,
                cards=(Card(id="sat", kind="saturdays", value=0.01 * n),),
            ),
            author="",
        )
        for n, name in enumerate(names, start=1)
    ]
    every = {one.id: one for one in scenarios.named(dataset, text_for("fr"))}
    assert every[ids[0]].letter == every[ids[6]].letter
    assert not propose(visit, [ids[6]]).error
    assert proposing.current(dataset).scenarios == (ids[6],)


def test_a_form_that_is_closed_keeps_what_was_typed(visit) -> None:
    ids = saved(visit("pre_sop"), "Gauche [x](//y)", "Droite")
    app = opened(visit, ids)
    app.multiselect(key="propose.chosen").set_value(ids).run()
    app.radio(key="propose.best").set_value(ids[1]).run()
    assert not [one for one in app.radio(key="propose.best").options if "[x](" in one]
    app.text_area(key="propose.reasons").set_value("Sert mieux").run()
    app.session_state["propose.open"] = False
    app.run()
    app.session_state["propose.open"] = True
    app.run()
    assert app.multiselect(key="propose.chosen").value == ids
    assert app.radio(key="propose.best").value == ids[1]
    assert app.text_area(key="propose.reasons").value == "Sert mieux"
