"""The sign of the company at the head of every page, drawn from its name."""

from html import escape

LONGEST = 16  # characters
LEGAL = frozenset("AB AG BV GMBH INC LLC LTD NV PLC SA SARL SAS SASU SE SNC SPA SRL".split())
BARS = ((0, 11, 7), (7, 6, 12), (14, 0, 18))  # left, top, height


def logo(company: str) -> str:
    """An SVG: three rising bars and the company's name, as many words as have room.

    >>> "Valfonte<" in logo("Valfonte SAS") and "SAS" not in logo("Valfonte SAS")
    True
    >>> ">Mon entreprise<" in logo("Mon entreprise")
    True
    """
    word = _short(company) or "S&OP"
    bars = "".join(
        f'<rect x="{x}" y="{y + 5}" width="5" height="{height}" fill="#3B87D6"/>'
        for x, y, height in BARS
    )
    name = (
        '<text x="27" y="22" font-family="Arial, Helvetica, sans-serif" font-size="19" '
        f'font-weight="700" fill="#5A86B8">{escape(word)}</text>'
    )
    width = 34 + 12 * len(word)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="28" '
        f'viewBox="0 0 {width} 28" role="img">{bars}{name}</svg>'
    )


def _short(company: str) -> str:
    words = [one for one in company.split() if one.replace(".", "").upper() not in LEGAL]
    while len(words) > 1 and len(" ".join(words)) > LONGEST:
        words.pop()
    return " ".join(words)[:LONGEST]
