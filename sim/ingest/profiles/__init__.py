"""Exports of known programs, read as they are.

frePPLe spreads a routing over several sheets: its set of sheets is rewritten into canonical
looking previews whose lines keep the file, sheet and row they come from. Odoo, ERPNext and
SAP exports are single tables: a header profile says which column is which. What comes back
goes the one way of every upload: preview, mapping, problems, acceptance.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.ingest.preview import FilePreview

__all__ = ["recognised"]


def recognised(previews: Sequence["FilePreview"]) -> list["FilePreview"]:
    """The previews, with those of known programs rewritten and mapped (``profile`` is set)."""
    from sim.ingest.profiles.exports import as_export
    from sim.ingest.profiles.frepple import as_frepple

    return [one if one.profile else as_export(one) for one in as_frepple(previews)]
