"""Units that a file writes in a header or a title: of durations, with or without tax."""

import re
from collections.abc import Iterable

from sim.ingest.headers import normal
from sim.ingest.numerals import TYPED, read_number

VAT = "0.2"  # proposed where a file says that its prices include tax: the French rate
_HOURS = {"h": 1.0, "min": 1.0 / 60.0, "s": 1.0 / 3600.0}
_CLOCK = re.compile(r"(\d{1,6}):([0-5]\d)(?::([0-5]\d(?:[.,]\d+)?))?", re.ASCII)
_RATE = re.compile(
    r"\b(?:u|p|pcs|units?|unit[ée]s?|pi[èe]ces?) ?/ ?(?:h|heure|hour)\b", re.IGNORECASE
)
_DURATIONS = (
    ("per_hour", r"cadences?|(?:units?|unites?|pieces?) (?:par|per|a l) (?:heure|hour|h)"),
    ("hms", r"hh mm(?: ss)?|h mm ss"),
    ("min", r"minutes?|mins?|mn|minutage"),
    ("s", r"secondes?|seconds?|secs?|s"),
    ("h", r"heures?|hours?|hrs?|h"),
)
_TIME = re.compile(r"\b(?:duree|duration|temps|time|run|gamme)\b")
_GROSS = re.compile(
    r"\b(?:ttc|toutes taxes|(?:incl\w*|with|avec|y compris|dont) (?:tax\w*|vat|tva)|"
    r"(?:tax|vat) incl\w*|brutto)\b"
)
_NET = re.compile(r"\b(?:ht|hors taxes?|(?:excl\w*|without|sans) (?:tax\w*|vat|tva))\b")


def duration_unit(texts: Iterable[str]) -> str:
    """The unit of a duration that a header or title names; "" when none does.

    >>> duration_unit(["Temps unitaire (min)"]), duration_unit(["h/unité"])
    ('min', 'h')
    >>> duration_unit(["Cadence"]), duration_unit(["u/h"]), duration_unit(["Durée par unité (h)"])
    ('per_hour', 'per_hour', 'h')
    >>> duration_unit(["Temps unitaire"])
    ''
    """
    for text in texts:
        if _RATE.search(text):
            return "per_hour"
        name = normal(text)
        for unit, pattern in _DURATIONS:
            if re.search(rf"\b(?:{pattern})\b", name):
                return unit
    return ""


def names_duration(text: str) -> bool:
    """Whether a header speaks of time, with or without a unit.

    >>> names_duration("Temps unitaire"), names_duration("Capacité")
    (True, False)
    """
    return bool(_TIME.search(normal(text)))


def tax_word(texts: Iterable[str]) -> str:
    """Whether a header or title says "gross" (with tax) or "net"; "" when it says neither.

    >>> tax_word(["Prix TTC"]), tax_word(["CA HT"]), tax_word(["Prix"])
    ('gross', 'net', '')
    """
    for text in texts:
        name = normal(text)
        if _GROSS.search(name):
            return "gross"
        if _NET.search(name):
            return "net"
    return ""


def is_clock(text: str) -> bool:
    """Whether a cell is a duration with colons.

    >>> is_clock("0:05:30"), is_clock("5.5")
    (True, False)
    """
    return bool(_CLOCK.fullmatch(text.removeprefix(TYPED)))


def read_hours(text: str, decimal: str, unit: str) -> float | None:
    """A duration or rate as hours per unit, or None when it does not fit.

    Parameters
    ----------
    text, decimal : the cell and the decimal sign of its file
    unit : "h", "min", "s", "hms" (hours:minutes:seconds) or "per_hour" (a rate, inverted)

    >>> read_hours("90", ".", "min"), read_hours("0:45:00", ".", "hms")
    (1.5, 0.75)
    >>> read_hours("4", ".", "per_hour"), read_hours("0", ".", "per_hour")
    (0.25, None)
    """
    if unit == "hms":
        found = _CLOCK.fullmatch(text.removeprefix(TYPED))
        if not found:
            return None
        seconds = float((found[3] or "0").replace(",", "."))
        return int(found[1]) + int(found[2]) / 60.0 + seconds / 3600.0
    value = read_number(text, decimal)
    if value is None:
        return None
    if unit == "per_hour":
        return 1.0 / value if value > 0.0 else None
    return value * _HOURS[unit]
