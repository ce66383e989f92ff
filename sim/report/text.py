"""Everything a person reads, in French and English: sentences, numbers, money, dates.

Sentences live in ``data/locale/<language>/*.po`` under identifiers and are read once per
language. Nothing here touches the process locale: two sessions may use two languages.
A missing key is a bug and raises KeyError; a test compares the source with the files.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

from babel.dates import format_date
from babel.messages.pofile import read_po

from sim.errors import SopError, each

LANGUAGES = ("fr", "en")
LOCALE = Path(__file__).resolve().parents[2] / "data" / "locale"

THIN = "\u202f"  # narrow no-break space
FIXED = "\u00a0"  # no-break space
MINUS = "\u2212"
NONE = "–"  # what stands for "no value"
_COUNTS = frozenset({"rows", "codes", "of", "files"})  # values of errors that count something
_TABLES = frozenset({"table", "list"})  # and those that name a table

SYMBOLS = MappingProxyType({"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"})
SCALES = MappingProxyType({"M": 1e6, "k": 1e3, "": 1.0})


@lru_cache(maxsize=4_096)
def _date(day: date, pattern: str, lang: str) -> str:
    # The same few months are written a hundred times per screen.
    return str(format_date(day, pattern, locale=lang))


@dataclass(frozen=True, slots=True)
class Text:
    """The sentences of one language, and the formats that go with it."""

    lang: str
    currency: str
    templates: Mapping[str, str]

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence of a key, its fields filled with texts that are already formatted."""
        return self.templates[key].format(**values)

    def has(self, key: str) -> bool:
        """Whether there is a sentence under this key."""
        return key in self.templates

    @property
    def symbol(self) -> str:
        """The sign of the currency: €, $ or its ISO code."""
        return SYMBOLS.get(self.currency, self.currency)

    # numbers

    def number(self, x: float, digits: int = 0, *, sign: bool = False) -> str:
        """A number with `digits` decimals.

        >>> text_for("fr").number(-12345.6, 1)
        '−12\\u202f345,6'
        >>> text_for("en").number(12345.6, 1, sign=True)
        '+12,345.6'
        """
        if not math.isfinite(x):
            return NONE
        body = f"{abs(x):,.{digits}f}"
        if self.lang == "fr":
            body = body.replace(",", THIN).replace(".", ",")
        is_zero = not any(c in "123456789" for c in body)
        if is_zero:
            return body
        if x < 0:
            return MINUS + body
        return "+" + body if sign else body

    def short(self, x: float, digits: int = 3) -> str:
        """A number with so many significant digits, never fewer than its whole part.

        >>> text_for("en").short(0.01234), text_for("en").short(1234.5)
        ('0.0123', '1,234')
        """
        return self.number(x, _decimals(x, digits))

    def percent(self, x: float, digits: int = 1, *, sign: bool = False) -> str:
        """A share as a percentage.

        >>> text_for("fr").percent(0.9771), text_for("en").percent(0.9771)
        ('97,7\\u202f%', '97.7%')
        """
        body = self.number(100 * x, digits, sign=sign)
        return body + (THIN + "%" if self.lang == "fr" else "%")

    def points(self, x: float, digits: int = 1) -> str:
        """A difference of two shares, in percentage points, with its sign.

        >>> text_for("fr").points(0.067), text_for("en").points(-0.067)
        ('+6,7\\xa0pt', '−6.7\\xa0pp')
        """
        return self.number(100 * x, digits, sign=True) + FIXED + self("format.points")

    def probability(self, x: float) -> str:
        """A probability estimated from draws: never 0 nor 100 %.

        >>> text_for("fr").probability(1.0), text_for("en").probability(0.4)
        ('plus de 99\\u202f%', '40%')
        """
        if x > 0.99:
            return self("format.more_than", value=self.percent(0.99, 0))
        if x < 0.01:
            return self("format.less_than", value=self.percent(0.01, 0))
        return self.percent(x, 0)

    def money(
        self,
        x: float,
        digits: int = 3,
        *,
        sign: bool = False,
        unit: str | None = None,
        decimals: int | None = None,
    ) -> str:
        """An amount: significant digits in millions, whole thousands below one million.

        `unit` ("M", "k" or "") and `decimals` force the scale and the decimals, so that the
        numbers of one row can be compared.

        >>> text_for("fr").money(25_712_000), text_for("en").money(25_712_000)
        ('25,7\\xa0M€', '€25.7M')
        >>> text_for("fr").money(-430_400), text_for("en").money(-430_400)
        ('−430\\xa0k€', '−€430k')
        >>> text_for("fr").money(651_000, sign=True, unit="M", decimals=2)
        '+0,65\\xa0M€'
        """
        if not math.isfinite(x):
            return NONE
        scale = money_scale(x) if unit is None else unit
        value = x / SCALES[scale]
        if decimals is None:
            decimals = _decimals(value, digits) if scale == "M" else 0
        return self.in_currency(self.number(value, decimals, sign=sign), scale)

    def in_currency(self, number: str, scale: str) -> str:
        """A formatted number as an amount in the given scale.

        >>> text_for("en").in_currency("+1.5", "M"), text_for("fr", "CHF").in_currency("12", "k")
        ('+€1.5M', '12\\xa0k\\xa0CHF')
        """
        worded = len(self.symbol) > 1
        if self.lang == "fr":
            return number + FIXED + scale + (FIXED if worded and scale else "") + self.symbol
        lead = number[:1] if number[:1] in ("+", MINUS) else ""
        return lead + self.symbol + (FIXED if worded else "") + number[len(lead) :] + scale

    def money_unit(self, scale: str) -> str:
        """The name of a money scale for labels and subtitles.

        >>> text_for("fr").money_unit("M"), text_for("en").money_unit("k")
        ('M€', '€k')
        """
        worded = len(self.symbol) > 1 and scale
        if self.lang == "fr":
            return scale + (FIXED if worded else "") + self.symbol
        return self.symbol + (FIXED if worded else "") + scale

    def interval(self, low: str, high: str) -> str:
        """Two formatted bounds.

        >>> text_for("fr").interval("96,2", "99,1")
        '96,2–99,1'
        """
        return f"{low}–{high}"

    def plus_minus(self, value: str, error: str) -> str:
        """A formatted value and its standard error, kept on one line.

        >>> text_for("fr").plus_minus("+1,52", "0,02")
        '+1,52\\xa0±\\xa00,02'
        """
        return f"{value}{FIXED}±{FIXED}{error}"

    # dates

    def month(self, day: date) -> str:
        """A month with its year.

        >>> text_for("fr").month(date(2027, 11, 1)), text_for("en").month(date(2027, 11, 1))
        ('novembre 2027', 'November 2027')
        """
        return _date(day, "MMMM yyyy", self.lang)

    def month_name(self, day: date) -> str:
        """A month without its year.

        >>> text_for("fr").month_name(date(2027, 8, 1))
        'août'
        """
        return _date(day, "LLLL", self.lang)

    def month_short(self, day: date) -> str:
        """A month as on the axes.

        >>> text_for("fr").month_short(date(2027, 2, 1))
        'fév'
        """
        return self("month.short").split()[day.month - 1]

    def month_label(self, day: date) -> str:
        """A month in a table or a tooltip.

        >>> text_for("fr").month_label(date(2027, 2, 1))
        'févr.\\xa02027'
        """
        return _date(day, "MMM yyyy", self.lang).replace(" ", FIXED)

    def day(self, day: date, *, year: bool = False) -> str:
        """A day, without its year unless asked for.

        >>> text_for("fr").day(date(2027, 2, 12)), text_for("en").day(date(2027, 2, 12))
        ('12\\xa0févr.', '12\\xa0Feb')
        >>> text_for("fr").day(date(2027, 1, 1), year=True)
        '1er\\xa0janv.\\xa02027'
        """
        pattern = "d MMM yyyy" if year else "d MMM"
        words = _date(day, pattern, self.lang).split()
        if self.lang == "fr" and words[0] == "1":
            words[0] = "1er"
        return FIXED.join(words)

    # lists and errors

    def join(self, words: Sequence[str]) -> str:
        """An enumeration.

        >>> text_for("fr").join(["fonte", "émail", "peinture"]), text_for("en").join(["a", "b"])
        ('fonte, émail et peinture', 'a and b')
        """
        if len(words) < 2:
            return "".join(words)
        return self("format.and", first=", ".join(words[:-1]), last=words[-1])

    def error(self, error: SopError) -> list[str]:
        """One sentence per problem inside an error."""
        return [self._sentence(one) for one in each(error)]

    def filled(self, template: str, error: SopError) -> str:
        """A part of an error's sentence with the values of the error."""
        values = {name: self._plain(value, name) for name, value in error.values.items()}
        if {"file", "list"} & values.keys():  # elsewhere a table is named as its own file is
            values |= {
                name: self.templates.get(f"table.{values[name]}", values[name])
                for name in _TABLES & values.keys()
            }
        return template.format(**values)

    def _sentence(self, error: SopError) -> str:
        try:
            return self.filled(self.templates[error.key], error)
        except (KeyError, IndexError):
            # Reporting a problem must never hide it behind another one.
            return str(error)

    def _plain(self, value: object, name: str) -> str:
        if isinstance(value, SopError):  # a word or a sentence inside another
            return self._sentence(value)
        if isinstance(value, float):
            return self.short(value)
        if isinstance(value, date):
            return self.month(value) if name == "month" else self.day(value, year=True)
        if isinstance(value, int) and name in _COUNTS:  # a row or a year is written without groups
            return self.number(value)
        return str(value)


