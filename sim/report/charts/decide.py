"""The charts of the decision page: what is missing by family and month, and the tornado."""

from functools import cache

from sim.report.charts import layers
from sim.report.charts.look import Look, Spec, chart, colour
from sim.report.style import Density, Theme

PICKED = "cell"  # the selection that a click on the heat table makes


@cache
def gap_spec(
    lang: str, theme: Theme, density: Density, *, unit: str, height: int | None = None
) -> Spec:
    """Unserved demand of each family and month; a click on a cell selects it."""
    look = Look(lang=lang, theme=theme, density=density, unit=unit)
    x = layers.months(look)
    x["scale"] = {"type": "band", "paddingInner": 0.04, "paddingOuter": 0}
    y = layers.names(look)
    y["scale"] = {"paddingInner": 0.08, "paddingOuter": 0}
    levels = [str(level) for level in range(len(look.palette.load))]
    fill = {"domain": levels, "range": list(look.palette.load)}
    picked = {"type": "point", "fields": ["family", "month"], "toggle": False, "clear": False}
    cells = {
        "params": [{"name": PICKED, "select": picked}],
        "transform": layers.only("month"),
        "mark": {"type": "rect", "cursor": "pointer"},
        "encoding": {
            "x": x,
            "y": y,
            "fill": {"field": "level", "type": "nominal", "scale": fill, "legend": None},
            "tooltip": layers.tooltip(look, "month", "family", "mean", "share"),
        },
    }
    # The chosen cell comes with the data: the two lists choose one as well.
    frame = {"type": "rect", "filled": False, "stroke": look.palette.ink, "strokeWidth": 3}
    chosen = {
        "transform": [*layers.only("month"), {"filter": "datum.chosen == 'yes'"}],
        "mark": {**frame, **layers.MUTE, "tooltip": None},
        "encoding": {"x": x, "y": y},
    }
    shown = [cells, chosen, _numbers(look, x, y), layers.note(look)]
    return chart(look, "gap", height=height, layers=shown)


def _numbers(look: Look, x: Spec, y: Spec) -> Spec:
    levels = [str(level) for level in range(len(look.palette.load))]
    ink = {"domain": levels, "range": list(look.palette.load_ink)}
    return {
        "transform": layers.only("month"),
        "mark": {"type": "text", **layers.MUTE, "tooltip": None},
        "encoding": {
            "x": x,
            "y": y,
            "text": {"field": "text", "type": "nominal"},
            "color": {"field": "level", "type": "nominal", "scale": ink, "legend": None},
        },
    }


@cache
def tornado_spec(
    lang: str, theme: Theme, density: Density, *, unit: str, height: int | None = None
) -> Spec:
    """Each lever a little lower and a little higher: two bars from zero, widest swing first."""
    look = Look(lang=lang, theme=theme, density=density, unit=unit)
    x = layers.amounts("start", signed=True)
    x["axis"] |= {"grid": True, "domain": False, "tickCount": 5}
    x["scale"] = {"zero": True, "padding": 96}
    side = {"field": "side", "type": "nominal", "sort": ["low", "high"]}
    y = layers.names(look)
    y["scale"] = {"paddingInner": 0.25}
    place = {"y": y, "yOffset": side}
    bars = {
        "transform": layers.only("row"),
        "mark": {"type": "bar"},
        "encoding": {
            "x": x,
            "x2": {"field": "end"},
            **place,
            "color": colour(look),
            "tooltip": layers.tooltip(look, "step", "value"),
        },
    }
    below = "datum.end < 0"
    words = {
        "transform": layers.only("row"),
        "mark": {
            "type": "text",
            "baseline": "middle",
            "align": {"expr": f"{below} ? 'right' : 'left'"},
            "dx": {"expr": f"{below} ? -6 : 6"},
            "tooltip": None,
        },
        "encoding": {
            "x": {**x, "field": "end"},
            **place,
            "text": {"field": "text", "type": "nominal"},
        },
    }
    return chart(look, "tornado", height=height, layers=[bars, words, layers.note(look)])
