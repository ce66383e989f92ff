"""What a search tells while it runs, and what it found."""

from dataclasses import dataclass
from enum import StrEnum

from sim.model.kpi import Estimate
from sim.model.scenario import Scenario
from sim.model.search.bound import Bound
from sim.model.search.race import Interval


class Stage(StrEnum):
    """Where a search stands."""

    RACE = "race"  # all candidates, then those that are left, on more and more draws
    FINAL = "final"  # the best ones on all draws
    FRONTIER = "frontier"  # what lies on the frontier, on the draws of the race


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One candidate: where it stands on the draws it was simulated on."""

    scenario: Scenario
    draws: int
    margin: Estimate  # [money] what is maximised: net margin; without prices less the cost
    service: Estimate  # [share of demand]
    cost: Estimate  # [money] spent on serving, goods apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One record after each simulation."""

    stage: Stage
    draws: int  # of this stage
    evaluated: int  # candidates simulated in this stage
    planned: int  # candidates to be simulated in this stage
    remaining: int  # candidates that are not clearly out
    best: Standing | None  # on the draws that all have met; None = no plan keeps the limits yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """The winner beside another candidate, on the same draws."""

    other: Standing
    margin: Interval  # [money] winner less the other, paired, 95 %
    service: Interval  # [share] winner less the other, paired, 95 %


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The best plan that was found, and how sure that is."""

    target: float
    seed: int
    finished: bool  # False: stopped before the end
    candidates: int
    evaluated: int
    simulated_draws: int  # of all simulations together
    missed_service: int  # candidates clearly below the target
    earned_less: int  # candidates that clearly earn less than one that reaches the target
    reached: bool  # the winner reaches the target
    winner: Standing
    service: Interval  # of the winner, 95 %
    reference: Against  # the scenario the search began with
    runner_up: Against | None
    at_stake: float  # [money] with 95 % no candidate is better than the winner by more than this
    finalists: tuple[Standing, ...]  # best first
    frontier: tuple[Standing, ...]  # from the cheapest to the best service
    bound: Bound | None
    limit: int  # resource behind most of what is not served when the target is not reached, or -1
