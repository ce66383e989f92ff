"""How the sheets of a file come from the parser child: a JSON line, then the bytes it announces."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.ingest.limits import Refusal
    from sim.ingest.sheets import Sheet


def send_refusal(out: BinaryIO, refusal: "Refusal") -> None:
    """Write why there is no sheet."""
    _line(out, {"error": refusal.key, "values": refusal.values, "member": refusal.member})


def send_sheet(out: BinaryIO, sheet: "Sheet") -> None:
    """Write a sheet, batch by batch."""
    head = {
        "member": sheet.member,
        "sheet": sheet.name,
        "kind": sheet.kind,
        "encoding": sheet.encoding,
        "separator": sheet.separator,
        "accented": sheet.accented,
        "notices": sheet.notices,
        "width": max(len(batch.columns) for batch in sheet.batches),
        "batches": len(sheet.batches),
    }
    _line(out, head)
    for batch in sheet.batches:
        _line(out, {"rows": batch.rows, "sizes": [len(body) for _, body in batch.columns]})
        out.write(batch.numbers)
        for lengths, body in batch.columns:
            out.write(lengths)
            out.write(body)


def received(body: bytes) -> Iterator[tuple[dict[str, Any], "pa.Table | None"]]:
    """Each head with its Arrow table of text: column "row", then "0", "1", ...; None for a refusal.

    Raises
    ------
    ValueError, KeyError, TypeError, pyarrow.ArrowInvalid: this is no answer of the child.
    """
    import pyarrow as pa

    answer = _Answer(body)
    while answer.more:
        head = answer.line()
        if "error" in head:
            yield head, None
            continue
        batches = [answer.batch(int(head["width"])) for _ in range(int(head["batches"]))]
        table = pa.Table.from_batches(batches)
        table.validate(full=True)
        yield head, table


class _Answer:
    """The bytes of the child, read once from the front."""

    def __init__(self, body: bytes) -> None:
        import pyarrow as pa

        self._body, self._bytes, self._at = pa.py_buffer(body), body, 0

    @property
    def more(self) -> bool:
        return self._at < len(self._bytes)

    def line(self) -> dict[str, Any]:
        end = self._bytes.index(b"\n", self._at)
        found: dict[str, Any] = json.loads(self._bytes[self._at : end])
        self._at = end + 1
        return found

    def batch(self, width: int) -> "pa.RecordBatch":
        import pyarrow as pa

        head = self.line()
        rows, sizes = int(head["rows"]), [int(size) for size in head["sizes"]]
        arrays: list[pa.Array[Any]] = [
            pa.Array.from_buffers(pa.int64(), rows, [None, self._take(8 * rows)])
        ]
        arrays += [self._column(rows, sizes[at : at + 1]) for at in range(width)]
        return pa.RecordBatch.from_arrays(arrays, names=["row", *map(str, range(width))])

    def _column(self, rows: int, size: list[int]) -> "pa.StringArray":
        import numpy as np
        import pyarrow as pa

        ends = np.zeros(rows + 1, dtype=np.int32)
        if size:
            lengths = np.frombuffer(memoryview(self._take(4 * rows)), dtype=np.int32)
            np.cumsum(lengths, out=ends[1:])
        texts = self._take(sum(size))
        return pa.StringArray.from_buffers(rows, pa.py_buffer(ends.tobytes()), texts)

    def _take(self, size: int) -> "pa.Buffer":
        begin, self._at = self._at, self._at + size
        if size < 0 or self._at > len(self._bytes):
            raise ValueError(size)
        return self._body.slice(begin, size)


def _line(out: BinaryIO, body: dict[str, Any]) -> None:
    out.write(json.dumps(body).encode() + b"\n")
