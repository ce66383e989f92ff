"""Large histories as Parquet or CSV in one configured folder, added up to months by DuckDB.

The folder belongs to whoever runs the server; its files are read in place, so no upload limit
holds for them. DuckDB may open that folder and nothing else, whatever a pattern or a link says.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from threading import Event

from sim.errors import DataError
from sim.ingest.dates import read_date, read_iso
from sim.ingest.history import REQUIRED, Columns, History, as_monthly, pack
from sim.ingest.history_query import Question, Report
from sim.ingest.history_sources import (
    Files,
    Styled,
    guessed,
    of_parquet,
    of_text,
    parquet_head,
    text_head,
)
from sim.ingest.numerals import TYPED
from sim.ingest.preview import inspect

_KINDS = {".parquet": "parquet", ".csv": "csv", ".txt": "csv", ".tsv": "csv"}
_MOST_FILES = 10_000
# How dates are written in text, when not as 2026-11-01; "d" and "m" by the order of the file.
_DAYS = (
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%d/%m/%y",
    "%Y%m%d",
    "%Y-%m",
    "%Y/%m",
    "%Y%m",
    "%m/%Y",
)


def look(folder: Path, pattern: str) -> Files:
    """Find the files of a pattern and look at their first lines.

    Parameters
    ----------
    folder : the configured folder
    pattern : a file, a folder, or a pattern with * and ** inside it

    Raises
    ------
    DataError: no such file, one outside the folder, files of two kinds, or not a table.
    """
    paths = find_files(folder, pattern)
    kinds = {_KINDS[path.suffix.lower()] for path in paths}
    if len(kinds) > 1:
        raise DataError("error.history.kinds", pattern=pattern)
    kind = kinds.pop()
    head = text_head(paths[0], pattern) if kind == "csv" else parquet_head(folder, paths, pattern)
    preview = inspect([(pattern, head)])[0]
    if preview.error is not None:
        raise preview.error
    return Files(
        folder=folder,
        pattern=pattern,
        paths=tuple(paths),
        kind=kind,
        size=sum(path.stat().st_size for path in paths),
        preview=guessed(preview),
    )


def find_files(folder: Path, pattern: str) -> list[Path]:
    """The Parquet or text files of a pattern, in order of their names.

    Raises
    ------
    DataError: there is none, there are too many, or one lies outside the folder.
    """
    root, wanted = folder.resolve(), Path(pattern.strip() or ".")
    if wanted.is_absolute() or ".." in wanted.parts:
        raise DataError("error.history.outside", pattern=pattern)
    try:
        found = sorted(root.glob(wanted.as_posix())) if wanted.parts else [root]
    except (ValueError, NotImplementedError, OSError):
        found = []
    inner = [one for path in found for one in (sorted(path.iterdir()) if path.is_dir() else [path])]
    paths = [path for path in inner if path.suffix.lower() in _KINDS and path.is_file()]
    if any(not path.resolve().is_relative_to(root) for path in paths):
        raise DataError("error.history.outside", pattern=pattern)
    if not paths:
        raise DataError("error.history.no_files", pattern=pattern)
    if len(paths) > _MOST_FILES:
        raise DataError("error.history.many_files", pattern=pattern, limit=_MOST_FILES)
    return [path.resolve() for path in paths]


def read(
    files: Files,
    columns: Columns | None = None,
    *,
    decimal: str = "",
    dates: str = "",
    report: Report | None = None,
    cancel: Event | None = None,
) -> History:
    """Add the lines of the files up to months.

    Parameters
    ----------
    files : what ``look`` found
    columns : canonical column -> column of the files; the guess when None
    decimal, dates : "." or ",", "dmy" or "mdy" of text files; as their cells prove when empty
    report : told the share done; cancel : set to stop

    Raises
    ------
    DataError: a column is missing, a style is not proven, the files cannot be read, or no time,
    memory or patience was left.
    """
    chosen = dict(files.columns if columns is None else columns)
    for name in REQUIRED:
        if not chosen.get(name):
            raise DataError("error.history.column", file=files.pattern, column=name)
    styled = _styled(files, chosen, decimal=decimal, dates=dates)
    question = Question(about=files.pattern, folder=files.folder, report=report, cancel=cancel)
    made = of_parquet if files.kind == "parquet" else of_text
    table, examples = made(files, chosen, styled, question)
    return pack(as_monthly(table), kind=files.kind, columns=chosen, examples=examples)


def _styled(files: Files, chosen: Columns, *, decimal: str, dates: str) -> Styled:
    preview = files.preview
    if files.kind == "csv":  # a typed column has no style
        if preview.decimal.ambiguous and not decimal:
            raise DataError(
                "error.upload.ask_decimal", file=files.pattern, value=preview.decimal.sample
            )
        if preview.order.ambiguous and not dates:
            raise DataError(
                "error.upload.ask_dates", file=files.pattern, value=preview.order.sample
            )
    month = preview.column(chosen["month"])
    if month is None:
        raise DataError("error.history.column", file=files.pattern, column="month")
    texts = sorted(preview.codes(month.name))
    return Styled(
        decimal or preview.decimal.value, date_formats(texts, dates or preview.order.value)
    )


def date_formats(texts: Sequence[str], order: str) -> tuple[str, ...]:
    """The formats that read these dates as the import does; none when they are 2026-11-01.

    >>> date_formats(["31/12/2024", "05/01/2025"], "dmy"), date_formats(["2024-12-31"], "dmy")
    (('%d/%m/%Y',), ())
    """
    left = [one.removeprefix(TYPED) for one in texts]
    left = [one for one in left if len(one) < 8 or read_iso(one) is None]
    found: list[str] = []
    for usual in _DAYS:
        swapped = order == "mdy" and usual.startswith("%d")
        form = usual.replace("%d", "#").replace("%m", "%d").replace("#", "%m") if swapped else usual
        read = [one for one in left if _same_day(one, form, order)]
        if read:
            found.append(form)
            left = [one for one in left if one not in set(read)]
    return tuple(found)


def _same_day(text: str, form: str, order: str) -> bool:
    try:
        return datetime.strptime(text, form).date() == read_date(text, order)
    except ValueError:
        return False
