"""Files to checked canonical tables; the demo company.

``read_folder`` reads a folder of canonical CSV, ``write_folder`` writes one; ``inspect``
looks at uploaded files in a limited child process, ``build`` makes canonical tables of
them with a mapping that people have seen, ``assess`` scores the result.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.ingest.assembly import Import, build, read_files
    from sim.ingest.folder import Tables, read_folder, write_folder
    from sim.ingest.guess import map_to
    from sim.ingest.lookups import samples
    from sim.ingest.mapping import FileMap, Source, signature
    from sim.ingest.preview import FilePreview, inspect
    from sim.ingest.quality import Finding, Quality, assess

_HOME = {
    "FileMap": "mapping",
    "FilePreview": "preview",
    "Finding": "quality",
    "Import": "assembly",
    "Quality": "quality",
    "Source": "mapping",
    "Tables": "folder",
    "assess": "quality",
    "build": "assembly",
    "inspect": "preview",
    "map_to": "guess",
    "read_files": "assembly",
    "read_folder": "folder",
    "samples": "lookups",
    "signature": "mapping",
    "write_folder": "folder",
}
__all__ = [
    "FileMap",
    "FilePreview",
    "Finding",
    "Import",
    "Quality",
    "Source",
    "Tables",
    "assess",
    "build",
    "inspect",
    "map_to",
    "read_files",
    "read_folder",
    "samples",
    "signature",
    "write_folder",
]


def __getattr__(name: str) -> Any:
    # Lazy: the parser child imports this package and must stay small and quick to start.
    if name in _HOME:
        return getattr(import_module(f"sim.ingest.{_HOME[name]}"), name)
    raise AttributeError(name)
