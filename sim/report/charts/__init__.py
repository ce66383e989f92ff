"""Vega-Lite specs that never change with the numbers: cached by language, theme, density, unit.

All that varies (values, labels, their places, scenario letters) comes with the data of
``sim.report.frames``. A spec is shared by all sessions: never change one.
"""

from sim.report.charts.compare import bridge_spec, multiple_spec, overlay_spec, scatter_spec
from sim.report.charts.decide import gap_spec, tornado_spec
from sim.report.charts.demand import fan_spec
from sim.report.charts.live import (
    balance_spec,
    load_spec,
    margin_spec,
    service_spec,
    stock_spec,
)
from sim.report.charts.look import alt
from sim.report.charts.ranked import ranked_spec
from sim.report.charts.supply import worth_spec

__all__ = [
    "alt",
    "balance_spec",
    "bridge_spec",
    "fan_spec",
    "gap_spec",
    "load_spec",
    "margin_spec",
    "multiple_spec",
    "overlay_spec",
    "ranked_spec",
    "scatter_spec",
    "service_spec",
    "stock_spec",
    "tornado_spec",
    "worth_spec",
]
