"""The layers that charts share. A layer shows the rows whose `part` has its name."""

from sim.report.charts.look import Look, Spec, colour, dash

TIPS = ("month", "scenario", "mean", "band", "reference", "difference")
MARKED = 0.16  # opacity of the band over the month that the reader looks at
# A label stands at the right of its place, or at the left where its row says so.
BESIDE = {
    "align": {"expr": "datum.left ? 'right' : 'left'"},
    "dx": {"expr": "datum.left ? -12 : 12"},
}
MUTE = {"aria": False}  # of marks whose numbers are told by those that carry the tooltip


def only(part: str) -> list[Spec]:
    """Keep the rows of one part."""
    return [{"filter": f"datum.part == '{part}'"}]


def months(look: Look, *, every: int = 1, initials: bool = False) -> Spec:
    """Months of the horizon on x: short names, the year under the first and each January."""
    key = "month.initial" if initials or (look.compact and every == 1) else "month.short"
    names = ", ".join(f"'{name}'" for name in look.text(key).split())
    number = "toNumber(slice(datum.value, 5, 7))"
    name = f"[{names}][{number} - 1]"
    year = f"({number} == 1 || datum.index == 0)"
    label = f"{year} ? [{name}, slice(datum.value, 0, 4)] : {name}"
    if every > 1:
        label = f"({number} - 1) % {every} == 0 ? ({label}) : ''"
    return {
        "field": "month",
        "type": "ordinal",
        "scale": {"type": "band", "paddingInner": 0.25, "paddingOuter": 0.12},
        "axis": {"title": None, "labelExpr": label, "labelOverlap": False},
    }


def amounts(field: str, *, zero: bool = True, signed: bool = False, share: bool = False) -> Spec:
    """A quantity on y."""
    axis: Spec = {"title": None}
    if share:
        axis["format"] = ".0%"
    if signed:
        # An axis with nothing but zero would write it with six decimals.
        label = "datum.value > 0 ? '+' + datum.label : datum.label"
        axis["labelExpr"] = f"datum.value == 0 ? '0' : {label}"
    return {"field": field, "type": "quantitative", "scale": {"zero": zero}, "axis": axis}


def reaching(axis: Spec, low: float, high: float) -> Spec:
    """The axis, opened at least from `low` to `high`; for one layer only, or Vega complains."""
    scale = {**axis["scale"], "domain": {"unionWith": [low, high]}}
    return {**axis, "scale": scale}


def names(look: Look) -> Spec:
    """Row names on y, in the order of their rank."""
    return {
        "field": "row",
        "type": "nominal",
        "sort": {"field": "rank", "op": "min"},
        "axis": {
            "title": None,
            "grid": False,
            "labelColor": look.palette.ink,
            "labelLimit": 400,
        },
    }


def line(x: Spec, y: Spec, *, width: float, tone: str, dashes: list[int] | None = None) -> Spec:
    """A plain line in one colour: reference, target, demand."""
    mark: Spec = {"type": "line", "color": tone, "strokeWidth": width, **MUTE}
    if dashes:
        mark["strokeDash"] = dashes
    return {"transform": only("month"), "mark": mark, "encoding": {"x": x, "y": y}}


def reference(look: Look, x: Spec, y: Spec) -> Spec:
    """The thin grey line that is the same everywhere."""
    return line(x, {**y, "field": "reference"}, width=1.5, tone=look.palette.reference)


def target(look: Look, x: Spec, y: Spec) -> Spec:
    """The dotted ink line of what is wanted."""
    return line(x, {**y, "field": "target"}, width=1.5, tone=look.palette.ink, dashes=[2, 3])


OUTER = ("p5", "lo95")


def band(look: Look, x: Spec, y: Spec, *, low: str = "p5", high: str = "p95") -> Spec:
    """The spread of a scenario in its own colour."""
    opacity = look.palette.band if low in OUTER else look.palette.inner_band
    return {
        "transform": [*only("month"), {"filter": f"isValid(datum.{low})"}],
        "mark": {"type": "area", "opacity": opacity, **MUTE},
        "encoding": {
            "x": x,
            "y": {**y, "field": low},
            "y2": {"field": high},
            "color": colour(look, "letter"),
        },
    }


def mean(look: Look, x: Spec, y: Spec) -> Spec:
    """The thick line of a scenario."""
    return {
        "transform": only("month"),
        "mark": {"type": "line", "strokeWidth": look.sizes.line, **MUTE},
        "encoding": {
            "x": x,
            "y": {**y, "field": "mean"},
            "color": colour(look, "letter"),
            "strokeDash": dash(),
        },
    }


def label(look: Look, x: Spec, y: Spec, *, part: str = "end", **mark: object) -> Spec:
    """Text at a place: its words, tone and weight come with the row."""
    style: Spec = {"type": "text", "tooltip": None, **BESIDE, **mark}
    style["fontWeight"] = {"expr": "datum.bold ? 600 : 400"}
    return {
        "transform": only(part),
        "mark": style,
        "encoding": {
            "x": x,
            "y": {**y, "field": "y"},
            "text": {"field": "text", "type": "nominal"},
            "description": {"field": "text", "type": "nominal"},
            "color": colour(look),
        },
    }


def halo(look: Look, x: Spec, y: Spec) -> Spec:
    """The page behind the labels: a line that runs there does not strike them through."""
    page = look.palette.page
    layer = label(look, x, y, stroke=page, fill=page, strokeWidth=5, strokeJoin="round")
    layer["mark"] |= MUTE
    del layer["encoding"]["color"], layer["encoding"]["description"]
    return layer


def room(x: Spec, y: Spec) -> Spec:
    """Nothing to see: rows of this part only make room on the axis for a label."""
    return {
        "transform": only("room"),
        "mark": {"type": "point", "opacity": 0, "size": 0, "tooltip": None, **MUTE},
        "encoding": {"x": x, "y": {**y, "field": "y"}},
    }


def note(look: Look) -> Spec:
    """A sentence in the middle of a chart that has nothing else to say."""
    middle = {"value": {"expr": "width / 2"}}, {"value": {"expr": "height / 2"}}
    return {
        "transform": only("note"),
        "mark": {"type": "text", "align": "center", "dy": -14, "color": look.palette.ink_2},
        "encoding": {
            "x": middle[0],
            "y": middle[1],
            "text": {"field": "text", "type": "nominal"},
        },
    }


def hover(look: Look, x: Spec, *names: str) -> Spec:
    """A column per month that carries the tooltip, so that lines need not be hit.

    Nothing is seen of it but a soft band in the marked month.
    """
    return {
        "transform": only("month"),
        "mark": {
            "type": "bar",
            "color": look.palette.ink_2,
            "opacity": {"expr": f"datum.marked ? {MARKED} : 0"},
            "width": {"band": 1.3},
        },
        "encoding": {
            "x": x,
            "y": {"value": 0},
            "y2": {"value": {"expr": "height"}},
            "tooltip": tooltip(look, *names),
        },
    }


def tooltip(look: Look, *names: str) -> list[Spec]:
    """Tooltip rows, formatted like the text: the columns `t_<name>`."""
    text = look.text
    return [
        {"field": f"t_{name}", "type": "nominal", "title": text(f"chart.tip.{name}")}
        for name in names
    ]
