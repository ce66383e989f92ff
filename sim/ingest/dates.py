"""Dates and months as people write them: strict formats, one day-month order per file."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

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
    if text.startswith(TYPED):
        return read_iso(text)
    body = _TIME.sub("", _plain(text))
    numeric = _NUMERIC.fullmatch(body)
    if numeric:
        first, _, second, year = numeric.groups()
        if order not in {"dmy", "mdy"}:
            return None
        day, month = (first, second) if order == "dmy" else (second, first)
        return _made(year, month, day)
    for pattern, parts in _FORMATS:
        match = pattern.fullmatch(body)
        if match:
            found = dict(zip(parts, match.groups(), strict=True))
            return _made(found["y"], found["m"], found.get("d", "1"))
    return None


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
    """Whether a cell is a date in some order.

    >>> looks_like_date("1-Jan-2015"), looks_like_date("31/12/24"), looks_like_date("12")
    (True, True, False)
    """
    return any(read_date(text, order) for order in ("dmy", "mdy"))


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
