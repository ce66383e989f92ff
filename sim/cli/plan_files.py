"""A plan as rows and as JSON-ready objects."""

import csv
from pathlib import Path
from typing import Any

import numpy as np

from sim.model.outcome import Plan, PlanStatus
from sim.model.problem import Floats, Problem

_DUST = 1e-6  # units; a plan is not more exact
_STORE = "store"  # the one limit without an item or resource


def decided(problem: Problem, made: Plan) -> dict[str, dict[str, list[float]]]:
    """What the plan decided about each resource, month by month; nothing that stays as it is."""
    if made.decided is None:
        return {}
    found: dict[str, dict[str, list[float]]] = {}
    force, care = problem.workforce, problem.maintenance
    for r, name in enumerate(problem.resources):
        chosen = made.decided
        rows: dict[str, Floats] = {}
        if force is not None and force.hours[r].any():
            rows |= {"workers": chosen.workers, "hires": chosen.hires, "layoffs": chosen.layoffs}
        if care is not None and care.due[r] > 0:
            rows["machines_down"] = chosen.down
        if (chosen.shift[r] >= 0).any():
            rows["shift"] = chosen.shift.astype(np.float64)
        if rows:
            found[name] = {key: [round(float(x), 6) for x in row[r]] for key, row in rows.items()}
    return found


def broken(made: Plan) -> list[dict[str, Any]]:
    """The limits that an infeasible plan cannot keep: which, where and by how much."""
    found: list[dict[str, Any]] = []
    for error in made.reasons if made.status is PlanStatus.INFEASIBLE else ():
        values = error.values
        if "month" not in values:
            continue
        found.append(
            {
                "limit": values.get("limit") if "name" in values else _STORE,
                "name": values.get("name", ""),
                "month": str(values["month"]),
                "amount": values["amount"] if "amount" in values else values["excess"],
                "unit": values.get("unit", "pallet" if "excess" in values else "unit"),
            }
        )
    return found


def write_plan(path: Path, problem: Problem, made: Plan) -> None:
    """One row per item and month."""
    months = [month.isoformat() for month in problem.month_dates]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["item", "month", "demand", "release", "subcontract", "stock"])
        for i, item in enumerate(problem.items):
            for t, month in enumerate(months):
                row = (problem.demand, made.release, made.subcontract, made.stock)
                writer.writerow([item, month, *(_number(values[i, t]) for values in row)])


def _number(value: float) -> str:
    """Six digits, without the solver's dust around zero.

    >>> _number(1060.1949), _number(-1.2833e-09), _number(1234567.25)
    ('1060.19', '0', '1.23457e+06')
    """
    return f"{value:.6g}" if abs(value) > _DUST else "0"
