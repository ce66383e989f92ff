"""The charts of the live room: balance, stock, service, load, cumulative margin."""

from functools import cache

from sim.report.charts import layers
from sim.report.charts.look import Look, Spec, chart, colour
from sim.report.style import Density, Theme

PHONE = 300  # pixels of all the months
MEETING_CELL = 38  # of the pixels of all the months goes to the height of a number
REVIEWED = {Density.COMFORT: 17, Density.COMPACT: 13}  # numbers of the larger heat map
# What a click on a heat map chooses.
CELL = {"name": "cell", "select": {"type": "point", "fields": ["cell"]}, "views": ["cells"]}


@cache
def balance_spec(lang: str, theme: Theme, density: Density, *, unit: str) -> Spec:
    """Demand and what can be delivered; the part not served in red."""
    look = Look(lang=lang, theme=theme, density=density, unit=unit)
    x, y = layers.months(look), layers.amounts("mean")
    bar = {"type": "bar", "width": {"band": 0.82}, **layers.MUTE}
    served = {
        "transform": layers.only("month"),
        "mark": bar,
        "encoding": {"x": x, "y": y, "color": colour(look, "fill")},
    }
    unserved = {
        "transform": layers.only("month"),
        "mark": {**bar, "color": look.palette.critical},
        "encoding": {"x": x, "y": y, "y2": {"field": "demand"}},
    }
    demand = {**y, "field": "demand"}
    return chart(
        look,
        "balance",
        layers=[
            served,
            unserved,
            layers.reference(look, x, y),
            layers.line(x, demand, width=2, tone=look.palette.ink),
            # beside the last bar, however wide it is
            layers.label(look, {**x, "bandPosition": 1}, y, dx=6),
            layers.label(look, x, y, part="gap", align="center", dx=0, dy=-14),
            layers.room(x, y),
            layers.note(look),
            layers.hover(look, x, *layers.TIPS, "demand"),
        ],
    )


@cache
def stock_spec(
    lang: str,
    theme: Theme,
    density: Density,
    *,
    unit: str,
    height: int | None = None,
    initials: bool = False,
) -> Spec:
    """Projected stock against its target and, when there is one, a hard limit.

    `initials` of the months where their names have no room.
    """
    look = Look(lang=lang, theme=theme, density=density, unit=unit)
    x, y = layers.months(look, initials=initials), layers.amounts("mean")
    limit = layers.line(x, {**y, "field": "limit"}, width=1.5, tone=look.palette.critical)
    return chart(
        look,
        "stock",
        height=height,
        layers=[
            layers.band(look, x, y),
            limit,
            layers.reference(look, x, y),
            layers.target(look, x, y),
            layers.mean(look, x, y),
            layers.halo(look, x, y),
            layers.label(look, x, y),
            layers.note(look),
            layers.hover(look, x, *layers.TIPS),
        ],
    )


@cache
def service_spec(lang: str, theme: Theme, density: Density, *, unit: str = "") -> Spec:
    """Share of demand served on time, from 70 % (or the lowest P5) to 100 %."""
    look = Look(lang=lang, theme=theme, density=density, unit=unit)
    x, y = layers.months(look), layers.amounts("mean", zero=False, share=True)
    return chart(
        look,
        "service",
        layers=[
            layers.band(look, x, layers.reaching(y, 0.7, 1.0)),
            layers.reference(look, x, y),
            layers.target(look, x, y),
            layers.mean(look, x, y),
            layers.halo(look, x, y),
            layers.label(look, x, y),
            layers.note(look),
            layers.hover(look, x, *layers.TIPS),
        ],
    )


@cache
def margin_spec(lang: str, theme: Theme, density: Density, *, unit: str) -> Spec:
    """Cumulative difference to the reference, draw by draw; zero is the reference."""
    look = Look(lang=lang, theme=theme, density=density, unit=unit)
    x, y = layers.months(look), layers.amounts("mean", signed=True)
    return chart(
        look,
        "margin",
        layers=[
            layers.band(look, x, y),
            layers.reference(look, x, y),
            layers.mean(look, x, y),
            layers.halo(look, x, y),
            layers.label(look, x, y),
            layers.note(look),
            layers.hover(look, x, "month", "scenario", "mean", "band"),
        ],
    )


