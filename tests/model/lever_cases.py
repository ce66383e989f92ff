"""A card of every lever that changes something in ``company()``, for the tests of the levers."""

from dataclasses import replace
from datetime import date

import numpy as np

from sim.model.problem import Problem
from sim.model.scenario import Card
from tests.model.problems import small_problem


def company(**changes: object) -> Problem:
    """The small problem with two channels and a promotion of I0 in November at 20 % off.

    I3 is launched in March, and I2 waits two months for what it orders.
    """
    problem = small_problem()
    demand, receipts = problem.demand.copy(), problem.receipts.copy()
    demand[3, :2] = 0.0
    receipts[2, :2] = demand[2, :2] * (0.5, 1.5)  # the second delivery is the big one
    promotion = np.zeros((4, 12))
    promotion[0, 10], promotion[0, 11] = 60.0, -20.0
    price = problem.price.copy()
    price[0, 10] *= 0.8
    settled: dict[str, object] = {
        "demand": demand,
        "receipts": receipts,
        "lead_time": np.array([0, 1, 2, 0]),
        "opening_stock": problem.opening_stock * (1.0, 1.0, 1.0, 0.0),
        "promotion": promotion,
        "price": price,
        "channels": ("DIY", "WEB"),
        "channel_share": np.array([[0.5, 0.5], [0.25, 0.75], [1.0, 0.0], [0.4, 0.6]]),
    }
    return replace(problem, **settled | changes)


JULY, AUGUST, NOVEMBER = date(2027, 7, 1), date(2027, 8, 1), date(2027, 11, 1)

CARDS = {
    "launch": Card(
        id="l",
        kind="launch",
        target="item:I1",
        first=date(2027, 5, 1),
        value=60.0,
        options={"ramp": 4.0, "cannibalised": 0.2, "fill": 0.5},
    ),
    "delay_launch": Card(id="dl", kind="delay_launch", target="item:I3", value=3.0),
    "phase_out": Card(
        id="po",
        kind="phase_out",
        target="item:I0",
        first=date(2027, 1, 1),
        value=1.0,
        options={"ramp": 2.0},
    ),
    "new_line": Card(
        id="nl",
        kind="new_line",
        target="resource:R0",
        first=date(2027, 6, 1),
        value=0.3,
        options={"ramp": 2.0, "capex": 60_000.0, "life": 60.0},
    ),
    "headcount": Card(
        id="hc",
        kind="headcount",
        target="resource:R0",
        first=date(2027, 6, 1),
        value=0.2,
        options={"hours": 140.0, "wage": 3_500.0, "hire_cost": 2_000.0},
    ),
    "lead_time": Card(id="lt", kind="lead_time", target="item:I1", value=1.0),
    "expedite": Card(id="ex", kind="expedite", target="item:I2", value=1.0),
    "slip": Card(id="sl", kind="slip", value=0.3),
    "availability_risk": Card(id="ar", kind="availability_risk", value=0.1),
    "yield_risk": Card(id="yr", kind="yield_risk", value=0.15),
    "service_target": Card(id="se", kind="service_target", value=0.04),
    "storage": Card(id="sg", kind="storage", value=30.0, options={"cost": 200.0}),
    "rationing": Card(id="ra", kind="rationing", value=2.0),
    "frozen_fence": Card(id="ff", kind="frozen_fence", value=6.0),
    "flexibility": Card(id="fl", kind="flexibility", value=0.05),
    "responsiveness": Card(id="re", kind="responsiveness", value=0.0),
    "unit_cost": Card(id="uc", kind="unit_cost", target="family:F0", value=0.1),
    "freight": Card(id="fr", kind="freight", target="family:F1", value=4.0),
    "exchange_rate": Card(id="er", kind="exchange_rate", target="resource:R2", value=0.1),
    "outlook": Card(id="o", kind="outlook", value=0.8),
    "volume": Card(id="v", kind="volume", target="family:F0|channel:DIY", value=0.1),
    "promotion": Card(
        id="p",
        kind="promotion",
        target="item:I1",
        first=JULY,
        last=AUGUST,
        value=0.2,
        options={"discount": 0.1, "dip": 0.05, "cannibalised": 0.3, "budget": 500.0},
    ),
    "price": Card(id="pr", kind="price", target="family:F1", value=0.05),
    "customer": Card(
        id="c", kind="customer", target="family:F0|channel:WEB", value=80.0, probability=0.6
    ),
    "shift_promotion": Card(id="sp", kind="shift_promotion", target="item:I0", value=-3.0),
    "efficiency": Card(id="e", kind="efficiency", target="resource:R0", value=0.1),
    "extra_shift": Card(
        id="x",
        kind="extra_shift",
        target="resource:R0",
        first=JULY,
        value=4.0,
        options={"added": 0.4, "cost": 300.0},
    ),
    "shutdown": Card(id="sd", kind="shutdown", target="all", first=AUGUST, value=10.0),
    "overtime": Card(id="ot", kind="overtime", target="all", value=0.1),
    "saturdays": Card(id="sa", kind="saturdays", target="resource:R0|resource:R1", value=0.1),
    "shortage": Card(
        id="sh", kind="shortage", target="resource:R2", first=JULY, last=AUGUST, value=0.5
    ),
    "second_source": Card(
        id="ss", kind="second_source", target="resource:R2", value=40.0, options={"cost": 28.0}
    ),
    "outside_work": Card(
        id="ow",
        kind="outside_work",
        target="resource:R0|family:F0",
        value=100.0,
        options={"cost": 6.8},
    ),
    "subcontract": Card(
        id="su", kind="subcontract", target="family:F0", value=120.0, options={"cost": 5.0}
    ),
    "safety_stock": Card(id="st", kind="safety_stock", value=0.5),
    "stock_cover": Card(id="co", kind="stock_cover", target="family:F0", value=0.5),
    "prebuild": Card(id="pb", kind="prebuild", first=date(2027, 3, 1), value=20_000.0),
    "outside_storage": Card(id="os", kind="outside_storage", value=30.0, options={"cost": 12.0}),
}
