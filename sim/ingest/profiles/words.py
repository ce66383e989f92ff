"""The header words of the known programs: they help to find the line that names the columns."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from sim.ingest.headers import normal

_DATA = Path(__file__).resolve().parents[3] / "data" / "ingest"


@cache
def read_data(name: str) -> Any:
    """A file of data/ingest, read once."""
    return json.loads((_DATA / name).read_text("utf-8"))


@cache
def header_words() -> frozenset[str]:
    """Every normalised header of a known program."""
    lists = [one["columns"] for one in read_data("exports.json")]
    lists += [one["columns"] for name, one in read_data("frepple.json").items() if name != "unused"]
    return frozenset(normal(word) for one in lists for words in one.values() for word in words)
