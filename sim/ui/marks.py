"""What the company's own history says of a lever's value: nothing, a quiet word, a warning."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import streamlit as st

from sim.model import levers
from sim.model.problem import Problem
from sim.model.scenario import Card
from sim.model.usual import Level, Past, Usual, usual
from sim.report.text import Text
from sim.store.read_past import read_past
from sim.ui import cards, data

Verdict = tuple[Level, float, bool]  # how unusual, the bound that is passed, whether upwards
Place = tuple[str, str, date | None, date | None]  # kind, target and months of a card


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A word about one value: "quiet" is unusual, "watch" is outside the own history."""

    tone: Literal["quiet", "watch"]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The words about the values of one slider, and the history that they come from."""

    history: str = ""
    of: dict[float, Mark] = field(default_factory=dict)


def marks(
    text: Text, problem: Problem, dataset: str, card: Card, *, values: Iterable[float]
) -> Marks:
    """What the history says of each of the values; nothing where there is no history."""
    place = (card.kind, card.target, card.first, card.last)
    seen = _usual(problem.hash, dataset, place, problem)
    if seen is None:
        return Marks()
    neutral = levers.LEVERS[card.kind].neutral
    written: dict[Verdict, Mark] = {}  # few bounds, many positions
    found = {}
    for value in values:
        verdict = seen.judge(value, neutral=neutral)
        if verdict is not None:
            key = (*verdict, value > neutral)
            if key not in written:
                written[key] = _mark(text, problem, card, key)
            found[value] = written[key]
    return Marks(history=_history(text, problem, card, seen), of=found)


def _mark(text: Text, problem: Problem, card: Card, verdict: Verdict) -> Mark:
    level, bound, up = verdict
    side = "up" if up else "down"
    if level is Level.UNUSUAL:
        return Mark(tone="quiet", words=text(f"ui.card.seen.unusual.{side}"))
    if abs(bound - levers.LEVERS[card.kind].neutral) < 1e-6:
        return Mark(tone="watch", words=text(f"ui.card.seen.none.{side}"))
    value = cards.value_text(text, problem, card, value=round(bound, 3)).removeprefix("+")
    return Mark(tone="watch", words=text(f"ui.card.seen.{level.value}.{side}", value=value))


def _history(text: Text, problem: Problem, card: Card, seen: Usual) -> str:
    """Where the limits come from, with the figures."""

    def write(value: float) -> str:
        return cards.value_text(text, problem, card, value=round(value, 3)).removeprefix("+")

    return text(
        f"ui.card.history.{card.kind}",
        mean=write(seen.mean),
        sigma=write(seen.sigma),
        low=write(seen.low),
        high=write(seen.high),
        count=text.number(seen.count),
        span=text.number(seen.span),
    )


# The hash stands for the problem: see ``results``.
# ruff: noqa: ARG001


@st.cache_resource(show_spinner=False, max_entries=4)
def _past(problem_hash: str, dataset: str, _problem: Problem) -> Past:
    return read_past(data.workspace(dataset), _problem)


@st.cache_resource(show_spinner=False, max_entries=512)
def _usual(problem_hash: str, dataset: str, place: Place, _problem: Problem) -> Usual | None:
    kind, target, first, last = place
    neutral = levers.LEVERS[kind].neutral
    card = Card(id=kind, kind=kind, target=target, first=first, last=last, value=neutral)
    return usual(_problem, _past(problem_hash, dataset, _problem), card)
