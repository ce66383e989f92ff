"""Generated companies of any size; the demo company and one of 1,000 SKUs as tables."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from sim.cli.company import Company, read_company
from sim.ingest.folder import Tables, write_folder
from sim.model.planning_settings import PlanningSettings
from sim.model.problem import Floats, Problem, ResourceKind, SupplyRisk
from sim.store.store import open_store
from tests.model.problems import error_model, plain_problem

MONTHS, START = 24, date(2027, 1, 1)
SKUS, LOADED = 1_000, 0.85  # items, share of the hours that their mean load takes


def company(items: int, *, resources: int = 20, uses: int = 3, seed: int = 1) -> Problem:
    """Items that each need several resources; the resources are about 95 % loaded on average."""
    rng = np.random.default_rng(seed)
    season = 1 + 0.3 * np.sin(np.arange(MONTHS) / 12 * 2 * np.pi + rng.uniform(0, 6, (items, 1)))
    demand = rng.lognormal(4, 1, (items, 1)) * season
    routing = np.zeros((items, resources))
    for item in range(items):
        chosen = rng.choice(resources, uses, replace=False)
        routing[item, chosen] = rng.uniform(0.05, 0.5, uses)
    load = routing.T @ demand
    capacity = np.repeat(load.mean(axis=1, keepdims=True) / 0.95, MONTHS, axis=1)
    price = rng.uniform(20, 400, items)
    plain = plain_problem(demand, routing=routing, capacity=capacity)
    return replace(
        plain,
        family=np.sort(rng.integers(0, 10, items)),
        families=tuple(f"F{n}" for n in range(10)),
        errors=error_model(items, MONTHS, spread=rng.uniform(0.1, 0.4, (items, MONTHS))),
        price=np.repeat(price[:, None], MONTHS, axis=1),
        unit_cost=price * 0.6,
        stock_cover=np.full(items, 0.5),
        opening_stock=0.5 * demand[:, 0],
        lead_time=rng.integers(0, 2, items),
        backorder_share=rng.choice([0.0, 1.0], items),
        resource_kind=(ResourceKind.HOURS,) * resources,
    )


def with_overtime(items: int) -> Problem:
    """The company of ``company``, which may work overtime: 15 % at 40 an hour."""
    plain = company(items)
    resources = len(plain.resources)
    return replace(
        plain,
        overtime_rate=np.full(resources, 40.0),
        overtime_limit=np.full(resources, 0.15),
    )


def at_risk(problem: Problem) -> Problem:
    """The same company whose resources run 85 % of the time, give or take 6 points a month."""
    items, resources = problem.routing.shape
    risk = SupplyRisk(
        availability=np.full(resources, 0.85),
        availability_spread=np.full(resources, 0.06),
        yield_spread=np.zeros(items),
        slip=np.zeros(items),
    )
    return replace(problem, risk=risk)


def divisions(items: int, *, size: int = 500) -> Problem:
    """A company of divisions that share nothing, 10 resources each."""
    parts = [company(min(size, items - n), resources=10, seed=n) for n in range(0, items, size)]
    routing = np.zeros((items, 10 * len(parts)))
    for n, part in enumerate(parts):
        routing[n * size : n * size + len(part.items), 10 * n : 10 * n + 10] = part.routing
    demand = np.concatenate([part.demand for part in parts])
    whole = plain_problem(
        demand, routing=routing, capacity=np.concatenate([part.capacity for part in parts])
    )
    names = ("price", "unit_cost", "stock_cover", "opening_stock", "lead_time", "backorder_share")
    given: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in names
    }
    spread = np.concatenate([part.errors.spread for part in parts])
    return replace(
        whole,
        family=np.concatenate([part.family for part in parts]),
        families=parts[0].families,
        errors=error_model(items, MONTHS, spread=spread),
        **given,
    )


def sku_tables(items: int = SKUS) -> Tables:
    """The company of ``company`` as tables, with overtime and cards worth trying.

    Its routes are those of a plant: the items of a family go through the same three resources.
    It sells most in autumn, so that building ahead is worth something.
    """
    made = _routed(_seasonal(company(items)))
    months = pd.date_range(START, periods=MONTHS, freq="MS")
    codes = [f"SKU{n:04d}" for n in range(items)]
    names = [f"R{r:02d}" for r in range(len(made.resources))]
    used = np.argwhere(made.routing > 0)
    tables = {
        "item": _items(made, codes),
        "resource": _resources(names),
        "capacity": _long(names, months, made.capacity, ("resource", "available")),
        "routing": pd.DataFrame(
            {
                "item": [codes[i] for i, _ in used],
                "resource": [names[r] for _, r in used],
                "quantity_per_unit": made.routing[made.routing > 0],
            }
        ),
        "stock": pd.DataFrame(
            {"item": codes, "as_of": months[0], "on_hand": made.opening_stock, "in_transit": 0.0}
        ),
        "forecast_snapshot": _long(codes, months, made.demand, ("item", "quantity")).assign(
            cycle=months[0], kind="consensus"
        ),
    }
    return Tables(tables=tables, planning=_planning(names), source="bench")


def _seasonal(problem: Problem) -> Problem:
    months = np.arange(problem.months)
    return replace(problem, demand=problem.demand * (1 - 0.5 * np.cos((months - 3) * np.pi / 6)))


def _routed(problem: Problem, *, uses: int = 3, seed: int = 1) -> Problem:
    rng, resources = np.random.default_rng(seed), len(problem.resources)
    routing = np.zeros_like(problem.routing)
    for family in range(len(problem.families)):
        chosen = rng.choice(resources, uses, replace=False)
        mine = np.flatnonzero(problem.family == family)
        routing[np.ix_(mine, chosen)] = rng.uniform(0.05, 0.5, (mine.size, uses))
    load = (routing.T @ problem.demand).mean(axis=1, keepdims=True)
    capacity = np.repeat(np.where(load > 0, load, 1_000.0) / LOADED, MONTHS, axis=1)
    return replace(problem, routing=routing, capacity=capacity)


def read(tables: Tables) -> Company:
    """The planning problem of a company's tables, and its cards."""
    with TemporaryDirectory() as folder:
        write_folder(tables, Path(folder))
        return read_company(Path(folder))


