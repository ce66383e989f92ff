"""The heat map of what one more hour is worth."""

from functools import cache

from sim.report.charts import layers
from sim.report.charts.look import Look, Spec, chart
from sim.report.style import Density, Theme

STEPS = (1, 3, 6, 8)  # of the ten of the sequential palette; the first level has no worth


@cache
def worth_spec(
    lang: str, theme: Theme, density: Density, *, unit: str, height: int | None = None
) -> Spec:
    """Money per unit of a resource and month: the darker, the more; a number in each cell."""
    look = Look(lang=lang, theme=theme, density=density, unit=unit)
    palette = look.palette
    x, y = layers.months(look, initials=True), layers.names(look)
    x["scale"] = {"type": "band", "paddingInner": 0.04, "paddingOuter": 0}
    y["scale"] = {"paddingInner": 0.08, "paddingOuter": 0}
    levels = [str(level) for level in range(len(STEPS) + 1)]
    fill = [palette.load[0], *(palette.sequential[step] for step in STEPS)]
    ink = [palette.ink_2, palette.ink, palette.ink, palette.page, palette.page]
    shared: Spec = {"x": x, "y": y, "key": {"field": "cell"}}
    cells = {
        "transform": layers.only("month"),
        "mark": {"type": "rect"},
        "encoding": {
            **shared,
            "fill": _by_level(levels, fill),
            "tooltip": layers.tooltip(look, "month", "resource", "worth", "dual"),
        },
    }
    numbers = {
        "transform": layers.only("month"),
        "mark": {
            "type": "text",
            **layers.MUTE,
            "fontSize": look.sizes.cell,
            "tooltip": None,
        },
        "encoding": {
            **shared,
            "text": {"field": "text", "type": "nominal"},
            "color": _by_level(levels, ink),
        },
    }
    return chart(look, "worth", layers=[cells, numbers, layers.note(look)], height=height)


def _by_level(levels: list[str], colours: list[str]) -> Spec:
    scale = {"domain": levels, "range": colours}
    return {"field": "level", "type": "nominal", "scale": scale, "legend": None}
