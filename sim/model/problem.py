"""The planning problem: everything the engine needs, as read-only arrays.

A lever card turns one Problem into another (``sim.model.levers``); the planner, the
simulator and the KPIs only ever see a Problem. Axes are always (item, month) or
(resource, month). Symbols follow the method page: i item, t month, r resource.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.model.stated import Maintenance, PlanLimits, ShiftLevels, UnitCosts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class ResourceKind(StrEnum):
    """What a unit of a resource is."""

    HOURS = "hours"  # machine or people hours, lost when unused
    MATERIAL = "material"  # supplier limit in units; the unused part carries over


class PlanMode(StrEnum):
    """How the production plan is made before it is simulated."""

    CHASE = "chase"  # make the need of the month; pre-build only as far as a card allows
    LEVEL = "level"  # the same rate per working day, stock absorbs
    OPTIMAL = "optimal"  # the cost-minimal plan, anticipation without a cap
    HYBRID = "hybrid"  # between level and chase, by a weight


@dataclass(frozen=True, kw_only=True, eq=False)
class ErrorModel:
    """How wrong the demand plan has been: spread, memory and common causes of its errors.

    ``spread[i, t]`` is the relative standard deviation of the error at that lag,
    ``autocorrelation[h]`` the correlation of errors h months apart (1 at h = 0), and the two
    shares say how much of an item's error variance is common to the market and to its family.
    """

    spread: Floats  # (I, T) [share of demand]
    autocorrelation: Floats  # (T,)
    market_share: float
    family_share: float
    source: str  # "archive", "backtest", "assumed" or "stated"


class Rationing(StrEnum):
    """Who gets a full resource."""

    FAIR_SHARE = "fair_share"  # everybody the same share of what was wanted
    MARGIN = "margin"  # classes by margin per unit of the scarce resource, filled in order
    CHANNEL = "channel"  # classes by the channel tier of the items' customers, filled in order


@dataclass(frozen=True, kw_only=True, eq=False)
class SupplyRisk:
    """What may go wrong between a release and the stock; zeros = certain."""

    availability: Floats  # (R,) mean share of the time a resource runs; already in `capacity`
    availability_spread: Floats  # (R,) standard deviation of that share from month to month
    yield_spread: Floats  # (I,) standard deviation of `production_yield`
    slip: Floats  # (I,) probability that what is due in a month comes one month later


@dataclass(frozen=True, kw_only=True, eq=False)
class Workforce:
    """The people behind the hours of a resource; one whose workers give no hours has none.

    ``Problem.capacity`` and ``Problem.overtime`` are what the opening workers give.
    """

    workers: Floats  # (R,) people at the start of the horizon
    hours: Floats  # (R, T) [resource units] one worker gives in a month of regular time
    overtime: Floats  # (R, T) [resource units] one worker may add in a month
    wage: Floats  # (R, T) [money per worker-month]
    hire_cost: Floats  # (R,) [money per person]
    layoff_cost: Floats  # (R,) [money per person]
    lead: Ints  # (R,) [months] from the decision to hire to the first hours
    room: Floats | None = None  # (R, T) [people] most that there is room for; None = no limit
    whole: bool = False  # plan whole people


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """One company's planning problem over the horizon. All arrays are read-only."""

    # identity
    dataset: str  # version of the data it was read from
    company: str
    currency: str  # ISO code
    start: date  # first day of the first month
    labels: Mapping[str, Mapping[str, str]]  # language -> "family:PLA" -> name

    # items
    items: tuple[str, ...]
    families: tuple[str, ...]
    family: Ints  # (I,) index into families
    channels: tuple[str, ...]
    channel_share: Floats  # (I, C) share of the item's units, rows sum to 1

    # demand
    demand: Floats  # (I, T) [units per month] expected demand
    errors: ErrorModel
    promotion: (
        Floats  # (I, T) units of `demand` that a planned promotion adds (may be < 0 after it)
    )
    win_probability: Floats  # (E,) customers won or lost: probability
    win_volume: Floats  # (E, I, T) [units] what comes or goes if it happens

    # money
    price: Floats  # (I, T) [money per unit] net
    unit_cost: Floats  # (I,) [money per unit] material and variable cost
    holding_rate: float  # share of unit cost per month

    # supply
    opening_stock: Floats  # (I,) [units] on hand minus what is past due
    receipts: Floats  # (I, T) [units] already on order, arriving in t
    lead_time: Ints  # (I,) [months] release to stock, 0..3
    production_yield: Floats  # (I,) good units per unit released
    backorder_share: Floats  # (I,) share of unserved demand that waits; the rest is lost
    stock_cover: Floats  # (I,) [months of next demand] stock target
    safety_stock: Floats  # (I, T) [units] stock target that is not a cover (added to it)
    service_target: Floats  # (I,) [share of demand]
    working_days: Floats  # (T,)

    # resources: hours and materials
    resources: tuple[str, ...]
    resource_kind: tuple[ResourceKind, ...]
    resource_unit: tuple[str, ...]
    routing: Floats  # (I, R) [resource units per unit]
    capacity: Floats  # (R, T) [resource units] regular; inf = no limit
    overtime: Floats  # (R, T) [resource units] more at `overtime_cost`
    overtime_cost: Floats  # (R, T) [money per resource unit] above the regular cost
    overtime_limit: Floats  # (R,) share of regular capacity that overtime may reach
    overtime_rate: Floats  # (R,) [money per resource unit] price of one overtime unit
    outside: Floats  # (R, T) [resource units] second source or work given outside
    outside_cost: Floats  # (R, T) [money per resource unit] above the own cost

    # finished goods bought instead of made
    subcontract: Floats  # (I, T) [units] limit
    subcontract_cost: Floats  # (I, T) [money per unit] above the own cost

    # storage
    pallets_per_unit: Floats  # (I,)
    storage: Floats  # (T,) [pallets] own store; inf = no limit
    storage_cost: float  # [money per pallet-month] in the own store
    outside_storage: Floats  # (T,) [pallets] more, outside
    outside_storage_cost: Floats  # (T,) [money per pallet-month] outside, and for any overflow

    # policy
    prebuild_cap: float  # [money] stock above target that may be built ahead; 0 = none
    prebuild_from: int  # first month in which it may be built
    frozen_months: int  # months in which a release may not leave the plan
    responsiveness: float  # phi: 0 fixed plan .. 1 full chase of the need
    flexibility: float  # b: releases stay within +-b of the plan; inf = free
    fixed_cost: Mapping[str, Floats] = field(default_factory=dict)  # kind -> (T,) [money]
    capex: Mapping[str, Floats] = field(default_factory=dict)  # kind -> (T,) [money], cash only
    rationing: Rationing = Rationing.FAIR_SHARE
    channel_tier: Ints | None = None  # (C,) 1 = served first; None = all channels alike
    day_spread: float = 1.0  # coefficient of variation of one day's demand inside a month
    risk: SupplyRisk | None = None  # None = supply is certain
    workforce: Workforce | None = None  # None = hours are given, not made by people
    costs: UnitCosts | None = None  # None = the planner's conventions
    limits: PlanLimits | None = None  # None = no hard limits
    maintenance: Maintenance | None = None  # None = already in `capacity`
    shifts: ShiftLevels | None = None  # None = shifts are not for the planner to choose
    level_weight: float = 0.5  # hybrid plan: 0 = chase .. 1 = level

    def __post_init__(self) -> None:
        for part in self._parts:
            for spec in fields(part):
                value = getattr(part, spec.name)
                if isinstance(value, np.ndarray):
                    value.setflags(write=False)
        for value in (*self.fixed_cost.values(), *self.capex.values()):
            value.setflags(write=False)

    @property
    def _parts(self) -> "tuple[Problem | Part, ...]":
        """The problem and the records it is made of."""
        own = (getattr(self, spec.name) for spec in fields(self))
        return (self, *(value for value in own if isinstance(value, PARTS)))

    @property
    def months(self) -> int:
        """T, the number of months of the horizon."""
        return int(self.demand.shape[1])

    @cached_property
    def month_dates(self) -> tuple[date, ...]:
        """First day of each month of the horizon."""
        first = self.start.year * 12 + self.start.month - 1
        return tuple(date(m // 12, m % 12 + 1, 1) for m in range(first, first + self.months))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of every input: equal problems have equal hashes on every machine."""
        digest = hashlib.sha256()
        for part in self._parts:
            for spec in fields(part):
                _feed(digest, spec.name, getattr(part, spec.name))
        return digest.hexdigest()

    @property
    def has_capacity(self) -> bool:
        """Whether any item consumes a limited resource."""
        return bool(self.routing.any())

    @property
    def has_money(self) -> bool:
        """Whether prices are known."""
        return bool(self.price.any())

    def label(self, lang: str, kind: str, code: str) -> str:
        """Name of a family, item, resource or channel in a language; the code when unnamed."""
        key = f"{kind}:{code}"
        named = self.labels.get(lang, {}).get(key) or self.labels.get("", {}).get(key)
        return named or code


Part = ErrorModel | SupplyRisk | Workforce | UnitCosts | PlanLimits | Maintenance | ShiftLevels
PARTS = (ErrorModel, SupplyRisk, Workforce, UnitCosts, PlanLimits, Maintenance, ShiftLevels)


def _feed(digest: "hashlib._Hash", name: str, value: object) -> None:
    digest.update(name.encode())
    if isinstance(value, np.ndarray):
        digest.update(str((value.shape, value.dtype.str)).encode())
        digest.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, Mapping):
        if all(isinstance(one, str) for one in value.values()):
            # Labels of a thousand items at once: the same bytes in a tenth of the time.
            digest.update("".join(f"{key}{value[key]!r}" for key in sorted(value)).encode())
            return
        for key in sorted(value):
            _feed(digest, str(key), value[key])
    elif not isinstance(value, PARTS):
        digest.update(repr(value).encode())


def pad_months(values: Floats, extra: int) -> Floats:
    """Months beyond the horizon: the same month a year earlier, else the last one.

    Parameters
    ----------
    values : (..., T)
    extra : months to add

    Returns
    -------
    (..., T + extra)

    >>> pad_months(np.array([[1.0, 2.0, 3.0]]), 2)
    array([[1., 2., 3., 3., 3.]])
    """
    months = values.shape[-1]
    take = [
        t if t < months else (t - 12 if 0 <= t - 12 < months else months - 1)
        for t in range(months + extra)
    ]
    return values[..., take]


def stock_target(problem: Problem) -> Floats:
    """Stock wanted at the end of each month.

    S[i,t] = cover[i] x mu[i,t+1] + safety_stock[i,t]. Source: Silver, Pyke & Thomas
    (time supply; safety stock).

    Returns
    -------
    (I, T) [units]
    """
    following = pad_months(problem.demand, 1)[:, 1:]
    return problem.stock_cover[:, None] * following + problem.safety_stock
