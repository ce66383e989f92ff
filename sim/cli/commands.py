"""What each command does; every command returns one JSON-ready object.

Documented keys (a figure that cannot be computed, such as a margin without cost, is null)
---------------
demo      company, folder, tables {name: rows}
forecast  series, months, methods {name: series}, file
plan      status, mode, currency, months, kpi {revenue, cost, margin, lost_margin, fill_rate,
          closing_stock [units], closing_stock_value}, cost {kind: money},
          resources {name: {workers, hires, layoffs, machines_down, shift: [by month]}} (what
          the plan decided), infeasible [{limit, name, month, amount, unit}], limits [the same as
           sentences, a full store and the time limit], notices, file (with --out)
simulate  scenario, mode, currency, draws, seed, hash, months, window [first, last], status and
           limits (of the plan, as above), notices, kpi {name: {mean, p5, p95, se}},
           service {family: {target, economic}} (the share of demand wanted on time; the share
           of months without stock-out that pays best)
compare   currency, draws, seed, window, scenarios [simulate objects, the baseline first],
          differences [{scenario, kpi {name: {mean, p5, p95, se}}}] against the baseline
search    see ``sim.cli.search``
"""

import argparse
import math
from collections.abc import Mapping
from typing import Any

from sim.cli import plan_files
from sim.cli.company import Company, read_company, read_scenario
from sim.forecast import forecast as make_forecast
from sim.forecast import read_history, write_forecast
from sim.ingest.demo import demo_tables
from sim.ingest.folder import write_folder
from sim.model import draws as draws_of
from sim.model import kernel, kpi
from sim.model.inventory import economic_service
from sim.model.levers import apply
from sim.model.outcome import Outcome, Plan
from sim.model.planner import make_plan, plan_costs, plan_kpis
from sim.model.problem import PlanMode, Problem
from sim.model.run import run
from sim.model.scenario import Scenario
from sim.report.text import text_for
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
        "currency": problem.currency,
        "months": _months(problem),
        "kpi": _known(_plain(plan_kpis(problem, made)), problem),
        "cost": _plain(plan_costs(problem, made)),
        "resources": plan_files.decided(problem, made),
        "infeasible": plan_files.broken(made),
        "limits": _told(made, options),
        "notices": sentences(company, options),
    }
    if options.out:
        plan_files.write_plan(options.out, problem, made)
        result["file"] = str(options.out)
    return result


def simulate(options: argparse.Namespace) -> Result:
    """Simulate the baseline, or one scenario over it."""
    company = read_company(options.folder)
    scenario = read_scenario(company, options.scenario, anyway=options.anyway)
    outcome = run(company.problem, scenario, draws=drawn(company.problem, options))
    return _described(outcome, scenario, options) | {
        "service": _service(outcome.problem),
        "notices": sentences(company, options, draws=outcome.draws),
    }


def compare(options: argparse.Namespace) -> Result:
    """Simulate scenarios on the same draws, and their differences to the baseline."""
    company = read_company(options.folder)
    read = [read_scenario(company, path, anyway=options.anyway) for path in options.scenario]
    scenarios = [Scenario(), *read]
    paths = drawn(company.problem, options)
    outcomes = [run(company.problem, scenario, draws=paths) for scenario in scenarios]
    pairs = list(zip(outcomes, scenarios, strict=True))
    return {
        "currency": company.problem.currency,
        "draws": paths.draws,
        "seed": options.seed,
        "window": window_months(outcomes[0].problem, options),
        "scenarios": [_described(outcome, scenario, options) for outcome, scenario in pairs],
        "differences": [
            {
                "scenario": scenario.name,
                "kpi": _known(
                    _estimates(
                        kpi.differences(outcome, outcomes[0], kpi_window(outcome.problem, options))
                    ),
                    outcome.problem,
                ),
            }
            for outcome, scenario in pairs[1:]
        ],
        "notices": sentences(company, options, draws=paths.draws),
    }


def drawn(problem: Problem, options: argparse.Namespace) -> draws_of.Draws:
    """The draws that were asked for, as far as memory allows; the simulator is ready then."""
    kernel.warm_up(settings().compiled)
    memory = settings().draws_memory
    count = draws_of.affordable(problem, draws=options.draws, memory=memory)
    return draws_of.paths(problem, draws=count, seed=options.seed)


def _described(outcome: Outcome, scenario: Scenario, options: argparse.Namespace) -> Result:
    problem = outcome.problem
    return {
        "scenario": scenario.name,
        "mode": scenario.mode.value,
        "currency": problem.currency,
        "draws": outcome.draws,
        "seed": outcome.seed,
        "hash": outcome.hash,
        "months": _months(problem),
        "window": window_months(problem, options),
        "status": outcome.plan.status.value,
        "limits": _told(outcome.plan, options),
        "kpi": _known(_estimates(kpi.estimates(outcome, kpi_window(problem, options))), problem),
    }


def _service(problem: Problem) -> Result:
    """Mean over the items of each family, weighted by demand; null where it is not known."""
    units, found = problem.demand.sum(axis=1), {}
    economic = economic_service(problem)
    for number, family in enumerate(problem.families):
        weight = units * (problem.family == number)
        means = {"target": problem.service_target @ weight, "economic": economic @ weight}
        total = float(weight.sum()) or math.nan
        found[family] = _plain({name: float(mean) / total for name, mean in means.items()})
    return found


def _told(made: Plan, options: argparse.Namespace) -> list[str]:
    """Why the plan is not the one that its mode asks for."""
    return [sentence for error in made.reasons for sentence in text_for(options.lang).error(error)]


def sentences(
    company: Company, options: argparse.Namespace, *, draws: int | None = None
) -> list[str]:
    """What the company's missing tables switch off, and fewer draws than wanted."""
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


def kpi_window(problem: Problem, options: argparse.Namespace) -> slice:
    """The months that the KPIs speak about."""
    return kpi.window(problem) if options.window == "year" else slice(0, problem.months)


def window_months(problem: Problem, options: argparse.Namespace) -> list[str]:
    """First and last month of the KPIs."""
    months = _months(problem)[kpi_window(problem, options)]
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
    stated = problem.unit_cost.any() or problem.costs is not None
    unknown = unknown if stated else unknown | _OF_COST
    return {name: _nothing(value) if name in unknown else value for name, value in found.items()}


def _nothing(value: object) -> Result | None:
    return dict.fromkeys(value) if isinstance(value, dict) else None
