"""What a finding costs: checks, their weights inside a table, tables and their weights.

A check costs weight x min(1, share / limit) points of the score of its table, and that
times the weight of the table / 100 of the overall score. The weights of the checks of a table
add up to 100, and so do those of the tables: every score lies between 0 and 100. A table that
is absent is not judged: a sentence tells what its absence switches off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

Weights = Mapping[str, tuple[float, float]]  # check -> (weight [points], limit [share])

_LINES: Weights = {"unknown_items": (40, 0.10), "wrong_cells": (40, 0.10), "duplicates": (20, 0.10)}
_FEWER: Weights = {"unknown_items": (20, 0.10), "wrong_cells": (10, 0.10), "duplicates": (10, 0.10)}
_SALES: Weights = {
    "unknown_items": (15, 0.10),
    "missing_months": (15, 0.30),
    "wrong_cells": (10, 0.10),
    "duplicates": (10, 0.10),
    "outliers": (10, 0.05),
    "stock_outs": (10, 0.10),
    "short_history": (10, 0.50),
    "negatives": (5, 0.05),
    "price_jumps": (5, 0.05),
    "partial_month": (5, 1.0),
    "total_rows": (5, 0.10),
    "launches": (0, 1.0),
    "phase_outs": (0, 1.0),
}
_ITEM: Weights = {
    "zero_price": (40, 0.10),
    "negative_margin": (20, 0.10),
    "mixed_units": (10, 0.10),
    "unknown_items": (10, 0.10),
    "wrong_cells": (10, 0.10),
    "duplicates": (10, 0.10),
}
# The weight of each table in the overall score, and its checks.
TABLE_WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "sales": 48,
        "item": 18,
        "routing": 10,
        "capacity": 10,
        "stock": 2,
        **dict.fromkeys(("item_unit", "channel", "returns", "stock_history", "production"), 1),
        **dict.fromkeys(("resource", "promotion", "price_change", "orders"), 1),
        **dict.fromkeys(("forecast_snapshot", "budget", "calendar"), 1),
    }
)
CHECKS: Mapping[str, Weights] = MappingProxyType(
    dict.fromkeys(TABLE_WEIGHTS, _LINES)
    | {
        "sales": _SALES,
        "item": _ITEM,
        "routing": {"no_routing": (60, 0.50), **_FEWER},
        "capacity": {"capacity_gaps": (60, 0.50), **_FEWER},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check that found something: ``count`` of ``of`` cases, and the points it costs.

    ``volume`` is the share of the units that it touches and ``amount`` its money per year;
    None where the data do not tell.
    """

    check: str
    table: str
    count: int
    of: int
    share: float
    lost: float  # points of the overall score
    volume: float | None = None
    amount: float | None = None
    examples: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Text key of its sentence (fields: count, of, examples)."""
        return f"quality.{self.check}"

    @property
    def effect(self) -> str:
        """Text key of what it does to the plan (fields: count, share, volume, amount)."""
        if self.check in _LINES and self.table != "sales":
            return "quality.effect.lines"
        return f"quality.effect.{self.check}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The score of a set of tables, of each table, and the findings, the dearest first."""

    score: float
    findings: tuple[Finding, ...]
    by_table: Mapping[str, float]

    def to_json(self) -> dict[str, Any]:
        """The report as a plain JSON object, to be kept with the import."""
        findings = [asdict(one) for one in self.findings]
        return {"score": self.score, "findings": findings, "by_table": dict(self.by_table)}

    @staticmethod
    def from_json(body: Mapping[str, Any]) -> "Quality":
        """A report that was kept."""
        findings = [{**one, "examples": tuple(one["examples"])} for one in body["findings"]]
        return Quality(
            score=float(body["score"]),
            findings=tuple(Finding(**one) for one in findings),
            by_table=dict(body["by_table"]),
        )


def table_points(table: str, check: str, share: float) -> float:
    """What a check costs its table: weight x min(1, share / limit) [points].

    >>> table_points("sales", "unknown_items", 0.05), table_points("sales", "unknown_items", 0.5)
    (7.5, 15.0)
    """
    weight, limit = CHECKS[table][check]
    return weight * min(1.0, share / limit)


def points_lost(table: str, check: str, share: float) -> float:
    """What a check costs the overall score: table points x table weight / 100 [points].

    >>> points_lost("sales", "unknown_items", 0.5), points_lost("routing", "no_routing", 1.0)
    (7.2, 6.0)
    """
    return table_points(table, check, share) * TABLE_WEIGHTS[table] / 100


def finding(
    check: str,
    table: str,
    count: int,
    *,
    of: int,
    share: float | None = None,
    volume: float | None = None,
    amount: float | None = None,
    examples: Sequence[object] = (),
) -> Finding | None:
    """A finding, or None when nothing was counted; without a share it is count / of."""
    if not count:
        return None
    part = min(1.0, count / max(1, of)) if share is None else share
    return Finding(
        check=check,
        table=table,
        count=count,
        of=of,
        share=part,
        lost=points_lost(table, check, part),
        volume=volume,
        amount=amount,
        examples=tuple(str(one)[:60] for one in examples[:5]),
    )


def scored(findings: Sequence[Finding], tables: Sequence[str], *, usable: bool = True) -> Quality:
    """The scores that findings leave; nothing usable scores 0."""
    ordered = sorted(findings, key=lambda one: (-one.lost, one.table, one.check))
    by_table = {
        name: _left(table_points(name, f.check, f.share) for f in findings if f.table == name)
        for name in TABLE_WEIGHTS
        if name in tables or any(one.table == name for one in findings)
    }
    if not usable:
        return Quality(score=0.0, findings=tuple(ordered), by_table=dict.fromkeys(by_table, 0.0))
    lost = [one.lost for one in findings]
    return Quality(score=_left(lost), findings=tuple(ordered), by_table=by_table)


def _left(lost: "Sequence[float] | Any") -> float:
    return max(0.0, round(100.0 - sum(lost), 1))
