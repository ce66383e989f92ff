"""The palette keeps its promises: contrast, stable letters, one source for the theme."""

import tomllib

import pytest

from sim.report.style import BUTTON, LETTERS, PALETTES, Theme, theme_options
from sim.report.text import LOCALE

CONFIG = LOCALE.parents[1] / ".streamlit" / "config.toml"


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, two: str) -> float:
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", Theme)
def test_text_and_lines_are_readable(theme):
    palette = PALETTES[theme]
    for letter in LETTERS.values():
        assert contrast(letter.colour(theme), palette.page) >= 3
        assert contrast(letter.text_colour(theme), palette.page) >= (
            3.6 if letter.badge == "gray" else 4.5
        )
    assert contrast(palette.ink, palette.page) >= 7
    assert contrast(palette.ink_2, palette.page) >= 4.5
    assert contrast(palette.critical, palette.page) >= 4.5


@pytest.mark.parametrize("theme", Theme)
def test_numbers_in_load_cells_are_readable(theme):
    palette = PALETTES[theme]
    for cell, ink in zip(palette.load, palette.load_ink, strict=True):
        assert contrast(cell, ink) >= 3.5


@pytest.mark.parametrize("theme", Theme)
def test_a_button_is_readable_and_stands_out(theme):
    palette = PALETTES[theme]
    assert contrast(BUTTON[theme], "#FFFFFF") >= 4.5
    for ground in (palette.page, palette.panel):
        assert contrast(BUTTON[theme], ground) >= 3


def test_letters_differ_without_colour():
    assert len({letter.dash for letter in LETTERS.values()}) == len(LETTERS)
    assert len({letter.marker for letter in LETTERS.values()}) == len(LETTERS)


def test_streamlit_configuration_repeats_the_palette():
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    for section, wanted in theme_options().items():
        found = config
        for name in section.split("."):
            found = found.get(name, {})
        assert {key: found.get(key) for key in wanted} == wanted, section
