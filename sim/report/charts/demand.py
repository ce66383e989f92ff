"""History and forecast with its fan."""

from functools import cache

from sim.report.charts import layers
from sim.report.charts.look import Look, Spec, chart
from sim.report.style import Density, Theme
from sim.report.text import text_for

BANDS = {"percentiles": "chart.bands.percentiles", "levels": "chart.bands.levels"}
TALL = {Density.COMFORT: 400, Density.COMPACT: 280}


@cache
def fan_spec(
    lang: str,
    theme: Theme,
    density: Density,
    *,
    unit: str,
    bands: str = "percentiles",
    height: int | None = None,
) -> Spec:
    """History in ink, then the forecast with its bands, and the budget in grey.

    `bands` is "percentiles" (P25-P75 in P5-P95, of simulated demand) or "levels" (the 50, 80
    and 95 % prediction bands of the forecast).
    """
    words = text_for(lang)(BANDS[bands])
    look = Look(lang=lang, theme=theme, density=density, unit=unit, bands=words)
    x, y = layers.months(look, every=6), layers.amounts("mean")
    x["scale"] = {"type": "point", "padding": 0.5}
    rule = {
        "transform": layers.only("edge"),
        "mark": {"type": "rule", "color": look.palette.axis, "strokeWidth": 1.5},
        "encoding": {"x": x},
    }
    sides = [
        _side(look, x, part="past", align="right", dx=-12),
        _side(look, x, part="ahead", align="left", dx=12),
    ]
    fans = [layers.band(look, x, y, low=low, high=high) for low, high in FANS[bands]]
    return chart(
        look,
        "fan",
        height=height or TALL[density],
        layers=[
            *fans,
            rule,
            layers.reference(look, x, y),
            layers.line(x, {**y, "field": "history"}, width=2, tone=look.palette.ink),
            layers.mean(look, x, y),
            *sides,
            layers.label(look, x, y, part="event", align="center", dx=0, dy=-16),
            layers.label(look, x, y),
            layers.room(x, y),
            layers.note(look),
            _hover(look, x),
        ],
    )


FANS = {
    "percentiles": (("p5", "p95"), ("p25", "p75")),
    "levels": (("lo95", "hi95"), ("lo80", "hi80"), ("lo50", "hi50")),
}
TIPS = ("month", "scenario", "mean", "band", "inner", "reference", "difference")


def _hover(look: Look, x: Spec) -> Spec:
    """The tooltip; the grey line is the budget here."""
    made = layers.hover(look, x, *TIPS)
    for line in made["encoding"]["tooltip"]:
        if line["field"] == "t_reference":
            line["title"] = look.text("chart.tip.budget")
    return made


def _side(look: Look, x: Spec, *, part: str, align: str, dx: int) -> Spec:
    return {
        "transform": layers.only(part),
        "mark": {"type": "text", "align": align, "dx": dx, "color": look.palette.ink_2},
        "encoding": {"x": x, "y": {"value": 6}, "text": {"field": "text", "type": "nominal"}},
    }
