"""Runs in an environment of its own (make bench): seconds per period of stockpyl 1.0.2."""

import sys
import time

from stockpyl.sim import simulation
from stockpyl.supply_chain_network import single_stage_system

periods = int(sys.argv[1])
network = single_stage_system(
    holding_cost=1,
    stockout_cost=10,
    demand_type="N",
    mean=100,
    standard_deviation=20,
    shipment_lead_time=0,
    policy_type="BS",
    base_stock_level=120,
)
begun = time.perf_counter()
simulation(network, periods, rand_seed=1, progress_bar=False)
print((time.perf_counter() - begun) / periods)
