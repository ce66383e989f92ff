"""What is wrong with an upload: blocking problems, rows to leave out, warnings; to take away."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import streamlit as st

from sim.ingest import FilePreview, Import
from sim.ingest.problems import Problem, Severity, marked_sheets, problems_of
from sim.report import export
from sim.report import problems as listing
from sim.report.text import NONE, Text
from sim.ui import draft_changes, messages
from sim.ui.downloads import XLSX

_STRANGERS = "warning.data.strangers"
SHOWN = 12  # problems of one kind; the workbook holds all of them
_ON_PAGE = ("file", "sheet", "row", "column", "value", "expected", "remedy")


def show(text: Text, imported: Import, previews: Sequence[FilePreview]) -> None:
    """Every problem with its place and remedy, the first ones on the page."""
    found = problems_of(imported, previews)
    count = Counter(one.severity for one in found)
    _other_company(text, imported)
    if count[Severity.BLOCKING]:
        _group(text, "error", found, Severity.BLOCKING)
    if count[Severity.PROBLEM]:
        _group(text, "warning", found, Severity.PROBLEM)
        st.checkbox(text("ui.collect.good_rows"), key="collect.good")
    _near_codes(text, imported)
    if imported.partial_month is not None:
        month = text.month(imported.partial_month)
        st.session_state.setdefault("collect.partial", True)
        st.checkbox(text("ui.collect.partial", month=month), key="collect.partial")
    if count[Severity.WARNING]:
        _warnings(text, imported)
    if len(found) > count[Severity.WARNING]:
        _download(text, imported, previews, found)


def stops(imported: Import) -> int:
    """How many problems stand in the way, counted as they are listed."""
    asked = {Severity.BLOCKING}
    if not imported.accept_good_rows:
        asked.add(Severity.PROBLEM)
    return sum(one.severity in asked for one in problems_of(imported, ()))


def forget() -> None:
    """Wrong rows are left out, and codes read as others, only for files that were seen."""
    for choice in ("collect.good", "collect.near"):
        st.session_state.pop(choice, None)


def _near_codes(text: Text, imported: Import) -> None:
    """Codes that differ from a declared one only in their writing may be read as that one."""
    near = [(one.code, one.near) for one in imported.unknown if one.near]
    told = [one.values for one in imported.warnings if one.key == "warning.data.near_code"]
    near += [(str(one["value"]), str(one["near"])) for one in told]
    if near:
        codes = ", ".join(f"{code} → {meant}" for code, meant in near[:5])
        st.checkbox(text("ui.collect.near", codes=messages.plain(codes)), key="collect.near")


def _group(text: Text, kind: messages.Kind, found: Sequence[Problem], severity: Severity) -> None:
    mine = [one for one in found if one.severity == severity]
    heading = text(f"ui.collect.{'blocking' if kind == 'error' else 'problems'}")
    places = Counter((one.file, one.column) for one in mine)
    counted = ", ".join(
        f"{messages.plain(' · '.join(filter(None, place)))} ({text.number(count)})"
        for place, count in places.most_common(4)
        if any(place)
    )
    messages.say(kind, f"**{heading} ({text.number(len(mine))})** {counted}")
    alike = _alike(mine)
    lines = [_line(text, same) for same in alike[:SHOWN]]
    # A column that nothing fills takes no room: most files have one sheet.
    names = [name for name in _ON_PAGE if any(line[name] for line in lines)]
    rows = [
        {text(f"problems.column.{name}"): messages.plain(line[name] or NONE) for name in names}
        for line in lines
    ]
    st.table(rows, border="horizontal", hide_index=True)
    if len(alike) > SHOWN:
        more = text.number(sum(map(len, alike[SHOWN:])))
        st.caption(text("ui.collect.problems.more", count=more))


def _alike(problems: Sequence[Problem]) -> list[list[Problem]]:
    """Problems in groups: a value that is wrong in the same way on many rows is one of them."""
    found: dict[tuple[str, ...], list[Problem]] = {}
    for one in problems:
        key = (one.file, one.sheet, one.column, one.value, one.error.key)
        found.setdefault(key if one.column else (*key, str(id(one))), []).append(one)
    return list(found.values())


def _line(text: Text, same: Sequence[Problem]) -> dict[str, str]:
    line = listing.line(text, same[0])
    if len(same) > 1:
        line["row"] = f"{line['row']} … (×{text.number(len(same))})"
    if not line["column"] or not line["expected"]:  # no cell to speak of: say what is wrong
        line["expected"] = line["wrong"]
    return line


def _warnings(text: Text, imported: Import) -> None:
    told = [one for one in imported.warnings if one.key != _STRANGERS]
    lines = [messages.plain(one) for error in told for one in text.error(error)]
    body = "\n".join(f"- {line}" for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        more = text("ui.collect.warnings.more", count=text.number(len(lines) - SHOWN))
        body += f"\n- {more}"
    if lines:
        messages.say("info", f"**{text('ui.collect.warnings')}**\n{body}")


def _other_company(text: Text, imported: Import) -> None:
    """Files that share no item with the data in use: starting afresh is one click away."""
    for error in imported.warnings:
        if error.key == _STRANGERS:
            messages.say("warning", messages.plain(" ".join(text.error(error))))
            st.button(
                text("ui.collect.strangers.button"),
                key="collect.strangers",
                icon=":material/domain_add:",
                on_click=draft_changes.start_afresh,
            )


def _download(
    text: Text, imported: Import, previews: Sequence[FilePreview], found: Sequence[Problem]
) -> None:
    st.download_button(
        text("ui.collect.problems.download"),
        data=lambda: listing.workbook(text, found, marked_sheets(imported, previews)),
        file_name=export.file_name(text("problems.title"), day=date.today(), ending="xlsx"),
        mime=XLSX,
        key="collect.problems.download",
        on_click="ignore",
        icon=":material/download:",
    )
