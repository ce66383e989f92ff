"""What is kept of an import: its files and their mappings, how it met the data in use."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sim.errors import DataError
from sim.ingest.assembly import Import
from sim.ingest.changes import Change, changes
from sim.ingest.mapping import FileMap, signature
from sim.ingest.modes import Mode
from sim.ingest.preview import FilePreview
from sim.ingest.quality import Quality
from sim.ingest.update import Base

FORMAT = 1  # of a mapping file
Files = Sequence[tuple[str, bytes]]
Mappings = Mapping[str, Mapping[str, Any]]


def hashes(files: Files) -> dict[str, str]:
    """SHA-256 of each upload by its name."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in files}


def file_records(
    previews: Sequence[FilePreview], files: Files, mappings: Mappings, *, quality: Quality
) -> list[dict[str, object]]:
    """One record per sheet: name, sha256 of its file, rows, mapping, quality of the import.

    The first holds the whole quality report: it also knows what had to be left out.
    """
    known = hashes(files)
    found: list[dict[str, object]] = [
        {
            "name": preview.id,
            "sha256": known[_upload(preview.file, known)],
            "rows": preview.rows,
            "signature": signature(preview) if preview.error is None else "",
            "mapping": mappings.get(preview.id, {}),
            "quality": quality.score,
        }
        for preview in previews
    ]
    if found:
        found[0]["report"] = quality.to_json()
    return found


def _upload(file: str, known: Mapping[str, str]) -> str:
    """The upload that a file is, or the archive that it is a member of."""
    return next(name for name in known if file == name or file.startswith(f"{name}/"))


def how_typed(
    name: str, before: Mapping[str, pd.DataFrame], after: Mapping[str, pd.DataFrame]
) -> dict[str, object]:
    """What is kept of a table that was typed in, beside its grid."""
    modes = {name: Mode.REPLACE.value}
    return {"afresh": False, "modes": modes, "changes": _counts(changes(before, after))}


def how_imported(imported: Import, base: Base) -> dict[str, object]:
    """Whether the company starts afresh, the mode of each table, the lines changed by table."""
    loaded = [total.name for total in imported.after if total.rows]
    return {
        "afresh": base.afresh,
        "modes": {} if base.afresh else {name: base.mode(name).value for name in loaded},
        "changes": _counts(imported.changes),
    }


def _counts(found: Sequence[Change]) -> list[dict[str, object]]:
    names = ("table", "added", "changed", "unchanged", "removed")
    return [{name: getattr(one, name) for name in names} for one in found]


def mapping_file(previews: Sequence[FilePreview], mappings: Mappings) -> dict[str, object]:
    """The mappings of an upload as a JSON object that ``mappings_of`` reads back."""
    return {
        "format": FORMAT,
        "files": [
            {
                "file": preview.id,
                "signature": signature(preview),
                "mapping": mappings.get(preview.id) or preview.mapping.to_json(),
            }
            for preview in previews
            if preview.error is None
        ],
    }


def mappings_of(body: object, previews: Sequence[FilePreview]) -> dict[str, dict[str, Any]]:
    """The mappings of a mapping file that fit these sheets: by name, else by their headers.

    Next month's file has another name and the same headers.

    Raises
    ------
    DataError: it is not a mapping file.
    """
    entries = body.get("files") if isinstance(body, dict) else None
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise DataError("error.upload.mapping")
    found = {}
    for preview in previews:
        if preview.error is not None:
            continue
        alike = [one for one in entries if one.get("signature") == signature(preview)]
        named = [one for one in entries if one.get("file") == preview.id]
        for one in (named or alike)[:1]:
            found[preview.id] = FileMap.from_json(_object(one.get("mapping"))).to_json()
    return found


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DataError("error.upload.mapping")
    return value
