"""Every kind of lever in the room: offered by the form, drawn with its words, in both languages."""

import pytest

from sim.model import levers
from sim.model.scenario import Scenario
from sim.report.text import text_for
from sim.ui import data, native_levers, scenarios
from sim.ui.room import KEY


def _everything(dataset: str) -> Scenario:
    """One card of every lever that the demo company can feel, all on."""
    problem = data.problem(dataset)
    drafted = [
        levers.draft(
            problem, lever.kind, target=levers.targets(problem, lever.kind)[0], card_id=lever.kind
        )
        for lever in levers.available(problem)
    ]
    return Scenario(name="Tout", dataset=dataset, cards=tuple(drafted))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_card_of_every_kind_is_drawn(visit, lang) -> None:
    app = visit("pre_sop", lang)
    scenario = _everything(app.session_state[KEY].dataset)
    assert len(scenario.cards) >= 30
    saved = scenarios.save(scenario, parent="")
    app = visit("pre_sop", lang, s=saved)
    assert not app.exception
    assert [one.value for one in app.error] == []
    drawn = {one.key for one in app.select_slider}
    missing = [c.kind for c in scenario.cards if native_levers.value_key(c.id) not in drawn]
    assert missing == ["outlook"]  # the selector holds it
    text = text_for(lang)
    shown = [str(one.label) for one in app.toggle]
    for card in scenario.cards:
        if card.kind != "outlook":
            assert any(text(f"lever.{card.kind}.short") in label for label in shown), card.kind


def test_a_choice_is_offered_by_its_names(visit) -> None:
    app = visit("pre_sop")
    app.selectbox(key="add.kind").set_value("rationing").run()
    assert "add.months" not in {one.key for one in app.select_slider}  # it has no months
    app.button(key="add.confirm").click().run()
    assert not app.error
    slider = app.select_slider(key=native_levers.value_key("rationing"))
    assert slider.options == [
        "comme dans les données",
        "même part pour tous",
        "meilleure marge d’abord",
    ]
    slider.set_value(0.0).run()
    app.run()
    assert app.session_state[KEY].current.card("rationing").value == 0.0


@pytest.mark.parametrize("kind", ["launch", "headcount", "lead_time", "freight"])
def test_a_card_can_be_added_by_the_form(visit, kind) -> None:
    app = visit("pre_sop", "en")
    app.selectbox(key="add.kind").set_value(kind).run()
    priced = [one.label for one in app.number_input]
    assert not any("money" in label for label in priced)  # the currency has a sign
    app.button(key="add.confirm").click().run()
    assert not app.error
    assert not app.exception
    room = app.session_state[KEY]
    card = room.current.card(kind)
    assert card.on
    assert levers.decide_by(data.problem(room.dataset), card) >= data.in_use().today
    assert native_levers.value_key(kind) in {one.key for one in app.select_slider}
