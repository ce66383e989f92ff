"""What a scenario may not be: every refusal, with its card, place and sentence."""

from dataclasses import replace
from datetime import date

import pytest

from sim.errors import LeverError, SopErrors, each
from sim.model import levers
from sim.model.scenario import Card, Scenario
from sim.report.text import text_for
from tests.model.lever_cases import CARDS, company

FLAT = Card(id="a", kind="volume", value=0.1)
LATE, EARLY = date(2029, 1, 1), date(2026, 1, 1)

BAD = {
    "error.lever.unknown_kind": replace(FLAT, kind="magic"),
    "error.lever.unknown_target": replace(FLAT, target="family:GONE"),
    "error.lever.wrong_target": replace(FLAT, target="resource:R0"),
    "error.lever.needs_resource": replace(CARDS["outside_work"], target="family:F0"),
    "error.lever.outside_horizon": replace(FLAT, first=LATE),
    "error.lever.reversed": replace(FLAT, first=date(2027, 5, 1), last=date(2027, 3, 1)),
    "error.lever.no_window": replace(CARDS["promotion"], first=None),
    "error.lever.not_a_number": replace(FLAT, value=float("nan")),
    "error.lever.out_of_bounds": replace(FLAT, value=7.5),
    "error.lever.not_whole": replace(CARDS["shift_promotion"], value=1.5),
    "error.lever.whole_horizon": replace(CARDS["lead_time"], first=date(2027, 5, 1)),
    "error.lever.unknown_option": replace(FLAT, options={"colour": 1.0}),
    "error.lever.no_chance": replace(FLAT, probability=0.5),
    "error.lever.no_id": replace(FLAT, id=" "),
}


def _refused(*cards):
    with pytest.raises(LeverError) as caught:
        levers.check(company(), Scenario(cards=cards))
    return caught.value


@pytest.mark.parametrize("key", sorted(BAD))
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_problem_has_its_sentence(key, lang):
    error = _refused(BAD[key])
    assert error.key == key
    (sentence,) = text_for(lang).error(error)
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert "error." not in sentence
    if key != "error.lever.no_id":
        assert BAD[key].id in sentence


@pytest.mark.parametrize(
    "card",
    [
        replace(FLAT, value=float("inf")),
        replace(FLAT, value="a lot"),
        replace(FLAT, value=True),
        replace(FLAT, value=10**400),
        replace(FLAT, value=None),
        replace(FLAT, probability=1.5),
        replace(FLAT, probability=float("nan")),
        replace(FLAT, last=EARLY),
        replace(FLAT, target=""),
        replace(FLAT, target="family:"),
        replace(FLAT, target="Family:F0"),
        replace(FLAT, target="family:F0|resource:R0"),
        replace(FLAT, options={"lead_days": -1.0}),
        replace(FLAT, id="x" * 65),
        replace(CARDS["promotion"], options={"discount": 1.5}),
        replace(CARDS["promotion"], options={"discount": float("nan")}),
        replace(CARDS["overtime"], target="resource:R2"),
        replace(CARDS["second_source"], target="resource:R0"),
        replace(CARDS["extra_shift"], value=2.5),
        replace(CARDS["prebuild"], target="family:F0"),
        replace(CARDS["lead_time"], value=4.0),
        replace(CARDS["new_line"], target="all"),
        replace(CARDS["launch"], target="all"),
        replace(CARDS["rationing"], value=1.5),
        replace(CARDS["rationing"], value=4.0),
        replace(CARDS["rationing"], target="item:I0"),
        replace(CARDS["outlook"], value=0.95),
    ],
)
def test_hostile_cards_are_refused(card):
    error = _refused(card)
    for lang in ("fr", "en"):
        for sentence in text_for(lang).error(error):
            assert "error.lever" not in sentence


def test_all_problems_at_once():
    cards = [replace(card, id=f"c{n}") for n, card in enumerate(BAD.values()) if card.id.strip()]
    with pytest.raises(SopErrors) as caught:
        levers.check(company(), Scenario(cards=(*cards, cards[0])))
    found = {error.key for error in each(caught.value)}
    assert found == set(BAD) - {"error.lever.no_id"} | {"error.lever.duplicate_id"}
    assert all(isinstance(error, LeverError) for error in each(caught.value))


