"""A preview straight from cells, without the parser child: quick enough for many examples."""

import pyarrow as pa

from sim.ingest.guess import guess_mappings
from sim.ingest.preview import FilePreview, _look, with_mapping
from sim.ingest.sandbox import RawSheet


def sheet(rows: list[list[str]], file: str = "ventes.csv") -> FilePreview:
    """The preview of one table of text cells under its guessed mapping."""
    width = max(map(len, rows))
    columns = [[row[n] if n < len(row) else "" for row in rows] for n in range(width)]
    numbers = pa.array(range(1, len(rows) + 1), pa.int64())
    cells = pa.table(
        [numbers, *(pa.array(column, pa.string()) for column in columns)],
        names=["row", *map(str, range(width))],
    )
    raw = RawSheet(
        file=file,
        sheet="",
        kind="csv",
        encoding="utf-8",
        separator=";",
        accented=(),
        notices=(),
        cells=cells,
    )
    (preview,) = _look(raw)
    return with_mapping(preview, guess_mappings([preview])[preview.id])
