"""Signing the supply review: reopened with a reason, blocked by poor data, or let pass."""

from dataclasses import replace

import pytest

from sim.errors import CycleError
from sim.model.problem import PlanMode
from sim.ui import data, downloads, supply_files, supply_sign
from tests.pages.test_pages import headline as sentence_of
from tests.pages.test_pages import words
from tests.pages.test_supply import reviewed, sign


def reopen(app, name: str, reason: str):
    app.text_input(key=supply_sign.NAME).set_value(name).run()
    app.text_area(key=supply_sign.REASON).set_value(reason).run()
    return app.button(key="supply.reopen.do").click().run()


def opened(visit):
    """The page with nothing signed, whatever earlier visitors did."""
    app = visit("supply_review")
    if "supply.reopen.do" in [one.key for one in app.button]:
        reopen(app, "C. Petit", "nouvel essai")
    return app


def table_words(app) -> str:
    return " ".join(str(cell) for one in app.table for cell in one.value.to_numpy().ravel())


def test_operations_sign_and_the_signature_holds_for_this_plan_only(visit) -> None:
    app = opened(visit)
    assert "pas encore signée" in words(app) or "Retirée" in words(app)
    sign(app, "")
    assert any("porte un nom" in one.value for one in app.error)
    sign(app, "S. Marchal")
    assert [one.value for one in app.error] == []
    assert "signée par S. Marchal" in words(app)
    assert "ne vaut p" not in words(app)
    app.segmented_control(key="supply.mode").set_value(PlanMode.LEVEL).run()
    assert "Elle ne vaut pas pour le plan affiché" in words(app)
    signed, one = supply_sign.latest(), reviewed()
    assert supply_sign.holds_for(one.dataset) == signed
    moved = supply_sign.sentence(replace(one, dataset="other"), signed)
    assert "les données ont changé" in moved
    line = data.store().audit.entries(limit=1)[0]
    assert (line.action, line.actor) == ("sign_off", "S. Marchal")


def test_the_step_is_reopened_with_a_reason_and_signed_again(visit) -> None:
    app = opened(visit)
    sign(app, "S. Marchal")
    assert "vaut pour ces données" in table_words(app)
    reopen(app, "C. Petit", "")
    assert any("motif est nécessaire" in one.value for one in app.error)
    reopen(app, "C. Petit", "presse en panne")
    assert [one.value for one in app.error] == []
    assert "Retirée par C. Petit" in words(app)
    assert "presse en panne" in table_words(app)
    assert supply_sign.holds_for(data.store().latest().id) is None
    line = data.store().audit.entries(limit=1)[0]
    assert (line.action, line.actor) == ("reopen", "C. Petit")
    sign(app, "S. Marchal")
    assert "ne vaut p" not in words(app)
    table = supply_sign.numbers(reviewed())
    assert list(table["Rôle"].unique()) == ["Responsable de l’offre"]
    assert table["Résultat"].iloc[0] == reviewed().outcome.hash
    assert len(table) == len(data.store().sign_offs.history("supply_review"))
    sheet = supply_files._sheet(reviewed(), "signatures", supply_sign.numbers)()
    assert downloads._xlsx(sheet, "Signatures")[:2] == b"PK"


def test_a_signature_that_was_not_read_is_not_withdrawn(visit) -> None:
    app = opened(visit)
    sign(app, "S. Marchal")
    other = visit("supply_review")
    reopen(other, "C. Petit", "presse en panne")
    sign(other, "A. Roy")
    app.text_input(key=supply_sign.NAME).set_value("C. Petit")
    app.text_area(key=supply_sign.REASON).set_value("presse en panne")
    app.button(key="supply.reopen.do").click().run()
    assert any("a changé depuis" in one.value for one in app.error)
    assert supply_sign.holds_for(reviewed().dataset).author == "A. Roy"


def test_a_second_signature_needs_the_step_to_be_open(visit, monkeypatch) -> None:
    app = opened(visit)
    one = reviewed()
    sign(app, "S. Marchal")
    # Another tab that was drawn before still has its button.
    monkeypatch.setattr(supply_sign, "_author", lambda: "Q. Autre")
    with pytest.raises(CycleError, match="blocked"):
        supply_sign._sign(one.dataset, one.mode, one.outcome.hash)


def test_poor_data_cannot_be_signed_unless_somebody_says_why(visit, monkeypatch) -> None:
    visit("cockpit")
    used = data.store().latest().id
    strict = replace(data.planning_settings(used), quality_threshold=99.9)
    monkeypatch.setattr(data, "planning_settings", lambda _: strict)
    app = opened(visit)
    assert [one.value for one in app.error] == []
    assert "supply.sign.do" not in [one.key for one in app.button]
    assert "il faut 99,9" in words(app)
    assert "à risque" in sentence_of(app)  # simulation stays possible
    one = reviewed()
    monkeypatch.setattr(supply_sign, "_author", lambda: "X")
    with pytest.raises(CycleError, match="blocked"):  # whatever a browser sends
        supply_sign._sign(one.dataset, one.mode, one.outcome.hash)
    monkeypatch.undo()
    monkeypatch.setattr(data, "planning_settings", lambda _: strict)
    app.text_input(key=supply_sign.NAME).set_value("C. Petit").run()
    app.button(key="supply.waiver.do").click().run()
    assert any("motif est nécessaire" in one.value for one in app.error)
    app.text_area(key=supply_sign.REASON).set_value("les prix arrivent lundi").run()
    app.button(key="supply.waiver.do").click().run()
    assert "dérogation de C. Petit" in words(app)
    line = data.store().audit.entries(limit=1)[0]
    assert (line.action, line.actor) == ("waive_quality", "C. Petit")
    assert "les prix arrivent lundi" in line.detail
    sign(app, "S. Marchal")
    assert supply_sign.holds_for(used) is not None
