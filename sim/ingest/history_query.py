"""A question to DuckDB about the files of one folder, with progress and a way to stop."""

import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias, TypeVar

import duckdb
import pyarrow as pa

from sim.errors import DataError

Report: TypeAlias = Callable[[float], None]
T = TypeVar("T")

SECONDS = 600  # for one question
MEMORY = "1GB"
_POLL = 0.1  # seconds
_DATA = Path(__file__).resolve().parents[2] / "data" / "ingest"


def patiently(work: Callable[[], T], look_up: Callable[[], None]) -> T:
    """The result of work done in a thread of its own, while somebody looks up now and then."""
    done: list[T] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            done.append(work())
        except Exception as error:  # raised again below, where somebody waits
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True, name="history")
    thread.start()
    while thread.is_alive():
        thread.join(_POLL)
        look_up()
    if failed:
        raise failed[0]
    return done[0]


@cache
def sql(name: str) -> str:
    """The text of data/ingest/<name>.sql."""
    return (_DATA / f"{name}.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Question:
    """Who waits for an answer: told the share done, able to stop."""

    about: str  # the files, as a person named them
    folder: Path
    report: Report | None = None
    cancel: threading.Event | None = None

    def ask(self, workshop: duckdb.DuckDBPyConnection, text: str) -> pa.Table:
        """The answer as Arrow.

        Raises
        ------
        DataError: stopped, out of time or memory, or files that cannot be read.
        """
        try:
            table: pa.Table = patiently(
                lambda: workshop.sql(text).to_arrow_table(), lambda: self._look_up(workshop)
            )
            return table
        except duckdb.Error as error:
            raise self.refusal(error) from None

    def still_wanted(self) -> None:
        """Called now and then by work outside of DuckDB.

        Raises
        ------
        DataError: it was stopped.
        """
        if self.cancel is not None and self.cancel.is_set():
            raise DataError("error.history.cancelled", file=self.about)

    def _look_up(self, workshop: duckdb.DuckDBPyConnection) -> None:
        if self.cancel is not None and self.cancel.is_set():
            workshop.interrupt()
        elif self.report is not None:
            self.report(max(0.0, min(1.0, workshop.query_progress() / 100)))

    def refusal(self, error: duckdb.Error) -> DataError:
        """What a person is told; paths of the server and long lines stay out of it."""
        if isinstance(error, duckdb.InterruptException):
            stopped = self.cancel is not None and self.cancel.is_set()
            key = "error.history.cancelled" if stopped else "error.history.too_slow"
            return DataError(key, file=self.about, limit=SECONDS)
        if isinstance(error, duckdb.OutOfMemoryException):
            return DataError("error.history.memory", file=self.about, limit=MEMORY)
        said = " ".join(str(error).replace(f"{self.folder}/", "").split())
        return DataError("error.history.unusable", file=self.about, detail=said[:200])


@contextmanager
def workshop(*folders: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory that may read these folders and nothing else on disk or network."""
    with tempfile.TemporaryDirectory() as spill:
        connection = duckdb.connect(":memory:")
        try:
            for setting in _hardening(folders, spill):
                connection.execute(setting)
            yield connection
        finally:
            connection.close()


def _hardening(folders: Sequence[Path], spill: str) -> tuple[str, ...]:
    """The settings, in the order that DuckDB asks for."""
    allowed = ", ".join(
        _quoted(str(one)) for one in (*(folder.resolve() for folder in folders), spill)
    )
    return (
        f"SET allowed_directories=[{allowed}]",
        f"SET temp_directory={_quoted(spill)}",
        f"SET memory_limit='{MEMORY}'",
        f"SET max_execution_time={SECONDS * 1000}",
        "SET enable_progress_bar=true",
        "SET enable_progress_bar_print=false",
        "SET autoinstall_known_extensions=false",
        "SET autoload_known_extensions=false",
        "SET allow_community_extensions=false",
        "SET python_enable_replacements=false",
        "SET enable_external_access=false",
        "SET lock_configuration=true",
    )


def _quoted(text: str) -> str:
    """A text as SQL writes it. SET takes no parameters; the folder comes from a setting."""
    return "'" + text.replace("'", "''") + "'"
