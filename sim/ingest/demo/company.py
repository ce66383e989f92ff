"""The canonical tables of Valfonte SAS."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import holidays
import pandas as pd

from sim.ingest.demo import market as m
from sim.ingest.demo import records
from sim.ingest.folder import Tables

Row = records.Row


def demo_tables() -> Tables:
    """Every canonical table of the demo company, and its planning settings."""
    market = m.read_market()
    units = records.sold(market)
    stocks, production = records.stock_and_production(market, units)
    rows: dict[str, list[Row]] = {
        "item": list(_items(market)),
        "channel": [{"channel": c["channel"], "label": c["fr"]} for c in market.raw["channels"]],
        "sales": list(records.sales(market, units)),
        "returns": list(records.returns(market, units)),
        "stock": list(records.opening_stock(market)),
        "stock_history": stocks,
        "production": production,
        "resource": list(_resources(market)),
        "capacity": list(_capacity(market)),
        "routing": list(_routing(market)),
        "promotion": list(_promotions()),
        "price_change": list(_price_changes()),
        "orders": list(records.orders(market)),
        "forecast_snapshot": list(records.forecast_snapshots(market)),
        "budget": list(records.budget(market)),
    }
    tables = {name: _table(found) for name, found in rows.items()}
    return Tables(tables=tables, planning=_planning(market), source="demo")


def working_days(market: m.Market) -> list[int]:
    """Monday to Friday less French public holidays and the days the plants are closed."""
    free = holidays.country_holidays("FR", years=range(2022, 2030))
    days = []
    for month in market.months:
        following = m.add_months(month, 1)
        dates = (month + timedelta(n) for n in range((following - month).days))
        worked = sum(day.weekday() < 5 and day not in free for day in dates)
        days.append(worked - market.raw["closed_days"].get(str(month.month), 0))
    return days


def _table(rows: list[Row]) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    for column in table.columns:
        if isinstance(table[column].dropna().iloc[0], date):
            table[column] = pd.to_datetime(table[column])
        elif pd.api.types.is_numeric_dtype(table[column]):
            table[column] = table[column].astype(float)
    return table


def _items(market: m.Market) -> Iterator[Row]:
    families = {family["family"]: family for family in market.raw["families"]}
    for row in market.raw["items"]:
        family = families[row["family"]]
        yield {
            "item": row["item"],
            "label": row["fr"],
            "family": row["family"],
            "uom": "unit",
            "price": row["price"],
            "unit_cost": row["material"] + row["variable"],
            "units_per_pallet": row["per_pallet"],
            "lead_time_months": family["lead_time"],
            "service_target": 0.97,
            "backorder_share": 0.0,
            "stock_cover_months": family["cover"],
            "launch_month": m.LAUNCH if row["item"] == m.LAUNCHED else None,
            "end_month": None,
            "successor": None,
            "analog": m.PARENT if row["item"] == m.LAUNCHED else None,
        }
        if row["item"] == m.RENAMED:
            yield {
                "item": m.FORMER,
                "label": "Plancha 90",
                "family": row["family"],
                "uom": "unit",
                "price": row["price"],
                "unit_cost": row["material"] + row["variable"],
                "units_per_pallet": row["per_pallet"],
                "lead_time_months": family["lead_time"],
                "service_target": 0.97,
                "backorder_share": 0.0,
                "stock_cover_months": family["cover"],
                "launch_month": None,
                "end_month": m.add_months(m.RENAMING, -1),
                "successor": m.RENAMED,
                "analog": None,
            }


def _resources(market: m.Market) -> Iterator[Row]:
    raw = market.raw
    for row in raw["resources"]:
        yield {
            "resource": row["resource"],
            "site": row["site"],
            "label": row["fr"],
            "kind": "hours",
            "unit": "h",
            "regular_cost_per_hour": round(raw["labour_cost_per_hour"] * row["crew"], 4),
            "overtime_premium": raw["overtime_premium"],
            "max_overtime_share": raw["max_overtime_share"],
            "shift_levels": row["shift_levels"] or None,
        }
    storage = raw["storage"]
    yield {
        "resource": "CAST",
        "site": "EXT",
        "label": "Fonte achetée",
        "kind": "material",
        "unit": "set",
        "regular_cost_per_hour": None,
        "overtime_premium": None,
        "max_overtime_share": None,
        "shift_levels": None,
    }
    yield {
        "resource": "STORE",
        "site": "P1",
        "label": "Entrepôt",
        "kind": "storage",
        "unit": "pallet",
        "regular_cost_per_hour": storage["cost"],
        "overtime_premium": storage["outside_cost"] / storage["cost"] - 1,
        "max_overtime_share": None,
        "shift_levels": None,
    }


def _capacity(market: m.Market) -> Iterator[Row]:
    raw = market.raw
    days = working_days(market)
    first = m.HISTORY_MONTHS
    castings_from = date.fromisoformat(raw["castings"]["from"])
    for n in range(first, len(market.months)):
        month = market.months[n]
        for row in raw["resources"]:
            hours = row["machines"] * row["shifts"] * raw["hours_per_shift"] * row["availability"]
            yield _available(row["resource"], month, round(hours * days[n], 2))
        yield _available("STORE", month, raw["storage"]["pallets"])
        if month >= castings_from:
            yield _available("CAST", month, raw["castings"]["sets"])


def _available(resource: str, month: date, available: float) -> Row:
    return {"resource": resource, "month": month, "available": available}


def _routing(market: m.Market) -> Iterator[Row]:
    for row in market.raw["items"]:
        routing = dict(row["routing"])
        if row["family"] == "POE":
            routing["CAST"] = 1.0
        for resource, quantity in routing.items():
            yield {"item": row["item"], "resource": resource, "quantity_per_unit": quantity}


def _promotions() -> Iterator[Row]:
    for year in range(2022, 2028):
        yield _promotion(f"NOV-{year}", "COC", date(year, 11, 1), m.NOVEMBER)
        if year < 2027:
            yield _promotion(f"JUN-{year}", "PLA", date(year, 6, 1), m.JUNE)
    for item in m.BREAKDOWN:
        yield {
            "id": f"BRK-{item}",
            "item": item,
            "family": None,
            "channel": None,
            "from": m.BREAKDOWN_MONTHS[0],
            "to": m.BREAKDOWN_MONTHS[1],
            "kind": "breakdown",
            "discount": None,
            "expected_uplift": None,
            "post_dip": None,
        }
    yield {
        "id": "NEW-DIY",
        "item": None,
        "family": "PLA",
        "channel": "DIY",
        "from": m.NEW_CHAIN_MONTHS[0],
        "to": m.NEW_CHAIN_MONTHS[1],
        "kind": "listing",
        "discount": None,
        "expected_uplift": m.NEW_CHAIN,
        "post_dip": None,
    }


def _promotion(code: str, family: str, month: date, effect: Any) -> Row:
    return {
        "id": code,
        "item": None,
        "family": family,
        "channel": None,
        "from": month,
        "to": month,
        "kind": "promotion",
        "discount": effect["discount"],
        "expected_uplift": effect["uplift"],
        "post_dip": effect["dip"],
    }


def _price_changes() -> Iterator[Row]:
    for since, rise in m.PRICE_RISES:
        for family in ("PLA", "POE", "COC"):
            yield {"family": family, "from": since, "change": rise}


def _planning(market: m.Market) -> dict[str, Any]:
    raw = market.raw
    labels: dict[str, dict[str, str]] = {"fr": {}, "en": {}}
    kinds = (
        ("family", raw["families"]),
        ("item", raw["items"]),
        ("channel", raw["channels"]),
        ("resource", raw["resources"]),
    )
    for kind, rows in kinds:
        for row in rows:
            for lang, names in labels.items():
                names[f"{kind}:{row[kind]}"] = row[lang]
    labels["fr"] |= {"resource:CAST": "Fonte achetée", "resource:STORE": "Entrepôt"}
    labels["en"] |= {"resource:CAST": "Castings", "resource:STORE": "Warehouse"}
    return {
        "company": raw["company"],
        "currency": raw["currency"],
        "start": raw["start"],
        "horizon": raw["horizon"],
        "holding_rate_per_month": 0.012,
        "service_target": 0.97,
        "backorder_share": 0.0,
        "overtime_is_a_decision": True,
        "country": "FR",
        "closed_days": raw["closed_days"],
        "labels": labels,
        "cards": raw.get("cards", []),
    }
