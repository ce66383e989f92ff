"""What stops a plan: every problem of the tables at once, each with its place."""

from sim.errors import DataError, raise_all
from sim.store.workspace import Workspace

MOST = 200  # a person reads no more; the first ones show the pattern


def check(workspace: Workspace) -> None:
    """Raise the problems of the tables that a plan cannot live with, or return.

    Raises
    ------
    DataError, SopErrors: ``error.table.<problem>`` with table, row (the header is row 1),
    column and value.
    """
    raise_all(problems(workspace))


def problems(workspace: Workspace) -> list[DataError]:
    """The problems of the tables, in their order, at most ``MOST`` of them."""
    found = workspace.query("checks")
    shown = found.fillna({"shown": ""}).head(MOST).to_dict("records")
    errors = [
        DataError(
            f"error.table.{line['problem']}",
            table=line["place"],
            row=line["line"],
            column=line["field"],
            value=str(line["shown"])[:60],
        )
        for line in shown
    ]
    if len(found) > MOST:
        errors.append(DataError("error.table.more", count=len(found) - MOST))
    return errors
