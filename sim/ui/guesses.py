"""What the room expects of a figure before it sees it, and how far it was from it.

One field takes the guesses of all: "Anna 92; Ben 94,5". Who stands before a number made it.
"""

import re
from dataclasses import dataclass

from sim.model import levers
from sim.model.kpi import KPIS, Estimate, Kpi, Unit
from sim.report.tables import write_kpi
from sim.report.text import Text
from sim.ui import messages
from sim.ui.typed import read_value

UNITS = {Unit.SHARE: levers.Unit.SHARE, Unit.MONEY: levers.Unit.MONEY}  # how a guess is read
_BEFORE = re.compile(r"^[^\d+\-−]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """One guess: who made it, when that was said, and the number."""

    name: str
    value: float


def read(typed: str, *, kpi: Kpi, shown: str, lang: str) -> list[Guess]:
    """The guesses that were typed; what is no number is left out.

    >>> read("Anna 92; Ben: 94,5 %; ?", kpi=Kpi.FILL_RATE, shown="93 %", lang="fr")
    [Guess(name='Anna', value=0.92), Guess(name='Ben', value=0.945)]
    >>> read("23", kpi=Kpi.REVENUE, shown="€24.1M", lang="en")
    [Guess(name='', value=23000000.0)]
    """
    unit = UNITS.get(KPIS[kpi].unit, levers.Unit.MONTHS)
    found = []
    for part in re.split(r"[;\n]", typed):
        value = read_value(part, unit=unit, shown=shown, lang=lang)
        if value is not None:
            before = _BEFORE.match(part)
            name = before[0].strip(" :=€$£,.") if before else ""
            found.append(Guess(name=name, value=value))
    return found


def told(text: Text, kpi: Kpi, estimate: Estimate, *, typed: str) -> str:
    """The guesses against the result, which stands on the card: their spread and the nearest."""
    value = write_kpi(kpi, estimate, None, text=text).value
    found = read(typed, kpi=kpi, shown=value, lang=text.lang)
    if not found:
        said = messages.plain(typed)
        return text("ui.meeting.guess.said", guess=said) if said else ""
    winners = _nearest(found, estimate.mean)
    off = estimate.mean - winners[0].value
    gap = write_kpi(kpi, estimate, _exactly(off), text=text).change
    if len(found) == 1:
        return text("ui.meeting.guess.gap", guess=messages.plain(typed), gap=gap)
    values = [one.value for one in found]
    spread = Estimate(mean=max(values), p5=min(values), p95=max(values), error=0.0)
    written = [write_kpi(kpi, _exactly(one.value), None, text=text).value for one in winners]
    names = dict.fromkeys(
        messages.plain(one.name) or value for one, value in zip(winners, written, strict=True)
    )
    return text(
        "ui.meeting.guess.spread",
        spread=write_kpi(kpi, spread, None, text=text).spread,
        nearest=", ".join(names),
        gap=gap,
    )


def _nearest(found: list[Guess], value: float) -> list[Guess]:
    """Who came nearest: all of them, when several did.

    >>> every = [Guess(name="A", value=1.0), Guess(name="B", value=3.0), Guess(name="C", value=9.0)]
    >>> [one.name for one in _nearest(every, 2.0)]
    ['A', 'B']
    """
    least = min(abs(value - one.value) for one in found)
    return [one for one in found if abs(value - one.value) <= least * (1 + 1e-9)]


def _exactly(value: float) -> Estimate:
    return Estimate(mean=value, p5=value, p95=value, error=0.0)
