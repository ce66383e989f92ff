"""Headers to canonical columns: normalise, synonyms in French and English, near spellings."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz

if TYPE_CHECKING:
    from sim.ingest.mapping import FileMap
    from sim.ingest.preview import FilePreview

_DATA = Path(__file__).resolve().parents[2] / "data"
_FILE = _DATA / "ingest" / "synonyms.json"
_OWN = re.compile(r'msgid "(field|table|choice)\.([a-z_]+)"\nmsgstr "(.*)"')
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
CANONICAL, OWN, EXACT, REDUCED, NEAR = 110.0, 105.0, 100.0, 95.0, 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The synonyms of the fields and the words that name a table, already normalised."""

    fields: Mapping[str, tuple[str, ...]]
    in_table: Mapping[str, Mapping[str, tuple[str, ...]]]
    tables: Mapping[str, tuple[str, ...]]
    unlike: Mapping[str, tuple[str, ...]]
    needs_word: frozenset[str]
    leading: frozenset[str]
    trailing: frozenset[str]
    own: Mapping[str, frozenset[str]]  # what the product itself calls a field
    titles: Mapping[str, frozenset[str]]  # what it calls a table
    choices: Mapping[str, str]  # what it calls a choice -> the choice


@cache
def words() -> Words:
    """The synonyms of data/ingest/synonyms.json and the product's own words, read once."""
    body: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
    own = _own_words()
    return Words(
        fields={name: _normals(list_) for name, list_ in body["fields"].items()},
        in_table={
            table: {name: _normals(list_) for name, list_ in fields.items()}
            for table, fields in body["in_table"].items()
        },
        tables={name: _normals(table["words"]) for name, table in body["tables"].items()},
        unlike={name: _normals(table["not"]) for name, table in body["tables"].items()},
        needs_word=frozenset(body["needs_word"]),
        leading=frozenset(body["leading_words"]),
        trailing=frozenset(body["trailing_words"]),
        own={name: frozenset(_normals(list_)) for name, list_ in own["field"].items()},
        titles={name: frozenset(_normals(list_)) for name, list_ in own["table"].items()},
        choices={normal(word): name for name, list_ in own["choice"].items() for word in list_},
    )


def _own_words() -> dict[str, dict[str, list[str]]]:
    """What the product calls fields, tables and choices, in every language: kind, name, words.

    A template in any language is understood because it is written with these very words.
    """
    found: dict[str, dict[str, list[str]]] = {"field": {}, "table": {}, "choice": {}}
    for page in sorted((_DATA / "locale").glob("*/ui.po")):
        for kind, name, word in _OWN.findall(page.read_text("utf-8")):
            found[kind].setdefault(name, []).append(word)
    return found


@lru_cache(maxsize=20_000)  # item codes and cells pass here too: not all that ever came is kept
def normal(header: str) -> str:
    """A header without case, accents or punctuation, its words apart.

    >>> normal("ProductSKU"), normal("Qté_vendue "), normal("N° d'article")
    ('product sku', 'qte vendue', 'n d article')
    """
    parts = unicodedata.normalize("NFKD", _CAMEL.sub(" ", header))
    plain = "".join(c for c in parts if not unicodedata.combining(c)).lower()
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def likeness(header: str, field: str, *, extra: tuple[str, ...] = ()) -> tuple[float, int]:
    """How well a header names a canonical column: score (0 = not at all) and rank of the synonym.

    >>> likeness("OrderQuantity", "quantity")[0], likeness("StockDate", "month")[0]
    (100.0, 0.0)
    """
    if header.strip().lower() == field:
        return CANONICAL, 0
    name = normal(header)
    if name in words().own.get(field, ()):
        return OWN, 0
    known = (normal(field), *words().fields.get(field, ()), *extra)
    for score, forms in ((EXACT, {name, name.replace(" ", "")}), (REDUCED, _reduced(name))):
        ranks = [rank for rank, word in enumerate(known) if word in forms]
        if ranks:
            return score, ranks[0]
    best, rank = 0.0, 0
    for at, word in enumerate(known):
        close = fuzz.ratio(name, word) if len(word) >= 5 else 0.0
        if close >= NEAR and close > best:
            best, rank = close, at
    return best * 0.9, rank


def rivals_of(preview: "FilePreview", mapping: "FileMap") -> dict[str, tuple[str, ...]]:
    """Numbers and dates of a table that two headers of a file name equally well.

    Codes are not asked about: a more telling synonym comes first in the list.
    """
    from sim.ingest.schema import TABLES

    used = {source.column for source in mapping.columns.values()}
    found: dict[str, tuple[str, ...]] = {}
    for name, source in mapping.columns.items():
        kind = TABLES[mapping.table].column(name).kind.value
        if kind == "text" or likeness(source.column, name)[0] not in {EXACT, OWN}:
            continue
        same = [
            column.name
            for column in preview.columns
            if column.name not in used
            and column.filled
            and column.holds == ("date" if kind in {"date", "month"} else "number")
            and likeness(column.name, name)[0] in {EXACT, OWN}
        ]
        if same:
            found[name] = (source.column, *same)
    return found


def same_key(one: str, other: str) -> bool:
    """Whether two headers may hold the same code: equal, or one more precise than the other.

    >>> same_key("TerritoryKey", "SalesTerritoryKey"), same_key("ID", "ProductID")
    (True, False)
    """
    a, b = sorted((normal(one), normal(other)), key=len)
    return a == b or (" " in a and b.endswith(" " + a))


def names_table(text: str, table: str) -> bool:
    """Whether a file name holds a word of a table."""
    return _holds(text, words().tables.get(table, ()))


def names_other(text: str, table: str) -> bool:
    """Whether a file name or header holds a word that speaks against a table."""
    return _holds(text, words().unlike.get(table, ()))


def _holds(text: str, known: tuple[str, ...]) -> bool:
    padded = f" {normal(text)} "
    return any(f" {word} " in padded for word in known)


def _reduced(name: str) -> set[str]:
    """A header without a leading word and without trailing ones: keys, units, taxes."""
    parts = name.split()
    forms = {name}
    if len(parts) > 1 and parts[0] in words().leading:
        forms.add(" ".join(parts[1:]))
    for form in [*forms]:
        head, _, tail = form.rpartition(" ")
        while head and tail in words().trailing:
            forms.add(head)
            head, _, tail = head.rpartition(" ")
    return forms - {name}


def _normals(entries: list[str]) -> tuple[str, ...]:
    return tuple(normal(entry) for entry in entries)
