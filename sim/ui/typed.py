"""A lever's value as somebody types it: "12,5", "12.5 %", "1,2 M€", "P90"."""

import re

from sim.ingest.numerals import read_number
from sim.model.levers import Unit
from sim.report.text import SCALES

_NUMBER = re.compile(r"[-−+]?\s*[0-9][0-9.,\s\u00a0\u202f]*")
_HUNDREDTHS = (Unit.SHARE, Unit.POINTS, Unit.QUANTILE)
_MONEY = (Unit.MONEY, Unit.MONEY_PER_MONTH)


def read_value(typed: str, *, unit: Unit, shown: str, lang: str) -> float | None:
    """The value that was typed beside a slider; None when it is no number.

    ``shown`` is what the slider says now: an amount without k or M is counted as that one is.

    >>> read_value("12,5 %", unit=Unit.SHARE, shown="10 %", lang="fr")
    0.125
    >>> read_value("1.2", unit=Unit.MONEY, shown="€1.0M", lang="en")
    1200000.0
    >>> read_value("800 k€", unit=Unit.MONEY, shown="1,0 M€", lang="fr")
    800000.0
    >>> read_value("a lot", unit=Unit.MONEY, shown="€1.0M", lang="en") is None
    True
    """
    found = _NUMBER.search(typed)
    if found is None:
        return None
    own, other = (",", ".") if lang == "fr" else (".", ",")
    written = found[0].strip()
    number = read_number(written, own)
    if number is None:
        number = read_number(written, other)
    if number is None:
        return None
    if unit in _HUNDREDTHS:
        return round(number / 100, 9)
    if unit in _MONEY:
        return number * (_scale(typed) or _scale(shown) or 1.0)
    return number


def _scale(written: str) -> float | None:
    found = re.search(r"[0-9][\s\u00a0\u202f]*([kM])", written)
    return SCALES[found[1]] if found else None
