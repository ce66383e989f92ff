"""Formulas of the compiled simulator that are quicker than exact: how far off they may be."""

import numpy as np
import pytest
from numba import njit

from sim.model.kernel.lanes import (
    DOUBLE,
    SINGLE,
    decay,
    inverse_of,
    load,
    power_of_two,
    root_of,
    store,
)
from sim.model.kernel.month import OPTIONS


@njit(**OPTIONS)
def worked_out(step, given, found):  # type: ignore[no-untyped-def]
    for n in range(0, given.shape[1], step):
        store(found, (0, n), power_of_two(load(given, (0, n))))
        store(found, (1, n), decay(load(given, (1, n))))
        store(found, (2, n), inverse_of(load(given, (2, n))))
        store(found, (3, n), root_of(load(given, (3, n))))


@pytest.mark.parametrize(
    ("real", "step", "power", "other"),
    [(np.float32, SINGLE, 5e-6, 3e-7), (np.float64, DOUBLE, 1e-13, 1e-15)],
)
def test_quick_formulas_are_as_near_as_stated(
    real: type, step: int, power: float, other: float
) -> None:
    count = 64 * SINGLE
    wide = np.geomspace(1e-15, 1e15, count)
    given = np.stack(
        [np.linspace(-90, 90, count), -np.geomspace(1e-6, 90, count), wide, wide]
    ).astype(real)
    found = np.empty_like(given)
    worked_out(step, given, found)
    exact = given.astype(float)
    exact = np.stack([np.exp2(exact[0]), np.exp2(exact[1]), 1 / exact[2], np.sqrt(exact[3])])
    off = np.abs(found / exact - 1).max(axis=1)
    assert (off <= [power, power, other, other]).all(), off


def test_what_is_nearly_nought_stays_a_number() -> None:
    given = np.zeros((4, SINGLE), np.float32)
    given[0], given[1], given[2:] = -1e30, -np.inf, 1.0
    found = np.empty_like(given)
    worked_out(SINGLE, given, found)
    assert (found[:2] >= 0).all()
    assert (found[:2] < 1e-29).all()
