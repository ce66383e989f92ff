"""What a company may state about its plan itself: unit costs, limits, choices of a resource.

Every record is optional on a Problem; None = the planner's own conventions.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class UnitCosts:
    """Costs that the company states; the planner then minimises this money and nothing else.

    Goods are paid when they are made, a sale that is given up costs its price, and no
    convention (loss of goodwill, tie-break) has a say.
    """

    hold: Floats  # (I, T) [money per unit and month] of stock at month end
    backlog: Floats  # (I, T) [money per unit and month] of customers waiting at month end
    lost: Floats  # (I, T) [money per unit] given up, above the price that is not earned


@dataclass(frozen=True, kw_only=True, eq=False)
class PlanLimits:
    """Hard limits of the plan; a plan that cannot keep them is infeasible and says where."""

    unmet: Floats  # (I, T) [units] demand unmet at month end; 0 = serve all, inf = free
    stock: Floats  # (I, T) [units] most stock at month end; inf = free
    closing: Floats  # (I,) [units] least stock at the end of the horizon


@dataclass(frozen=True, kw_only=True, eq=False)
class Maintenance:
    """Machine-months of maintenance whose months the plan chooses; due 0 = none."""

    machines: Floats  # (R,) that make up the capacity
    due: Floats  # (R,) [machine-months] within the window
    window: Flags  # (R, T) months in which a machine may be down


@dataclass(frozen=True, kw_only=True, eq=False)
class ShiftLevels:
    """Shift patterns of which the plan chooses one per month; no level = hours as they are."""

    factor: Floats  # (R, K) capacity at level k; nan = there is no such level
    cost: Floats  # (R, K) [money per month]
