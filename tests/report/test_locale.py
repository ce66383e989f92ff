"""Both languages say the same things, in their own typography, and no key is missing."""

import re
import string
from collections import Counter
from pathlib import Path

import pytest

from sim.report.text import LANGUAGES, LOCALE, read_templates, text_for

ROOT = LOCALE.parents[1]
# Icons, colours, links, code and code-like words (resource:CODE, 2x8:1:0;) have no typography.
MARKUP = re.compile(r":material/\w+:|:[a-z-]+\[|`[^`]*`|<[^>]*>|\\n|[\w/.-]+:[\w/][^\s»)]*")


def files(lang: str) -> dict[str, dict[str, str]]:
    return {path.name: read_templates(path) for path in sorted((LOCALE / lang).glob("*.po"))}


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def every_template(lang: str) -> list[tuple[str, str]]:
    return [pair for table in files(lang).values() for pair in table.items()]


def test_both_languages_have_the_same_files_and_keys():
    french, english = files("fr"), files("en")
    assert french.keys() == english.keys()
    for name in french:
        assert french[name].keys() == english[name].keys(), name


def test_both_languages_have_the_same_fields():
    french, english = text_for("fr").templates, text_for("en").templates
    different = [key for key in french if fields(french[key]) != fields(english[key])]
    assert different == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_key_is_defined_once(lang):
    count = Counter(key for key, _ in every_template(lang))
    assert [key for key, times in count.items() if times > 1] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_message_is_empty_and_fields_are_plain_names(lang):
    for key, template in every_template(lang):
        assert template.strip(), key
        assert all(name.isidentifier() for name in fields(template)), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_typographic_apostrophes_quotes_and_dots(lang):
    wrong = [
        key
        for key, template in every_template(lang)
        if "'" in MARKUP.sub("", template) or '"' in MARKUP.sub("", template) or "..." in template
    ]
    assert wrong == []


def french_faults(template: str) -> list[str]:
    plain = MARKUP.sub("", template)
    faults = re.findall(r"[^\u202f][;!?%]", plain)
    faults += re.findall(r"[^\u00a0]:", plain)
    faults += re.findall(r"«[^\u00a0\u202f]|[^\u00a0\u202f]»", plain)
    return faults + re.findall(r"[^\u00a0][±→]|[±→][^\u00a0]", plain)


def test_french_spaces():
    wrong = {key: french_faults(template) for key, template in every_template("fr")}
    assert {key: faults for key, faults in wrong.items() if faults} == {}


def test_the_french_rule_finds_what_it_must_find():
    assert french_faults("Est-ce vrai ?") == [" ?"]
    assert french_faults("place : remède") == [" :"]
    assert french_faults("« mot »") != []
    assert french_faults("place: remède") == ["e:"]
    assert french_faults("écrivez «\u00a0resource:CODE\u00a0» ou 2x8:1:0; 3x8:1.4:46000.") == []
    assert french_faults("vrai\u202f? oui\u202f; place\u00a0: 12\u202f% «\u00a0mot\u00a0»") == []
    assert french_faults(":material/check: fait à 10:12") == []


def test_english_has_no_french_space():
    assert [key for key, template in every_template("en") if "\u202f" in template] == []


def sources() -> list[Path]:
    folders = [*(ROOT / "sim").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    return folders + [path for path in (ROOT / "app.py", ROOT / "serve.py") if path.exists()]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_key_in_the_source_has_a_sentence(lang):
    called = re.compile(r"""\b(?:text|self|words|_)\(\s*"([a-z0-9_]+(?:\.[a-z0-9_]+)+)"[,)]""")
    raised = re.compile(r'"(error\.[a-z0-9_]+(?:\.[a-z0-9_]+)*)"')
    missing = {
        (str(path.relative_to(ROOT)), key)
        for path in sources()
        for pattern in (called, raised)
        for key in pattern.findall(path.read_text(encoding="utf-8"))
        if not text_for(lang).has(key)
    }
    assert missing == set()
