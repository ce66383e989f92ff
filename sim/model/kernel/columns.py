"""Columns of the simulator's tables: filled by ``tables``, read by the compiled code."""

# cells[t, i, :]: one item in one month
NEED, NEED_ERROR, BASE, LOW, HIGH, FREE, PLANNED, BUYABLE, MEAN, SWING = range(10)
SPREAD, SIGMA, PRICE, ARRIVING, BUY_COST, DAYS, STEP, HALF_DAY = range(10, 18)
# cells[t, i, :]: the same in all months
OPENING, YIELD, INVERSE, LOST, KEPT, COST, PALLETS, ROUNDING, SLIP, CELLS = range(18, 28)
# limits[r, t, :]: one resource in one month; the two tranches in order of unit cost
REGULAR, FIRST, SECOND, FIRST_COST, SECOND_COST, OUTSIDE_FIRST, LIMITED, CARRIES, LIMITS = range(9)
# sums over draws, by item and month, and by resource and month
RELEASED, STOCKED, UNSERVED, _, ITEM_SUMS = range(5)  # four fill half a line of the cache
USED, OVERLOADED, RESOURCE_SUMS = range(3)
# the first draw by item and month: what the expected plan needs
BOUGHT, WANTED, CLOSING, LIMIT, TRACE = range(5)
# money by draw and month
OVERTIME_COST, OUTSIDE_COST, COSTS = range(3)
MEASURES = 17  # in the order of sim.model.outcome.Measure
SLACK = 1e-4  # share of mean demand below which a difference is rounding
RAMP = 1e-2  # share of capacity from which on a resource counts fully as free
TIGHT = 1e-6  # share of capacity that a load may pass before it counts as an overload
SWEEPS = 2  # times that freed capacity is given back
CLASSES = 5  # most classes of a priority
TILE = 8  # items of a family whose measures are added up in registers
