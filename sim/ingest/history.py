"""A large history that was already added up to months where it lies.

A warehouse or a folder gives one line per item, channel and month instead of its millions of
lines. ``History`` is that table as bytes, so it travels, is hashed and is accepted like an
upload; ``inspect`` shows it, ``read_part`` types it, and all that follows is the same code.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sim.errors import DataError, SopError
from sim.ingest.checks import LARGEST
from sim.ingest.columns import EVERYTHING
from sim.ingest.lines import Part, Reason
from sim.ingest.mapping import FileMap, Source
from sim.ingest.preview import ColumnPreview, FilePreview
from sim.ingest.schema import TABLES

Columns: TypeAlias = Mapping[str, str]  # canonical column -> column of the source

FIELDS = ("item", "channel", "month", "quantity", "revenue")
REQUIRED = ("item", "month", "quantity")
MOST_LINES = 2_000_000  # of a monthly history: 2,000 items in 20 channels over 50 months
SOLD, RETURNED, UNREADABLE = 0, 1, 2  # column ``state``
_META = b"history"
_DECIMALS = 6  # of a sum; what is beyond comes from the order of adding
_NEGATIVE, _UNREADABLE = "error.history.negative", "error.history.unreadable"


class History(bytes):
    """Monthly lines as an Arrow stream. Only this program makes one, so it is trusted and typed.

    Columns: item, channel (or none), month, quantity, revenue (or none), lines (how many lines
    of the source), last_day (the last date among them), state (sold, returned, unreadable).
    """


def pack(
    monthly: pa.Table, *, kind: str, columns: Columns, examples: Sequence[str] = ()
) -> History:
    """The bytes of a monthly table, with the columns it came from and unreadable cells as examples.

    Raises
    ------
    DataError: there is no line, or more than ``MOST_LINES``.
    """
    if not monthly.num_rows:
        raise DataError("error.history.empty")
    if monthly.num_rows > MOST_LINES:
        raise DataError("error.history.too_long", limit=MOST_LINES)
    about = {"kind": kind, "columns": dict(columns), "examples": list(examples)[:5]}
    there = [name for name in monthly.column_names if name not in FIELDS or name in columns]
    told = monthly.select(there).replace_schema_metadata({_META: json.dumps(about)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, told.schema) as writer:
        writer.write_table(told)
    return History(sink.getvalue().to_pybytes())


def look_at(file: str, history: History) -> FilePreview:
    """What is shown of a history: its columns under the names of the source."""
    table = pa.ipc.open_stream(history).read_all()
    about: dict[str, Any] = json.loads((table.schema.metadata or {})[_META])
    sources: dict[str, str] = about["columns"]
    return FilePreview(
        file=file,
        kind=about["kind"],
        rows=int(pc.sum(table["lines"]).as_py()),
        columns=tuple(_column(source, table[name]) for name, source in sources.items()),
        mapping=FileMap(
            table="sales", columns={name: Source(column=one) for name, one in sources.items()}
        ),
        history=table,
    )


def _column(source: str, values: "pa.ChunkedArray[Any]") -> ColumnPreview:
    head = values.slice(0, 200).unique().to_pylist()[:5]
    text = pa.types.is_string(values.type) or pa.types.is_dictionary(values.type)
    return ColumnPreview(
        name=source,
        samples=tuple(str(value)[:60] for value in head if value is not None),
        distinct=len(head),
        filled=len(values) - values.null_count,
        number_share=float(pa.types.is_floating(values.type)),
        date_share=float(not text and not pa.types.is_floating(values.type)),
    )


def history_part(preview: FilePreview, table: pa.Table) -> Part:
    """The typed lines of a history; lines without an item, a date or a number are left out."""
    lines, state = _numbers(table, "lines"), table["state"].to_numpy()
    reasons = np.array([Reason.USED, Reason.RETURNED, Reason.WRONG])[state]
    part = Part(
        file=preview.id,
        table=TABLES["sales"],
        headers={name: source.column for name, source in preview.mapping.columns.items()},
        frame=_frame(table),
        rows=np.arange(1, len(state) + 1),
        reasons=reasons,
        lines=lines,
        days=pd.Series(_days(table, "last_day")),
    )
    about: dict[str, Any] = json.loads((table.schema.metadata or {})[_META])
    part.problems += _problems(part, about["examples"])
    return part


def _problems(part: Part, examples: Sequence[str]) -> list[SopError]:
    found: list[SopError] = []
    for reason, key in ((Reason.RETURNED, _NEGATIVE), (Reason.WRONG, _UNREADABLE)):
        count = part.count(part.reasons == reason)
        if count:
            shown = ", ".join(examples)[:200] or "…"
            found.append(DataError(key, file=part.file, rows=count, examples=shown))
    return found


def _frame(table: pa.Table) -> pd.DataFrame:
    frame = {"item": _texts(table, "item", blank="")}
    if "channel" in table.column_names:
        frame["channel"] = _texts(table, "channel", blank=EVERYTHING)
    else:
        frame["channel"] = np.full(table.num_rows, EVERYTHING, dtype=object)
    frame["month"] = _days(table, "month")
    frame["quantity"] = _numbers(table, "quantity")
    if "revenue" in table.column_names:
        frame["revenue"] = _numbers(table, "revenue")
    return pd.DataFrame(frame, copy=False)


def _texts(table: pa.Table, name: str, *, blank: str) -> np.ndarray:
    """Codes of a dictionary column: each text is one object, however many lines carry it."""
    column: Any = table[name].combine_chunks()
    words = [word or blank for word in column.dictionary.to_pylist()]
    known = np.array([blank, *words], dtype=object)
    taken: np.ndarray = known[column.indices.fill_null(-1).to_numpy() + 1]
    return taken


def _days(table: pa.Table, name: str) -> np.ndarray:
    return np.asarray(table[name].to_numpy().astype("datetime64[ns]"))


def _numbers(table: pa.Table, name: str) -> np.ndarray:
    return np.asarray(table[name].to_numpy())


def as_monthly(table: pa.Table) -> pa.Table:
    """A table from any source in the types of a history, its lines in one order.

    Codes become dictionaries of trimmed text, days dates, sums numbers without the noise of the
    order in which they were added: the same lines give the same bytes, from any machine.
    """
    made: dict[str, Any] = {}
    for name in table.column_names:
        values: Any = table[name].combine_chunks()
        if name in {"item", "channel"}:
            made[name] = _codes(values)
        elif name in {"month", "last_day"}:
            made[name] = _as_days(values)
        elif name in {"quantity", "revenue"}:
            made[name] = pc.round(pc.cast(values, pa.float64()), _DECIMALS)
        else:
            made[name] = pc.cast(values, pa.int8() if name == "state" else pa.int64())
    made["state"] = _state(made)
    whole = pa.table(made)
    return whole.take(pa.array(_order(whole)))


def _as_days(values: Any) -> Any:
    if pa.types.is_string(values.type):  # a time of day may follow
        values = pc.utf8_slice_codeunits(values, 0, 10)
    return pc.cast(values, pa.date32())


def _order(table: pa.Table) -> np.ndarray:
    """Lines by item, channel, month and state; the four fit into one whole number."""
    key = np.zeros(table.num_rows, dtype=np.int64)
    for name in ("item", "channel", "month", "state"):
        if name not in table.column_names:
            continue
        values: Any = table[name].combine_chunks()
        ranks = values.indices if pa.types.is_dictionary(values.type) else values
        if ranks.type == pa.date32():
            ranks = ranks.view(pa.int32())
        numbers = ranks.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        low = numbers.min(initial=0)
        key = key * (numbers.max(initial=0) - low + 1) + (numbers - low)
    return np.argsort(key, kind="stable")


def _codes(values: Any) -> Any:
    """Trimmed codes as a dictionary in the order of the alphabet."""
    encoded: Any = pc.dictionary_encode(pc.cast(values, pa.string()))
    words: Any = pc.utf8_trim_whitespace(pc.cast(encoded.dictionary, pa.string()))
    sorted_words: Any = pc.unique(words).sort()
    at: Any = pc.take(pc.index_in(words, sorted_words), encoded.indices)
    return pa.DictionaryArray.from_arrays(at, sorted_words)


def _state(made: Mapping[str, Any]) -> Any:
    """A sum beyond any quantity, or an empty code, makes a line unreadable whatever was said."""
    fits: Any = pc.less_equal(
        pc.abs(made["quantity"]), pa.scalar(LARGEST)
    )  # not a number compares as no
    codes = made["item"]
    blank: Any = pc.index_in(pa.array([""]), codes.dictionary)[0].as_py()
    empty: Any = pc.is_null(codes.indices) if blank is None else pc.equal(codes.indices, blank)
    wrong: Any = pc.or_(pc.invert(pc.fill_null(fits, False)), pc.fill_null(empty, True))
    return pc.if_else(wrong, pa.scalar(UNREADABLE, pa.int8()), made["state"])
