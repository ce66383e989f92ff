"""Keys of one file into another: found by the name of the column and by its values."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.ingest.headers import likeness, same_key
from sim.ingest.mapping import FileMap, Hop, Source

if TYPE_CHECKING:
    from sim.ingest.preview import FilePreview

_CONTAINED = 0.6  # share of a column's codes that a key column of the same name must know
_LONGEST = 3


def item_hops(
    preview: "FilePreview",
    column: str,
    target: tuple["FilePreview", str],
    others: Sequence["FilePreview"],
) -> tuple[Hop, ...]:
    """How the codes of a column become item codes: nothing, or one lookup.

    ``target`` is the item list and its code column.
    """
    owner, item_column = target
    codes = owner.codes(item_column)
    own = preview.codes(column)
    if len(own & codes) >= 0.5 * max(1, len(own)):
        return ()
    steps = _steps(preview, column, others)
    for other, key in steps:
        if other is owner:
            return (Hop(file=other.id, key=key, value=item_column),)
    best: tuple[Hop, ...] = ()
    best_share = 0.2
    for other, key in steps:
        for value in other.columns:
            share = len(other.codes(value.name) & codes) / max(1, len(codes))
            if value.name != key and share > best_share:
                best = (Hop(file=other.id, key=key, value=value.name),)
                best_share = share
    return best


def name_hops(
    preview: "FilePreview", column: str, field: str, others: Sequence["FilePreview"]
) -> tuple[Hop, ...]:
    """How a key becomes a name, followed as far as it leads (subcategory, then category)."""
    hops: list[Hop] = []
    seen = {preview.id}
    at, key_in = preview, column
    while len(hops) < _LONGEST:
        steps = [step for step in _steps(at, key_in, others) if step[0].id not in seen]
        if not steps:
            break
        other, key = min(steps, key=lambda step: step[0].rows)
        seen.add(other.id)
        onward = _onward(other, key, [one for one in others if one.id not in seen])
        value = onward or _name_column(other, key, field)
        if not value:
            break
        hops.append(Hop(file=other.id, key=key, value=value))
        if not onward:
            break
        at, key_in = other, onward
    return tuple(hops)


def samples(
    preview: "FilePreview", source: Source, previews: Sequence["FilePreview"]
) -> tuple[tuple[str, str], ...]:
    """Five cells of a mapped column, each with what its lookups make of it ("" = not found)."""
    column = preview.column(source.column)
    cells = column.samples if column else ()
    found = resolve(cells, source.hops, previews)
    return tuple((cell, value or "") for cell, value in zip(cells, found, strict=True))


def resolve(
    codes: Sequence[str], hops: Sequence[Hop], previews: Sequence["FilePreview"]
) -> list[str | None]:
    """Codes after their lookups; None where a key is not found (an empty code stays empty)."""
    found: list[str | None] = list(codes)
    for hop in hops:
        other = target_of(hop, previews)
        if other is None:
            return [None] * len(found)
        table = key_values(other, hop)
        found = [code if not code else table.get(code) for code in found]
    return found


def target_of(hop: Hop, previews: Sequence["FilePreview"]) -> "FilePreview | None":
    """The sheet a hop leads to: by name, else any sheet with the same two columns.

    A remembered mapping names last month's file; this month's may be called otherwise.
    """
    fits = [one for one in previews if one.error is None and one.column(hop.key)]
    fits = [one for one in fits if one.column(hop.value)]
    return next((one for one in fits if one.id == hop.file), fits[0] if fits else None)


def key_values(other: "FilePreview", hop: Hop) -> dict[str, str]:
    """Key to value of a lookup file; the first line of a repeated key counts."""
    from sim.ingest.numerals import TYPED

    table: dict[str, str] = {}
    for key, value in zip(other.texts(hop.key), other.texts(hop.value), strict=True):
        table.setdefault(key.removeprefix(TYPED), value.removeprefix(TYPED))
    return table


def looked_up_files(maps: Sequence[FileMap]) -> set[str]:
    """Names of the sheets that some mapping looks codes up in."""
    return {
        hop.file for mapping in maps for source in mapping.columns.values() for hop in source.hops
    }


def _steps(
    preview: "FilePreview", column: str, others: Sequence["FilePreview"]
) -> list[tuple["FilePreview", str]]:
    """Unique key columns of other sheets, of the same name, that hold these codes."""
    own = preview.codes(column)
    return [
        (other, key.name)
        for other in others
        for key in other.columns
        if key.unique
        and same_key(column, key.name)
        and len(own & other.codes(key.name)) >= _CONTAINED * max(1, len(own))
    ]


def _onward(other: "FilePreview", key: str, rest: Sequence["FilePreview"]) -> str:
    for column in other.columns:
        if column.name != key and _steps(other, column.name, rest):
            return column.name
    return ""


def _name_column(other: "FilePreview", key: str, field: str) -> str:
    texts = [c.name for c in other.columns if c.name != key and c.number_share < 0.5]
    ranked = [(likeness(name, field), name) for name in texts]
    named = [(-score, rank, name) for (score, rank), name in ranked if score >= 60]
    if named:
        return min(named, key=lambda one: (one[1], one[0]))[2]
    return texts[0] if texts else ""
