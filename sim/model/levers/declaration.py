"""What a lever is. Every lever is declared once, as data, with the types of this module.

The slider, the validation, the saved JSON, the labels (text keys ``lever.<kind>.name``,
``.short``, ``.help``, ``lever.option.<name>``) and the reference table of the docs all
derive from the declaration.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.model.problem import Floats, Problem
from sim.model.scenario import Card

Flags = NDArray[np.bool_]
Changes = dict[str, Any]  # field of Problem -> its new value


class Unit(StrEnum):
    """How a value reads; the text is ``lever.unit.<value>``."""

    SHARE = "share"  # 0.15 is shown as 15 %
    POINTS = "points"  # 0.01 is shown as 1 point: a difference of two shares
    QUANTILE = "quantile"  # 0.9 is shown as P90
    CHOICE = "choice"  # 2 is the third of the lever's named positions
    MONTHS = "months"
    DAYS = "days"
    MONEY = "money"
    MONEY_PER_MONTH = "money_per_month"
    MONEY_PER_UNIT = "money_per_unit"
    MONEY_PER_HOUR = "money_per_hour"
    MONEY_PER_PALLET = "money_per_pallet"
    UNITS_PER_MONTH = "units_per_month"
    PALLETS = "pallets"
    PEOPLE = "people"
    HOURS_PER_MONTH = "hours_per_month"
    NUMBER = "number"


class Group(StrEnum):
    """Where a lever stands in the list."""

    DEMAND = "demand"
    CAPACITY = "capacity"
    SUPPLY = "supply"
    STOCK = "stock"
    POLICY = "policy"
    MONEY = "money"


class TargetKind(StrEnum):
    """What a lever may point at; hours and materials are both written ``resource:<code>``."""

    ALL = "all"
    FAMILY = "family"
    ITEM = "item"
    CHANNEL = "channel"
    HOURS = "hours"
    MATERIAL = "material"


class Role(StrEnum):
    """Who usually answers for a lever; the text is ``lever.owner.<value>``."""

    SALES = "sales"
    MARKETING = "marketing"
    PRODUCTION = "production"
    PURCHASING = "purchasing"
    LOGISTICS = "logistics"
    PEOPLE = "people"
    PLANNING = "planning"
    FINANCE = "finance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A second number of a card. ``default`` None means: what the company's data say."""

    unit: Unit
    low: float
    high: float
    default: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Time between the decision and its first effect."""

    months: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider:
    """The range that a slider offers for one card."""

    low: float
    high: float
    step: float
    default: float
    neutral: float
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a card acts: what its target and its window mean for one problem."""

    items: Flags  # (I,)
    share: Floats  # (I,) part of each item's units that is concerned (channels), 0 off target
    resources: Flags  # (R,)
    first: int  # first month in force
    stop: int  # month after the last one in force

    @property
    def window(self) -> slice:
        """The months in force."""
        return slice(self.first, self.stop)


Effect = Callable[[Problem, Card, Place], Changes]
Scale = Callable[[Problem, Place], tuple[float, float]]  # -> high of the slider, its default
LeadOf = Callable[[Problem, Place], Lead]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One kind of lever: its scale, what it may point at, its timing and its effect."""

    kind: str
    group: Group
    unit: Unit
    low: float
    high: float
    step: float
    default: float
    neutral: float
    targets: frozenset[TargetKind]
    phase: int  # effects run in this order, whatever the order of the cards
    effect: Effect
    owner: Role
    lead: Lead = Lead()
    decision: bool = True  # False: an assumption about the world, nobody decides it
    needs_window: bool = False
    whole_horizon: bool = False  # holds in every month: a card of it has no months of its own
    needs_resource: bool = False  # the target must name a resource
    chance: bool = False  # it happens or not in a draw, with the probability of the card
    unique: bool = False  # two such cards on one target would contradict one another
    alone: bool = False  # two such cards in one scenario would, whatever their targets
    options: Mapping[str, Option] = field(default_factory=dict)
    scale: Scale | None = None  # range of the slider where it depends on the company's size
    positions: tuple[str, ...] = ()  # of a choice; the texts are ``lever.<kind>.<position>``
    felt: Callable[[Problem], bool] | None = None  # whether the company's data can feel it
    lead_of: LeadOf | None = None  # the lead where the company's data say it

    def option(self, card: Card, name: str) -> float:
        """An option of a card, or its default (which must exist)."""
        found = card.options.get(name, self.options[name].default)
        assert found is not None, name  # noqa: S101 - a declaration without a default
        return float(found)


WHOLE = (Unit.MONTHS, Unit.CHOICE)  # units that a step of 1 cannot divide


def share_of(low: float, high: float, default: float | None) -> Option:
    """An option that is a share."""
    return Option(unit=Unit.SHARE, low=low, high=high, default=default)


def money_of(unit: Unit, default: float | None = 0.0) -> Option:
    """An option that is a price or an amount, never negative."""
    return Option(unit=unit, low=0.0, high=1e9, default=default)


def months_of(high: int, default: int) -> Option:
    """An option that is a number of months."""
    return Option(unit=Unit.MONTHS, low=0, high=high, default=default)
