"""What is ready before the first page is drawn: imports, the compiled kernel, the data in use.

The server listens while the last two are loaded: a browser needs that time to fetch the frame
of the page. No page is drawn before they are there, so no click ever meets a compilation.
"""

import gc
import logging
import pkgutil
import threading
import time
from dataclasses import dataclass, field
from importlib import import_module

import streamlit as st

import sim.ui
from sim.errors import SopError
from sim.model import kernel
from sim.report.text import Text
from sim.settings import settings
from sim.ui import data, results, session

LOG = logging.getLogger("sim")
STEPS = ("kernel", "data", "problem", "draws")
LOOK = 0.3  # [s] between two looks at what is done
_begun: list["Loading"] = []


@dataclass
class Loading:
    """What is being loaded: written by its thread, read by the pages that wait."""

    thread: threading.Thread | None = None
    done: int = 0  # of STEPS
    began: float = field(default_factory=time.monotonic)

    def step(self, name: str) -> None:
        """A step begins."""
        self.done = STEPS.index(name)


def imports() -> None:
    """Import what any page needs, in one go and before there are other threads.

    The garbage collector rests until ``begin`` has ended: modules leave no garbage, and it
    would go through all of them again and again.
    """
    gc.disable()
    for module in pkgutil.iter_modules(sim.ui.__path__):
        import_module(f"sim.ui.{module.name}")
    _without_legacy_pages()


def begin() -> None:
    """Load everything else beside the server that begins to listen."""
    loading = Loading()
    loading.thread = threading.Thread(target=_load, args=(loading,), name="warm-up", daemon=True)
    _begun.append(loading)
    loading.thread.start()


def wait(text: Text) -> None:
    """Hold a page back until what ``begin`` loads is there, and say how far that is."""
    for loading in _begun:
        if loading.thread is not None:
            _watch(text, loading, loading.thread)


def _watch(text: Text, loading: Loading, thread: threading.Thread) -> None:
    thread.join(LOOK)
    place = st.empty()
    while thread.is_alive():
        place.progress(loading.done / len(STEPS), text=said(text, loading))
        thread.join(LOOK)
    place.empty()


def said(text: Text, loading: Loading) -> str:
    """The step that is being done, which of all it is, and for how long all has taken."""
    return text(
        "ui.app.warming_up",
        step=text(f"ui.app.warming_up.{STEPS[loading.done]}"),
        place=loading.done + 1,
        count=len(STEPS),
        seconds=text.number(time.monotonic() - loading.began),
    )


def _load(loading: Loading) -> None:
    """A store that cannot be opened is told by the pages."""
    try:
        loading.step("kernel")
        kernel.warm_up(settings().compiled)
        loading.step("data")
        latest = data.store().latest()
        dataset = latest.id if latest else data.load_demo()
        data.described(dataset)
        loading.step("problem")
        if not data.needs_forecast(dataset):
            problem = data.problem(dataset)
            loading.step("draws")
            session.apart(lambda: results.reference(problem))()
    except SopError as error:
        LOG.warning("start without data: %s", error)
    finally:
        gc.freeze()  # what stays for good is out of the way of later collections
        gc.enable()


def _without_legacy_pages() -> None:
    """A folder named pages puts Streamlit into its old mode until the first visitor.

    The switch has no public name: when it is gone, only a cold deep link shows a dialog.
    """
    try:
        from streamlit.runtime.pages_manager import PagesManager

        PagesManager.uses_pages_directory = False
    except (ImportError, AttributeError):
        LOG.info("this Streamlit has no legacy pages switch")
