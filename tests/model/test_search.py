"""The search on a small company whose candidates can all be simulated in full."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from sim.errors import LeverError, PlanError
from sim.model import draws, kpi
from sim.model.levers import apply, check
from sim.model.planner import make_plan
from sim.model.problem import PlanMode
from sim.model.run import run
from sim.model.scenario import Card, Scenario, from_json, to_json
from sim.model.search import Search, Stage, propose
from sim.model.search.judge import score
from sim.model.stated import PlanLimits
from tests.model.problems import plain_problem, small_problem

TARGET = 0.9
YEAR = slice(0, 12)


def overloaded(**changes):
    """The small company, but with little of everything: every lever matters."""
    problem = small_problem(spread=0.2)
    return replace(problem, capacity=problem.capacity * 0.92, **changes)


def paths(problem, *, count=1024, seed=1):
    return draws.paths(problem, draws=count, seed=seed)


def searched(problem, **options):
    options = {"draws": paths(problem), "target": TARGET, "candidates": 24} | options
    search = Search(problem, **options)
    return search, list(search.steps())


def in_full(problem, scenarios, made):
    """Mean margin and service of every candidate on all draws."""
    found = [score(run(problem, one, draws=made), YEAR) for one in scenarios]
    return (
        np.array([one.gain.mean() for one in found]),
        np.array([one.fill.mean() for one in found]),
    )


def in_between(fill):
    """A target that a third of the candidates reaches."""
    ordered = np.unique(fill)
    place = len(ordered) * 2 // 3
    return float(ordered[place - 1 : place + 1].mean())


@pytest.mark.parametrize("seed", range(4))
def test_the_race_finds_what_simulating_everything_finds(seed):
    problem = overloaded()
    scenarios = propose(problem, Scenario(), count=24, seed=seed)
    made = paths(problem, seed=seed)
    gain, fill = in_full(problem, scenarios, made)
    target = in_between(fill)
    best = int(np.argmax(np.where(fill >= target, gain, -np.inf)))
    search, records = searched(problem, proposals=scenarios, draws=made, target=target)
    result = search.result()
    assert result.reached
    assert result.winner.margin.mean == pytest.approx(gain[best], rel=1e-12)
    assert result.winner.service.mean == pytest.approx(fill[best], rel=1e-12)
    assert 0 <= result.at_stake < 0.03 * gain[best]
    assert result.simulated_draws < 0.8 * len(scenarios) * made.draws
    assert records[-1].best.scenario == result.winner.scenario


def test_on_other_draws_nobody_beats_the_winner_by_more_than_is_stated():
    problem = overloaded()
    scenarios = propose(problem, Scenario(), count=24, seed=3)
    gain, fill = in_full(problem, scenarios, paths(problem, count=2496, seed=99))
    target = in_between(fill)
    truly_best = np.where(fill >= target + 0.002, gain, -np.inf).max()
    missed = 0
    for seed in range(5):
        made = paths(problem, seed=seed)
        search, _ = searched(problem, proposals=scenarios, draws=made, target=target)
        result = search.result()
        place = [one.hash for one in scenarios].index(result.winner.scenario.hash)
        missed += gain[place] + result.at_stake < truly_best - 1e-6 * abs(truly_best)
    assert missed <= 1


def test_the_winner_is_a_scenario_that_anybody_can_open():
    problem = overloaded()
    search, _ = searched(problem)
    result = search.result()
    again = from_json(to_json(result.winner.scenario))
    check(problem, again)
    outcome = run(problem, again, draws=paths(problem))
    found = kpi.estimates(outcome, YEAR)
    assert found[kpi.Kpi.NET_MARGIN] == result.winner.margin
    assert found[kpi.Kpi.FILL_RATE] == result.winner.service
    reference = run(problem, Scenario(), draws=paths(problem))
    difference = kpi.differences(outcome, reference, YEAR)[kpi.Kpi.NET_MARGIN]
    assert result.reference.margin.mean == pytest.approx(difference.mean)
    assert result.reference.margin.high - result.reference.margin.mean == pytest.approx(
        1.96 * difference.error, rel=0.01
    )
    assert result.runner_up.margin.mean >= 0 or result.runner_up.other.service.mean < TARGET
    assert result.bound.gap > 0


def test_nobody_on_the_frontier_is_dominated():
    search, _ = searched(overloaded())
    points = search.result().frontier
    cost, service = (
        np.array([getattr(p, name).mean for p in points]) for name in ("cost", "service")
    )
    assert len(points) >= 3
    assert (np.diff(cost) > 0).all()
    assert (np.diff(service) > 0).all()
    assert {point.draws for point in points} == {256}
    assert all(point.cost.error > 0 for point in points)


def test_same_seed_same_result_whatever_the_threads():
    problem = overloaded()
    results = [searched(problem, threads=threads)[0].result() for threads in (1, 2)]
    assert results[0] == results[1]
    assert searched(problem, seed=2)[0].result().candidates == 24
    assert propose(problem, Scenario(), count=24, seed=2) != propose(
        problem, Scenario(), count=24, seed=1
    )


def test_records_say_where_the_search_stands():
    _, records = searched(overloaded())
    assert [record.stage for record in records if record.evaluated == record.planned][-1] in (
        Stage.FINAL,
        Stage.FRONTIER,
    )
    remaining = [record.remaining for record in records]
    assert remaining[0] <= 24
    assert all(later <= earlier for earlier, later in pairwise(remaining))
    assert [r.evaluated for r in records[:24]] == list(range(1, 25))


@pytest.mark.parametrize("stop", [1, 17, 24, 28])
def test_stopping_keeps_the_best_so_far(stop):
    problem = overloaded()
    search = Search(problem, draws=paths(problem), target=TARGET, candidates=24)
    records = []
    for record in search.steps():
        records.append(record)
        if len(records) == stop:
            break
    result = search.result()
    assert not result.finished
    assert result.evaluated == min(stop, 24)
    assert result.winner.draws == 64
    assert result.frontier[0].draws == 64
    assert result.winner.scenario == records[-1].best.scenario
    assert result.reference.other.scenario == Scenario()


def test_nothing_known_before_the_first_step():
    with pytest.raises(ValueError, match="nothing has been simulated"):
        Search(overloaded(), draws=paths(overloaded()), target=TARGET, candidates=5).result()


def test_a_target_that_nobody_reaches_names_the_limit():
    problem = small_problem(spread=0.2)
    problem = replace(problem, capacity=problem.capacity * np.array([[0.7], [9.0], [9.0]]))
    search, _ = searched(problem, target=1.0)
    result = search.result()
    assert not result.reached
    assert result.missed_service >= 20
    most = max(one.service.mean for one in result.finalists)
    assert result.winner.service.mean == most < 1.0
    assert problem.resources[result.limit] == "R0"


def test_without_a_full_resource_no_resource_is_named():
    problem = small_problem(spread=0.5)
    problem = replace(problem, capacity=problem.capacity * 9)
    search, _ = searched(problem, target=1.0)
    assert search.result().limit == -1


def test_without_prices_the_cheapest_plan_wins():
    problem = overloaded()
    free = replace(problem, price=np.zeros_like(problem.price))
    result = searched(free)[0].result()
    assert result.winner.margin.mean == -result.winner.cost.mean
    assert result.bound is None


def test_nothing_to_move():
    alone = plain_problem([[10.0] * 12])
    with pytest.raises(LeverError) as caught:
        searched(alone, proposals=[Scenario(), Scenario(name="again")])
    assert caught.value.key == "error.search.nothing_to_move"


@pytest.mark.parametrize("target", [-0.1, 1.01, float("nan")])
def test_a_target_is_a_share(target):
    with pytest.raises(LeverError) as caught:
        searched(overloaded(), target=target)
    assert caught.value.key == "error.search.target"


def test_when_no_candidate_has_a_plan_the_limit_is_named():
    problem = overloaded()
    free = np.full(problem.demand.shape, np.inf)
    limits = PlanLimits(unmet=free, stock=free, closing=np.full(len(problem.items), 1e6))
    problem = replace(problem, limits=limits)
    optimal = Scenario(mode=PlanMode.OPTIMAL)
    more = replace(optimal, cards=(Card(id="a", kind="overtime", value=0.05),))
    with pytest.raises(PlanError) as caught:
        searched(problem, proposals=[optimal, more])
    assert caught.value.key == "error.plan.closing_limit"


def test_no_spread_at_all():
    result = searched(small_problem(spread=0.0), target=0.9)[0].result()
    assert result.winner.margin.error == 0
    assert result.at_stake == 0


def test_stock_that_fits_in_no_store_is_paid_and_stays_in_the_race():
    """Chase keeps its rule and pays for the places: told, but no reason to leave it out."""
    problem = overloaded(pallets_per_unit=np.full(4, 0.1), storage=np.full(12, 1.0))
    problem = replace(problem, outside_storage_cost=np.full(12, 0.01))
    scenarios = [Scenario(), Scenario(cards=(Card(id="p", kind="prebuild", value=5e4),))]
    assert all(make_plan(apply(problem, one), one.mode).reasons for one in scenarios)
    search = Search(problem, draws=paths(problem, count=256), target=TARGET, proposals=scenarios)
    list(search.steps())
    assert search.result().reference is not None
    assert len(search.result().finalists) == 2
