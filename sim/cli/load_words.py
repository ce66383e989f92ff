"""The report of ``load`` as lines for a person."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sim.report.text import Text

SHOWN = 20  # sentences of one kind; --json tells all of them


def lines(result: Mapping[str, Any], text: Text) -> Iterator[str]:
    """Verdict first, then what is wrong, what changes, the control totals."""
    yield text(f"cli.load.{result['status']}", company=result.get("company", ""))
    for name, record in result["already_loaded"].items():
        yield text("load.already", file=name, **moment(record, text))
    if "counts" not in result:
        return
    yield from _problems(result, text)
    if "changes" in result:
        yield text("cli.load.changes")
        yield from (_change(one, result["modes"], text) for one in result["changes"])
    yield text("cli.load.totals")
    for name in ("files", "left_out", "loaded"):
        yield from (_total(name, one, text) for one in result["totals"][name])
    yield text("cli.load.quality", score=text.percent(result["quality"] / 100, 0))


def moment(record: Mapping[str, Any], text: Text) -> dict[str, str]:
    """When and by whom a file was loaded, for its sentence."""
    at = datetime.fromisoformat(record["at"])
    who = record["author"] or text("ui.collect.imports.nobody")
    return {"at": text.day(at.date(), year=True), "who": who}


def _problems(result: Mapping[str, Any], text: Text) -> Iterator[str]:
    for kind, count in result["counts"].items():
        if not count:
            continue
        yield text("cli.value", name=text(f"cli.load.{kind}"), value=text.number(count))
        found = [one for one in result["problems"] if one["severity"] == kind]
        yield from (f"- {one['sentence']}" for one in found[:SHOWN])
        if count > SHOWN:
            yield text("cli.load.more", count=text.number(count - SHOWN))


def _change(one: Mapping[str, Any], modes: Mapping[str, str], text: Text) -> str:
    table = text(f"table.{one['table']}")
    how = modes.get(one["table"])
    said = text(
        "load.change",
        added=text.number(one["added"]),
        changed=text.number(one["changed"]),
        unchanged=text.number(one["unchanged"]),
        removed=text.number(one["removed"]),
    )
    name = f"{table} ({text(f'load.mode.{how}')})" if how else table
    return "- " + text("cli.value", name=name, value=said)


def _total(kind: str, one: Mapping[str, Any], text: Text) -> str:
    name = one["name"]
    if kind == "left_out":
        name = text(
            "ui.collect.totals.left_out",
            table=text(f"table.{one['table']}"),
            reason=text(f"ui.reason.{name}"),
        )
    if kind == "loaded":
        name = text("ui.collect.totals.loaded", table=text(f"table.{name}"))
    rows, quantity = text.number(one["rows"]), text.number(one["quantity"])
    said = text("cli.load.total" if one["quantity"] else "cli.load.rows", rows=rows, sum=quantity)
    return "- " + text("cli.value", name=name, value=said)
