"""What a card without effect says, and when it is looked for.

A step of a slider must not wait for a second simulation. The outcome on the screen and the one
before the card moved are both at hand; only when they are equal is the scenario without the card
simulated, once: it is the same for every value of the card.
"""

from sim.model.aids import idle
from sim.model.aids.idle import Reason, Why
from sim.model.outcome import Outcome
from sim.model.problem import Problem
from sim.model.scenario import Card, Scenario
from sim.report import headline
from sim.report.text import Text
from sim.ui import cards, results
from sim.ui.room import Room, without_card

CAUSES = (Why.STORAGE, Why.LEAD_TIME, Why.PLAN, Why.SWINGS)


def told(text: Text, problem: Problem, room: Room, *, outcome: Outcome) -> dict[str, str]:
    """The cards that are found to change nothing, each with its reason in words."""
    scenario = room.current
    return {
        card.id: sentence(
            text,
            outcome.problem,
            card.kind,
            idle.reason(problem, scenario, card, outcome=outcome),
        )
        for card in found(problem, room, outcome=outcome)
    }


def found(problem: Problem, room: Room, *, outcome: Outcome) -> list[Card]:
    """The cards that are known to change nothing."""
    acting = list(cards.effective(problem, room.current))
    if not acting or idle.same(outcome, results.reference(problem)):
        return acting
    before = room.before()
    moved = [card for card in acting if before is None or card not in before.cards]
    if len(moved) == 1 and before is not None and _alone(room.current, before, moved[0]):
        card = moved[0]
        if not idle.same(outcome, results.outcome(problem, before)):
            return []
        other = results.outcome(problem, idle.without(room.current, card))
        return moved if idle.same(outcome, other) else []
    # A link or a preset moves several at once: what does not even change the problem is known.
    return [card for card in moved if idle.unchanged(problem, room.current, card)]


def sentence(text: Text, problem: Problem, kind: str, reason: Reason) -> str:
    """Why a card changes nothing, in words."""
    if reason.why is Why.LIMIT:
        name = headline.resource_name(problem, text, reason.resource)
        return text("ui.card.idle.limit", limit=name)
    if reason.why in CAUSES:
        return text("ui.card.idle.cause", cause=text(f"headline.cause.{reason.why.value}"))
    key = f"ui.card.idle.{reason.why.value}"
    if text.has(f"{key}.{kind}"):
        return text(f"{key}.{kind}")
    return text(key, load=text.percent(reason.load, 0))


def _alone(current: Scenario, before: Scenario, card: Card) -> bool:
    """Whether nothing but this card differs from before."""
    ours, theirs = (without_card(each, card.id) for each in (current, before))
    return (ours.mode, ours.cards) == (theirs.mode, theirs.cards)
