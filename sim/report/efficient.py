"""The efficient frontier in words: who is on it, who is dominated by whom, who is as good."""

from collections.abc import Sequence

from sim.model.aids import Behind, Frontier
from sim.model.kpi import Kpi
from sim.report.frames.scatter import called
from sim.report.tables import write_change
from sim.report.text import Text


def sentences(front: Frontier, letters: Sequence[str], *, text: Text) -> list[str]:
    """Who is on the frontier, then one sentence for each scenario that is not."""
    names = text.join([called(letters[n], text) for n in sorted(front.line)])
    said = [text("frontier.said.line", names=names)]
    for n, one in sorted(front.behind.items()):
        key = f"frontier.said.{_kind(one)}"
        by, name = called(letters[one.by], text), called(letters[n], text)
        margin = write_change(Kpi.NET_MARGIN, one.margin, text=text)
        service = write_change(Kpi.FILL_RATE, one.service, text=text)
        sentence = text(key, by=by, name=name, margin=margin, service=service)
        said.append(sentence[0].upper() + sentence[1:])
    return said


def _kind(one: Behind) -> str:
    if one.earns and one.serves:
        return "both"
    if one.dominated:
        return "margin" if one.earns else "service"
    return "tie"
