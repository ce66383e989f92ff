"""What is aimed at: a KPI of the company or of one family, over a window of months."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from sim.model.kpi import KPIS, Kpi, window
from sim.model.outcome import Outcome
from sim.model.problem import Floats
from sim.model.scenario import Scenario

# KPIs that a family has of its own: the costs of resources belong to no family.
BY_FAMILY = frozenset(
    {
        Kpi.FILL_RATE,
        Kpi.FILL_RATE_UNITS,
        Kpi.REVENUE,
        Kpi.AT_RISK,
        Kpi.LOST_SALES,
        Kpi.LOST_UNITS,
        Kpi.BACKLOG_UNITS,
        Kpi.STOCK_PEAK,
        Kpi.STOCK_MEAN,
        Kpi.PALLETS_PEAK,
    }
)
# Mean of the aimed KPI in each of some scenarios.
Level: TypeAlias = Callable[[Sequence[Scenario]], Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A KPI, where and when, and the value it is to reach."""

    kpi: Kpi
    target: float
    at_least: bool = True  # False: it must not be above the target
    family: int | None = None  # None = the whole company
    months: slice | None = None  # None = the window of the headline figures

    def reached(self, level: float) -> bool:
        """Whether a level is on the right side of the target."""
        return level >= self.target if self.at_least else level <= self.target

    def missing(self, level: float) -> float:
        """How far a level is from the target; 0 when it is reached."""
        return max(0.0, self.target - level if self.at_least else level - self.target)


def measured(outcome: Outcome, aim: Aim) -> Floats:
    """The aimed KPI of an outcome, draw by draw, (N,).

    Raises
    ------
    ValueError: a family has no such KPI.
    """
    months = window(outcome.problem) if aim.months is None else aim.months
    if aim.family is None:
        return KPIS[aim.kpi].formula(outcome, months)
    if aim.kpi not in BY_FAMILY:
        raise ValueError(f"{aim.kpi} is not a KPI of a family")
    own = {name: found[:, [aim.family], :] for name, found in outcome.families.items()}
    return KPIS[aim.kpi].formula(replace(outcome, families=own), months)
