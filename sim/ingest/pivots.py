"""Pivots whose columns are items, channels, resources or own periods: known by their lists."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.ingest.mapping import FileMap
from sim.ingest.schema import TABLES, Table
from sim.ingest.wide import code_columns, names_codes, other_columns, wide_value

if TYPE_CHECKING:
    from sim.ingest.preview import FilePreview

_LISTS = {"item": "item", "resource": "resource", "channel": "channel", "calendar": "period"}
# What a pivot over a field feeds, when its file name does not say it.
_FEEDS = {
    "item": ("sales", "routing"),
    "resource": ("routing", "capacity"),
    "channel": ("sales",),
    "month": ("sales", "capacity"),
}


def with_codes(
    preview: "FilePreview", previews: Sequence["FilePreview"], maps: Mapping[str, FileMap]
) -> FileMap:
    """The mapping of a sheet, as a pivot over codes when it cannot be read otherwise."""
    mapping = maps[preview.id]
    if mapping.table and not _lacks(mapping):
        return mapping
    for name, codes in _declared(preview, previews, maps).items():
        field = "month" if name == "period" else name
        for table in _tables(mapping, field):
            found = _pivot(preview, table, field, codes)
            if found is not None:
                return found
    return _by_dates(preview) or mapping


def _lacks(mapping: FileMap) -> bool:
    from sim.ingest.guess import missing

    return bool(missing(TABLES[mapping.table], mapping))


def _tables(mapping: FileMap, field: str) -> list[Table]:
    named = [mapping.table] if mapping.table else []
    return [TABLES[name] for name in [*named, *_FEEDS[field]] if field in TABLES[name].names]


def _declared(
    preview: "FilePreview", previews: Sequence["FilePreview"], maps: Mapping[str, FileMap]
) -> dict[str, frozenset[str]]:
    """The codes that the lists of this upload declare."""
    found: dict[str, frozenset[str]] = {}
    for one in previews:
        column = _LISTS.get(maps[one.id].table, "")
        source = maps[one.id].columns.get(column)
        if one is not preview and source and one.column(source.column):
            found[column] = found.get(column, frozenset()) | one.codes(source.column)
    return found


def _pivot(
    preview: "FilePreview", table: Table, field: str, codes: frozenset[str]
) -> FileMap | None:
    from sim.ingest.guess import guess_columns, in_order

    guess = guess_columns(preview, table)
    columns = {name: s for name, s in guess.columns.items() if s.column not in codes}
    columns.pop(field, None)
    wide = code_columns(preview, codes, {source.column for source in columns.values()})
    value = wide_value(table, [*preview.title, preview.sheet, preview.file])
    columns.pop(value, None)
    found = replace(
        guess, columns=in_order(table, columns), wide=wide, wide_value=value, wide_field=field
    )
    return found if wide and value and not _lacks(found) else None


def _by_dates(preview: "FilePreview") -> FileMap | None:
    """Sales with one column of dates and else numbers: items as columns, or channels."""
    from sim.ingest.guess import guess_columns, in_order

    table = TABLES["sales"]
    guess = guess_columns(preview, table)
    columns = {name: s for name, s in guess.columns.items() if name in {"item", "month"}}
    used = {source.column for source in columns.values()}
    texts = [c for c in preview.columns if c.name not in used and c.holds != "number"]
    if "month" not in columns or texts or any(map(names_codes, preview.columns)):
        return None
    wide = other_columns(preview, used)
    value = wide_value(table, [*preview.title, preview.sheet, preview.file])
    field = "channel" if "item" in columns else "item"
    columns = in_order(table, columns)
    found = replace(guess, columns=columns, wide=wide, wide_value=value, wide_field=field)
    return found if wide else None
