"""Numbers and dates: read as they were written, or refused."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ingest.dates import find_order, looks_like_date, read_date
from sim.ingest.numerals import TYPED, find_decimal, read_number, read_plain, write_number

CENTS = st.integers(-(10**12), 10**12)


def _written(cents: int, decimal: str, group: str) -> str:
    whole, rest = divmod(abs(cents), 100)
    return f"{whole:,}".replace(",", group) + f"{decimal}{rest:02d}"


@given(
    cents=CENTS,
    style=st.sampled_from(
        [
            *((",", group) for group in (" ", "\u00a0", "\u202f", ".", "", "’")),
            *((".", group) for group in (",", "", " ", "'")),
        ]
    ),
    sign=st.sampled_from(["-{}", "{}-", "({})", "\u2212{}", "- {}"]),
    money=st.sampled_from(["{}", "{} €", "${}", "{} EUR", "{}\u00a0€"]),
)
def test_a_number_in_a_supported_style_is_read_as_itself(cents, style, sign, money):
    decimal, group = style
    text = money.format(_written(cents, decimal, group))
    text = sign.format(text) if cents < 0 else text
    assert read_number(text, decimal) == pytest.approx(cents / 100, rel=1e-12)


@given(cents=CENTS, decimal=st.sampled_from(".,"), group=st.sampled_from(["", " ", ".", ",", "'"]))
def test_under_the_other_sign_it_is_refused_or_has_no_decimals_to_lose(cents, decimal, group):
    """13,75 is never read as 1375, 18500.00 never as 1850000."""
    if group == decimal:
        return
    other = "," if decimal == "." else "."
    found = read_number(_written(cents, decimal, group), other)
    assert found is None


@given(st.text(alphabet="0123456789.,-+ ()€%e'", max_size=12))
def test_any_text_gives_a_finite_number_or_none(text):
    for decimal in ".,":
        found = read_number(text, decimal)
        assert found is None or math.isfinite(found)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_written_number_reads_back_exactly(value):
    assert read_plain(write_number(value)) == value


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("1,234,56", ","),
        ("1 23", ","),
        *((text, ".") for text in ("1,234,56", "1e3", "N/A", "", "12.3.4", "nan", "inf")),
        *((text, ".") for text in ("--5", "٣", ".", "%", "12-5")),
    ],
)
def test_malformed_numbers_are_refused(text, decimal):
    assert read_number(text, decimal) is None


@pytest.mark.parametrize(
    ("cells", "value", "ambiguous"),
    [
        (["12", "13,75"], ",", False),
        (["18500.00", "3"], ".", False),
        (["1.234", "2.500"], ".", True),
        (["1.234", "2.500", "0,5"], ",", False),
        (["1.234.567"], ",", False),
        (["1 234,500"], ",", False),
        (["0.125"], ".", False),
        (["1.234,56"], ",", False),
        (["12", "7"], ".", False),
        ([TYPED + "1.234"], ".", False),
    ],
)
def test_the_decimal_sign_of_a_file(cells, value, ambiguous):
    found = find_decimal(cells)
    if not ambiguous:
        assert found.value == value
    assert found.ambiguous is ambiguous


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_a_date_is_read_in_every_unambiguous_style(day):
    months = ("janv.", "févr.", "mars", "avr.", "mai", "juin")
    months += ("juil.", "août", "sept.", "oct.", "nov.", "déc.")
    english = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    for text in (
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day:%Y/%m/%d}",
        f"{day.isoformat()} 00:00:00",
        f"{day.day}-{english[day.month - 1]}-{day.year}",
        f"{day.day} {months[day.month - 1]} {day.year}",
    ):
        assert read_date(text, "") == day, text
    for text in (f"{months[day.month - 1]}-{day.year}", f"{day:%m/%Y}", f"{day:%YM%m}"):
        assert read_date(text, "") == day.replace(day=1), text


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_day_and_month_follow_the_order_of_the_file(day):
    assert read_date(f"{day:%d/%m/%Y}", "dmy") == day
    assert read_date(f"{day:%m/%d/%Y}", "mdy") == day
    assert read_date(f"{day:%d.%m.%Y}", "") is None


@pytest.mark.parametrize("text", ["0000-00", "2024-13", "31/02/2024", "12", "Bike", "févr-24x", ""])
def test_what_is_no_date_is_refused(text):
    assert not looks_like_date(text)


def test_the_order_comes_from_a_cell_that_proves_it_or_is_asked():
    assert find_order(["01/02/2024", "25/02/2024"]).value == "dmy"
    assert find_order(["01/02/2024", "02/25/2024"]).value == "mdy"
    asked = find_order(["01/02/2024", "03/04/2024"])
    assert asked.ambiguous
    assert asked.sample == "01/02/2024"
    assert not find_order(["2024-01-02"]).ambiguous
