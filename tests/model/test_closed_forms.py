"""One item without a capacity, through the real simulator, beside closed forms.

Errors have no memory (autocorrelation 0 from one month on) and no common cause, so a base-stock
policy is the textbook's: net stock at the end of a month is S - D(lead + 1). Everything is
compared within three standard errors, taken over independent seeds, because Sobol points have
no error formula of their own.
"""

from functools import cache

import numpy as np
import pytest
from scipy.integrate import simpson
from scipy.stats import norm

from sim.model.draws import paths
from sim.model.kpi import window
from sim.model.outcome import Measure, Outcome
from sim.model.problem import ErrorModel, Problem
from sim.model.run import run
from sim.model.scenario import Scenario
from tests.model.problems import plain_problem

MEAN, CV, SAFETY = 100.0, 0.25, 30.0
SD = MEAN * CV
MONTHS, SEEDS, DRAWS = 12, 12, 1024


def independent(spread: float) -> ErrorModel:
    return ErrorModel(
        spread=np.full((1, MONTHS), spread),
        autocorrelation=np.eye(1, MONTHS)[0],
        market_share=0.0,
        family_share=0.0,
        source="assumed",
    )


def one_item(lead: int = 0, *, waits: float = 1.0, **changes: object) -> Problem:
    """A base-stock policy in steady state: the pipeline holds what the mean demand needs."""
    month = np.arange(MONTHS)
    settled: dict[str, object] = {
        "errors": independent(CV),
        "lead_time": np.array([lead]),
        "receipts": np.where(month < lead, MEAN, 0.0)[None],
        "opening_stock": np.array([SAFETY]),
        "safety_stock": np.full((1, MONTHS), SAFETY),
        "backorder_share": np.array([waits]),
        "price": np.ones((1, MONTHS)),
        "unit_cost": np.ones(1),
        "day_spread": 0.0,
    }
    return plain_problem(np.full((1, MONTHS), MEAN), **(settled | changes))


@cache
def outcomes(lead: int = 0, waits: float = 1.0) -> list[Outcome]:
    return played(one_item(lead, waits=waits))


def played(problem: Problem, draws: int = DRAWS) -> list[Outcome]:
    return [
        run(problem, Scenario(), draws=paths(problem, draws=draws, seed=seed))
        for seed in range(SEEDS)
    ]


def agrees(found: list[float], wanted: float, *, rounding: float = 1e-5) -> None:
    """The mean over seeds is within three of its standard errors.

    ``rounding`` of single precision, or of a share that counts whole draws: the draws are so
    even that the standard error alone can be nought.
    """
    error = np.std(found, ddof=1) / np.sqrt(len(found))
    assert abs(np.mean(found) - wanted) <= 3 * error + rounding * abs(wanted), (found, wanted)
    assert error < 0.02 * abs(wanted) + 0.002 * MEAN  # a test that could see something


def loss(k: float) -> float:
    """Expected shortage of a unit normal demand above k."""
    return float(norm.pdf(k) - k * norm.sf(k))


def at(found: Outcome, measure: Measure, month: int) -> np.ndarray:
    return found.families[measure][:, 0, month]


@pytest.mark.parametrize("lead", [0, 1, 2, 3])
def test_closing_stock_and_backlog_of_a_base_stock_policy(lead: int) -> None:
    """From month L + 1 on, net stock is safety - sd sqrt(L + 1) z (SPT, order-up-to level)."""
    spread = SD * np.sqrt(lead + 1)
    k = SAFETY / spread
    for month in (lead, MONTHS - 1):
        backlog = spread * loss(k)
        agrees([at(o, Measure.BACKLOG_VALUE, month).mean() for o in outcomes(lead)], backlog)
        stock = [at(o, Measure.STOCK_UNITS, month).mean() for o in outcomes(lead)]
        agrees(stock, SAFETY + backlog)
        short = [(at(o, Measure.BACKLOG_VALUE, month) > 0).mean() for o in outcomes(lead)]
        agrees(short, norm.cdf(-k), rounding=1 / DRAWS / norm.cdf(-k))


