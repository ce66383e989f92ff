"""Decision matrix: supply options x demand outlooks. Which option is robust?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.model.aids.judge import Judge
from sim.model.kpi import KPIS, Better, Estimate, Kpi, estimate
from sim.model.problem import Floats
from sim.model.scenario import Card, Scenario

SHOWN = (Kpi.NET_MARGIN, Kpi.FILL_RATE, Kpi.FILL_RATE_UNITS, Kpi.CASH, Kpi.AT_RISK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """One column: what the world may be like. Its cards are put on top of an option's."""

    name: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One option in one outlook."""

    kpis: dict[Kpi, Estimate]
    reaches: float  # share of draws whose service reaches the target


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matrix:
    """Cells, and what they say about the options. Axes: option o, outlook w."""

    cells: tuple[tuple[Cell, ...], ...]
    regret: Floats  # (O, W) what the best option of the outlook would have brought beyond
    best: tuple[int, ...]  # best option of each outlook
    robust: int  # option whose largest regret is the smallest


def matrix(
    options: Sequence[Scenario],
    outlooks: Sequence[Outlook],
    *,
    judge: Judge,
    target: float,
    kpi: Kpi = Kpi.NET_MARGIN,
    service: Kpi = Kpi.FILL_RATE,
) -> Matrix:
    """Judge every option in every outlook, all on the same draws.

    Parameters
    ----------
    options, outlooks : rows and columns
    judge : KPIs of scenarios, draw by draw
    target : share [0..1] of demand that is to be served
    kpi : what the regret is counted in
    service : the KPI that is compared with the target

    Source: Savage 1951, The theory of statistical decision (minimax regret).
    """
    # By outlook: two options in one differ less than one option in two.
    found = judge([under(option, outlook) for outlook in outlooks for option in options])
    every = [
        Cell(
            kpis={one: estimate(values[one]) for one in SHOWN if one in values},
            reaches=float((values[service] >= target).mean()),
        )
        for values in found
    ]
    cells = tuple(tuple(every[o :: len(options)]) for o in range(len(options)))
    worth = np.array([[cell.kpis[kpi].mean for cell in row] for row in cells])
    worth = -worth if KPIS[kpi].better is Better.LOWER else worth
    regret = regrets(worth)
    return Matrix(
        cells=cells,
        regret=regret,
        best=tuple(int(o) for o in worth.argmax(axis=0)),
        robust=int(regret.max(axis=1).argmin()),
    )


def regrets(worth: Floats) -> Floats:
    """Regret of each option in each outlook: best worth of the outlook less the own.

    Parameters
    ----------
    worth : (O, W) the more the better

    Returns
    -------
    (O, W)

    >>> regrets(np.array([[10.0, 2.0], [8.0, 6.0]])).tolist()
    [[0.0, 4.0], [2.0, 0.0]]
    """
    found: Floats = worth.max(axis=0, keepdims=True) - worth
    return found


def under(option: Scenario, outlook: Outlook) -> Scenario:
    """An option in an outlook: the outlook's cards, then the option's that say something else."""
    held = {(card.kind, card.target) for card in outlook.cards}
    own = tuple(card for card in option.cards if (card.kind, card.target) not in held)
    # Ids of the two lists are given apart: they may be the same words.
    given = tuple(replace(card, id=f"outlook.{n}") for n, card in enumerate(outlook.cards))
    return replace(option, cards=(*given, *own))
