"""The small curve under a KPI: no axis, no words; its colour is that of the difference.

A picture, not a chart: it is looked at, never asked, and five charts more would cost the browser
as much as the four that matter.
"""

from collections.abc import Sequence

from sim.report.style import PALETTES, Theme

HEIGHT = 64  # pixels; the width is that of the card
PAD = 3  # room for half a line at the top and the bottom


def spark(values: Sequence[float], *, better: bool | None, theme: Theme) -> str:
    """An SVG: an area over the least value, and its line. ``better`` is the verdict, None = none.

    >>> "points='0,61 1,3 2,32'" in spark([1.0, 3.0, 2.0], better=True, theme=Theme.LIGHT)
    True
    """
    palette = PALETTES[theme]
    tone = {True: palette.better, False: palette.critical, None: palette.ink_2}[better]
    last = max(len(values) - 1, 1)
    line = " ".join(f"{t},{_height(value, values):.4g}" for t, value in enumerate(values))
    floor = HEIGHT - PAD
    # The inner picture is stretched to the card, its line is not; the outer one has no ratio.
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='100%' height='{HEIGHT}'>"
        f"<svg viewBox='0 0 {last} {HEIGHT}' preserveAspectRatio='none' fill='{tone}'>"
        f"<polygon points='{line} {last},{floor} 0,{floor}' opacity='0.12'/>"
        f"<polyline points='{line}' fill='none' stroke='{tone}' stroke-width='2'"
        " vector-effect='non-scaling-stroke'/></svg></svg>"
    )


def _height(value: float, values: Sequence[float]) -> float:
    low, high = min(values), max(values)
    share = (value - low) / (high - low) if high > low else 0.0
    return PAD + (1 - share) * (HEIGHT - 2 * PAD)
