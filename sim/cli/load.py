"""``load``: files to a new version of the data in the store, without a browser.

Documented keys
---------------
status     loaded | unchanged (the data in use say this already) | already_loaded (every file was
           loaded before) | checked (--dry-run) | refused (problems stand in the way)
company, version, already_loaded {file: {at, author}}, files [{name, sha256, rows, mapping,
           quality}], afresh, modes {table: mode}, quality
counts     {blocking, problem, warning}
problems   [{severity, key, file, sheet, row, rows, column, value, expected, remedy, sentence}]
changes    [{table, added, changed, unchanged, removed}] against the data in use
totals     {files, left_out, loaded}: [{name, table, rows, quantity, revenue}]

Exit code 0 = loaded, or nothing to do; 1 = problems stand in the way, nothing was written;
2 = the arguments are wrong, or the store does not answer.
"""

import argparse
import getpass
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sim.errors import DataError, StoreError
from sim.ingest import FileMap, FilePreview, Import, assess, build, inspect, signature
from sim.ingest.modes import Mode, modes_of
from sim.ingest.problems import Problem, problems_of
from sim.ingest.record import file_records, hashes, how_imported, mappings_of
from sim.ingest.sandbox import ENDINGS, LARGEST
from sim.ingest.schema import TABLES
from sim.ingest.texts import ENCODINGS
from sim.ingest.update import Base
from sim.model.planning_settings import PlanningSettings
from sim.report.problems import line
from sim.report.text import text_for
from sim.settings import settings
from sim.store.datasets import DatasetVersion
from sim.store.store import Store, open_store

Result = dict[str, Any]
AFRESH, UPDATE = "afresh", "update"
STOPPED = 1  # exit code
_PATIENCE = 5  # times that somebody else may accept data in between


@dataclass(frozen=True, kw_only=True, eq=False)
class _Draft:
    """An upload computed against the version that is current."""

    imported: Import
    base: Base
    planning: PlanningSettings
    seen: str  # the version in use, "" when there is none
    settled: bool  # company, currency or horizon change


def load(options: argparse.Namespace) -> Result:
    """Read files, check them, and keep them as a new version unless problems stand in the way."""
    files = [(path.name, _content(path)) for path in paths(options.paths)]
    store = open_store(options.db or settings().database_url)
    try:
        known = store.loaded(list(hashes(files).values()))
        again = {name: known[one] for name, one in hashes(files).items() if one in known}
        told: Result = {
            "already_loaded": {
                name: {"at": record.at, "author": record.author} for name, record in again.items()
            }
        }
        if len(again) == len(files) and not options.again:
            return {"status": "already_loaded"} | told
        return told | _load(store, files, options)
    finally:
        store.close()


def _content(path: Path) -> bytes:
    """The bytes of a file; of one beyond the limit, just enough to be refused."""
    with path.open("rb") as stream:
        return stream.read(LARGEST + 1)


def paths(written: Sequence[str]) -> list[Path]:
    """The files that paths, folders and patterns name.

    Raises
    ------
    DataError: a path names nothing.
    """
    found: list[Path] = []
    for one in written:
        path = Path(one)
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.lower()[1:] in ENDINGS)
        else:
            inside = [path] if path.is_file() else _matching(path)
        inside = [p for p in inside if p.is_file() and not p.name.startswith(".")]
        if not inside:
            raise DataError("error.data.no_file", path=one)
        found += [p for p in inside if p not in found]
    return found


def _matching(pattern: Path) -> list[Path]:
    start = Path(pattern.anchor or ".")
    return sorted(start.glob(str(pattern.relative_to(pattern.anchor)))) if pattern.parts else []


def exit_code(result: Result) -> int:
    """1 when problems stand in the way, else 0."""
    return STOPPED if result["status"] == "refused" else 0


def _load(store: Store, files: list[tuple[str, bytes]], options: argparse.Namespace) -> Result:
    chosen = dict.fromkeys((name for name, _ in files), options.encoding or "")
    previews = inspect(files, chosen)
    mappings = _mappings(store, previews, options.map)
    for _ in range(_PATIENCE):
        draft = _draft(store, previews, mappings, options)
        quality = assess(draft.imported.tables, draft.imported, planning=draft.planning)
        records = file_records(previews, files, mappings, quality=quality)
        # The report of each finding stays with the import; here its score is enough.
        brief = [{name: one[name] for name in one if name != "report"} for one in records]
        told = _described(draft, previews, options) | {"files": brief, "quality": quality.score}
        status = _status(draft, dry_run=options.dry_run)
        if status != "loaded":
            return {"status": status, "version": draft.seen or None} | told
        version = _accept(store, draft, records, options)
        if version is None:
            continue
        for preview in previews:
            if preview.id in mappings:
                body = mappings[preview.id]
                store.remember_mapping(signature(preview), body, author=options.author)
        return {"status": status, "version": version.id} | told
    raise StoreError("error.store.busy")


def _status(draft: _Draft, *, dry_run: bool) -> str:
    if not draft.imported.ready:
        return "refused"
    if dry_run:
        return "checked"
    changed = draft.settled or any(one.any for one in draft.imported.changes)
    return "loaded" if changed else "unchanged"


