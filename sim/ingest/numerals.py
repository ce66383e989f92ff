"""Numbers as people write them: one decimal sign per file, and nothing is guessed per cell.

A value that does not fit the sign of its file is refused, never adapted: the classic
defects are 13,75 read as 1375 and 18500.00 read as 1850000.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

# Cells that a workbook already holds as a number or a date arrive behind this mark (a code
# point of Unicode's private use area): they are exact and have no style.
TYPED = "\ue000"

_SIGNS = str.maketrans(
    {"\u2212": "-", "\u2009": " ", "\u2007": " ", "\u00a0": " ", "\u202f": " ", "’": "'"}
)
_CURRENCY = r"(?:[$€£¥]|EUR|USD|GBP|CHF|CAD|JPY)"
_MONEY = re.compile(rf"^{_CURRENCY}\s*|\s*{_CURRENCY}$", re.IGNORECASE)
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_LOOSE = re.compile(r"[+(-]?[0-9.,][0-9.,' ]*[)-]?")
_BODY = {
    sign: re.compile(
        rf"(?:[0-9]+|[0-9]{{1,3}}(?P<group>[{group}])[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*)?"
        rf"(?:\{sign}[0-9]*)?"
    )
    for sign, group in ((".", ", '"), (",", ". '"))
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A choice made once per file, with the cell that decided it."""

    value: str
    sample: str = ""
    ambiguous: bool = False


def read_plain(text: str) -> float | None:
    """A number in the exchange style: digits, one decimal point, no thousands sign.

    >>> read_plain("-12.50"), read_plain("12,5"), read_plain("1e3"), read_plain("nan")
    (-12.5, None, None, None)
    """
    if not _PLAIN.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def read_number(text: str, decimal: str) -> float | None:
    """A number with the decimal sign of its file, or None when it does not fit.

    >>> read_number("1 234,50 €", ","), read_number("155,22-", ","), read_number("12 %", ",")
    (1234.5, -155.22, 0.12)
    >>> read_number("1,234,56", ","), read_number("13,75", "."), read_number("1e3", ".")
    (None, None, None)
    """
    if text.startswith(TYPED):
        return read_plain(text[1:])
    body, negative, scale = _unwrap(text)
    if not body or not _BODY[decimal].fullmatch(body) or not any(map(str.isdigit, body)):
        return None
    digits = "".join(c for c in body if c.isdigit() or c == decimal).replace(decimal, ".")
    value = float(digits) / scale
    if not math.isfinite(value):
        return None
    return -value if negative else value


def find_decimal(cells: Iterable[str]) -> Found:
    """The decimal sign of a file, from the cells of its number columns."""
    votes: dict[str, list[str]] = {".": [], ",": []}
    doubtful = ""
    for text in cells:
        if text.startswith(TYPED):
            continue
        sign = _evidence(text)
        if sign in votes:
            votes[sign].append(text)
        elif sign == "?":
            doubtful = doubtful or text
    best = max(votes, key=lambda sign: len(votes[sign]))
    if votes[best]:
        other = votes["," if best == "." else "."]
        return Found(value=best, sample=votes[best][0], ambiguous=len(other) == len(votes[best]))
    return Found(value=".", sample=doubtful, ambiguous=bool(doubtful))


def looks_like_number(text: str) -> bool:
    """Whether a cell is a number in some style.

    >>> looks_like_number("1 234,50 €"), looks_like_number("SO45080"), looks_like_number("")
    (True, False, False)
    """
    if text.startswith(TYPED):
        return read_plain(text[1:]) is not None
    body = _MONEY.sub("", text.translate(_SIGNS).strip()).rstrip("% ")
    return bool(_LOOSE.fullmatch(body)) and any(map(str.isdigit, body))


def write_number(value: float) -> str:
    """The shortest text that reads back as the same number, without an exponent.

    >>> write_number(12.0), write_number(0.1), write_number(1e-7)
    ('12', '0.1', '0.0000001')
    """
    import numpy as np

    return str(np.format_float_positional(value, trim="-"))


def _unwrap(text: str) -> tuple[str, bool, float]:
    """Digits of a cell, whether it is negative, and 100 for a percentage.

    A currency or a per cent sign stands inside or outside of the sign, and only once.
    """
    body, outer = _without_unit(text.translate(_SIGNS).strip())
    negative = False
    if body.startswith("(") and body.endswith(")"):
        body, negative = body[1:-1].strip(), True
    elif body[:1] in {"-", "+"}:
        body, negative = body[1:].lstrip(), body[0] == "-"
    elif body.endswith("-"):
        body, negative = body[:-1].rstrip(), True
    body, inner = _without_unit(body)
    return ("" if outer and inner else body), negative, 100.0 if "%" in outer + inner else 1.0


def _without_unit(body: str) -> tuple[str, str]:
    """A cell without its one currency or per cent sign, and that sign."""
    if body.endswith("%"):
        return body[:-1].rstrip(), "%"
    found = _MONEY.search(body)
    return (_MONEY.sub("", body, count=1), found[0]) if found else (body, "")


def _evidence(text: str) -> str:
    """The decimal sign that a cell proves, "?" when it could be either, "" when it has none."""
    body = _unwrap(text)[0]
    points, commas = body.count("."), body.count(",")
    if not points and not commas:
        return ""
    if points and commas:
        last = "." if body.rfind(".") > body.rfind(",") else ","
        return last if _BODY[last].fullmatch(body) else ""
    sign, other = (".", ",") if points else (",", ".")
    if points + commas > 1:
        return other if _BODY[other].fullmatch(body) else ""
    whole, _, rest = body.partition(sign)
    grouped = len(rest) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0")
    return "?" if grouped else sign
