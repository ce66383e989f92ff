"""Files to take away: PNG and SVG of a chart, CSV and XLSX of a table.

Every file carries its stamp: scenario, data, author, time, hash and whether it is a draft.
"""

import copy
import csv as csv_writer
import io
import json
import multiprocessing
import re
import unicodedata
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Any, ParamSpec, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.report import render
from sim.report.cells import FORMATS, Figure, Style
from sim.report.charts.look import Spec
from sim.report.style import EXPORT_FONT, PALETTES, Theme
from sim.report.text import Text
from sim.workers import leave_with_parent

P = ParamSpec("P")
R = TypeVar("R")

WIDTH, HEIGHT = 900, 400
PATIENCE = 60  # seconds for one picture, the start of the worker included
RISKY = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Where a file comes from."""

    scenario: str
    data_as_of: date
    author: str
    made_at: datetime
    hash: str
    draft: bool = True

    def line(self, text: Text) -> str:
        """The stamp in one line."""
        return text(
            "export.stamp",
            state=text("word.draft" if self.draft else "word.validated"),
            scenario=self.scenario,
            data=text.day(self.data_as_of, year=True),
            author=self.author,
            made=text.day(self.made_at.date(), year=True) + self.made_at.strftime(" %H:%M"),
            hash=self.hash[:12],
        )


def standalone_spec(
    spec: Spec, rows: pa.Table, *, theme: Theme, width: int = WIDTH, height: int = HEIGHT
) -> Spec:
    """A chart's spec with its data inside, its font and its page: it needs nothing else."""
    whole = copy.deepcopy(spec)
    whole["data"] = {"values": rows.to_pylist()}
    whole["width"] = width
    whole["height"] = max(height, int(whole["height"]))
    whole["padding"] = {"left": 24, "right": 24, "top": 20, "bottom": 12}
    whole["background"] = PALETTES[theme].page
    whole["config"]["font"] = EXPORT_FONT
    return whole


def png(spec: Spec, footer: str, *, theme: Theme, scale: float = 2) -> bytes:
    """A picture of a stand-alone spec at twice the screen size."""
    return _in_worker(render.to_png, json.dumps(spec), footer, PALETTES[theme].ink_2, scale)


def svg(spec: Spec, footer: str, *, theme: Theme) -> bytes:
    """A drawing of a stand-alone spec, its text kept as text."""
    body = _in_worker(render.to_shared_svg, json.dumps(spec), footer, PALETTES[theme].ink_2)
    return body.encode()


def csv(table: pd.DataFrame, *, lang: str) -> bytes:
    """A table as CSV: `;` and decimal comma in French, `,` and point in English.

    >>> csv(pd.DataFrame({"a": ["=1+1"], "b": [0.5]}), lang="fr").decode("utf-8-sig")
    "a;b\\r\\n'=1+1;0,5\\r\\n"
    """
    comma = lang == "fr"
    out = io.StringIO(newline="")
    writer = csv_writer.writer(out, delimiter=";" if comma else ",", lineterminator="\r\n")
    writer.writerow([safe(str(name)) for name in table.columns])
    for row in table.itertuples(index=False, name=None):
        writer.writerow([_cell(value, comma=comma) for value in row])
    # Excel reads UTF-8 only when the file begins with its mark.
    return out.getvalue().encode("utf-8-sig")


def file_name(*parts: str, day: date, ending: str) -> str:
    """A name without accents, spaces or signs: company, scenario, content, date.

    >>> file_name("Valfonte SAS", "A", "Œuvre d’été", day=date(2027, 1, 21), ending="csv")
    'valfonte-sas-a-oeuvre-d-ete-2027-01-21.csv'
    """
    words = "-".join(filter(None, (_slug(part) for part in parts)))
    return f"{words}-{day.isoformat()}.{ending}" if words else f"{day.isoformat()}.{ending}"


def _slug(words: str) -> str:
    spelt = words.lower().replace("œ", "oe").replace("æ", "ae").replace("’", " ")
    plain = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def safe(words: str) -> str:
    """A text that no spreadsheet will run as a formula; numbers are never passed here.

    >>> safe("@cmd"), safe("Poêles")
    ("'@cmd", 'Poêles')
    """
    return f"'{words}" if words.startswith(RISKY) else words


