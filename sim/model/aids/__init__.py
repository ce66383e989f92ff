"""Decision aids: why did it move, which choice is robust, what would it take.

Each aid asks a ``Judge`` for the KPIs of scenarios, draw by draw and on the same draws, and does
its own arithmetic on them; caching, progress and cancelling belong to the judge.
"""

from sim.model.aids.bridge import MODE, REMOVED, Bridge, Step, bridge
from sim.model.aids.frontier import Behind, Frontier, frontier
from sim.model.aids.judge import ASKED, Judge, Values
from sim.model.aids.matrix import Cell, Matrix, Outlook, matrix

__all__ = [
    "ASKED",
    "MODE",
    "REMOVED",
    "Behind",
    "Bridge",
    "Cell",
    "Frontier",
    "Judge",
    "Matrix",
    "Outlook",
    "Step",
    "Values",
    "bridge",
    "frontier",
    "matrix",
]
