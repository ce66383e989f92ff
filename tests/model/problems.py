"""Small planning problems for the tests of the model.

``plain_problem(demand, ...)`` is the neutral company around a demand table: no capacity, no
error, no stock. ``small_problem()`` is a readable company with a bottleneck, a material,
overtime, subcontracting and a store. ``random_problem(rng)`` is anything that is allowed.
"""

from dataclasses import replace
from datetime import date

import numpy as np

from sim.model.problem import (
    ErrorModel,
    Floats,
    Problem,
    Rationing,
    ResourceKind,
    SupplyRisk,
)


def error_model(
    items: int,
    months: int,
    *,
    spread: float | Floats = 0.0,
    memory: float = 0.6,
    market: float = 0.3,
    family: float = 0.2,
) -> ErrorModel:
    """Errors whose correlation falls from ``memory`` at one month to a floor."""
    lags = np.arange(months)
    autocorrelation = np.where(lags == 0, 1.0, memory * (0.4 + 0.6 * 0.8 ** (lags - 1.0)))
    return ErrorModel(
        spread=np.broadcast_to(np.asarray(spread, float), (items, months)).copy(),
        autocorrelation=autocorrelation,
        market_share=market,
        family_share=family,
        source="assumed",
    )


def plain_problem(
    demand: Floats,
    *,
    routing: Floats | None = None,
    capacity: Floats | None = None,
    family: tuple[int, ...] | None = None,
    **changes: object,
) -> Problem:
    """The neutral company: every part that is not given does nothing.

    ``changes`` are fields of Problem, taken as they are.
    """
    demand = np.array(demand, dtype=float)
    items, months = demand.shape
    routing = np.zeros((items, 0)) if routing is None else np.array(routing, dtype=float)
    resources = routing.shape[1]
    if capacity is None:
        capacity = np.full((resources, months), np.inf)
    family_of = np.array(family if family is not None else (0,) * items, dtype=np.int64)
    families = int(family_of.max()) + 1 if items else 1
    base = Problem(
        dataset="test",
        company="Test",
        currency="EUR",
        start=date(2027, 1, 1),
        labels={},
        items=tuple(f"I{i}" for i in range(items)),
        families=tuple(f"F{f}" for f in range(families)),
        family=family_of,
        channels=("All",),
        channel_share=np.ones((items, 1)),
        demand=demand,
        errors=error_model(items, months),
        promotion=np.zeros((items, months)),
        win_probability=np.zeros(0),
        win_volume=np.zeros((0, items, months)),
        price=np.full((items, months), 10.0),
        unit_cost=np.full(items, 6.0),
        holding_rate=0.01,
        opening_stock=np.zeros(items),
        receipts=np.zeros((items, months)),
        lead_time=np.zeros(items, dtype=np.int64),
        production_yield=np.ones(items),
        backorder_share=np.zeros(items),
        stock_cover=np.zeros(items),
        safety_stock=np.zeros((items, months)),
        service_target=np.full(items, 0.95),
        working_days=np.full(months, 20.0),
        resources=tuple(f"R{r}" for r in range(resources)),
        resource_kind=(ResourceKind.HOURS,) * resources,
        resource_unit=("h",) * resources,
        routing=routing,
        capacity=np.array(capacity, dtype=float),
        overtime=np.zeros((resources, months)),
        overtime_cost=np.zeros((resources, months)),
        overtime_limit=np.zeros(resources),
        overtime_rate=np.zeros(resources),
        outside=np.zeros((resources, months)),
        outside_cost=np.zeros((resources, months)),
        subcontract=np.zeros((items, months)),
        subcontract_cost=np.zeros((items, months)),
        pallets_per_unit=np.zeros(items),
        storage=np.full(months, np.inf),
        storage_cost=0.0,
        outside_storage=np.zeros(months),
        outside_storage_cost=np.zeros(months),
        prebuild_cap=0.0,
        prebuild_from=0,
        frozen_months=0,
        responsiveness=1.0,
        flexibility=np.inf,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def small_problem(*, months: int = 12, spread: float = 0.15, **changes: object) -> Problem:
    """Four items in two families on two machines and one supplier limit.

    Machine R0 is full in the second half of the year, R1 is easy, R2 is a material for the
    items of the second family whose unused part carries over.
    """
    season = 1 + 0.35 * np.sin(2 * np.pi * (np.arange(months) - 5) / 12)
    level = np.array([400.0, 250.0, 120.0, 60.0])
    demand = level[:, None] * np.stack([season, season[::-1], season, season])
    routing = np.array([[0.10, 0.05, 0.0], [0.20, 0.0, 0.0], [0.30, 0.0, 1.0], [0.0, 0.50, 1.0]])
    load = routing.T @ demand
    capacity = np.outer(load.mean(axis=1), np.ones(months)) * np.array([[1.02], [1.5], [1.1]])
    rows = np.ones(months)
    settled: dict[str, object] = {
        "errors": error_model(4, months, spread=spread),
        "price": np.outer([30.0, 55.0, 140.0, 310.0], rows),
        "unit_cost": np.array([16.0, 30.0, 75.0, 180.0]),
        "lead_time": np.array([0, 1, 1, 0]),
        "backorder_share": np.array([0.0, 0.5, 1.0, 0.3]),
        "stock_cover": np.full(4, 0.5),
        "opening_stock": 0.5 * demand[:, 0],
        "receipts": _on_order(demand, np.array([0, 1, 1, 0])),
        "resource_kind": (ResourceKind.HOURS, ResourceKind.HOURS, ResourceKind.MATERIAL),
        "resource_unit": ("h", "h", "set"),
        "overtime_cost": np.full((3, months), 40.0),
        "overtime_limit": np.array([0.15, 0.15, 0.0]),
        "overtime_rate": np.array([40.0, 40.0, 0.0]),
        "outside_cost": np.full((3, months), 28.0),
        "subcontract_cost": np.full((4, months), 7.0),
        "pallets_per_unit": np.array([1 / 20, 1 / 18, 1 / 4, 1 / 2]),
        "storage": np.full(months, 55.0),
        "storage_cost": 5.5,
        "outside_storage": np.full(months, 10.0),
        "outside_storage_cost": np.full(months, 14.0),
        "fixed_cost": {"crew": np.full(months, 100.0)},
        "routing": routing,
        "capacity": capacity,
        "family": (0, 0, 1, 1),
    }
    return plain_problem(demand, **settled | changes)  # type: ignore[arg-type]


def random_problem(
    rng: np.random.Generator,
    *,
    items: int | None = None,
    months: int | None = None,
    uncertain: bool = False,
) -> Problem:
    """A random allowed problem: a few items, resources, lead times, prices, limits, policies.

    With ``uncertain`` also priorities, random supply and days that are not alike.
    """
    count = int(rng.integers(1, 7)) if items is None else items
    horizon = int(rng.integers(3, 15)) if months is None else months
    resources = int(rng.integers(0, 4))
    families = int(rng.integers(1, min(count, 3) + 1))
    demand = rng.uniform(5, 200, (count, 1)) * rng.uniform(0.3, 1.7, (count, horizon))
    demand[rng.random((count, horizon)) < 0.05] = 0.0
    routing = np.where(
        rng.random((count, resources)) < 0.6, rng.uniform(0.1, 2.0, (count, resources)), 0.0
    )
    family = tuple(int(i) % families for i in range(count))
    unit_cost = rng.uniform(1, 50, count)
    lead_time = rng.integers(0, 4, count)
    wins = int(rng.integers(0, 3))
    changes: dict[str, object] = {
        "errors": _random_errors(rng, count, horizon),
        "win_probability": rng.random(wins),
        "win_volume": rng.uniform(-0.2, 0.5, (wins, 1, 1)) * demand,
        "price": np.outer(unit_cost * rng.uniform(1.1, 2.5, count), np.ones(horizon)),
        "unit_cost": unit_cost,
        "holding_rate": float(rng.uniform(0, 0.03)),
        "opening_stock": demand[:, 0] * rng.uniform(-0.3, 1.5, count),
        "receipts": _on_order(demand, lead_time) * rng.uniform(0, 1.3, (count, 1)),
        "lead_time": lead_time,
        "production_yield": np.where(rng.random(count) < 0.5, 1.0, rng.uniform(0.7, 1.0, count)),
        "backorder_share": rng.choice([0.0, 0.4, 1.0], count),
        "stock_cover": rng.choice([0.0, 0.5, 1.2], count),
        "safety_stock": demand * rng.choice([0.0, 0.2]),
        "working_days": rng.integers(10, 23, horizon).astype(float),
    }
    changes |= _random_supply(rng, demand, routing) | _random_policy(rng, demand)
    if uncertain:
        changes |= _random_priority(rng, count) | _random_risk(
            rng, np.asarray(changes["production_yield"]), resources
        )
    capacity = changes.pop("capacity")
    return plain_problem(demand, routing=routing, capacity=capacity, family=family, **changes)  # type: ignore[arg-type]


def _random_priority(rng: np.random.Generator, items: int) -> dict[str, object]:
    return {
        "rationing": Rationing(rng.choice(list(Rationing))),
        "channels": ("A", "B", "C"),
        "channel_share": rng.dirichlet([0.3, 0.3, 0.3], items),
        "channel_tier": np.array([1, 2, 3]),
        "day_spread": float(rng.choice([0.0, 0.5, 2.0])),
    }


def _random_risk(rng: np.random.Generator, good: Floats, resources: int) -> dict[str, object]:
    availability = rng.uniform(0.6, 0.95, resources)
    risk = SupplyRisk(
        availability=availability,
        availability_spread=rng.choice([0.0, 0.08], resources),
        yield_spread=rng.choice([0.0, 0.3], len(good)) * np.sqrt(good * (1 - good)),
        slip=rng.choice([0.0, 0.3], len(good)),
    )
    return {"risk": risk if rng.random() < 0.7 else None}


def _random_errors(rng: np.random.Generator, items: int, months: int) -> ErrorModel:
    market, family = rng.dirichlet([1.0, 1.0, 1.0])[:2]
    return error_model(
        items,
        months,
        spread=rng.choice([0.0, 0.1, 0.3, 0.8], (items, months)),
        memory=float(rng.uniform(0, 0.9)),
        market=float(market),
        family=float(family),
    )


def _random_supply(rng: np.random.Generator, demand: Floats, routing: Floats) -> dict[str, object]:
    items, months = demand.shape
    resources = routing.shape[1]
    load = (routing.T @ demand).mean(axis=1, keepdims=True)
    capacity = load * rng.uniform(0.5, 1.5, (resources, months))
    capacity[rng.random((resources, months)) < 0.1] = np.inf
    kinds = rng.choice(list(ResourceKind), resources)
    for r in np.flatnonzero(kinds == ResourceKind.MATERIAL):
        if rng.random() < 0.5:
            capacity[r, : int(rng.integers(0, months))] = np.inf
    share = rng.choice([0.0, 0.1, 0.3], (2, resources, 1))
    regular = np.where(np.isfinite(capacity), capacity, 0.0)
    return {
        "capacity": capacity,
        "resource_kind": tuple(ResourceKind(kind) for kind in kinds),
        "overtime": share[0] * regular,
        "overtime_cost": rng.uniform(1, 50, (resources, months)),
        "overtime_limit": share[0][:, 0],
        "overtime_rate": rng.uniform(1, 50, resources),
        "outside": share[1] * regular,
        "outside_cost": rng.uniform(1, 50, (resources, months)),
        "subcontract": demand * rng.choice([0.0, 0.1, 0.4], (items, 1)),
        "subcontract_cost": rng.uniform(0.5, 20, (items, months)),
    }


def _random_policy(rng: np.random.Generator, demand: Floats) -> dict[str, object]:
    items, months = demand.shape
    pallets = np.where(rng.random(items) < 0.7, rng.uniform(0.01, 0.5, items), 0.0)
    need = float((pallets[:, None] * demand).mean()) * items
    return {
        "pallets_per_unit": pallets,
        "storage": np.full(months, np.inf if rng.random() < 0.3 else 0.5 * need),
        "storage_cost": float(rng.uniform(0, 8)),
        "outside_storage": np.full(months, 0.2 * need),
        "outside_storage_cost": np.full(months, float(rng.uniform(8, 20))),
        "frozen_months": int(rng.integers(0, 4)),
        "responsiveness": float(rng.choice([0.0, 0.5, 1.0])),
        "flexibility": float(rng.choice([0.0, 0.3, np.inf])),
    }


def _on_order(demand: Floats, lead_time: np.ndarray) -> Floats:
    """What earlier releases bring in the months that the first release cannot reach."""
    months = np.arange(demand.shape[1])
    return np.where(months[None, :] < lead_time[:, None], demand, 0.0)
