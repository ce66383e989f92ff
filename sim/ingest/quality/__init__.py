"""Data quality: what was found, how much of the data it touches, what it costs the plan.

``history.py`` and ``supply.py`` look at canonical tables, ``imported.py`` at what an import had
to leave out, ``score.py`` weighs the findings, ``totals.py`` adds up what a user can check.
"""

from collections.abc import Mapping

import pandas as pd

from sim.ingest.assembly import Import
from sim.ingest.quality.history import history_findings
from sim.ingest.quality.imported import import_findings
from sim.ingest.quality.score import CHECKS, TABLE_WEIGHTS, Finding, Quality, points_lost, scored
from sim.ingest.quality.supply import supply_findings
from sim.ingest.quality.totals import ControlTotal, control_totals
from sim.model.planning_settings import PlanningSettings

__all__ = [
    "CHECKS",
    "TABLE_WEIGHTS",
    "ControlTotal",
    "Finding",
    "Quality",
    "assess",
    "control_totals",
    "points_lost",
]


def assess(
    tables: Mapping[str, pd.DataFrame],
    imported: Import | None = None,
    *,
    planning: PlanningSettings | None = None,
) -> Quality:
    """Score canonical tables; with their import, also what had to be left out.

    Parameters
    ----------
    tables : checked canonical tables, with sales
    imported : the import they came from
    planning : horizon and its start, for the months that need a capacity

    Returns
    -------
    The scores [0..100], overall and of each table, and the findings.
    """
    found: list[Finding | None] = []
    if imported is not None:
        found += import_findings(imported)
    if "sales" in tables and len(tables["sales"]):
        found += history_findings(tables)
        found += supply_findings(tables, planning or PlanningSettings())
    usable = imported is None or imported.usable
    return scored([one for one in found if one], sorted(tables), usable=usable)