def _accept(
    store: Store,
    draft: _Draft,
    records: Sequence[dict[str, object]],
    options: argparse.Namespace,
) -> DatasetVersion | None:
    """The version that was kept; None when somebody was quicker: then all is computed again."""
    try:
        return store.accept(
            draft.imported.require(),
            name=draft.planning.company,
            settings=draft.planning,
            source="upload",
            author=options.author,
            files=records,
            detail=how_imported(draft.imported, draft.base),
            seen=draft.seen,
        )
    except StoreError as error:
        if error.key != "error.store.moved":
            raise
        return None


def _mappings(
    store: Store, previews: Sequence[FilePreview], written: Path | None
) -> dict[str, dict[str, Any]]:
    """The meaning of each sheet: the mapping file's, else the one remembered, else the guess."""
    found = {one.id: one.mapping.to_json() for one in previews if one.error is None}
    for preview in previews:
        kept = store.mapping(signature(preview)) if preview.id in found else None
        if isinstance(kept, dict):
            found[preview.id] = FileMap.from_json(kept).to_json()
    if written is not None:
        try:
            body = json.loads(written.read_text(encoding="utf-8"))
        except (ValueError, RecursionError):
            raise DataError("error.upload.mapping") from None
        found |= mappings_of(body, previews)
    return found


def _draft(
    store: Store,
    previews: Sequence[FilePreview],
    mappings: dict[str, dict[str, Any]],
    options: argparse.Namespace,
) -> _Draft:
    latest = store.latest()
    tables, planning = store.load(latest.id) if latest else ({}, PlanningSettings())
    chosen = dict(options.mode)
    own = latest is not None and latest.source != "demo"
    afresh = chosen.pop("", UPDATE if own else AFRESH) == AFRESH
    base = Base(
        tables=tables, afresh=afresh, modes={name: Mode(mode) for name, mode in chosen.items()}
    )
    if afresh:
        planning = PlanningSettings(company=text_for(options.lang)("ui.collect.company.default"))
    given = {"company": options.company, "currency": options.currency, "horizon": options.horizon}
    before, given = planning, {k: v for k, v in given.items() if v is not None}
    planning = PlanningSettings.from_json(replace(planning, **given).to_json())
    imported = build(
        previews,
        mappings,
        accept_good_rows=options.good_rows,
        leave_out_partial_month=not options.keep_partial_month,
        near_codes=options.near_codes,
        base=base,
    )
    return _Draft(
        imported=imported,
        base=base,
        planning=planning,
        seen=latest.id if latest else "",
        settled=afresh or planning != before,
    )


def _described(
    draft: _Draft, previews: Sequence[FilePreview], options: argparse.Namespace
) -> Result:
    found = problems_of(draft.imported, previews)
    how = how_imported(draft.imported, draft.base)
    imported = draft.imported
    return {
        "company": draft.planning.company,
        **how,
        "counts": {
            kind: sum(one.severity == kind for one in found)
            for kind in ("blocking", "problem", "warning")
        },
        "problems": [_problem(one, options) for one in found],
        "totals": {
            "files": [asdict(total) for total in imported.before],
            "left_out": [asdict(total) for total in imported.left_out],
            "loaded": [asdict(total) for total in imported.after],
        },
    }


def _problem(problem: Problem, options: argparse.Namespace) -> Result:
    text = text_for(options.lang)
    said = line(text, problem)
    return {
        "severity": problem.severity.value,
        "key": problem.error.key,
        "file": problem.file,
        "sheet": problem.sheet,
        "row": problem.row or None,
        "rows": problem.rows,
        "column": problem.column,
        "value": problem.value,
        "expected": said["expected"],
        "remedy": said["remedy"],
        "sentence": text.error(problem.error)[0],
    }


# arguments


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``load``."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files, folders or patterns")
    parser.add_argument("--map", type=Path, metavar="MAP.json", help="mappings, as the page saves")
    parser.add_argument("--db", metavar="URL", help="the store (default: SOP_DATABASE_URL)")
    parser.add_argument(
        "--mode",
        type=mode,
        action="append",
        default=[],
        metavar="MODE",
        help="update, afresh, or TABLE=replace|period|upsert|append; repeat for several tables",
    )
    parser.add_argument("--dry-run", action="store_true", help="report, write nothing")
    parser.add_argument("--good-rows", action="store_true", help="leave wrong rows out")
    parser.add_argument(
        "--near-codes", action="store_true", help="read a code as its near spelling in the list"
    )
    parser.add_argument("--encoding", choices=ENCODINGS, help="of texts (default: as they say)")
    parser.add_argument(
        "--keep-partial-month", action="store_true", help="keep an incomplete last month of sales"
    )
    parser.add_argument("--again", action="store_true", help="load files that were loaded before")
    parser.add_argument("--author", default=_user(), help="who loads (default: the OS user)")
    parser.add_argument("--company", metavar="NAME")
    parser.add_argument("--currency", metavar="ISO")
    parser.add_argument("--horizon", type=int, metavar="MONTHS", choices=range(12, 25))


def mode(written: str) -> tuple[str, str]:
    """``afresh``, ``update`` or ``TABLE=MODE``, for argparse.

    >>> mode("sales=append"), mode("afresh")
    (('sales', 'append'), ('', 'afresh'))
    """
    if written in {AFRESH, UPDATE}:
        return "", written
    table, _, name = written.partition("=")
    if table not in TABLES or name not in {one.value for one in modes_of(table)}:
        raise argparse.ArgumentTypeError(
            f"{written!r} is not update, afresh or TABLE=MODE (replace, period, upsert, append)"
        )
    return table, name


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a user name
        return ""
