"""Levers of the demand plan: each effect scales or adds vectors of the problem."""

import numpy as np
from scipy.special import ndtri

from sim.model.levers.declaration import (
    Changes,
    Group,
    Lead,
    Lever,
    Option,
    Place,
    Role,
    TargetKind,
    Unit,
    money_of,
    months_of,
    share_of,
)
from sim.model.levers.money import nice, spent
from sim.model.problem import ErrorModel, Floats, Ints, Problem
from sim.model.scenario import Card

_GOODS = frozenset({TargetKind.ALL, TargetKind.FAMILY, TargetKind.ITEM})
_SALES = _GOODS | {TargetKind.CHANNEL}


def covariance_with_total(amounts: Floats, errors: ErrorModel, family: Ints) -> Floats:
    """Covariance of each cell of demand with the total of all cells.

    With D = mu (1 + cv e) and e = sqrt(w_m) market + sqrt(w_f) family + sqrt(1-w_m-w_f) own,
    each factor with autocorrelation rho_h, and a = mu cv:
    Cov(D[i,t], S) = a[i,t] sum_{j,s} a[j,s] rho_|t-s| (w_m + w_f [same family] + w_o [i = j]).
    The sum of the result is the variance of S.

    Parameters
    ----------
    amounts : (I, W) [units] standard deviation a = mu cv of each cell of the total
    errors : shares and autocorrelation
    family : (I,) index of the family

    Returns
    -------
    (I, W) [units squared]

    Source: Heath & Jackson 1994 (forecast evolution); Var of a sum of correlated terms.

    >>> model = ErrorModel(spread=np.ones((2, 1)), autocorrelation=np.ones(1),
    ...                    market_share=1.0, family_share=0.0, source="assumed")
    >>> covariance_with_total(np.array([[3.0], [4.0]]), model, np.array([0, 1])).sum() ** 0.5
    np.float64(7.0)
    """
    months = amounts.shape[1]
    lag = np.abs(np.subtract.outer(np.arange(months), np.arange(months)))
    remembered = amounts @ errors.autocorrelation[lag]
    members = family[:, None] == np.arange(family.max(initial=0) + 1)
    of_family = (members.T @ remembered)[family]
    own_share = 1.0 - errors.market_share - errors.family_share
    common = errors.market_share * remembered.sum(axis=0) + errors.family_share * of_family
    found: Floats = amounts * (common + own_share * remembered)
    return found


def outlook(problem: Problem, card: Card, place: Place) -> Changes:
    """Demand such that the total of the target over the window lies at its own quantile q.

    S = sum of D over the target and the window is taken as normal with the spread of the error
    model; each cell takes its conditional mean given S at the quantile:
    mu'[i,t] = mu + Cov(D[i,t], S) / sd(S) z(q), so that the sum is mean(S) + z(q) sd(S).
    Never a flat percentage: uncertain, correlated items move more. Cells stay >= 0.
    Source: conditional mean of a joint normal; model.md 2 (correlated months).
    """
    amounts = problem.demand * problem.errors.spread * place.share[:, None]
    covariance = covariance_with_total(amounts[:, place.window], problem.errors, problem.family)
    variance = covariance.sum()
    if variance <= 0:
        return {}
    demand = problem.demand.copy()
    demand[:, place.window] += covariance / np.sqrt(variance) * ndtri(card.value)
    return {"demand": np.maximum(demand, 0.0)}


def volume(problem: Problem, card: Card, place: Place) -> Changes:
    """mu x (1 + v) on the part of each item that the target buys, in the window."""
    return _scaled(problem, 1.0 + place.share * card.value, place)


def promotion(problem: Problem, card: Card, place: Place) -> Changes:
    """mu x (1 + u) in the window; then mu x (1 - dip) for k months.

    A share c of the extra units is taken from the sister items (same family, not promoted), in
    proportion to their demand and never below zero. The discount is given on the promoted part
    of the sales only: price' = price ((1-s) + s (1+u)(1-d)) / ((1-s) + s (1+u)).
    """
    lever = DECLARED["promotion"]
    share = place.share[:, None]
    inside = _months(problem, place.first, place.stop)
    after = _months(problem, place.stop, place.stop + int(lever.option(card, "dip_months")))
    gained = problem.demand * share * card.value * inside
    dipped = problem.demand * share * lever.option(card, "dip") * after
    stolen = taken_from_sisters(problem, place, gained * lever.option(card, "cannibalised"))
    discount = lever.option(card, "discount") * inside
    kept = share * (1.0 + card.value)
    changes: Changes = {
        "demand": np.maximum(problem.demand + gained - dipped - stolen, 0.0),
        "promotion": problem.promotion + gained - dipped,
        "price": problem.price * (1.0 - kept * discount / (1.0 - share + kept)),
    }
    return changes | spent(problem, card.kind, {place.first: lever.option(card, "budget")})


