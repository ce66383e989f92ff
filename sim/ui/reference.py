"""Reference tables of the guide, generated from the declarations they describe."""

from collections.abc import Mapping

from sim.model.kpi import Kpi
from sim.model.levers import LEVERS, Group, Lever, TargetKind, Unit
from sim.report.text import Text

METHOD = ("scenario", "demand", "plan", "simulation", "service", "difference", "forecast")
Row = Mapping[str, str]


def lever_rows(text: Text) -> dict[str, list[Row]]:
    """What each lever changes, its limits, who decides it and how early; by group."""
    return {
        text(f"lever.group.{group.value}"): [
            _lever_row(text, lever) for lever in LEVERS.values() if lever.group is group
        ]
        for group in Group
    }


def kpi_rows(text: Text) -> list[Row]:
    """Each KPI and how it is computed."""
    return [
        {
            text("guide.column.kpi"): f"**{text(f'kpi.{kpi.value}.name')}**",
            text("guide.column.meaning"): text(f"kpi.{kpi.value}.help"),
        }
        for kpi in Kpi
    ]


def glossary_rows(text: Text) -> list[Row]:
    """The words of the trade in both languages."""
    numbers = [key.split(".")[2] for key in text.templates if key.startswith("guide.glossary.0")]
    numbers += [key.split(".")[2] for key in text.templates if key.startswith("guide.glossary.1")]
    order = ("fr", "en") if text.lang == "fr" else ("en", "fr")
    columns = (*order, "meaning")
    return [
        {
            text(f"guide.glossary.column.{column}"): text(f"guide.glossary.{number}.{column}")
            for column in columns
        }
        for number in sorted(set(numbers))
    ]


def _lever_row(text: Text, lever: Lever) -> Row:
    return {
        text("guide.column.lever"): f"**{text(f'lever.{lever.kind}.name')}**",
        text("guide.column.what"): text(f"lever.{lever.kind}.help"),
        text("guide.column.targets"): ", ".join(
            text(f"lever.target.{kind.value}") for kind in TargetKind if kind in lever.targets
        ),
        text("guide.column.range"): _range(text, lever),
        text("guide.column.lead"): _lead(text, lever),
        text("guide.column.owner"): text(f"lever.owner.{lever.owner.value}"),
    }


def _range(text: Text, lever: Lever) -> str:
    if lever.positions:
        return " / ".join(text(f"lever.{lever.kind}.{name}") for name in lever.positions)
    if lever.scale is not None:
        return text("guide.range.company")
    if lever.unit is Unit.SHARE:
        return text.interval(text.percent(lever.low, 0), text.percent(lever.high, 0))
    if lever.unit is Unit.QUANTILE:
        return text.interval(f"P{lever.low * 100:.0f}", f"P{lever.high * 100:.0f}")
    scale = 100.0 if lever.unit is Unit.POINTS else 1.0
    low, high = text.number(scale * lever.low), text.number(scale * lever.high)
    return text(
        "guide.range.unit", low=low, high=high, unit=text(f"lever.unit_name.{lever.unit.value}")
    )


def _lead(text: Text, lever: Lever) -> str:
    if not lever.decision:
        return text("ui.card.assumption")
    parts = []
    if lever.lead.months:
        parts.append(text("guide.lead.months", count=lever.lead.months))
    if lever.lead.days:
        parts.append(text("guide.lead.days", count=lever.lead.days))
    return text.join(parts) if parts else text("guide.lead.none")
