"""frePPLe's items, sales orders and stock as canonical looking previews."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from sim.errors import DataError
from sim.ingest.dates import find_order, read_date
from sim.ingest.mapping import FileMap, Source
from sim.ingest.numerals import TYPED, write_number
from sim.ingest.profiles.book import Book, Line, by_key
from sim.ingest.profiles.derived import derived, mapped
from sim.ingest.profiles.operations import preferred, read_duration

if TYPE_CHECKING:
    from sim.ingest.preview import FilePreview

NAME = "frePPLe"
_MOST_CHANNELS = 60
_MONTH = 30.4  # days
_LAST_YEAR = 9000  # later is "never"
_DEEPEST = 100  # levels of a hierarchy
_LONGEST = 3  # months of lead time that the model knows
_DEMAND = {
    "sales": {"item": "item", "month": "due", "quantity": "quantity"},
    "orders": {"order": "name", "item": "item", "promised_date": "due", "ordered": "quantity"},
}
_STATUS = {"": "open", "ouverte": "open", "ouvert": "open", "fermée": "closed", "fermé": "closed"}
_CLOSED, _OPEN = "closed", "open"


def number(value: float) -> str:
    """A computed number as an exact cell, without the noise of its last digits."""
    return TYPED + write_number(float(f"{value:.12g}"))


@dataclass(kw_only=True, eq=False)
class Listed:
    """What the lists of a data set say together: the items that are planned, the channels."""

    book: Book
    chosen: set[str] = field(default_factory=set)  # the items of the plan

    @cached_property
    def orders(self) -> list[Line]:
        """The sales orders."""
        return self.book.lines("demand")

    @cached_property
    def ordered(self) -> set[str]:
        """The items that customers order."""
        return {line.text("item") for line in self.orders}

    def keeps(self, item: str) -> bool:
        """Whether an item is planned; without a list of items, all are."""
        return "item" not in self.book.sheets or item in self.chosen

    def first_month(self) -> date | None:
        """The month of the last closed order, else of the first order: capacity starts there."""
        closed = [line for line in self.orders if status(line) == _CLOSED]
        days = _days(closed)
        if days:
            return max(days).replace(day=1)
        days = _days(self.orders)
        return min(days).replace(day=1) if days else None


def status(line: Line) -> str:
    """The status of a sales order; frePPLe's default is open."""
    text = line.text("status").lower()
    return _STATUS.get(text, text)


def _days(lines: Sequence[Line]) -> list[date]:
    texts = [line.cells.get("due", "") for line in lines]
    order = find_order(texts)
    found = (read_date(text, order.value) for text in texts if text)
    return [day for day in found if day is not None and day.year < _LAST_YEAR]


def items(listed: Listed, consumed: set[str]) -> "FilePreview":
    """The items of the plan: what is ordered, and what no operation consumes.

    A group of the hierarchy is no item; a component nobody orders is planned by the bills.
    """
    book = listed.book
    lines = book.lines("item")
    parents = {line.text("name"): line.text("owner") for line in lines}
    groups = {*parents.values()} - {""}
    kept = [
        line
        for line in lines
        if line.text("name") in listed.ordered
        or line.text("name") not in groups | (consumed - listed.ordered)
    ]
    listed.chosen = {line.text("name") for line in kept}
    if len(kept) < len(lines):
        told = {"file": book.sheets["item"].id, "rows": len(lines) - len(kept)}
        book.warnings.append(DataError("notice.profile.components", **told))
    columns = {
        "name": [line.text("name") for line in kept],
        "description": [line.text("description") for line in kept],
        "family": [_family(line, parents) for line in kept],
        "cost": [line.cells.get("cost", "") for line in kept],
    }
    names = {"item": "name", "label": "description", "family": "family", "unit_cost": "cost"}
    leads = _lead_times(book)
    if leads:
        columns["lead time months"] = [leads.get(line.text("name"), "") for line in kept]
        names["lead_time_months"] = "lead time months"
    filled = {name: header for name, header in names.items() if any(columns[header])}
    return _made(book, "item", kept, columns=columns, mapping=mapped("item", filled))


def _family(line: Line, parents: dict[str, str]) -> str:
    """The category; without one the top of the hierarchy."""
    return line.text("category") or top(line.text("name"), parents) or line.text("subcategory")


