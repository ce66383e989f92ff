"""The simulator: one recursion for the expected plan and for the draws around it.

expected(problem)               the chase plan: the recursion with demand as expected
simulate(problem, plan, draws)  the plan under uncertainty
prepare(problem, draws)         memory for many outcomes, before they are asked for
warm_up(folder)                 compile, or load what was compiled before

Order of events in a month: receipts, forecast update, release, rationing, demand, shipments,
costs. The position that releases react to is net stock + what is on its way + receipts on
order for the months t .. t + lead time; a plan's ``target`` is that position after the
release, in good units, less the expected demand of the same months. A material that is not
limited in a month leaves nothing to carry over.
"""

from sim.model.kernel.compiled import warm_up
from sim.model.kernel.run import (
    ENGINE,
    LIVE_THREADS,
    expected,
    outcome_bytes,
    prepare,
    simulate,
)

__all__ = [
    "ENGINE",
    "LIVE_THREADS",
    "expected",
    "outcome_bytes",
    "prepare",
    "simulate",
    "warm_up",
]
