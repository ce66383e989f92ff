"""A folder of canonical CSV files: strict to read, the same bytes on every machine to write."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz import fuzz

from sim.errors import DataError, SopError, raise_all
from sim.ingest.checks import (
    STRICT,
    Cells,
    Typed,
    convert,
    merge_lines,
    missing_columns,
    repeated_keys,
)
from sim.ingest.links import Unknown, declared, references, unknown_codes, unknown_sentences
from sim.ingest.numerals import write_number
from sim.ingest.schema import EVERYTHING, TABLES, Table

PLANNING = "planning.json"
_NEVER_EMPTY = {"item", "sales"}  # other tables may hold nothing but their header
# A spreadsheet runs a text that starts like this; an apostrophe in front stops it.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


@dataclass(frozen=True, eq=False)
class Tables(Mapping[str, pd.DataFrame]):
    """Checked canonical tables: a mapping from table name to frame, and where they came from."""

    tables: Mapping[str, pd.DataFrame]
    planning: dict[str, Any] | None = None
    source: str = ""
    notices: tuple[SopError, ...] = field(default=())

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)


def read_folder(path: Path | str) -> Tables:
    """Read and check a folder of canonical CSV files.

    Raises
    ------
    DataError or SopErrors: every problem of every file, with its place.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise DataError("error.data.no_folder", path=str(path))
    problems: list[SopError] = []
    notices: list[SopError] = []
    read: dict[str, tuple[Cells, Typed]] = {}
    for file in sorted(p for p in folder.iterdir() if p.is_file() and p.name[0] != "."):
        table = TABLES.get(file.stem.lower()) if file.suffix.lower() == ".csv" else None
        if table is None:
            if file.name != PLANNING:
                notices.append(DataError("notice.data.unknown_file", file=file.name))
            continue
        found = _read_file(file, table, notices=notices)
        problems += found if isinstance(found, list) else found[1].problems
        if not isinstance(found, list):
            read[table.name] = found
    planning = _read_planning(folder / PLANNING, problems)
    if not {"sales", "forecast_snapshot"} & {*read} and not problems:
        problems.append(DataError("error.data.no_demand", path=folder.name or str(folder)))
    problems += _unknown(read)
    raise_all(problems)
    frames = {name: merge_lines(TABLES[name], typed.frame) for name, (_, typed) in read.items()}
    return Tables(complete(frames), planning, folder.name, tuple(notices))


def write_folder(tables: Mapping[str, pd.DataFrame], path: Path | str) -> None:
    """Write canonical tables (and the planning settings of ``Tables``) as CSV files."""
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in TABLES.items():
        if name in tables:
            (folder / f"{name}.csv").write_bytes(_csv_bytes(table, tables[name]))
    planning = tables.planning if isinstance(tables, Tables) else None
    if planning is not None:
        text = json.dumps(planning, indent=2, ensure_ascii=False, sort_keys=True, allow_nan=False)
        (folder / PLANNING).write_bytes((text + "\n").encode())


