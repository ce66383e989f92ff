"""The small curve of a KPI card."""

import re
from xml.etree import ElementTree

from sim.report.spark import HEIGHT, PAD, spark
from sim.report.style import PALETTES, Theme


def heights(picture: str) -> list[float]:
    points = re.findall(r"<polyline points='([^']*)'", picture)[0]
    return [float(point.split(",")[1]) for point in points.split()]


def test_it_reaches_from_the_least_to_the_largest_value_and_is_well_formed():
    picture = spark([2.0, 5.0, 3.0], better=None, theme=Theme.LIGHT)
    assert ElementTree.fromstring(picture).get("height") == str(HEIGHT)  # noqa: S314 - our own
    assert heights(picture) == [HEIGHT - PAD, PAD, 41.67]


def test_a_flat_curve_and_one_month_stay_inside():
    assert heights(spark([4.0, 4.0], better=True, theme=Theme.LIGHT)) == [HEIGHT - PAD] * 2
    assert heights(spark([4.0], better=True, theme=Theme.LIGHT)) == [HEIGHT - PAD]


def test_its_colour_is_the_verdict_in_the_theme():
    for theme in Theme:
        tones = {
            better: f"stroke='{tone}'" in spark([1.0, 2.0], better=better, theme=theme)
            for better, tone in (
                (True, PALETTES[theme].better),
                (False, PALETTES[theme].critical),
                (None, PALETTES[theme].ink_2),
            )
        }
        assert all(tones.values()), theme