@contextmanager
def homes() -> Iterator[dict[str, Path]]:
    """A home of the app for each company: the demo makes itself, the other one is there."""
    with TemporaryDirectory() as folder:
        found = {"demo company": Path(folder) / "demo", f"{SKUS:,} SKUs": Path(folder) / "skus"}
        _keep(sku_tables(), found[f"{SKUS:,} SKUs"])
        yield found


def _keep(tables: Tables, home: Path) -> None:
    """Accept a company's tables into the store of an app that is about to start."""
    planning = PlanningSettings.from_body(tables.planning or {})
    home.mkdir(parents=True, exist_ok=True)
    store = open_store(f"sqlite:///{home / 'sop.sqlite'}")
    detail = {"afresh": True}
    store.accept(
        tables, name=planning.company, settings=planning, source="bench", author="", detail=detail
    )


def _items(made: Problem, codes: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "item": codes,
            "label": codes,
            "family": [made.families[family] for family in made.family],
            "price": made.price[:, 0],
            "unit_cost": made.unit_cost,
            "units_per_pallet": 20.0,
            "lead_time_months": made.lead_time.astype(float),
            "backorder_share": made.backorder_share,
            "stock_cover_months": made.stock_cover,
        }
    )


def _resources(names: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "resource": names,
            "kind": "hours",
            "unit": "h",
            "regular_cost_per_hour": 40.0,
            "overtime_premium": 1.5,
            "max_overtime_share": 0.15,
        }
    )


def _long(
    names: Sequence[str], months: pd.DatetimeIndex, values: Floats, columns: tuple[str, str]
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            columns[0]: np.repeat(list(names), len(months)),
            "month": np.tile(months, len(names)),
            columns[1]: values.ravel(),
        }
    )


def _planning(names: Sequence[str]) -> dict[str, Any]:
    cards = (
        ("prebuild", "prebuild", "all", 3_000_000.0),
        ("saturdays", "saturdays", "all", 0.15),
        ("overtime_2", "overtime", f"resource:{names[2]}", 0.1),
        ("overtime_5", "overtime", f"resource:{names[5]}", 0.1),
        ("stock", "safety_stock", "all", 0.2),
    )
    return {
        "company": "Thousand",
        "currency": "EUR",
        "start": START.isoformat(),
        "horizon": MONTHS,
        "holding_rate_per_month": 0.012,
        "service_target": 0.97,
        "overtime_is_a_decision": True,
        "cards": [
            {"id": name, "kind": kind, "target": target, "value": value, "on": False}
            for name, kind, target, value in cards
        ],
    }
