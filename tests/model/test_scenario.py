"""Scenario JSON: round trip, identity of what the engine uses, hostile input."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import LeverError
from sim.model import levers
from sim.model.problem import PlanMode
from sim.model.scenario import Card, Scenario, from_json, to_json
from sim.report.text import text_for
from tests.model.lever_cases import company

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
MONTHS = st.none() | st.dates(date(2020, 1, 1), date(2035, 12, 1)).map(lambda d: d.replace(day=1))
CARD_FIELDS = {
    "kind": WORDS,
    "target": WORDS,
    "first": MONTHS,
    "last": MONTHS,
    "value": NUMBERS,
    "on": st.booleans(),
    "options": st.dictionaries(WORDS, NUMBERS, max_size=4),
    "owner": WORDS,
    "note": WORDS,
    "probability": NUMBERS,
}
CARDS = st.dictionaries(WORDS, st.fixed_dictionaries(CARD_FIELDS), max_size=5).map(
    lambda cards: tuple(Card(id=name, **fields) for name, fields in cards.items())
)
SCENARIOS = st.builds(
    Scenario, name=WORDS, mode=st.sampled_from(PlanMode), cards=CARDS, dataset=WORDS
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=15,
)


@settings(max_examples=150, deadline=None)
@given(SCENARIOS)
def test_round_trip(scenario):
    text = to_json(scenario)
    assert from_json(text) == scenario
    assert from_json(text).hash == scenario.hash
    assert to_json(from_json(text)) == text


@settings(max_examples=200, deadline=None)
@given(JSON, st.sampled_from([*CARD_FIELDS, "id"]))
def test_any_json_in_any_field_is_read_or_refused(value, field):
    card = {"id": "a", "kind": "volume", "value": 0.1, field: value}
    _read_or_refuse(json.dumps({"format": 1, "mode": "chase", "cards": [card]}))


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_json_is_read_or_refused(value):
    _read_or_refuse(json.dumps(value))
    _read_or_refuse(json.dumps({"format": 1, "mode": value, "name": value, "cards": [value]}))
    _read_or_refuse(json.dumps({"format": value, "mode": "chase", "cards": value}))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    _read_or_refuse(text)


def _read_or_refuse(text):
    """Read, check and apply, or a LeverError with a sentence; nothing else."""
    try:
        scenario = from_json(text)
        to_json(scenario).encode()
        levers.check(company(), scenario)
        levers.apply(company(), scenario)
    except LeverError as error:
        _has_sentences(error)
    except Exception as error:
        if type(error).__name__ != "SopErrors":
            raise
        _has_sentences(error)


def _has_sentences(error):
    for lang in ("fr", "en"):
        for sentence in text_for(lang).error(error):
            assert not sentence.startswith("error.")


CARD = '{"id": "a", "kind": "volume", "value": %s}'
FILE = '{"format": 1, "mode": "chase", "cards": [%s]}'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "[" * 100_000,
        '{"a":' * 5_000,
        FILE % (CARD % "NaN"),
        FILE % (CARD % "Infinity"),
        FILE % (CARD % "1e999"),
        FILE % (CARD % ("9" * 400)),
        FILE % (CARD % ("9" * 5_000)),
        FILE % (CARD % '"0.1"'),
        FILE % (CARD % "true"),
        FILE % (CARD % "null"),
        FILE % (CARD % ("[" * 900 + "]" * 900)),
        FILE % '{"id": "a", "kind": "volume", "value": 0.1, "note": "\\ud800"}',
        FILE % '{"id": "a", "kind": "volume", "value": 0.1, "options": {"\\ud800": 1}}',
        FILE % '{"id": "a", "kind": "volume", "value": 0.1, "first": "2027-13-01"}',
        FILE % '{"id": "a", "kind": "volume", "value": 0.1, "first": 202701}',
        FILE % '{"id": "a", "kind": "volume", "value": 0.1, "on": "yes"}',
        FILE % ", ".join([CARD % "0.1", CARD % "0.2"]),
        FILE % ", ".join((CARD % "0.1").replace("a", f"a{n}", 1) for n in range(300)),
        FILE % (CARD % "0.1") + " " * 1_000_001,
        (FILE % "").replace('"format": 1', '"format": 99'),
        (FILE % "").replace('"chase"', '"magic"'),
        (FILE % "").replace('"chase"', "7"),
    ],
    ids=range(26),
)
def test_hostile_files_are_refused_with_a_sentence(text):
    with pytest.raises(LeverError) as caught:
        from_json(text)
    _has_sentences(caught.value)


def test_missing_fields_take_their_defaults():
    scenario = from_json(FILE % (CARD % "0.1"))
    assert scenario == Scenario(cards=(Card(id="a", kind="volume", value=0.1),))


def test_names_notes_and_off_cards_do_not_count():
    card = Card(id="a", kind="volume", value=0.1)
    base = Scenario(cards=(card,))
    off = replace(card, id="b", on=False)
    assert replace(base, name="x", dataset="y").hash == base.hash
    assert Scenario(cards=(replace(card, id="z", owner="o", note="n"), off)).hash == base.hash
    assert Scenario(cards=(replace(card, value=0.2),)).hash != base.hash
    assert replace(base, mode=PlanMode.OPTIMAL).hash != base.hash


def test_cards_are_found_and_replaced():
    card = Card(id="a", kind="volume", value=0.1)
    scenario = Scenario().with_card(card)
    assert scenario.card("a") is card
    assert scenario.with_card(replace(card, value=0.3)).card("a").value == 0.3
    assert len(scenario.with_card(replace(card, id="b")).cards) == 2
    with pytest.raises(LeverError):
        scenario.card("c")
