"""Outcomes with invented numbers that are consistent with each other, for tests of the pictures.

A company of four families and seven resources over 18 months. ``decisions`` from 0 to 1 moves
it from "nothing decided" to "nearly all served"; the same seed gives the same draws.
"""

from dataclasses import replace
from datetime import date

import numpy as np

from sim.model.outcome import Measure, Outcome, Plan, PlanStatus
from sim.model.problem import ErrorModel, PlanMode, Problem, ResourceKind

MONTHS = 18
FAMILIES = ("PLA", "POE", "COC", "ACC")
RESOURCES = ("PEI", "EMA", "TOL", "FON", "MP2", "FTE", "MP1")
LABELS = {
    "fr": {
        "family:PLA": "Planchas",
        "family:POE": "Poêles",
        "family:COC": "Cocottes",
        "family:ACC": "Accessoires",
        "resource:PEI": "Peinture",
        "resource:EMA": "Émaillage",
        "resource:TOL": "Tôlerie",
        "resource:FON": "Fonderie",
        "resource:MP2": "Montage P2",
        "resource:FTE": "Fonte achetée",
        "resource:MP1": "Montage P1",
    },
    "en": {
        "family:PLA": "Planchas",
        "family:POE": "Stoves",
        "family:COC": "Cocottes",
        "family:ACC": "Accessories",
        "resource:PEI": "Coating",
        "resource:EMA": "Enamel",
        "resource:TOL": "Sheet metal",
        "resource:FON": "Foundry",
        "resource:MP2": "Assembly P2",
        "resource:FTE": "Castings",
        "resource:MP1": "Assembly P1",
    },
}
SEASON = np.array([3.8, 3.8, 4.4, 4.7, 4.9, 4.7, 4.6, 3.65, 5.0, 5.4, 6.1, 5.1] * 2)[:MONTHS]
SHORT = np.array([0, 0, 0.01, 0.02, 0.12, 0.06, 0.03, 0.07, 0.09, 0.16, 0.24, 0.17] * 2)[:MONTHS]
SHARES = np.array([0.36, 0.26, 0.3, 0.08])
PRICE = np.array([200.0, 1000.0, 80.0, 40.0])


def company(*, money: bool = True, capacity: bool = True, currency: str = "EUR") -> Problem:
    demand = SHARES[:, None] * SEASON * 1e6 / PRICE[:, None]
    rows = np.ones(MONTHS)
    resources = len(RESOURCES)
    routing = np.linspace(0.1, 1.0, 4)[:, None] * np.ones(resources) * float(capacity)
    return Problem(
        dataset="test",
        company="Valfonte SAS",
        currency=currency,
        start=date(2027, 1, 1),
        labels=LABELS,
        items=tuple(f"{family}-1" for family in FAMILIES),
        families=FAMILIES,
        family=np.arange(4),
        channels=("All",),
        channel_share=np.ones((4, 1)),
        demand=demand,
        errors=ErrorModel(
            spread=np.full((4, MONTHS), 0.1),
            autocorrelation=np.ones(MONTHS),
            market_share=0.3,
            family_share=0.3,
            source="assumed",
        ),
        promotion=np.zeros((4, MONTHS)),
        win_probability=np.zeros(0),
        win_volume=np.zeros((0, 4, MONTHS)),
        price=np.outer(PRICE, rows) * float(money),
        unit_cost=0.5 * PRICE * float(money),
        holding_rate=0.01,
        opening_stock=0.5 * demand[:, 0],
        receipts=np.zeros((4, MONTHS)),
        lead_time=np.zeros(4, dtype=np.int64),
        production_yield=np.ones(4),
        backorder_share=np.full(4, 0.3),
        stock_cover=np.full(4, 0.5),
        safety_stock=np.zeros((4, MONTHS)),
        service_target=np.full(4, 0.97),
        working_days=np.full(MONTHS, 20.0),
        resources=RESOURCES,
        resource_kind=(*(ResourceKind.HOURS,) * 5, ResourceKind.MATERIAL, ResourceKind.HOURS),
        resource_unit=("h",) * resources,
        routing=routing,
        capacity=np.full((resources, MONTHS), 4000.0),
        overtime=np.zeros((resources, MONTHS)),
        overtime_cost=np.zeros((resources, MONTHS)),
        overtime_limit=np.zeros(resources),
        overtime_rate=np.zeros(resources),
        outside=np.zeros((resources, MONTHS)),
        outside_cost=np.zeros((resources, MONTHS)),
        subcontract=np.zeros((4, MONTHS)),
        subcontract_cost=np.zeros((4, MONTHS)),
        pallets_per_unit=np.array([0.1, 0.5, 0.02, 0.01]),
        storage=np.full(MONTHS, 700.0),
        storage_cost=5.0,
        outside_storage=np.zeros(MONTHS),
        outside_storage_cost=np.full(MONTHS, 9.0),
        prebuild_cap=0.0,
        prebuild_from=0,
        frozen_months=0,
        responsiveness=1.0,
        flexibility=np.inf,
    )


