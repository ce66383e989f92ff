"""What a file means: which canonical table it feeds, and where each column comes from.

A mapping is plain JSON, so that the store can remember it under the signature of the file.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sim.errors import DataError, SopError
from sim.ingest.headers import names_table, normal, words
from sim.ingest.numerals import read_plain
from sim.ingest.schema import TABLES

if TYPE_CHECKING:
    from sim.ingest.preview import FilePreview


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One step of a lookup: find the code in ``key`` of another file, take its ``value``."""

    file: str
    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a canonical column comes from: a column of the file, looked up, or a constant."""

    column: str = ""
    hops: tuple[Hop, ...] = ()
    constant: str = ""


# The answers a mapping may carry; empty means "as the file proves", and a question otherwise.
ANSWERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "decimal": frozenset({"", ".", ","}),
        "dates": frozenset({"", "dmy", "mdy"}),
        "duration": frozenset({"", "h", "min", "s", "hms", "per_hour"}),
        "tax": frozenset({"", "net", "gross"}),
        "totals": frozenset({"", "keep"}),
    }
)
_WORDS = ("table", *ANSWERS, "vat", "year", "year_column", "wide_value", "wide_field")
_LISTS = ("wide", "fill", "settled")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMap:
    """The meaning of one table of a file. No table: it is not loaded, others may look codes up.

    ``decimal``, ``dates``, ``duration`` (unit of durations; "per_hour" is a rate, inverted),
    ``tax`` with its ``vat`` rate and ``year`` (of months written without one) are the reader's
    answers; empty means "as the file proves", and a question when it proves nothing.
    ``wide`` lists the columns whose headers are values of ``wide_field`` (months, items,
    channels, resources) and whose cells are values of ``wide_value``. Blank cells of ``fill``
    take the cell above. ``settled`` are the fields for which a person chose between two headers.
    """

    table: str = ""
    columns: Mapping[str, Source] = field(default_factory=dict)
    decimal: str = ""
    dates: str = ""
    duration: str = ""
    tax: str = ""
    vat: str = ""
    totals: str = ""
    year: str = ""
    year_column: str = ""
    wide: tuple[str, ...] = ()
    wide_value: str = ""
    wide_field: str = "month"
    fill: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # Not slots-friendly otherwise: the mapping is shared between sessions, so read-only.
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))

    def __reduce__(self) -> tuple[object, ...]:
        return FileMap.from_json, (self.to_json(),)

    @property
    def given(self) -> frozenset[str]:
        """The canonical columns that it feeds."""
        named = {name for name, source in self.columns.items() if source.column or source.constant}
        pivot = {self.wide_field, self.wide_value} if self.wide else set()
        if self.table == "sales" and self.wide_value == "revenue":
            pivot.add("quantity")  # a pivot of money stands beside one of units
        return frozenset(named | pivot)

    def to_json(self) -> dict[str, Any]:
        """The mapping as a plain JSON object."""
        columns = {name: _source_body(source) for name, source in self.columns.items()}
        words_ = {name: getattr(self, name) for name in _WORDS}
        return words_ | {"columns": columns} | {name: list(getattr(self, name)) for name in _LISTS}

    @staticmethod
    def from_json(body: Mapping[str, Any]) -> "FileMap":
        """Read a mapping; every field is checked, one that is absent is not answered.

        Raises
        ------
        DataError: the mapping is not one of ours.
        """
        words_: dict[str, Any]
        try:
            words_ = {name: _word(body[name]) for name in _WORDS if name in body}
            words_ |= {name: _list(body.get(name, [])) for name in _LISTS}
            columns = {_word(n): _source(s) for n, s in dict(body.get("columns", {})).items()}
            made = FileMap(columns=columns, **words_)
        except (TypeError, ValueError, KeyError, AttributeError):
            raise DataError("error.upload.mapping") from None
        if not _allowed(made):
            raise DataError("error.upload.mapping")
        return made


def _allowed(made: FileMap) -> bool:
    known = {*TABLES[made.table].names} if made.table in TABLES else set()
    return (
        made.table in {"", *TABLES}
        and {*made.columns} <= known
        and (not made.wide or {made.wide_field, made.wide_value} <= known)
        and all(getattr(made, name) in answers for name, answers in ANSWERS.items())
        and (not made.year or made.year.isdecimal())
        and (not made.vat or (read_plain(made.vat) or -1.0) >= 0.0)
    )


def usable_maps(
    previews: Sequence["FilePreview"], given: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, FileMap], list[SopError]]:
    """The mapping of every readable sheet: the given one, else its guess.

    Lookups into files that are not in this upload are dropped, with a warning for each.
    """
    maps: dict[str, FileMap] = {}
    warnings: list[SopError] = []
    for one in previews:
        if one.error is None:
            told = FileMap.from_json(given[one.id]) if one.id in given else one.mapping
            maps[one.id], absent = without_absent_lookups(told, one, previews)
            warnings += absent
    return maps, warnings


def without_absent_lookups(
    mapping: FileMap, preview: "FilePreview", previews: Sequence["FilePreview"]
) -> tuple[FileMap, tuple[DataError, ...]]:
    """The mapping as these files can carry it, and a warning for each lookup file not among them.

    A mapping that was remembered with a full set of files must also read one file alone: a column
    whose lookup file is absent is read as it would be without any memory.
    """
    columns, warnings = dict(mapping.columns), []
    for name, source in mapping.columns.items():
        absent = absent_lookup(source, previews)
        if not absent:
            continue
        guess = preview.mapping.columns.get(name)
        same = guess is not None and guess.column == source.column
        known = same and guess is not None and not absent_lookup(guess, previews)
        columns[name] = guess if known and guess is not None else Source(column=source.column)
        warnings.append(
            DataError(
                "warning.data.lookup_absent",
                file=preview.id,
                column=source.column,
                other=absent,
            )
        )
    return replace(mapping, columns=columns), tuple(warnings)


def absent_lookup(source: Source, previews: Sequence["FilePreview"]) -> str:
    """The first file that a column is looked up in and that is not among these; "" for none."""
    from sim.ingest.lookups import target_of

    gone = (hop.file for hop in source.hops if target_of(hop, previews) is None)
    return next(gone, "")


def signature(preview: "FilePreview") -> str:
    """What the mapping of a file is remembered under: kind, sheet, headers, words of its name.

    Sales and returns often have the same headers; only a word of the file name tells them apart.
    """
    named = [table for table in words().tables if names_table(preview.file, table)]
    headers = sorted(normal(column.name) for column in preview.columns)
    place = [str(preview.block)] if preview.block > 1 else []
    parts = [preview.kind, normal(preview.sheet), *place, *named, "", *headers]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _source_body(source: Source) -> dict[str, Any]:
    hops = [{"file": hop.file, "key": hop.key, "value": hop.value} for hop in source.hops]
    return {"column": source.column, "lookup": hops, "constant": source.constant}


def _source(body: Mapping[str, Any]) -> Source:
    return Source(
        column=_word(body.get("column", "")),
        hops=tuple(
            Hop(file=_word(hop["file"]), key=_word(hop["key"]), value=_word(hop["value"]))
            for hop in body.get("lookup", ())
        ),
        constant=_word(body.get("constant", "")),
    )


def _word(value: object) -> str:
    if not isinstance(value, str) or len(value) > 500:
        raise TypeError(type(value))
    return value


def _list(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError(type(value))
    return tuple(map(_word, value))
