"""Canonical tables as twelve companies would export them."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import xlsxwriter

from sim.ingest.numerals import write_number
from sim.ingest.schema import TABLES, Kind

FRENCH = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.")
FRENCH += ("nov.", "déc.")
HEADERS = {"item": "Code article", "channel": "Canal", "month": "Mois", "quantity": "Qté"}
HEADERS |= {"revenue": "CA HT", "family": "Famille", "label": "Désignation", "price": "PV HT"}


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How one company writes: container and encoding, numbers and dates, long or wide."""

    name: str
    container: str = "csv"
    encoding: str = "utf-8"
    separator: str = ";"
    french: bool = True
    group: str = ""
    wide: bool = False

    def number(self, value: float) -> str:
        """A number with the decimal sign and the thousands sign of the company."""
        whole, _, rest = write_number(abs(value)).partition(".")
        grouped = f"{int(whole):,}".replace(",", self.group)
        sign = "," if self.french else "."
        return ("-" if value < 0 else "") + grouped + (f"{sign}{rest}" if rest else "")

    def day(self, day: pd.Timestamp, kind: Kind) -> str:
        """A month by its name, a day in the order of the language."""
        if kind is Kind.MONTH:
            return f"{FRENCH[day.month - 1]}-{day:%y}" if self.french else f"{day:%b %Y}"
        return f"{day:%d/%m/%Y}" if self.french else f"{day:%m/%d/%Y}"

    def cell(self, value: object, kind: Kind) -> object:
        """One cell; a workbook keeps numbers and dates as such."""
        if pd.isna(value) or value == "":
            return ""
        if isinstance(value, str):
            return value
        if self.container == "xlsx":
            return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
        if isinstance(value, pd.Timestamp):
            return self.day(value, kind)
        return self.number(float(value))


NARROW, HARD = "\u202f", "\u00a0"
DIALECTS = (
    Dialect(name="fr-utf8-long", group=NARROW),
    Dialect(name="fr-bom-wide", encoding="utf-8-sig", group=NARROW, wide=True),
    Dialect(name="fr-cp1252-long", encoding="cp1252", group=HARD),
    Dialect(name="fr-cp1252-wide", encoding="cp1252", group=" ", wide=True),
    Dialect(name="fr-utf16-long", encoding="utf-16", separator="\t", group="."),
    Dialect(name="fr-utf16-wide", encoding="utf-16", wide=True),
    Dialect(name="en-utf8-long", separator=",", french=False, group=","),
    Dialect(name="en-bom-long", encoding="utf-8-sig", separator="\t", french=False),
    Dialect(name="en-utf8-wide", separator=",", french=False, group=",", wide=True),
    Dialect(name="en-utf16-wide", encoding="utf-16", separator="\t", french=False, wide=True),
    Dialect(name="xlsx-long", container="xlsx"),
    Dialect(name="xlsx-wide", container="xlsx", wide=True),
)


def values_of(table: str, frame: pd.DataFrame, dialect: Dialect) -> list[str]:
    """The columns that a pivot of this company shows; empty when it exports lines."""
    if not dialect.wide or "month" not in frame:
        return []
    names = {"sales": ["quantity", "revenue"], "production": ["produced"], "budget": ["quantity"]}
    single = [name for name in ("quantity", "closing", "available") if name in frame]
    return names.get(table, single[:1])


def exported(table: str, frame: pd.DataFrame, dialect: Dialect) -> bytes:
    """A canonical table as a file of this company."""
    lines = list(_lines(table, frame, dialect))
    out = io.BytesIO()
    if dialect.container == "xlsx":
        with xlsxwriter.Workbook(out, {"default_date_format": "dd/mm/yyyy"}) as book:
            sheet = book.add_worksheet()
            for row, line in enumerate(lines):
                for column, cell in enumerate(line):
                    if cell != "":
                        sheet.write(row, column, cell)
        return out.getvalue()
    text = io.StringIO()
    csv.writer(text, delimiter=dialect.separator, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode(dialect.encoding)


def _lines(table: str, frame: pd.DataFrame, dialect: Dialect) -> Iterator[list[object]]:
    values = values_of(table, frame, dialect)
    if not values:
        yield [_header(name, dialect) for name in frame]
        kinds = [TABLES[table].column(name).kind for name in frame]
        for line in frame.itertuples(index=False):
            yield [dialect.cell(value, kind) for value, kind in zip(line, kinds, strict=True)]
        return
    for position, value in enumerate(values):
        if position:
            yield []
        title = {"revenue": "CA HT en €"}.get(value, "Quantités")
        yield [title]
        yield from _pivot(table, frame, dialect, value)


def _pivot(table: str, frame: pd.DataFrame, dialect: Dialect, value: str) -> Iterator[list[object]]:
    keys = [name for name in TABLES[table].key if name in frame and name != "month"]
    wide = frame.pivot_table(index=keys, columns="month", values=value, sort=False, aggfunc="sum")
    wide = wide[sorted(wide.columns)]
    months = [dialect.cell(month, Kind.MONTH) for month in wide.columns]
    yield [*(_header(name, dialect) for name in keys), *months]
    kinds = [TABLES[table].column(name).kind for name in keys]
    for key, line in zip(
        wide.reset_index()[keys].itertuples(index=False), wide.to_numpy(), strict=True
    ):
        head = [dialect.cell(one, kind) for one, kind in zip(key, kinds, strict=True)]
        yield [*head, *(dialect.cell(cell, Kind.NUMBER) for cell in line)]


def _header(name: str, dialect: Dialect) -> str:
    return HEADERS.get(name, name) if dialect.french else name
