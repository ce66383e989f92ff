"""Lines of a file that have more cells than its header."""

import numpy as np

from sim.errors import DataError
from sim.ingest.lines import Part, Reason
from sim.ingest.preview import FilePreview

_RARE = 0.05  # share of lines with cells beyond the header that still counts as an accident


def mark_ragged(preview: FilePreview, part: Part, *, wide: bool, most: int) -> None:
    """Lines with more cells than the header has: a separator inside a text, most often."""
    beyond = [column.name for column in preview.columns if column.name.startswith("#")]
    if not beyond or wide:
        return
    filled = np.zeros(len(part.rows), dtype=bool)
    for name in beyond:
        filled |= np.array([bool(text) for text in preview.texts(name)], dtype=bool)
    if filled.mean() > _RARE:
        return
    width = len(preview.columns) - len(beyond)
    for row in part.rows[filled][:most]:
        part.problems.append(
            DataError(
                "error.data.ragged",
                file=part.file,
                row=int(row),
                cells=len(preview.columns),
                columns=width,
                expected=DataError("expected.cells", columns=width),
            )
        )
    part.leave_out(filled, Reason.WRONG)
