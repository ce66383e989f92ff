"""Checks of an import: what each table had to leave out, and how much of its quantity."""

from collections.abc import Iterable

from sim.ingest.assembly import Import, Total
from sim.ingest.lines import Reason
from sim.ingest.quality.score import TABLE_WEIGHTS, Finding, finding


def import_findings(imported: Import) -> list[Finding | None]:
    """What the files of every table had to leave out."""
    found: list[Finding | None] = []
    for table in TABLE_WEIGHTS:
        before = [total for total in imported.before if total.table == table]
        if before:
            found += _of_table(imported, table, before=before)
    month = imported.partial_month
    if month is not None:
        examples = [f"{month:%Y-%m}"]
        found.append(finding("partial_month", "sales", 1, of=1, examples=examples))
    return found


def _of_table(imported: Import, table: str, *, before: list[Total]) -> list[Finding | None]:
    rows, units = sum(one.rows for one in before), sum(abs(one.quantity) for one in before)
    left = [total for total in imported.left_out if total.table == table]

    def told(check: str, reason: Reason, extra: int = 0, examples: Iterable[str] = ()) -> None:
        lines = [total for total in left if total.name == reason]
        touched = sum(abs(total.quantity) for total in lines)
        found.append(
            finding(
                check,
                table,
                sum(total.rows for total in lines) + extra,
                of=rows,
                volume=touched / units if units else None,
                examples=tuple(examples),
            )
        )

    found: list[Finding | None] = []
    told("unknown_items", Reason.UNKNOWN, examples=_unknown(imported, before))
    told("wrong_cells", Reason.WRONG)
    told("duplicates", Reason.REPEATED, extra=imported.same_lines.get(table, 0))
    if table == "sales":
        told("negatives", Reason.RETURNED)
    return found


def _unknown(imported: Import, before: list[Total]) -> list[str]:
    """Unknown codes of these files, each behind its file when there are several."""
    files = {total.name for total in before}
    codes = [code for code in imported.unknown if code.file in files]
    several = len({code.file for code in codes}) > 1
    return [f"{one.file}: {one.code}" if several else one.code for one in codes]
