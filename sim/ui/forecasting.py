"""A forecast in work: worker processes, a progress bar, a way to stop, the result in the store.

One job per data version in this server: a second visitor sees the same bar, and a later one
finds the stored result at once.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from sim.forecast import FITTING
from sim.report.text import Text
from sim.ui import messages, session

POLL_SECONDS = 0.7


@dataclass
class Job:
    """One forecast being made; written by its thread, read by the pages."""

    share: float = 0.0  # done
    note: str = ""
    items: int = 0  # that are forecast; 0 = not known
    done: bool = False
    error: Exception | None = None
    cancel: threading.Event = field(default_factory=threading.Event)

    def report(self, share: float, note: str) -> None:
        """Called by the forecast as it goes on."""
        self.share, self.note = min(max(share, 0.0), 1.0), note


@st.cache_resource(show_spinner=False)
def _jobs() -> dict[str, Job]:
    return {}


def running(dataset: str) -> Job | None:
    """The job of a data version, when there is one."""
    return _jobs().get(dataset)


def start(dataset: str, work: Callable[[Job], None]) -> Job:
    """Begin a job, or join the one that runs.

    ``work`` runs in a thread without a session: it may not call Streamlit.
    """
    job = _jobs().get(dataset)
    if job is None or job.done:
        job = _jobs()[dataset] = Job()
        threading.Thread(target=_run, args=(job, work), daemon=True, name="forecast").start()
    return job


def forget(dataset: str) -> None:
    """Drop a finished job."""
    _jobs().pop(dataset, None)


def _run(job: Job, work: Callable[[Job], None]) -> None:
    try:
        work(job)
    except Exception as error:  # told by the page that watches the job
        job.error = error
    finally:
        job.done = True


def said(job: Job, text: Text) -> str:
    """What a job is doing: its step until the first item is done, then the items or the share."""
    if job.items and 0 < job.share < FITTING:
        done = round(job.share / FITTING * job.items)
        count, every = text.number(done), text.number(job.items)
        return text("ui.forecast.items", done=count, count=every)
    if job.share > 0:
        return text("ui.forecast.progress", share=text.percent(job.share, 0))
    return text(job.note or "forecast.progress.start")


@st.fragment(run_every=POLL_SECONDS)
def watch(dataset: str) -> None:
    """The progress bar of a job; the whole page is drawn again when it ends."""
    text, job = session.text(), running(dataset)
    if job is None:
        return
    if job.done:
        forget(dataset)
        if job.error is not None:
            for sentence in messages.sentences(job.error):
                messages.flash("info" if job.cancel.is_set() else "error", sentence)
        st.rerun(scope="app")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(job.share, text=said(job, text))
        st.button(
            text("ui.forecast.cancel"),
            key="forecast.cancel",
            on_click=job.cancel.set,
            icon=":material/close:",
            disabled=job.cancel.is_set(),
        )
