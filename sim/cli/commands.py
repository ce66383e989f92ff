"""What each command does; every command returns one JSON-ready object.

Documented keys (a figure that cannot be computed, such as a margin without cost, is null)
---------------
demo      company, folder, tables {name: rows}
forecast  series, months, methods {name: series}, file
plan      status, mode, months, kpi {revenue, cost, margin, lost_margin, fill_rate,
          closing_stock [units], closing_stock_value}, cost {kind: money},
          limits [what makes the plan infeasible], notices, file (with --out)
simulate  scenario, mode, draws, seed, hash, months, window [first, last], notices,
          kpi {name: {mean, p5, p95, se}}
compare   draws, seed, window, scenarios [simulate objects, the baseline first],
          differences [{scenario, kpi {name: {mean, p5, p95, se}}}] against the baseline
"""

import argparse
import csv
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.cli.company import Company, read_company, read_scenario
from sim.forecast import forecast as make_forecast
from sim.forecast import read_history, write_forecast
from sim.ingest.demo import demo_tables
from sim.ingest.folder import write_folder
from sim.model import draws as draws_of
from sim.model import kernel, kpi
from sim.model.levers import apply
from sim.model.outcome import Outcome, Plan
from sim.model.planner import make_plan, overflows, plan_costs, plan_kpis
from sim.model.problem import PlanMode, Problem
from sim.model.run import run
from sim.model.scenario import Scenario
from sim.report.text import Text, text_for
from sim.settings import settings

Result = dict[str, Any]
_OF_PRICE = {"revenue", "at_risk", "lost_sales", "backlog", "net_margin", "margin", "lost_margin"}
_OF_COST = {"cost", "margin", "lost_margin", "net_margin", "closing_stock_value"}
_OF_COST |= {"stock_peak", "stock_mean", "cash", "turns"}


def demo(options: argparse.Namespace) -> Result:
    """Write the demo company's tables as CSV."""
    tables = demo_tables()
    options.folder.mkdir(parents=True, exist_ok=True)
    write_folder(tables, options.folder)
    return {
        "company": (tables.planning or {})["company"],
        "folder": str(options.folder),
        "tables": {name: len(table) for name, table in tables.tables.items()},
    }


def forecast(options: argparse.Namespace) -> Result:
    """Forecast every series of a history file."""
    history = read_history(options.history)
    result = make_forecast(history, horizon=options.horizon, workers=options.workers)
    write_forecast(result, options.out)
    methods = result.chosen["method"].value_counts()
    return {
        "series": int(result.frame["unique_id"].nunique()),
        "months": options.horizon,
        "methods": {str(name): int(count) for name, count in methods.items()},
        "file": str(options.out),
    }


def plan(options: argparse.Namespace) -> Result:
    """Make a production plan for the expected demand."""
    company = read_company(options.folder)
    scenario = read_scenario(company, options.scenario, anyway=options.anyway)
    problem = apply(company.problem, scenario)
    made = make_plan(problem, PlanMode(options.mode))
    result: Result = {
        "status": made.status.value,
        "mode": made.mode.value,
        "months": _months(problem),
        "kpi": _known(_plain(plan_kpis(problem, made)), problem),
        "cost": _plain(plan_costs(problem, made)),
        "limits": [
            sentence
            for error in overflows(problem, made.stock)
            for sentence in text_for(options.lang).error(error)
        ],
        "notices": _sentences(company, options),
    }
    if options.out:
        _write_plan(options.out, problem, made)
        result["file"] = str(options.out)
    return result


def simulate(options: argparse.Namespace) -> Result:
    """Simulate the baseline, or one scenario over it."""
    company = read_company(options.folder)
    scenario = read_scenario(company, options.scenario, anyway=options.anyway)
    outcome = run(company.problem, scenario, draws=_draws(company.problem, options))
    return _described(outcome, scenario, options) | {
        "notices": _sentences(company, options, draws=outcome.draws)
    }


def compare(options: argparse.Namespace) -> Result:
    """Simulate scenarios on the same draws, and their differences to the baseline."""
    company = read_company(options.folder)
    read = [read_scenario(company, path, anyway=options.anyway) for path in options.scenario]
    scenarios = [Scenario(), *read]
    paths = _draws(company.problem, options)
    outcomes = [run(company.problem, scenario, draws=paths) for scenario in scenarios]
    pairs = list(zip(outcomes, scenarios, strict=True))
    return {
        "draws": paths.draws,
        "seed": options.seed,
        "window": _window_months(outcomes[0].problem, options),
        "scenarios": [_described(outcome, scenario, options) for outcome, scenario in pairs],
        "differences": [
            {
                "scenario": scenario.name,
                "kpi": _known(
                    _estimates(
                        kpi.differences(outcome, outcomes[0], _window(outcome.problem, options))
                    ),
                    outcome.problem,
                ),
            }
            for outcome, scenario in pairs[1:]
        ],
        "notices": _sentences(company, options, draws=paths.draws),
    }


