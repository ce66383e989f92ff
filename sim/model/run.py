"""One call for every face: cards -> problem -> plan -> simulation."""

from pathlib import Path

from sim.model.draws import Draws
from sim.model.kernel import LIVE_THREADS, simulate, warm_up
from sim.model.levers import apply
from sim.model.outcome import Outcome, Plan
from sim.model.planner import Program, make_plan, settled
from sim.model.problem import Problem
from sim.model.scenario import Scenario


def run(
    problem: Problem,
    scenario: Scenario,
    *,
    draws: Draws,
    program: Program | None = None,
    threads: int = LIVE_THREADS,
) -> Outcome:
    """The simulated outcome of a scenario over a baseline problem.

    ``program`` is the session's linear programme: kept, it starts from its last optimum.

    Raises
    ------
    LeverError, SopErrors: a card that cannot be applied.
    """
    changed = apply(problem, scenario)
    plan = make_plan(changed, scenario.mode, program=program)
    return judge(changed, plan, draws=draws, threads=threads)


def judge(changed: Problem, plan: Plan, *, draws: Draws, threads: int = LIVE_THREADS) -> Outcome:
    """A plan through every draw; ``changed`` is the problem it was made for, after the cards."""
    # What the plan decided about workers, machines and shifts is the capacity of every draw.
    return simulate(settled(changed, plan.decided), plan, draws, threads=threads)


def plan_by_item(
    problem: Problem, scenario: Scenario, *, seconds: float, compiled: Path | None = None
) -> Plan:
    """The plan of a scenario item by item, however many there are: for a worker process.

    ``compiled`` is where the simulator was compiled.
    """
    if compiled is not None:
        warm_up(compiled)
    program = Program(time_limit=seconds)
    return make_plan(apply(problem, scenario), scenario.mode, program=program)
