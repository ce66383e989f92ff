"""What a lever card says of its value: outside the company's history, or without effect."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.model import levers
from sim.model.aids.idle import Reason, Why
from sim.model.problem import Problem
from sim.model.scenario import Card, Scenario
from sim.report.text import text_for
from sim.ui import data, idle, live_levers, marks, native_levers, results, scenarios
from sim.ui.cards import Face
from sim.ui.messages import plain
from sim.ui.room import KEY
from tests.pages.components import parts

Change = Callable[[Problem], Problem]


def said(app) -> dict[str, str]:
    return parts(app, "address")["idle"]


def words_of(app) -> list[str]:
    return [one.value for one in app.sidebar.markdown]


def add(app, kind: str, *, target: str = ""):
    app.selectbox(key="add.kind").set_value(kind).run()
    if target:
        app.selectbox(key=f"add.target.{kind}").set_value(target).run()
    app.button(key="add.confirm").click().run()
    assert [one.value for one in app.error] == []
    return app


def move(app, card: str, value: float):
    app.select_slider(key=native_levers.value_key(card)).set_value(value).run()
    return app.run()  # a slider redraws the room only


@pytest.mark.parametrize(
    ("lang", "quiet", "never"),
    [
        ("fr", "plus que d’habitude", "jamais plus de 5\u202f% à ce jour"),
        ("en", "more than usual", "never more than 5% so far"),
    ],
)
def test_a_value_outside_the_own_history_is_marked(visit, lang, quiet, never) -> None:
    app = add(visit("pre_sop", lang), "volume", target="family:PLA")
    assert not any(quiet in one or never in one for one in words_of(app))  # neutral
    move(app, "volume", 0.03)
    assert f":small[:gray[:material/info: {quiet}]]" in words_of(app)
    move(app, "volume", 0.1)
    assert f":small[:yellow[:material/warning: {never}]]" in words_of(app)
    helped = next(one.help for one in app.sidebar.markdown if never in one.value)
    assert "37" in helped  # so many comparisons of twelve months with a year earlier
    app.toggle(key=native_levers.on_key("volume")).set_value(False).run()
    app.run()
    assert not any(never in one for one in words_of(app))


def test_a_lever_without_history_has_no_word(visit) -> None:
    app = add(visit("pre_sop"), "unit_cost")
    move(app, "unit_cost", 0.3)
    assert not any("à ce jour" in one or "habitude" in one for one in words_of(app))


def test_the_component_gets_the_words_of_every_position(visit) -> None:
    app = visit("pre_sop")
    room = app.session_state[KEY]
    problem = data.problem(room.dataset)
    card = levers.draft(problem, "volume", target="family:PLA", card_id="v")
    values = [-0.2, -0.01, 0.0, 0.03, 0.2]
    found = marks.marks(text_for("fr"), problem, room.dataset, card, values=values)
    assert sorted(found.of) == [-0.2, 0.03, 0.2]
    assert [found.of[value].tone for value in (-0.2, 0.03, 0.2)] == ["watch", "quiet", "watch"]
    assert "jamais moins de −5,1\u202f% à ce jour" in found.of[-0.2].words
    labels = {value: str(value) for value in values}
    face = Face(
        card=card, name="V", deadline="", tone="assumption", note="", gone=False, labels=labels
    )
    (sent,) = live_levers.payload(text_for("fr"), room, [(face, found)])["cards"]
    told = [sent["marks"][at] if at >= 0 else None for at in sent["marked"]]
    assert [mark and mark[0] for mark in told] == ["watch", None, None, "quiet", "watch"]
    assert sent["history"] == found.history


def other(change: Change, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo company with something else in its data."""
    read = data.problem
    made: dict[str, Problem] = {}

    def changed(dataset: str) -> Problem:
        return made.setdefault(dataset, change(read(dataset)))

    monkeypatch.setattr(data, "problem", changed)


def unused(problem: Problem) -> Problem:
    routing = problem.routing.copy()
    routing[:, problem.resources.index("PRE")] = 0.0
    return replace(problem, routing=routing)


def unlimited(problem: Problem) -> Problem:
    capacity = problem.capacity.copy()
    capacity[problem.resources.index("PRE")] = np.inf
    return replace(problem, capacity=capacity)


def unsold(problem: Problem) -> Problem:
    rows = problem.family == problem.families.index("ACC")
    return replace(problem, demand=np.where(rows[:, None], 0.0, problem.demand))


def easy(problem: Problem) -> Problem:
    """Nothing is ever missing: stock for the whole horizon."""
    return replace(problem, opening_stock=10.0 * problem.demand.sum(axis=1))


def same(problem: Problem) -> Problem:
    return problem


