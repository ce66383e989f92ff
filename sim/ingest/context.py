"""What the other files of an upload say about one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sim.ingest.dates import period_name
from sim.ingest.lines import Part
from sim.ingest.mapping import FileMap
from sim.ingest.preview import FilePreview
from sim.ingest.styles import Periods


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the other files of an upload say about one of them."""

    previews: Sequence[FilePreview]
    as_of: date | None = None
    periods: Periods = field(default_factory=dict)
    declared: Mapping[str, frozenset[str]] = field(
        default_factory=dict
    )  # column -> codes of a list


def declared_codes(
    previews: Sequence[FilePreview], maps: Mapping[str, FileMap]
) -> dict[str, frozenset[str]]:
    """The codes of the lists in an upload: such a code is never taken for a total."""
    found: dict[str, frozenset[str]] = {}
    for preview in previews:
        mapping = maps[preview.id]
        for column in {"item": ("item", "family"), "channel": ("channel",)}.get(mapping.table, ()):
            source = mapping.columns.get(column)
            if source and preview.column(source.column):
                known = preview.codes(source.column)
                found[column] = found.get(column, frozenset()) | known
    return found


def own_periods(parts: Sequence[Part]) -> Periods:
    """The periods of the calendars in an upload: name -> first and last day."""
    found: dict[str, tuple[date, date]] = {}
    for part in parts:
        if part.table.name != "calendar" or part.blocking:
            continue
        lines = part.frame[part.usable]
        days = zip(lines["period"], lines["start"], lines["end"], strict=True)
        found |= {period_name(name): (a.date(), b.date()) for name, a, b in days if a <= b}
    return found
