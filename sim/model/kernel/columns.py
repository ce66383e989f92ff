"""Columns of the simulator's tables: filled by ``tables``, read by ``rows`` and ``block``."""

# cells[i, t, :]: one item in one month
NEED, NEED_ERROR, BASE, LOW, HIGH, PLANNED, BUYABLE, MEAN, SWING = range(9)
SPREAD, SIGMA, PRICE, ARRIVING, BUY_COST, CELLS = range(9, 15)
# traits[i, :]: one item
OPENING, YIELD, LOST, COST, PALLETS, ROUNDING, TRAITS = range(7)
# limits[r, t, :]: one resource in one month; the two tranches in order of unit cost
REGULAR, FIRST, SECOND, FIRST_COST, SECOND_COST, OUTSIDE_FIRST, LIMITED, CARRIES, LIMITS = range(9)
# sums over draws, by item and month, and by resource and month
RELEASED, STOCKED, UNSERVED, ITEM_SUMS = range(4)
USED, OVERLOADED, RESOURCE_SUMS = range(3)
# the first draw by item and month: what the expected plan needs
BOUGHT, WANTED, CLOSING, LIMIT, TRACE = range(5)
# money by draw and month
OVERTIME_COST, OUTSIDE_COST, COSTS = range(3)
# rows of the work space
POSITION, ARRIVED, ASKED, STOCK, SHORT, SHIPPED, SERVED, LACK, FITS, SURPRISE, ROWS = range(11)
MEASURES = 15  # in the order of sim.model.outcome.Measure
SLACK = 1e-4  # share of mean demand below which a difference is rounding
RAMP = 1e-2  # share of capacity from which on a resource counts fully as free
TIGHT = 1e-6  # share of capacity that a load may pass before it counts as an overload
SWEEPS = 2  # times that freed capacity is given back