def test_two_outlooks_on_one_target_contradict():
    two = (CARDS["outlook"], replace(CARDS["outlook"], id="o2", value=0.2))
    assert _refused(*two).key == "error.lever.twice"
    levers.check(company(), Scenario(cards=(two[0], replace(two[1], on=False))))


def test_good_cards_pass_together():
    levers.check(company(), Scenario(cards=tuple(CARDS.values())))


def test_a_card_whose_target_is_gone_is_flagged_and_skipped():
    problem = company()
    gone = replace(FLAT, id="g", target="family:F0|channel:GONE")
    scenario = Scenario(cards=(FLAT, gone))
    assert levers.flagged(problem, scenario) == (gone,)
    kept = levers.apply(problem, scenario)
    assert kept.hash == levers.apply(problem, Scenario(cards=(FLAT,))).hash
    assert scenario.cards == (FLAT, gone)


def test_apply_refuses_what_can_never_be_applied():
    for key in ("error.lever.unknown_kind", "error.lever.not_a_number"):
        with pytest.raises(LeverError) as caught:
            levers.apply(company(), Scenario(cards=(BAD[key],)))
        assert caught.value.key == key


def test_a_card_outside_the_horizon_does_nothing():
    problem = company()
    cards = {kind: c for kind, c in CARDS.items() if not levers.LEVERS[kind].whole_horizon}
    for kind, card in cards.items():
        outside = replace(card, first=LATE, last=None)
        assert levers.apply(problem, Scenario(cards=(outside,))).hash == problem.hash, kind
        past = replace(card, first=EARLY, last=EARLY)
        if kind != "shortage":
            assert levers.apply(problem, Scenario(cards=(past,))).hash == problem.hash, kind


def test_scenario_of_other_data_is_refused_with_a_sentence():
    problem = company(dataset="data-2")
    scenario = Scenario(name="Mine", dataset="data-1", cards=(FLAT, replace(FLAT, id="b")))
    with pytest.raises(LeverError) as caught:
        levers.adopt(problem, scenario)
    assert caught.value.key == "error.scenario.other_dataset"
    for lang in ("fr", "en"):
        (sentence,) = text_for(lang).error(caught.value)
        assert "data-1" in sentence
        assert "data-2" in sentence
        assert "Mine" in sentence


def test_scenario_of_other_data_can_be_taken_over():
    problem = company(dataset="data-2")
    gone = replace(FLAT, id="b", target="item:OLD")
    scenario = Scenario(name="Mine", dataset="data-1", cards=(FLAT, gone))
    adopted = levers.adopt(problem, scenario, anyway=True)
    assert adopted == replace(scenario, dataset="data-2")
    assert levers.flagged(problem, adopted) == (gone,)
    with pytest.raises(LeverError):
        levers.adopt(problem, replace(scenario, cards=(replace(FLAT, value=9.0),)), anyway=True)


def test_scenario_of_the_same_data_is_checked():
    problem = company(dataset="data-2")
    for made_on in ("", "data-2"):
        good = Scenario(cards=(FLAT,), dataset=made_on)
        assert levers.adopt(problem, good) == good
        with pytest.raises(LeverError):
            levers.adopt(problem, replace(good, cards=(replace(FLAT, value=9.0),)))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_lever_is_named_and_explained(lang):
    text = text_for(lang)
    for lever in levers.LEVERS.values():
        for part in ("name", "short"):
            assert 0 < len(text(f"lever.{lever.kind}.{part}")) <= 45
        assert text(f"lever.{lever.kind}.help").endswith(".")
        assert text(f"lever.group.{lever.group}")
        assert text(f"lever.owner.{lever.owner}")
        assert "5" in text(f"lever.unit.{lever.unit}", value="5")
        for name, option in lever.options.items():
            assert text(f"lever.option.{name}")
            assert "5" in text(f"lever.unit.{option.unit}", value="5")
        for target in lever.targets:
            assert text(f"lever.target.{target}")
    assert text("lever.option.lead_days")
