"""What the simulator says about one candidate: margin, service and cost, draw by draw."""

from dataclasses import dataclass, replace

import numpy as np

from sim.model import kpi_formulas as formulas
from sim.model.draws import Draws
from sim.model.kernel import simulate
from sim.model.levers import apply
from sim.model.outcome import Measure, Outcome, Plan
from sim.model.planner import Program, make_plan, settled
from sim.model.problem import Floats, Problem
from sim.model.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Score:
    """One candidate on some draws, (N,) each."""

    gain: Floats  # [money] what is maximised: net margin; without prices less the cost
    fill: Floats  # [share of demand] served in its month
    cost: Floats  # [money] spent on serving, goods apart


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """A candidate ready to be simulated."""

    problem: Problem  # after the cards
    plan: Plan

    @property
    def key(self) -> tuple[str, str]:
        """Candidates with equal keys cannot differ: cards without effect change nothing."""
        return self.problem.hash, self.plan.mode.value


def prepare(problem: Problem, scenario: Scenario, program: Program) -> Prepared:
    """Cards -> problem -> plan; the programme stays warm from one candidate to the next."""
    changed = apply(problem, scenario)
    plan = make_plan(changed, scenario.mode, program=program)
    return Prepared(problem=settled(changed, plan.decided), plan=plan)


def judge(candidate: Prepared, draws: Draws, *, months: slice, threads: int = 1) -> Score:
    """Simulate a candidate and keep what the race needs."""
    outcome = simulate(candidate.problem, candidate.plan, draws, threads=threads)
    return score(outcome, months)


def score(outcome: Outcome, months: slice) -> Score:
    """Margin, service and cost of an outcome.

    cost = revenue - cost of goods shipped - net margin: overtime, outside work, subcontracting
    above the own cost, stock, storage and the fixed costs of the cards.
    """
    margin = formulas.net_margin(outcome, months)
    revenue = formulas.sum_of(Measure.REVENUE)(outcome, months)
    cost = revenue - formulas.sum_of(Measure.GOODS_COST)(outcome, months) - margin
    return Score(
        gain=margin if outcome.problem.has_money else -cost,
        fill=formulas.fill_rate(outcome, months),
        cost=cost,
    )


def glimpse(draws: Draws, width: int) -> Draws:
    """The first draws of the first block alone: enough to see what is far behind."""
    return replace(
        draws,
        draws=min(draws.draws, width),
        errors=np.ascontiguousarray(draws.errors[:1, :, :, :width]),
        resources=np.ascontiguousarray(draws.resources[:1, :, :, :width]),
    )


def tightest(outcome: Outcome) -> int:
    """The resource behind most of what is not served, -1 when no full resource is behind it.

    Every item-month that the plan leaves short names the resource that holds it back.
    """
    missing = outcome.unserved if outcome.problem.has_money else np.ones_like(outcome.unserved)
    resources = len(outcome.problem.resources)
    by = np.bincount(outcome.plan.limit.ravel() + 1, weights=missing.ravel(), minlength=1)
    by = np.pad(by, (0, resources + 1 - len(by)))
    return int(np.argmax(by[1:])) if resources and by[1:].max() > 0 else -1
