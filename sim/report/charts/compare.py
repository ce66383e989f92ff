"""Charts that set scenarios side by side: overlays, small multiples, scatter, bridge."""

from functools import cache

from sim.report.charts import layers
from sim.report.charts.look import Look, Spec, chart, colour, shape
from sim.report.style import Density, Theme
from sim.report.text import text_for

TALL = {Density.COMFORT: 420, Density.COMPACT: 300}


@cache
def overlay_spec(
    lang: str, theme: Theme, density: Density, *, measure: str, unit: str = ""
) -> Spec:
    """One measure of up to six scenarios on the same axes; a band for the chosen one only."""
    look = Look(lang=lang, theme=theme, density=density, unit=unit)
    x, y = layers.months(look), overlay_axis(measure)
    return chart(
        look,
        f"overlay_{measure}",
        layers=[
            layers.band(look, x, _first(y, measure)),
            layers.reference(look, x, y),
            layers.target(look, x, y),
            layers.mean(look, x, y),
            layers.label(look, x, y),
            layers.note(look),
            _points(look, x, y),
        ],
    )


def overlay_axis(measure: str) -> Spec:
    """The y axis of a measure."""
    if measure == "service":
        return layers.amounts("mean", zero=False, share=True)
    return layers.amounts("mean", signed=measure == "margin")


def _first(axis: Spec, measure: str) -> Spec:
    return layers.reaching(axis, 0.7, 1.0) if measure == "service" else axis


def _points(look: Look, x: Spec, y: Spec) -> Spec:
    # Each scenario has its own tooltip, so months cannot share one unseen column.
    return {
        "transform": layers.only("month"),
        "mark": {"type": "point", "filled": True, "size": 260, "opacity": 0},
        "encoding": {"x": x, "y": y, "tooltip": layers.tooltip(look, *layers.TIPS)},
    }


@cache
def multiple_spec(lang: str, theme: Theme, density: Density, *, height: int = 240) -> Spec:
    """Service of one scenario, as one of several small charts; its name is in the data."""
    look = Look(lang=lang, theme=theme, density=density)
    x, y = layers.months(look, initials=True), overlay_axis("service")
    name = layers.label(look, x, y, part="name", dx=0, dy=0, fontSize=look.sizes.title)
    name["encoding"] |= {"x": {"value": 0}, "y": {"value": -22}}
    return chart(
        look,
        None,
        height=height,
        layers=[
            layers.band(look, x, _first(y, "service")),
            layers.reference(look, x, y),
            layers.target(look, x, y),
            layers.mean(look, x, y),
            name,
            layers.label(look, x, y, part="inside", align="center", dx=0, dy=18),
            layers.hover(look, x, *layers.TIPS),
        ],
    )


@cache
def scatter_spec(
    lang: str,
    theme: Theme,
    density: Density,
    *,
    unit: str,
    crosses: bool = True,
    height: int | None = None,
) -> Spec:
    """Service against net margin, one marker with its P5-P95 cross per scenario."""
    bands = text_for(lang)("chart.scatter.crosses") if crosses else ""
    look = Look(lang=lang, theme=theme, density=density, unit=unit, bands=bands)
    x, y = layers.amounts("service"), layers.amounts("margin")
    x["axis"] = {"title": None, "format": "~%", "tickCount": 6}
    x["scale"] = y["scale"] = {"zero": False, "nice": False, "padding": 14}
    tone = colour(look, "letter")
    return chart(
        look,
        "scatter",
        height=height or TALL[density],
        layers=[
            *_cross(x, y, tone),
            _frontier(look, x, y),
            _marker(look, x, y, standing="dominated"),
            _marker(look, x, y, standing="efficient"),
            _name(look, x, y),
            layers.note(look),
        ],
    )


def _frontier(look: Look, x: Spec, y: Spec) -> Spec:
    """What joins the scenarios that nobody beats."""
    return {
        "transform": layers.only("line"),
        "mark": {"type": "line", "strokeWidth": 1.5, "color": look.palette.ink_2, **layers.MUTE},
        "encoding": {"x": x, "y": y, "order": {"field": "rank", "type": "quantitative"}},
    }


def _marker(look: Look, x: Spec, y: Spec, *, standing: str) -> Spec:
    """Filled where nobody is really better, hollow where somebody is."""
    full = standing == "efficient"
    mark: Spec = {"type": "point", "filled": full, "size": 190 if full else 150, "opacity": 1}
    tips = layers.tooltip(look, "scenario", "service", "margin", "standing")
    return {
        "transform": [*layers.only("point"), {"filter": f"datum.standing == '{standing}'"}],
        "mark": mark if full else {**mark, "strokeWidth": 2.5},
        "encoding": {
            "x": x,
            "y": y,
            "color": colour(look, "letter"),
            "shape": shape(),
            "tooltip": tips,
        },
    }


def _cross(x: Spec, y: Spec, tone: Spec) -> list[Spec]:
    """The P5-P95 arms of each marker."""
    shared: Spec = {
        "transform": [*layers.only("point"), {"filter": "isValid(datum.service_p5)"}],
        "mark": {"type": "rule", "strokeWidth": 1.5, "opacity": 0.45},
    }
    span = {
        "x": {**x, "field": "service_p5"},
        "x2": {"field": "service_p95"},
        "y": y,
        "color": tone,
    }
    rise = {
        "x": x,
        "y": {**y, "field": "margin_p5"},
        "y2": {"field": "margin_p95"},
        "color": tone,
    }
    return [{**shared, "encoding": span}, {**shared, "encoding": rise}]


def _name(look: Look, x: Spec, y: Spec) -> Spec:
    """A name at the place that its row says, some pixels from the marker: never over a cross."""
    place = {
        "align": {"expr": "datum.side == 'left' ? 'right' : 'left'"},
        "dx": {"expr": "datum.dx"},
        "dy": {"expr": "datum.dy"},
    }
    layer = layers.label(look, x, y, part="point", **place)
    layer["encoding"]["y"] = y
    return layer


@cache
def bridge_spec(
    lang: str, theme: Theme, density: Density, *, unit: str, height: int | None = None
) -> Spec:
    """From the reference to a scenario, card by card: floating bars, ticks for the totals."""
    look = Look(lang=lang, theme=theme, density=density, unit=unit)
    x = layers.amounts("start", zero=False)
    x["axis"] = {"title": None, "grid": True, "domain": False, "tickCount": 5}
    x["scale"] = {"zero": False, "padding": 14}
    y = layers.names(look)
    tips = layers.tooltip(look, "step", "value", "band")
    bars = {
        "transform": layers.only("step"),
        "mark": {"type": "bar", "height": {"band": 0.62}},
        "encoding": {
            "x": x,
            "x2": {"field": "end"},
            "y": y,
            "color": colour(look),
            "tooltip": tips,
        },
    }
    ticks = {
        "transform": layers.only("total"),
        "mark": {"type": "tick", "thickness": 4, "height": {"band": 0.7}},
        "encoding": {"x": x, "y": y, "color": colour(look), "tooltip": tips},
    }
    values = {
        "transform": [{"filter": "datum.part == 'step' || datum.part == 'total'"}],
        "mark": {"type": "text", "align": "left", "dx": 8, "fontWeight": 600},
        "encoding": {
            "x": {**x, "field": "y"},
            "y": y,
            "text": {"field": "text", "type": "nominal"},
        },
    }
    return chart(
        look,
        "bridge",
        height=height or TALL[density],
        layers=[bars, ticks, values, layers.note(look)],
    )
