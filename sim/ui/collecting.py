"""Uploaded files on their way to a version of the data: mapping, check, acceptance."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from sim.ingest import FileMap, FilePreview, Import, Quality, assess, build, inspect
from sim.ingest import signature as signature_of
from sim.ingest.modes import Mode
from sim.ingest.record import file_records, how_imported
from sim.ingest.sandbox import ENDINGS
from sim.ingest.update import Base
from sim.model.planning_settings import PlanningSettings
from sim.report.text import Text
from sim.store.notices import Notice, notices
from sim.store.workspace import Workspace
from sim.ui import access, data, encodings

Files = Sequence[tuple[str, bytes]]
TYPES = ENDINGS  # for the page, which knows this floor only


def uploader_words(text: Text) -> None:
    """The visitor's language on the uploader, whose own two texts are in English only."""
    size = st.get_option("server.maxUploadSize")
    zone = '[class*="st-key-collect-files"] [data-testid="stFileUploaderDropzone'
    places = {
        f'{zone}"] > span button p': text("ui.collect.files.choose"),
        f'{zone}Instructions"] span': text("ui.collect.files.limit", size=size),
    }
    rules = [
        f'{place} {{font-size: 0}} {place}::after {{font-size: 0.875rem; content: "{words}"}}'
        for place, words in places.items()
    ]
    st.html(f"<style>{' '.join(rules)}</style>")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """All that decides what an upload gives, beside its bytes."""

    mappings: str  # JSON text
    good: bool
    partial: bool
    near: bool
    dataset: str  # the version in use, "" in an empty store
    afresh: bool
    modes: tuple[tuple[str, str], ...]

    @property
    def base(self) -> Base:
        """The data in use that the upload meets."""
        modes = {table: Mode(mode) for table, mode in self.modes}
        tables = data.tables(self.dataset) if self.dataset else {}
        return Base(tables=tables, afresh=self.afresh, modes=modes)


@st.cache_resource(show_spinner=False, max_entries=6)
def built(key: str, choices: Choices, _files: Files) -> Import:
    """The tables that the uploads give over the data in use."""
    return build(
        look(key, _files),
        json.loads(choices.mappings),
        accept_good_rows=choices.good,
        leave_out_partial_month=choices.partial,
        near_codes=choices.near,
        base=choices.base,
    )


def planning_of(choices: Choices) -> PlanningSettings:
    """What the upload is judged for: the settings in use, or those asked for on the page."""
    if choices.dataset and not choices.afresh:
        return data.planning_settings(choices.dataset)
    return PlanningSettings(
        horizon=int(st.session_state.get("collect.horizon", 18)),
        quality_threshold=float(st.session_state.get("collect.threshold", 80)),
    )


@st.cache_resource(show_spinner=False, max_entries=6)
def judged(
    key: str,  # noqa: ARG001 - with the choices, the cache's key
    choices: Choices,  # noqa: ARG001
    planning: str,
    _imported: Import,
) -> Quality:
    """The quality report of an upload for these settings (JSON)."""
    settings = PlanningSettings.from_json(planning)
    return assess(_imported.tables, _imported, planning=settings)


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
    choices: Choices,
    files: Files,
    planning: PlanningSettings,
    quality: Quality,
    source: str = "upload",
) -> bool:
    """Keep the tables as a new version and use it; true when the same content was there.

    Raises
    ------
    DataError, SopErrors: something still stands in the way.
    StoreError: somebody accepted other data in between.
    AccessError: not the visitor's role.
    """
    access.require(*access.LOADERS)
    author, mappings = access.visitor(), json.loads(choices.mappings)
    version = data.store().accept(
        imported.require(),
        name=planning.company,
        settings=planning,
        source=source,
        author=author,
        files=file_records(previews, files, mappings, quality=quality),
        detail=how_imported(imported, choices.base),
        seen=choices.dataset,
    )
    for preview in previews:
        if preview.error is None:
            body = mappings.get(preview.id) or preview.mapping.to_json()
            data.store().remember_mapping(signature_of(preview), body, author=author)
    data.use(version.id)
    return version.already_there
