"""The lever cards of the live room in words: names, values, deadlines, what each one means."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sim.model import levers
from sim.model.levers import Slider, Unit
from sim.model.problem import Problem
from sim.model.scenario import Card, Scenario
from sim.report import headline
from sim.report.text import SCALES, Text, money_scale
from sim.ui.messages import plain
from sim.ui.room import Room

Tone = Literal["assumption", "before", "late"]
MAX_STEPS = 400  # a slider with more positions is coarser than its declared step
MOST_DIGITS = 8  # more decimals tell no two positions apart that a person could mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What drawing a card needs to know."""

    text: Text
    problem: Problem
    room: Room
    today: date
    gone: frozenset[str]  # cards whose target is no longer in the data
    compact: bool = False  # whether room is short


def steps(slider: Slider) -> list[float]:
    """The positions of a slider: multiples of its step, its ends and its neutral value.

    >>> from sim.model.levers import Unit
    >>> steps(Slider(low=0, high=0.3, step=0.1, default=0.1, neutral=0, unit=Unit.SHARE))
    [0.0, 0.1, 0.2, 0.3]
    >>> steps(Slider(low=0, high=0.23, step=0.1, default=0.1, neutral=0, unit=Unit.SHARE))
    [0.0, 0.1, 0.2, 0.23]
    """
    step = slider.step if slider.step > 0 else max(slider.high - slider.low, 1.0)
    step *= max(1, math.ceil((slider.high - slider.low) / step / MAX_STEPS - 1e-9))
    first, last = math.ceil(slider.low / step - 1e-9), math.floor(slider.high / step + 1e-9)
    # Round values even when a card's own value has widened the range to an odd one.
    grid = [round(n * step, 9) for n in range(first, last + 1)]
    ends = (round(slider.low, 9), round(slider.high, 9))
    return sorted({*grid, *ends, float(slider.neutral)})


def card_name(text: Text, problem: Problem, card: Card, *, among: Scenario | None = None) -> str:
    """What a card is called: the company's own name for it, else its kind and its target.

    Among the cards of one scenario the target is left out where the kind is enough.
    """
    named = problem.label(text.lang, "card", card.id)
    if named != card.id:
        return named
    kind = text(f"lever.{card.kind}.short")
    alone = among is not None and sum(one.kind == card.kind for one in among.cards) == 1
    if alone or card.target == "all":
        return kind
    return f"{kind} · {target_name(text, problem, card.target)}"


def preset_name(text: Text, problem: Problem, card: Card) -> str:
    """What a preset is called: an outlook by its own name, any other as its card."""
    key = f"ui.outlook.{card.id}.long"
    return text(key) if text.has(key) else card_name(text, problem, card)


def target_name(text: Text, problem: Problem, target: str) -> str:
    """A target in words."""
    if target == "all":
        return text("ui.card.everything")
    return ", ".join(
        problem.label(text.lang, prefix or "item", code) for prefix, code in levers.parts(target)
    )


def value_text(text: Text, problem: Problem, card: Card, *, value: float) -> str:
    """A lever's value in the reader's format, with its unit and the digits its step needs."""
    return _written(text, card, levers.slider(problem, card), value=value)


def value_texts(
    text: Text, problem: Problem, card: Card, values: Sequence[float]
) -> dict[float, str]:
    """The values of one slider in words, no two of them alike.

    A select slider sends its label back: of two equal labels only the last could be chosen.
    """
    slider = levers.slider(problem, card)
    words = {value: _written(text, card, slider, value=value) for value in values}
    for extra in range(1, MOST_DIGITS):
        found = Counter(words.values())
        alike = [value for value, word in words.items() if found[word] > 1]
        if not alike:
            break
        words |= {v: _written(text, card, slider, value=v, extra=extra) for v in alike}
    found = Counter(words.values())
    return {v: word if found[word] == 1 else f"{word} ({v!r})" for v, word in words.items()}


def _written(text: Text, card: Card, slider: Slider, *, value: float, extra: int = 0) -> str:
    lever = levers.LEVERS[card.kind]
    unit, signed = slider.unit, lever.low < 0
    if unit is Unit.CHOICE:
        return text(f"lever.{card.kind}.{lever.positions[round(value)]}")
    if unit is Unit.POINTS:
        digits = _digits(100 * value, 100 * slider.step, own=1) + extra
        return text("lever.unit.points", value=text.number(100 * value, digits, sign=signed))
    if unit is Unit.SHARE:
        digits = _digits(100 * value, 100 * slider.step, own=1) + extra
        return text.percent(value, digits, sign=signed)
    if unit is Unit.QUANTILE:
        digits = _digits(100 * value, 100 * slider.step, own=1) + extra
        return "P" + text.number(100 * value, digits)
    if unit in (Unit.MONEY, Unit.MONEY_PER_MONTH):
        scale = money_scale(value)
        size = SCALES[scale]
        digits = max(decimals(slider.step / size), _digits(value / size, slider.step / size, own=1))
        written = text.money(value, unit=scale, decimals=digits + extra if value else 0)
        return written if unit is Unit.MONEY else text("lever.unit.money_per_month", value=written)
    number = text.number(value, _digits(value, slider.step, own=2) + extra, sign=signed)
    priced = text.in_currency(number, "") if unit.value.startswith("money") else number
    return text(f"lever.unit.{unit.value}", value=priced)


