"""Monthly lines of Parquet and text files, as DuckDB adds them up in a locked workshop."""

import csv
import glob
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa

from sim.errors import DataError
from sim.ingest.guess import map_to
from sim.ingest.history import FIELDS, UNREADABLE, Columns
from sim.ingest.history_query import Question, sql, workshop
from sim.ingest.mapping import FileMap, Source
from sim.ingest.preview import FilePreview, with_mapping
from sim.ingest.texts import decode

_HEAD = 1 << 17  # bytes of a text file that are looked at
_CHUNK = 1 << 22  # signs written again at once
_SAMPLE = 500  # lines of a Parquet file that are looked at


@dataclass(frozen=True, kw_only=True, eq=False)
class Files:
    """The files of a pattern and a first look at them."""

    folder: Path
    pattern: str
    paths: tuple[Path, ...]
    kind: str  # "parquet" or "csv"
    size: int  # bytes of all of them
    preview: FilePreview  # of the first lines, with a guessed mapping to sales

    @property
    def columns(self) -> Columns:
        """Canonical column -> column of the files, as guessed."""
        return usable_columns(self.preview.mapping)


def guessed(preview: FilePreview) -> FilePreview:
    """The preview with its mapping to sales; the only column of dates is the month."""
    mapping = map_to("sales", preview, [preview])
    days = [column.name for column in preview.columns if column.holds == "date"]
    columns = {name: Source(column=source.column) for name, source in mapping.columns.items()}
    if "month" not in columns and len(days) == 1:
        columns["month"] = Source(column=days[0])
    return with_mapping(preview, FileMap(table="sales", columns=columns))


def usable_columns(mapping: FileMap) -> Columns:
    """What a mapping says of the columns that a history has."""
    return {n: mapping.columns[n].column for n in FIELDS if n in mapping.columns}


@dataclass(frozen=True, slots=True)
class Styled:
    """How text is read: decimal sign, formats of the dates (none: 2026-11-01)."""

    decimal: str
    formats: tuple[str, ...]


def of_parquet(
    files: Files, chosen: Columns, styled: Styled, question: Question
) -> tuple[pa.Table, list[str]]:
    """Monthly lines, and a few that could not be read."""
    with workshop(files.folder) as connection, _told(question):
        lines = connection.read_parquet(_literal(files.paths), hive_partitioning=False)
        types = dict(zip(lines.columns, map(str, lines.types), strict=True))
        gone = [name for name in chosen.values() if name not in types]
        if gone:
            raise no_column(files, gone[0], list(types))
        _prepare(
            connection,
            lines.select(*_source({name: _plain(one, types) for name, one in chosen.items()})),
            styled,
        )
        return _summed(connection, question)


def _plain(column: str, types: Mapping[str, str]) -> duckdb.Expression:
    """A column as it is; whole numbers may be dates such as 20261101, so they are read as text."""
    there = duckdb.ColumnExpression(column)
    return there.cast("VARCHAR") if "INT" in types[column] else there


def of_text(
    files: Files, chosen: Columns, styled: Styled, question: Question
) -> tuple[pa.Table, list[str]]:
    """Monthly lines, and a few that could not be read; strict UTF-8, then cp1252."""
    header = _header(files)
    gone = [name for name in chosen.values() if name not in header]
    if gone:
        raise no_column(files, gone[0], header)
    there = {n: duckdb.ColumnExpression(f"c{header.index(c)}") for n, c in chosen.items()}
    bound: dict[str, Any] = {"separator": files.preview.separator or ","}
    bound |= {"skip": files.preview.header_row}
    bound |= {"columns": {f"c{at}": "VARCHAR" for at in range(len(header))}}
    chain = [files.preview.encoding]
    if chain[0].startswith("utf-8"):  # of the first lines; a later one may be foreign
        chain = ["utf-8", "cp1252"]
    for encoding in chain:
        with TemporaryDirectory() as made, workshop(files.folder, Path(made)) as connection:
            paths = files.paths
            if encoding != "utf-8":
                paths = _as_utf8(paths, Path(made), encoding=encoding, question=question)
            with _told(question):
                bound["paths"] = _literal(paths)
                lines = connection.sql(sql("text_lines"), params=bound)
                _prepare(connection, lines.select(*_source(there)), styled)
                table, examples = _summed(connection, question)
                lost, foreign = connection.sql(sql("rejected")).fetchall()[0]
                where = [row[1] for row in connection.sql(sql("rejected_lines")).fetchall()]
        if not foreign:
            break
    if lost:  # lines without the cells of the header have no month: they are told as unreadable
        more = pa.Table.from_pylist([{"state": UNREADABLE, "lines": lost}], schema=table.schema)
        table = pa.concat_tables([table, more])
    return table, where + examples


