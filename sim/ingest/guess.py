"""A guess of what each file means. It is always shown, never applied in silence."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.ingest.dates import looks_like_date
from sim.ingest.filling import parent_columns
from sim.ingest.headers import CANONICAL, likeness, names_other, names_table, normal, words
from sim.ingest.lookups import item_hops, name_hops
from sim.ingest.mapping import FileMap, Source
from sim.ingest.pivots import with_codes
from sim.ingest.schema import TABLES, Column, Kind, Table
from sim.ingest.wide import month_columns, wide_value

if TYPE_CHECKING:
    from sim.ingest.preview import ColumnPreview, FilePreview

_ENOUGH = 60.0  # likeness below which a header does not name a column
_YEARS = frozenset({"annee", "year", "an", "exercice", "fiscal year"})
_MOST_CHANNELS = 60
# Share of different codes from which a file can be an item list, by what its name says.
_APART = {"exact": 0.5, "named": 0.9, "other": 0.98}


def guess_mappings(previews: Sequence["FilePreview"]) -> dict[str, FileMap]:
    """A mapping for every readable sheet: table, columns and lookups into the other sheets."""
    readable = [preview for preview in previews if preview.error is None]
    maps = {one.id: one.mapping if one.profile else guess_table(one) for one in readable}
    _keep_one_item_list(readable, maps)
    for preview in readable:
        if preview.profile:
            continue  # its shape is known
        maps[preview.id] = _with_shape(preview, with_codes(preview, readable, maps))
    for preview in readable:
        maps[preview.id] = _with_lookups(preview, readable, maps)
    return {preview.id: maps.get(preview.id, FileMap()) for preview in previews}


def map_to(table: str, preview: "FilePreview", previews: Sequence["FilePreview"]) -> FileMap:
    """The guess for one sheet when a person has said which table it feeds."""
    if not table:
        return FileMap()
    if preview.profile and preview.mapping.table == table:
        return preview.mapping
    readable = [one for one in previews if one.error is None]
    maps = {one.id: one.mapping for one in readable}
    maps[preview.id] = _with_shape(preview, guess_columns(preview, TABLES[table]))
    return _with_lookups(preview, readable, maps)


def guess_table(preview: "FilePreview") -> FileMap:
    """The canonical table a sheet feeds best, without looking at other sheets."""
    best, best_score = FileMap(), 0.0
    for table in TABLES.values():
        candidate, score = _candidate(preview, table)
        if score > best_score:
            best, best_score = candidate, score
    return best


def guess_columns(preview: "FilePreview", table: Table) -> FileMap:
    """The best mapping of a sheet to a given table, whatever is missing."""
    wide = month_columns(preview) if "month" in table.names else ()
    extra = words().in_table.get(table.name, {}) if _named(preview, table.name) else {}
    pairs: list[tuple[float, int, str, str]] = []
    for field in table.columns:
        for column in preview.columns:
            score, rank = likeness(column.name, field.name, extra=extra.get(field.name, ()))
            score -= _misfit(column, field, score)
            if score >= _ENOUGH and column.name not in wide:
                pairs.append((score, -rank, field.name, column.name))
    columns: dict[str, Source] = {}
    used: set[str] = set()
    for _, _, name, header in sorted(pairs, key=lambda pair: pair[:2], reverse=True):
        if name not in columns and header not in used:
            columns[name] = Source(column=header)
            used.add(header)
    value = wide_value(table, [*preview.title, preview.sheet, preview.file])
    if wide and value and "month" not in columns:
        columns.pop(value, None)
        columns = in_order(table, columns)
        return FileMap(table=table.name, columns=columns, wide=wide, wide_value=value)
    if table.name == "stock" and "as_of" not in columns:
        columns["as_of"] = Source()  # an answer is proposed when the stock is read
    return FileMap(
        table=table.name,
        columns=in_order(table, columns),
        year_column=_year_column(preview, columns.get("month")),
    )


def in_order(table: Table, columns: Mapping[str, Source]) -> dict[str, Source]:
    """Columns in the order of their table."""
    return {name: columns[name] for name in table.names if name in columns}


def missing(table: Table, mapping: FileMap) -> list[str]:
    """The required columns that a mapping does not feed."""
    return [name for name in table.required if name not in mapping.columns.keys() | mapping.given]


def _year_column(preview: "FilePreview", month: Source | None) -> str:
    """The column of years beside one of months without them."""
    column = preview.column(month.column) if month else None
    if column is None or any(map(looks_like_date, column.samples)):
        return ""
    return next((one.name for one in preview.columns if normal(one.name) in _YEARS), "")


def _with_shape(preview: "FilePreview", mapping: FileMap) -> FileMap:
    return replace(mapping, fill=parent_columns(preview, mapping))


def _candidate(preview: "FilePreview", table: Table) -> tuple[FileMap, float]:
    """A mapping to one table and its score; 0 when the sheet cannot be this table."""
    stems = {normal(preview.sheet), normal(preview.file.rsplit(".", 1)[0])}
    titles = {normal(table.name), *words().titles.get(table.name, ())}
    exact = bool(stems & titles)
    if not exact and not _possible(preview, table):
        return FileMap(), 0.0
    guess = guess_columns(preview, table)
    mapped = guess.columns.keys() | guess.given
    gone = missing(table, guess)
    named = _named(preview, table.name)
    if gone and not named and not exact:
        return FileMap(), 0.0
    headers = " ".join(column.name for column in preview.columns)
    # The cells of a pivot have no header of their own that would speak for a table.
    required = len(table.required) - len(gone) - (guess.wide_value in table.required)
    score = 10.0 * required + 2.0 * (len(mapped) - required) + 30.0 * exact + 6.0 * named
    score += 4.0 * names_table(headers, table.name) - 8.0 * len(gone)
    # A file that calls itself an item list may repeat a code: that is told line by line.
    apart = _APART["exact" if exact else "named" if named else "other"]
    if table.name == "item" and not _is_item_list(preview, guess, apart=apart):
        return FileMap(), 0.0
    return guess, score


def _possible(preview: "FilePreview", table: Table) -> bool:
    name = preview.sheet or preview.file.rsplit(".", 1)[0]
    headers = " ".join(column.name for column in preview.columns)
    if table.name not in words().tables or names_other(f"{name} {headers}", table.name):
        return False
    return table.name not in words().needs_word or _named(preview, table.name)


def _named(preview: "FilePreview", table: str) -> bool:
    return names_table(preview.sheet, table) or names_table(preview.file.rsplit(".", 1)[0], table)


def _is_item_list(preview: "FilePreview", guess: FileMap, *, apart: float) -> bool:
    """An item list has one line per item and says something about it."""
    source = guess.columns.get("item")
    column = preview.column(source.column) if source else None
    return (
        column is not None and column.distinct >= apart * column.filled and len(guess.columns) > 1
    )


def _misfit(column: "ColumnPreview", field: Column, score: float) -> float:
    """Points lost when the cells are not what the canonical column holds."""
    if field.name == "channel" and column.distinct > _MOST_CHANNELS and score < CANONICAL:
        return 100.0
    if field.kind in {Kind.MONTH, Kind.DATE}:
        return 40.0 if column.date_share < 0.5 else 0.0
    if field.kind in {Kind.NUMBER, Kind.INTEGER, Kind.FLAG}:
        return 40.0 if column.number_share < 0.5 and column.filled else 0.0
    return 40.0 if column.date_share > 0.9 and column.number_share < 0.5 else 0.0


def _keep_one_item_list(previews: Sequence["FilePreview"], maps: dict[str, FileMap]) -> None:
    """Of two item lists with the same codes, the one that sales point to stays."""
    lists = [preview for preview in previews if maps[preview.id].table == "item"]
    if len(lists) < 2:
        return
    sales = [preview for preview in previews if maps[preview.id].table == "sales"]

    def pointed(preview: "FilePreview") -> float:
        source = maps[preview.id].columns["item"].column
        return max((_points_to(one, maps[one.id], preview, source) for one in sales), default=0.0)

    owner = max(lists, key=pointed)
    codes = owner.codes(maps[owner.id].columns["item"].column)
    for preview in lists:
        own = preview.codes(maps[preview.id].columns["item"].column)
        if preview is not owner and len(own & codes) > 0.2 * min(len(own), len(codes)):
            maps[preview.id] = FileMap()


def _points_to(
    sales: "FilePreview", mapping: FileMap, target: "FilePreview", item_column: str
) -> float:
    """Share of the sold codes that an item list knows, directly or by one of its keys."""
    source = mapping.columns.get("item")
    if source is None:
        return 0.0
    sold = sales.codes(source.column)
    direct = len(sold & target.codes(item_column)) / max(1, len(sold))
    hops = item_hops(sales, source.column, (target, item_column), [target])
    return max(direct, 0.99 if hops else 0.0)


def _with_lookups(
    preview: "FilePreview", previews: Sequence["FilePreview"], maps: Mapping[str, FileMap]
) -> FileMap:
    mapping = maps[preview.id]
    others = [one for one in previews if one is not preview and maps[one.id].table in {"", "item"}]
    owner = next((one for one in previews if maps[one.id].table == "item"), None)
    columns = dict(mapping.columns)
    for name, source in mapping.columns.items():
        if not source.column:
            continue
        if name == "item" and owner is not None and owner is not preview:
            item_column = maps[owner.id].columns["item"].column
            hops = item_hops(preview, source.column, (owner, item_column), others)
        elif name in {"family", "channel"} and name != mapping.table:
            # Lines of business are no reference, and a canonical list declares its own codes.
            lists = [one for one in others if not maps[one.id].table]
            hops = name_hops(preview, source.column, name, lists)
        else:
            continue
        columns[name] = Source(column=source.column, hops=hops)
    return replace(mapping, columns=columns)