@pytest.mark.parametrize("lead", [0, 1, 2, 3])
def test_spread_of_closing_stock_grows_with_the_root_of_the_lead_time(lead: int) -> None:
    def net(o: Outcome) -> np.ndarray:
        return at(o, Measure.STOCK_UNITS, 6) - at(o, Measure.BACKLOG_VALUE, 6)

    agrees([net(o).std() for o in outcomes(lead)], SD * np.sqrt(lead + 1), rounding=1e-3)


def test_fill_rate_is_the_integral_of_the_straight_path() -> None:
    """Lead 0: a month starts at S - sd z' and ends at S - sd z, two independent normals."""

    z = np.linspace(-8, 8, 2001)
    x, y = np.meshgrid(SAFETY - SD * z, SAFETY - SD * z, indexing="ij")
    over = np.maximum(x, 0.0) + np.maximum(y, 0.0)
    served = (MEAN + SD * z) * over / np.maximum(np.abs(x) + np.abs(y), 1e-9)
    inner = simpson(served * norm.pdf(z), x=z, axis=1)
    wanted = float(simpson(inner * norm.pdf(z), x=z)) / MEAN
    assert 0.5 < wanted < 0.97
    found = [at(o, Measure.SERVED_UNITS, 5).mean() / MEAN for o in outcomes(0)]
    agrees(found, wanted)


def test_lost_sales_without_lead_time_are_the_newsvendors() -> None:
    """Every month starts again at safety + mean demand: expected loss sd G(k)."""
    wanted = SD * loss(SAFETY / SD)
    for month in (0, 5, 11):
        agrees([at(o, Measure.LOST_VALUE, month).mean() for o in outcomes(0, 0.0)], wanted)
        stock = [at(o, Measure.STOCK_UNITS, month).mean() for o in outcomes(0, 0.0)]
        agrees(stock, SAFETY + wanted)
    served = [1 - o.total(Measure.LOST_VALUE).mean() / MEAN for o in outcomes(0, 0.0)]
    agrees(served, 1 - wanted / MEAN)


@pytest.mark.parametrize("shares", [(0.0, 0.0), (0.4, 0.3)])
def test_a_year_of_correlated_demand_varies_as_its_toeplitz_matrix_says(shares) -> None:
    """Var(sum of 12 months) = mu^2 cv^2 sum_{s,t} rho(|s - t|)."""
    rho = np.where(np.arange(MONTHS) == 0, 1.0, 0.66 * 0.97 ** np.arange(MONTHS))
    errors = ErrorModel(
        spread=np.full((1, MONTHS), 0.2),
        autocorrelation=rho,
        market_share=shares[0],
        family_share=shares[1],
        source="assumed",
    )
    lags = np.abs(np.subtract.outer(np.arange(MONTHS), np.arange(MONTHS)))
    wanted = MEAN**2 * 0.2**2 * rho[lags].sum()
    assert wanted > 6 * MEAN**2 * 0.2**2 * MONTHS  # far above independent months
    found = [
        o.total(Measure.DEMAND_UNITS).sum(axis=1).var() for o in played(one_item(errors=errors))
    ]
    agrees(found, wanted, rounding=1e-3)


@pytest.mark.parametrize("chance", [0.1, 0.35, 0.8])
def test_a_customer_who_may_come_is_a_bernoulli_volume(chance: float) -> None:
    """Mean mu + p v and variance p (1 - p) v^2 of the demand from its first month on."""
    volume = np.zeros((1, 1, MONTHS))
    volume[:, :, 4:] = 40.0
    problem = one_item(
        win_probability=np.array([chance]),
        win_volume=volume,
        errors=independent(0.0),
    )
    for o in played(problem)[:3]:
        demand = o.total(Measure.DEMAND_UNITS)
        assert demand[:, 3] == pytest.approx(MEAN, rel=1e-6)
        assert set(np.round(demand[:, 4:].ravel(), 2)) == {MEAN, MEAN + 40}
        # Stratified: at most one draw per block of 256 away from its probability.
        assert demand[:, 7].mean() == pytest.approx(MEAN + chance * 40, abs=40 / 256)
        assert demand[:, 7].var() == pytest.approx(chance * (1 - chance) * 1600, rel=0.03)
        assert (demand[:, 4] == demand[:, 11]).all()  # whoever comes stays


def test_headline_window_is_the_whole_year() -> None:
    assert window(one_item()) == slice(0, 12)
