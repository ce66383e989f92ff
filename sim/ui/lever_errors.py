"""Errors about lever cards, told in the names and units of the screen."""

from sim.errors import LeverError, SopError, SopErrors, each
from sim.model import levers
from sim.model.problem import Problem
from sim.model.scenario import Card, Scenario
from sim.report.text import Text
from sim.ui import cards

BOUNDS = ("value", "low", "high")
LONGEST = 80


def readable(text: Text, problem: Problem, scenario: Scenario, error: SopError) -> SopError:
    """The same error with the card, its lever and its value as people see them."""
    known = {card.id: card for card in scenario.cards if card.kind in levers.LEVERS}
    told = [_told(text, problem, known, one) for one in each(error)]
    return told[0] if len(told) == 1 else SopErrors(told)


def _told(text: Text, problem: Problem, known: dict[str, Card], error: SopError) -> SopError:
    card = known.get(str(error.values.get("card")))
    # Of two cards with one id only the id says what to change.
    if card is None or not isinstance(error, LeverError) or error.key.endswith("duplicate_id"):
        return error
    values = dict(error.values)
    values["card"] = cards.card_name(text, problem, card)[:LONGEST]
    place = str(values.get("field"))
    if place == "value":
        for name in BOUNDS:
            found = values.get(name)
            if isinstance(found, int | float):
                values[name] = cards.value_text(text, problem, card, value=float(found))
    if "kind" in values:
        values["kind"] = text(f"lever.{card.kind}.name")
    if "field" in values:
        values["field"] = _place(text, place)
    if error.key.endswith(("wrong_target", "needs_resource")):
        names = (f"lever.target.{name}" for name in str(values["known"]).split(", "))
        values["known"] = ", ".join(text(name) for name in names if text.has(name))
    return type(error)(error.key, **values)


def _place(text: Text, place: str) -> str:
    """The name of a field of a card, as its form shows it."""
    option = place.removeprefix("options.")
    key = f"lever.option.{option}" if option != place else f"lever.field.{place}"
    return text(key) if text.has(key) else place
