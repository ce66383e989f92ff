"""The data in use: which version, what the store knows of it, its planning problem.

Everything here is cached by the version of the data, which never changes once accepted.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import pandas as pd
import streamlit as st

from sim.errors import StoreError
from sim.forecast import ForecastResult, error_model, forecast, from_bytes, history_hash, to_bytes
from sim.ingest import Quality, assess
from sim.ingest.demo import demo_tables
from sim.model.planning_settings import PlanningSettings
from sim.model.problem import ErrorModel, Problem
from sim.report.text import FIXED, LANGUAGES, text_for
from sim.settings import settings
from sim.store.notices import Notice, notices
from sim.store.planning import (
    horizon_forecast_needed,
    months_to_forecast,
    planned_items,
    read_problem,
)
from sim.store.read_demand import horizon_start
from sim.store.store import Store, open_store
from sim.store.workspace import Workspace
from sim.ui import forecasting, session

CHOSEN = "data.chosen"
CYCLE = timedelta(days=62)  # data older than this are seen from their own date


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """One accepted version of a company's data, as the head of a page shows it."""

    id: str
    name: str
    settings: PlanningSettings
    start: date | None  # first month of the horizon
    as_of: date | None
    quality: float  # score, a share

    @property
    def today(self) -> date:
        """The day decisions are dated from: today in a live cycle, else the day of the data."""
        now = date.today()
        if self.as_of is None or self.as_of <= now <= self.as_of + CYCLE:
            return now
        return self.as_of


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The durable store of this server."""
    settings().home.mkdir(parents=True, exist_ok=True)
    return open_store(settings().database_url)


def in_use() -> InUse:
    """The data of this visit: chosen before, else the current version, else the demo company."""
    chosen = st.session_state.get(CHOSEN)
    if not isinstance(chosen, str):
        latest = store().latest()
        chosen = latest.id if latest else load_demo()
    used = described(chosen)
    st.session_state[CHOSEN] = chosen
    session.set_currency(used.settings.currency)
    return used


def use(dataset: str) -> None:
    """Work on another version from now on.

    Raises
    ------
    StoreError: unknown version.
    """
    described(dataset)
    st.session_state[CHOSEN] = dataset


def load_demo(*, author: str = "") -> str:
    """Accept the demo company's data; return the id of the version."""
    made = demo_tables()
    planning = PlanningSettings.from_body(made.planning or {})
    name = planning.company
    version = store().accept(
        made,
        name=name,
        settings=planning,
        source="demo",
        author=author,
        detail={"afresh": True},
    )
    return version.id


@st.cache_resource(show_spinner=False, max_entries=8)
def described(dataset: str) -> InUse:
    """What the head of a page says about a version."""
    planning, space = planning_settings(dataset), workspace(dataset)
    facts = space.query("facts").iloc[0]
    known = space.has("sales") or planning.start is not None
    return InUse(
        id=dataset,
        name=planning.company,
        settings=planning,
        start=horizon_start(space, planning) if known else None,
        as_of=None if pd.isna(facts["as_of"]) else facts["as_of"].date(),
        quality=quality(dataset).score / 100,
    )


@st.cache_resource(show_spinner=False, max_entries=8)
def planning_settings(dataset: str) -> PlanningSettings:
    """The planning settings of a version."""
    return _loaded(dataset)[1]


@st.cache_resource(show_spinner=False, max_entries=4)
def workspace(dataset: str) -> Workspace:
    """The tables of a version, ready for questions."""
    return Workspace(_loaded(dataset)[0])


@st.cache_resource(show_spinner=False, max_entries=2)
def _loaded(dataset: str) -> tuple[dict[str, pd.DataFrame], PlanningSettings]:
    """A version as kept in the store, decoded once for all who ask at its first use."""
    return store().load(dataset)


@st.cache_resource(show_spinner=False, max_entries=8)
def quality(dataset: str) -> Quality:
    """The quality report of a version: that of its import, which also knew what was left out."""
    for record in store().imports():
        told = [file.get("report") for file in record.files if record.dataset == dataset]
        if told and isinstance(told[0], dict):
            return Quality.from_json(told[0])
    tables, planning = _loaded(dataset)
    return assess(tables, planning=planning)


def tables(dataset: str) -> dict[str, pd.DataFrame]:
    """The canonical tables of a version; they are shared, so nobody changes them."""
    return _loaded(dataset)[0]


