"""What a warehouse is asked: one SELECT that adds its lines up to months, for any dialect.

A person gives a table or a SELECT and says which column is which. Names are quoted by
SQLAlchemy; the text of a SELECT is wrapped as it is, after it was found to be one statement.
"""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from sim.errors import DataError
from sim.ingest.history import MOST_LINES, RETURNED, SOLD, UNREADABLE, Columns

# MySQL cannot cast to a float; a decimal becomes one when its lines arrive.
_SUM: sa.types.TypeEngine[Any] = sa.Double().with_variant(sa.Numeric(38, 6), "mysql", "mariadb")
_SELECT = re.compile(r"\s*(?:select|with)\b", re.IGNORECASE)
_SIGNS = re.compile(r"[\\#]|\$\w*\$")  # read in different ways by different databases
# A quoted text or name, a comment to the end of its line, or one between signs.
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|--[^\n]*|/\*.*?\*/", re.DOTALL)


class first_of_month(sa.sql.expression.ColumnElement[Any]):  # noqa: N801 - an SQL function
    """The first day of the month of a date or time stamp."""

    inherit_cache = True
    type = sa.Date()

    def __init__(self, day: sa.ColumnElement[Any]) -> None:
        self.day = day


class day_of(sa.sql.expression.ColumnElement[Any]):  # noqa: N801 - an SQL function
    """The day of a date or time stamp."""

    inherit_cache = True
    type = sa.Date()

    def __init__(self, day: sa.ColumnElement[Any]) -> None:
        self.day = day


@compiles(day_of)
def _day(element: day_of, compiler: Any, **kw: Any) -> str:
    plain = compiler.dialect.name == "sqlite"  # keeps dates as text
    there = sa.func.date(element.day) if plain else sa.cast(element.day, sa.Date)
    return str(compiler.process(there, **kw))


@compiles(first_of_month)
def _month(element: first_of_month, compiler: Any, **kw: Any) -> str:
    day = element.day
    made: sa.ColumnElement[Any]
    match compiler.dialect.name:
        case "sqlite":
            made = sa.func.date(day, "start of month")
        case "mysql" | "mariadb":
            made = sa.cast(sa.func.date_format(day, "%Y-%m-01"), sa.Date)
        case "mssql":
            made = sa.func.datefromparts(sa.func.year(day), sa.func.month(day), 1)
        case "oracle":
            made = sa.func.trunc(day, "MM")
        case "bigquery":
            made = sa.func.date_trunc(sa.cast(day, sa.Date), sa.text("MONTH"))
        case _:
            made = sa.cast(sa.func.date_trunc("month", day), sa.Date)
    return str(compiler.process(made, **kw))


def source(text: str, names: tuple[str, ...] = ()) -> sa.FromClause:
    """A table or a SELECT as something to select ``names`` from.

    Raises
    ------
    DataError: it is neither, or more than one statement.
    """
    columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in names]
    if _SELECT.match(_QUOTED.sub(" ", text)):
        # A colon would be a parameter of SQLAlchemy; a last comment must not hide what follows.
        told = one_statement(text).replace(":", r"\:") + "\n"
        return sa.text(told).columns(*columns).subquery("history")
    parts = text.strip().split(".")
    if not 1 <= len(parts) <= 3 or not all(parts) or re.search(r"[\s;]", text.strip()):
        raise DataError("error.warehouse.not_select")
    return sa.table(parts[-1], *columns, schema=".".join(parts[:-1]) or None)


def one_statement(text: str) -> str:
    """The SELECT without its last semicolon, when nothing can follow or break out of it.

    >>> one_statement("select item from sales where note <> 'a;b)';")
    "select item from sales where note <> 'a;b)'"

    Raises
    ------
    DataError: a second statement, or parentheses, quotes or comments that do not close.
    """
    body = text.strip().removesuffix(";").rstrip()
    if _SIGNS.search(body):
        raise DataError("error.warehouse.signs")
    bare, depth = _QUOTED.sub(" ", body), 0
    for sign in bare:
        depth += (sign == "(") - (sign == ")")
        if depth < 0 or sign in ";'\"`":
            raise DataError("error.warehouse.several")
    if depth or "/*" in bare or "*/" in bare:
        raise DataError("error.warehouse.several")
    return body


def first_lines(text: str, count: int) -> sa.Select[Any]:
    """The first lines of a table or a SELECT, all columns."""
    return sa.select(sa.text("*")).select_from(source(text)).limit(count)


def monthly(text: str, columns: Columns) -> sa.Select[Any]:
    """The lines of a table or a SELECT added up to months.

    Negative lines and those without an item, a date or a quantity keep their own groups.
    One line more than can be loaded is asked for, so that too many are noticed.
    """
    there = source(text, tuple(dict.fromkeys(columns.values()))).c
    item, day, quantity = (there[columns[name]] for name in ("item", "month", "quantity"))
    state = sa.case(
        (sa.or_(item.is_(None), day.is_(None), quantity.is_(None)), UNREADABLE),
        (quantity < 0, RETURNED),
        else_=SOLD,
    )
    others = [there[columns[n]].label(n) for n in ("channel", "revenue") if n in columns]
    line = sa.select(
        item.label("item"),
        first_of_month(day).label("month"),
        state.label("state"),
        day.label("day"),
        quantity.label("quantity"),
        *others,
    ).subquery("line")
    keys = [line.c[name] for name in ("item", "channel", "month", "state") if name in line.c]
    sums = [name for name in ("quantity", "revenue") if name in line.c]
    return (
        sa.select(
            *keys,
            *(sa.cast(sa.func.sum(line.c[name]), _SUM).label(name) for name in sums),
            sa.func.count().label("lines"),
            day_of(sa.func.max(line.c.day)).label("last_day"),
        )
        .group_by(*keys)
        .limit(MOST_LINES + 1)
    )
