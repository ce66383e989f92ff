"""Cells to columns of text, batch by batch. Runs in the parser child.

Every cell becomes text; a number or a date that the file already holds as such is written
in the exchange style behind a mark.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from sim.ingest.limits import check_size
from sim.ingest.numerals import TYPED

BATCH = 1_000  # rows: what fits the cache of the processor
_REMEMBERED = 500_000  # distinct cells of all columns
Column = tuple[bytes, bytes]  # the length of each text (32 bits each), and the texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some rows of a sheet: their numbers (64 bits each) and columns, the last ones perhaps absent.

    Nearly the layout of Arrow, by hand: importing pyarrow would take longer than most files.
    """

    rows: int
    numbers: bytes
    columns: list[Column]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table of a file, its rows numbered as a spreadsheet counts.

    ``member`` is its name inside an archive; ``accented`` shows how the encoding was read;
    ``notices`` are text keys with their values.
    """

    kind: str
    batches: list[Batch]
    name: str = ""
    member: str = ""
    encoding: str = ""
    separator: str = ""
    accented: tuple[str, ...] = ()
    notices: tuple[tuple[str, dict[str, Any]], ...] = ()

    @property
    def size(self) -> int:
        """Bytes of its cells."""
        return sum(len(one) for batch in self.batches for column in batch.columns for one in column)


def write_cell(value: Any) -> str:
    """A cell as text.

    >>> write_cell(" 00012 "), write_cell(timedelta(hours=26)), write_cell(True)
    ('00012', '26:00:00', '1')
    >>> [write_cell(v)[1:] for v in (12.0, 1e-7, 12345678901234567, date(2024, 1, 5))]
    ['12', '0.0000001', '12345678901234567', '2024-01-05']
    """
    if isinstance(value, str):
        return value.strip().replace(TYPED, "")
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float | int | Decimal):
        return TYPED + _plain_number(value)
    if isinstance(value, date):
        return TYPED + value.isoformat()[:10]
    return _duration(value) if isinstance(value, time | timedelta) else ""


def _plain_number(value: float | Decimal) -> str:
    text = str(value)
    if "E" in text or "e" in text:
        text = format(Decimal(text), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _duration(value: time | timedelta) -> str:
    if isinstance(value, time):
        return value.isoformat()
    seconds, micros = divmod(value // timedelta(microseconds=1), 1_000_000)
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    text = f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{micros:06d}".rstrip("0") if micros else text


def text_column(cells: Sequence[bytes]) -> Column:
    """UTF-8 cells as a column."""
    return array("i", map(len, cells)).tobytes(), b"".join(cells)


class _Written(dict[Any, bytes]):
    """Cells already written: the same codes and dates come back in a column again and again."""

    def __missing__(self, value: Any) -> bytes:
        if value.__class__ is float and "e" not in (text := repr(value)):
            text = TYPED + (text[:-2] if text[-2:] == ".0" else text)
        else:
            text = write_cell(value)
        self[value] = found = text.encode()
        return found


class Gatherer:
    """Rows of cells in, batches of columns out; an empty row is left out."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        # One memory per column: it stays small, and near the processor.
        self._written: list[_Written] = []
        self._rows = self._width = 0

    def add(self, rows: Sequence[Sequence[Any]], lines: Sequence[int]) -> None:
        """Add rows, each with its line number.

        Raises
        ------
        Refusal: more rows or columns than the limits.
        """
        if not all(map(_starts_filled, rows)):
            kept = [at for at, row in enumerate(rows) if _filled(row)]
            rows, lines = [rows[at] for at in kept], [lines[at] for at in kept]
        if not rows:
            return
        self._rows += len(rows)
        self._width = max(self._width, *map(len, rows))
        check_size(self._rows, self._width)
        if sum(map(len, self._written)) > _REMEMBERED:
            self._written.clear()
        self._written += [_Written() for _ in range(len(self._written), self._width)]
        columns = [
            _column(column, written)
            for column, written in zip(
                zip_longest(*rows, fillvalue=""), self._written, strict=False
            )
        ]
        numbers = array("q", lines).tobytes()
        self.batches.append(Batch(rows=len(rows), numbers=numbers, columns=columns))


def _column(column: Sequence[Any], written: _Written) -> Column:
    kinds = set(map(type, column))
    if kinds == {str}:
        cells = list(map(str.strip, column))
        text = "".join(cells)
        if text.isascii():  # as long in bytes as in letters: nothing to look up
            return array("i", map(len, cells)).tobytes(), text.encode()
    if bool in kinds:  # True equals 1.0 and would be written like it
        column = ["01"[cell] if isinstance(cell, bool) else cell for cell in column]
    return text_column(list(map(written.__getitem__, column)))


def _starts_filled(row: Sequence[Any]) -> bool:
    return bool(row) and (row[0].__class__ is not str or row[0] > " ")


def _filled(row: Sequence[Any]) -> bool:
    return any(cell.__class__ is not str or cell.strip() for cell in row)
