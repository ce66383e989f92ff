"""Laws that every simulation keeps, on the real simulator, draw by draw.

Each item is its own family, so that what is added up by family is that of the item.
"""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model import draws as draws_module
from sim.model import kernel
from sim.model.kpi import Kpi, per_draw
from sim.model.outcome import Measure, Outcome
from sim.model.problem import PlanMode, Problem, ResourceKind
from sim.model.run import run
from sim.model.scenario import Scenario
from tests.model.problems import error_model, plain_problem, random_problem

DRAWS = 256
seeds = st.integers(0, 100_000)
modes = st.sampled_from(PlanMode)
laws = settings(max_examples=30, deadline=None, derandomize=True)
SINGLE = 1e-5  # single precision, of what goes through in a month


def some(seed: int, *, uncertain: bool = True) -> Problem:
    """A random problem of a family per item."""
    problem = random_problem(np.random.default_rng(seed), uncertain=uncertain)
    items = range(len(problem.items))
    return replace(
        problem, families=tuple(f"F{i}" for i in items), family=np.array(items, dtype=np.int64)
    )


def simulated(problem: Problem, mode: PlanMode = PlanMode.CHASE, seed: int = 1) -> Outcome:
    return run(
        problem,
        Scenario(mode=mode),
        draws=draws_module.paths(problem, draws=DRAWS, seed=seed),
    )


def everything(found: Outcome) -> list[bytes]:
    measures = [found.families[measure].tobytes() for measure in Measure]
    others = (found.overtime_cost, found.outside_cost, found.storage_cost, found.load)
    others += (found.overload, found.unserved, found.item_stock, found.item_release)
    return measures + [values.tobytes() for values in others]


def scale_of(problem: Problem, found: Outcome) -> np.ndarray:
    """What a rounding is compared with: the largest amount of each item, (1, I, 1)."""
    largest = [
        found.families[m].max(axis=(0, 2)) for m in (Measure.DEMAND_UNITS, Measure.STOCK_UNITS)
    ]
    return SINGLE * (1 + np.maximum(*largest) + np.abs(problem.opening_stock))[None, :, None]


@laws
@given(seed=seeds, mode=modes)
def test_demand_and_old_backlog_are_shipped_wait_or_are_lost(seed: int, mode: PlanMode) -> None:
    problem = some(seed)
    found = simulated(problem, mode)
    waiting = found.families[Measure.BACKLOG_UNITS]
    before = np.concatenate(
        [
            np.broadcast_to(np.maximum(-problem.opening_stock, 0.0), waiting.shape[:2])[..., None],
            waiting[:, :, :-1],
        ],
        axis=2,
    )
    came = found.families[Measure.DEMAND_UNITS] + before
    went = found.families[Measure.SHIPPED_UNITS] + found.families[Measure.LOST_UNITS] + waiting
    assert (np.abs(came - went) <= 10 * scale_of(problem, found)).all()


@laws
@given(seed=seeds, mode=modes)
def test_opening_stock_and_receipts_are_shipped_or_stay(seed: int, mode: PlanMode) -> None:
    """What arrives in a draw follows from its stocks; its mean is what was released in time."""
    problem = replace(some(seed), risk=None)
    found = simulated(problem, mode)
    stock = found.families[Measure.STOCK_UNITS]
    opening = np.broadcast_to(np.maximum(problem.opening_stock, 0.0), stock.shape[:2])
    before = np.concatenate([opening[..., None], stock[:, :, :-1]], axis=2)
    arrived = found.families[Measure.SHIPPED_UNITS] + stock - before
    rounding = 10 * scale_of(problem, found)
    assert (arrived >= problem.receipts - rounding).all()
    wanted = problem.receipts.copy()
    for i, lead in enumerate(problem.lead_time):
        good = problem.production_yield[i] * found.item_release[i]
        wanted[i, lead:] += good[: problem.months - lead]
    assert (np.abs(arrived.mean(axis=0) - wanted) <= rounding[0]).all()


