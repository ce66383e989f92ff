"""Sentences of errors in both languages, as a person would read them."""

from collections.abc import Sequence

from sim.errors import SopError, each
from sim.report.text import text_for


def sentences(error: SopError) -> list[str]:
    """Every sentence of an error in French and English; fails when one is missing."""
    return [
        text_for(lang).templates[one.key].format(**one.values)
        for one in each(error)
        for lang in ("fr", "en")
    ]


def keys(errors: Sequence[SopError]) -> list[str]:
    """Text keys, in order."""
    return [one.key for error in errors for one in each(error)]


def told(error: SopError) -> dict[str, object]:
    """The values that an error tells."""
    return error.values
