"""Ranked bars: what is red, by stake, with its answer."""

from functools import cache

from sim.report.charts import layers
from sim.report.charts.look import Look, Spec, chart, colour
from sim.report.style import Density, Theme

# Bars are drawn as shares of the longest and take less than half of the width, because the
# value and the answer stand at their right.
WIDEST = {Density.COMFORT: 2.3, Density.COMPACT: 3.4}


@cache
def ranked_spec(
    lang: str,
    theme: Theme,
    density: Density,
    *,
    unit: str,
    name: str = "ranked",
    height: int | None = None,
) -> Spec:
    """At most five bars, longest first: value in bold, then the answer and its date.

    `name` is whose title it has: "ranked", "bottlenecks".
    """
    look = Look(lang=lang, theme=theme, density=density, unit=unit)
    x: Spec = {
        "field": "reach",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, WIDEST[density]]},
    }
    y = layers.names(look)
    rows = layers.only("row")
    words: Spec = {"type": "text", "align": "left", "tooltip": None}
    ink, width = look.palette.ink, 5 * look.sizes.label
    return chart(
        look,
        name,
        height=height,
        layers=[
            {
                "transform": rows,
                "mark": {"type": "bar", "height": 2 * look.sizes.label - 4},
                "encoding": {"x": x, "y": y, "color": colour(look)},
            },
            {
                "transform": rows,
                "mark": {**words, "dx": 8, "fontWeight": 600, "color": ink},
                "encoding": {"x": x, "y": y, "text": {"field": "text", "type": "nominal"}},
            },
            {
                "transform": rows,
                "mark": {**words, "dx": 8 + width, "color": look.palette.ink_2},
                "encoding": {"x": x, "y": y, "text": {"field": "answer", "type": "nominal"}},
            },
            layers.note(look),
        ],
    )