def summary(result: Mapping[str, Any], text: Text) -> Iterator[str]:
    """The result as lines for a person."""
    for key, value in result.items():
        if key == "kpi" or key == "cost":
            yield from _values(value, text)
        elif key in ("scenarios", "differences"):
            for part in value:
                yield from summary(part, text)
        elif key in ("limits", "notices"):
            yield from value
        elif isinstance(value, dict):
            yield ", ".join(f"{name} {count}" for name, count in value.items())
        elif isinstance(value, str | int) and value != "":
            yield text("cli.value", name=key, value=value)


def _values(values: Mapping[str, Any], text: Text) -> Iterator[str]:
    for name, value in values.items():
        label = text(f"kpi.{name}.name") if text.has(f"kpi.{name}.name") else name
        if isinstance(value, dict):
            numbers = {part: _readable(value[part], text) for part in ("mean", "p5", "p95", "se")}
            yield text(
                "cli.estimate",
                name=label,
                mean=numbers["mean"],
                low=numbers["p5"],
                high=numbers["p95"],
                error=numbers["se"],
            )
        else:
            yield text("cli.value", name=label, value=_readable(value, text))


def _readable(value: float | None, text: Text) -> str:
    return text.short(value, 4) if value is not None else "–"


def _draws(problem: Problem, options: argparse.Namespace) -> draws_of.Draws:
    kernel.warm_up(settings().compiled)
    memory = settings().draws_memory
    count = draws_of.affordable(problem, draws=options.draws, memory=memory)
    return draws_of.paths(problem, draws=count, seed=options.seed)


def _described(outcome: Outcome, scenario: Scenario, options: argparse.Namespace) -> Result:
    problem = outcome.problem
    return {
        "scenario": scenario.name,
        "mode": scenario.mode.value,
        "draws": outcome.draws,
        "seed": outcome.seed,
        "hash": outcome.hash,
        "months": _months(problem),
        "window": _window_months(problem, options),
        "kpi": _known(_estimates(kpi.estimates(outcome, _window(problem, options))), problem),
    }


def _sentences(
    company: Company, options: argparse.Namespace, *, draws: int | None = None
) -> list[str]:
    text = text_for(options.lang)
    said = [text(notice.key, **notice.values) for notice in company.notices]
    if draws is not None and draws < options.draws:
        said.append(
            text(
                "notice.fewer_draws",
                count=draws,
                wanted=options.draws,
                items=len(company.problem.items),
                memory=settings().draws_memory // 2**20,
            )
        )
    return said


def _window(problem: Problem, options: argparse.Namespace) -> slice:
    return kpi.window(problem) if options.window == "year" else slice(0, problem.months)


def _window_months(problem: Problem, options: argparse.Namespace) -> list[str]:
    months = _months(problem)[_window(problem, options)]
    return [months[0], months[-1]]


def _months(problem: Problem) -> list[str]:
    return [month.isoformat() for month in problem.month_dates]


def _estimates(found: Mapping[kpi.Kpi, kpi.Estimate]) -> Result:
    return {
        name.value: _plain({"mean": one.mean, "p5": one.p5, "p95": one.p95, "se": one.error})
        for name, one in found.items()
    }


def _plain(values: Mapping[Any, float]) -> dict[str, float | None]:
    # JSON has no infinity and no "not a number": what cannot be computed is null.
    return {
        str(name): float(value) if math.isfinite(value) else None for name, value in values.items()
    }


def _known(found: Mapping[str, Any], problem: Problem) -> Result:
    """Null in place of figures that the company's data cannot give: a margin without cost."""
    unknown = set() if problem.has_money else _OF_PRICE
    unknown = unknown if problem.unit_cost.any() else unknown | _OF_COST
    return {name: _nothing(value) if name in unknown else value for name, value in found.items()}


def _nothing(value: object) -> Result | None:
    return dict.fromkeys(value) if isinstance(value, dict) else None


def _write_plan(path: Path, problem: Problem, made: Plan) -> None:
    months = _months(problem)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["item", "month", "demand", "release", "subcontract", "stock"])
        for i, item in enumerate(problem.items):
            for t, month in enumerate(months):
                row = (problem.demand, made.release, made.subcontract, made.stock)
                writer.writerow([item, month, *(f"{values[i, t]:.6g}" for values in row)])
