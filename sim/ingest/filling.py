"""Parent cells written once and left blank on the lines below, as Odoo and pivots export them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from sim.ingest.mapping import FileMap
from sim.ingest.numerals import TYPED
from sim.ingest.schema import TABLES, Kind

if TYPE_CHECKING:
    from sim.ingest.preview import FilePreview

_SHARE = 0.1  # of blank cells from which they are a layout, not an accident
_EMPTY = ("", TYPED)
_CODES = {Kind.TEXT, Kind.MONTH, Kind.DATE, Kind.CHOICE}


def parent_columns(preview: "FilePreview", mapping: FileMap) -> tuple[str, ...]:
    """The mapped columns of codes whose blank cells stand for the cell above.

    Each is filled on the first line, and a filled cell differs from the one just before it
    (else the second would be blank too), or several columns are blank on the same lines.
    """
    if not mapping.table:
        return ()
    table = TABLES[mapping.table]
    either = {name for group in table.one_of for name in group}
    main = mapping.columns.get(table.key[0])
    before = [c.name for c in preview.columns]
    before = before[: before.index(main.column)] if main and main.column in before else []
    blank: dict[str, list[bool]] = {}
    for name, source in mapping.columns.items():
        column = table.column(name)
        leads = (column.required or source.column in before) and name not in either
        if leads and preview.column(source.column) and column.kind in _CODES:
            cells = preview.texts(source.column)
            blank[source.column] = [cell in _EMPTY for cell in cells]
    whole = [column for column, mask in blank.items() if not any(mask)]
    value = {s.column for n, s in mapping.columns.items() if table.column(n).required}
    if not whole and not mapping.wide and not value - set(blank):
        return ()
    return tuple(c for c, mask in blank.items() if _is_parent(c, mask, preview, blank))


def _is_parent(
    column: str, mask: list[bool], preview: "FilePreview", blank: dict[str, list[bool]]
) -> bool:
    if mask[0] or sum(mask) < max(1, _SHARE * len(mask)):
        return False
    if any(other == mask for name, other in blank.items() if name != column):
        return True
    cells = preview.texts(column)
    together = [(a, b) for a, b in pairwise(cells) if a not in _EMPTY and b not in _EMPTY]
    return all(a != b for a, b in together)


def filled_down(cells: Sequence[str], keep: Sequence[bool]) -> list[str]:
    """Blank cells with the cell above; lines of ``keep`` (totals) stay as they are.

    >>> filled_down(["A", "", "B", ""], [False, False, False, True])
    ['A', 'A', 'B', '']
    """
    found, last = [], ""
    for cell, kept in zip(cells, keep, strict=True):
        if kept:
            found.append(cell)
            continue
        last = last if cell in _EMPTY else cell
        found.append(last)
    return found
