"""A first data-quality score: what was found, how much of the data it touches, what it costs.

Score = 100 - sum over checks of weight x min(1, share / limit). The share is that of the
lines, item-months or quantity touched; at its limit a check costs its whole weight. The
weights add up to 100, so the score lies between 0 and 100. An import without one usable
line of sales scores 0: there is nothing to judge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from sim.ingest.assembly import Import
from sim.ingest.lines import Reason

# check -> (weight [points], limit [share]); the sentence of a check is "quality.<check>"
CHECKS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "unknown_items": (15.0, 0.10),
        "missing_months": (15.0, 0.30),
        "wrong_cells": (10.0, 0.10),
        "duplicates": (10.0, 0.10),
        "zero_price": (10.0, 0.10),
        "outliers": (10.0, 0.05),
        "short_history": (10.0, 0.50),
        "no_routing": (10.0, 0.50),
        "negatives": (5.0, 0.05),
        "partial_month": (5.0, 1.0),
    }
)
_FAR = 5.0  # robust z-score of an outlier
_SHORT = 12  # months


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check that found something: ``count`` of ``of`` cases, and the points it costs."""

    check: str
    table: str
    count: int
    of: int
    share: float
    lost: float
    examples: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Text key of its sentence (fields: count, of, examples)."""
        return f"quality.{self.check}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The score of a set of tables and its findings, the dearest first."""

    score: float
    findings: tuple[Finding, ...]


def assess(tables: Mapping[str, pd.DataFrame], imported: Import | None = None) -> Quality:
    """Score canonical tables; with their import, also what had to be left out.

    Parameters
    ----------
    tables : checked canonical tables, with sales
    imported : the import they came from

    Returns
    -------
    The score [0..100] and the findings.
    """
    found: list[Finding | None] = []
    if imported is not None:
        found += _of_import(imported)
    if "sales" in tables:
        sales = tables["sales"]
        monthly = sales.groupby(["item", "month"], sort=True)["quantity"].sum()
        found += [_missing_months(monthly), _outliers(monthly), _short(monthly)]
        found += [_zero_price(tables, sales), _no_routing(tables, sales)]
    findings = sorted((one for one in found if one), key=lambda one: (-one.lost, one.check))
    lost = 100.0 if imported is not None and not imported.usable else sum(f.lost for f in findings)
    return Quality(score=max(0.0, round(100.0 - lost, 1)), findings=tuple(findings))


def points_lost(check: str, share: float) -> float:
    """What a check costs: weight x min(1, share / limit) [points].

    >>> points_lost("unknown_items", 0.05), points_lost("unknown_items", 0.5)
    (7.5, 15.0)
    """
    weight, limit = CHECKS[check]
    return weight * min(1.0, share / limit)


def _finding(
    check: str,
    table: str,
    count: int,
    *,
    of: int,
    share: float | None = None,
    examples: Sequence[str] = (),
) -> Finding | None:
    if not count:
        return None
    part = count / max(1, of) if share is None else share
    return Finding(
        check=check,
        table=table,
        count=count,
        of=of,
        share=part,
        lost=points_lost(check, part),
        examples=tuple(examples[:5]),
    )


def _of_import(imported: Import) -> list[Finding | None]:
    rows = sum(total.rows for total in imported.before if total.table == "sales")

    def left_out(reason: Reason) -> int:
        return sum(
            total.rows
            for total in imported.left_out
            if total.table == "sales" and total.name == reason
        )

    files = {total.name for total in imported.before if total.table == "sales"}
    unknown = [code.code for code in imported.unknown if code.file in files]
    month = imported.partial_month
    again = imported.same_lines.get("sales", 0) + left_out(Reason.REPEATED)
    negative = left_out(Reason.RETURNED)
    return [
        _finding("unknown_items", "sales", left_out(Reason.UNKNOWN), of=rows, examples=unknown),
        _finding("wrong_cells", "sales", left_out(Reason.WRONG), of=rows),
        _finding("duplicates", "sales", again, of=rows),
        _finding("negatives", "sales", negative, of=rows),
        _finding(
            "partial_month",
            "sales",
            int(month is not None),
            of=1,
            examples=[f"{month:%Y-%m}"] if month else [],
        ),
    ]


def _missing_months(monthly: "pd.Series[float]") -> Finding | None:
    """Months without a line between the first and the last sale of an item."""
    lives = _lives(monthly)
    gaps = lives["life"] - lives["months"]
    items = [str(item) for item in gaps[gaps > 0].sort_values(ascending=False).index]
    return _finding(
        "missing_months", "sales", int(gaps.sum()), of=int(lives["life"].sum()), examples=items
    )


def _short(monthly: "pd.Series[float]") -> Finding | None:
    lives = _lives(monthly)
    last = lives["last"].max()
    young = lives.index[(lives["life"] < _SHORT) & (lives["last"] >= last - _SHORT)]
    return _finding(
        "short_history", "sales", len(young), of=len(lives), examples=[str(item) for item in young]
    )


def _lives(monthly: "pd.Series[float]") -> pd.DataFrame:
    """First, last and number of months with a line, per item; months are counted from year 0."""
    frame = monthly.reset_index()
    index = frame["month"].dt.year * 12 + frame["month"].dt.month - 1
    grouped = index.groupby(frame["item"])
    first, last = grouped.min(), grouped.max()
    return pd.DataFrame(
        {"first": first, "last": last, "months": grouped.count(), "life": last - first + 1}
    )


def _outliers(monthly: "pd.Series[float]") -> Finding | None:
    """Months far from the median of their item: |q - median| / (1.4826 MAD) above 5."""
    by_item = monthly.groupby(level="item")
    centre = by_item.transform("median")
    distance = (monthly - centre).abs()
    spread = 1.4826 * distance.groupby(level="item").transform("median")
    enough = (by_item.transform("count") >= _SHORT) & (spread > 0)
    far = monthly[enough & (distance > _FAR * spread)]
    examples = [f"{item} {month:%Y-%m}" for item, month in far.index[:5]]
    return _finding("outliers", "sales", len(far), of=len(monthly), examples=examples)


def _zero_price(tables: Mapping[str, pd.DataFrame], sales: pd.DataFrame) -> Finding | None:
    """Sold items whose price is zero or empty, by their share of the quantity."""
    item = tables.get("item")
    if item is None or "price" not in item:
        return None
    free = set(item.loc[~(item["price"] > 0), "item"])
    return _by_quantity("zero_price", "item", free, sales)


def _no_routing(tables: Mapping[str, pd.DataFrame], sales: pd.DataFrame) -> Finding | None:
    """Sold items that load no resource although there are routings."""
    if "routing" not in tables:
        return None
    without = set(sales["item"]) - set(tables["routing"]["item"])
    return _by_quantity("no_routing", "routing", without, sales)


def _by_quantity(check: str, table: str, items: set[str], sales: pd.DataFrame) -> Finding | None:
    touched = sales["item"].isin(list(items))
    names = sorted(set(sales.loc[touched, "item"]))
    total = float(sales["quantity"].abs().sum())
    share = float(sales.loc[touched, "quantity"].abs().sum()) / total if total else 0.0
    return _finding(
        check,
        table,
        len(names),
        of=sales["item"].nunique(),
        share=float(np.clip(share, 0.0, 1.0)),
        examples=names,
    )
