"""Turns a stand-alone spec into SVG or PNG. Runs in a worker process: the converter keeps the
interpreter lock for the whole conversion and would stop every session of the server.
"""

import json
import re
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

FONTS = Path(__file__).resolve().parents[2] / "data" / "fonts"
FAMILY = "Plan Sans"
# Whoever opens the SVG may have the original of the font, or none of them.
FAMILIES = (
    "&quot;Source Sans 3&quot;, &quot;Source Sans Pro&quot;, &quot;Plan Sans&quot;, sans-serif"
)
FOOTER = 24  # pixels below the chart


def to_svg(spec: str, footer: str, colour: str) -> str:
    """An SVG with a line of text under the chart; `spec` is JSON."""
    import vl_convert

    _register_fonts()
    return with_footer(vl_convert.vegalite_to_svg(json.loads(spec)), footer, colour=colour)


def to_png(spec: str, footer: str, colour: str, scale: float) -> bytes:
    """A PNG of the same picture."""
    import vl_convert

    svg = to_svg(spec, footer, colour)
    return bytes(vl_convert.svg_to_png(svg, scale=scale))


def to_shared_svg(spec: str, footer: str, colour: str) -> str:
    """An SVG for other programs: the font list names what they may have."""
    return re.sub(
        rf'font-family="{FAMILY}[^"]*"',
        f'font-family="{FAMILIES}"',
        to_svg(spec, footer, colour),
    )


def with_footer(svg: str, footer: str, *, colour: str) -> str:
    """The same SVG, higher by one line of small text at its left edge.

    >>> with_footer('<svg width="90" height="50" viewBox="0 0 90 50"></svg>', "a<b", colour="#000")
    ... # doctest: +ELLIPSIS
    '<svg width="90" height="74" viewBox="0 0 90 74"><text x="24"...>a&lt;b</text></svg>'
    """
    head, rest = svg.split(">", 1)
    found = re.search(r'height="([\d.]+)"', head)
    width = re.search(r'width="([\d.]+)"', head)
    if not footer or found is None or width is None:
        return svg
    height = float(found.group(1)) + FOOTER
    head = re.sub(r'height="[\d.]+"', f'height="{height:g}"', head)
    head = re.sub(r'viewBox="[^"]*"', f'viewBox="0 0 {width.group(1)} {height:g}"', head)
    rest = rest.replace(f'height="{found.group(1)}"', f'height="{height:g}"', 1)  # the page
    text = (
        f'<text x="24" y="{height - 12:g}" font-family="{FAMILY}, sans-serif" font-size="12px" '
        f'fill="{colour}">{escape(footer)}</text>'
    )
    return f"{head}>{rest.removesuffix('</svg>')}{text}</svg>"


@cache
def _register_fonts() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
