"""The parser child: hostile bytes in on stdin, plain text cells out on stdout.

Started as ``python -m sim.ingest.child`` by ``sim.ingest.sandbox``, under limits of
memory and time. It prints an Arrow file per sheet, framed by a JSON line; a refusal is one
JSON line with its text key. It must stay small and quick to start: no pandas.
"""

import json
import sys
from array import array
from itertools import accumulate
from typing import Any, BinaryIO

MEMORY = 1_500_000_000  # bytes of address space
SECONDS = 20  # of processor time


def main() -> int:
    """Parse stdin and answer on stdout."""
    _limit()
    out = sys.stdout.buffer
    try:
        from sim.ingest.cells import Refusal, read_sheets

        try:
            sheets = read_sheets(sys.stdin.buffer.read())
        except Refusal as refusal:
            _line(out, {"error": refusal.key, "values": refusal.values})
            return 0
        for sheet in sheets:
            body = _arrow(sheet.rows, sheet.lines)
            head = {"sheet": sheet.name, "kind": sheet.kind, "encoding": sheet.encoding}
            _line(out, head | {"separator": sheet.separator, "bytes": len(body)})
            out.write(body)
    except MemoryError:
        _line(out, {"error": "error.upload.memory", "values": {}})
    out.flush()
    return 0


def _limit() -> None:
    try:
        import resource
    except ImportError:  # no such limits on this system: the time limit of the parent remains
        return
    for kind, value in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        try:
            resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):
            continue


def _line(out: BinaryIO, body: dict[str, Any]) -> None:
    out.write(json.dumps(body).encode() + b"\n")


def _arrow(rows: list[list[str]], lines: list[int]) -> bytes:
    # Buffers made by hand: pyarrow.array would import pandas, which triples the start time.
    import pyarrow as pa

    width = max((len(row) for row in rows), default=0)
    numbers = pa.py_buffer(array("q", lines).tobytes())
    columns: list[Any] = [pa.Array.from_buffers(pa.int64(), len(lines), [None, numbers])]
    for at in range(width):
        cells = [row[at].encode() if at < len(row) else b"" for row in rows]
        ends = array("i", accumulate(map(len, cells), initial=0))
        offsets, texts = pa.py_buffer(ends.tobytes()), pa.py_buffer(b"".join(cells))
        columns.append(pa.StringArray.from_buffers(len(cells), offsets, texts))
    table = pa.table(columns, names=["row", *(str(at) for at in range(width))])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


if __name__ == "__main__":
    sys.exit(main())
