"""One palette for screen and exports: colours, dashes, markers, sizes, theme options.

Hue says which scenario, red, yellow and green say a status; nothing else has a colour.
`.streamlit/config.toml` repeats these values and a test keeps the two equal.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

FONTS = Path(__file__).resolve().parents[2] / "data" / "fonts"
SCREEN_FONT = "'Source Sans', 'Source Sans 3', sans-serif"  # Streamlit serves "Source Sans"
EXPORT_FONT = "Plan Sans, sans-serif"  # the family inside the files of data/fonts


class Theme(StrEnum):
    """Light or dark page."""

    LIGHT = "light"
    DARK = "dark"


class Density(StrEnum):
    """How much room a chart has: `comfort` from 1850 px on, `compact` below; `large` is for who
    reads from the back of a room."""

    COMFORT = "comfort"
    COMPACT = "compact"
    LARGE = "large"


CHOICES = (Density.COMFORT, Density.COMPACT)  # of a visitor; a meeting is large by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """How one scenario looks everywhere until it is archived."""

    light: str
    dark: str
    light_text: str  # readable as text on a white page
    dash: tuple[int, ...]
    marker: str  # Vega-Lite shape
    badge: str  # colour name of Markdown and badges; "gray" when Streamlit has no such hue

    def colour(self, theme: Theme) -> str:
        """The colour of its lines and markers."""
        return self.light if theme is Theme.LIGHT else self.dark

    def text_colour(self, theme: Theme) -> str:
        """The colour of its labels."""
        return self.light_text if theme is Theme.LIGHT else self.dark


def _letter(light: str, dark: str, dash: tuple[int, ...], *, marker: str, badge: str) -> Letter:
    return Letter(light=light, dark=dark, light_text=light, dash=dash, marker=marker, badge=badge)


LETTERS = MappingProxyType(
    {
        "A": _letter("#0B5CAD", "#5AA9F0", (1, 0), marker="circle", badge="blue"),
        "B": Letter(
            light="#D46A00",
            dark="#F5953B",
            light_text="#A85300",
            dash=(8, 4),
            marker="diamond",
            badge="orange",
        ),
        "C": _letter("#4F1A4B", "#F3D9FA", (2, 3), marker="square", badge="violet"),
        "D": _letter("#8A3FFC", "#A56BFF", (10, 3, 2, 3), marker="triangle-up", badge="gray"),
        "E": _letter("#B07A4E", "#F2E36B", (5, 2), marker="cross", badge="gray"),
        "F": _letter("#00796B", "#2FCBAE", (1, 2), marker="triangle-down", badge="gray"),
    }
)
REFERENCE = "ref"  # the letter of the reference in every frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of one theme that do not belong to a scenario."""

    reference: str
    critical: str
    watch: str
    better: str
    ink: str
    ink_2: str
    grid: str
    axis: str
    page: str
    panel: str
    border: str
    gray: str
    sidebar: str
    sidebar_input: str
    soft_a: str  # bar fill of scenario A
    soft: float  # share of a letter's colour in its bar fill
    band: float  # opacity of P5-P95
    inner_band: float  # more opacity of P25-P75
    load: tuple[str, ...]  # light, grey, then three reds
    load_ink: tuple[str, ...]  # the number on each of them
    sequential: tuple[str, ...]


