"""One call for every face: cards -> problem -> plan -> simulation."""

from sim.model.draws import Draws
from sim.model.kernel import LIVE_THREADS, simulate
from sim.model.levers import apply
from sim.model.outcome import Outcome
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
    # What the plan decided about workers, machines and shifts is the capacity of every draw.
    return simulate(settled(changed, plan.decided), plan, draws, threads=threads)
