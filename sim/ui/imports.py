"""The list of imports: who, when, which files, how, what changed; and a way back."""

import json

import streamlit as st

from sim.errors import StoreError
from sim.report.text import NONE, Text
from sim.store import ImportRecord
from sim.ui import accepted, access, collect_page, data, inventory, messages

SHOWN, FILES = 10, 3
LAST = "collect.imports.last"
_KEPT = {"file": "name", "signature": "signature", "mapping": "mapping"}  # of a mapping file
Row = dict[str, str]


def show(text: Text) -> None:
    """The last imports, the details of one of them, and undo."""
    records = data.store().imports()
    names = {version.id: version.name for version in data.store().list()}
    rows = [_row(text, record, names.get(record.dataset, "")) for record in records[:SHOWN]]
    st.markdown(f"#### {text('ui.collect.imports')}", anchors=False)
    st.table(rows, border="horizontal", hide_index=True)
    shown = st.session_state.get(LAST)  # the import that the reader saw at the top
    st.session_state[LAST] = records[0].id if records else None
    with st.container(horizontal=True, gap="small"):
        if st.button(
            text("ui.collect.undo"),
            key="collect.undo",
            icon=":material/undo:",
            disabled=not records or records[0].below is None,
        ):
            messages.safely(_undo)(records[0], shown)
            accepted.show_from_top()
    told = [record for record in records[:SHOWN] if record.files]
    if told:
        with st.expander(text("ui.collect.imports.details"), key="collect.imports.details"):
            _details(text, told)


def _row(text: Text, record: ImportRecord, company: str) -> Row:
    return {
        text("ui.collect.imports.when"): inventory.moment(text, record.at),
        text("ui.collect.imports.who"): _who(text, record),
        text("ui.collect.imports.what"): text(f"ui.collect.imports.{record.kind}")
        + f" · {messages.plain(company)}",
        text("ui.collect.imports.how"): _how(text, record),
        text("ui.collect.imports.files"): messages.plain(_files(text, record)),
        text("ui.collect.imports.lines"): _lines(text, record),
        text("ui.collect.imports.version"): f"`{record.dataset[:8]}`",
    }


def _files(text: Text, record: ImportRecord) -> str:
    """The first files; all of them stand in the details."""
    names = [str(file.get("name", "")) for file in record.files]
    if record.kind == "typed":  # a table of the page, not a file
        names = [text(f"table.{name}") for name in names]
    listed = ", ".join(names[:FILES]) or NONE
    if len(names) <= FILES:
        return listed
    more = text("ui.collect.warnings.more", count=text.number(len(names) - FILES))
    return f"{listed} {more}"


def _who(text: Text, record: ImportRecord) -> str:
    return messages.plain(record.author) or text("ui.collect.imports.nobody")


def _how(text: Text, record: ImportRecord) -> str:
    if "afresh" not in record.detail:
        return NONE
    return text(f"ui.collect.imports.{'afresh' if record.detail['afresh'] else 'update'}")


def _lines(text: Text, record: ImportRecord) -> str:
    """Lines added, changed and removed over all tables: +3 ~1 −2."""
    found = record.detail.get("changes")
    if not found:
        return NONE
    total = {name: sum(one[name] for one in found) for name in ("added", "changed", "removed")}
    signs = {"added": "+", "changed": "≠", "removed": "−"}
    return " ".join(f"{signs[name]}{text.number(count)}" for name, count in total.items())


def _details(text: Text, records: list[ImportRecord]) -> None:
    by_id = {record.id: record for record in records}
    chosen = by_id[
        st.selectbox(
            text("ui.collect.imports.which"),
            list(by_id),
            format_func=lambda one: (
                f"{inventory.moment(text, by_id[one].at)} · "
                + ", ".join(str(file.get("name", "")) for file in by_id[one].files)[:80]
            ),
            key="collect.imports.which",
        )
    ]
    rows = [
        {
            text("problems.column.file"): messages.plain(str(file.get("name", ""))),
            text("ui.collect.totals.rows"): text.number(_count(file.get("rows"))),
            text("ui.collect.imports.sha256"): f"`{str(file.get('sha256', ''))[:16]}`",
        }
        for file in chosen.files
    ]
    st.table(rows, border="horizontal", hide_index=True)
    _changes(text, chosen)
    body = [
        {name: one.get(known) for name, known in _KEPT.items()}
        for one in chosen.files
        if one.get("mapping")
    ]
    st.download_button(
        text("ui.collect.mapping.download"),
        data=json.dumps({"format": 1, "files": body}, ensure_ascii=False, indent=2).encode(),
        file_name=f"mapping-{chosen.dataset[:8]}.json",
        mime="application/json",
        key="collect.imports.mapping",
        on_click="ignore",
        icon=":material/download:",
    )


def _changes(text: Text, record: ImportRecord) -> None:
    rows = [
        _change(text, one, record)
        for one in record.detail.get("changes", [])
        if one["added"] + one["changed"] + one["removed"] or one["table"] in _modes(record)
    ]
    if rows:
        st.table(rows, border="horizontal", hide_index=True)


def _change(text: Text, one: dict[str, object], record: ImportRecord) -> Row:
    row = {text("ui.collect.table"): text(f"table.{one['table']}")}
    for name in ("added", "changed", "unchanged", "removed"):
        count = _count(one[name])
        row[text(f"ui.collect.changes.{name}")] = text.number(count) if count else NONE
    mode = _modes(record).get(str(one["table"]))
    row[text("ui.collect.changes.mode")] = text(f"load.mode.{mode}") if mode else NONE
    return row


def _modes(record: ImportRecord) -> dict[str, str]:
    return dict(record.detail.get("modes", {}))


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def _undo(last: ImportRecord, shown: object) -> None:
    """Undo the import that was shown, never one that somebody made since."""
    access.require(*access.LOADERS)
    if shown not in (None, last.id):
        when = last.at[:16].replace("T", " ")
        raise StoreError("error.store.moved", who=last.author, at=when)
    version = data.store().undo_import(author=access.visitor())
    data.use(version.id)
    collect_page.start_again()
    accepted.keep("undone")
