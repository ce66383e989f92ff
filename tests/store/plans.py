"""The planning problem of the small company, read from its tables."""

import pandas as pd

from sim.store.planning import (
    read_problem,
)
from sim.store.workspace import Workspace
from tests.store import company


def problem(*, settings=None, forecast=None, errors=None, **tables):
    workspace = Workspace(company.tables(**tables))
    return read_problem(
        workspace,
        dataset="d",
        settings=settings or company.settings(),
        forecast=forecast,
        errors=errors,
    )


def forecast(months=18):
    lines = [
        {"unique_id": item, "ds": month, "mean": 2.0 * level}
        for item, level in company.LEVEL.items()
        for month in company.HORIZON[:months]
    ]
    return pd.DataFrame(lines)
