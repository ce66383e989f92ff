"""What the supply review tells: load, bottlenecks, plans by mode, worth of more, gaps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
import streamlit as st

from sim.errors import PlanError
from sim.model import kpi
from sim.model.aids.gaps import Gaps, gaps
from sim.model.kpi import Kpi
from sim.model.outcome import LATE, Outcome
from sim.model.planner import LIVE_ITEMS, Program
from sim.model.planner.worth import Worth, worth_of_more
from sim.model.problem import Floats, PlanMode, Problem
from sim.model.scenario import Scenario
from sim.report import frames, headline, tables
from sim.report.frames import View
from sim.report.frames.supply import Worths, money_of_one, unit_of
from sim.report.style import Density, Theme
from sim.report.text import FIXED, Text
from sim.ui import data, results, session

MODE = "supply.mode"
UNIT = "supply.unit"
SHARE, HOURS = "share", "hours"  # what the heat map counts
MODES = (PlanMode.CHASE, PlanMode.LEVEL, PlanMode.HYBRID, PlanMode.OPTIMAL)
MOST = 5  # bottlenecks
ROWS = 8  # resources in the heat map
NOTHING = 1e-6  # [money] a dual below that is worth nothing
MONEY_ROWS = (
    Kpi.FILL_RATE,
    Kpi.FILL_RATE_UNITS,
    Kpi.AT_RISK,
    Kpi.LOST_UNITS,
    Kpi.NET_MARGIN,
    Kpi.TOTAL_COST,
    Kpi.STOCK_MEAN,
    Kpi.STOCK_PEAK,
    Kpi.PALLETS_PEAK,
)
UNITS_ROWS = (Kpi.FILL_RATE_UNITS, Kpi.CYCLE_SERVICE, Kpi.LOST_UNITS, Kpi.PALLETS_PEAK)
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """One plan under review, as one reader sees it."""

    text: Text
    dataset: str
    problem: Problem
    mode: PlanMode
    outcome: Outcome
    view: View
    theme: Theme
    hours: bool = False  # the heat map shows hours, not shares of the capacity

    @property
    def window(self) -> slice:
        """The months that amounts speak of."""
        return kpi.window(self.problem)

    @property
    def year(self) -> int:
        """Their year."""
        return int(self.problem.month_dates[self.window.start].year)

    @property
    def compact(self) -> bool:
        """Whether room is short."""
        return self.view.density is Density.COMPACT

    @property
    def scenario(self) -> Scenario:
        """What was simulated."""
        return Scenario(mode=self.mode)

    @property
    def gaps(self) -> Gaps:
        """What is not served, by cause, family and month."""
        return gaps(self.outcome)


def reviewed(text: Text, dataset: str, mode: PlanMode) -> Reviewed:
    """The plan of a mode when nothing is decided."""
    problem = data.problem(dataset)
    view = View(
        text=text,
        units=results.units(problem, text),
        density=session.density(),
        name=mode_name(text, mode.value),
    )
    return Reviewed(
        text=text,
        dataset=dataset,
        problem=problem,
        mode=mode,
        outcome=results.outcome(problem, Scenario(mode=mode)),
        view=view,
        theme=session.theme(),
        hours=st.session_state.get(UNIT) == HOURS,
    )


def worst_cell(problem: Problem) -> tuple[int, int] | None:
    """The resource and month that are asked for most; None when nothing uses a resource."""
    if not problem.has_capacity:
        return None
    value = frames.required_share(problem)
    if not np.isfinite(value).any():
        value = frames.required(problem)
    r, t = np.unravel_index(np.where(np.isfinite(value), value, -1.0).argmax(), value.shape)
    return int(r), int(t)


def cell_of(problem: Problem, clicked: str) -> tuple[int, int] | None:
    """The resource and month of a cell "<row> <YYYY-MM>" of the heat map."""
    rank, _, month = clicked.partition(" ")
    months = [day.strftime("%Y-%m") for day in problem.month_dates]
    order = frames.worst_first(_ranked_by(problem), rows=ROWS)
    ranks = [str(place) for place in range(len(order))]
    if rank not in ranks or month not in months:  # it comes from a browser
        return None
    return order[ranks.index(rank)], months.index(month)


def _ranked_by(problem: Problem) -> Floats:
    share = frames.required_share(problem)
    return share if np.isfinite(share).any() else frames.required(problem)


def in_units(one: Reviewed, r: int, value: float) -> str:
    """An amount of a resource with its unit."""
    digits = 0 if abs(value) >= 10 or value == 0 else 1
    return (
        one.text.number(value, digits)
        + FIXED
        + unit_of(one.problem, one.text, r, many=abs(value) >= 2)
    )


def families_of(one: Reviewed, r: int, t: int) -> list[tuple[str, float, float]]:
    """Families that load a resource in a month: name, load, share; the largest first."""
    problem = one.problem
    load = problem.routing[:, r] * problem.demand[:, t] / problem.production_yield
    total = np.bincount(problem.family, load, len(problem.families))
    whole = float(total.sum())
    return [
        (problem.label(one.text.lang, "family", problem.families[f]), float(total[f]), share)
        for f in np.argsort(-total, kind="stable")
        if whole > 0 and (share := float(total[f]) / whole) >= 0.005
    ]


def bottlenecks(one: Reviewed) -> list[tuple[int, float]]:
    """Resources by the demand that they hold back in the window, the worst first."""
    blame = headline.blame_by_resource(one.outcome, one.window)
    return [(int(r), float(blame[r])) for r in np.argsort(-blame, kind="stable") if blame[r] > 0]


def stakes(one: Reviewed) -> list[tuple[str, float, str]]:
    """The bars of the bottlenecks: name, amount, what one more unit is worth at best."""
    return [(_name(one, r), amount, best_month(one, r)) for r, amount in bottlenecks(one)[:MOST]]


def best_month(one: Reviewed, r: int) -> str:
    """What one more unit of a resource is worth where it is worth most."""
    text, prices = one.text, duals(one.problem)
    if prices is None or not one.problem.has_money:
        return ""
    t = int(prices[r].argmax())
    unit = unit_of(one.problem, text, r)
    if prices[r, t] <= NOTHING:
        return text("ui.supply.worth.none", unit=unit)
    worth = one_more(one.problem, r, t)
    value = money_of_one(text, prices[r, t] if worth is None else worth.gained)
    month = text.month_short(one.problem.month_dates[t])
    return text("ui.supply.worth.best", unit=unit, month=month, value=value)


def mode_table(one: Reviewed) -> pd.DataFrame:
    """What each mode brings, with paired differences to chase and their standard errors."""
    text, problem = one.text, one.problem
    every = {mode.value: Scenario(mode=mode) for mode in MODES}
    found = {name: results.estimates(problem, each) for name, each in every.items()}
    changes = {
        name: results.differences(problem, each)
        for name, each in every.items()
        if name != PlanMode.CHASE.value
    }
    wanted: tuple[Kpi, ...] = MONEY_ROWS if problem.has_money else UNITS_ROWS
    if not problem.pallets_per_unit.any():  # nobody knows how many there would be
        wanted = tuple(name for name in wanted if name is not Kpi.PALLETS_PEAK)
    made = tables.kpi_table(found, changes, text=text, stacked=True, wanted=wanted)
    heads = {"kpi": text("table.indicator")}
    for name in found:
        head = text(f"mode.{name}")
        heads[name] = text("ui.supply.chosen", name=head) if name == one.mode.value else head
    return made.rename(columns=heads)


def mode_numbers(one: Reviewed) -> pd.DataFrame:
    """The same as numbers for a file."""
    text, problem = one.text, one.problem
    every = {mode.value: Scenario(mode=mode) for mode in MODES}
    found = {name: results.estimates(problem, each) for name, each in every.items()}
    changes = {name: results.differences(problem, each) for name, each in every.items()}
    names = {name: text(f"mode.{name}") for name in every}
    return tables.kpi_numbers(found, changes, names, text=text, money=problem.has_money)


def mode_name(text: Text, mode: str) -> str:
    """A mode of the plan inside a sentence."""
    return headline.in_sentence(text(f"mode.{mode}"))


def _name(one: Reviewed, r: int) -> str:
    return one.problem.label(one.text.lang, "resource", one.problem.resources[r])


# worth of one more


def duals(problem: Problem) -> Floats | None:
    """What one more unit of each resource and month is worth at the optimum; None: no optimum.

    Returns
    -------
    (R, T) [money per resource unit]
    """
    return _in_time((problem.hash,), lambda: _duals(problem.hash, problem, _program()))


def by_family(problem: Problem) -> bool:
    """Whether there are so many items that what is worked out here is planned by family."""
    return len(problem.items) > LIVE_ITEMS and problem.limits is None


def one_more(problem: Problem, r: int, t: int) -> Worth | None:
    """The same by solving again with one more; None when that could not be done in time."""
    asked = (problem.hash, r, t)
    return _in_time(asked, lambda: _one_more(*asked, problem, _program()))


def worth_rows(one: Reviewed) -> list[int]:
    """Resources whose worth is shown: the bottlenecks, then those with a price of their own."""
    prices = duals(one.problem)
    if prices is None:
        return []
    worst = [r for r, _ in bottlenecks(one)]
    peak = prices.max(axis=1, initial=0.0)
    priced = [int(r) for r in np.argsort(-peak, kind="stable") if peak[r] > NOTHING]
    return list(dict.fromkeys([*worst, *priced]))[:ROWS]


def worthless(one: Reviewed) -> list[str]:
    """Limited resources of which one more unit would bring nothing in any month."""
    prices = duals(one.problem)
    if prices is None:
        return []
    limited = np.isfinite(one.problem.capacity).any(axis=1) & one.problem.routing.any(axis=0)
    return [_name(one, int(r)) for r in np.flatnonzero(limited & (prices.max(axis=1) <= NOTHING))]


def to_solve(one: Reviewed, rows: list[int]) -> list[tuple[int, int]]:
    """Cells where one more is worth something, to be confirmed by solving again."""
    prices = duals(one.problem)
    if prices is None:
        return []
    return [(r, int(t)) for r in rows for t in np.flatnonzero(prices[r] > NOTHING)]


def worths(
    problem: Problem, cells: list[tuple[int, int]], *, told: Callable[[float], None]
) -> Worths:
    """Duals, and what solving again says of some cells; ``told`` hears how far it is."""
    prices = duals(problem)
    dual = np.zeros(problem.capacity.shape) if prices is None else prices
    gained = np.full(dual.shape, np.nan)
    for n, (r, t) in enumerate(cells, start=1):
        found = one_more(problem, r, t)
        if found is not None:
            gained[r, t] = found.gained
        told(n / len(cells))
    gained[dual <= NOTHING] = 0.0  # worth never rises with the amount: nothing stays nothing
    return Worths(dual=dual, gained=gained)


def _program() -> Program:
    """A linear programme of its own: the live room's stays at its last lever move."""
    program: Program = st.session_state.setdefault("supply.program", Program(most_items=LIVE_ITEMS))
    return program


def _in_time(asked: tuple[object, ...], solve: Callable[[], Found]) -> Found | None:
    """What was solved in time; what was not is not tried again in this visit, but in the next."""
    late: set[tuple[object, ...]] = st.session_state.setdefault("supply.late", set())
    if asked in late:
        return None
    try:
        return solve()
    except PlanError:
        late.add(asked)
        return None


# The hash stands for the problem, see ``results``. A function that raises keeps nothing.
# ruff: noqa: ARG001


@st.cache_resource(show_spinner=False, max_entries=8)
def _duals(problem_hash: str, _problem: Problem, _programme: Program) -> Floats:
    solution = _programme.solve(_problem, PlanMode.OPTIMAL)
    if solution is None:
        raise PlanError(LATE, seconds=_programme.time_limit)
    solution.worth.setflags(write=False)
    return solution.worth


@st.cache_resource(show_spinner=False, max_entries=1024)
def _one_more(problem_hash: str, r: int, t: int, _problem: Problem, _programme: Program) -> Worth:
    return worth_of_more(_problem, _programme, resource=r, month=t)
