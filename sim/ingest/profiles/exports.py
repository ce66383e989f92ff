"""Exports of Odoo, ERPNext and SAP: single tables whose headers say what they are."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from sim.errors import DataError, SopError
from sim.ingest.filling import filled_down
from sim.ingest.headers import normal
from sim.ingest.mapping import FileMap, Source
from sim.ingest.numerals import TYPED
from sim.ingest.profiles.derived import derived, mapped
from sim.ingest.profiles.words import read_data
from sim.ingest.schema import TABLES

if TYPE_CHECKING:
    from sim.ingest.preview import FilePreview

_BRACKET = re.compile(r"\[([^\[\]]+)\] ?.*", re.DOTALL)
_HUMP = re.compile(r"[a-z][A-Z]")
_HEAD = 60  # lines among which those of a template stand
_BLANK = frozenset({"", TYPED, "0", "0.0", "0,0", "0.00", "0,00", TYPED + "0", TYPED + "0.0"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """How one program exports one table; all names are normalised headers or cells."""

    program: str
    table: str
    telling: tuple[frozenset[str], ...]  # one of these sets of headers is there
    columns: Mapping[str, tuple[str, ...]]
    parents: tuple[str, ...] = ()  # columns that child lines leave blank
    status: tuple[str, ...] = ()  # headers of the column that decides which lines count
    leave: frozenset[str] = frozenset()
    leave_starts: tuple[str, ...] = ()
    template: frozenset[str] = frozenset()  # first cells of lines of a template, no data
    bracket: bool = False  # items are written "[CODE] name"


@cache
def exports() -> tuple[Export, ...]:
    """The known exports, read once from data/ingest/exports.json."""
    body: list[dict[str, Any]] = read_data("exports.json")
    return tuple(
        Export(
            program=one["program"],
            table=one["table"],
            telling=tuple(frozenset(_normals(group)) for group in one["telling"]),
            columns={name: _normals(words) for name, words in one["columns"].items()},
            parents=tuple(one["parents"]),
            status=_normals(one.get("status", ())),
            leave=frozenset(_normals(one.get("leave", ()))),
            leave_starts=_normals(one.get("leave_starts", ())),
            template=frozenset(_normals(one.get("template", ()))),
            bracket=one.get("bracket", False),
        )
        for one in body
    )


def as_export(preview: "FilePreview") -> "FilePreview":
    """The preview as the export of a known program, or as it was."""
    if preview.error is not None:
        return preview
    for export in exports():
        headers = _headers(preview, export)
        if headers:
            return _read(preview, export, headers)
    return preview


def _headers(preview: "FilePreview", export: Export) -> dict[str, str]:
    """Canonical column -> header; empty when the headers are not those of this export."""
    # None of these programs writes "ProductID": such a header is of a database of somebody's own.
    plain = [one.name for one in reversed(preview.columns) if not _HUMP.search(one.name)]
    names = {normal(name): name for name in plain}
    if not any(group <= names.keys() for group in export.telling):
        return {}
    found: dict[str, str] = {}
    for name, words in export.columns.items():
        header = next((names[word] for word in words if word in names), "")
        if header:
            found[name] = header
    needed = {*TABLES[export.table].required} - {"as_of"}
    return found if needed <= found.keys() else {}


def _read(preview: "FilePreview", export: Export, headers: Mapping[str, str]) -> "FilePreview":
    columns = {column.name: preview.texts(column.name) for column in preview.columns}
    rows = preview.row_numbers()
    notices: list[SopError] = [
        DataError("notice.profile.export", file=preview.id, program=export.program)
    ]
    keep = _kept(columns, export, headers)
    for key, count in (("template", keep.count("template")), ("empty", keep.count("empty"))):
        if count:
            notices.append(DataError(f"notice.profile.{key}", file=preview.id, rows=count))
    left = sorted({why for why in keep if why and why not in {"template", "empty"}})
    if left:
        told = {"rows": sum(why in left for why in keep), "names": ", ".join(left)[:80]}
        notices.append(DataError("notice.profile.statuses", file=preview.id, **told))
    lines = [at for at, why in enumerate(keep) if not why]
    if not lines:
        return preview
    columns = {name: [cells[at] for at in lines] for name, cells in columns.items()}
    if export.bracket and _bracketed(columns, headers["item"]):
        told = {"file": preview.id, "column": headers["item"]}
        notices.append(DataError("notice.profile.bracket", **told))
    made = derived(
        preview,
        [rows[at] for at in lines],
        columns,
        mapping=_mapping(export, headers, columns),
        block=preview.block,
        profile=export.program,
    )
    return replace(made, notices=(*preview.notices, *notices))


def _mapping(
    export: Export, headers: Mapping[str, str], columns: Mapping[str, Sequence[str]]
) -> FileMap:
    made = mapped(export.table, headers)
    found = {**made.columns}
    if export.table == "stock":
        found["as_of"] = Source()
    parents = [headers[name] for name in export.parents if name in headers]
    fill = [header for header in parents if any(cell in {"", TYPED} for cell in columns[header])]
    return replace(made, columns=found, fill=tuple(fill))


def _kept(
    columns: Mapping[str, Sequence[str]], export: Export, headers: Mapping[str, str]
) -> list[str]:
    """Why each line is left out, or "": a template, no item, or a status that does not count."""
    first = next(iter(columns.values()))
    status = next((name for name in columns if normal(name) in export.status), "")
    # A status is written on the first line of its order only.
    states = filled_down(columns[status], [False] * len(first)) if status else [""] * len(first)
    amount = next(name for name in ("quantity", "on_hand") if name in headers)
    found = []
    for at, cell in enumerate(first):
        state = normal(states[at].removeprefix(TYPED))
        item, quantity = columns[headers["item"]][at], columns[headers[amount]][at]
        if export.template and at < _HEAD and normal(cell) in export.template:
            found.append("template")
        elif item in {"", TYPED} and quantity in _BLANK:
            found.append("empty")
        elif state in export.leave or (
            export.leave_starts and state.startswith(export.leave_starts)
        ):
            found.append(states[at].removeprefix(TYPED)[:40])
        else:
            found.append("")
    return found


def _bracketed(columns: dict[str, list[str]], header: str) -> bool:
    """Replace "[CODE] name" by the code, when every cell is written so."""
    cells = [cell.removeprefix(TYPED) for cell in columns[header]]
    found = [_BRACKET.fullmatch(cell) for cell in cells]
    if not all(match or not cell for match, cell in zip(found, cells, strict=True)) or not any(
        found
    ):
        return False
    columns[header] = [TYPED + match[1].strip() if match else "" for match in found]
    return True


def _normals(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(normal(word) for word in words)
