"""A sheet to its tables: titles above a header, stacked tables, page headers, notes below.

Nothing is interpreted here and nothing is dropped without a count: lines that are no data
(a header repeated on each page, a note under the table) come back as a number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sim.ingest.dates import lacks_year, looks_like_date, years_in
from sim.ingest.headers import likeness, normal, words
from sim.ingest.numerals import TYPED, looks_like_number
from sim.ingest.profiles.words import header_words
from sim.ingest.sandbox import RawSheet

_HEAD = 30  # lines in which the first header is looked for
_TITLE = 6  # lines between the gap above a stacked table and its header
_STARTS = 300  # places where a stacked table may start; more is a sheet of paragraphs
_TOLD, _TITLES = 200, 200  # characters of a cell above the header; such cells
_NOTE = 25  # characters of a lone cell from which it is a sentence, not a code


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """One table of a sheet."""

    title: tuple[str, ...]
    header: tuple[str, ...]
    header_row: int  # as a spreadsheet counts
    body: pa.Table  # "row", then one column per header
    repeated: int = 0  # page headers left out
    notes: int = 0  # lines of text under the table left out


def blocks(raw: RawSheet) -> list[Block]:
    """The tables of a sheet from top to bottom; none when no line names columns."""
    if raw.kind == "parquet":  # its columns have names, and it holds one table
        header = tuple(_lines(raw.cells, 0, 1)[0])
        return [Block(title=(), header=header, header_row=1, body=raw.cells.slice(1))]
    head = _lines(raw.cells, 0, _HEAD)
    best = 0 if raw.kind == "parquet" else find_header(head)
    if best is None:
        return []
    # A longer header further down may be the one of a second table.
    first = next((at for at in range(best) if _plainly_header(head[at])), best)
    filled = _filled(raw.cells)
    rows = np.asarray(raw.cells.column(0).to_numpy())
    headers = [(0, first), *_stacked(raw.cells, filled, rows, first)]
    ends = [start for start, _ in headers[1:]] + [len(rows)]
    found: list[Block] = []
    for (start, at), end in zip(headers, ends, strict=True):
        block = _block(raw.cells, (start, at, end), filled, rows)
        if found and _continues(found[-1], block):
            found[-1] = _joined(found[-1], block)
        else:
            found.append(block)
    return found


def find_header(lines: Sequence[Sequence[str]]) -> int | None:
    """The line that names the columns: many different texts, best of all known words.

    >>> find_header([["Ventes 2024", "", ""], ["Article", "Mois", "Qté"], ["A1", "2024-01", "5"]])
    1
    """
    best: tuple[float, int] | None = None
    for at, line in enumerate(lines):
        cells = [cell for cell in line if cell]
        texts = [cell for cell in cells if not looks_like_number(cell)]
        if not texts or (len(texts) < len(cells) / 2 and not _months(cells)):
            continue
        known = sum(_known(cell) for cell in texts)
        repeated = len(cells) - len(set(cells))
        score = 3 * known + len(cells) - 2 * repeated
        if best is None or score > best[0] + (0 if known else 1):
            best = (score, at)
    return best[1] if best else None


def _months(cells: Sequence[str]) -> bool:
    return sum(looks_like_date(cell) for cell in cells) >= 6


def _known(cell: str) -> bool:
    if len(cell) > 60:
        return False
    named = any(likeness(cell, field)[0] >= 95 for field in words().fields)
    return named or normal(cell) in header_words()


def _lines(cells: pa.Table, start: int, count: int) -> list[list[str]]:
    head = cells.slice(start, count)
    columns: list[list[Any]] = [head.column(n).to_pylist() for n in range(1, head.num_columns)]
    return [[column[n] for column in columns] for n in range(len(head))]


def _filled(cells: pa.Table) -> np.ndarray:
    """Filled cells of each line, (n,)."""
    count = np.zeros(len(cells), dtype=np.int32)
    for at in range(1, cells.num_columns):
        lengths: Any = pc.utf8_length(cells.column(at))
        count += lengths.to_numpy() > 0
    return count


def _stacked(
    cells: pa.Table, filled: np.ndarray, rows: np.ndarray, first: int
) -> Iterator[tuple[int, int]]:
    """(first line, header) of each further table: after a gap or a lone cell, a header."""
    top = _lines(cells, first, 1)[0]
    same = _same_as(cells, top)
    breaks = np.flatnonzero(same | (np.diff(rows, prepend=rows[0]) > 1) | (filled == 1))
    breaks = breaks[breaks > first + 1]
    if len(breaks) > _STARTS:
        breaks = breaks[same[breaks]][:_STARTS]
    end = first
    for start in breaks:
        if start <= end:
            continue
        lines = _lines(cells, int(start), _TITLE)
        for offset, line in enumerate(lines):
            if start + offset + 1 < len(rows) and _is_header(line, top):
                end = int(start) + offset
                yield int(start), end
                break
            if sum(map(bool, line)) > 2:
                break


def _same_as(cells: pa.Table, line: Sequence[str]) -> np.ndarray:
    """Mask of the lines that repeat a line, (n,)."""
    same = np.ones(len(cells), dtype=bool)
    for at, text in enumerate(line):
        equal: Any = pc.equal(cells.column(at + 1), pa.scalar(text))
        same &= equal.to_numpy()
    return same


def _is_header(line: Sequence[str], top: Sequence[str]) -> bool:
    """Whether a line inside a sheet names columns: like the first header, or known words."""
    named = [cell for cell in line if cell]
    if len(named) < 2 or len(set(named)) < len(named):
        return False
    periods = sum(looks_like_date(cell) or lacks_year(cell) for cell in named)
    texts = [cell for cell in named if not looks_like_number(cell)]
    if len(texts) < len(named) / 2 and periods < 6:
        return False
    as_before = sum(bool(a) and a == b for a, b in zip(line, top, strict=True))
    known = sum(_known(cell) for cell in texts)
    return 2 * as_before > len(named) or known + periods >= max(2, 0.6 * len(named))


def _plainly_header(line: Sequence[str]) -> bool:
    named = [cell for cell in line if cell]
    known = sum(_known(cell) for cell in named)
    return known >= 2 and known >= 0.6 * len(named)


def _block(
    cells: pa.Table, place: tuple[int, int, int], filled: np.ndarray, rows: np.ndarray
) -> Block:
    start, at, end = place
    header, last = _header(cells, at, end, start=start)
    top = min(at, last)
    title = [cell for line in _lines(cells, start, top - start) for cell in line if cell]
    stop = _last_line(cells, (last + 1, end), filled)
    return Block(
        title=tuple(cell.removeprefix(TYPED)[:_TOLD] for cell in title[:_TITLES]),
        header=tuple(cell.removeprefix(TYPED) for cell in header),
        header_row=int(rows[last]),
        body=cells.slice(last + 1, stop - last - 1),
        notes=end - stop,
    )


def _header(cells: pa.Table, at: int, end: int, *, start: int) -> tuple[list[str], int]:
    """Column names and their last line: a line of years over a line of months is one header."""
    for upper in (at, at - 1):
        if upper < start or upper + 1 >= end:
            continue
        above, below = _lines(cells, upper, 2)
        over = _years_over(above, below)
        if over:
            return over, upper + 1
    return _lines(cells, at, 1)[0], at


def _years_over(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """Months under years as one name each; empty when it is not such a pair of lines."""
    names, year, found = [], "", 0
    for upper, lower in zip(above, below, strict=True):
        years = years_in(upper) if lacks_year(lower) else []
        year = years[0] if years else "" if upper else year
        if year and lacks_year(lower):
            found += 1
            names.append(f"{lower} {year}")
        else:
            names.append(lower or upper)
    return names if found >= 3 else []


def _last_line(cells: pa.Table, place: tuple[int, int], filled: np.ndarray) -> int:
    """Where the data end: lone sentences under a table are notes."""
    start, end = place
    stop = end
    while stop > start + 1 and filled[stop - 1] == 1:
        text = next(cell for cell in _lines(cells, stop - 1, 1)[0] if cell)
        lone = looks_like_number(text) or (len(text) < _NOTE and " " not in text)
        if lone or (len(text) < _NOTE and _alike(filled, start, stop)):
            break
        stop -= 1
    return stop


def _alike(filled: np.ndarray, start: int, stop: int) -> bool:
    """Whether one filled cell is usual in this table."""
    return bool((filled[start:stop] == 1).mean() > 0.2)


def _continues(before: Block, block: Block) -> bool:
    """Whether a block is the next page of the one before: same header, no other title."""
    if block.header != before.header:
        return False
    return not block.title or _without_digits(block.title) == _without_digits(before.title)


def _without_digits(title: Sequence[str]) -> str:
    return "".join(c for c in " ".join(title) if not c.isdigit())


def _joined(before: Block, block: Block) -> Block:
    return replace(
        before,
        body=pa.concat_tables([before.body, block.body]),
        repeated=before.repeated + 1,
        notes=before.notes + block.notes,
    )