def price(problem: Problem, card: Card, place: Place) -> Changes:
    """price x (1 + v) and mu x (1 + v)^elasticity on the part that the target buys.

    Over a channel the mean price is weighted by what is still bought there:
    price' = price ((1-s) + s (1+v)^(1+e)) / ((1-s) + s (1+v)^e). Source: CM, pricing chapter
    (constant elasticity).
    """
    up = 1.0 + card.value
    elasticity = DECLARED["price"].option(card, "elasticity")
    factor = 1.0 - place.share + place.share * up**elasticity
    money = 1.0 - place.share + place.share * up ** (1.0 + elasticity)
    prices = problem.price.copy()
    prices[:, place.window] *= (money / factor)[:, None]
    return {"price": prices} | _scaled(problem, factor, place)


def customer(problem: Problem, card: Card, place: Place) -> Changes:
    """v units a month come (or go, v < 0) with the probability of the card, in every draw.

    The units are spread over the target's items as their demand of the month; what goes is never
    more than the target buys. ``demand`` stays as it is: the expected demand of a plan is
    demand + probability x volume.
    """
    bought = problem.demand * place.share[:, None]
    moved = np.maximum(mix_of(problem, place) * card.value, -bought)
    moved *= _months(problem, place.first, place.stop)
    return {
        "win_probability": np.append(problem.win_probability, card.probability),
        "win_volume": np.concatenate([problem.win_volume, moved[None]]),
    }


def shift_promotion(problem: Problem, card: Card, place: Place) -> Changes:
    """What planned promotions add in the window (and take after it) moves by k months.

    A share ``kept`` of the units arrives in the new months; what leaves the horizon is gone. The
    discount moves too when the price carries one: discount = price / (price of the nearest month
    without promotion) - 1 where that is below zero; the month left gets that price back and the
    month reached is multiplied by 1 + discount. k = 0 changes nothing.
    """
    kept = DECLARED["shift_promotion"].option(card, "kept")
    steps = round(card.value)
    moved = np.zeros_like(problem.demand)
    moved[:, place.window] = (problem.promotion * place.items[:, None])[:, place.window]
    arriving = kept * _delayed(moved, steps)
    usual = _usual_price(problem)
    discounted = (moved > 0) & (problem.price < usual)
    discount = np.where(discounted, problem.price / np.where(usual > 0, usual, 1.0) - 1.0, 0.0)
    prices = np.where(discounted, usual, problem.price)
    return {
        "demand": np.maximum(problem.demand - moved + arriving, 0.0),
        "promotion": problem.promotion - moved + arriving,
        "price": prices * (1.0 + _delayed(discount, steps)),
    }


def mix_of(problem: Problem, place: Place) -> Floats:
    """Part of each item in what the target buys, by month; even where it buys nothing, (I, T)."""
    bought = problem.demand * place.share[:, None]
    totals = bought.sum(axis=0)
    even = place.share[:, None] / max(place.share.sum(), 1e-300)
    mix: Floats = np.where(totals > 0, bought / np.where(totals > 0, totals, 1.0), even)
    return mix


def taken_from_sisters(problem: Problem, place: Place, taken: Floats) -> Floats:
    """Units that items of the same family off the target lose, at most all they sell, (I, T)."""
    members = (problem.family[:, None] == np.arange(len(problem.families))).astype(np.float64)
    sisters = problem.demand * ~place.items[:, None]
    base = (members.T @ sisters)[problem.family]
    wanted = (members.T @ taken)[problem.family]
    ratio = np.divide(wanted, base, out=np.zeros_like(wanted), where=base > 0)
    lost: Floats = sisters * np.minimum(ratio, 1.0)
    return lost


