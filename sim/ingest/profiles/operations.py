"""frePPLe's operations: what each makes, what it loads and what it consumes, per unit made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sim.errors import DataError
from sim.ingest.profiles.book import Book, Line, by_key
from sim.ingest.units import is_clock, read_hours

INFINITE = frozenset({"infinite", "resource_infinite"})
_DAYS = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Use of a resource by one unit of an item; ``timed`` is in the unit of the durations."""

    resource: str
    timed: bool
    amount: float
    row: int
    sheet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What one unit of an item needs directly: loads, and components with their quantities."""

    loads: tuple[Load, ...]
    parts: Mapping[str, float]


def recipes(book: Book) -> dict[str, Recipe]:
    """The direct needs of every item that is made or has a supplier with limited capacity."""
    shop = _Shop(book)
    found = {item: shop.recipe(item, lines) for item, lines in shop.makers.items()}
    bought = by_key(book.lines("itemsupplier"), lambda line: line.text("item"))
    for item, lines in bought.items():
        line = preferred(book, lines)
        resource = line.text("resource")
        if item not in found and resource and resource not in shop.unlimited:
            amount = book.number(line, "resource_qty", 1.0)
            load = Load(
                resource=resource, timed=False, amount=amount, row=line.row, sheet="itemsupplier"
            )
            found[item] = Recipe(loads=(load,), parts={})
    shop.tell()
    return found


def clocks(book: Book) -> bool:
    """Whether durations are written as hours:minutes:seconds."""
    return any(is_clock(line.text(name)) for name, line in _durations(book))


def preferred(book: Book, lines: Sequence[Line]) -> Line:
    """The alternative of lowest priority number; 0 is never used by frePPLe itself."""
    return min(lines, key=lambda line: book.number(line, "priority", 1.0) or 1e9)


def read_duration(text: str) -> float | None:
    """A duration in hours: [days] hours:minutes:seconds.

    >>> read_duration("1 12:00:00"), read_duration("0:30:00"), read_duration("90")
    (36.0, 0.5, None)
    """
    days, _, clock = text.strip().rpartition(" ")
    if clock.count(":") != 2 or (days and not days.isdecimal()):
        return None
    hours = read_hours(clock, ".", "hms")
    return None if hours is None else hours + _DAYS * int(days[:6] or 0)


def _durations(book: Book) -> Iterable[tuple[str, Line]]:
    for line in book.lines("operation"):
        for name in ("duration", "duration_per"):
            if line.text(name) not in {"", "0"}:
                yield name, line


class _Shop:
    """The operations of a data set with their links."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.clocks = clocks(book)
        self.operations = {line.text("name"): line for line in book.lines("operation")}
        self.loads = by_key(book.lines("operationresource"), lambda line: line.text("operation"))
        self.flows = by_key(book.lines("operationmaterial"), lambda line: line.text("operation"))
        self.steps = self._steps()
        self.resources = {line.text("name"): line for line in book.lines("resource")}
        self.unlimited = {name for name, line in self.resources.items() if is_infinite(line)}
        self.unsized: list[str] = []  # operations whose fixed time has no lot size
        self.makers = self._makers()

    def _steps(self) -> dict[str, list[tuple[float, str]]]:
        found: dict[str, dict[str, float]] = {}
        for line in self.operations.values():
            if line.text("owner"):
                weight = self.book.number(line, "priority", 1.0)
                found.setdefault(line.text("owner"), {})[line.text("name")] = weight
        for line in self.book.lines("suboperation"):
            weight = self.book.number(line, "priority", 1.0)
            found.setdefault(line.text("operation"), {}).setdefault(
                line.text("suboperation"), weight
            )
        return {
            owner: [(weight, name) for name, weight in steps.items()]
            for owner, steps in found.items()
        }

    def _makers(self) -> dict[str, list[Line]]:
        inner = {name for steps in self.steps.values() for _, name in steps}
        tops = [line for name, line in self.operations.items() if name not in inner]
        made = by_key(tops, self._made)
        made.pop("", None)
        return made

    def _made(self, line: Line) -> str:
        """The item an operation makes: named, or the only one with a positive quantity."""
        if line.text("item"):
            return line.text("item")
        names = [line.text("name"), *(name for _, name in self._chosen(line, share=False))]
        given = {
            flow.text("item")
            for name in names
            for flow in self.flows.get(name, ())
            if self.book.number(flow, "quantity", 1.0) > 0.0
        }
        return given.pop() if len(given) == 1 else ""

    def _chosen(self, line: Line, *, share: bool = True) -> list[tuple[float, str]]:
        """(weight, step): all steps of a routing, the best of alternates, shares of a split."""
        steps = self.steps.get(line.text("name"), [])
        kind = line.text("type").lower()
        if "alternate" in kind and steps:
            return [(1.0, min(steps, key=lambda step: step[0] or 1e9)[1])]
        if "split" in kind and share:
            whole = sum(priority for priority, _ in steps) or 1.0
            return [(priority / whole, name) for priority, name in steps]
        return [(1.0, name) for _, name in steps]

    def recipe(self, item: str, makers: Sequence[Line]) -> Recipe:
        """The needs of one unit by the operation that frePPLe prefers."""
        line = preferred(self.book, makers)
        loads: list[Load] = []
        parts: dict[str, float] = {}
        made = 0.0
        for weight, name in [(1.0, line.text("name")), *self._chosen(line)]:
            loads += self._direct(name, weight)
            for flow in self._best(self.flows.get(name, ())):
                quantity = self.book.number(flow, "quantity", 1.0) * weight
                if quantity < 0.0:
                    parts[flow.text("item")] = parts.get(flow.text("item"), 0.0) - quantity
                elif flow.text("item") == item:
                    made += quantity
        per = made or 1.0
        return Recipe(
            loads=tuple(_scaled(load, 1.0 / per) for load in loads),
            parts={part: quantity / per for part, quantity in parts.items()},
        )

    def _best(self, lines: Sequence[Line]) -> list[Line]:
        """Lines of one name are alternatives of one another: the preferred one counts."""
        named = by_key(lines, lambda line: line.text("name"))
        alone = named.pop("", [])
        return alone + [preferred(self.book, group) for group in named.values()]

    def _direct(self, name: str, weight: float) -> Iterable[Load]:
        for line in self._best(self.loads.get(name, ())):
            resource = line.text("resource")
            if resource in self.unlimited:
                continue
            timed = not in_buckets(self.resources.get(resource))
            amount = self.book.number(line, "quantity", 1.0) * weight
            amount *= self._time(name) if timed else 1.0
            yield Load(
                resource=resource,
                timed=timed,
                amount=amount / self._efficiency(resource),
                row=line.row,
                sheet="operationresource",
            )

    def _time(self, name: str) -> float:
        """The time of one unit, in hours or in the unit of the file."""
        line = self.operations.get(name)
        if line is None:
            return 0.0
        fixed, each = self._duration(line, "duration"), self._duration(line, "duration_per")
        if line.text("type").lower().endswith("fixed_time"):
            each = 0.0
        lot = max(
            self.book.number(line, "size_minimum", 1.0),
            self.book.number(line, "size_multiple", 1.0),
        )
        if fixed and lot <= 1.0:  # frePPLe writes 1 when no lot size was given
            self.unsized.append(name)
            fixed = 0.0
        return each + fixed / max(lot, 1.0)

    def _duration(self, line: Line, name: str) -> float:
        text = line.text(name)
        if not text or not self.clocks:
            return self.book.number(line, name, 0.0)
        if text in {"0", "0.0"}:
            return 0.0
        hours = read_duration(text)
        if hours is None:
            place = {"file": line.sheet.id, "row": line.row, "value": text[:60]}
            self.book.problems.append(DataError("error.profile.durations", **place))
        return hours or 0.0

    def _efficiency(self, resource: str) -> float:
        """Share of 1; one that varies over time reduces the capacity instead."""
        line = self.resources.get(resource)
        if line is None or line.text("efficiency_calendar"):
            return 1.0
        return max(self.book.number(line, "efficiency", 100.0), 1e-3) / 100.0

    def tell(self) -> None:
        """What was chosen or left out, once."""
        sheet = self.book.sheets.get("operation")
        if sheet is None:
            return
        several = sorted(item for item, lines in self.makers.items() if len(lines) > 1)
        for key, names in (("alternates", several), ("unsized", sorted({*self.unsized}))):
            if names:
                shown = {"count": len(names), "examples": ", ".join(names[:3])[:120]}
                self.book.warnings.append(
                    DataError(f"warning.profile.{key}", file=sheet.id, **shown)
                )


def is_infinite(line: Line) -> bool:
    """Whether a resource sets no limit."""
    free = {"false", "0", "no", "non", "faux"}
    return line.text("type").lower() in INFINITE or line.text("constrained").lower() in free


def in_buckets(line: Line | None) -> bool:
    """Whether a resource is planned by buckets: its quantity is not multiplied by a time."""
    return line is not None and "bucket" in line.text("type").lower()


def _scaled(load: Load, factor: float) -> Load:
    return Load(
        resource=load.resource,
        timed=load.timed,
        amount=load.amount * factor,
        row=load.row,
        sheet=load.sheet,
    )
