"""How a file writes its numbers, dates, durations and prices: found, shown, asked."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from sim.errors import DataError, SopError
from sim.ingest.checks import Style
from sim.ingest.dates import find_order, lacks_year, read_date, read_span, years_in
from sim.ingest.headers import OWN, likeness, rivals_of
from sim.ingest.mapping import FileMap
from sim.ingest.numerals import Found, find_decimal, read_number, read_plain
from sim.ingest.schema import TABLES, Kind
from sim.ingest.units import (
    VAT,
    duration_unit,
    is_clock,
    names_duration,
    read_hours,
    tax_word,
)

if TYPE_CHECKING:
    from sim.ingest.preview import FilePreview

DURATIONS = {"routing": "quantity_per_unit", "capacity": "available"}
PRICES = frozenset({"price", "revenue", "new_price"})
Periods = Mapping[str, tuple[date, date]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Styles:
    """What the cells and headers of a file prove; ``None`` where the question does not arise."""

    decimal: Found = field(default_factory=lambda: Found(value="."))
    order: Found = field(default_factory=lambda: Found(value="dmy"))
    year: Found | None = None
    duration: Found | None = None
    tax: Found | None = None
    rivals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # headers for one field


def find_styles(preview: "FilePreview", mapping: FileMap) -> Styles:
    """The properties of a file, from the columns that its mapping uses."""
    numbers, days = _used(preview, mapping)
    return Styles(
        decimal=find_decimal(cell for name in numbers for cell in _ordered(preview, name)),
        order=find_order(cell for name in days for cell in _ordered(preview, name)),
        year=_find_year(preview, mapping, days),
        duration=_find_duration(preview, mapping),
        tax=_find_tax(preview, mapping),
        rivals=rivals_of(preview, mapping),
    )


def questions(name: str, mapping: FileMap, found: Styles) -> Iterator[SopError]:
    """What a person must say before the file can be read."""
    for key, answer, style in (
        ("decimal", mapping.decimal, found.decimal),
        ("dates", mapping.dates, found.order),
        ("duration", mapping.duration, found.duration),
        ("tax", mapping.tax, found.tax),
        ("year", mapping.year, found.year),
    ):
        if style is not None and style.ambiguous and not answer:
            yield DataError(f"error.upload.ask_{key}", file=name, value=style.sample)
    for field_, headers in found.rivals.items():
        if field_ not in mapping.settled:
            shown = ", ".join(headers)
            yield DataError("error.upload.ask_column", file=name, column=field_, headers=shown)


def style_of(mapping: FileMap, found: Styles, periods: Periods) -> Style:
    """The reader of the cells of a file, from what it proves and what a person answered."""
    decimal = mapping.decimal or found.decimal.value
    order = mapping.dates or found.order.value
    special: dict[str, Callable[[str], float | None]] = {}
    if found.duration is not None:
        unit = mapping.duration or found.duration.value
        if unit:
            special[DURATIONS[mapping.table]] = partial(read_hours, decimal=decimal, unit=unit)
    if found.tax is not None and (mapping.tax or found.tax.value) == "gross":
        net = partial(_net, decimal=decimal, rate=vat_rate(mapping))
        special |= dict.fromkeys(PRICES, net)
    return Style(
        number=lambda text: read_number(text, decimal),
        day=lambda text: read_date(text, order),
        span=lambda text: read_span(text, order, periods),
        special=special,
    )


def vat_rate(mapping: FileMap) -> float:
    """The rate that prices with tax include [share].

    >>> vat_rate(FileMap(vat="0.055")), vat_rate(FileMap())
    (0.055, 0.2)
    """
    return read_plain(mapping.vat or VAT) or 0.0


def first_year(preview: "FilePreview", mapping: FileMap) -> str:
    """The year of the first month that is written without one; "" when there is none to say."""
    found = _find_year(preview, mapping, _used(preview, mapping)[1])
    return "" if found is None else mapping.year or found.value


def _net(text: str, *, decimal: str, rate: float) -> float | None:
    value = read_number(text, decimal)
    return None if value is None else value / (1.0 + rate)


def _used(preview: "FilePreview", mapping: FileMap) -> tuple[list[str], list[str]]:
    """The columns of the file that hold numbers, and those that hold dates."""
    numbers: set[str] = set(mapping.wide)
    days: set[str] = set()
    for name, source in mapping.columns.items():
        if preview.column(source.column) is None or source.hops:
            continue
        kind = TABLES[mapping.table].column(name).kind
        if kind in {Kind.MONTH, Kind.DATE}:
            days.add(source.column)
        elif kind in {Kind.NUMBER, Kind.INTEGER}:
            numbers.add(source.column)
    there = [column.name for column in preview.columns]
    return [n for n in there if n in numbers], [n for n in there if n in days]


def _ordered(preview: "FilePreview", name: str) -> list[str]:
    return sorted(preview.codes(name))


def _find_year(preview: "FilePreview", mapping: FileMap, days: list[str]) -> Found | None:
    """The year of months written without one, as the title above the header says it."""
    texts = mapping.wide if mapping.wide_field == "month" else ()
    bare = [text for text in texts if lacks_year(text)]
    bare += [cell for name in days for cell in _ordered(preview, name) if lacks_year(cell)]
    if not bare or mapping.year_column:
        return None
    years = list(dict.fromkeys(year for text in preview.title for year in years_in(text)))
    if len(years) == 1:
        sample = next(text for text in preview.title if years[0] in text)
        return Found(value=years[0], sample=sample)
    return Found(value="", sample=" · ".join(preview.title) or bare[0], ambiguous=True)


def _find_duration(preview: "FilePreview", mapping: FileMap) -> Found | None:
    """The unit of the durations of a routing or capacity."""
    name = DURATIONS.get(mapping.table, "")
    if name not in mapping.given:
        return None
    headers = list(mapping.wide) if mapping.wide else [mapping.columns[name].column]
    cells = next((_ordered(preview, one)[:1] for one in headers if preview.column(one)), [])
    sample = " · ".join([*cells, *([] if mapping.wide else headers)])
    if any(is_clock(cell) for one in headers if preview.column(one) for cell in preview.codes(one)):
        return Found(value="hms", sample=sample)
    told = duration_unit([] if mapping.wide else headers) or duration_unit(_plain_title(preview))
    own = any(likeness(header, name)[0] >= OWN for header in headers)  # what we call it ourselves
    as_is = own or (mapping.table == "capacity" and not _timed(headers))
    return Found(value=told, sample=sample, ambiguous=not told and not as_is)


def _timed(headers: list[str]) -> bool:
    return any(names_duration(header) for header in headers)


def _plain_title(preview: "FilePreview") -> list[str]:
    """The title without single letters: "Atelier H" names no unit."""
    return [" ".join(word for word in text.split() if len(word) > 1) for text in preview.title]


def _find_tax(preview: "FilePreview", mapping: FileMap) -> Found | None:
    """Whether prices include tax: asked only where the file says so."""
    named = PRICES & mapping.given
    if not named:
        return None
    headers = [s.column for name, s in mapping.columns.items() if name in named and s.column]
    for text in (*headers, *preview.title):
        word = tax_word([text])
        if word:
            return Found(value=word, sample=text, ambiguous=word == "gross")
    return Found(value="net", sample=headers[0] if headers else "")
