"""Small Arrow tables for the charts: aggregates only, formatted texts included."""

from sim.report.frames.compare import bridge, multiple, overlay, ranked
from sim.report.frames.decide import gap, gap_scale, missing, tornado
from sim.report.frames.demand import fan, simulated_demand
from sim.report.frames.live import balance, margin, service, stock
from sim.report.frames.load import (
    load,
    load_unit,
    required,
    required_load,
    required_share,
    worst_first,
)
from sim.report.frames.scatter import scatter
from sim.report.frames.supply import worth
from sim.report.frames.view import Unit, Units, View, units_for, units_of_part

__all__ = [
    "Unit",
    "Units",
    "View",
    "balance",
    "bridge",
    "fan",
    "gap",
    "gap_scale",
    "load",
    "load_unit",
    "margin",
    "missing",
    "multiple",
    "overlay",
    "ranked",
    "required",
    "required_load",
    "required_share",
    "scatter",
    "service",
    "simulated_demand",
    "stock",
    "tornado",
    "units_for",
    "units_of_part",
    "worst_first",
    "worth",
]