@pytest.mark.parametrize(
    ("change", "lever", "words"),
    [
        (unused, ("overtime", "resource:PRE"), "n’utilise cette ressource"),
        (unlimited, ("efficiency", "resource:PRE"), "pas de limite"),
        (unsold, ("volume", "family:ACC"), "aucune demande"),
        (same, ("shift_promotion", "family:POE"), "aucune promotion prévue"),
        (same, ("overtime", "resource:PRE"), "il reste de la place, 89\u202f% de charge"),
        (easy, ("prebuild", "all"), "tout est déjà servi"),
        (same, ("outside_work", "resource:ASM2"), "le goulot est ailleurs (peinture poudre)"),
    ],
)
def test_a_card_without_effect_says_why(visit, monkeypatch, change, lever, words) -> None:
    kind, target = lever
    other(change, monkeypatch)
    app = add(visit("pre_sop"), kind, target=target)
    room = app.session_state[KEY]
    card = room.current.cards[-1]
    assert said(app) == {}  # neutral
    problem = data.problem(room.dataset)
    slider = levers.slider(problem, card)
    move(app, card.id, slider.default)
    (told,) = said(app).values()
    assert told.startswith("Sans effet")
    assert words in told
    assert any(plain(told) in one for one in words_of(app))


def test_the_reason_is_the_companys_while_a_family_is_shown(visit) -> None:
    app = add(visit("pre_sop", focus="~POE"), "outside_work", target="resource:ASM2")
    room = app.session_state[KEY]
    card = room.current.card("outside_work")
    move(app, card.id, levers.slider(data.problem(room.dataset), card).default)
    assert room.focus.family == "POE"
    assert not app.error
    assert "peinture poudre" in said(app)[card.id]


def test_a_material_that_limits_is_named(visit, monkeypatch) -> None:
    def scarce(problem: Problem) -> Problem:
        capacity = problem.capacity.copy()
        capacity[problem.resources.index("CAST")] *= 0.2
        return replace(problem, capacity=capacity, outside=0.0 * problem.outside)

    other(scarce, monkeypatch)
    app = add(visit("pre_sop", "en"), "outside_work", target="resource:ASM2")
    room = app.session_state[KEY]
    card = room.current.card("outside_work")
    move(app, card.id, levers.slider(data.problem(room.dataset), card).default)
    assert said(app) == {card.id: "No effect: the bottleneck is elsewhere (castings)"}


def test_hours_that_are_all_there_already(visit) -> None:
    app = move(add(visit("pre_sop"), "overtime"), "overtime", 0.15)
    app.toggle(key=native_levers.on_key("saturdays")).set_value(True).run()
    assert "le plafond d’heures" in said(app)["saturdays"]


def test_months_outside_the_horizon_are_told(visit) -> None:
    dataset = visit("pre_sop").session_state[KEY].dataset
    late = Card(id="late", kind="volume", first=date(2031, 1, 1), value=0.2)
    saved = scenarios.save(Scenario(name="Plus tard", cards=(late,), dataset=dataset), parent="")
    app = visit("pre_sop", "en", s=saved)
    assert said(app) == {"late": "No effect: its months lie outside the horizon"}


def test_a_lever_with_an_effect_says_nothing(visit) -> None:
    app = visit("pre_sop")
    for card in ("saturdays", "prebuild", "third_shift"):
        app.toggle(key=native_levers.on_key(card)).set_value(True).run()
        app.run()
        assert said(app) == {}
    move(app, "saturdays", 0.05)
    assert said(app) == {}


def test_a_step_of_a_slider_costs_no_second_simulation(visit, monkeypatch) -> None:
    app = visit("pre_sop")
    app.toggle(key=native_levers.on_key("saturdays")).set_value(True).run()
    app.run()
    runs, run = [], results.run
    monkeypatch.setattr(results, "run", lambda *args, **more: runs.append(1) or run(*args, **more))
    for value in (0.1234, 0.1, 0.11):
        room = app.session_state[KEY]
        room.move_to(room.current.with_card(replace(room.current.card("saturdays"), value=value)))
        before = len(runs)
        idle.told(
            text_for("fr"),
            data.problem(room.dataset),
            room,
            outcome=results.outcome(data.problem(room.dataset), room.current),
        )
        assert len(runs) - before <= 1  # the step itself


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_reason_has_its_sentence(visit, lang) -> None:
    problem = data.problem(visit("pre_sop").session_state[KEY].dataset)
    start = {"fr": "Sans effet", "en": "No effect"}[lang]
    text = text_for(lang)
    told = [idle.sentence(text, problem, "volume", Reason(why=why, resource=0)) for why in Why]
    assert all(sentence.startswith(start) for sentence in told)
    assert len(set(told)) == len(Why)
