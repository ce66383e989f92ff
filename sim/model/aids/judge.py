"""What every decision aid asks for: the KPIs of a scenario, draw by draw."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from sim.model.kpi import Kpi
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
Judge: TypeAlias = Callable[[Scenario], Values]
