"""The planner: from the expected demand to a production plan, by linear programming.

terms -> structure -> bounds -> highs -> solve -> recursion (play the plan once) -> make;
many items: families (few instead) -> solve -> sharing (back to items)
"""

from sim.model.planner.decide import settled
from sim.model.planner.families import LIVE_ITEMS
from sim.model.planner.make import make_plan, overflows
from sim.model.planner.results import plan_costs, plan_kpis
from sim.model.planner.solve import TIME_LIMIT, Program
from sim.model.planner.worth import Worth, worth_of_more

__all__ = [
    "LIVE_ITEMS",
    "TIME_LIMIT",
    "Program",
    "Worth",
    "make_plan",
    "overflows",
    "plan_costs",
    "plan_kpis",
    "settled",
    "worth_of_more",
]
