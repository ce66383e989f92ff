"""The small curve under a KPI: no axis, no words; its colour is that of the difference."""

from functools import cache

from sim.report.charts.look import SCHEMA, Spec
from sim.report.style import PALETTES, Theme

HEIGHT = 64
TONES = ("better", "critical", "ink_2")


@cache
def spark_spec(theme: Theme) -> Spec:
    """An area over the least value, and its line; ``tone`` of the rows is one of TONES."""
    palette = PALETTES[theme]
    colours = {"domain": list(TONES), "range": [getattr(palette, tone) for tone in TONES]}
    tone = {"field": "tone", "type": "nominal", "scale": colours, "legend": None}
    x = {"field": "t", "type": "quantitative", "axis": None, "scale": {"nice": False}}
    y = {
        "field": "value",
        "type": "quantitative",
        "axis": None,
        "scale": {"zero": False, "nice": False},
    }
    floor = {"field": "floor", "type": "quantitative"}
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": HEIGHT,
        "padding": {"left": 0, "right": 0, "top": 3, "bottom": 0},
        "autosize": {"type": "fit", "contains": "padding"},
        "config": {"view": {"stroke": None}, "background": None},
        "layer": [
            {
                "mark": {"type": "area", "opacity": 0.12, "tooltip": None},
                "encoding": {"x": x, "y": y, "y2": floor, "color": tone},
            },
            {
                "mark": {"type": "line", "strokeWidth": 2, "tooltip": None},
                "encoding": {"x": x, "y": y, "color": tone},
            },
        ],
    }
