"""Parquet to one sheet; its footer tells the size before anything is decoded. Parser child."""

from array import array
from typing import Any

import pyarrow as pa

from sim.ingest.limits import MOST_BYTES, Refusal, check_bytes, check_size
from sim.ingest.sheets import Batch, Column, Sheet, text_column, write_cell

_BATCH = 50_000  # rows


def parquet_sheet(body: bytes) -> Sheet:
    """The one sheet of a Parquet file: its column names are the first row.

    Raises
    ------
    Refusal: damaged, or beyond the limits by its footer.
    """
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(body), memory_map=False, pre_buffer=False)
        about = file.metadata
        check_size(about.num_rows + 1, about.num_columns)
        groups = [about.row_group(at).total_byte_size for at in range(about.num_row_groups)]
        check_bytes(sum(max(0, size) for size in groups), MOST_BYTES)
        return _sheet(file)
    except (MemoryError, Refusal):
        raise
    except (pa.ArrowException, OSError, ValueError, TypeError):
        raise Refusal("error.upload.cut") from None


def _sheet(file: Any) -> Sheet:
    fields = [field for field in file.schema_arrow if _is_plain(field.type)]
    left_out = [field.name for field in file.schema_arrow if not _is_plain(field.type)]
    if not fields or not file.metadata.num_rows:
        raise Refusal("error.upload.empty")
    names = [field.name for field in fields]
    header = [text_column([write_cell(name).encode()]) for name in names]
    batches, done, size = [_batch(0, 1, header)], 1, 0
    for batch in file.iter_batches(_BATCH, columns=names, use_threads=False):
        size += batch.nbytes  # what the footer does not tell: repeated texts decoded
        check_bytes(size, MOST_BYTES)
        columns = [_texts(column) for column in batch.columns]
        batches.append(_batch(done, batch.num_rows, columns))
        done += batch.num_rows
    notices = (("notice.upload.not_plain", {"names": ", ".join(left_out)[:200]}),)
    return Sheet(kind="parquet", batches=batches, notices=notices if left_out else ())


def _batch(done: int, rows: int, columns: list[Column]) -> Batch:
    numbers = array("q", range(done + 1, done + rows + 1)).tobytes()
    return Batch(rows=rows, numbers=numbers, columns=columns)


def _is_plain(kind: pa.DataType) -> bool:
    types = pa.types
    if types.is_dictionary(kind):
        return _is_plain(kind.value_type)
    binary = types.is_binary(kind) or types.is_large_binary(kind)
    return not (types.is_nested(kind) or binary or types.is_fixed_size_binary(kind))


def _texts(column: Any) -> Column:
    """Cells as text; only distinct values pass through Python."""
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_timestamp(kind):
        column = (pc.local_timestamp(column) if kind.tz else column).cast(pa.timestamp("us"), False)
    elif pa.types.is_duration(kind):
        column = column.cast(pa.duration("us"), False)
    elif pa.types.is_time(kind):
        column = column.cast(pa.time64("us"), False)
    coded = column.dictionary_encode("encode")
    values = ["" if value != value else value for value in coded.dictionary.to_pylist()]
    written = [write_cell(value).encode() for value in values]
    return text_column([written[at] for at in coded.indices.to_pylist()])
