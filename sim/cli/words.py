"""A result of the command line as lines for a person: names, amounts with their unit."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sim.model.kpi import KPIS, Kpi, Unit
from sim.report.text import NONE, Text, text_for

_FOR_PROGRAMS = {"resources", "infeasible", "months", "currency"}  # a person reads the sentences
_CENTS_BELOW = 1_000  # a textbook's amounts are small, a company's are not
_UNITS = {"closing_stock"}  # figures of a plan that are neither KPIs nor money


def summary(result: Mapping[str, Any], text: Text, *, gap: bool = False) -> Iterator[str]:
    """The result as lines for a person; ``gap``: its figures are differences."""
    text = text_for(text.lang, result.get("currency", text.currency))
    for key, value in result.items():
        if key == "kpi":
            yield from _figures(value, text, "kpi", gap=gap)
        elif key == "cost":
            yield text("cli.costs")
            yield from _figures(value, text, "cost")
        elif key in ("scenarios", "differences"):
            for part in value:
                yield from _part(key, part, text)
        elif key in ("limits", "notices"):
            yield from value
        elif key not in _FOR_PROGRAMS or isinstance(value, int):
            yield from _plain(key, value, text)


def _part(key: str, part: Mapping[str, Any], text: Text) -> Iterator[str]:
    """One scenario of a comparison; what all of them share is said once, for all."""
    name = part["scenario"] or text("word.reference")
    yield ""
    yield text(f"cli.{key}", name=name)
    shown = {one: part[one] for one in ("mode", "limits", "kpi") if one in part}
    yield from summary(shown, text, gap=key == "differences")


def _plain(key: str, value: object, text: Text) -> Iterator[str]:
    label = _label(f"cli.key.{key}", key, text)
    if key == "window" and isinstance(value, list):
        first, last = (text.month(date.fromisoformat(month)) for month in value)
        yield text("cli.window", first=first, last=last)
    elif key == "service" and isinstance(value, dict):
        yield from _service(value, text)
    elif isinstance(value, dict):
        yield ", ".join(f"{name} {count}" for name, count in value.items())
    elif isinstance(value, str | int) and value != "":
        said = _label(f"cli.{key}.{value}", str(value), text)
        yield text("cli.value", name=label, value=said)


def _service(families: Mapping[str, Any], text: Text) -> Iterator[str]:
    """What pays best beside what is wanted, where the costs of both sides are known."""
    for family, value in families.items():
        if value["target"] is not None and value["economic"] is not None:
            said = {name: text.percent(share, 1) for name, share in value.items()}
            yield text("cli.service", name=family, **said)


def _figures(
    values: Mapping[str, Any], text: Text, kind: str, *, gap: bool = False
) -> Iterator[str]:
    for name, value in values.items():
        label = _label(f"cli.{kind}.{name}", _label(f"kpi.{name}.name", name, text), text)
        if isinstance(value, dict):
            parts = ("mean", "p5", "p95")
            said = {part: _amount(name, value[part], text, gap=gap) for part in parts}
            yield text(
                "cli.estimate",
                name=label,
                mean=said["mean"],
                low=said["p5"],
                high=said["p95"],
                error=_amount(name, value["se"], text, more=1),
            )
        else:
            yield text("cli.value", name=label, value=_amount(name, value, text))


def _label(key: str, otherwise: str, text: Text) -> str:
    return text(key) if text.has(key) else otherwise


def _amount(name: str, value: float | None, text: Text, *, more: int = 0, gap: bool = False) -> str:
    """A figure with its unit; ``more`` decimals for a standard error, a sign for a ``gap``.

    >>> _amount("fill_rate", 0.0502, text_for("en"), gap=True)
    '+5.0\\xa0pp'
    >>> _amount("revenue", 1234.5, text_for("en", "USD")), _amount("cover", 0.35, text_for("en"))
    ('$1,234', '0.350 months')
    """
    if value is None:
        return NONE
    if name in _UNITS:
        return text("cli.unit.units", value=text.short(value, 4))
    unit = KPIS[Kpi(name)].unit if name in set(Kpi) else Unit.MONEY
    if unit is Unit.MONEY:
        cents = 0 < abs(value) < _CENTS_BELOW
        return text.money(value, unit="", decimals=2 if cents else 0, sign=gap)
    if unit is Unit.SHARE and gap:
        return text.points(value)
    if unit is Unit.SHARE:
        return text.percent(value, 1 + more)
    return text(f"cli.unit.{unit.value}", value=text.short(value, 3 + more))
