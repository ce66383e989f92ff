"""Tables as bytes: Parquet to keep them, a hash of what they say to recognise them."""

import hashlib
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import StoreError


def to_parquet(table: pd.DataFrame) -> bytes:
    """Parquet bytes of a table."""
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def from_parquet(content: bytes, *, sha256: str, table: str) -> pd.DataFrame:
    """The table, after checking that its bytes are those that were kept.

    Raises
    ------
    StoreError: they are not.
    """
    if hashlib.sha256(content).hexdigest() != sha256:
        raise StoreError("error.store.table_damaged", table=table)
    return pd.read_parquet(io.BytesIO(content))


def content_hash(tables: Mapping[str, pd.DataFrame], settings: str) -> str:
    """SHA-256 of tables and settings: equal for equal content, whatever the file format.

    Columns count by name, not by place; columns without any value do not count.
    """
    digest = hashlib.sha256(settings.encode())
    for name in sorted(tables):
        table = tables[name]
        digest.update(f"\0{name}\0{len(table)}".encode())
        for column in sorted(str(c) for c in table.columns):
            values = table[column]
            if values.notna().any():
                digest.update(f"\0{column}\0".encode())
                digest.update(_bytes(values))
    return digest.hexdigest()


def _bytes(values: "pd.Series[Any]") -> bytes:
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.to_numpy("datetime64[s]").astype("<i8").tobytes()
    if pd.api.types.is_numeric_dtype(values):
        numbers = values.to_numpy("<f8", na_value=np.nan) + 0.0  # -0 is 0
        return np.where(np.isnan(numbers), np.nan, numbers).tobytes()
    # Length first, so that "ab", "c" and "a", "bc" differ.
    texts = ("-" if pd.isna(value) else f"{len(str(value))}:{value}" for value in values)
    return "".join(texts).encode()
