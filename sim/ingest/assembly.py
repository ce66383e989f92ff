"""Uploaded files and their mappings to canonical tables, with everything that is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import DataError, SopError, raise_all
from sim.ingest.changes import Change
from sim.ingest.checks import merge_lines
from sim.ingest.context import Context, declared_codes, own_periods, pair_money
from sim.ingest.crossing import across_files, mark_unknown, refuse_known
from sim.ingest.folder import Tables
from sim.ingest.lines import Part, Reason, same_lines
from sim.ingest.links import Unknown, unknown_sentences
from sim.ingest.lookups import looked_up_files
from sim.ingest.mapping import FileMap, usable_maps
from sim.ingest.parts import read_part
from sim.ingest.periods import month_end, partial_month
from sim.ingest.preview import FilePreview, inspect
from sim.ingest.schema import TABLES, Table
from sim.ingest.template import is_notes
from sim.ingest.update import Base, orphans, strangers, updated

_NOTHING = Base(tables={}, afresh=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A control total: source lines, quantity and revenue, of a file, a table or a reason."""

    name: str
    table: str
    rows: int
    quantity: float
    revenue: float | None = None
    at_list_price: bool = False  # some of the revenue is quantity x the item's price


@dataclass(frozen=True, kw_only=True, eq=False)
class Import:
    """What an upload gives, and what stands in its way. Rows: before = after + left out.

    ``blocking`` must be solved; ``problems`` are rows that an explicit choice leaves out.
    """

    tables: Tables
    blocking: tuple[SopError, ...] = ()
    problems: tuple[SopError, ...] = ()
    warnings: tuple[SopError, ...] = ()
    before: tuple[Total, ...] = ()
    left_out: tuple[Total, ...] = ()
    after: tuple[Total, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    partial_month: date | None = None
    same_lines: Mapping[str, int] = field(default_factory=dict)  # exact repetitions by table
    accept_good_rows: bool = False
    changes: tuple[Change, ...] = ()  # against the data in use

    @property
    def ready(self) -> bool:
        """Whether the tables may be accepted as they are."""
        return not self.blocking and (self.accept_good_rows or not self.problems)

    @property
    def usable(self) -> bool:
        """Whether any line was understood, with sales to go by: else there is nothing to judge."""
        return "sales" in self.tables and any(total.rows for total in self.after)

    def require(self) -> Tables:
        """The tables.

        Raises
        ------
        DataError or SopErrors: what still stands in the way.
        """
        raise_all(self.blocking + (() if self.accept_good_rows else self.problems))
        return self.tables


def read_files(
    files: Sequence[tuple[str, bytes]],
    *,
    mappings: Mapping[str, Mapping[str, Any]] | None = None,
    accept_good_rows: bool = False,
) -> Import:
    """Inspect and build in one step, with the guessed mappings where none is given."""
    return build(inspect(files), mappings, accept_good_rows=accept_good_rows)


def build(
    previews: Sequence[FilePreview],
    mappings: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    accept_good_rows: bool = False,
    leave_out_partial_month: bool = False,
    base: Base | None = None,
    near_codes: bool = False,
) -> Import:
    """Canonical tables from previewed files.

    Parameters
    ----------
    previews, mappings : what ``inspect`` gave; preview id -> mapping as JSON, else its guess
    accept_good_rows : the explicit choice to leave the wrong rows out
    leave_out_partial_month : leave the last month of sales out when it is not complete
    base : the data in use that the files update; None = there are none
    near_codes : read a code that differs only by case, spaces or leading zeros as the declared one

    Raises DataError: a mapping is not a mapping.
    """
    maps, absent = usable_maps(previews, mappings or {})
    base = base or _NOTHING
    parts = _read_parts(previews, maps, base)
    unknown = _checked(parts, base, near_codes=near_codes)
    partial = _partial(parts)
    if partial and leave_out_partial_month:
        _mark_partial(parts, partial)
    frames = _frames(parts)
    tables, changed = updated(base, frames)
    return Import(
        tables=Tables(tables, None, ", ".join(part.file for part in parts)),
        blocking=(*_blocking(previews, parts, base), *orphans(base, frames, tables)),
        problems=tuple(_row_problems(parts, unknown)),
        warnings=(
            *_other_company(parts, base),
            *absent,
            *_warnings(previews, maps, parts, partial),
        ),
        unknown=tuple(unknown),
        partial_month=partial,
        same_lines=same_lines(parts),
        accept_good_rows=accept_good_rows,
        changes=changed,
        **_totals(parts, _prices(tables)),
    )


def _checked(parts: Sequence[Part], base: Base, *, near_codes: bool) -> list[Unknown]:
    """What the sheets say of one another and of the data in use; the codes that nobody declares."""
    across_files(parts)
    refuse_known(parts, base)
    unknown = mark_unknown(parts, base, near_codes=near_codes)
    pair_money(parts)
    return unknown + [code for part in parts for code in part.unknown]


def _totals(
    parts: Sequence[Part], price: "pd.Series[float] | None"
) -> dict[str, tuple[Total, ...]]:
    """Control totals before, of what is left out, and after."""
    return {
        "before": tuple(_total(part.file, part, price, None) for part in parts),
        "left_out": tuple(_left_out(parts, price)),
        "after": tuple(_after(parts, price)),
    }


def _read_parts(
    previews: Sequence[FilePreview], maps: Mapping[str, FileMap], base: Base
) -> list[Part]:
    """The typed parts; calendars come first, for their periods, and stock last, for its date."""
    mapped = [one for one in previews if one.error is None and maps[one.id].table]
    mapped.sort(key=lambda one: {"calendar": 0, "stock": 2}.get(maps[one.id].table, 1))
    declared = declared_codes(mapped, maps)
    in_use = None if base.afresh else base.tables.get("calendar")
    parts: list[Part] = []
    for preview in mapped:
        context = Context(
            previews=previews,
            as_of=_proposed_as_of(parts, base),
            periods=own_periods(parts, in_use),
            declared=declared,
        )
        parts.append(read_part(preview, maps[preview.id], context))
    return parts


def _proposed_as_of(parts: Sequence[Part], base: Base) -> date | None:
    sales = [part.frame for part in parts if part.table.name == "sales"]
    if not sales and base.has_demand:
        sales = [base.tables[name] for name in ("sales",) if name in base.tables]
    months = [frame["month"].max() for frame in sales if "month" in frame]
    known = [month for month in months if not pd.isna(month)]
    if not known:
        return None
    last = max(known).date()
    partial = _partial(parts)
    if partial == last:
        return date.fromordinal(last.toordinal() - 1)
    return month_end(last)


def _partial(parts: Sequence[Part]) -> date | None:
    sales = [part for part in parts if part.table.name == "sales" and part.days is not None]
    if not sales:
        return None
    days = pd.concat([part.days for part in sales if part.days is not None], ignore_index=True)
    quantity = pd.concat([part.quantity for part in sales], ignore_index=True)
    return partial_month(days, quantity)


def _mark_partial(parts: Sequence[Part], month: date) -> None:
    for part in parts:
        if part.table.name == "sales":
            part.leave_out((part.frame["month"] == pd.Timestamp(month)).to_numpy(), Reason.PARTIAL)


def _frames(parts: Sequence[Part]) -> dict[str, pd.DataFrame]:
    """The canonical tables of the usable rows; negative sales become returns."""
    pieces: dict[str, list[pd.DataFrame]] = {}
    for part in parts:
        used = part.usable
        whole = part.frame if used.all() else part.frame[used]
        pieces.setdefault(part.table.name, []).append(whole)
        returned = part.reasons == Reason.RETURNED
        if returned.any():
            names = [name for name in TABLES["returns"].names if name in part.frame]
            lines = part.frame.loc[returned, names]
            pieces.setdefault("returns", []).append(lines.assign(quantity=-lines["quantity"]))
    frames: dict[str, pd.DataFrame] = {}
    for name, found in pieces.items():
        table = TABLES[name]
        filled_ones = [one for one in found if len(one)] or found[:1]
        joined = filled_ones[0]
        if len(filled_ones) > 1:
            joined = _filled(pd.concat(filled_ones, ignore_index=True), table)
        names = [name for name in table.names if name in joined]
        frames[name] = merge_lines(table, joined[names])
    return {name: frame for name, frame in frames.items() if len(frame)}


def _filled(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Text columns that only some of the files have are empty in the others."""
    for name in frame.columns:
        if frame[name].dtype == object and frame[name].isna().any():
            frame = frame.assign(**{name: frame[name].fillna(table.column(name).default or "")})
    return frame


def _blocking(previews: Sequence[FilePreview], parts: Sequence[Part], base: Base) -> list[SopError]:
    found = [preview.error for preview in previews if preview.error is not None]
    found += [problem for part in parts for problem in part.blocking]
    if any(part.blocking for part in parts if part.table.name == "sales"):
        # The date of the stock follows from the sales: no second question before the first.
        found = [one for one in found if dict(one.values).get("column") != "as_of"]
    if not any(part.table.name == "sales" for part in parts):
        if not base.has_demand:
            found.append(DataError("error.upload.no_sales"))
        elif not parts and not found:
            found.append(DataError("error.upload.no_table"))
    elif not found and not any(p.usable.any() for p in parts if p.table.name == "sales"):
        found.append(DataError("error.upload.no_usable_sales"))
    return found


def _row_problems(parts: Sequence[Part], unknown: Sequence[Unknown]) -> list[SopError]:
    return [problem for part in parts for problem in part.problems] + unknown_sentences(unknown)


def _warnings(
    previews: Sequence[FilePreview],
    maps: Mapping[str, FileMap],
    parts: Sequence[Part],
    partial: date | None,
) -> list[SopError]:
    found = [notice for preview in previews for notice in preview.notices]
    found += [warning for part in parts for warning in part.warnings]
    used = looked_up_files(list(maps.values()))
    free = [one for one in previews if not one.error and not maps[one.id].table]
    idle = [one.id for one in free if one.id not in used and not _is_notes(one)]
    if len(idle) == 1:
        found.append(DataError("notice.upload.not_used", file=idle[0]))
    elif idle:
        found.append(DataError("notice.upload.none_used", files=len(idle), names=", ".join(idle)))
    if partial:
        found.append(DataError("warning.data.partial_month", month=f"{partial:%Y-%m}"))
    return found


def _is_notes(preview: FilePreview) -> bool:
    return is_notes(preview.title) or is_notes([column.name for column in preview.columns])


def _other_company(parts: Sequence[Part], base: Base) -> list[SopError]:
    sold = [part.frame for part in parts if part.table.name in {"sales", "item"}]
    return [DataError("warning.data.strangers")] if strangers(base, sold) else []


def _prices(frames: Mapping[str, pd.DataFrame]) -> "pd.Series[float] | None":
    item = frames.get("item")
    if item is None or "price" not in item:
        return None
    return item.set_index("item")["price"].fillna(0.0)


def _total(name: str, part: Part, price: "pd.Series[float] | None", reason: Reason | None) -> Total:
    chosen = part.all_rows if reason is None else part.reasons == reason
    return _sum_of(name, [part], [chosen], price)


def _sum_of(
    name: str,
    parts: Sequence[Part],
    chosen: Sequence[np.ndarray],
    price: "pd.Series[float] | None",
) -> Total:
    quantity, revenue, rows = 0.0, 0.0, 0
    has_money = at_list_price = False
    for part, mask in zip(parts, chosen, strict=True):
        rows += part.count(mask)
        values = part.quantity[mask]
        quantity += float(values.sum())
        if "revenue" in part.frame:
            revenue += float(part.frame.loc[mask, "revenue"].sum())
            has_money = True
        elif price is not None and part.table.name == "sales" and "item" in part.frame:
            each = part.frame.loc[mask, "item"].map(price).fillna(0.0)
            revenue += float((values * each).sum())
            has_money = at_list_price = True
    return Total(
        name=name,
        table=parts[0].table.name,
        rows=rows,
        quantity=quantity,
        revenue=revenue if has_money else None,
        at_list_price=at_list_price,
    )


def _left_out(parts: Sequence[Part], price: "pd.Series[float] | None") -> list[Total]:
    return [
        _total(reason.value, part, price, reason)
        for part in parts
        for reason in Reason
        if reason is not Reason.USED and (part.reasons == reason).any()
    ]


def _after(parts: Sequence[Part], price: "pd.Series[float] | None") -> list[Total]:
    tables: dict[str, list[Part]] = {}
    for part in parts:
        tables.setdefault(part.table.name, []).append(part)
    return [
        _sum_of(name, found, [part.usable for part in found], price)
        for name, found in tables.items()
    ]