def top(name: str, parents: dict[str, str]) -> str:
    """The highest owner of a name; "" when it has none.

    >>> top("a", {"a": "b", "b": "c", "c": ""}), top("c", {"c": ""}), top("x", {"x": "x"})
    ('c', '', 'x')
    """
    seen = {name}
    found = ""
    while parents.get(name):
        name = found = parents[name]
        if name in seen or len(seen) > _DEEPEST:
            break
        seen.add(name)
    return found


def _lead_times(book: Book) -> dict[str, str]:
    """Months of supply of the preferred supplier, where they are written in days and hours."""
    found: dict[str, str] = {}
    unread = longer = 0
    for item, lines in by_key(book.lines("itemsupplier"), lambda line: line.text("item")).items():
        text = preferred(book, lines).text("leadtime")
        hours = read_duration(text)
        if hours is None:
            unread += text not in {"", "0"}
            continue
        months = round(hours / 24.0 / _MONTH)
        longer += months > _LONGEST
        found[item] = number(min(months, _LONGEST))
    for key, rows in (("lead_unit", unread), ("lead_long", longer)):
        if rows:
            told = {"file": book.sheets["itemsupplier"].id, "rows": rows}
            book.warnings.append(DataError(f"warning.profile.{key}", **told))
    return found


def demand(listed: Listed) -> Iterator["FilePreview"]:
    """Closed orders are sales of the month they were due; open ones are the order book."""
    book = listed.book
    if "demand" not in book.sheets:
        return
    kinds = by_key(listed.orders, status)
    others = sum(len(lines) for name, lines in kinds.items() if name not in {_CLOSED, _OPEN})
    if others:
        told = {"file": book.sheets["demand"].id, "rows": others}
        left = ", ".join(sorted(kinds.keys() - {_CLOSED, _OPEN}))[:80]
        book.warnings.append(DataError("notice.profile.statuses", **told, names=left))
    channels = _channels(listed)
    for block, (kind, table) in enumerate(((_CLOSED, "sales"), (_OPEN, "orders")), 1):
        lines = kinds.get(kind, [])
        if not lines:
            continue
        columns = {name: [line.cells[name] for line in lines] for name in _copied(lines[0])}
        names = {**_DEMAND[table]}
        if channels:
            columns["channel"] = [channels.get(line.text("customer"), "") for line in lines]
            names["channel"] = "channel"
        yield _made(
            book, "demand", lines, columns=columns, mapping=mapped(table, names), block=block
        )


def _copied(line: Line) -> list[str]:
    return [name for name in ("name", "item", "customer", "due", "quantity") if name in line.cells]


def _channels(listed: Listed) -> dict[str, str]:
    """Customer -> channel: its category, else the top of its hierarchy, else itself when few."""
    book = listed.book
    names = {line.text("customer") for line in listed.orders} - {""}
    lines = {line.text("name"): line for line in book.lines("customer")}
    parents = {name: line.text("owner") for name, line in lines.items()}
    found = {
        name: (lines[name].text("category") if name in lines else "") or top(name, parents) or name
        for name in names
    }
    if len({*found.values()}) > _MOST_CHANNELS:
        told = {"file": book.sheets["demand"].id, "count": len({*found.values()})}
        book.warnings.append(DataError("notice.profile.customers", **told))
        return {}
    return found


def stock(listed: Listed) -> "FilePreview":
    """The stock of the planned items, all locations together."""
    book = listed.book
    lines = book.lines("buffer")
    kept = [line for line in lines if listed.keeps(line.text("item"))]
    if len(kept) < len(lines):
        told = {"file": book.sheets["buffer"].id, "rows": len(lines) - len(kept)}
        book.warnings.append(DataError("notice.profile.stock_components", **told))
    columns = {
        "item": [line.text("item") for line in kept],
        "location": [line.text("location") for line in kept],
        # frePPLe leaves a cell empty where nothing is on hand.
        "onhand": [line.cells["onhand"] or number(0.0) for line in kept],
    }
    made = mapped("stock", {"item": "item", "on_hand": "onhand"})
    with_day = FileMap(
        table="stock", columns={**made.columns, "as_of": Source()}, settled=made.settled
    )
    return _made(book, "buffer", kept, columns=columns, mapping=with_day)


def _made(
    book: Book,
    kind: str,
    lines: Sequence[Line],
    *,
    columns: dict[str, list[str]],
    mapping: FileMap,
    block: int = 1,
) -> "FilePreview":
    rows = [line.row for line in lines]
    return derived(book.sheets[kind], rows, columns, mapping=mapping, block=block, profile=NAME)
