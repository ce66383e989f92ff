"""The quality report on the page: the score of each table, what was found, what it does."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

import pandas as pd
import streamlit as st

from sim.ingest import Quality
from sim.ingest.quality import ControlTotal, Finding, control_totals
from sim.report import export
from sim.report.text import NONE, Text
from sim.ui import access, downloads, messages

Tables = Mapping[str, pd.DataFrame]


def report(text: Text, quality: Quality, tables: Tables, *, threshold: float, key: str) -> None:
    """Draw the scores, the findings by table, the totals to check, and their downloads."""
    score = text.percent(quality.score / 100, 0)
    st.markdown(f"#### {text('ui.collect.quality', score=score)}", anchors=False)
    needed = text.percent(threshold / 100, 0)
    if quality.score < threshold:
        messages.say("warning", text("ui.collect.quality.below", threshold=needed))
    else:
        st.caption(text("ui.collect.quality.above", threshold=needed))
    if not quality.findings:
        st.caption(text("ui.collect.quality.perfect"))
    st.caption("\n".join(_lines(text, quality)))
    with st.expander(text("ui.collect.quality.by_year"), key=f"quality.{key}.totals"):
        _by_year(text, tables)
    _downloads(text, quality, tables, key=key)


def sentence(text: Text, finding: Finding) -> str:
    """What a check found."""
    return text(
        finding.key,
        count=text.number(finding.count),
        of=text.number(finding.of),
        examples=", ".join(finding.examples),
    )


def effect(text: Text, finding: Finding) -> str:
    """What a finding does to the plan, with its figures."""
    volume = finding.share if finding.volume is None else finding.volume
    said = text(
        finding.effect,
        count=text.number(finding.count),
        share=_part(text, finding.share),
        volume=_part(text, volume),
        amount=NONE if finding.amount is None else text.money(finding.amount),
    )
    return said[:1].upper() + said[1:]


def _part(text: Text, share: float) -> str:
    """A share; a tiny one is not shown as zero."""
    if 0 < share < 0.001:
        return text("format.less_than", value=text.percent(0.001))
    return text.percent(share)


def _lines(text: Text, quality: Quality) -> list[str]:
    """One line per table with findings, each with its effect; the others in one line."""
    lines: list[str] = []
    found = {finding.table for finding in quality.findings}
    order = sorted(found, key=lambda name: (quality.by_table[name], name))
    for name in order:
        score = text.percent(quality.by_table[name] / 100)
        title = text("ui.collect.quality.table", table=text(f"table.{name}"), score=score)
        lines.append(f"\n**{title}**\n")
        lines += [_line(text, one) for one in quality.findings if one.table == name]
    fine = [text(f"table.{name}") for name in quality.by_table if name not in found]
    if fine and found:
        lines.append("\n" + text("ui.collect.quality.fine", tables=text.join(fine)))
    return lines


def _line(text: Text, finding: Finding) -> str:
    said = _with_points(text, messages.plain(sentence(text, finding)), finding.lost)
    return f"- {said} *{messages.plain(effect(text, finding))}*"


def _with_points(text: Text, said: str, lost: float) -> str:
    points = round(lost, 1)
    if not points:
        return said
    return text("ui.collect.quality.lost", sentence=said, points=text.number(-points, 1))


def _by_year(text: Text, tables: Tables) -> None:
    totals = [one for one in control_totals(tables, by="year") if one.table == "sales"]
    rows = [
        {
            _head(text, "period"): str(one.start.year if one.start else ""),
            _head(text, "rows"): text.number(one.rows),
            _head(text, "quantity"): NONE if one.quantity is None else text.number(one.quantity),
            _head(text, "revenue"): NONE if one.revenue is None else text.money(one.revenue),
        }
        for one in totals
    ]
    st.table(rows, border="horizontal", hide_index=True)


def _head(text: Text, name: str) -> str:
    return text(f"ui.collect.quality.col.{name}")


def _downloads(text: Text, quality: Quality, tables: Tables, *, key: str) -> None:
    """The whole report as a workbook, its findings and its totals as CSV."""
    author, today = access.visitor(), date.today()

    def book() -> bytes:
        return workbook(text, quality, tables, author=author)

    def csv_findings() -> bytes:
        return export.csv(finding_rows(text, quality), lang=text.lang)

    def csv_totals() -> bytes:
        return export.csv(
            total_rows(text, control_totals(tables, by="month"), monthly=True), lang=text.lang
        )

    title, totals = text("ui.collect.quality.report"), text("ui.collect.quality.totals")
    parts: tuple[tuple[str, str, str, Callable[[], bytes]], ...] = (
        (title, "xlsx", downloads.XLSX, book),
        (title, "csv", "text/csv", csv_findings),
        (totals, "csv", "text/csv", csv_totals),
    )
    with st.container(horizontal=True, gap="xsmall"):
        for name, ending, mime, make in parts:
            st.download_button(
                f"{name} ({ending.upper()})",
                data=make,
                file_name=export.file_name(name, day=today, ending=ending),
                mime=mime,
                key=f"quality.{key}.{name}.{ending}",
                on_click="ignore",
                type="tertiary",
                icon=":material/download:",
            )


def workbook(text: Text, quality: Quality, tables: Tables, *, author: str) -> bytes:
    """Scores, findings and control totals by table, year and month, as a workbook."""
    stamp = export.Stamp(
        scenario=text("ui.collect.quality.report"),
        data_as_of=_last(tables),
        author=author or text("ui.collect.imports.nobody"),
        made_at=datetime.now(UTC),
        hash="",
    )
    totals = control_totals(tables) + control_totals(tables, by="year")
    sheets = {
        text("ui.collect.quality.sheet.score"): _score_rows(text, quality),
        text("ui.collect.quality.sheet.findings"): finding_rows(text, quality),
        text("ui.collect.quality.sheet.totals"): total_rows(text, totals),
        text("ui.collect.quality.sheet.months"): total_rows(
            text, control_totals(tables, by="month"), monthly=True
        ),
    }
    return export.xlsx(sheets, stamp=stamp, text=text)


def _last(tables: Tables) -> date:
    last = tables["sales"]["month"].max() if "sales" in tables else pd.NaT
    return date.today() if pd.isna(last) else last.date()


def _score_rows(text: Text, quality: Quality) -> pd.DataFrame:
    names = [text("ui.collect.quality.all"), *(text(f"table.{one}") for one in quality.by_table)]
    scores = [quality.score, *quality.by_table.values()]
    return pd.DataFrame({_head(text, "table"): names, _head(text, "score"): scores})


def finding_rows(text: Text, quality: Quality) -> pd.DataFrame:
    """The findings as a table, one line each."""
    found = quality.findings
    return pd.DataFrame(
        {
            _head(text, "table"): [text(f"table.{one.table}") for one in found],
            _head(text, "finding"): [sentence(text, one) for one in found],
            _head(text, "count"): [one.count for one in found],
            _head(text, "of"): [one.of for one in found],
            _head(text, "share"): [round(100 * one.share, 2) for one in found],
            _head(text, "points"): [round(one.lost, 2) for one in found],
            _head(text, "examples"): [", ".join(one.examples) for one in found],
            _head(text, "effect"): [effect(text, one) for one in found],
        }
    )


def total_rows(text: Text, totals: list[ControlTotal], *, monthly: bool = False) -> pd.DataFrame:
    """Control totals as a table, one line each: of all, of a year or of a month."""
    whole, pattern = text("ui.collect.quality.all"), "%Y-%m" if monthly else "%Y"
    return pd.DataFrame(
        {
            _head(text, "table"): [text(f"table.{one.table}") for one in totals],
            _head(text, "period"): [
                one.start.strftime(pattern) if one.start else whole for one in totals
            ],
            _head(text, "measure"): [
                text(f"field.{one.measure}") if one.measure else "" for one in totals
            ],
            _head(text, "rows"): [one.rows for one in totals],
            _head(text, "quantity"): [one.quantity for one in totals],
            _head(text, "revenue"): [one.revenue for one in totals],
        }
    )
