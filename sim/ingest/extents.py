"""How far the cells of a workbook reach, found without opening it. Runs in the parser child.

Two cells at opposite corners of a 4 kB workbook would take all the memory of the machine.
"""

import re
import struct
import zipfile
from collections.abc import Iterator

from sim.ingest.limits import MOST_CELLS, Refusal, check_size

_CHUNK = 1 << 20
# Quick first: only places beyond RZ99999; then the letters of every near place as well. Both take
# look-alikes in texts for places: the exact patterns come last, and only in doubt.
_FAR = re.compile(rb"""r\s*=\s*["'](?![A-Ra-r]?[A-Za-z]?[0-9]{1,5}["'])([A-Za-z]*[0-9]+)""")
_ANY = re.compile(rb"""r\s*=\s*["']([A-Za-z]+(?=[0-9]{1,5}["'])|[A-Za-z]*[0-9]{6,}|[A-Za-z]{4,})""")
_NEAR_ROW, _NEAR_COLUMN = 99_999, 494
_TAG = re.compile(rb"""<(?:\w+:)?(row|c)\b([^>]*)>""")
_PLACE = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]*)([0-9]*)""")
_FILTER = re.compile(
    rb"""<(?:\w+:)?autoFilter\b[^>]*?\bref\s*=\s*["']\$?[A-Za-z]+\$?([0-9]{1,7})"""
)
_ODS = re.compile(rb"<(/?)table:(table-row|table-cell|covered-table-cell|table)\b([^>]*)>")
_TIMES = re.compile(rb"""table:number-(?:columns|rows)-repeated\s*=\s*["']\s*\+?([0-9]+)""")


def check_xlsx(archive: zipfile.ZipFile) -> dict[str, int]:
    """Refuse sheets that reach too far; give the first row of each filter by member.

    Raises
    ------
    Refusal: too wide, too long or too many cells.
    """
    filters: dict[str, int] = {}
    for name in archive.namelist():
        row, column = _quick_extent(archive, name, _FAR, filters=filters)
        if _fits(row, max(column, _NEAR_COLUMN)):
            continue
        if not _fits(*_quick_extent(archive, name, _ANY, filters=filters)):
            check_size(*_exact_extent(archive, name))
    return filters


def _quick_extent(
    archive: zipfile.ZipFile, name: str, places: re.Pattern[bytes], *, filters: dict[str, int]
) -> tuple[int, int]:
    """At least as many rows and columns as the cells that a pattern finds."""
    row, column, tail, inside = _NEAR_ROW, 0, b"", False
    for chunk in _chunks(archive, name):
        text = tail + chunk
        tail = text[-200:]
        inside = inside or b"sheetData" in text
        if not inside:
            continue
        for place in set(places.findall(text)):
            letters = place.rstrip(b"0123456789")
            column = max(column, _column_number(letters))
            row = max(row, int(place[len(letters) :] or 0))
        if b"autoFilter" in text and (found := _FILTER.search(text)):
            filters[name] = int(found[1])
    return row, column


def _fits(rows: int, columns: int) -> bool:
    try:
        check_size(rows, columns)
    except Refusal:
        return False
    return True


def _exact_extent(archive: zipfile.ZipFile, name: str) -> tuple[int, int]:
    """Rows and columns up to the last cell that is not empty, every cell looked at."""
    rows = columns = row = column = 0
    for tag in _tags(archive, name, _TAG):
        place = _PLACE.search(tag[2])
        letters, digits = place.groups() if place else (b"", b"")
        if tag[1] == b"row":
            row, column = int(digits or row + 1), 0
            continue
        row = int(digits or row)
        column = _column_number(letters) if letters else column + 1
        if not tag[2].endswith(b"/"):
            rows, columns = max(rows, row), max(columns, column)
    return rows, columns


def check_ods(archive: zipfile.ZipFile) -> None:
    """Refuse tables whose repeated rows and columns reach too far.

    Raises
    ------
    Refusal: too wide, too long or too many cells.
    """
    row = column = width = repeat = 0
    cells = 0  # kept by the parser: each repeated row is written out
    for tag in _tags(archive, "content.xml", _ODS):
        closing, kind, rest = bool(tag[1]), tag[2], tag[3]
        times = _TIMES.search(rest)
        if kind == b"table-row":
            if not closing:
                column, width, repeat = 0, 0, int(times[1]) if times else 1
            row += repeat if closing or rest.endswith(b"/") else 0
            if width and closing:
                check_size(row, width)
                cells += repeat * width
        elif kind == b"table":
            row, cells = 0, cells if closing else 0
        elif not closing:
            column += int(times[1]) if times else 1
            width = column if b"office:value" in rest or not rest.endswith(b"/") else width
        if cells > MOST_CELLS:
            raise Refusal("error.upload.too_many", found=float(cells), limit=float(MOST_CELLS))


def check_xlsb(archive: zipfile.ZipFile) -> None:
    """Refuse sheets whose binary cells reach too far.

    Raises
    ------
    Refusal: too wide, too long or too many cells.
    """
    for name in archive.namelist():
        if not name.startswith("xl/worksheets/") or not name.endswith(".bin"):
            continue
        rows = columns = row = 0
        with archive.open(name) as stream:
            for kind, head in _records(stream.read()):
                if kind == 0:  # a row
                    row = head + 1
                elif kind <= 11:  # a cell
                    rows, columns = max(rows, row), max(columns, head + 1)
        check_size(rows, columns)


def _records(body: bytes) -> Iterator[tuple[int, int]]:
    """Kind and first number of each record that holds a row or a cell."""
    at, end = 0, len(body)
    try:
        while at < end:
            kind, at = body[at], at + 1
            if kind & 128:
                kind, at = (kind & 127) | body[at] << 7, at + 1
            size = shift = 0
            while shift < 28:
                part, at = body[at], at + 1
                size |= (part & 127) << shift
                shift += 7
                if part < 128:
                    break
            if kind <= 11:
                yield kind, struct.unpack_from("<I", body, at)[0]
            at += size
    except (IndexError, struct.error):
        raise Refusal("error.upload.cut") from None


def _chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _tags(
    archive: zipfile.ZipFile, name: str, pattern: re.Pattern[bytes]
) -> Iterator[re.Match[bytes]]:
    left = b""
    for chunk in _chunks(archive, name):
        text = left + chunk
        end = text.rfind(b">") + 1
        yield from pattern.finditer(text, 0, end)
        left = text[end:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
