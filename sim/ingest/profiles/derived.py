"""A preview made of lines of another one: same file, same row numbers, other columns."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from sim.ingest.mapping import FileMap, Source

if TYPE_CHECKING:
    from sim.ingest.preview import FilePreview


def derived(
    source: "FilePreview",
    rows: Sequence[int],
    columns: Mapping[str, Sequence[str]],
    *,
    mapping: FileMap,
    block: int = 1,
    profile: str = "",
) -> "FilePreview":
    """A preview of text columns; ``rows`` are the rows of the source sheet, one per line."""
    from sim.ingest.preview import column_preview

    cells = [pa.chunked_array([pa.array(column, pa.string())]) for column in columns.values()]
    numbers = pa.array(rows, pa.int64())
    return replace(
        source,
        block=block,
        title=(),
        profile=profile,
        rows=len(rows),
        columns=tuple(map(column_preview, columns, cells)),
        mapping=mapping,
        error=None,
        cells=pa.table([numbers, *cells], names=["row", *map(str, range(len(cells)))]),
    )


def mapped(table: str, columns: Mapping[str, str]) -> FileMap:
    """A mapping from canonical column to header that asks about no rival column."""
    sources = {name: Source(column=header) for name, header in columns.items()}
    return FileMap(table=table, columns=sources, settled=tuple(columns))
