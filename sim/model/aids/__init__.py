"""Decision aids: why did it move, which choice is robust, what would it take.

Each aid asks a ``Judge`` for the KPIs of scenarios, draw by draw and on the same draws, and does
its own arithmetic on them; caching, progress and cancelling belong to the judge. Scenarios are
asked about many at once: a ``Panel`` judges two at a time.
"""

from sim.model.aids.bridge import EXACT, MODE, REMOVED, Bridge, Step, bridge
from sim.model.aids.frontier import Behind, Frontier, frontier
from sim.model.aids.judge import ASKED, Judge, Values, asked
from sim.model.aids.matrix import Cell, Matrix, Outlook, matrix
from sim.model.aids.panel import Panel

__all__ = [
    "ASKED",
    "EXACT",
    "MODE",
    "REMOVED",
    "Behind",
    "Bridge",
    "Cell",
    "Frontier",
    "Judge",
    "Matrix",
    "Outlook",
    "Panel",
    "Step",
    "Values",
    "asked",
    "bridge",
    "frontier",
    "matrix",
]
