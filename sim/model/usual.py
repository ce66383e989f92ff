"""What a company has already seen: the usual range of a lever's quantity, and its records.

A lever that no history speaks of has no range; nothing is assumed for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from sim.model.levers.catalogue import LEVERS
from sim.model.levers.declaration import Flags
from sim.model.levers.place import locate, missing, parts, window
from sim.model.problem import Floats, Ints, Problem
from sim.model.scenario import Card

YEAR = 12  # months
FEWEST = 5  # values below which a spread says nothing
NEAR = 1e-9  # a value on a bound is within it
SUMMED = frozenset({"volume", "price"})  # quantities of all the months of a card together


@dataclass(frozen=True, kw_only=True, eq=False)
class Past:
    """What a company's tables tell of the M months before the horizon, the oldest first."""

    items: tuple[str, ...]  # also those that are no longer planned
    families: tuple[str, ...]  # family of each item
    channels: tuple[str, ...]
    item: Ints  # (L,) of each line of sales
    channel: Ints  # (L,)
    month: Ints  # (L,) 0 .. M-1
    units: Floats  # (L,)
    money: Floats  # (L,) nan where the company states no sales value
    closing: Floats  # (I, M) [units] stock at month end; nan = not known
    hours: Floats  # (R, M) [resource units] that production took; nan = not known
    regular: Floats  # (R, M) [resource units] regular capacity then; nan = not known
    promoted: tuple[tuple[str, str, str], ...]  # item, family, channel of each promotion; "" = any
    uplift: Floats  # (P,) its effect on sales [share]

    def __post_init__(self) -> None:
        for spec in fields(self):
            value = getattr(self, spec.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @property
    def months(self) -> int:
        """M, the number of months."""
        return int(self.closing.shape[1])


class Level(StrEnum):
    """How far a value lies outside of what the company has seen."""

    UNUSUAL = "unusual"  # beyond one standard deviation
    RARE = "rare"  # beyond two
    NEVER = "never"  # beyond everything there ever was


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """The history of a lever's quantity, on the scale of its slider."""

    mean: float
    sigma: float  # standard deviation of the values
    low: float  # the smallest ever
    high: float  # the largest ever
    count: int
    span: int = 1  # months that each value covers

    def judge(self, value: float, *, neutral: float) -> tuple[Level, float] | None:
        """How unusual a value is, and the bound that it passes; None within the usual.

        Doing nothing is never unusual, so no bound lies on the other side of the neutral value.

        >>> seen = Usual(mean=0.01, sigma=0.02, low=-0.04, high=0.06, count=40)
        >>> [seen.judge(x, neutral=0.0) for x in (0.03, -0.02, 0.04)]
        [None, (<Level.UNUSUAL: 'unusual'>, -0.01), (<Level.UNUSUAL: 'unusual'>, 0.03)]
        >>> [seen.judge(x, neutral=0.0) for x in (0.055, 0.07)]
        [(<Level.RARE: 'rare'>, 0.05), (<Level.NEVER: 'never'>, 0.06)]
        """
        side = 1.0 if value > neutral else -1.0
        record = self.high if side > 0 else self.low
        bounds = (
            (Level.NEVER, record),
            (Level.RARE, self.mean + 2.0 * side * self.sigma),
            (Level.UNUSUAL, self.mean + side * self.sigma),
        )
        for level, bound in bounds:
            edge = side * max(side * bound, side * neutral)
            if side * (value - edge) > NEAR:
                return level, edge
        return None


def usual(problem: Problem, past: Past, card: Card) -> Usual | None:
    """What the company has seen of the quantity that a card moves; None when it has no history."""
    measure = MEASURES.get(card.kind)
    if measure is None or missing(problem, card.target):
        return None
    span = _span(problem, past, card) if card.kind in SUMMED else 1
    values = measure(_Asked(problem=problem, past=past, card=card, span=span))
    return spread(values, span=span) if values.size >= FEWEST else None


def spread(values: Floats, *, span: int = 1) -> Usual:
    """Mean, standard deviation and records of a history.

    Parameters
    ----------
    values : (K,) on the scale of the slider, K >= 2
    span : [months] that each value covers

    Source: sample standard deviation, s^2 = sum (x - mean)^2 / (K - 1).

    >>> spread(np.array([1.0, 2.0, 3.0]))
    Usual(mean=2.0, sigma=1.0, low=1.0, high=3.0, count=3, span=1)
    """
    return Usual(
        mean=float(values.mean()),
        sigma=float(values.std(ddof=1)),
        low=float(values.min()),
        high=float(values.max()),
        count=int(values.size),
        span=span,
    )


def rolling(values: Floats, span: int) -> Floats:
    """Sums over each ``span`` months in a row, (..., M) -> (..., M - span + 1).

    >>> rolling(np.array([1.0, 2.0, 3.0, 4.0]), 2)
    array([3., 5., 7.])
    """
    total = np.cumsum(values, axis=-1)
    total[..., span:] -= total[..., :-span].copy()
    return total[..., span - 1 :]


def growth(units: Floats, span: int) -> Floats:
    """Sales over ``span`` months against the same months a year earlier.

    g[m] = sum of y[m .. m+span-1] / sum of y[m-12 .. m+span-13] - 1. Months before the first sale
    do not count; nor does a year earlier without sales.

    Parameters
    ----------
    units : (M,) [units per month]

    Returns
    -------
    (K,) [share], K <= M - span - 11

    >>> growth(np.array([10.0] * 12 + [11.0, 12.0]), 1).round(2)
    array([0.1, 0.2])
    >>> growth(np.array([10.0] * 12 + [11.0, 12.0]), 2).round(2)
    array([0.15])
    """
    sold = np.flatnonzero(units)
    known = rolling(units[sold[0] :], span) if sold.size else units
    if known.size <= YEAR or known.size + span - 1 < YEAR + span:
        return np.zeros(0)
    now, before = known[YEAR:], known[:-YEAR]
    return now[before > 0] / before[before > 0] - 1.0


def price_changes(units: Floats, money: Floats, span: int) -> Floats:
    """Change of prices against the same months a year earlier, at the quantities of today.

    With p = money / units of an item over ``span`` months and q its units:
    c[m] = sum q[m] p[m] / sum q[m] p[m-12] - 1 over the items sold in both.

    Parameters
    ----------
    units : (I, M) [units per month]
    money : (I, M) [money per month] sales value

    Returns
    -------
    (K,) [share]

    Source: Paasche price index (no effect of the mix of items).

    >>> units = np.array([[10.0] * 12 + [20.0]])
    >>> price_changes(units, units * ([[5.0] * 12 + [5.5]]), 1).round(3)
    array([0.1])
    """
    sold, value = rolling(units, span), rolling(money, span)
    now, before = sold[:, YEAR:], sold[:, :-YEAR]
    both = (now > 0) & (before > 0) & (value[:, :-YEAR] > 0)
    old = np.divide(value[:, :-YEAR], before, out=np.zeros_like(before), where=both)
    paid = np.where(both, value[:, YEAR:], 0.0).sum(axis=0)
    at_old = np.where(both, now * old, 0.0).sum(axis=0)
    found: Floats = paid[at_old > 0] / at_old[at_old > 0] - 1.0
    return found


def hours_above(hours: Floats, regular: Floats) -> Floats:
    """Hours made above the regular ones, as a share of these.

    o[m] = sum over r of max(h[r,m] - c[r,m], 0) / sum over r of c[r,m], over the resources whose
    hours and capacity are known in the month.

    Parameters
    ----------
    hours, regular : (R, M) [resource units]; nan = not known

    Returns
    -------
    (K,) [share], months without any known resource left out

    >>> hours_above(np.array([[110.0, 90.0], [100.0, np.nan]]), np.full((2, 2), 100.0))
    array([0.05, 0.  ])
    """
    known = np.isfinite(hours) & np.isfinite(regular) & (regular > 0)
    above = np.where(known, np.maximum(hours - np.where(known, regular, 0.0), 0.0), 0.0)
    base = np.where(known, regular, 0.0).sum(axis=0)
    found: Floats = above.sum(axis=0)[base > 0] / base[base > 0]
    return found


def covers(closing: Floats, units: Floats) -> Floats:
    """Months of the next month's sales that the stock at month end covered.

    k[m] = sum of closing[m] / sum of sales[m+1], over the items whose stock is known.

    Parameters
    ----------
    closing, units : (I, M) [units]; closing nan = not known

    Returns
    -------
    (K,) [months]

    >>> covers(np.array([[50.0, 30.0, 9.0]]), np.array([[80.0, 100.0, 60.0]]))
    array([0.5, 0.5])
    """
    known = np.isfinite(closing[:, :-1])
    stock = np.where(known, closing[:, :-1], 0.0).sum(axis=0)
    asked = np.where(known, units[:, 1:], 0.0).sum(axis=0)
    found: Floats = stock[asked > 0] / asked[asked > 0]
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Asked:
    """A card whose quantity is looked up in the past."""

    problem: Problem
    past: Past
    card: Card
    span: int  # [months] that are taken together where the quantity is a sum


def _span(problem: Problem, past: Past, card: Card) -> int:
    """Months in force, at most a year, and so few that a year of comparisons is left."""
    first, stop = window(problem, card)
    return max(min(stop - first, YEAR, past.months - 2 * YEAR + 1), 1)


def _volume(asked: _Asked) -> Floats:
    """The plan holds the usual growth already: what counts is the departure from it."""
    units = _by_item(asked.past, asked.past.units, asked.card).sum(axis=0)
    found = growth(units, asked.span)
    return found - found.mean() if found.size else found


def _price(asked: _Asked) -> Floats:
    past = asked.past
    money = _by_item(past, past.money, asked.card)
    if not np.isfinite(money).all() or past.months < YEAR + asked.span:
        return np.zeros(0)
    return price_changes(_by_item(past, past.units, asked.card), money, asked.span)


def _promotion(asked: _Asked) -> Floats:
    past = asked.past
    wanted, channels = _items(past, asked.card), _codes(asked.card, "channel")
    named = {code for code, flag in zip(past.items, wanted, strict=True) if flag}
    inside = {code for code, flag in zip(past.families, wanted, strict=True) if flag}
    held = [
        (item in named if item else not family or family in inside)
        and (not channels or not channel or channel in channels)
        for item, family, channel in past.promoted
    ]
    found: Floats = past.uplift[np.array(held, dtype=bool)]
    return found


def _overtime(asked: _Asked) -> Floats:
    """Against the regular hours of then, else against those of the same month of the horizon."""
    problem, past = asked.problem, asked.past
    rows = locate(problem, LEVERS[asked.card.kind], asked.card).resources
    calendar = (np.arange(past.months) - past.months) % YEAR
    if problem.months < YEAR:
        calendar = np.zeros(past.months, dtype=np.int64)
    regular = np.where(np.isnan(past.regular), problem.capacity[:, calendar], past.regular)
    return hours_above(past.hours[rows], regular[rows])


def _cover(asked: _Asked) -> Floats:
    """The card moves the target: what counts is the departure from the usual cover."""
    past = asked.past
    closing = past.closing[_items(past, asked.card)]
    found = covers(closing, _by_item(past, past.units, asked.card))
    return found - found.mean() if found.size else found


MEASURES: Mapping[str, Callable[[_Asked], Floats]] = MappingProxyType(
    {
        "volume": _volume,
        "price": _price,
        "promotion": _promotion,
        "overtime": _overtime,
        "saturdays": _overtime,
        "stock_cover": _cover,
    }
)


def _codes(card: Card, prefix: str) -> set[str]:
    return {code for kind, code in parts(card.target) if kind == prefix}


def _items(past: Past, card: Card) -> Flags:
    families, items = _codes(card, "family"), _codes(card, "item")
    if not families and not items:
        return np.ones(len(past.items), dtype=np.bool_)
    named = zip(past.items, past.families, strict=True)
    return np.array([item in items or family in families for item, family in named], np.bool_)


def _by_item(past: Past, amounts: Floats, card: Card) -> Floats:
    """Lines of sales that the target buys, summed by its items and months, (I', M)."""
    rows, channels = _items(past, card), _codes(card, "channel")
    taken = rows[past.item]
    if channels:
        taken &= np.array([code in channels for code in past.channels], np.bool_)[past.channel]
    place = past.item[taken] * past.months + past.month[taken]
    size = len(past.items) * past.months
    summed = np.bincount(place, amounts[taken], size).astype(np.float64)
    return summed.reshape(len(past.items), past.months)[rows]
