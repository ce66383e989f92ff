"""Checks between the sheets of an upload, and between them and the data in use."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.errors import DataError
from sim.ingest.lines import Part, Reason
from sim.ingest.links import IN_USE, Unknown, declared, references, unknown_codes
from sim.ingest.modes import Mode, codes, positions
from sim.ingest.schema import TABLES
from sim.ingest.update import Base

LISTS = ("item", "channel", "resource")


def mark_unknown(
    parts: Sequence[Part], base: Base | None, *, near_codes: bool = False
) -> list[Unknown]:
    """Codes that no list declares, neither of the upload nor in use; their rows are marked."""
    found: list[Unknown] = []
    lists, where = _lists(parts, base)
    for part in parts:
        for column in references(part.table):
            known = declared(lists, column.refers) if column.refers else None
            if known is None or column.name not in part.frame or column.refers is None:
                continue
            if near_codes:
                part.read_near(column.name, known)
            written = part.frame[column.name].where(pd.Series(part.usable), "")
            place = (part.file, part.header(column.name), where[column.refers[0]])
            codes_found, wrong = unknown_codes(written, known, rows=part.rows, place=place)
            part.leave_out(wrong, Reason.UNKNOWN)
            found += codes_found
    return found


def _lists(
    parts: Sequence[Part], base: Base | None
) -> tuple[dict[str, pd.DataFrame], dict[str, str | DataError]]:
    """The lists that declare codes, and what they are called."""
    lists: dict[str, pd.DataFrame] = {}
    where: dict[str, str | DataError] = {}
    for name in LISTS:
        owners = [part for part in parts if part.table.name == name]
        frames = [part.frame for part in owners]
        kept = base.declares(name, replaced=bool(owners)) if base else None
        if kept is not None:
            frames.append(kept)
        if frames:
            lists[name] = pd.concat(frames)
            where[name] = ", ".join(part.file for part in owners) or IN_USE
    return lists, where


def across_files(parts: Sequence[Part]) -> None:
    """Keys of one table that several files give; the first file counts."""
    for name, table in TABLES.items():
        same = [part for part in parts if part.table.name == name]
        if len(same) < 2 or table.summed:
            continue
        seen: set[tuple[object, ...]] = set()
        for part in same:
            keys = [key for key in table.key if key in part.frame]
            rows = list(part.frame[keys].itertuples(index=False, name=None))
            again = np.array([row in seen for row in rows], dtype=bool) & part.usable
            seen.update(rows)
            _refuse(part, again, "error.data.in_two_files")


def refuse_known(parts: Sequence[Part], base: Base) -> None:
    """Lines to be appended whose key is in use already."""
    for part in parts:
        name = part.table.name
        if base.mode(name) is not Mode.APPEND or name not in base.tables or not len(part.frame):
            continue
        before, after = codes(part.table, base.tables[name], part.frame, part.table.key)
        known = (positions(before, after) >= 0) & part.usable
        _refuse(part, known, "error.data.already_there")


def _refuse(part: Part, mask: np.ndarray, key: str) -> None:
    if not mask.any():
        return
    part.leave_out(mask, Reason.REPEATED)
    rows = [int(row) for row in part.rows[mask]]
    part.problems.append(
        DataError(
            key,
            file=part.file,
            table=part.table.name,
            rows=len(rows),
            row=rows[0],
            lines=rows,
            fields=[part.header(name) for name in part.table.key],
            expected=DataError("expected.once"),
        )
    )
