"""Uploaded files on their way to a version of the data: mapping, check, acceptance."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from sim.ingest import FileMap, FilePreview, Import, Quality, assess, build, inspect
from sim.ingest import signature as signature_of
from sim.model.planning_settings import PlanningSettings
from sim.store.notices import Notice, notices
from sim.store.workspace import Workspace
from sim.ui import access, data, encodings

Files = Sequence[tuple[str, bytes]]
Mappings = Mapping[str, Mapping[str, Any]]
TYPES = ("csv", "txt", "tsv", "xlsx", "xls", "xlsb", "ods", "parquet", "zip")


def files_key(files: Files) -> str:
    """What a set of uploads is recognised by: names, contents and chosen encodings."""
    digest = hashlib.sha256(json.dumps(encodings.chosen([name for name, _ in files])).encode())
    for name, content in files:
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


@st.cache_resource(show_spinner=False, max_entries=4)
def look(key: str, _files: Files) -> list[FilePreview]:  # noqa: ARG001 - the cache's key
    """A first look at the uploads; parsed once, in a limited child process."""
    return inspect(_files, encodings.chosen([name for name, _ in _files]))


@st.cache_resource(show_spinner=False, max_entries=6)
def built(key: str, mappings: str, good: bool, partial: bool, near: bool, _files: Files) -> Import:
    """The tables that the uploads give under a mapping (JSON text) and three choices."""
    return build(
        look(key, _files),
        json.loads(mappings),
        accept_good_rows=good,
        leave_out_partial_month=partial,
        near_codes=near,
    )


def quality_of(imported: Import) -> Quality:
    """The quality report of an upload, for the horizon asked for on the page."""
    planning = PlanningSettings(horizon=int(st.session_state.get("collect.horizon", 18)))
    return assess(imported.tables, imported, planning=planning)


def open_points(imported: Import, planning: PlanningSettings) -> tuple[Notice, ...]:
    """What these tables leave open, and what is assumed instead."""
    space = Workspace(imported.tables)
    try:
        return notices(space, planning)
    finally:
        space.close()


def remembered(preview: FilePreview) -> FileMap | None:
    """The mapping chosen for the same kind of file before.

    Its lookups stay remembered when their files are not here this time; ``build`` does without.
    """
    body = data.store().mapping(signature_of(preview))
    return FileMap.from_json(body) if isinstance(body, dict) else None


def accept(
    imported: Import,
    previews: Sequence[FilePreview],
    *,
    mappings: Mappings,
    files: Files,
    planning: PlanningSettings,
) -> bool:
    """Keep the tables as a new version and use it; true when the same content was there.

    Raises
    ------
    DataError, SopErrors: something still stands in the way.
    AccessError: not the visitor's role.
    """
    access.require(access.Role.COORDINATOR, access.Role.DEMAND, access.Role.SUPPLY)
    tables, author = imported.require(), access.visitor()
    by_name, report = dict(files), quality_of(imported)
    told: list[dict[str, object]] = [
        {
            "name": preview.id,
            "sha256": hashlib.sha256(by_name.get(preview.file, b"")).hexdigest(),
            "rows": preview.rows,
            "mapping": mappings.get(preview.id, {}),
            "quality": report.score,
        }
        for preview in previews
    ]
    told[0]["report"] = report.to_json()  # it also knows what had to be left out
    version = data.store().accept(
        tables,
        name=planning.company,
        settings=planning,
        source="upload",
        author=author,
        files=told,
    )
    for preview in previews:
        if preview.error is None:
            body = mappings.get(preview.id) or preview.mapping.to_json()
            data.store().remember_mapping(signature_of(preview), body, author=author)
    data.use(version.id)
    return version.already_there
