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
    files = sorted({one.file for one in book.sheets.values()})
    kind = "book" if len(files) == 1 else "files"
    told = {"file": ", ".join(files)[:300], "used": len(book.sheets), "unused": len(book.unused)}
    if not book.unused:
        return DataError(f"notice.profile.frepple_{kind}", **told)
    names = ", ".join(one.sheet or one.file for one in book.unused)[:200]
    return DataError(f"notice.profile.frepple_{kind}_some", **told, names=names)


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
        machines = _guarded(book, lambda: resources(book))
        if machines is not None:
            yield machines
            yield from _capacities(listed)
    if made is not None:
        bills = _guarded(book, lambda: rolled_up(made, file=_place(book)))
        if bills is not None:
            yield from _routings(listed, bills)
    yield from _errors(book)


def _capacities(listed: Listed) -> Iterator["FilePreview"]:
    book, first = listed.book, listed.first_month()
    if first is None:
        sheet = book.sheets["resource"]
        book.warnings.append(DataError("warning.profile.no_dates", file=sheet.id))
        return
    found = _guarded(book, lambda: capacity(book, first))
    if found is not None:
        yield found


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
    problems = list({str(one): one for one in book.problems}.values())
    error = problems[0] if len(problems) == 1 else SopErrors(problems[:_MOST])
    yield replace(sheet, profile=NAME, error=error, columns=(), cells=None)


def _place(book: Book) -> str:
    sheet = book.sheets.get("operationmaterial") or book.sheets["operation"]
    return sheet.id


def _routings(listed: Listed, bills: Mapping[str, Bill]) -> Iterator["FilePreview"]:
    """Bills of resources: durations in the unit of the file, and quantities of buckets."""
    book = listed.book
    unit = " (h)" if clocks(book) else ""
    groups: dict[tuple[str, bool], list[tuple[str, Load]]] = {}
    for item, bill in bills.items():
        for load in bill.values() if listed.keeps(item) else ():
            if load.amount > 0.0:
                groups.setdefault((load.sheet, not load.timed), []).append((item, load))
    for sheet, counted in sorted(groups):
        block = 2 if counted and (sheet, False) in groups else 1
        header = "quantity_per_unit" if counted else f"duration per unit{unit}"
        yield _routing(book, groups[sheet, counted], header=header, block=block)


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