def _as_utf8(
    paths: Sequence[Path], folder: Path, *, encoding: str, question: Question
) -> tuple[Path, ...]:
    """The files written again in UTF-8: DuckDB reads no other encoding that planners use."""
    written: list[Path] = []
    for at, path in enumerate(paths):
        target = folder / f"{at}.csv"
        source = path.open(encoding=encoding, errors="replace", newline="")
        with source, target.open("w", encoding="utf-8", newline="") as out:
            while chunk := source.read(_CHUNK):
                question.still_wanted()
                out.write(chunk)
        written.append(target)
    return tuple(written)


@contextmanager
def _told(question: Question) -> Iterator[None]:
    """What DuckDB refuses outside of a question, as a sentence too."""
    try:
        yield
    except duckdb.Error as error:
        raise question.refusal(error) from None


def _source(there: Mapping[str, duckdb.Expression]) -> list[duckdb.Expression]:
    """The five columns of a history; one that the files do not have is empty."""
    empty = duckdb.ConstantExpression(None).cast("VARCHAR")
    return [there.get(name, empty).alias(name) for name in FIELDS]


def _prepare(
    connection: duckdb.DuckDBPyConnection, lines: duckdb.DuckDBPyRelation, styled: Styled
) -> None:
    """The view ``source`` and the two readers of its cells that data/ingest/monthly.sql uses."""
    types = dict(zip(lines.columns, map(str, lines.types), strict=True))
    lines.create_view("source")
    formats = styled.formats if types["month"] == "VARCHAR" else ()
    name = "day_by_format" if formats else "day_plain"
    text = types["quantity"] == "VARCHAR"
    connection.execute(sql(name).replace("FORMATS", ", ".join(f"'{one}'" for one in formats)))
    connection.execute(sql("number_comma" if text and styled.decimal == "," else "number_plain"))


def _summed(
    connection: duckdb.DuckDBPyConnection, question: Question
) -> tuple[pa.Table, list[str]]:
    table = question.ask(connection, sql("monthly"))
    if UNREADABLE not in table["state"].unique().to_pylist():
        return table, []
    rows = question.ask(connection, sql("unreadable"))["example"].to_pylist()
    return table, [str(row)[:60] for row in rows]


def _header(files: Files) -> list[str]:
    """The column names, in the order of the cells; every file must have the same.

    Raises
    ------
    DataError: another file has another header.
    """
    first: list[str] | None = None
    for path in files.paths:
        names = _header_of(path, files)
        if first is None:
            first = names
        elif names != first:
            where = path.relative_to(files.folder.resolve()).as_posix()
            raise DataError("error.history.header", file=files.pattern, other=where)
    return first or []


def _header_of(path: Path, files: Files) -> list[str]:
    text, _ = decode(text_head(path, files.pattern))
    separator = files.preview.separator or ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        cells = next(islice(rows, files.preview.header_row - 1, None), [])
    except csv.Error:
        cells = []
    return [" ".join(cell.split()) for cell in cells]


def text_head(path: Path, pattern: str) -> bytes:
    """The first whole lines of a text file."""
    with path.open("rb") as stream:
        body = stream.read(_HEAD)
    if len(body) < _HEAD:
        return body
    end = body.rfind(b"\n") + 1
    if not end:
        raise DataError("error.history.unusable", file=pattern, detail=path.name)
    return body[: end + end % 2] if body[:2] in {b"\xff\xfe", b"\xfe\xff"} else body[:end]


def parquet_head(folder: Path, paths: Sequence[Path], pattern: str) -> bytes:
    """The first lines of Parquet files as text, so that one code looks at them too."""
    question = Question(about=pattern, folder=folder)
    with workshop(folder) as connection, _told(question):
        lines = connection.read_parquet(_literal(paths[:1]), hive_partitioning=False)
        rows = lines.limit(_SAMPLE).fetchall()
        out = io.StringIO(newline="")
        csv.writer(out).writerows([lines.columns, *rows])
    return out.getvalue().encode()


def _literal(paths: Sequence[Path]) -> list[str]:
    """Paths that DuckDB takes by the letter: * and [ in a name are no pattern."""
    return [glob.escape(str(path)) for path in paths]


def no_column(files: Files, name: str, found: Sequence[str]) -> DataError:
    """A column of the mapping that the files do not have."""
    return DataError(
        "error.upload.column_gone", file=files.pattern, column=name, found=", ".join(found)[:200]
    )