@laws
@given(seed=seeds, mode=modes)
def test_no_draw_pays_for_more_hours_than_there_are(seed: int, mode: PlanMode) -> None:
    problem = replace(some(seed), risk=None)
    found = simulated(problem, mode)
    settled = found.problem
    for cost, hours, price in (
        (found.overtime_cost, settled.overtime, settled.overtime_cost),
        (found.outside_cost, settled.outside, settled.outside_cost),
    ):
        limited = np.isfinite(settled.capacity)
        most = (np.where(limited, hours, 0.0) * price).sum(axis=0)
        assert (cost <= most * (1 + 1e-4) + 1e-6 * (1 + most.max())).all()
    hours = np.array([kind is ResourceKind.HOURS for kind in settled.resource_kind], dtype=bool)
    known = hours[:, None] & np.isfinite(found.load)
    room = settled.capacity + settled.overtime + settled.outside
    used = np.where(known, found.load, 0.0) * np.where(known, settled.capacity, 0.0)
    assert (used[known] <= room[known] * (1 + 1e-4)).all()


@laws
@given(seed=seeds, mode=modes)
def test_every_share_is_a_share(seed: int, mode: PlanMode) -> None:
    problem = some(seed)
    found = per_draw(simulated(problem, mode), slice(0, problem.months))
    for kpi in (Kpi.FILL_RATE, Kpi.FILL_RATE_UNITS, Kpi.CYCLE_SERVICE, Kpi.OTIF_PROXY):
        assert (found[kpi] >= -SINGLE).all(), kpi
        assert (found[kpi] <= 1 + SINGLE).all(), kpi
    assert (found[Kpi.AT_RISK] >= 0).all()


@laws
@given(seed=seeds, more=st.floats(0.0, 0.6), sold=st.booleans())
def test_more_hours_never_lower_the_fill_of_one_resource(
    seed: int, more: float, sold: bool
) -> None:
    """Lead times, uses and stock of any kind; customers wait or do not.

    Never on average. In a draw, hours that come early may go to an item that needs more of them
    for a unit: then a thousandth is lost at most (none where all items need the same, see
    ``test_kernel``).
    """
    rng = np.random.default_rng(seed)
    items, months = int(rng.integers(1, 5)), 10
    demand = rng.uniform(20, 100, (items, months))
    routing = rng.uniform(0.5, 2.0, (items, 1))
    capacity = (routing.T @ demand) * rng.uniform(0.5, 1.0, (1, months))
    problem = plain_problem(
        demand,
        routing=routing,
        capacity=capacity,
        errors=error_model(items, months, spread=rng.choice([0.1, 0.3])),
        lead_time=rng.integers(0, 4, items),
        stock_cover=np.full(items, 0.3),
        backorder_share=np.full(items, float(not sold)),
        opening_stock=demand[:, 0] * rng.uniform(0, 1.5, items),
        day_spread=float(rng.choice([0.0, 1.0])),
    )
    less, grown = (
        simulated(each).total(Measure.SERVED_UNITS).sum(axis=1)
        for each in (problem, replace(problem, capacity=capacity * (1 + more)))
    )
    assert grown.mean() >= less.mean() * (1 - 1e-6)
    assert (grown >= less * (1 - 1e-3)).all()


@laws
@given(seed=seeds, threads=st.integers(2, 5))
def test_bytes_do_not_depend_on_the_threads(seed: int, threads: int) -> None:
    problem = some(seed)
    paths = draws_module.paths(problem, draws=3 * DRAWS - 7, seed=seed)
    plan = kernel.expected(problem)
    alone, together = (
        kernel.simulate(problem, plan, paths, threads=count) for count in (1, threads)
    )
    assert everything(alone) == everything(together)
    assert alone.hash == together.hash


@laws
@given(seed=seeds)
def test_an_empty_scenario_is_the_baseline_to_the_bit(seed: int) -> None:
    problem = some(seed)
    paths = draws_module.paths(problem, draws=DRAWS, seed=seed)
    baseline = kernel.simulate(problem, kernel.expected(problem), paths)
    empty = run(problem, Scenario(), draws=paths)
    assert everything(empty) == everything(baseline)
    assert empty.hash == baseline.hash
