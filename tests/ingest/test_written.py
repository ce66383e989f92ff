"""Whatever the style of a file: a cell is read as what was written, or refused, or asked."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ingest.dates import find_order, read_date, read_span
from sim.ingest.numerals import find_decimal, read_number

GROUPS = {
    ",": ("", " ", "\u00a0", "\u202f", "\u2009", ".", "'", "’"),
    ".": ("", ",", " ", "'", "’"),
}
SIGNS = ("-{}", "\u2212{}", "{}-", "({})", "- {}")
MONEY = ("{}", "{} €", "€{}", "{}€", "$ {}", "{}\u00a0EUR", "CHF {}", "{} %", "{}%")
STYLES = st.sampled_from(
    [(sign, group, m, n) for sign in GROUPS for group in GROUPS[sign] for m in MONEY for n in SIGNS]
)
NUMBERS = st.lists(
    st.tuples(st.integers(-(10**9), 10**9), st.integers(0, 4)), min_size=1, max_size=6
)


def written(value, places, style):
    sign, group, money, minus = style
    whole, rest = divmod(abs(value), 10**places)
    body = f"{whole:,}".replace(",", group) + (f"{sign}{rest:0{places}d}" if places else "")
    text = money.format(body)
    return minus.format(text) if value < 0 else text


@given(NUMBERS, STYLES)
def test_a_file_of_numbers_in_one_style_is_read_as_written_or_asked(numbers, style):
    """With the sign that the file itself proves; never 13,75 as 1375 or 18500.00 as 1850000."""
    cells = [written(value, places, style) for value, places in numbers]
    found = find_decimal(cells)
    percent = 100 if "%" in style[2] else 1
    for (value, places), cell in zip(numbers, cells, strict=True):
        true = value / 10**places / percent
        right = read_number(cell, style[0])
        assert right is None or right == pytest.approx(true, rel=1e-12), cell
        if not found.ambiguous:
            read = read_number(cell, found.value)
            assert read is None or read == pytest.approx(true, rel=1e-12), cell


@given(NUMBERS, STYLES)
def test_the_styles_of_the_list_are_all_read(numbers, style):
    for value, places in numbers:
        assert read_number(written(value, places, style), style[0]) is not None


FRENCH = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "octobre")
FRENCH += ("nov.", "DÉC")
ENGLISH = (
    "Jan",
    "February",
    "Mar",
    "Apr",
    "May",
    "June",
    "Jul",
    "AUG",
    "Sept",
    "Oct",
    "Nov",
    "Dec",
)
DAYS = st.lists(st.dates(date(1970, 1, 1), date(2069, 12, 31)), min_size=1, max_size=6)
WRITERS = {
    **{f"dmy{sep}": lambda d, sep=sep: f"{d:%d{sep}%m{sep}%Y}" for sep in "/.-"},
    **{f"mdy{sep}": lambda d, sep=sep: f"{d:%m{sep}%d{sep}%Y}" for sep in "/.-"},
    "dmy2": lambda d: f"{d:%d/%m/%y}",
    "mdy2": lambda d: f"{d:%m/%d/%y}",
    "short": lambda d: f"{d.day}/{d.month}/{d.year}",
    "iso": lambda d: d.isoformat(),
    "time": lambda d: f"{d.isoformat()}T00:00:00Z",
    "compact": lambda d: f"{d:%Y%m%d}",
    "french": lambda d: f"{d.day} {FRENCH[d.month - 1]} {d.year}",
    "dashed": lambda d: f"{d.day:02d}-{ENGLISH[d.month - 1]}-{d:%y}",
    "english": lambda d: f"{ENGLISH[d.month - 1]} {d.day}, {d.year}",
}


@given(DAYS, st.sampled_from(sorted(WRITERS)))
def test_a_file_of_dates_in_one_style_is_read_as_written_or_asked(days, style):
    cells = [WRITERS[style](day) for day in days]
    found = find_order(cells)
    if found.ambiguous:
        return
    for day, cell in zip(days, cells, strict=True):
        assert read_date(cell, found.value) in {day, None}, cell


MONTHS = (
    lambda d: f"{d:%Y-%m}",
    lambda d: f"{d:%Y%m}",
    lambda d: f"{d:%YM%m}",
    lambda d: f"{d:%m/%Y}",
    lambda d: f"{FRENCH[d.month - 1]}-{d:%y}",
    lambda d: f"{ENGLISH[d.month - 1]}-{d:%y}",
    lambda d: f"{FRENCH[d.month - 1].upper()} {d.year}",
)


@given(DAYS, st.sampled_from(MONTHS), st.sampled_from(["dmy", "mdy", ""]))
def test_a_month_is_the_same_in_every_style_and_order(days, writer, order):
    for day in days:
        found = read_span(writer(day), order)
        assert found is not None
        assert found.start == day.replace(day=1)


@given(st.text(alphabet="0123456789/.-WSTQM ", max_size=10), st.sampled_from(["dmy", "mdy", ""]))
def test_any_text_is_a_period_within_bounds_or_none(text, order):
    found = read_span(text, order)
    assert found is None or (1900 <= found.start.year <= 2200 and found.start <= found.end)
