"""Error paths: variance, memory, common causes, reproducibility."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from sim.model import draws as draws_module
from sim.model.draws import WIDTH, affordable, draws_bytes, paths
from sim.model.factors import principal_directions
from sim.model.problem import SupplyRisk
from tests.model.problems import error_model, plain_problem


def company(items: int = 6, months: int = 12, *, memory: float = 0.66):
    return plain_problem(
        np.ones((items, months)),
        family=tuple(i % 2 for i in range(items)),
        errors=error_model(items, months, spread=0.2, memory=memory, market=0.3, family=0.25),
    )


@pytest.fixture(scope="module")
def many():
    return paths(company(), draws=4096, seed=1)


def test_variance_is_one_in_every_month(many) -> None:
    for item in range(6):
        rows = many.path(item)
        assert rows.shape == (4096, 12)
        # Standard error of a variance of 4,096 normals is 0.022.
        assert rows.var(axis=0) == pytest.approx(np.ones(12), abs=0.09)
        assert np.abs(rows.mean(axis=0)).max() < 4 / 64


def test_errors_keep_their_memory(many) -> None:
    wanted = company().errors.autocorrelation
    found = np.corrcoef(many.path(2).T)
    for lag in (1, 3, 11):
        assert np.diag(found, lag).mean() == pytest.approx(wanted[lag], abs=0.05)


def test_items_share_market_and_family(many) -> None:
    def correlation(a: int, b: int) -> float:
        one, two = many.path(a), many.path(b)
        return float(np.mean([np.corrcoef(one[:, t], two[:, t])[0, 1] for t in range(12)]))

    assert correlation(0, 2) == pytest.approx(0.3 + 0.25, abs=0.05)  # same family
    assert correlation(0, 1) == pytest.approx(0.3, abs=0.05)  # market only


def test_twelve_month_band_is_wide_enough() -> None:
    """With independent months the error of a year would be under-estimated by far."""
    rows = paths(company(memory=0.9), draws=2048, seed=3).path(0)
    independent = np.sqrt(12.0)
    assert rows.sum(axis=1).std() > 1.8 * independent


def test_equal_seeds_give_equal_bytes_and_more_draws_keep_the_first() -> None:
    first, again = (paths(company(), draws=512, seed=7) for _ in range(2))
    assert first.errors.tobytes() == again.errors.tobytes()
    assert first.key == again.key
    assert first.uniforms(2).tobytes() == again.uniforms(2).tobytes()
    other = paths(company(), draws=512, seed=8)
    assert other.key != first.key
    assert not np.array_equal(other.errors, first.errors)


@pytest.mark.parametrize("shares", [(0.0, 0.0), (0.04, 0.0), (0.3, 0.25), (0.5, 0.5), (1.0, 0.0)])
def test_drawing_family_means_first_leaves_every_covariance_as_it_was(shares) -> None:
    market, family = shares
    size = 7
    of = (0, 1, 1, 2, 2, 2, 4)  # one alone; family 3 has nobody
    problem = plain_problem(
        np.ones((size, 3)),
        family=of,
        errors=error_model(size, 3, memory=0.6, market=market, family=family),
    )
    found = paths(problem, draws=8192, seed=4)
    rows = np.concatenate([found.path(item).T for item in range(size)])
    same = np.equal.outer(of, of)
    items = market + family * same + (1 - market - family) * np.eye(size)
    lags = np.abs(np.subtract.outer(range(3), range(3)))
    wanted = np.kron(items, problem.errors.autocorrelation[lags])
    assert np.abs(np.cov(rows) - wanted).max() < 0.06
    assert np.abs(rows.mean(axis=1)).max() < 0.03


def test_large_companies_run_out_of_sobol_dimensions_and_stay_right() -> None:
    problem = company(1_100, months=4)
    alone = replace(problem, errors=replace(problem.errors, market_share=0.2, family_share=0.0))
    rows = paths(alone, draws=512, seed=2).errors[:, 2].transpose(1, 0, 2).reshape(1_100, 512)
    covariance = np.cov(rows)
    assert np.diag(covariance).mean() == pytest.approx(1.0, abs=0.02)
    apart = covariance[~np.eye(1_100, dtype=bool)]
    assert apart.mean() == pytest.approx(0.2, abs=0.02)
    many = replace(company(600, months=4), family=np.arange(600) // 2, families=("F",) * 300)
    rows = paths(many, draws=512, seed=2).errors[:, 2].transpose(1, 0, 2).reshape(600, 512)
    assert np.var(rows, axis=1).mean() == pytest.approx(1.0, abs=0.02)


def test_demand_and_spread_do_not_touch_the_draws() -> None:
    problem = company()
    changed = replace(problem, demand=problem.demand * 3, opening_stock=np.ones(6))
    changed = replace(changed, errors=replace(problem.errors, spread=np.full((6, 12), 0.5)))
    assert draws_module.draws_key(problem, draws=9, seed=1) == draws_module.draws_key(
        changed, draws=9, seed=1
    )


def test_draws_are_read_only_single_precision_blocks() -> None:
    found = paths(company(), draws=300, seed=1)
    assert found.errors.dtype == np.float32
    assert found.errors.shape == (2, 12, 6, WIDTH)
    assert found.path(0).shape == (300, 12)
    with pytest.raises(ValueError, match="read-only"):
        found.errors[0, 0, 0, 0] = 0


def test_impossible_memory_is_repaired() -> None:
    """No process has errors that are opposite at one month AND at two."""
    mixing = principal_directions(np.array([1.0, -0.9, -0.9, -0.9]))
    assert np.isfinite(mixing).all()
    assert (mixing**2).sum(axis=1) == pytest.approx(np.ones(4))


def test_directions_come_with_the_most_important_first() -> None:
    weight = (principal_directions(0.8 ** np.arange(12.0)) ** 2).sum(axis=0)
    assert (np.diff(weight) <= 1e-9).all()
    assert weight[:3].sum() > 0.75 * weight.sum()


def test_stratified_uniforms_hit_their_probability() -> None:
    numbers = paths(company(), draws=1024, seed=2).uniforms(3)
    assert numbers.shape == (3, 1024)
    for chance in (0.1, 0.5, 0.9):
        assert (numbers < chance).mean(axis=1) == pytest.approx(np.full(3, chance), abs=4 / 1024)
    assert abs(np.corrcoef(numbers)[0, 1]) < 0.12


def test_shared_factors_beat_plain_draws_on_the_mean() -> None:
    """The mean of a market-driven quantity varies far less than with plain draws."""
    problem = company()
    alone = replace(problem.errors, market_share=1.0, family_share=0.0)
    problem = replace(problem, errors=alone)
    means = [paths(problem, draws=256, seed=s).path(0).sum(axis=1).mean() for s in range(12)]
    one = paths(problem, draws=256, seed=0).path(0).sum(axis=1)
    assert np.std(means) < 0.3 * one.std() / 16


def test_the_first_blocks_are_the_draws_of_a_smaller_set_to_the_bit() -> None:
    many, fewer = paths(at_risk(), draws=1024, seed=7), paths(at_risk(), draws=512, seed=7)
    cut = many.first(2)
    assert (cut.draws, cut.key) == (512, fewer.key)
    assert np.shares_memory(cut.errors, many.errors)
    for one, other in (
        (cut.errors, fewer.errors),
        (cut.resources, fewer.resources),
        (cut.uniforms(2), fewer.uniforms(2)),
        (many.uniforms(2)[:, :512], fewer.uniforms(2)),
        (cut.yields((3, 1)), many.yields((3, 1))[:2]),
        (cut.slips((3, 1)), many.slips((3, 1))[:2]),
    ):
        assert one.tobytes() == other.tobytes()
    assert paths(at_risk(), draws=300, seed=7).first(2).draws == 300


def at_risk(*spread: float):
    problem = company()
    spread = spread or (0.05, 0.0)
    return replace(
        plain_problem(problem.demand, routing=np.ones((6, len(spread))), family=(0, 1) * 3),
        errors=problem.errors,
        risk=SupplyRisk(
            availability=np.full(len(spread), 0.9),
            availability_spread=np.array(spread),
            yield_spread=np.zeros(6),
            slip=np.zeros(6),
        ),
    )


def test_resources_have_steady_independent_normals() -> None:
    assert paths(company(), draws=256, seed=1).resources.shape == (1, 12, 0, WIDTH)
    assert paths(at_risk(0.0, 0.0), draws=256, seed=1).resources.shape == (1, 12, 0, WIDTH)
    found = paths(at_risk(), draws=4096, seed=1)
    assert found.resources.shape == (16, 12, 2, WIDTH)
    rows = found.resources.transpose(1, 2, 0, 3).reshape(24, 4096)
    covariance = np.cov(np.concatenate([rows, found.path(0).T]))
    assert np.diag(covariance) == pytest.approx(np.ones(36), abs=0.09)
    assert np.abs(covariance[:24] - np.eye(24, 36)).max() < 0.09


def test_a_scenario_may_ask_for_hours_that_the_baseline_takes_as_certain() -> None:
    certain = paths(company(), draws=4096, seed=1)
    found = certain.running(2)
    assert found.shape == (16, 12, 2, WIDTH)
    assert certain.running(2) is found
    assert np.array_equal(certain.running(3)[:, :, :2], found)
    assert found.var() == pytest.approx(1.0, abs=0.03)
    risky = paths(at_risk(), draws=256, seed=1)
    assert risky.running(2) is risky.resources
    with pytest.raises(ValueError):
        risky.running(3)


def test_yields_and_slips_of_an_item_do_not_depend_on_the_others() -> None:
    found = paths(company(), draws=512, seed=1)
    for numbers in (found.yields, found.slips):
        few, more = numbers((4, 2)), numbers((0, 2, 3))
        assert few.shape == (2, 12, 2, WIDTH)
        assert few.dtype == np.float32
        assert np.array_equal(few[:, :, 1], more[:, :, 1])
        assert numbers((4, 2)) is few
    normal, uniform = found.yields(tuple(range(6))), found.slips(tuple(range(6)))
    assert abs(normal.mean()) < 0.02
    assert normal.var() == pytest.approx(1.0, abs=0.03)
    assert 0 <= uniform.min() <= uniform.max() < 1
    assert uniform.var() == pytest.approx(1 / 12, abs=0.003)


def test_what_is_made_on_demand_is_kept_within_bounds_and_made_once() -> None:
    found = paths(company(), draws=256, seed=1)
    with ThreadPoolExecutor(8) as pool:
        same = list(pool.map(lambda _: found.slips((1, 2, 3)), range(32)))
    assert all(one is same[0] for one in same)
    everything = found.yields(tuple(range(6)))
    for item in range(6):
        found.slips((item,) * 6)
    assert found.yields(tuple(range(6))) is not everything
    assert np.array_equal(found.yields(tuple(range(6))), everything)


def test_a_set_of_draws_says_how_large_it_may_get() -> None:
    for problem in (company(), at_risk()):
        found = paths(problem, draws=300, seed=1)
        everything = tuple(range(6))
        made = (found.errors, found.resources, found.yields(everything), found.slips(everything))
        assert sum(part.nbytes for part in made) == found.nbytes == draws_bytes(problem, 300)


def test_a_large_company_gets_fewer_draws() -> None:
    block = draws_bytes(company(), WIDTH)
    for memory, wanted in ((block, 256), (4 * block - 1, 768), (4 * block, 1000), (0, 256)):
        assert affordable(company(), draws=1000, memory=memory) == wanted
    assert affordable(company(), draws=100, memory=block) == 100
    huge = company(20_000, months=24)
    assert affordable(huge, draws=1024, memory=2**31) == 256
    assert affordable(company(5_000, months=24), draws=1024, memory=2**31) == 1024


def test_a_step_of_the_room_has_fewer_draws_where_it_would_take_long() -> None:
    for items, wanted in ((24, 1024), (200, 1024), (250, 768), (1_000, 256), (5_000, 256)):
        found = affordable(company(items, months=24), draws=1024, memory=2**31, work=5_000_000)
        assert found == wanted
    assert affordable(company(1_000, months=24), draws=100, memory=2**31, work=1) == 100