def complete(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Fill what the tables say about one another: items from sales, names from codes, months."""
    full = dict(frames)
    if "forecast_snapshot" in full:
        full["forecast_snapshot"] = with_month(full["forecast_snapshot"])
    if "item" not in full:
        demand = full.get("sales", full.get("forecast_snapshot"))
        if demand is not None:
            full["item"] = pd.DataFrame({"item": sorted(set(demand["item"]))})
    for name in ("item", "channel", "resource"):
        if name in full:
            full[name] = _with_label(full[name], name)
    order = [name for name in TABLES if name in full]
    return {name: full[name] for name in order}


def _with_label(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    labels = frame["label"] if "label" in frame else pd.Series("", index=frame.index)
    filled = frame.assign(label=labels.where(labels != "", frame[name]))
    if name == "item" and "family" not in filled:
        filled["family"] = EVERYTHING
    names = [column for column in TABLES[name].names if column in filled]
    return filled[names]


def with_month(frame: pd.DataFrame) -> pd.DataFrame:
    """A snapshot that gives lags instead of months: month = cycle + lag."""
    if "lag" not in frame:
        return frame
    cycle = frame["cycle"].to_numpy().astype("datetime64[M]")
    lag = frame["lag"].fillna(0).to_numpy().astype("timedelta64[M]")
    shifted = pd.Series((cycle + lag).astype("datetime64[ns]"), index=frame.index)
    month = frame["month"].fillna(shifted) if "month" in frame else shifted
    names = [name for name in TABLES["forecast_snapshot"].names if name in {*frame, "month"}]
    return frame.assign(month=month)[names]


def _read_file(
    file: Path, table: Table, *, notices: list[SopError]
) -> list[SopError] | tuple[Cells, Typed]:
    """The typed table, or the problems that keep its cells from being read at all."""
    try:
        lines = _rows(file)
    except UnicodeDecodeError:
        return [DataError("error.data.not_utf8", file=file.name)]
    except csv.Error:
        return [DataError("error.data.broken_csv", file=file.name)]
    if not lines:
        return [DataError("error.data.empty_file", file=file.name)]
    header = [cell.strip().lower() for cell in lines[0][1]]
    problems = _header_problems(file.name, table, header, notices)
    if problems:
        return problems
    width = len(header)
    ragged: list[SopError] = [
        DataError("error.data.ragged", file=file.name, row=row, cells=len(cells), columns=width)
        for row, cells in lines[1:]
        if len(cells) != width
    ]
    body = [(row, cells) for row, cells in lines[1:] if len(cells) == width]
    columns = {
        name: pd.Series([_unescaped(cells[at]) for _, cells in body], dtype=object)
        for at, name in enumerate(header)
        if name in table.names
    }
    rows = np.array([row for row, _ in body], dtype=np.int64)
    cells = Cells(file=file.name, rows=rows, columns=columns)
    typed = convert(table, cells, STRICT)
    typed.problems = ragged + typed.problems + repeated_keys(table, cells, typed)
    if not len(rows) and not ragged and table.name in _NEVER_EMPTY:
        typed.problems.append(DataError("error.data.no_rows", file=file.name))
    return cells, typed


def _header_problems(
    file: str, table: Table, header: list[str], notices: list[SopError]
) -> list[SopError]:
    found = ", ".join(name for name in header if name)[:200]
    problems = missing_columns(table, header, file=file, found=found)
    for name in sorted({name for name in header if header.count(name) > 1}):
        problems.append(DataError("error.data.repeated_column", file=file, column=name))
    for name in header:
        if name in table.names:
            continue
        near = [known for known in table.names if fuzz.ratio(name, known) >= 80]
        if near:  # a misspelt optional column would otherwise be lost without a word
            problems.append(
                DataError("error.data.misspelt_column", file=file, column=name, near=near[0])
            )
        elif name:
            notices.append(DataError("notice.data.unknown_column", file=file, column=name))
    return problems


def _rows(file: Path) -> list[tuple[int, list[str]]]:
    """Lines that are not blank, with the row a spreadsheet shows for them."""
    text = file.read_bytes().decode("utf-8-sig")
    first = text.split("\n", 1)[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    return [(n, row) for n, row in enumerate(reader, 1) if any(cell.strip() for cell in row)]


def _unknown(read: Mapping[str, tuple[Cells, Typed]]) -> list[SopError]:
    frames = {name: typed.frame for name, (_, typed) in read.items()}
    found: list[Unknown] = []
    for name, (cells, typed) in read.items():
        for column in references(TABLES[name]):
            known = declared(frames, column.refers) if column.refers else None
            if known is None or column.name not in typed.frame:
                continue
            codes = typed.frame[column.name]
            usable = codes.where(~pd.Series(typed.bad), "")
            place = (cells.file, column.name, f"{column.refers[0]}.csv" if column.refers else "")
            found += unknown_codes(usable, known, rows=cells.rows, place=place)[0]
    return unknown_sentences(found)


def _read_planning(file: Path, problems: list[SopError]) -> dict[str, Any] | None:
    if not file.is_file():
        return None
    try:
        planning = json.loads(file.read_text("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        problems.append(DataError("error.data.not_json", file=PLANNING, detail=str(error)[:120]))
        return None
    if not isinstance(planning, dict):
        problems.append(DataError("error.data.not_json", file=PLANNING, detail="{ }"))
        return None
    return planning


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _csv_bytes(table: Table, frame: pd.DataFrame) -> bytes:
    names = [name for name in table.names if name in frame]
    columns = [[_written(value) for value in frame[name]] for name in names]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue().encode()


def _written(value: Any) -> str:
    if isinstance(value, str):
        return "'" + value if _FORMULA.match(value) else value
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    return write_number(float(value))


def _unescaped(cell: str) -> str:
    text = cell.strip()
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
