"""What the planner and the simulator return."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum

import numpy as np

from sim.errors import PlanError
from sim.model.problem import Floats, Ints, PlanMode, Problem

LATE = "error.plan.time"


class PlanStatus(StrEnum):
    """How far the planner came."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"


@dataclass(frozen=True, kw_only=True, eq=False)
class Decided:
    """What the plan decided about resources; ``planner.settled`` puts it into a problem."""

    capacity: Floats  # (R, T) [resource units] regular, after the decision
    overtime: Floats  # (R, T) [resource units] limit
    workers: Floats  # (R, T) [people] during the month
    hires: Floats  # (R, T) [people] who start in the month
    layoffs: Floats  # (R, T) [people] who left before the month
    down: Floats  # (R, T) [machines] in maintenance
    shift: Ints  # (R, T) level of the shift pattern; -1 = not chosen

    def __post_init__(self) -> None:
        _freeze(self)


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """A production plan for the expected demand, in the one form every mode returns."""

    mode: PlanMode
    status: PlanStatus
    release: Floats  # (I, T) [units] released in t, own and subcontracted together
    subcontract: Floats  # (I, T) [units] part of `release` that is bought finished
    target: Floats  # (I, T) [units] net stock wanted at the end of month t + lead time
    stock: Floats  # (I, T) [units] net stock at month end if demand is as expected, before
    # the lost part of a shortage is written off (negative = short)
    used: Floats  # (R, T) [resource units] regular, overtime and outside together
    overtime: Floats  # (R, T) [resource units]
    outside: Floats  # (R, T) [resource units]
    limit: Ints  # (I, T) resource that holds the item back in t; -1 = none
    wanted: Floats | None = None  # (I, T) [units] release before capacity cut it (chase only)
    withheld: Floats | None = None  # (I, T) [units] in stock and not sold, for a hard limit's sake
    decided: Decided | None = None  # None = resources stay as they are
    families: int = 0  # planning families it was made for; 0 = item by item
    reasons: tuple[PlanError, ...] = ()  # why it is not optimal: limits broken, or time

    def __post_init__(self) -> None:
        _freeze(self)

    @property
    def late(self) -> bool:
        """Whether another plan stands in because the time ran out."""
        return any(error.key == LATE for error in self.reasons)


class Measure(StrEnum):
    """Item measures that add up over items, simulated per draw, family and month."""

    DEMAND_UNITS = "demand_units"
    SERVED_UNITS = "served_units"  # delivered in the month it was asked for
    SHIPPED_UNITS = "shipped_units"  # delivered, late deliveries included
    DEMAND_VALUE = "demand_value"  # at net price, as the next three
    SERVED_VALUE = "served_value"
    REVENUE = "revenue"  # shipped units x price
    FULL_VALUE = "full_value"  # demand x probability that all of it is served (OTIF proxy)
    LOST_UNITS = "lost_units"  # written off for good
    LOST_VALUE = "lost_value"
    BACKLOG_UNITS = "backlog_units"  # due and still waiting at month end
    BACKLOG_VALUE = "backlog_value"
    GOODS_COST = "goods_cost"  # shipped units x unit cost
    STOCK_UNITS = "stock_units"
    STOCK_VALUE = "stock_value"  # at unit cost
    PALLETS = "pallets"
    STOCKOUTS = "stockouts"  # item-months with a stock-out, each by its probability
    SUBCONTRACT_COST = "subcontract_cost"


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """A simulated plan. Axes: draw n, family f, month t, resource r, item i."""

    problem: Problem  # after the cards
    plan: Plan
    draws: int
    seed: int
    hash: str  # SHA-256 of problem, plan mode, code version, draws and seed
    families: Mapping[Measure, Floats]  # (N, F, T)
    overtime_cost: Floats  # (N, T)
    outside_cost: Floats  # (N, T) second source and work given outside
    storage_cost: Floats  # (N, T) own store, outside store and overflow
    load: Floats  # (R, T) mean of used / regular capacity; nan where there is no limit
    overload: Floats  # (R, T) share of draws in which the wanted load passed regular capacity
    unserved: Floats  # (I, T) mean of demand not served on time, at net price
    item_stock: Floats  # (I, T) mean stock [units]
    item_release: Floats  # (I, T) mean release [units]
    _totals: dict[Measure, Floats] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        _freeze(self)
        for array in self.families.values():
            array.setflags(write=False)

    def total(self, measure: Measure) -> Floats:
        """A measure summed over families, (N, T)."""
        total = self._totals.get(measure)
        if total is None:  # asked for by every chart and figure of a screen
            total = self.families[measure].sum(axis=1)
            total.setflags(write=False)
            self._totals[measure] = total
        return total

    @property
    def nbytes(self) -> int:
        """Memory of its largest part [bytes]."""
        return sum(array.nbytes for array in self.families.values())


def _freeze(record: Plan | Decided | Outcome) -> None:
    for spec in fields(record):
        value = getattr(record, spec.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
