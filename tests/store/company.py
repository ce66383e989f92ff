"""A hand-made company: three articles, two channels, two machines, a material, a store.

Sales 2025-01 to 2026-12; the consensus covers 2027-01 to 2028-06 with 100, 60 and 20 units a
month. Every number a test asserts can be worked out from here by hand.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sim.model.planning_settings import PlanningSettings

MONTHS = pd.date_range("2025-01-01", "2026-12-01", freq="MS")
HORIZON = pd.date_range("2027-01-01", periods=18, freq="MS")
LEVEL = {"A1": 100.0, "A2": 60.0, "B1": 20.0}
SHARE = {"A1": 0.75, "A2": 0.5, "B1": 0.25}  # of channel WEB


def settings(**changes: Any) -> PlanningSettings:
    return PlanningSettings(company="Tiny", **changes)


def tables(**changes: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    """The company's tables; a changed table replaces its own, None takes it away."""
    found: dict[str, pd.DataFrame | None] = {
        "item": items(),
        "channel": pd.DataFrame({"channel": ["WEB", "SHOP"], "label": ["Web", "Boutiques"]}),
        "sales": sales(),
        "stock": pd.DataFrame(
            {
                "item": ["A1", "A1", "A2", "B1"],
                "as_of": pd.to_datetime(["2026-11-30", "2026-12-31", "2026-12-31", "2026-12-31"]),
                "on_hand": [999.0, 80.0, 30.0, 10.0],
                "in_transit": [0.0, 0.0, 0.0, 7.0],
            }
        ),
        "resource": resources(),
        "capacity": capacity(),
        "routing": pd.DataFrame(
            {
                "item": ["A1", "A2", "B1", "B1"],
                "resource": ["CUT", "CUT", "OVEN", "CAST"],
                "quantity_per_unit": [0.5, 1.0, 2.0, 1.0],
            }
        ),
        "forecast_snapshot": consensus(),
    }
    return {name: table for name, table in (found | changes).items() if table is not None}


def items(**changes: list[Any]) -> pd.DataFrame:
    columns: Mapping[str, list[Any]] = {
        "item": ["A1", "B1", "A2", "OLD"],
        "label": ["Alpha", "Beta", None, "Old one"],
        "family": ["A", "B", "A", "A"],
        "price": [10.0, 50.0, 20.0, 10.0],
        "unit_cost": [6.0, 30.0, 12.0, 6.0],
        "units_per_pallet": [100.0, 10.0, None, 100.0],
        "lead_time_months": [0.0, 1.0, 0.0, 0.0],
        "service_target": [None, 0.95, None, None],
        "backorder_share": [None, 0.4, None, None],
        "stock_cover_months": [0.8, None, None, None],
        "end_month": pd.to_datetime([None, None, None, "2026-06-01"]),
    }
    return pd.DataFrame(columns | changes)


def sales() -> pd.DataFrame:
    lines = [
        {
            "item": item,
            "channel": channel,
            "month": month,
            "quantity": LEVEL[item] * share,
            "revenue": LEVEL[item] * share * 9.0,
        }
        for month in MONTHS
        for item in LEVEL
        for channel, share in (("WEB", SHARE[item]), ("SHOP", 1 - SHARE[item]))
    ]
    return pd.DataFrame(lines)


def resources() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "resource": ["CUT", "OVEN", "CAST", "STORE"],
            "kind": ["hours", "hours", "material", "storage"],
            "unit": ["h", "h", "set", "pallet"],
            "regular_cost_per_hour": [40.0, None, None, 5.0],
            "overtime_premium": [0.5, None, None, 1.0],
            "max_overtime_share": [0.1, None, None, None],
        }
    )


def capacity() -> pd.DataFrame:
    cut = pd.DataFrame({"resource": "CUT", "month": HORIZON, "available": 120.0})
    # Twelve months only: the year after takes the same months.
    oven = pd.DataFrame({"resource": "OVEN", "month": HORIZON[:12]})
    oven["available"] = [float(30 + n) for n in range(12)]
    cast = pd.DataFrame({"resource": "CAST", "month": HORIZON[3:], "available": 25.0})
    store = pd.DataFrame({"resource": "STORE", "month": HORIZON, "available": 40.0})
    return pd.concat([cut, oven, cast, store], ignore_index=True)


def consensus(cycle: str = "2026-12-01", *, factor: float = 1.0, months: int = 18) -> pd.DataFrame:
    lines = [
        {
            "cycle": pd.Timestamp(cycle),
            "month": month,
            "item": item,
            "channel": None,
            "quantity": factor * LEVEL[item],
            "kind": "consensus",
        }
        for item in LEVEL
        for month in HORIZON[:months]
    ]
    return pd.DataFrame(lines)
