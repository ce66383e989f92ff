"""A pivot as the lines that are read from it, to be shown beside its mapping."""

import numpy as np
import pandas as pd

from sim.ingest.filling import filled_down
from sim.ingest.mapping import FileMap
from sim.ingest.months import dated
from sim.ingest.numerals import TYPED
from sim.ingest.preview import FilePreview
from sim.ingest.totals import named_lines
from sim.ingest.wide import unpivot


def long_lines(preview: FilePreview, mapping: FileMap, *, count: int = 5) -> list[dict[str, str]]:
    """The first lines of a pivot in long form, as text, without its named totals.

    The same steps as the reader takes, over the first rows of the sheet only.
    """
    total = named_lines(preview, mapping)
    at = np.flatnonzero(~total)[:count]
    columns: dict[str, pd.Series[str]] = {}
    for name, source in mapping.columns.items():
        if preview.column(source.column):
            cells = preview.texts(source.column)
            full = filled_down(cells, total.tolist()) if source.column in mapping.fill else cells
            columns[name] = pd.Series([full[row] for row in at], dtype=object)
    pivoted, lines_at = unpivot(preview, mapping, columns, at)
    if "month" in pivoted:
        pivoted["month"] = dated(pivoted["month"], preview, mapping, lines_at)
    lines = pd.DataFrame(pivoted).head(count).to_dict("records")
    return [{str(n): str(c).removeprefix(TYPED) for n, c in line.items()} for line in lines]