def money_scale(x: float) -> str:
    """The scale an amount is written in: "M", "k" or "".

    >>> money_scale(25e6), money_scale(-430e3), money_scale(999_600), money_scale(420)
    ('M', 'k', 'M', '')
    """
    if not math.isfinite(x):
        return ""
    if abs(x) >= 999_500:
        return "M"
    return "k" if abs(x) >= 999.5 else ""


@cache
def text_for(lang: str, currency: str = "EUR") -> Text:
    """The texts of a language, with amounts in a currency (ISO code)."""
    return Text(lang, currency, _templates(lang))


def best_language(wanted: str | None) -> str:
    """The language of the product for a locale such as "fr-CA"; English for all others.

    >>> best_language("fr-CA"), best_language("de-DE"), best_language(None)
    ('fr', 'en', 'en')
    """
    prefix = re.split(r"[-_]", wanted or "")[0].lower()
    return prefix if prefix in LANGUAGES else "en"


@cache
def _templates(lang: str) -> Mapping[str, str]:
    if lang not in LANGUAGES:
        raise KeyError(lang)
    merged: dict[str, str] = {}
    for path in sorted((LOCALE / lang).glob("*.po")):
        merged.update(read_templates(path))
    return MappingProxyType(merged)


def read_templates(path: Path) -> dict[str, str]:
    """The keys and templates of one .po file."""
    with path.open("rb") as file:
        catalog = read_po(file, abort_invalid=True)
    return {str(message.id): str(message.string) for message in catalog if message.id}


def _decimals(x: float, digits: int) -> int:
    """Decimals that show `digits` significant digits, rounding considered.

    >>> _decimals(25.712, 3), _decimals(9.996, 3), _decimals(430.0, 3), _decimals(0.0, 3)
    (1, 1, 0, 0)
    """
    if not math.isfinite(x) or x == 0:
        return 0
    rounded = float(f"{abs(x):.{digits - 1}e}")
    return max(0, digits - 1 - math.floor(math.log10(rounded)))
