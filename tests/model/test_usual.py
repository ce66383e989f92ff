"""What a company has seen of a lever's quantity, against numbers made by hand."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.levers import LEVERS
from sim.model.scenario import Card
from sim.model.usual import MEASURES, NEAR, Level, Past, Usual, usual
from tests.model.lever_cases import company

MONTHS = 40
COMPANY = company()


def past(units=None, money=None, **changes: object) -> Past:
    """One line per item, channel and month; item I0 sells 100 a month at 10 unless told."""
    units = np.full(MONTHS, 100.0) if units is None else np.asarray(units, float)
    settled: dict[str, object] = {
        "items": COMPANY.items,
        "families": tuple(COMPANY.families[f] for f in COMPANY.family),
        "channels": COMPANY.channels,
        "item": np.zeros(len(units), dtype=np.int64),
        "channel": np.zeros(len(units), dtype=np.int64),
        "month": np.arange(len(units)),
        "units": units,
        "money": 10.0 * units if money is None else np.asarray(money, float),
        "closing": np.full((len(COMPANY.items), len(units)), np.nan),
        "hours": np.full((len(COMPANY.resources), len(units)), np.nan),
        "regular": np.full((len(COMPANY.resources), len(units)), np.nan),
        "promoted": (),
        "uplift": np.zeros(0),
    }
    return Past(**settled | changes)  # type: ignore[arg-type]


def card(kind: str, target: str = "all", **changes: object) -> Card:
    return Card(id="x", kind=kind, target=target, value=0.0, **changes)


def test_volume_is_the_departure_from_the_usual_growth() -> None:
    growing = 100.0 * 1.1 ** (np.arange(MONTHS) // 12)
    growing[-1] *= 1.2  # the last month: 32 % above a year earlier, where 10 % are usual
    month = COMPANY.start
    found = usual(COMPANY, past(growing), card("volume", "item:I0", first=month, last=month))
    assert found is not None
    assert (found.count, found.span) == (28, 1)
    assert found.mean == pytest.approx(0.0, abs=1e-12)
    assert found.high == pytest.approx(0.22 * 27 / 28)
    assert found.sigma == pytest.approx(0.22 / np.sqrt(28))
    year = usual(COMPANY, past(growing), card("volume", "item:I0"))
    assert year is not None
    assert year.span == 12  # a card of a year is compared with whole years


def test_a_short_history_is_compared_over_fewer_months_or_not_at_all() -> None:
    found = usual(COMPANY, past(np.full(26, 100.0)), card("volume", "item:I0"))
    assert found is not None
    assert (found.span, found.count) == (3, 12)
    assert usual(COMPANY, past(np.full(14, 100.0)), card("volume", "item:I0")) is None


def test_only_the_target_counts() -> None:
    told = past()
    assert usual(COMPANY, told, card("volume", "channel:DIY")) is not None
    assert usual(COMPANY, told, card("volume", "channel:WEB")) is None  # never sold there
    assert usual(COMPANY, told, card("volume", "item:I1")) is None
    assert usual(COMPANY, told, card("volume", "item:gone")) is None


def test_prices_are_sales_value_over_units() -> None:
    units = np.linspace(50, 150, MONTHS)  # the volume does not matter
    price = np.where(np.arange(MONTHS) < 20, 10.0, 10.4)
    found = usual(COMPANY, past(units, units * price), card("price", last=COMPANY.start))
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(0.0, abs=1e-9), pytest.approx(0.04))
    unpriced = past(units, np.full(MONTHS, np.nan))
    assert usual(COMPANY, unpriced, card("price")) is None


def test_promotions_of_the_target_are_found_by_item_family_or_for_all() -> None:
    family = COMPANY.families[COMPANY.family[0]]
    told = past(
        promoted=(("I0", "", ""), ("", family, ""), ("", "", ""), ("I3", "", ""), ("", "", "WEB")),
        uplift=np.array([0.1, 0.2, 0.3, 0.9, 0.5]),
    )
    assert usual(COMPANY, told, card("promotion", "item:I0")) is None  # four of them: too few
    everything = usual(COMPANY, told, card("promotion"))
    assert everything is not None
    assert (everything.count, everything.high) == (5, 0.9)


def test_overtime_is_what_was_made_above_the_hours_of_then_or_of_the_horizon() -> None:
    hours = np.full((3, MONTHS), np.nan)
    hours[0] = COMPANY.capacity[0, (np.arange(MONTHS) - MONTHS) % 12] * 1.08
    told = past(hours=hours)
    found = usual(COMPANY, told, card("overtime", "resource:R0"))
    assert found is not None
    assert found.high == pytest.approx(0.08)
    more = replace(told, regular=2.0 * hours)
    found = usual(COMPANY, more, card("saturdays", "resource:R0"))
    assert found is not None
    assert found.high == 0.0  # there were hours enough then
    assert usual(COMPANY, told, card("overtime", "resource:R1")) is None


def test_cover_is_the_departure_from_its_mean() -> None:
    closing = np.full((4, MONTHS), np.nan)
    closing[0] = 50.0
    closing[0, 5] = 128.0
    found = usual(COMPANY, past(closing=closing), card("stock_cover", "item:I0"))
    assert found is not None
    assert (found.count, found.high) == (39, pytest.approx(0.78 * 38 / 39))


def test_every_measured_lever_exists_and_the_others_have_no_limit() -> None:
    assert set(MEASURES) <= set(LEVERS)
    for kind in set(LEVERS) - set(MEASURES):
        assert usual(COMPANY, past(), card(kind)) is None


numbers = st.floats(-1.0, 1.0)


@given(numbers, st.floats(0.0, 0.5), st.tuples(numbers, numbers).map(sorted), numbers)
def test_marks_grow_with_the_distance_and_nothing_done_has_none(mean, sigma, ends, value) -> None:
    seen = Usual(mean=mean, sigma=sigma, low=ends[0], high=ends[1], count=30)
    order = [None, Level.UNUSUAL, Level.RARE, Level.NEVER]
    steps = [seen.judge(value * part / 8, neutral=0.0) for part in range(9)]
    levels = [order.index(None if step is None else step[0]) for step in steps]
    assert levels == sorted(levels)
    assert levels[0] == 0
    if steps[-1] is not None:
        level, bound = steps[-1]
        assert abs(value) > abs(bound) - NEAR
        assert bound * value >= 0.0
        assert (level is Level.NEVER) == ((value > ends[1]) if value > 0 else (value < ends[0]))


def test_a_fall_is_judged_by_the_lower_end() -> None:
    seen = Usual(mean=0.0, sigma=0.02, low=-0.05, high=0.03, count=30)
    assert seen.judge(-0.06, neutral=0.0) == (Level.NEVER, -0.05)
    assert seen.judge(-0.045, neutral=0.0) == (Level.RARE, -0.04)
    assert seen.judge(date(2027, 1, 1).month * -0.01, neutral=0.0) is None
