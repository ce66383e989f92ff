"""What is ready before the first page is drawn: imports, the compiled kernel, the data in use.

The server listens while the last two are loaded: a browser needs that time to fetch the frame
of the page. No page is drawn before they are there, so no click ever meets a compilation.
"""

import gc
import logging
import pkgutil
import threading
from importlib import import_module

import streamlit as st

import sim.ui
from sim.errors import SopError
from sim.model import kernel
from sim.report.text import Text
from sim.settings import settings
from sim.ui import data, results

LOG = logging.getLogger("sim")
_begun: list[threading.Thread] = []


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
    thread = threading.Thread(target=_load, name="warm-up", daemon=True)
    _begun.append(thread)
    thread.start()


def wait(text: Text) -> None:
    """Hold a page back until what ``begin`` loads is there."""
    if any(thread.is_alive() for thread in _begun):
        with st.spinner(text("ui.app.warming_up")):
            for thread in _begun:
                thread.join()


def _load() -> None:
    """A store that cannot be opened is told by the pages."""
    try:
        kernel.warm_up(settings().compiled)
        latest = data.store().latest()
        dataset = latest.id if latest else data.load_demo()
        data.described(dataset)
        if not data.needs_forecast(dataset):
            results.reference(data.problem(dataset))
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
