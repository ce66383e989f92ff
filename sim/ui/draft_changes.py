"""How an upload meets the data in use, and what would change: the choice, the counts, examples."""

import streamlit as st

from sim.ingest import Import
from sim.ingest.changes import Cell, Change, Example
from sim.ingest.modes import modes_of, usual_mode
from sim.report.text import NONE, Text
from sim.store import DatasetVersion
from sim.ui import inventory, messages, trial_files
from sim.ui.collecting import Choices

HOW, MODES = "collect.how", "collect.mode."
UPDATE, AFRESH = "update", "afresh"
SHOWN = 8  # examples
Row = dict[str, str]


def afresh(latest: DatasetVersion | None) -> bool:
    """Whether the files are the whole company; the demo is not mixed with one unless asked."""
    if latest is None:
        return True
    usual = AFRESH if latest.source == "demo" or trial_files.chosen() else UPDATE
    return bool(st.session_state.get(HOW, usual) == AFRESH)


def chosen_modes() -> tuple[tuple[str, str], ...]:
    """The modes that were chosen for tables."""
    state = st.session_state
    found = {str(key): str(state[key]) for key in state if str(key).startswith(MODES)}
    return tuple(sorted((key.removeprefix(MODES), mode) for key, mode in found.items()))


def start_afresh() -> None:
    """Choose that the files are the whole company."""
    st.session_state[HOW] = AFRESH


def forget() -> None:
    """The next upload begins with the usual choices."""
    for key in [key for key in st.session_state if str(key).startswith((HOW, MODES))]:
        del st.session_state[key]


def choice(text: Text, imported: Import, choices: Choices, latest: DatasetVersion | None) -> None:
    """Whether the files update the data in use, and how, or are the whole company."""
    st.markdown(f"### {text('ui.collect.changes')}", anchors=False)
    if latest is None:
        return
    st.session_state.setdefault(HOW, AFRESH if choices.afresh else UPDATE)
    st.radio(
        text("ui.collect.how"),
        [UPDATE, AFRESH],
        format_func=lambda one: text(f"ui.collect.how.{one}", company=messages.plain(latest.name)),
        key=HOW,
        label_visibility="collapsed",
    )
    who = messages.plain(latest.author) or text("ui.collect.imports.nobody")
    at = inventory.moment(text, latest.created_at)
    st.caption(text("ui.collect.changes.against", at=at, who=who))
    if not choices.afresh:  # drawn whatever was understood: a choice not drawn is forgotten
        _modes(text, sorted({total.table for total in imported.before}))


def counts(text: Text, imported: Import, choices: Choices) -> None:
    """The lines that the acceptance would add, change and remove, table by table."""
    moved = [one for one in imported.changes if one.any]
    loaded = {total.name for total in imported.after if total.rows}
    gone = [one for one in imported.changes if not (one.added + one.changed + one.unchanged)]
    shown = [one for one in moved if one not in gone]
    shown += [one for one in imported.changes if not one.any and one.table in loaded]
    st.table([_row(text, one, choices) for one in shown], border="horizontal", hide_index=True)
    _named(text, "kept", [one for one in imported.changes if one not in [*shown, *gone]])
    _named(text, "gone", gone)
    if not moved:
        st.caption(text("ui.collect.changes.none"))


def examples(text: Text, imported: Import) -> None:
    """Some lines that change, before and after, and some that go."""
    lines = [
        f"- {_example(text, change.table, one)}"
        for change in imported.changes
        for one in change.examples
    ]
    if lines:
        with st.expander(text("ui.collect.changes.examples"), key="collect.examples"):
            st.markdown("\n".join(lines[:SHOWN]))


def _row(text: Text, change: Change, choices: Choices) -> Row:
    counts = {name: getattr(change, name) for name in ("added", "changed", "unchanged", "removed")}
    row = {text("ui.collect.table"): text(f"table.{change.table}")}
    for name, count in counts.items():
        strong = bool(count) and name == "removed"
        number = text.number(count) if count else NONE
        row[text(f"ui.collect.changes.{name}")] = f"**{number}**" if strong else number
    if not choices.afresh and choices.dataset:
        mode = dict(choices.modes).get(change.table, usual_mode(change.table).value)
        row[text("ui.collect.changes.mode")] = text(f"load.mode.{mode}")
    return row


def _named(text: Text, how: str, tables: list[Change]) -> None:
    """Tables that stay or go as a whole: a line instead of a row each."""
    if tables:
        names = [
            f"{text(f'table.{one.table}')} ({text.number(one.unchanged + one.removed)})"
            for one in tables
        ]
        st.caption(text(f"ui.collect.changes.{how}", tables=text.join(names)))


def _example(text: Text, table: str, one: Example) -> str:
    key = " · ".join(messages.plain(_cell(text, value)) for value in one.key.values())
    cells = [
        text(
            "ui.collect.changes.cell",
            field=text(f"field.{name}"),
            old=messages.plain(_cell(text, old)),
            new=messages.plain(_cell(text, new)),
        )
        for name, (old, new) in one.cells.items()
    ]
    said = ", ".join(cells) or text("ui.collect.changes.goes")
    return f"{text(f'table.{table}')} · {key} · {said}"


def _cell(text: Text, value: Cell) -> str:
    if value is None or value == "":
        return NONE
    if isinstance(value, str):
        return value if len(value) <= 40 else value[:39] + "…"
    if isinstance(value, float):
        return text.number(value, 0 if value.is_integer() else 2)
    return text.month_label(value) if value.day == 1 else text.day(value, year=True)


def _modes(text: Text, tables: list[str]) -> None:
    with st.expander(text("ui.collect.modes"), key="collect.modes"):
        for table in tables:
            modes = [mode.value for mode in modes_of(table)]
            st.selectbox(
                text(f"table.{table}"),
                modes,
                index=modes.index(usual_mode(table).value),
                format_func=lambda mode: text(f"load.mode.{mode}"),
                key=MODES + table,
            )
