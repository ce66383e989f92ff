"""frePPLe's resources and their capacity per month as canonical looking previews."""

from datetime import date
from typing import TYPE_CHECKING

from sim.errors import DataError
from sim.ingest.profiles.availability import horizon, plant
from sim.ingest.profiles.book import Book, Line
from sim.ingest.profiles.derived import derived, mapped
from sim.ingest.profiles.lists import NAME, number
from sim.ingest.profiles.operations import in_buckets, is_infinite

if TYPE_CHECKING:
    from sim.ingest.preview import FilePreview


_MOST, _DEEPEST = 2_000, 100  # resources; levels of their groups


def resources(book: Book) -> "FilePreview":
    """The resources that set a limit: hours, or quantities of a bucket.

    Raises
    ------
    DataError: more resources than a company has.
    """
    lines = _limited(book)
    columns = {
        "resource": [line.text("name") for line in lines],
        "label": [line.text("description") for line in lines],
        "site": [line.text("location") for line in lines],
        "kind": ["material" if _counts(line) else "hours" for line in lines],
        "cost": [line.cells.get("cost", "") for line in lines],
    }
    names = {name: name for name in ("resource", "label", "site", "kind")}
    names["regular_cost_per_hour"] = "cost"
    filled = {name: header for name, header in names.items() if any(columns[header])}
    rows = [line.row for line in lines]
    sheet = book.sheets["resource"]
    return derived(sheet, rows, columns, mapping=mapped("resource", filled), profile=NAME)


def capacity(book: Book, first: date) -> "FilePreview | None":
    """The capacity of each limited resource from a month on.

    Raises
    ------
    DataError: more resources or calendar lines than a company has.
    """
    works, months = plant(book), horizon(first)
    members = _members(book)
    known: dict[str, dict[date, float]] = {}  # one resource counts in each of its groups
    rows: list[int] = []
    columns: dict[str, list[str]] = {"resource": [], "month": [], "available": []}
    for line in _limited(book):
        found: dict[date, float] = {}
        for one in members.get(line.text("name")) or [line]:
            name = one.text("name")
            if name not in known:
                known[name] = works.by_month(one, months)
            for month, hours in known[name].items():
                found[month] = found.get(month, 0.0) + hours
        for month, hours in found.items():
            rows.append(line.row)
            columns["resource"].append(line.text("name"))
            columns["month"].append(f"{month:%Y-%m}")
            columns["available"].append(number(hours))
    if works.always:
        told = {"count": len(works.always), "examples": ", ".join(works.always[:3])[:120]}
        sheet = book.sheets["resource"]
        book.warnings.append(DataError("warning.profile.always_open", file=sheet.id, **told))
    if not rows:
        return None
    names = {name: name for name in columns}
    return derived(
        book.sheets["resource"],
        rows,
        columns,
        mapping=mapped("capacity", names),
        block=2,
        profile=NAME,
    )


def _limited(book: Book) -> list[Line]:
    """Resources with a limit; a member counts in its group when operations load the group."""
    loaded = {line.text("resource") for line in book.lines("operationresource")}
    members = _members(book)
    inside = {one.text("name") for group in loaded for one in members.get(group, ())}
    return [
        line
        for line in book.lines("resource")
        if not is_infinite(line) and line.text("name") not in inside - loaded
    ]


def _members(book: Book) -> dict[str, list[Line]]:
    """The lowest resources under each group."""
    lines = {line.text("name"): line for line in book.at_most("resource", _MOST)}
    groups = {line.text("owner") for line in lines.values()}
    found: dict[str, list[Line]] = {}
    for name, line in lines.items():
        owner, seen = line.text("owner"), {name}
        while owner and owner not in seen and name not in groups and len(seen) < _DEEPEST:
            found.setdefault(owner, []).append(line)
            seen.add(owner)
            owner = lines[owner].text("owner") if owner in lines else ""
    return found


def _counts(line: Line) -> bool:
    """Whether its limit is a quantity, not hours."""
    return in_buckets(line) and line.text("type").lower() in {"buckets", "resource_buckets"}