def _digits(value: float, step: float, *, own: int) -> int:
    """Decimals of a value on a scale: none when it is whole, else those of the step or its own."""
    needed = decimals(value, own)
    return max(needed, decimals(step)) if needed else 0


def decimals(x: float, most: int = 6) -> int:
    """Decimals that write a number exactly, at most so many.

    >>> decimals(0.05), decimals(50_000 / 1e6), decimals(3.0), decimals(1 / 3, 2)
    (2, 2, 0, 2)
    """
    return next((n for n in range(most) if abs(x - round(x, n)) < 1e-6), most)


def difference_list(text: Text, problem: Problem, scenario: Scenario) -> str:
    """What the scenario changes, in one sentence of Markdown."""
    parts = [
        text(
            "ui.room.difference",
            name=plain(in_sentence(text, card_name(text, problem, card, among=scenario))),
            neutral=value_text(text, problem, card, value=levers.slider(problem, card).neutral),
            value=value_text(text, problem, card, value=card.value),
        )
        for card in effective(problem, scenario)
    ]
    if not parts:
        return text("ui.room.same_as_reference")
    key = "ui.room.differences" if len(parts) > 1 else "ui.room.difference_one"
    return text(key, count=len(parts), parts=", ".join(parts))


def unit_name(text: Text, unit: Unit) -> str:
    """What a number beside it is counted in: €/unit, months, people."""
    if unit.value.startswith("money"):
        return text(f"lever.unit.{unit.value}", value=text.symbol)
    return text(f"lever.unit_name.{unit.value}")


def in_sentence(text: Text, name: str) -> str:
    """The name of a card inside a sentence."""
    # English keeps its capitals: names of days are among the levers.
    return headline.in_sentence(name) if text.lang == "fr" else name


def effective(problem: Problem, scenario: Scenario) -> Sequence[Card]:
    """The cards that are on and away from their neutral value."""
    gone = levers.flagged(problem, scenario)
    return [
        card
        for card in scenario.active
        if card.value != levers.LEVERS[card.kind].neutral and card not in gone
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One card as it is drawn, in words of the reader's language; nothing of it is Markdown."""

    card: Card
    name: str
    deadline: str
    tone: Tone
    note: str
    gone: bool
    labels: Mapping[float, str]  # every position of its slider in words, in order


def face(bench: Bench, card: Card) -> Face:
    """What a card says: its name, until when to decide, its slider and what it means."""
    gone = card.id in bench.gone
    deadline, tone = _deadline(bench, card, gone=gone)
    labels = {} if gone else face_labels(bench.text, bench.problem, bench.room, card)
    return Face(
        card=card,
        name=card_name(bench.text, bench.problem, card, among=bench.room.current),
        deadline=deadline,
        tone=tone,
        note=bench.text("ui.card.gone", target=card.target) if gone else _note(bench, card),
        gone=gone,
        labels=labels,
    )


def face_labels(text: Text, problem: Problem, room: Room, card: Card) -> dict[float, str]:
    """The positions of a card's slider in words."""
    # The range comes from the saved card: it must not follow the value that is being moved.
    positions = steps(levers.slider(problem, room.saved_card(card)))
    return value_texts(text, problem, card, room.offer(card, positions))


def _deadline(bench: Bench, card: Card, *, gone: bool) -> tuple[str, Tone]:
    lever = levers.LEVERS[card.kind]
    if gone or not lever.decision:
        return bench.text("ui.card.assumption"), "assumption"
    day = levers.decide_by(bench.problem, card)
    size = ".short" if bench.compact else ""
    if day < bench.today:
        return bench.text(f"ui.card.too_late{size}", day=bench.text.day(day)), "late"
    return bench.text(f"ui.card.before{size}", day=bench.text.day(day)), "before"


def _note(bench: Bench, card: Card) -> str:
    text, lever = bench.text, levers.LEVERS[card.kind]
    role = card.owner or lever.owner.value
    owner = text(f"lever.owner.{role}") if text.has(f"lever.owner.{role}") else role
    target = "" if card.target == "all" else target_name(text, bench.problem, card.target)
    parts = [owner, target, _window(bench, card), *_costs(bench, card)]
    return " · ".join(part for part in parts if part)


def _window(bench: Bench, card: Card) -> str:
    text = bench.text
    if card.first and card.last:
        if card.first == card.last:
            return text.month_name(card.first)
        return text(
            "ui.card.window", first=text.month_name(card.first), last=text.month_name(card.last)
        )
    if card.first and card.first > bench.problem.start:
        return text("ui.card.from", first=text.month_name(card.first))
    return ""


def _costs(bench: Bench, card: Card) -> list[str]:
    """The prices of a card that are not zero, as its declaration names them."""
    options = levers.LEVERS[card.kind].options
    priced = [
        (name, card.options[name])
        for name, option in options.items()
        if option.unit.value.startswith("money") and card.options.get(name)
    ]
    return [
        bench.text(
            f"ui.card.price.{options[name].unit.value}", value=price_text(bench.text, amount)
        )
        for name, amount in priced
    ]


def price_text(text: Text, amount: float) -> str:
    """A unit price with cents when it has some, a sum in thousands or millions."""
    if abs(amount) >= 1_000:
        return text.money(amount)
    digits = 0 if amount == round(amount) else 2
    return text.in_currency(text.number(amount, digits), "")
