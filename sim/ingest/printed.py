"""What a printed list adds to its table: lines of dashes, page titles, repeated headers.

ERP lists saved as unconverted text carry them on every page. They are left out and counted.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

_RULE = re.compile(r"[\W_]*[-=_─═]{3}[\W_]*")
_NUMBER = re.compile(r"[-+]?[\d., ]+-?")
Rows = list[list[str]]


def is_rule(line: str) -> bool:
    """Whether a line is only drawn.

    >>> is_rule("|-----+---|"), is_rule("|  -  | A |")
    (True, False)
    """
    return bool(_RULE.fullmatch(line))


class Printed:
    """Leaves the furniture of a printed list out of its rows."""

    def __init__(self, head: Sequence[str], separator: str) -> None:
        drawn = [line for line in head if line.strip() and not is_rule(line)]
        boxed = sum(line.lstrip().startswith("|") for line in drawn)
        self.piped = separator == "|" and boxed * 2 >= len(drawn)
        self._drawn = any(map(is_rule, head))
        self._header: list[str] | None = None
        self._passed = self._inside = False
        self._rules = self._headers = self._titles = 0

    def cleaned(self, rows: Rows, lines: Sequence[int]) -> tuple[Rows, Sequence[int]]:
        """The rows of a batch that belong to the table, with their lines."""
        if not self._drawn and not self.piped:
            return rows, lines
        if self._header is None:
            self._header = _header(rows[:20])
        looked = [(self._row(row), line) for row, line in zip(rows, lines, strict=True)]
        kept = [(row, line) for row, line in looked if row]
        return [row for row, _ in kept], [line for _, line in kept]

    def notices(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """A sentence with the counts of what was left out."""
        counts = {"rules": self._rules, "headers": self._headers, "titles": self._titles}
        if self._headers or self._titles:
            yield "notice.upload.printed", counts

    def _row(self, row: list[str]) -> list[str] | None:
        """The row without its outer lines, or None."""
        if is_rule("|".join(row)):
            self._rules += 1
            return None
        if row == self._header:
            self._headers += self._passed
            again, self._passed = self._passed, True
            return None if again else self._inner(row)
        if self.piped and len(row) == 1 and self._inside:
            self._titles += bool(_count(row))
            return None
        self._inside = self._inside or len(row) > 1
        return self._inner(row)

    def _inner(self, row: list[str]) -> list[str]:
        boxed = self.piped and len(row) > 2 and not row[0].strip() and not row[-1].strip()
        return row[1:-1] if boxed else row


def _count(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _header(rows: Rows) -> list[str]:
    """The first of the widest rows, when most of its cells are texts."""
    widest = max(rows, key=_count, default=[])
    cells = [cell.strip() for cell in widest if cell.strip()]
    texts = [cell for cell in cells if not _NUMBER.fullmatch(cell)]
    return widest if len(cells) > 1 and len(texts) * 2 >= len(cells) else []
