"""The scatter of service and margin, with the efficient frontier; "ref" is the reference."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from sim.model.aids import Frontier
from sim.model.kpi import Estimate, Kpi
from sim.report.frames.corners import place_names
from sim.report.frames.rows import Row, note, table
from sim.report.frames.view import View
from sim.report.style import REFERENCE
from sim.report.text import Text

Estimates = Mapping[Kpi, Estimate]
LONGEST = (28, 16)  # characters of a name inside a chart; its tooltip says all of it
CROSSES = 4  # points whose spreads can be told apart; with more they hide one another


def scatter(
    results: Mapping[str, Estimates],
    names: Mapping[str, str],
    *,
    view: View,
    front: Frontier,
) -> pa.Table:
    """Service and net margin of each scenario with their spreads, and who is on the frontier.

    Positions of the frontier are those of `results`.
    """
    text = view.text
    if len(results) < 2:
        return table("scatter", [note(text("chart.empty.scatter"))])
    said = standings(front, list(results), text=text)
    points = []
    for n, (letter, found) in enumerate(results.items()):
        behind = front.behind.get(n)
        point = _point(letter, found, names[letter], view=replace(view, letter=letter, name=""))
        if len(results) > CROSSES:
            point |= dict.fromkeys(("service_p5", "service_p95", "margin_p5", "margin_p95"))
        point["standing"] = "dominated" if behind and behind.dominated else "efficient"
        point["t_standing"] = said[letter]
        points.append(point)
    line = [
        {"part": "line", "rank": rank, "service": point["service"], "margin": point["margin"]}
        for rank, point in enumerate(points[n] for n in front.line)
    ]
    place_names(points, line=line, density=view.density)
    return table("scatter", [*points, *line])


def standings(front: Frontier, letters: Sequence[str], *, text: Text) -> dict[str, str]:
    """Where each scenario stands, in a few words; positions are those of `letters`."""
    found = {letters[n]: text("frontier.on") for n in front.line}
    for n, one in front.behind.items():
        key = "frontier.dominated" if one.dominated else "frontier.tie"
        found[letters[n]] = text(key, by=called(letters[one.by], text))
    return {letter: found[letter] for letter in letters}


def called(letter: str, text: Text) -> str:
    """A scenario inside a sentence."""
    return text("frontier.reference") if letter == REFERENCE else letter


def _point(letter: str, found: Estimates, name: str, *, view: View) -> Row:
    text, unit = view.text, view.units.flow
    service, margin = found[Kpi.FILL_RATE], found[Kpi.NET_MARGIN]
    words = name if letter == REFERENCE else text("format.named", letter=letter, name=name)
    return {
        "part": "point",
        "letter": letter,
        "tone": "ink_2" if letter == REFERENCE else f"{letter} text",
        "bold": letter != REFERENCE,
        "texts": [*(_shown(words, most) for most in LONGEST), view.called],
        "service": service.mean,
        "service_p5": service.p5,
        "service_p95": service.p95,
        "margin": margin.mean / unit.factor,
        "margin_p5": margin.p5 / unit.factor,
        "margin_p95": margin.p95 / unit.factor,
        "t_scenario": words,
        "t_service": text(
            "chart.spread", value=text.percent(service.mean), spread=_share(text, service)
        ),
        "t_margin": text(
            "chart.spread",
            value=unit.write(text, margin.mean / unit.factor, decimals=2),
            spread=text.interval(
                unit.bare(text, margin.p5 / unit.factor, decimals=1),
                unit.bare(text, margin.p95 / unit.factor, decimals=1),
            ),
        ),
    }


def _shown(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _share(text: Text, found: Estimate) -> str:
    return text.interval(text.number(100 * found.p5, 1), text.number(100 * found.p95, 1))
