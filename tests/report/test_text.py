"""Formats in both languages, against hand-written expectations."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import DataError, LeverError, SopErrors
from sim.report.text import MINUS, best_language, money_scale, text_for

FR, EN = text_for("fr"), text_for("en")


def test_look_examples_in_french():
    assert FR.in_currency(FR.number(12345.6, 1), "k") == "12\u202f345,6\u00a0k€"
    assert FR.money(25.7e6) == "25,7\u00a0M€"
    assert FR.percent(0.977) == "97,7\u202f%"
    assert FR.points(0.067) == "+6,7\u00a0pt"
    assert FR.day(date(2027, 2, 12)) == "12\u00a0févr."


def test_look_examples_in_english():
    assert EN.in_currency(EN.number(12345.6, 1), "k") == "€12,345.6k"
    assert EN.money(25.7e6) == "€25.7M"
    assert EN.percent(0.977) == "97.7%"
    assert EN.points(0.067) == "+6.7\u00a0pp"
    assert EN.day(date(2027, 2, 12)) == "12\u00a0Feb"


def test_other_currencies_keep_the_place_of_their_sign():
    assert text_for("en", "USD").money(1.92e6) == "$1.92M"
    assert text_for("fr", "USD").money(1.92e6) == "1,92\u00a0M$"
    assert text_for("en", "CHF").money(-430e3) == "−CHF\u00a0430k"


def test_below_one_million_thousands_have_no_decimals():
    assert FR.money(999_499) == "999\u00a0k€"
    assert FR.money(999_500) == "1,00\u00a0M€"
    assert FR.money(420) == "420\u00a0€"


def test_three_significant_digits_never_cut_the_whole_part():
    assert EN.money(123.4e6) == "€123M"
    assert EN.money(1_234e6) == "€1,234M"
    assert EN.money(9.996e6) == "€10.0M"


@pytest.mark.parametrize("text", [FR, EN])
def test_missing_values_and_zeros(text):
    assert text.number(math.nan) == text.money(math.inf) == "–"
    assert text.number(-0.004, 1) == text.number(0.0, 1)
    assert MINUS not in text.percent(-0.00001)


@pytest.mark.parametrize("text", [FR, EN])
def test_probability_is_never_certain(text):
    assert "100" not in text.probability(1.0)
    assert text.probability(0.0) != text.percent(0, 0)
    assert text.probability(0.5).startswith("50")


@given(st.floats(-1e12, 1e12))
def test_a_french_number_reads_back(x):
    written = FR.number(x, 3)
    read = float(written.replace("\u202f", "").replace(",", ".").replace(MINUS, "-"))
    assert read == pytest.approx(x, abs=6e-4)
    assert " " not in written


@given(st.floats(1, 1e11))
def test_the_scale_keeps_at_most_three_digits_before_the_sign_below_a_billion(x):
    digits = [c for c in EN.money(x) if c.isdigit()]
    assert 1 <= len(digits) <= max(4, len(str(round(x / 1e6))))
    assert money_scale(x) == money_scale(-x)


def test_a_missing_key_is_an_error():
    with pytest.raises(KeyError):
        FR("no.such.key")
    with pytest.raises(KeyError):
        text_for("de")


def test_errors_become_sentences_in_both_languages():
    one = LeverError("error.scenario.field", field="cards[0].value", value="abc")
    both = SopErrors([one, LeverError("error.scenario.not_scenario")])
    assert len(FR.error(both)) == 2
    assert "cards[0].value" in FR.error(one)[0]
    assert FR.error(one) != EN.error(one)


def test_an_error_without_sentence_is_still_reported():
    assert EN.error(DataError("error.none.such", row=3)) == ["error.none.such (row=3)"]


def test_language_follows_the_browser():
    assert best_language("fr_CA") == "fr"
    assert best_language("en-GB") == "en"
    assert best_language("") == "en"
