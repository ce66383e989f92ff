"""Every key that this part can raise or show has its sentence, with the same fields, twice."""

import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
KEY = re.compile(r'"((?:error\.(?:store|plan|planning|table)|notice)\.[a-z_]+)"')
SQL = re.compile(r"SELECT '([a-z_]+)'(?: AS problem)?, (?:place|'[a-z_]+'),")


def sentences(lang):
    with (ROOT / "data" / "locale" / lang / "store.po").open("rb") as file:
        return {m.id: m.string for m in read_po(file, abort_invalid=True) if m.id}


def keys():
    sources = [*(ROOT / "sim" / "store").glob("*.py"), ROOT / "sim/model/planning_settings.py"]
    found = {key for path in sources for key in KEY.findall(path.read_text(encoding="utf-8"))}
    checks = (ROOT / "data" / "queries" / "checks.sql").read_text(encoding="utf-8")
    _, told = checks.split("problem AS (")
    found |= {f"error.table.{kind}" for kind in SQL.findall(told)}
    return found | {"error.table.not_a_month", "error.table.not_a_number"}


def fields(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_the_sentences_are_those_of_the_keys():
    assert len(keys()) > 50
    for lang in ("fr", "en"):
        assert set(sentences(lang)) == keys()


@pytest.mark.parametrize("key", sorted(keys()))
def test_both_languages_say_the_same_fields(key):
    french, english = sentences("fr")[key], sentences("en")[key]
    assert fields(french) == fields(english)
    assert french.endswith((".", ")."))
    # French typography: no plain space before ; : ! ? % and no straight apostrophe.
    assert not re.search(r" [;:!?%»]|« |'", french.replace("('", ""))
