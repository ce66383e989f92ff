"""What every decision aid asks for: the KPIs of scenarios, draw by draw."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from sim.model.kpi import KPIS, Kpi, window
from sim.model.outcome import Outcome
from sim.model.problem import Floats
from sim.model.scenario import Scenario

# What a judge answers: every KPI that an aid explains or compares.
ASKED = (
    Kpi.NET_MARGIN,
    Kpi.REVENUE,
    Kpi.FILL_RATE,
    Kpi.FILL_RATE_UNITS,
    Kpi.AT_RISK,
    Kpi.STOCK_PEAK,
    Kpi.CASH,
    Kpi.DECISION_COST,
)

Values: TypeAlias = Mapping[Kpi, Floats]  # (N,) each, over the months of ``kpi.window``
# Many are asked at once, neighbours differing least: they can be judged side by side.
Judge: TypeAlias = Callable[[Sequence[Scenario]], Sequence[Values]]


def asked(outcome: Outcome) -> Values:
    """What a judge answers about an outcome."""
    months = window(outcome.problem)
    return {kpi: KPIS[kpi].formula(outcome, months) for kpi in ASKED}