def outcome(
    problem: Problem, *, decisions: float = 0.0, draws: int = 200, seed: int = 1
) -> Outcome:
    """An invented outcome. Each family's numbers add up to the company's."""
    rng = np.random.default_rng(seed)
    error = rng.normal(size=(draws, 1, MONTHS)).cumsum(axis=2) / np.sqrt(MONTHS)
    factor = 1 + 0.06 * error
    units = problem.demand[None] * factor
    gap = SHORT * (1 - decisions) * (1 + 0.8 * np.clip(error, -1, 1.5))
    served = units * (1 - np.clip(gap, 0, 0.9))
    price = np.where(problem.price.any(), problem.price, 0.0)
    cost = problem.unit_cost[:, None]
    cover = 0.25 + 0.35 * decisions * (1 + np.sin(np.arange(MONTHS) / 2.2)) + 0.1 * error
    held = problem.demand[None] * np.clip(cover, 0.02, None)
    families = {
        Measure.DEMAND_UNITS: units,
        Measure.SERVED_UNITS: served,
        Measure.SHIPPED_UNITS: served,
        Measure.DEMAND_VALUE: units * price,
        Measure.SERVED_VALUE: served * price,
        Measure.REVENUE: served * price,
        Measure.FULL_VALUE: 0.9 * served * price,
        Measure.LOST_UNITS: 0.7 * (units - served),
        Measure.LOST_VALUE: 0.7 * (units - served) * price,
        Measure.BACKLOG_UNITS: 0.3 * (units - served),
        Measure.BACKLOG_VALUE: 0.3 * (units - served) * price,
        Measure.GOODS_COST: served * cost,
        Measure.SUBCONTRACT_COST: 0 * served,
        Measure.STOCK_UNITS: held,
        Measure.STOCK_VALUE: held * cost,
        Measure.PALLETS: held * problem.pallets_per_unit[:, None],
        Measure.STOCKOUTS: (served < 0.99 * units).astype(float),
    }
    load = _load(problem, decisions)
    return Outcome(
        problem=problem,
        plan=_plan(problem, load),
        draws=draws,
        seed=seed,
        hash=f"{problem.hash[:8]}-{decisions}-{draws}-{seed}",
        families=families,
        overtime_cost=np.full((draws, MONTHS), 8000.0 * decisions),
        outside_cost=np.full((draws, MONTHS), 2000.0 * decisions),
        storage_cost=np.full((draws, MONTHS), 4000.0),
        load=load,
        overload=np.clip(load - 0.8, 0, 1),
        unserved=((units - served) * price).mean(axis=0),
        item_stock=held.mean(axis=0),
        item_release=served.mean(axis=0),
    )


def _load(problem: Problem, decisions: float) -> np.ndarray:
    if not problem.has_capacity:
        return np.full((len(RESOURCES), MONTHS), np.nan)
    level = np.array([1.06, 1.0, 0.97, 0.93, 0.9, 0.86, 0.84])[:, None]
    wave = 0.14 * np.sin(np.arange(MONTHS) / 2.9 + 2.0 * np.arange(len(RESOURCES))[:, None])
    load = np.minimum(level + wave, 1.13) - 0.05 * decisions
    load[5, :3] = np.nan  # castings have no supplier limit before April
    return load


def _plan(problem: Problem, load: np.ndarray) -> Plan:
    items, months, resources = len(problem.items), problem.months, len(problem.resources)
    limit = np.full((items, months), -1, dtype=np.int64)
    if problem.has_capacity:
        limit[0, 3:8] = RESOURCES.index("PEI")
        limit[1, 8:12] = RESOURCES.index("FTE")
        limit[2, 9:12] = RESOURCES.index("EMA")
    zeros = np.zeros((resources, months))
    return Plan(
        mode=PlanMode.CHASE,
        status=PlanStatus.FEASIBLE,
        release=problem.demand.copy(),
        subcontract=np.zeros((items, months)),
        target=np.zeros((items, months)),
        stock=np.zeros((items, months)),
        used=np.nan_to_num(load) * problem.capacity,
        overtime=zeros,
        outside=zeros.copy(),
        limit=limit,
    )


def unlimited(problem: Problem) -> Problem:
    """The same company when capacities are not known but the routing is."""
    return replace(problem, capacity=np.full_like(problem.capacity, np.inf))
