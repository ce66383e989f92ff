"""Every text key that the floor uses is written in both languages, with the same fields."""

import re
from pathlib import Path
from string import Formatter

from sim.ingest.lines import Reason
from sim.report.text import text_for

SOURCES = Path(__file__).parents[2] / "sim" / "ingest"
KEY = re.compile(r'"((?:error|warning|notice)\.[a-z_.0-9]+)"')


def _fields(template):
    return sorted({name for _, name, _, _ in Formatter().parse(template) if name})


def test_every_key_is_written_with_the_same_fields():
    used = {key for file in SOURCES.glob("*.py") for key in KEY.findall(file.read_text("utf-8"))}
    used |= {f"ui.reason.{reason.value}" for reason in Reason if reason is not Reason.USED}
    assert len(used) > 50
    french, english = text_for("fr").templates, text_for("en").templates
    for key in sorted(used):
        assert _fields(french[key]) == _fields(english[key]), key
