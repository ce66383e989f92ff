"""The working scenario: steps, undo, and links that carry it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import SopError, each
from sim.model import levers
from sim.model.kpi import Estimate, Kpi
from sim.model.presets import optimistic, pessimistic
from sim.model.problem import PlanMode, Problem
from sim.model.scenario import Card, Scenario
from sim.report.tables import write_kpi
from sim.report.text import LANGUAGES, text_for
from sim.settings import settings
from sim.store.notices import Notice
from sim.ui import cards, data, figures, lever_errors, live, outlook, results, room_tools
from sim.ui.links import Bounds, decode, encode
from sim.ui.room import Room, Step
from tests.model.lever_cases import CARDS, company
from tests.model.problems import plain_problem

BASE = Scenario(
    name="A",
    cards=(Card(id="sat", kind="saturdays", value=0.1), Card(id="pre", kind="prebuild", value=5e5)),
)


def room_of(base: Scenario) -> Room:
    return Room(dataset="d", steps=[Step(base=base, saved_id="", current=base)])


def wide(card: Card) -> Bounds:
    return Bounds(low=-1e9, high=1e9)


values = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


@given(values, values, st.booleans(), st.booleans(), st.sampled_from(PlanMode))
def test_a_link_gives_back_what_it_was_made_from(first, second, on, other, mode) -> None:
    moved = replace(
        BASE,
        mode=mode,
        cards=(
            replace(BASE.cards[0], value=first, on=on),
            replace(BASE.cards[1], value=second, on=other),
        ),
    )
    found, errors = decode(BASE, encode(BASE, moved), bounds=wide)
    assert errors == []
    assert found == moved


@given(st.dictionaries(st.sampled_from(["mode", "c.sat", "c.pre", "c.x"]), st.text(max_size=30)))
def test_any_text_in_a_link_gives_a_scenario_within_its_bounds(parameters) -> None:
    found, errors = decode(BASE, parameters, bounds=lambda card: Bounds(low=0.0, high=0.25))
    assert {card.id for card in found.cards} == {"sat", "pre"}
    for before, after in zip(BASE.cards, found.cards, strict=True):
        assert after.value == before.value or 0.0 <= after.value <= 0.25
    assert all(error.key.startswith("error.link.") for error in errors)


def test_an_unmoved_scenario_needs_no_parameter() -> None:
    assert encode(BASE, BASE) == {}


def test_undo_goes_back_to_the_saved_version_of_that_step() -> None:
    room = room_of(BASE)
    room.move_to(replace(BASE, mode=PlanMode.OPTIMAL))
    room.rebase(Scenario(name="B"), "id2")
    assert room.step.saved_id == "id2"
    room.undo()
    assert (room.step.saved_id, room.step.base, room.current.mode) == ("", BASE, PlanMode.OPTIMAL)
    room.redo()
    assert room.step.saved_id == "id2"
    room.undo()
    room.move_to(replace(BASE, mode=PlanMode.LEVEL))
    assert not room.can_redo


def test_the_same_scenario_is_not_a_step() -> None:
    room = room_of(BASE)
    room.move_to(replace(BASE))
    assert not room.can_undo


@pytest.mark.parametrize("moves", [1, 200])
def test_the_memory_of_steps_is_bounded(moves: int) -> None:
    room = room_of(BASE)
    for n in range(moves):
        room.move_to(BASE.with_card(replace(BASE.cards[0], value=float(n + 1))))
    assert room.current.cards[0].value == moves
    assert len(room.steps) <= 62


def test_a_slider_keeps_every_value_it_was_given() -> None:
    room = room_of(BASE)
    assert room.offer(replace(BASE.cards[0], value=0.123), [0.0, 0.1, 0.2]) == [
        0.0,
        0.1,
        0.123,
        0.2,
    ]
    assert room.offer(BASE.cards[0], [0.0, 0.1, 0.2]) == [0.0, 0.1, 0.123, 0.2]


def unlimited() -> Problem:
    """A company without any capacity data."""
    return plain_problem(np.full((3, 12), 1234.0), family=(0, 0, 1))


def big() -> Problem:
    problem = company()
    return replace(problem, unit_cost=4_321 * problem.unit_cost, price=4_321 * problem.price)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("make", [company, unlimited, big])
def test_no_two_positions_of_a_slider_read_alike(make, lang: str) -> None:
    # A select slider sends its label back: of equal labels only the last could be chosen.
    text, problem = text_for(lang), make()
    for lever in levers.available(problem):
        for target in levers.targets(problem, lever.kind):
            card = levers.draft(problem, lever.kind, target=target, card_id="x")
            offered = cards.steps(levers.slider(problem, card))
            # What links, files and the add form may bring along.
            options = sorted({*offered, card.value, offered[-1] / 3, offered[-1] / 3 + 1e-6})
            words = cards.value_texts(text, problem, card, options)
            assert len(set(words.values())) == len(options), lever.kind
            plain = [cards.value_text(text, problem, card, value=value) for value in offered]
            assert len(set(plain)) == len(plain), lever.kind


@pytest.mark.parametrize("value", [1_000_000.0, 1_234_567.0])
def test_a_slider_has_the_digits_of_its_step(value: float) -> None:
    problem = company()
    card = replace(CARDS["prebuild"], value=value)
    slider = replace(levers.slider(problem, card), low=0.0, high=2e6, step=50_000.0)
    assert 1_050_000.0 in cards.steps(slider)
    words = [cards._written(text_for("fr"), card, slider, value=x) for x in (1.05e6, 1.1e6, 5e5)]
    assert words == ["1,05\xa0M€", "1,10\xa0M€", "500\xa0k€"]


def test_an_odd_value_does_not_make_the_other_positions_odd() -> None:
    problem = company()
    card = replace(CARDS["prebuild"], value=levers.slider(problem, CARDS["prebuild"]).high + 123.4)
    slider = levers.slider(problem, card)
    odd = [x for x in cards.steps(slider) if abs(x / slider.step - round(x / slider.step)) > 1e-6]
    assert len(odd) <= 1


@pytest.mark.parametrize("first", [optimistic, pessimistic])
def test_the_outlook_has_one_control(first) -> None:
    preset = first(BASE)
    assert outlook.of(preset) == first.__name__
    assert outlook.by_selector(preset, preset.cards[-1])
    assert outlook.of(BASE) == outlook.EXPECTED
    own = Scenario(cards=(Card(id="mine", kind="outlook", value=0.7),))
    assert outlook.of(own) == outlook.BY_CARD
    assert not outlook.by_selector(own, own.cards[0])
    family = Card(id="f", kind="outlook", target="family:F0", value=0.9)
    assert outlook.of(Scenario(cards=(family,))) == outlook.EXPECTED


def test_a_link_tells_that_a_saved_outlook_was_taken_back() -> None:
    saved = optimistic(BASE)
    back = outlook.choose(saved, outlook.EXPECTED, base=saved)
    assert outlook.of(back) == outlook.EXPECTED
    assert decode(saved, encode(saved, back), bounds=wide) == (back, [])
    assert outlook.choose(saved, outlook.EXPECTED, base=BASE) == BASE


def test_a_link_error_speaks_as_the_screen_does() -> None:
    def bounds(card: Card) -> Bounds:
        percent = text_for("fr").percent
        return Bounds(low=0.0, high=0.15, name="Samedis", write=lambda x: percent(x, 0))

    _, errors = decode(BASE, {"c.sat": "0.9"}, bounds=bounds)
    (sentence,) = text_for("fr").error(errors[0])
    assert "«\xa0Samedis\xa0»" in sentence
    assert "90\u202f%" in sentence
    assert "0\u202f% à 15\u202f%" in sentence


def test_errors_of_a_file_name_the_card_and_its_unit() -> None:
    problem, text = company(), text_for("fr")
    wrong = (
        replace(CARDS["overtime"], value=7.0),
        replace(CARDS["promotion"], options={"discount": 3.0}),
        replace(CARDS["volume"], target="item:GONE"),
        Card(id="z", kind="nothing", value=1.0),
    )
    scenario = Scenario(cards=wrong)
    with pytest.raises(SopError) as caught:
        levers.check(problem, scenario)
    told = text.error(lever_errors.readable(text, problem, scenario, caught.value))
    assert len(told) == len(each(caught.value))
    assert any("«\xa0Heures sup.\xa0», champ «\xa0valeur\xa0»" in one for one in told)
    assert any("700\u202f%" in one for one in told)
    assert any("champ «\xa0Remise\xa0»" in one for one in told)
    assert any("«\xa0z\xa0»" in one for one in told)


@pytest.mark.parametrize(
    ("mean", "error", "trivial"),
    [(0.2, 0.01, False), (0.00001, 1e-9, True), (0.01, 0.02, True), (float("nan"), 0.0, True)],
)
def test_a_change_that_tells_nothing_has_no_colour(mean, error, trivial) -> None:
    found = Estimate(mean=0.9, p5=0.8, p95=0.95, error=0.01)
    change = replace(found, mean=mean, error=error)
    written = write_kpi(Kpi.FILL_RATE, found, change, text=text_for("fr"))
    assert figures._trivial(written, change) is trivial


def test_the_room_says_what_the_data_leave_out(monkeypatch) -> None:
    keys = ("notice.no_price", "notice.no_capacity", "notice.no_stock", "notice.no_budget")
    monkeypatch.setattr(data, "missing_parts", lambda _: tuple(Notice(key=key) for key in keys))
    bare = replace(unlimited(), price=0 * unlimited().price, unit_cost=0 * unlimited().unit_cost)
    monkeypatch.setattr(data, "problem", lambda _: bare)
    told = room_tools.missing_parts(text_for("fr"), "d")
    begun = [one.split("\xa0")[0] for one in told]
    assert begun[:2] == ["Pas de données de capacité", "Pas de prix"]
    assert begun[2].startswith("Le stock d’ouverture est supposé")
    monkeypatch.setattr(data, "problem", lambda _: company())
    assert room_tools.missing_parts(text_for("fr"), "d") == told[2:]


def test_the_badge_says_whether_the_screen_is_kept() -> None:
    text, room = text_for("en"), room_of(BASE)
    labels = [live.state_badge(text, room).label]
    room.rebase(BASE, "id")
    labels.append(live.state_badge(text, room).label)
    room.move_to(replace(BASE, mode=PlanMode.LEVEL))
    labels.append(live.state_badge(text, room).label)
    room.undo()
    labels.append(live.state_badge(text, room).label)
    assert labels == ["Draft, not saved", "Draft, saved", "Changes not saved", "Draft, saved"]


def test_a_family_that_is_a_number_has_a_name_in_sentences() -> None:
    plain = plain_problem(np.full((2, 3), 10.0))
    numbered = replace(plain, families=("7", *plain.families[1:]))
    named = data.with_family_names(numbered)
    assert named.label("fr", "family", "7") == "Famille\u00a07"
    assert named.label("en", "family", "7") == "Family\u00a07"
    assert data.with_family_names(plain) is plain


def test_the_room_says_when_memory_holds_fewer_draws(monkeypatch) -> None:
    monkeypatch.setattr(data, "problem", lambda _: company())
    monkeypatch.setattr(data, "missing_parts", lambda _: ())
    monkeypatch.setattr(results, "draws_count", lambda _: settings().draws // 2)
    for lang in ("fr", "en"):
        (told,) = room_tools.missing_parts(text_for(lang), "d")
        assert told.startswith(str(settings().draws // 2))
