"""The menu that adds cards: presets, the list by group, the aim of a new card."""

from dataclasses import replace

import pytest

from sim.model import levers
from sim.model.presets import optimistic
from sim.model.scenario import Scenario
from sim.report.text import text_for
from sim.ui import data, native_levers, scenarios
from sim.ui.room import KEY


def room_of(app):
    return app.session_state[KEY]


def pills(app, key: str):
    return app.button_group(key=key)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_levers_stand_under_their_groups_and_can_be_looked_for(visit, lang) -> None:
    app = visit("pre_sop", lang)
    text, problem = text_for(lang), data.problem(room_of(app).dataset)
    listed = {one.key: one for one in app.button_group if str(one.key).startswith("add.group.")}
    assert [one.label for one in listed.values()] == [
        text(f"lever.group.{group}")
        for group in dict.fromkeys(lever.group.value for lever in levers.available(problem))
    ]
    names = [option for one in listed.values() for option in one.options]
    assert len(names) == len(levers.available(problem))
    assert app.selectbox(key="add.kind").value is None  # typing in it finds a lever
    pills(app, "add.group.capacity").set_value("new_line").run()
    assert app.selectbox(key="add.kind").value == "new_line"
    assert not [one for one in app.button_group if str(one.key).startswith("add.group.")]
    assert "add.confirm" in {one.key for one in app.button}


@pytest.mark.parametrize("preset", ["prebuild", "third_shift", "optimistic"])
def test_a_preset_is_an_ordinary_card_and_one_step(visit, preset) -> None:
    app = visit("pre_sop")
    start = room_of(app).current
    dataset = room_of(app).dataset
    offered = {card.id: card for card in scenarios.presets(data.problem(dataset), dataset)}
    pills(app, "add.preset").set_value(preset).run()
    assert [one.value for one in app.error] == []
    kind = offered[preset].kind
    card = next(one for one in room_of(app).current.cards if one.kind == kind)
    assert card.on
    assert card.value == offered[preset].value
    assert native_levers.value_key(card.id) in {one.key for one in app.select_slider}
    other = app.select_slider(key=native_levers.value_key(card.id))
    assert other.value == card.value  # it can be moved as any other
    app.button(key="room.undo").click().run()
    assert room_of(app).current == start
    assert not room_of(app).can_undo


def test_an_outlook_is_a_quantile_of_the_own_forecast_error(visit) -> None:
    """The same preset moves a company with a wider error further."""
    problem = data.problem(room_of(visit("pre_sop")).dataset)
    wider = replace(problem, errors=replace(problem.errors, spread=2.0 * problem.errors.spread))
    gains = [
        levers.apply(one, optimistic(Scenario())).demand.sum() - one.demand.sum()
        for one in (problem, wider)
    ]
    assert gains[0] > 0
    assert gains[1] == pytest.approx(2.0 * gains[0])


@pytest.mark.parametrize("kind", ["new_line", "headcount"])
def test_a_new_line_is_aimed_at_the_bottleneck(visit, kind) -> None:
    app = visit("pre_sop")
    first = levers.targets(data.problem(room_of(app).dataset), kind)[0]
    app.selectbox(key="add.kind").set_value(kind).run()
    chosen = app.selectbox(key=f"add.target.{kind}").value
    assert chosen != first
    assert chosen == "resource:PEI"  # what leaves most money open, in the sentence of the page
