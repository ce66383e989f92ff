"""An upload over the data in use: what is kept, what takes its place, what would change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from sim.errors import DataError
from sim.ingest.changes import Change, changes
from sim.ingest.folder import complete, with_month
from sim.ingest.links import declared, loose, references
from sim.ingest.modes import Mode, combine, usual_mode
from sim.ingest.schema import EVERYTHING, TABLES

Frames = Mapping[str, pd.DataFrame]
_DERIVED = ("item", "label", "family")  # all that a list made from the sales has


@dataclass(frozen=True, kw_only=True, eq=False)
class Base:
    """The data in use that an upload meets.

    ``modes`` are choices by table, other tables take their usual mode. ``afresh``: nothing is
    kept, the upload is the whole company.
    """

    tables: Frames
    modes: Mapping[str, Mode] = field(default_factory=dict)
    afresh: bool = False

    def mode(self, table: str) -> Mode:
        """What happens to the lines of a table that the upload brings."""
        return Mode.REPLACE if self.afresh else self.modes.get(table, usual_mode(table))

    @property
    def has_demand(self) -> bool:
        """Whether what is kept has sales or a forecast of its own."""
        return not self.afresh and bool({"sales", "forecast_snapshot"} & {*self.tables})

    def declares(self, name: str, *, replaced: bool) -> pd.DataFrame | None:
        """The list in use that declares codes of the upload, if somebody gave one."""
        if self.afresh or name not in self.tables or (name == "item" and self.items_follow_sales):
            return None
        return None if replaced and self.mode(name) is Mode.REPLACE else self.tables[name]

    @property
    def items_follow_sales(self) -> bool:
        """Whether the items were only ever named by sales: a new one is then no mistake."""
        item = self.tables.get("item")
        if item is None:
            return True
        if not {*item.columns} <= {*_DERIVED}:
            return False
        unnamed = "label" not in item or (item["label"] == item["item"]).all()
        return bool(unnamed and ("family" not in item or (item["family"] == EVERYTHING).all()))


def strangers(base: Base, frames: Iterable[pd.DataFrame]) -> bool:
    """Whether no item of an upload is in use: most likely the files of another company.

    >>> used = Base(tables={"item": pd.DataFrame({"item": ["A1", "B2"]})})
    >>> strangers(used, [pd.DataFrame({"item": ["X9", "a1"]})])
    False
    >>> strangers(used, [pd.DataFrame({"item": ["X9"]})])
    True
    """
    known = base.tables.get("item")
    if base.afresh or known is None:
        return False
    found = [frame["item"].dropna().unique() for frame in frames if "item" in frame]
    named = {loose(str(code)) for codes in found for code in codes} - {"", loose(EVERYTHING)}
    return bool(named) and named.isdisjoint(loose(str(code)) for code in known["item"])


def updated(base: Base, frames: Frames) -> tuple[dict[str, pd.DataFrame], tuple[Change, ...]]:
    """The tables after the upload, and how they differ; a table without a difference stays."""
    made: dict[str, pd.DataFrame] = {} if base.afresh else dict(base.tables)
    if "item" not in frames and base.items_follow_sales:
        made.pop("item", None)
    for name, frame in frames.items():
        new = with_month(frame) if name == "forecast_snapshot" else frame
        old = made.get(name)
        made[name] = new if old is None else combine(TABLES[name], old, new, base.mode(name))
    full = complete(made)
    found = changes(base.tables, full)
    same = {change.table for change in found if not change.any}
    return {name: base.tables[name] if name in same else full[name] for name in full}, found


def orphans(base: Base | None, frames: Frames, tables: Frames) -> list[DataError]:
    """Codes in use that a replaced list no longer declares."""
    found = []
    for name, table in TABLES.items():
        for column in references(table):
            target = column.refers
            if base is None or base.afresh or target is None or target[0] not in frames:
                continue
            known = declared(tables, target)
            gone = base.mode(target[0]) is Mode.REPLACE and name in tables
            if not gone or known is None or column.name not in tables[name]:
                continue
            used = {str(code) for code in tables[name][column.name].dropna()}
            lost = sorted(used - known - {"", EVERYTHING})
            if lost:
                values = {"table": name, "codes": len(lost), "examples": ", ".join(lost[:5])}
                found.append(DataError("error.data.orphans", list=target[0], **values))
    return found
