"""Bytes of a text to one sheet: encoding, separator, printed lists. Runs in the parser child."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sim.ingest.limits import MOST_CHARACTERS, Refusal
from sim.ingest.printed import Printed, is_rule
from sim.ingest.sheets import BATCH, Gatherer, Sheet

ENCODINGS = ("utf-8", "cp1252", "latin-1", "utf-16")  # what a person may choose
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_USUAL = ";\t,|"
_OTHERS = ":~^#!*=<>?\\¦§¤¬\x1f"
_HEAD = 50  # lines that show the separator
_OPEN = 20  # line ends inside one cell
_ACCENT = re.compile(r"[^\x00-\x7f]")


def decode(body: bytes, chosen: str = "") -> tuple[str, str]:
    """Text and encoding by a fixed chain: byte order mark, strict UTF-8, then cp1252.

    A chosen encoding comes before the chain. What has no meaning is shown as a mark, never dropped.

    >>> decode("Qté".encode("cp1252")), decode("Qté".encode("utf-16-le"))
    (('Qté', 'cp1252'), ('Qté', 'utf-16-le'))
    >>> decode("Qté".encode(), "latin-1")
    ('QtÃ©', 'latin-1')
    """
    marked = next((name for mark, name in _MARKS if body.startswith(mark)), "")
    if chosen:
        if chosen in marked:
            chosen = marked
        elif chosen == "utf-16":
            chosen = unmarked(body) or "utf-16-le"
        return body.decode(chosen, errors="replace"), chosen
    try:
        encoding = marked or unmarked(body) or "utf-8"
        return body.decode(encoding), encoding
    except UnicodeDecodeError as error:
        # Accents that were valid, then half a character at the very end: the file is cut.
        cut = error.reason == "unexpected end of data" and not body[: error.start].isascii()
        if encoding != "utf-8" or cut:
            raise Refusal("error.upload.cut") from None
    return body.decode("cp1252", errors="replace"), "cp1252"


def unmarked(body: bytes) -> str:
    """UTF-16 without a mark: every second byte of a western text is zero."""
    head = body[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if min(even, odd) * 10 > max(even, odd) or max(even, odd) * 5 < len(head):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def find_separator(lines: Iterable[str]) -> str:
    """The separator that cuts the first 50 lines into the same number of cells.

    >>> find_separator(["item;qty", "A;1,5", "B;2,5"]), find_separator(["a~b~c", "1~2~3"])
    (';', '~')
    """
    head = [line for line in islice(lines, _HEAD) if not is_rule(line)]
    best, best_score = ",", (0.0, 0)
    for separator in _USUAL:
        score = _score(head, separator)
        if score > best_score:
            best, best_score = separator, score
    # Another sign only when it cuts nearly every line, and clearly better than the usual ones.
    for separator in _OTHERS:
        score = _score(head, separator)
        if score[0] >= max(0.9, best_score[0] + 0.1):
            best, best_score = separator, score
    return best


def _score(head: list[str], separator: str) -> tuple[float, int]:
    try:
        widths = [len(row) for row in csv.reader(head, delimiter=separator) if row]
    except csv.Error:
        return (0.0, 0)
    common = max(set(widths), key=widths.count, default=0)
    return (widths.count(common) / len(widths), common) if common > 1 else (0.0, 0)


def text_sheet(body: bytes, chosen: str = "") -> Sheet:
    """The one sheet of a text.

    Raises
    ------
    Refusal: the text is empty, too large, or its quotes do not close.
    """
    text, encoding = decode(body, chosen)
    if "\x00" in text:
        raise Refusal("error.upload.not_table")
    odd = "\ufffd" in text and b"\xef\xbf\xbd" not in body
    head = re.split(r"\r\n|\r|\n", text[:100_000])
    separator = find_separator(head)
    accented = tuple(_accented(text))
    del text
    gatherer, printed = Gatherer(), Printed(head[:_HEAD], separator)
    for rows, lines in _batches(body, encoding, separator, quoted=not printed.piped):
        gatherer.add(*printed.cleaned(rows, lines))
    if not gatherer.batches:
        raise Refusal("error.upload.empty")
    notices: list[tuple[str, dict[str, Any]]] = [*printed.notices()]
    if odd:
        notices.append(("warning.upload.odd_characters", {}))
    return Sheet(
        kind="csv",
        batches=gatherer.batches,
        encoding=encoding,
        separator=separator,
        accented=accented,
        notices=tuple(notices),
    )


def _accented(text: str) -> Iterator[str]:
    """The first lines with a letter beyond ASCII: they show whether the encoding is right."""
    at = 0
    for _ in range(3 if not text.isascii() else 0):
        found = _ACCENT.search(text, at)
        if found is None:
            return
        begin = text.rfind("\n", at, found.start()) + 1 or at
        at = text.find("\n", found.start()) + 1 or len(text)
        yield text[max(begin, found.start() - 60) : min(at, found.start() + 60)].strip()


def _reader(body: bytes, encoding: str, separator: str, *, quoted: bool) -> Any:
    stream = io.TextIOWrapper(io.BytesIO(body), encoding, errors="replace", newline="")
    if quoted:
        return csv.reader(stream, delimiter=separator)
    return csv.reader(stream, delimiter=separator, quoting=csv.QUOTE_NONE)


def _batches(
    body: bytes, encoding: str, separator: str, *, quoted: bool
) -> Iterator[tuple[list[list[str]], range]]:
    csv.field_size_limit(MOST_CHARACTERS)
    reader = _reader(body, encoding, separator, quoted=quoted)
    done = line = 0
    try:
        while rows := list(islice(reader, BATCH)):
            if reader.line_num - line > len(rows):
                _check_quotes(rows, done)
            line = reader.line_num
            yield rows, range(done + 1, done + len(rows) + 1)
            done += len(rows)
    except csv.Error:
        raise _long_cell(_reader(body, encoding, separator, quoted=quoted)) from None


def _check_quotes(rows: list[list[str]], done: int) -> None:
    for number, row in enumerate(rows, done + 1):
        if any(cell.count("\n") > _OPEN for cell in row):
            raise Refusal("error.upload.open_quote", row=number)


def _long_cell(reader: Any) -> Refusal:
    """Where a cell is longer than any text: a quote that does not close, or no separator."""
    row = line = 0
    try:
        for row, _ in enumerate(reader, 1):  # noqa: B007 - the row before the broken one
            line = reader.line_num
    except csv.Error:
        if reader.line_num > line + 1:
            return Refusal("error.upload.open_quote", row=row + 1)
    return Refusal("error.upload.long_cell", row=row + 1, limit=float(MOST_CHARACTERS))
