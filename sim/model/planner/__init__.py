"""The planner: from the expected demand to a production plan, by linear programming.

terms -> structure -> bounds -> highs -> solve -> recursion (play the plan once) -> make
"""

from sim.model.planner.decide import settled
from sim.model.planner.make import make_plan, overflows
from sim.model.planner.results import plan_costs, plan_kpis
from sim.model.planner.solve import Program

__all__ = ["Program", "make_plan", "overflows", "plan_costs", "plan_kpis", "settled"]
