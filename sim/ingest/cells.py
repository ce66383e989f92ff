"""Bytes of an upload to sheets of text cells. Runs only in the parser child.

The type is found by content. Every cell stays text; a number or a date that a workbook
already holds as such is written in the exchange style behind a mark.
"""

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sim.ingest.numerals import TYPED

MOST_COLUMNS = 4_000
MOST_ROWS = 1_000_000
MOST_CELLS = 50_000_000
MOST_BYTES = 200_000_000  # of an unpacked workbook
MOST_RATIO = 100  # unpacked to packed
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
_SEPARATORS = (";", "\t", ",", "|")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


class Refusal(Exception):
    """A file that cannot be read: the text key and its values."""

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Text cells of one sheet. ``lines`` are the rows as a spreadsheet counts them."""

    name: str
    kind: str
    encoding: str
    separator: str
    rows: list[list[str]]
    lines: list[int]


def read_sheets(body: bytes) -> list[Sheet]:
    """The sheets of a file, whatever its name says.

    Raises
    ------
    Refusal: the file is empty, hostile, cut, or not a table.
    """
    if not body.strip(b"\x00\r\n\t ;,"):
        raise Refusal("error.upload.empty")
    if body[:4] == b"PK\x03\x04":
        return _workbook(body)
    if body[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Refusal("error.upload.old_excel")
    marked = body.startswith((b"\xff\xfe", b"\xfe\xff"))
    if body[:4] == b"%PDF" or (b"\x00" in body and not marked):
        raise Refusal("error.upload.not_table")
    return [_text_sheet(body)]


def decode(body: bytes) -> tuple[str, str]:
    """Text and encoding by a fixed chain: byte order mark, strict UTF-8, then cp1252.

    >>> decode("Qté".encode("cp1252"))
    ('Qté', 'cp1252')
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            try:
                return body.decode(encoding), encoding
            except UnicodeDecodeError:
                raise Refusal("error.upload.cut") from None
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        # Five bytes have no meaning in cp1252; they are shown as a mark, never dropped.
        return body.decode("cp1252", errors="replace"), "cp1252"


def find_separator(text: str) -> str:
    """The separator that cuts the first 50 lines into the same number of cells."""
    head = "\n".join(text.splitlines()[:50])
    best, best_score = ",", (0.0, 0)
    for separator in _SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(head), delimiter=separator) if row]
        except csv.Error:
            continue
        common = max(set(widths), key=widths.count, default=0)
        if common < 2:
            continue
        score = (widths.count(common) / len(widths), common)
        if score > best_score:
            best, best_score = separator, score
    return best


def _text_sheet(body: bytes) -> Sheet:
    text, encoding = decode(body)
    separator = find_separator(text)
    rows: list[list[str]] = []
    lines: list[int] = []
    cells = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for number, row in enumerate(reader, 1):
            trimmed = [cell.strip().replace(TYPED, "") for cell in row]
            if not any(trimmed):
                continue
            if any(cell.count("\n") > 20 for cell in trimmed):
                raise Refusal("error.upload.open_quote", row=number)
            cells = max(cells, len(trimmed))
            _check_size(len(rows) + 1, cells)
            rows.append(trimmed)
            lines.append(number)
    except csv.Error:
        raise Refusal("error.upload.open_quote", row=len(rows) + 1) from None
    if not rows:
        raise Refusal("error.upload.empty")
    return Sheet(
        name="", kind="csv", encoding=encoding, separator=separator, rows=rows, lines=lines
    )


def _check_size(rows: int, columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise Refusal("error.upload.too_wide", found=float(columns), limit=float(MOST_COLUMNS))
    if rows > MOST_ROWS:
        raise Refusal("error.upload.too_long", found=float(rows), limit=float(MOST_ROWS))
    if rows * columns > MOST_CELLS:
        raise Refusal("error.upload.too_many", found=float(rows * columns), limit=float(MOST_CELLS))


def _workbook(body: bytes) -> list[Sheet]:
    _check_archive(body)
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(io.BytesIO(body))
        sheets = [
            _sheet(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name, meta in zip(book.sheet_names, book.sheets_metadata, strict=True)
            if meta.visible == calamine.SheetVisibleEnum.Visible
            and meta.typ == calamine.SheetTypeEnum.WorkSheet
        ]
    except MemoryError:
        raise
    except Exception:
        # calamine raises its own and plain errors alike; whatever it is, the file is unusable.
        raise Refusal("error.upload.cut") from None
    filled = [sheet for sheet in sheets if sheet.rows]
    if not filled:
        raise Refusal("error.upload.empty")
    return filled


def _sheet(name: str, cells: list[list[Any]]) -> Sheet:
    rows: list[list[str]] = []
    lines: list[int] = []
    for number, row in enumerate(cells, 1):
        written = [_cell(value) for value in row]
        if any(written):
            rows.append(written)
            lines.append(number)
    return Sheet(name=name, kind="xlsx", encoding="", separator="", rows=rows, lines=lines)


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value.strip().replace(TYPED, "")
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float | int):
        return TYPED + _plain_number(float(value))
    if isinstance(value, datetime | date):
        return TYPED + value.isoformat()[:10]
    return str(value).strip()


def _plain_number(value: float) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    return f"{value:.15f}".rstrip("0") if "e" in text else text


def _check_archive(body: bytes) -> None:
    """Refuse a workbook that would unpack, or spread its cells, beyond the limits."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = archive.infolist()
            names = [member.filename for member in members]
            if "xl/workbook.xml" not in names:
                raise Refusal("error.upload.not_workbook")
            unpacked = sum(member.file_size for member in members)
            if unpacked > MOST_BYTES or unpacked > MOST_RATIO * len(body):
                raise Refusal("error.upload.bomb", found=unpacked // 1_000_000, limit=200)
            for name in names:
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _check_cells(archive, name)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise Refusal("error.upload.cut") from None
    except zipfile.zlib.error:  # type: ignore[attr-defined]
        raise Refusal("error.upload.cut") from None


def _check_cells(archive: zipfile.ZipFile, name: str) -> None:
    """Scan the cell references of a sheet: two cells at opposite corners are a bomb too."""
    rows = columns = size = 0
    tail = b""
    with archive.open(name) as stream:
        while chunk := stream.read(1 << 20):
            size += len(chunk)
            if size > MOST_BYTES:  # the sizes in the directory of an archive may lie
                raise Refusal("error.upload.bomb", found=size // 1_000_000, limit=200)
            for letters, number in _CELL.findall(tail + chunk):
                rows = max(rows, int(number))
                columns = max(columns, _column_number(letters))
            tail = chunk[-40:]
    _check_size(rows, columns)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
