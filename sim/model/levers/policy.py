"""Levers of the rules: who is served first, how far a plan may move."""

import numpy as np

from sim.model.levers.declaration import Changes, Group, Lever, Place, Role, TargetKind, Unit
from sim.model.levers.place import parts
from sim.model.problem import Problem, Rationing
from sim.model.scenario import Card

AS_IN_DATA = "as_in_data"
RULES = (AS_IN_DATA, *(rule.value for rule in Rationing))
_ALL = frozenset({TargetKind.ALL})


def rationing(problem: Problem, card: Card, _place: Place) -> Changes:
    """Who gets a full resource: everybody the same share, or classes filled in order.

    The rule is the card's position: fair share, margin per unit of the scarce resource, channel
    tier. Channels in the target come first and the others after them, instead of the company's
    tiers; without tiers from either all channels are alike. Source: Hopp & Spearman, ch. 16.
    """
    rule = Rationing(RULES[round(card.value)])
    first = [code for prefix, code in parts(card.target) if prefix == "channel"]
    if rule is not Rationing.CHANNEL or not first:
        return {"rationing": rule}
    tiers = np.array([1 if code in first else 2 for code in problem.channels], dtype=np.int64)
    return {"rationing": rule, "channel_tier": tiers}


def frozen_fence(problem: Problem, card: Card, _place: Place) -> Changes:
    """The first months in which no release may leave the plan: + v, between 0 and the horizon.

    Source: SPT (rolling plans, frozen interval); APICS (demand time fence).
    """
    months = int(np.clip(problem.frozen_months + round(card.value), 0, problem.months))
    return {"frozen_months": months}


def flexibility(_problem: Problem, card: Card, _place: Place) -> Changes:
    """After the frozen months releases stay within +-v of the plan, instead of what the data say.

    (1 - v) pi <= q <= (1 + v) pi. Source: Hopp & Spearman, ch. 16 (flexibility contracts).
    """
    return {"flexibility": float(card.value)}


def responsiveness(problem: Problem, card: Card, _place: Place) -> Changes:
    """phi x v: how much of a new need the next release follows; 0 keeps the plan.

    Source: SPT (smoothing of production).
    """
    return {"responsiveness": problem.responsiveness * card.value}


def _rules_scale(problem: Problem, place: Place) -> tuple[float, float]:
    """Channels first is no choice where neither the target nor the data rank the channels."""
    ranked = problem.channel_tier is not None or bool((place.share < 1).any())
    last = len(RULES) - 1
    return float(last if ranked else last - 1), 2.0


def _uncertain(problem: Problem) -> bool:
    """Where demand is certain no release ever wants to leave the plan."""
    return bool(problem.errors.spread.any())


LEVERS = (
    Lever(
        kind="rationing",
        group=Group.POLICY,
        unit=Unit.CHOICE,
        low=0,
        high=len(RULES) - 1,
        step=1,
        default=2,
        neutral=0,
        targets=frozenset({TargetKind.ALL, TargetKind.CHANNEL}),
        phase=60,
        effect=rationing,
        owner=Role.SALES,
        alone=True,
        whole_horizon=True,
        positions=RULES,
        scale=_rules_scale,
        felt=lambda problem: problem.has_capacity,
    ),
    Lever(
        kind="frozen_fence",
        group=Group.POLICY,
        unit=Unit.MONTHS,
        low=-6,
        high=6,
        step=1,
        default=1,
        neutral=0,
        targets=_ALL,
        phase=61,
        effect=frozen_fence,
        owner=Role.PLANNING,
        alone=True,
        whole_horizon=True,
        felt=_uncertain,
    ),
    Lever(
        kind="flexibility",
        group=Group.POLICY,
        unit=Unit.SHARE,
        low=0.0,
        high=1.0,
        step=0.05,
        default=0.2,
        neutral=1.0,
        targets=_ALL,
        phase=62,
        effect=flexibility,
        owner=Role.PLANNING,
        alone=True,
        whole_horizon=True,
        felt=_uncertain,
    ),
    Lever(
        kind="responsiveness",
        group=Group.POLICY,
        unit=Unit.SHARE,
        low=0.0,
        high=1.0,
        step=0.05,
        default=0.5,
        neutral=1.0,
        targets=_ALL,
        phase=63,
        effect=responsiveness,
        owner=Role.PLANNING,
        alone=True,
        whole_horizon=True,
        felt=_uncertain,
    ),
)
