"""The decision matrix: every cell is its own run, regret is Savage's."""

from dataclasses import replace

import numpy as np
import pytest

from sim.model.aids.matrix import Outlook, matrix, regrets
from sim.model.kpi import Kpi, estimate
from sim.model.scenario import Scenario
from tests.model.aids.test_bridge import judge
from tests.model.lever_cases import CARDS

VOLUME = CARDS["volume"]
OUTLOOKS = tuple(
    Outlook(name=str(value), cards=(replace(VOLUME, value=value),)) for value in (-0.2, 0.0, 0.2)
)
OPTIONS = (
    Scenario(name="nothing"),
    Scenario(name="overtime", cards=(CARDS["overtime"],)),
    Scenario(name="both", cards=(CARDS["overtime"], CARDS["second_source"], VOLUME)),
)


def test_every_cell_is_the_run_of_its_scenario() -> None:
    made = matrix(OPTIONS, OUTLOOKS, judge=judge, target=0.9)
    for option, row in zip(OPTIONS, made.cells, strict=True):
        for outlook, cell in zip(OUTLOOKS, row, strict=True):
            # The option's own card on the same lever and target gives way to the outlook's.
            own = tuple(card for card in option.cards if card.id != VOLUME.id)
            [values] = judge([Scenario(mode=option.mode, cards=(*own, *outlook.cards))])
            for kpi, found in cell.kpis.items():
                assert found.mean == pytest.approx(estimate(values[kpi]).mean, rel=1e-6), kpi
            assert cell.reaches == (values[Kpi.FILL_RATE] >= 0.9).mean()
    worth = np.array([[cell.kpis[Kpi.NET_MARGIN].mean for cell in row] for row in made.cells])
    assert made.regret.min(axis=0) == pytest.approx([0.0] * len(OUTLOOKS))
    assert made.best == tuple(worth.argmax(axis=0))
    assert made.robust == made.regret.max(axis=1).argmin()


def test_what_should_be_low_is_best_when_it_is_lowest() -> None:
    made = matrix(OPTIONS, OUTLOOKS, judge=judge, target=0.9, kpi=Kpi.AT_RISK)
    risk = np.array([[cell.kpis[Kpi.AT_RISK].mean for cell in row] for row in made.cells])
    assert made.best == tuple(risk.argmin(axis=0))
    assert (made.regret >= 0).all()


def test_savage_worked_by_hand() -> None:
    # Rows: brave, careful, middle. Largest regrets 7, 6 and 3: the middle one is robust.
    worth = np.array([[10.0, -1.0], [4.0, 6.0], [7.0, 3.0]])
    found = regrets(worth)
    assert found.tolist() == [[0, 7], [6, 0], [3, 3]]
    assert found.max(axis=1).argmin() == 2
