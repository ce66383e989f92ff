"""Dates and periods as people write them: strict formats, one day-month order per file."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sim.ingest.numerals import TYPED, Found

_NAMES = (
    ("jan", "janv", "janvier", "january"),
    ("feb", "fev", "fevr", "fevrier", "february"),
    ("mar", "mars", "march"),
    ("apr", "avr", "avril", "april"),
    ("may", "mai"),
    ("jun", "juin", "june"),
    ("jul", "juil", "juillet", "july"),
    ("aug", "aou", "aout", "august"),
    ("sep", "sept", "septembre", "september"),
    ("oct", "octobre", "october"),
    ("nov", "novembre", "november"),
    ("dec", "decembre", "december"),
)
MONTH_NAMES = {name: number for number, names in enumerate(_NAMES, 1) for name in names}

_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$", re.ASCII)
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_FORMATS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.ASCII), order)
    for pattern, order in (
        (r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", "ymd"),
        (r"(\d{4})(\d{2})(\d{2})", "ymd"),
        (r"(\d{4})[-/.](\d{1,2})", "ym"),
        (r"(\d{4})(\d{2})", "ym"),
        (r"(\d{4})m(\d{1,2})", "ym"),
        (r"(\d{1,2})[-/.](\d{4})", "my"),
        (r"m(\d{1,2})[ /.-](\d{4})", "my"),
        (r"(\d{1,2})[ /.-]([a-z]+)\.?[ /.-](\d{4}|\d{2})", "dmy"),
        (r"([a-z]+)\.?[ /.-](\d{4}|\d{2})", "my"),
        (r"(\d{4})[ /.-]([a-z]+)\.?", "ym"),
        (r"([a-z]+)\.? (\d{1,2}),? (\d{4})", "mdy"),
    )
)

_WEEK = r"(?:w|s|sem|semaine|week|kw|wk)"
_WEEKS = tuple(
    (re.compile(pattern, re.ASCII), year_first)
    for pattern, year_first in (
        (rf"(\d{{4}})[-/. ]?{_WEEK}[ .-]?(\d{{1,2}})", True),
        (rf"{_WEEK}[ .-]*(\d{{1,2}})[-/. ](\d{{4}})", False),
    )
)
_QUARTER = r"(?:t|q|trim|trimestre|quarter)"
_QUARTERS = tuple(
    (re.compile(pattern, re.ASCII), year_first)
    for pattern, year_first in (
        (rf"(\d{{4}})[-/. ]?{_QUARTER}[ .-]?([1-4])", True),
        (rf"{_QUARTER}[ .-]?([1-4])[-/. ](\d{{4}}|\d{{2}})", False),
        (rf"([1-4])(?:er|e|eme|st|nd|rd|th)? {_QUARTER}[ -](\d{{4}})", False),
    )
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """The days that one cell means, first and last: a day, week, month, quarter or own period."""

    start: date
    end: date
    grain: str

    @property
    def month(self) -> date:
        """The month it starts in."""
        return self.start.replace(day=1)


def read_iso(text: str, _order: str = "") -> date | None:
    """A date in the exchange style: 2026-11-01, or 2026-11 for a month.

    >>> read_iso("2026-11"), read_iso("01/11/2026")
    (datetime.date(2026, 11, 1), None)
    """
    body = _TIME.sub("", text.removeprefix(TYPED))
    if not re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", body, re.ASCII):
        return None
    return _made(body[:4], body[5:7], body[8:] or "1")


def read_date(text: str, order: str) -> date | None:
    """A date or month; ``order`` ("dmy" or "mdy") decides only for 01/02/2024.

    >>> read_date("1-Jan-2015", ""), read_date("janv.-24", ""), read_date("202403", "")
    (datetime.date(2015, 1, 1), datetime.date(2024, 1, 1), datetime.date(2024, 3, 1))
    >>> read_date("02/03/2024", "dmy"), read_date("02/03/2024", "mdy"), read_date("02/03/2024", "")
    (datetime.date(2024, 3, 2), datetime.date(2024, 2, 3), None)
    """
    return _read(text, order)[0]


def read_span(
    text: str, order: str, periods: Mapping[str, tuple[date, date]] | None = None
) -> Span | None:
    """The days that a cell means; ``periods`` are the names of the company's own calendar.

    >>> read_span("S05-2024", "")
    Span(start=datetime.date(2024, 1, 29), end=datetime.date(2024, 2, 4), grain='week')
    >>> read_span("T1 2024", "").end, read_span("2024M02", "").end, read_span("2021-W53", "")
    (datetime.date(2024, 3, 31), datetime.date(2024, 2, 29), None)
    """
    plain = _plain(text.removeprefix(TYPED))
    if periods and plain in periods:
        return Span(*periods[plain], "period")
    day, grain = _read(text, order)
    if day is not None:
        end = day if grain == "day" else _month_end(day)
        return Span(day, end, grain)
    return _week(plain) or _quarter(plain)


def period_name(text: str) -> str:
    """The name of a period as own calendars are searched: no case, accents or double spaces.

    >>> period_name("Période  03")
    'periode 03'
    """
    return _plain(text.removeprefix(TYPED))


def with_year(text: str, year: str) -> str:
    """A month, week or quarter without its year, completed; anything else as it is.

    >>> with_year("FÉV", "2024"), with_year("S05", "2024"), with_year("T1", "2024")
    ('fev 2024', 's05 2024', 't1 2024')
    >>> with_year("3", "2024"), with_year("Mars 2023", "2024")
    ('03/2024', 'Mars 2023')
    """
    plain = _plain(text.removeprefix(TYPED))
    if plain.isdigit() and 1 <= int(plain) <= 12:
        return f"{int(plain):02d}/{year}"
    return f"{plain.rstrip('.')} {year}" if lacks_year(text) else text


def lacks_year(text: str) -> bool:
    """Whether a text is a month, week or quarter without its year.

    >>> lacks_year("JANV"), lacks_year("S05"), lacks_year("T1"), lacks_year("janv.-24")
    (True, True, True, False)
    """
    plain = _plain(text.removeprefix(TYPED)).rstrip(".")
    if plain in MONTH_NAMES:
        return True
    return not _YEAR.search(plain) and (
        _week(f"{plain} 2020") is not None or _quarter(f"{plain} 2020") is not None
    )


def is_month_name(text: str) -> bool:
    """Whether a text is the name of a month and nothing else.

    >>> is_month_name("févr."), is_month_name("S05")
    (True, False)
    """
    return _plain(text).rstrip(".") in MONTH_NAMES


def years_in(text: str) -> list[str]:
    """The years that a text names.

    >>> years_in("Ventes 2023-2024 (extrait 01/02/2025)")
    ['2023', '2024', '2025']
    """
    return _YEAR.findall(text)


def week_too_late(text: str) -> bool:
    """Whether a text names a 53rd week of a year that has 52.

    >>> week_too_late("2021-W53"), week_too_late("2020-W53")
    (True, False)
    """
    plain = _plain(text.removeprefix(TYPED))
    return any(
        int(found[2 if first else 1]) == 53 and _week(plain) is None
        for pattern, first in _WEEKS
        if (found := pattern.fullmatch(plain))
    )


def find_order(cells: Iterable[str]) -> Found:
    """Whether 01/02/2024 means February or January in this file."""
    doubtful = ""
    votes: dict[str, list[str]] = {"dmy": [], "mdy": []}
    for text in cells:
        match = _NUMERIC.fullmatch(_TIME.sub("", text.strip()))
        if not match:
            continue
        first, second = int(match[1]), int(match[3])
        if first > 12 >= second:
            votes["dmy"].append(text)
        elif second > 12 >= first:
            votes["mdy"].append(text)
        else:
            doubtful = doubtful or text
    best = max(votes, key=lambda order: len(votes[order]))
    if votes[best]:
        other = votes["mdy" if best == "dmy" else "dmy"]
        return Found(value=best, sample=votes[best][0], ambiguous=len(other) == len(votes[best]))
    return Found(value="dmy", sample=doubtful, ambiguous=bool(doubtful))


def looks_like_date(text: str) -> bool:
    """Whether a cell is a date or a dated period in some order.

    >>> looks_like_date("1-Jan-2015"), looks_like_date("31/12/24"), looks_like_date("12")
    (True, True, False)
    """
    return any(read_span(text, order) for order in ("dmy", "mdy"))


def _read(text: str, order: str) -> tuple[date | None, str]:
    """A date and its grain ("day" or "month")."""
    if text.startswith(TYPED) and not text[1:].isdigit():
        return read_iso(text), "day"
    body = _TIME.sub("", _plain(text.removeprefix(TYPED)))
    numeric = _NUMERIC.fullmatch(body)
    if numeric:
        first, _, second, year = numeric.groups()
        if order not in {"dmy", "mdy"}:
            return None, ""
        day, month = (first, second) if order == "dmy" else (second, first)
        return _made(year, month, day), "day"
    for pattern, parts in _FORMATS:
        match = pattern.fullmatch(body)
        if match:
            found = dict(zip(parts, match.groups(), strict=True))
            made = _made(found["y"], found["m"], found.get("d", "1"))
            return made, "day" if "d" in found else "month"
    return None, ""


def _week(plain: str) -> Span | None:
    for pattern, year_first in _WEEKS:
        match = pattern.fullmatch(plain)
        if match:
            year, week = match.groups() if year_first else match.groups()[::-1]
            try:
                start = date.fromisocalendar(int(year), int(week), 1)
            except ValueError:
                return None
            return Span(start, start + timedelta(days=6), "week")
    return None


def _quarter(plain: str) -> Span | None:
    for pattern, year_first in _QUARTERS:
        match = pattern.fullmatch(plain)
        if match:
            year, number = match.groups() if year_first else match.groups()[::-1]
            start = _made(year, str(3 * int(number) - 2), "1")
            if start is None:
                return None
            return Span(start, _month_end(start.replace(month=start.month + 2)), "quarter")
    return None


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _made(year: str, month: str, day: str) -> date | None:
    number = int(month) if month.isdigit() else MONTH_NAMES.get(month, 0)
    full = int(year)
    if len(year) == 2:
        full += 2000 if full < 70 else 1900
    if not 1900 <= full <= 2199:
        return None
    try:
        return date(full, number, int(day))
    except ValueError:
        return None


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).lower().split())