def _scaled(problem: Problem, factor: Floats, place: Place) -> Changes:
    demand, planned = problem.demand.copy(), problem.promotion.copy()
    demand[:, place.window] *= factor[:, None]
    planned[:, place.window] *= factor[:, None]
    return {"demand": demand, "promotion": planned}


def _months(problem: Problem, first: int, stop: int) -> Floats:
    month = np.arange(problem.months)
    return ((month >= first) & (month < stop)).astype(np.float64)


def _delayed(values: Floats, steps: int) -> Floats:
    moved = np.zeros_like(values)
    months = values.shape[1]
    if 0 <= steps < months:
        moved[:, steps:] = values[:, : months - steps]
    elif -months < steps < 0:
        moved[:, :steps] = values[:, -steps:]
    return moved


def _usual_price(problem: Problem) -> Floats:
    """(I, T) price of the nearest month without promotion: the last one before, else the next."""
    usual = np.where(problem.promotion > 0, np.nan, problem.price)
    for t in range(1, problem.months):
        usual[:, t] = np.where(np.isnan(usual[:, t]), usual[:, t - 1], usual[:, t])
    for t in range(problem.months - 2, -1, -1):
        usual[:, t] = np.where(np.isnan(usual[:, t]), usual[:, t + 1], usual[:, t])
    return np.where(np.isnan(usual), problem.price, usual)


def _customer_scale(problem: Problem, place: Place) -> tuple[float, float]:
    bought = float((problem.demand * place.share[:, None]).sum(axis=0).mean())
    high = nice(0.3 * bought)
    return high, nice(0.1 * bought)


LEVERS = (
    Lever(
        kind="shift_promotion",
        group=Group.DEMAND,
        unit=Unit.MONTHS,
        low=-6,
        high=6,
        step=1,
        default=3,
        neutral=0,
        targets=_GOODS,
        phase=3,
        effect=shift_promotion,
        owner=Role.SALES,
        lead=Lead(months=4),
        options={"kept": share_of(0.0, 1.0, 0.6)},
        felt=lambda problem: bool((problem.promotion > 0).any()),
    ),
    Lever(
        kind="volume",
        group=Group.DEMAND,
        unit=Unit.SHARE,
        low=-0.5,
        high=0.5,
        step=0.01,
        default=0.1,
        neutral=0.0,
        targets=_SALES,
        phase=4,
        effect=volume,
        owner=Role.SALES,
        decision=False,
    ),
    Lever(
        kind="price",
        group=Group.DEMAND,
        unit=Unit.SHARE,
        low=-0.3,
        high=0.3,
        step=0.01,
        default=0.04,
        neutral=0.0,
        targets=_SALES,
        phase=5,
        effect=price,
        owner=Role.SALES,
        lead=Lead(months=2),
        options={"elasticity": Option(unit=Unit.NUMBER, low=-6.0, high=1.0, default=-1.5)},
        felt=lambda problem: problem.has_money,
    ),
    Lever(
        kind="promotion",
        group=Group.DEMAND,
        unit=Unit.SHARE,
        low=0.0,
        high=1.0,
        step=0.01,
        default=0.15,
        neutral=0.0,
        targets=_SALES,
        phase=6,
        effect=promotion,
        owner=Role.MARKETING,
        lead=Lead(months=3),
        needs_window=True,
        options={
            "discount": share_of(0.0, 0.9, 0.1),
            "dip": share_of(0.0, 1.0, 0.08),
            "dip_months": months_of(6, 1),
            "cannibalised": share_of(0.0, 1.0, 0.0),
            "budget": money_of(Unit.MONEY),
        },
    ),
    Lever(
        kind="outlook",
        group=Group.DEMAND,
        unit=Unit.QUANTILE,
        low=0.1,
        high=0.9,
        step=0.05,
        default=0.9,
        neutral=0.5,
        targets=_GOODS,
        phase=7,
        effect=outlook,
        owner=Role.SALES,
        decision=False,
        unique=True,
    ),
    Lever(
        kind="customer",
        group=Group.DEMAND,
        unit=Unit.UNITS_PER_MONTH,
        low=-1e8,
        high=1e8,
        step=1,
        default=100,
        neutral=0,
        targets=_SALES,
        phase=8,
        effect=customer,
        owner=Role.SALES,
        decision=False,
        chance=True,
        scale=_customer_scale,
    ),
)

DECLARED = {lever.kind: lever for lever in LEVERS}