@cache
def load_spec(
    lang: str,
    theme: Theme,
    density: Density,
    *,
    unit: str = "%",
    review: bool = False,
    amounts: bool = False,
    height: int | None = None,
) -> Spec:
    """Load of each resource and month: threshold colours, worst row first.

    `review` is the larger picture of the supply review: required load, a number in each cell,
    a frame around the chosen one; a click chooses another (selection ``CELL``). `amounts` says
    that these numbers are hours, not shares.
    """
    look = Look(lang=lang, theme=theme, density=density, unit=unit)
    x = layers.months(look)
    x["scale"] = {"type": "band", "paddingInner": 0.04, "paddingOuter": 0}
    y = layers.names(look)
    y["scale"] = {"paddingInner": 0.08, "paddingOuter": 0}
    # Names of low rows are as small as these: they do not touch.
    y["axis"]["labelFontSize"] = {"expr": f"max(9, min({look.sizes.label}, bandwidth('y')))"}
    levels = [str(level) for level in range(len(look.palette.load))]
    fill = {"domain": levels, "range": list(look.palette.load)}
    cells: Spec = {
        "name": "cells",
        "transform": [*layers.only("month"), {"filter": "datum.level != 'none'"}],
        "mark": {"type": "rect", **_outline(look)},
        "encoding": {
            "x": x,
            "y": y,
            "fill": {"field": "level", "type": "nominal", "scale": fill, "legend": None},
            "key": {"field": "cell"},  # a cell stays the same cell: only what changes is drawn
            "tooltip": layers.tooltip(
                look, "month", "resource", *(("load",) if review else ("mean", "reference"))
            ),
        },
    }
    numbers = _load_numbers(look, x, y, review=review)
    name = _load_name(unit, review=review, amounts=amounts)
    if not review:
        return chart(look, name, layers=[cells, numbers, layers.note(look)])
    if unit != "%":  # hours have no colour, but can be chosen as well
        cells["transform"] = layers.only("month")
    shown = [cells, numbers, _frame(look, x, y), layers.note(look)]
    return {**chart(look, name, layers=shown, height=height), "params": [CELL]}


def _outline(look: Look) -> Spec:
    """A line around the cells of the marked month."""
    return {"stroke": look.palette.ink, "strokeWidth": {"expr": "datum.marked ? 1.5 : 0"}}


def _load_name(unit: str, *, review: bool, amounts: bool) -> str:
    if unit != "%":
        return "load_only"
    if review:
        return "load_hours" if amounts else "load_required"
    return "load"


def _frame(look: Look, x: Spec, y: Spec) -> Spec:
    """A line around the cell that is told beside the picture."""
    mark = {"type": "rect", "fill": None, "stroke": look.palette.ink, "strokeWidth": 2.5}
    return {
        "transform": layers.only("chosen"),
        "mark": {**mark, **layers.MUTE},
        "encoding": {"x": x, "y": y, "key": {"field": "part"}},
    }


def _cell(look: Look) -> str:
    """The size of a number in a cell; in a meeting as large as its cell allows."""
    size = str(look.sizes.cell)
    return f"min({size}, width / {MEETING_CELL})" if look.density is Density.LARGE else size


def _load_numbers(look: Look, x: Spec, y: Spec, *, review: bool) -> Spec:
    levels = [str(level) for level in range(len(look.palette.load))]
    ink = {"domain": [*levels, "none"], "range": [*look.palette.load_ink, look.palette.ink_2]}
    return {
        "transform": layers.only("month"),
        "mark": {
            "type": "text",
            **layers.MUTE,
            # On a telephone a cell is as wide as three small figures.
            "fontSize": REVIEWED[look.density]
            if review
            else {"expr": f"width < {PHONE} ? 7 : {_cell(look)}"},
            "fontWeight": {"expr": "datum.bold ? 600 : 400"},
            "tooltip": None,
        },
        "encoding": {
            "x": x,
            "y": y,
            "key": {"field": "cell"},
            "text": {"field": "text", "type": "nominal"},
            "color": {"field": "level", "type": "nominal", "scale": ink, "legend": None},
        },
    }
