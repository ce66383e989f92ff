"""Codes that one table uses and another declares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.errors import DataError, SopError
from sim.ingest.schema import EVERYTHING, Column, Table

IN_USE = DataError("word.list_in_use")  # a list that stands in no file of the upload
SINGLE = 5  # so many unknown codes of a column get a sentence each; more are counted in one


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """One code that no table declares."""

    file: str
    column: str  # as the file calls it
    code: str
    rows: int
    first: int  # row of the source where it appears first
    where: str | DataError  # the list that does not have it
    near: str = ""  # a declared code that differs only by case, spaces or leading zeros


def declared(tables: Mapping[str, pd.DataFrame], target: tuple[str, str]) -> set[str] | None:
    """The codes that a table declares, or None when the table or column is absent."""
    table, column = target
    if table not in tables or column not in tables[table]:
        return None
    return {str(code) for code in tables[table][column]}


def unknown_codes(
    codes: "pd.Series[str]",
    known: set[str],
    *,
    rows: np.ndarray,
    place: tuple[str, str, str | DataError],
) -> tuple[list[Unknown], np.ndarray]:
    """Codes of one column that are not declared, and the mask of the rows that hold them.

    ``rows`` are source rows; ``place`` is the file, its column and the list that declares.
    An empty code and "All" point to nothing, so they are never unknown.
    """
    file, column, where = place
    wrong = ~codes.isin([*known, "", EVERYTHING]).to_numpy()
    meant = {loose(code): code for code in sorted(known)}
    found = []
    for code, at in pd.Series(np.flatnonzero(wrong)).groupby(codes[wrong].to_numpy(), sort=True):
        near = meant.get(loose(str(code)), "")
        first = int(rows[at.iloc[0]])
        found.append(
            Unknown(
                file=file,
                column=column,
                code=str(code),
                rows=len(at),
                first=first,
                where=where,
                near=near,
            )
        )
    return found, wrong


def near_codes(codes: "pd.Series[str]", known: set[str]) -> dict[str, str]:
    """Codes that differ from a declared one only by case, spaces or leading zeros, and that one.

    >>> near_codes(pd.Series(["a 1", "B2", "C"]), {"A1", "B2"})
    {'a 1': 'A1'}
    """
    meant = {loose(code): code for code in sorted(known)}
    there = set(codes) - known - {"", EVERYTHING}
    return {code: meant[loose(code)] for code in sorted(there) if loose(code) in meant}


def references(table: Table) -> list[Column]:
    """Columns of a table that hold a code of another table."""
    return [column for column in table.columns if column.refers]


def unknown_sentences(found: Sequence[Unknown]) -> list[SopError]:
    """Each unknown code once, with its count; many of one column in one sentence."""
    sentences: list[SopError] = []
    groups: dict[tuple[str, str, str | DataError], list[Unknown]] = {}
    for code in found:
        groups.setdefault((code.file, code.column, code.where), []).append(code)
    for (file, column, where), codes in groups.items():
        if len(codes) <= SINGLE:
            sentences += [unknown_sentence(code) for code in codes]
            continue
        sentences.append(
            DataError(
                "error.data.unknown_codes",
                file=file,
                column=column,
                codes=len(codes),
                rows=sum(code.rows for code in codes),
                examples=", ".join(code.code[:60] for code in codes[:SINGLE]),
                where=where,
            )
        )
    return sentences


def unknown_sentence(code: Unknown) -> SopError:
    """One unknown code with its place."""
    values: dict[str, object] = {"file": code.file, "row": code.first, "column": code.column}
    values |= {"value": code.code[:60], "rows": code.rows, "where": code.where}
    values["expected"] = DataError("expected.code", where=code.where)
    if code.near:
        return DataError("error.data.unknown_code_near", near=code.near, **values)
    return DataError("error.data.unknown_code", **values)


def loose(code: str) -> str:
    """A code without what people write differently: case, spaces, leading zeros."""
    return "".join(code.split()).casefold().lstrip("0")