def missing_parts(dataset: str) -> tuple[Notice, ...]:
    """What the tables of a version leave open."""
    return notices(workspace(dataset), planning_settings(dataset))


# forecast


@st.cache_resource(show_spinner=False, max_entries=8)
def forecast_key(dataset: str) -> str:
    """Under what the forecast of a version is kept: the hash of its history."""
    history = workspace(dataset).query("history")
    return history_hash(
        history, horizon=months_to_forecast(workspace(dataset), planning_settings(dataset))
    )


@st.cache_resource(show_spinner=False, max_entries=4)
def _forecast_of(key: str) -> ForecastResult:
    stored = store().forecasts.get(key)
    if stored is None:
        raise StoreError("error.forecast.not_made")
    return from_bytes(stored)


def stored_forecast(dataset: str) -> ForecastResult | None:
    """The forecast of a version, when one was made of the same history."""
    if not workspace(dataset).has("sales"):
        return None
    try:
        return _forecast_of(forecast_key(dataset))
    except StoreError:
        return None


def start_forecast(dataset: str) -> None:
    """Make the forecast of a version in worker processes, and keep it in the store."""
    history = workspace(dataset).query("history")
    work = partial(
        _make_forecast,
        store=store(),
        key=forecast_key(dataset),
        history=history,
        horizon=months_to_forecast(workspace(dataset), planning_settings(dataset)),
    )
    forecasting.start(dataset, work)


def _make_forecast(
    job: forecasting.Job, *, store: Store, key: str, history: pd.DataFrame, horizon: int
) -> None:
    job.items = int(history["unique_id"].nunique())
    result = forecast(
        history,
        horizon=horizon,
        workers=settings().workers,
        progress=job.report,
        cancel=job.cancel.is_set,
    )
    store.forecasts.put(key, to_bytes(result))


def needs_forecast(dataset: str) -> bool:
    """Whether the plan has to wait for a forecast: no consensus covers the horizon."""
    return plan_uses_forecast(dataset) and stored_forecast(dataset) is None


def plan_uses_forecast(dataset: str) -> bool:
    """Whether the demand of the plan is the forecast, not a consensus."""
    return horizon_forecast_needed(workspace(dataset), planning_settings(dataset))


# problem


def problem(dataset: str) -> Problem:
    """The planning problem of a version.

    Raises
    ------
    StoreError: a forecast must be made first.
    """
    if needs_forecast(dataset):
        raise StoreError("error.plan.forecast_first")
    made = stored_forecast(dataset)
    return _problem(dataset, forecast_key(dataset) if made is not None else "")


@st.cache_resource(show_spinner=False, max_entries=6)
def _problem(dataset: str, key: str) -> Problem:
    space, planning = workspace(dataset), planning_settings(dataset)
    made = _forecast_of(key) if key else None
    needed = horizon_forecast_needed(space, planning)
    frame = made.frame if made is not None and needed else None
    residuals = space.query("forecast_residuals", kind="consensus")
    if residuals.empty and made is not None:
        residuals = made.residuals
    errors = _errors(space, planning, frame=frame, residuals=residuals)
    found = read_problem(space, dataset=dataset, settings=planning, forecast=frame, errors=errors)
    return with_family_names(found)


def with_family_names(problem: Problem) -> Problem:
    """A family that is only a number is called "Family 1": in a sentence "1" means nothing."""
    labels: dict[str, dict[str, str]] = {lang: dict(of) for lang, of in problem.labels.items()}
    for lang in LANGUAGES:
        for code in problem.families:
            if code.isdigit() and problem.label(lang, "family", code) == code:
                named = f"{text_for(lang)('word.family')}{FIXED}{code}"
                labels.setdefault(lang, {})[f"family:{code}"] = named
    return replace(problem, labels=labels) if labels != problem.labels else problem


def _errors(
    space: Workspace,
    planning: PlanningSettings,
    *,
    frame: pd.DataFrame | None,
    residuals: pd.DataFrame,
) -> ErrorModel | None:
    if residuals.empty:
        return None
    items = planned_items(space, planning, forecast=frame)
    return error_model(
        residuals,
        items=list(items["item"]),
        family_of_item=list(items["family"]),
        horizon=planning.horizon,
    )
