"""Generated companies of any size."""

from dataclasses import replace
from typing import Any

import numpy as np

from sim.model.problem import Problem, ResourceKind, SupplyRisk
from tests.model.problems import error_model, plain_problem

MONTHS = 24


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
