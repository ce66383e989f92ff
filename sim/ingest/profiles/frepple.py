"""frePPLe's workbook or set of CSV exports, rewritten into canonical looking previews."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from sim.errors import DataError, SopError, SopErrors
from sim.ingest.profiles.bills import Bill, rolled_up
from sim.ingest.profiles.book import Book, find_book
from sim.ingest.profiles.derived import derived, mapped
from sim.ingest.profiles.lists import NAME, Listed, demand, items, number, stock
from sim.ingest.profiles.operations import Load, clocks, recipes
from sim.ingest.profiles.workshop import capacity, resources

if TYPE_CHECKING:
    from sim.ingest.preview import FilePreview

_Made = TypeVar("_Made")
_MOST = 20  # problems told one by one


def as_frepple(previews: Sequence["FilePreview"]) -> list["FilePreview"]:
    """The previews with a frePPLe data set among them rewritten; unchanged without one."""
    book = find_book(previews)
    if book is None:
        return list(previews)
    taken = [*book.sheets.values(), *book.unused]
    made = list(_rewritten(book))
    if not made:
        return list(previews)
    first = replace(made[0], notices=(_notice(book), *made[0].notices, *book.warnings))
    return [first, *made[1:], *(one for one in previews if one not in taken)]


def _notice(book: Book) -> SopError:
    """Read as a frePPLe data set: how many sheets, and which were not needed."""
    files = {one.file for one in book.sheets.values()}
    told = {"file": next(iter(files)), "used": len(book.sheets), "unused": len(book.unused)}
    if len(files) > 1:
        told["file"] = ", ".join(sorted(one.file for one in book.sheets.values()))[:300]
    if not book.unused:
        return DataError("notice.profile.frepple", **told)
    names = ", ".join(one.sheet or one.file for one in book.unused)[:200]
    return DataError("notice.profile.frepple_some", **told, names=names)


def _rewritten(book: Book) -> Iterator["FilePreview"]:
    """The canonical looking previews of a set; one that cannot be made has its error."""
    made, listed = _guarded(book, lambda: recipes(book)), Listed(book=book)
    consumed = {part for one in made.values() for part in one.parts} if made is not None else set()
    if "item" in book.sheets:
        yield items(listed, consumed)
    yield from demand(listed)
    if "buffer" in book.sheets:
        yield stock(listed)
    if "resource" in book.sheets:
        yield resources(book)
        months = listed.months()
        found = _guarded(book, lambda: capacity(book, months)) if months else None
        if found is not None:
            yield found
    if made is not None:
        bills = _guarded(book, lambda: rolled_up(made, file=_place(book)))
        if bills is not None:
            yield from _routings(listed, bills)
    yield from _errors(book)


def _guarded(book: Book, make: Callable[[], _Made]) -> _Made | None:
    """What is made, or None with the reason kept among the problems of the set."""
    try:
        return make()
    except DataError as error:
        book.problems.append(error)
        return None


def _errors(book: Book) -> Iterator["FilePreview"]:
    """Sheets with cells that cannot be read: one preview that says so, row by row."""
    if not book.problems:
        return
    sheet = next(iter(book.sheets.values()))
    error = book.problems[0] if len(book.problems) == 1 else SopErrors(book.problems[:_MOST])
    yield replace(sheet, profile=NAME, error=error, columns=(), cells=None)


def _place(book: Book) -> str:
    sheet = book.sheets.get("operationmaterial") or book.sheets["operation"]
    return sheet.id


def _routings(listed: Listed, bills: Mapping[str, Bill]) -> Iterator["FilePreview"]:
    """Bills of resources: durations in the unit of the file, and quantities of buckets."""
    book = listed.book
    unit = " (h)" if clocks(book) else ""
    for block, timed in enumerate((True, False), 1):
        lines = [
            (item, load)
            for item, bill in bills.items()
            if listed.keeps(item)
            for load in bill.values()
            if load.timed == timed and load.amount > 0.0
        ]
        if lines:
            header = f"duration per unit{unit}" if timed else "quantity_per_unit"
            yield _routing(book, lines, header=header, block=block)


def _routing(
    book: Book, lines: Sequence[tuple[str, Load]], *, header: str, block: int
) -> "FilePreview":
    sheet = book.sheets[lines[0][1].sheet]
    columns = {
        "item": [item for item, _ in lines],
        "resource": [load.resource for _, load in lines],
        header: [number(load.amount) for _, load in lines],
    }
    names = {"item": "item", "resource": "resource", "quantity_per_unit": header}
    return derived(
        sheet,
        [load.row for _, load in lines],
        columns,
        mapping=mapped("routing", names),
        block=block,
        profile=NAME,
    )