def xlsx(
    sheets: Mapping[str, pd.DataFrame],
    *,
    stamp: Stamp,
    text: Text,
) -> bytes:
    """A workbook with typed cells, one sheet per table and a last one with the stamp."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, options) as book:
        # Naive: a spreadsheet knows no time zones.
        book.set_properties(
            {
                "title": stamp.scenario,
                "author": stamp.author,
                "created": stamp.made_at.replace(tzinfo=None),
            }
        )
        styles = _Styles(
            head=book.add_format({"bold": True, "bottom": 1}),
            whole=book.add_format({"num_format": "#,##0"}),
            decimal=book.add_format({"num_format": "#,##0.00"}),
            day=book.add_format({"num_format": "yyyy-mm-dd"}),
            month=book.add_format({"num_format": "mmm yyyy", "align": "left"}),
            figures={s: book.add_format({"num_format": f}) for s, f in FORMATS.items()},
        )
        for name, table in sheets.items():
            _write_sheet(book.add_worksheet(_sheet_name(name)), table, styles)
        about = book.add_worksheet(_sheet_name(text("export.about")))
        about.write_string(0, 0, stamp.line(text))
        about.write_string(1, 0, text("export.hash", hash=stamp.hash))
    return out.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Styles:
    head: Any
    whole: Any
    decimal: Any
    day: Any
    month: Any
    figures: Mapping[Style, Any]


def _write_sheet(sheet: Any, table: pd.DataFrame, styles: _Styles) -> None:
    for column, name in enumerate(table.columns):
        sheet.write_string(0, column, str(name), styles.head)
        dated = styles.month if _are_months(table[name]) else styles.day
        for row, value in enumerate(table[name], start=1):
            _write_cell(sheet, (row, column), value, styles=styles, dated=dated)
    sheet.freeze_panes(1, 0)
    if len(table.columns):
        sheet.autofilter(0, 0, max(1, len(table)), len(table.columns) - 1)
    sheet.autofit()


def _are_months(values: "pd.Series[Any]") -> bool:
    """Whether a column holds the first days of months: they are written without their day."""
    days = [value for value in values if not _is_missing(value)]
    return bool(days) and all(isinstance(day, date) and day.day == 1 for day in days)


def _write_cell(
    sheet: Any, place: tuple[int, int], value: object, *, styles: _Styles, dated: Any
) -> None:
    if _is_missing(value):
        return
    if isinstance(value, bool | np.bool_):
        sheet.write_boolean(*place, bool(value))
    elif isinstance(value, int | np.integer):
        sheet.write_number(*place, int(value), styles.whole)
    elif isinstance(value, float | np.floating):
        style = styles.figures[value.style] if isinstance(value, Figure) else styles.decimal
        sheet.write_number(*place, float(value), style)
    elif isinstance(value, date):
        day = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        sheet.write_datetime(*place, day.replace(tzinfo=None), dated)
    else:
        # write_string, never write: a text that begins with "=" stays a text.
        sheet.write_string(*place, str(value))


def _sheet_name(name: str) -> str:
    """A name that a spreadsheet accepts.

    >>> _sheet_name("A/B: [x]")
    'A B   x '
    """
    return "".join(" " if c in "[]:*?/\\'" else c for c in name)[:31]


def _cell(value: object, *, comma: bool) -> str:
    if _is_missing(value):
        return ""
    if isinstance(value, bool | np.bool_):
        return str(int(value))
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, Figure):
        # A comma-separated file has no formats: shares are percentages, as their header says.
        amount = value.style in (Style.MONEY, Style.CHANGE)
        value = round(value * 100 if value.style is Style.SHARE else value, 2 if amount else 4)
    if isinstance(value, float | np.floating):
        number = format(float(value), ".12g")
        return number.replace(".", ",") if comma else number
    if isinstance(value, date):
        return value.isoformat()[:10]
    return safe(str(value))


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and not np.isfinite(value))


_pool: ProcessPoolExecutor | None = None
_lock = Lock()


def _in_worker(work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run in the export worker; start a new one when the old one died."""
    for attempt in (1, 2):
        pool = _worker()
        try:
            return pool.submit(work, *args, **kwargs).result(timeout=PATIENCE)
        except BrokenProcessPool:
            _forget(pool)
            if attempt == 2:
                raise
    raise AssertionError("unreachable")


def _worker() -> ProcessPoolExecutor:
    global _pool  # noqa: PLW0603 - one worker per process, started by the first export
    with _lock:
        if _pool is None:
            context = multiprocessing.get_context("spawn")
            _pool = ProcessPoolExecutor(1, mp_context=context, initializer=leave_with_parent)
        return _pool


def _forget(pool: ProcessPoolExecutor) -> None:
    global _pool  # noqa: PLW0603
    with _lock:
        if _pool is pool:
            _pool = None
    pool.shutdown(wait=False)
