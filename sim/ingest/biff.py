"""Old XLS workbooks: the container, and how far the cells reach. Runs in the parser child."""

import struct
from collections.abc import Iterator

from sim.ingest.limits import Refusal, check_size

CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FREE = 0xFFFFFFFA  # from here on a number of a sector is a mark
_BOF, _FILEPASS = 0x0809, 0x002F
_CELLS = {0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E}  # one, or MULRK


def check_xls(body: bytes) -> None:
    """Refuse a container that is locked, is no workbook, or whose cells reach too far.

    Raises
    ------
    Refusal: which of these.
    """
    try:
        stream = _workbook_stream(body)
        rows = columns = 0
        for kind, data in _records(stream):
            if kind == _FILEPASS:
                raise Refusal("error.upload.password")
            if kind == _BOF:
                rows = columns = 0
            elif kind in _CELLS and len(data) >= 4:
                row, column = struct.unpack_from("<HH", data)
                last = struct.unpack_from("<H", data, len(data) - 2)[0] if kind == 0xBD else column
                rows, columns = max(rows, row + 1), max(columns, last + 1)
                check_size(rows, columns)
    except (struct.error, IndexError):
        raise Refusal("error.upload.cut") from None


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _workbook_stream(body: bytes) -> bytes:
    """The stream of the workbook out of its container, chained by the table of sectors."""
    power, small_power = struct.unpack_from("<HH", body, 30)
    if power not in {9, 12} or small_power != 6:
        raise Refusal("error.upload.cut")
    first, cutoff, small_first = struct.unpack_from("<I4xII", body, 48)
    sector = 1 << power
    table = _table(body, sector)
    entries = _chain(body, table, first, sector)
    found = {name: (start, size) for name, start, size in _directory(entries)}
    if "EncryptedPackage" in found:
        raise Refusal("error.upload.password")
    place = found.get("Workbook") or found.get("Book")
    if place is None:
        raise Refusal("error.upload.not_workbook")
    start, size = place
    if size >= cutoff:
        return _chain(body, table, start, sector)[:size]
    root = _chain(body, table, found["Root Entry"][0], sector) if "Root Entry" in found else b""
    small = _numbers(_chain(body, table, small_first, sector))
    return _chain(bytes(64) + root, small, start, 64)[:size]


def _table(body: bytes, sector: int) -> tuple[int, ...]:
    """The table of sectors: where each one goes on."""
    places = list(struct.unpack_from("<109I", body, 76))
    more = struct.unpack_from("<I", body, 68)[0]
    seen: set[int] = set()
    while more < _FREE and more not in seen:
        seen.add(more)
        block = _numbers(body[(more + 1) * sector : (more + 2) * sector])
        places += block[:-1]
        more = block[-1]
    parts = [body[(at + 1) * sector : (at + 2) * sector] for at in places if at < _FREE]
    return _numbers(b"".join(parts)[: len(body)])


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _chain(body: bytes, table: tuple[int, ...], at: int, sector: int) -> bytes:
    parts, seen = [], set()
    while at < _FREE:
        if at in seen or at >= len(table):
            raise Refusal("error.upload.cut")
        seen.add(at)
        parts.append(body[(at + 1) * sector : (at + 2) * sector])
        at = table[at]
    return b"".join(parts)


def _directory(entries: bytes) -> Iterator[tuple[str, int, int]]:
    for at in range(0, len(entries) - 127, 128):
        size = min(64, struct.unpack_from("<H", entries, at + 64)[0])
        name = entries[at : at + max(0, size - 2)].decode("utf-16-le", "replace")
        start, length = struct.unpack_from("<II", entries, at + 116)
        yield name, start, length
