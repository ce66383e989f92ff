"""Demand of the demo company: season, growth, promotions, launches, a breakdown, noise.

Free choices, written down here: PLA promotion in June (-8 % price, +6 % volume, -3 % in July,
in the history only: the plan counts none); the two price rises concern every item made in
the plants; before its launch, the volume that COC-R24N takes was sold by COC-R24; the new
DIY chain adds 8 % to PLA in April and May 2027, when it fills its shelves.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

DATA = Path(__file__).parents[3] / "data" / "demo" / "valfonte.json"
HISTORY_MONTHS = 60
LAUNCHED, PARENT, TAKEN, LAUNCH = "COC-R24N", "COC-R24", 0.25, date(2026, 9, 1)
RENAMED, FORMER, RENAMING = "PLA-100", "PLA-90", date(2026, 1, 1)
NOVEMBER = {"discount": 0.20, "uplift": 0.18, "dip": 0.08}
JUNE = {"discount": 0.08, "uplift": 0.06, "dip": 0.03}
BREAKDOWN = {"COC-R28": 0.45, "COC-O31": 0.60}
BREAKDOWN_MONTHS = (date(2025, 10, 1), date(2025, 11, 1))
CAUGHT_UP = 0.20
NEW_CHAIN = 0.08
NEW_CHAIN_MONTHS = (date(2027, 4, 1), date(2027, 5, 1))
PRICE_RISES = ((date(2022, 10, 1), 0.06), (date(2024, 2, 1), 0.03))


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article with its family's behaviour."""

    code: str
    family: str
    price: float
    unit_cost: float
    units: int  # sold in 2026
    season: tuple[float, ...]  # 12 indices, mean 1
    growth: float
    noise: float
    cover: float
    channels: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """The parameters, the months of history and horizon, and the expected demand."""

    raw: Mapping[str, Any]
    months: tuple[date, ...]
    items: tuple[Item, ...]
    expected: Mapping[str, tuple[float, ...]]  # without noise, with events


def read_market() -> Market:
    """The market of the demo company."""
    raw = json.loads(DATA.read_text(encoding="utf-8"))
    start = date.fromisoformat(raw["history_start"])
    months = tuple(add_months(start, n) for n in range(HISTORY_MONTHS + raw["horizon"]))
    families = {family["family"]: family for family in raw["families"]}
    items = tuple(_item(row, families[row["family"]], raw) for row in raw["items"])
    by_code = {item.code: item for item in items}
    expected = {item.code: _expected(item, months, by_code) for item in items}
    return Market(raw=raw, months=months, items=items, expected=expected)


def add_months(month: date, count: int) -> date:
    """The first day of the month ``count`` months later.

    >>> add_months(date(2026, 11, 1), 3)
    datetime.date(2027, 2, 1)
    """
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def season(raw: Sequence[float], damping: float, august: float) -> tuple[float, ...]:
    """Monthly indices of mean 1: shops order ahead (damped), August is short.

    >>> [round(x, 3) for x in season([.45, .70, 1.15, 1.60, 1.75, 1.60, 1.35, .95, .65, .50,
    ...                               .55, .75], 0.62, 0.8)][:5]
    [0.67, 0.827, 1.111, 1.395, 1.489]
    """
    mean = sum(raw) / 12
    index = [1 + damping * (value / mean - 1) for value in raw]
    index[7] *= august
    mean = sum(index) / 12
    return tuple(value / mean for value in index)


def normal(random: Random) -> float:
    """A standard normal draw from sums alone (twelve uniforms), the same on every machine."""
    return sum(random.getrandbits(32) for _ in range(12)) / 2.0**32 - 6.0


def promotion(item: Item, month: date, *, history: bool) -> Mapping[str, float] | None:
    """The national promotion that runs on this item in this month."""
    if item.family == "COC" and month.month == 11:
        return NOVEMBER
    if item.family == "PLA" and month.month == 6 and history:
        return JUNE
    return None


def _item(row: Mapping[str, Any], family: Mapping[str, Any], raw: Mapping[str, Any]) -> Item:
    return Item(
        code=row["item"],
        family=row["family"],
        price=row["price"],
        unit_cost=row["material"] + row["variable"],
        units=row["units"],
        season=season(family["raw"], raw["season_damping"], raw["august_factor"]),
        growth=family["growth"],
        noise=family["noise"],
        cover=family["cover"],
        channels=tuple(family["channels"]),
    )


def _base(item: Item, month: date, items: Mapping[str, Item]) -> float:
    if item.code == LAUNCHED and month < LAUNCH:
        return 0.0
    units = float(item.units)
    if item.code == PARENT and month < LAUNCH:
        units += TAKEN * items[LAUNCHED].units
    return units / 12 * _growth(item.growth, month.year - 2026) * item.season[month.month - 1]


def _growth(rate: float, years: int) -> float:
    # Repeated products: a power function may differ in the last digit between machines.
    factor = 1.0
    for _ in range(abs(years)):
        factor *= 1 + rate
    return factor if years >= 0 else 1 / factor


def _expected(item: Item, months: Sequence[date], items: Mapping[str, Item]) -> tuple[float, ...]:
    last_history = add_months(months[0], HISTORY_MONTHS - 1)
    values = []
    waiting = 0.0
    for month in months:
        history = month <= last_history
        value = _base(item, month, items)
        before = promotion(item, add_months(month, -1), history=history)
        now = promotion(item, month, history=history)
        value *= (1 + now["uplift"]) if now else 1.0
        value *= (1 - before["dip"]) if before else 1.0
        if item.family == "PLA" and month in NEW_CHAIN_MONTHS:
            value *= 1 + NEW_CHAIN
        if item.code in BREAKDOWN and month in BREAKDOWN_MONTHS:
            waiting += value * BREAKDOWN[item.code]
            value *= 1 - BREAKDOWN[item.code]
        elif waiting:
            value += CAUGHT_UP * waiting
            waiting = 0.0
        values.append(value)
    return tuple(values)
