"""Best plan of several hundred candidates: the linear programme proposes, the simulator judges.

grid (candidates) -> judge (plan, simulate, score) -> race and field (who is out) -> best (the
search) -> summary, frontier, bound (what is said). A candidate is a scenario of ordinary cards.
"""

from sim.model.search.best import Search
from sim.model.search.bound import Bound
from sim.model.search.grid import propose
from sim.model.search.race import Interval
from sim.model.search.result import Against, Progress, Result, Stage, Standing

__all__ = [
    "Against",
    "Bound",
    "Interval",
    "Progress",
    "Result",
    "Search",
    "Stage",
    "Standing",
    "propose",
]