PALETTES = MappingProxyType(
    {
        Theme.LIGHT: Palette(
            reference="#7C8793",
            critical="#B3261E",
            watch="#8F6A00",
            better="#17774A",
            ink="#17212B",
            ink_2="#55626F",
            grid="#E6EAEE",
            axis="#AEB8C2",
            page="#FFFFFF",
            panel="#F3F5F7",
            border="#D5DBE1",
            gray="#5B6773",
            sidebar="#F3F5F7",
            sidebar_input="#FFFFFF",
            soft_a="#B9D2EA",
            soft=0.285,
            band=0.18,
            inner_band=0.24,
            load=("#EEF1F4", "#CFD7DF", "#F3B8AA", "#D9604D", "#9E1B12"),
            load_ink=("#55626F", "#17212B", "#17212B", "#FFFFFF", "#FFFFFF"),
            sequential=(
                *("#F3F7FB", "#DCE8F4", "#C2D7EC", "#A3C3E2", "#7FABD6"),
                *("#5A91C8", "#3878B6", "#1F62A4", "#0B4E8C", "#083A69"),
            ),
        ),
        Theme.DARK: Palette(
            reference="#7F8B97",
            critical="#FF8A7A",
            watch="#EBC24A",
            better="#57C98F",
            ink="#E8EDF2",
            ink_2="#A9B5C1",
            grid="#232D37",
            axis="#4A5866",
            page="#10161C",
            panel="#1A222B",
            border="#33404D",
            gray="#A3AFBB",
            sidebar="#161D25",
            sidebar_input="#1F2933",
            soft_a="#2D587F",
            soft=0.44,
            band=0.30,
            inner_band=0.24,
            load=("#1B242D", "#364654", "#7A3730", "#C2503F", "#FF8A7A"),
            load_ink=("#A9B5C1", "#E8EDF2", "#FFFFFF", "#FFFFFF", "#10161C"),
            sequential=(
                *("#14212E", "#1A2F44", "#203E5B", "#274E73", "#2F5F8B"),
                *("#3971A5", "#4683BE", "#5AA9F0", "#8CC3F5", "#C0DEFA"),
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """What a density changes, in pixels."""

    height: int  # a chart of the live room, title and axes included
    plot: int  # what is left between title and axis
    label: int
    title: int
    line: float
    cell: int  # numbers in the heat map


SIZES = MappingProxyType(
    {
        Density.COMFORT: Sizes(height=304, plot=196, label=15, title=18, line=3, cell=14),
        Density.COMPACT: Sizes(height=180, plot=104, label=13, title=16, line=2.5, cell=10),
        Density.LARGE: Sizes(height=320, plot=150, label=18, title=21, line=4, cell=18),
    }
)


def soft(letter: str, theme: Theme) -> str:
    """The bar fill of a scenario: its colour mixed with the page.

    >>> soft("A", Theme.LIGHT), soft("B", Theme.LIGHT)
    ('#B9D2EA', '#F3D5B6')
    """
    palette = PALETTES[theme]
    if letter == "A":
        return palette.soft_a
    return mix(LETTERS[letter].colour(theme), palette.page, palette.soft)


def mix(colour: str, other: str, share: float) -> str:
    """A colour between two: `share` of the first.

    >>> mix("#000000", "#FFFFFF", 0.5)
    '#808080'
    """
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02X}" for a, b in pairs)


# White stands on it in buttons, whatever the theme: 4.5 to 1.
BUTTON = MappingProxyType({Theme.LIGHT: LETTERS["A"].light, Theme.DARK: "#2878C8"})


def theme_options() -> dict[str, dict[str, object]]:
    """The theme sections of Streamlit's configuration, by section name."""
    return {
        "theme": {
            "baseFontSize": 17,
            "baseRadius": "0.375rem",
            "headingFontSizes": [
                *("2.25rem", "1.875rem", "1.375rem", "1.125rem", "1rem", "0.875rem"),
            ],
            "headingFontWeights": [700, 650, 650, 600, 600, 600],
            "metricValueFontSize": "2.125rem",
            "metricValueFontWeight": 600,
            "showWidgetBorder": True,
            "showSidebarBorder": True,
            "paddingTop": "0.75rem",
            "paddingBottom": "1rem",
        },
        "theme.light": _colours(Theme.LIGHT),
        "theme.dark": _colours(Theme.DARK),
        "theme.light.sidebar": _sidebar(Theme.LIGHT),
        "theme.dark.sidebar": _sidebar(Theme.DARK),
    }


def _colours(theme: Theme) -> dict[str, object]:
    palette = PALETTES[theme]
    a, b, c = (LETTERS[letter] for letter in "ABC")
    return {
        "primaryColor": BUTTON[theme],
        "linkColor": a.text_colour(theme),
        "backgroundColor": palette.page,
        "secondaryBackgroundColor": palette.panel,
        "textColor": palette.ink,
        "borderColor": palette.border,
        "redColor": palette.critical,
        "yellowColor": palette.watch,
        "greenColor": palette.better,
        "grayColor": palette.gray,
        "blueColor": a.colour(theme),
        "orangeColor": b.colour(theme),
        "violetColor": c.colour(theme),
        "blueTextColor": a.text_colour(theme),
        "orangeTextColor": b.text_colour(theme),
        "violetTextColor": c.text_colour(theme),
        "chartCategoricalColors": [
            *(letter.colour(theme) for letter in LETTERS.values()),
            *(palette.reference, palette.critical),
        ],
        "chartSequentialColors": list(palette.sequential),
    }


def _sidebar(theme: Theme) -> dict[str, object]:
    palette = PALETTES[theme]
    return {
        "backgroundColor": palette.sidebar,
        "secondaryBackgroundColor": palette.sidebar_input,
    }


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
