"""A folder of canonical tables, read into a planning problem."""

from dataclasses import dataclass
from pathlib import Path

from sim.errors import LeverError
from sim.forecast import error_model, forecast
from sim.ingest.folder import read_folder
from sim.model.levers import adopt, check
from sim.model.planning_settings import PlanningSettings
from sim.model.problem import Problem
from sim.model.scenario import Card, Scenario, from_json, read_cards
from sim.settings import settings
from sim.store.checks import check as check_tables
from sim.store.notices import Notice, notices
from sim.store.planning import (
    horizon_forecast_needed,
    months_to_forecast,
    planned_items,
    read_problem,
)
from sim.store.workspace import Workspace


@dataclass(frozen=True, kw_only=True, eq=False)
class Company:
    """The baseline problem, what missing tables switch off, and cards worth trying."""

    problem: Problem
    notices: tuple[Notice, ...]
    cards: tuple[Card, ...]  # that the company itself suggests


def read_company(folder: Path) -> Company:
    """Read a folder; demand is its consensus, else a forecast made from its sales.

    Raises
    ------
    DataError, SopErrors: every problem of every file, with its place.
    """
    tables = read_folder(folder)
    planning = PlanningSettings.from_body(tables.planning or {})
    workspace = Workspace(tables.tables)
    check_tables(workspace)  # before a forecast is waited for
    archive = workspace.query("forecast_residuals", kind="consensus")
    made, residuals, source = None, archive, "archive"
    if horizon_forecast_needed(workspace, planning):
        result = forecast(
            workspace.query("history"),
            horizon=months_to_forecast(workspace, planning),
            workers=settings().workers,
        )
        made = result.frame
        if archive.empty:
            residuals, source = result.residuals, "backtest"
    errors = None
    if len(residuals):
        items = planned_items(workspace, planning, forecast=made)
        errors = error_model(
            residuals,
            items=list(items["item"]),
            family_of_item=list(items["family"]),
            horizon=planning.horizon,
            source=source,
        )
    problem = read_problem(workspace, dataset="", settings=planning, forecast=made, errors=errors)
    return Company(
        problem=problem,
        notices=notices(workspace, planning),
        cards=read_cards(planning.cards),
    )


def read_scenario(company: Company, path: Path | None, *, anyway: bool = False) -> Scenario:
    """A scenario file, checked against the company; the baseline when there is none.

    ``anyway`` takes over a scenario that was made on other data (or saved in the app).
    """
    if path is None:
        return Scenario()
    written = from_json(path.read_text(encoding="utf-8", errors="replace"))
    try:
        scenario = adopt(company.problem, written, anyway=anyway)
    except LeverError as error:
        if error.key != "error.scenario.other_dataset":
            raise
        # On a screen one asks with a box; here the remedy is an option.
        raise LeverError("error.cli.other_dataset", **error.values) from error
    check(company.problem, scenario)
    return scenario
