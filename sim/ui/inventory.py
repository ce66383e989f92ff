"""What is kept: versions of the data, where the store is, whether its audit is whole."""

from datetime import datetime

import sqlalchemy as sa
import streamlit as st

from sim.report.text import Text
from sim.settings import settings
from sim.ui import data, messages

Row = dict[str, str]


def location(text: Text) -> str:
    """Where the store is, without any password."""
    url = sa.make_url(settings().database_url)
    if url.get_backend_name() == "sqlite":
        return text("ui.settings.store.file", place=f"`{url.database}`")
    return text("ui.settings.store.server", place=f"`{url.render_as_string(hide_password=True)}`")


def moment(text: Text, stamp: str) -> str:
    """A time of the store as a reader's day and hour (UTC)."""
    at = datetime.fromisoformat(stamp)
    return f"{text.day(at.date(), year=True)}, {at:%H:%M}"


def dataset_rows(text: Text, used: str) -> list[Row]:
    """Every version of the data, newest first."""
    return [
        {
            text("ui.settings.column.company"): _emphasised(version.name, version.id == used),
            text("ui.settings.column.source"): text(f"ui.source.{version.source}")
            if text.has(f"ui.source.{version.source}")
            else messages.plain(version.source),
            text("ui.settings.column.accepted"): moment(text, version.created_at),
            text("ui.settings.column.rows"): text.number(sum(version.rows.values())),
            text("ui.settings.column.version"): f"`{version.id[:8]}`",
        }
        for version in data.store().list()
    ]


def choose_dataset(text: Text) -> None:
    """Let the visitor work on another version."""
    versions = {version.id: version for version in data.store().list()}
    used = data.in_use().id
    if len(versions) < 2:
        return
    chosen = st.selectbox(
        text("ui.settings.use"),
        list(versions),
        index=list(versions).index(used) if used in versions else 0,
        format_func=lambda one: f"{versions[one].name} · {moment(text, versions[one].created_at)}",
        key="settings.dataset",
    )
    if chosen != used:
        data.use(chosen)
        st.rerun()


def audit_check(text: Text) -> None:
    """Check the chain of the audit on request."""
    if st.button(text("ui.settings.audit.check"), key="settings.audit", icon=":material/verified:"):
        count = data.store().audit.verify()
        messages.say("success", text("ui.settings.audit.whole", count=text.number(count)))
    st.caption(text("ui.settings.audit.help"))


def _emphasised(name: str, strong: bool) -> str:
    return f"**{messages.plain(name)}**" if strong else messages.plain(name)
