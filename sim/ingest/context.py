"""What the other files of an upload say about one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from sim.errors import DataError
from sim.ingest.dates import period_name
from sim.ingest.lines import Part, Reason
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


def own_periods(parts: Sequence[Part], in_use: pd.DataFrame | None) -> Periods:
    """The periods of the calendars in use and in an upload: name -> first and last day."""
    lines = [] if in_use is None else [in_use]
    lines += [
        part.frame[part.usable]
        for part in parts
        if part.table.name == "calendar" and not part.blocking
    ]
    found: dict[str, tuple[date, date]] = {}
    for frame in lines:
        days = zip(frame["period"], frame["start"], frame["end"], strict=True)
        found |= {period_name(name): (a.date(), b.date()) for name, a, b in days}
    return found


def pair_money(parts: Sequence[Part]) -> None:
    """A pivot of money beside one of units: its lines need a quantity of the same month."""
    sales = [part for part in parts if part.table.name == "sales"]
    if any(part.blocking for part in sales):
        return  # the question of the units comes first
    units = [part for part in sales if "quantity" in part.frame]
    known = pd.concat([part.frame[part.usable] for part in units]) if units else None
    for part in sales:
        if "quantity" in part.frame:
            continue
        if known is None:
            missing = {"column": "quantity", "table": "sales", "found": part.header("revenue")}
            part.blocking.append(DataError("error.data.missing_column", file=part.file, **missing))
            continue
        keys = [k for k in part.table.key if k in part.frame and k in known]
        there = pd.MultiIndex.from_frame(known[keys])
        alone = ~pd.MultiIndex.from_frame(part.frame[keys]).isin(there) & part.usable
        if alone.any():
            where = {"rows": int(alone.sum()), "row": int(part.rows[alone][0])}
            part.problems.append(DataError("error.data.money_alone", file=part.file, **where))
            part.leave_out(alone, Reason.ALONE)
