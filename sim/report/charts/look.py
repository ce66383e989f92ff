"""What a chart needs to know before its first mark: language, theme, density, unit."""

from dataclasses import dataclass
from typing import Any

import vl_convert

from sim.report.style import (
    LETTERS,
    PALETTES,
    REFERENCE,
    SCREEN_FONT,
    SIZES,
    Density,
    Palette,
    Sizes,
    Theme,
    soft,
)
from sim.report.text import THIN, Text, text_for

Spec = dict[str, Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One cached variant of a chart. Nothing in it depends on a number of the plan."""

    lang: str
    theme: Theme
    density: Density
    unit: str = ""  # what the axis counts, for the subtitle
    bands: str = ""  # which bands a fan shows, for the subtitle

    @property
    def text(self) -> Text:
        """The sentences of the language."""
        return text_for(self.lang)

    @property
    def palette(self) -> Palette:
        """The colours of the theme."""
        return PALETTES[self.theme]

    @property
    def sizes(self) -> Sizes:
        """The sizes of the density."""
        return SIZES[self.density]

    @property
    def compact(self) -> bool:
        """Whether room is short, for what there is or for how large it is written."""
        return self.density is not Density.COMFORT

    def tones(self) -> dict[str, str]:
        """Every colour a row of data may ask for, by name."""
        palette = self.palette
        tones = {
            REFERENCE: palette.reference,
            "ink": palette.ink,
            "ink_2": palette.ink_2,
            "critical": palette.critical,
            "better": palette.better,
            "watch": palette.watch,
        }
        for name, letter in LETTERS.items():
            tones[name] = letter.colour(self.theme)
            tones[f"{name} text"] = letter.text_colour(self.theme)
            tones[f"{name} soft"] = soft(name, self.theme)
        return tones


def chart(look: Look, name: str | None, *, layers: list[Spec], height: int | None = None) -> Spec:
    """A layered spec under the title of a chart; `height` includes title and axes."""
    return {
        "$schema": SCHEMA,
        **({"title": title(look, name)} if name else {}),
        "width": "container",
        "height": look.sizes.height if height is None else height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 0, "right": 14, "top": 2, "bottom": 4},
        "background": None,
        "layer": layers,
        "config": config(look),
    }


def title(look: Look, name: str) -> Spec:
    """Title and subtitle; on one line where room is short."""
    text, words = look.text, {"unit": look.unit, "bands": look.bands}
    if look.compact:
        return {"text": text(f"chart.{name}.title_compact", **words)}
    return {
        "text": text(f"chart.{name}.title"),
        "subtitle": text(f"chart.{name}.subtitle", **words),
    }


def config(look: Look) -> Spec:
    """The Vega-Lite configuration: the same on screen and in exports."""
    palette, sizes = look.palette, look.sizes
    return {
        "font": SCREEN_FONT,
        "locale": locale(look.lang),
        "view": {"stroke": None},
        "legend": {"disable": True},
        "title": {
            "anchor": "start",
            "frame": "bounds",
            "fontSize": sizes.title,
            "fontWeight": 600,
            "color": palette.ink,
            "subtitleFontSize": sizes.label,
            "subtitleColor": palette.ink_2,
            "offset": 10 if not look.compact else 8,
        },
        "axis": {
            "labelFontSize": sizes.label,
            "labelColor": palette.ink_2,
            "labelPadding": 6,
            "labelLimit": 360,
            "labelFlush": False,
            "labelBound": False,
            "ticks": False,
            "domainColor": palette.axis,
            "gridColor": palette.grid,
        },
        "axisX": {"grid": False, "domain": True, "labelAngle": 0},
        "axisY": {"grid": True, "domain": False, "tickCount": 4, "minExtent": 44},
        "text": {"fontSize": sizes.label, "color": palette.ink},
    }


def locale(lang: str) -> Spec:
    """Number and date words for the axes."""
    if lang == "fr":
        number = {**vl_convert.get_format_locale("fr-FR"), "thousands": THIN}
        return {"number": number, "time": vl_convert.get_time_format_locale("fr-FR")}
    return {
        "number": vl_convert.get_format_locale("en-US"),
        "time": vl_convert.get_time_format_locale("en-US"),
    }


def colour(look: Look, field: str = "tone") -> Spec:
    """Colour by the name in a column; one scale for all layers, so that it never changes."""
    tones = look.tones()
    scale = {"domain": list(tones), "range": list(tones.values())}
    return {"field": field, "type": "nominal", "legend": None, "scale": scale}


def dash(field: str = "letter") -> Spec:
    """Dash pattern by scenario letter."""
    scale = {
        "domain": [*LETTERS, REFERENCE],
        "range": [*([*letter.dash] for letter in LETTERS.values()), [1, 0]],
    }
    return {"field": field, "type": "nominal", "legend": None, "scale": scale}


def shape(field: str = "letter") -> Spec:
    """Marker by scenario letter."""
    scale = {
        "domain": [*LETTERS, REFERENCE],
        "range": [*(letter.marker for letter in LETTERS.values()), "circle"],
    }
    return {"field": field, "type": "nominal", "legend": None, "scale": scale}


def alt(spec: Spec) -> str:
    """What a chart shows, in words that never change: a browser builds a renamed chart anew.

    What does change is told by the labels inside the chart, each with its own description.

    >>> alt({"title": {"text": "Stock", "subtitle": "M€"}})
    'Stock · M€'
    """
    title = spec["title"]
    return " · ".join(title[part] for part in ("text", "subtitle") if part in title)
